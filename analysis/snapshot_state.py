"""What the rules about versions share: the rows with their keys and their place in the order of exports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.exports.coding import Mask
from analysis.exports.reading import ExportReading
from analysis.findings import findings
from analysis.identity import (
    Keys,
    Rows,
)

UNUSABLE = ("unknown_street", "bad_date", "outside_programme", "future_date", "bad_person_times", "unknown_status")


@dataclass(frozen=True)
class State:
    records: pd.DataFrame
    keys: Keys
    order: npt.NDArray[np.int64]  # export order of each row: by snapshot (unknown first), then by path
    sheet_rank: npt.NDArray[np.int64]
    has_id: Mask
    own: npt.NDArray[np.object_]


def export_order(exports: Sequence[ExportReading]) -> dict[str, int]:
    """Position of each export: unknown dates first, then by date, equal dates by path."""
    key = {e.path: (e.snapshot is not None, e.snapshot.isoformat() if e.snapshot else "", e.path) for e in exports}
    return {path: i for i, path in enumerate(sorted(key, key=lambda p: key[p]))}


def state_of(records: pd.DataFrame, keys: Keys, exports: Sequence[ExportReading]) -> State:
    position = export_order(exports)
    order = np.array([position[f] for f in records["file"].cat.categories], dtype=np.int64)[records["file"].cat.codes]
    names = list(records["sheet"].cat.categories)
    rank = {n: i for i, n in enumerate(sorted(names))}
    sheet_rank = np.array([rank[n] for n in names], dtype=np.int64)[records["sheet"].cat.codes]
    own = records["own_reason"].astype(object).to_numpy()
    return State(records, keys, order, sheet_rank, (records["record_id"] != "").to_numpy(), own)


def at_rows(records: pd.DataFrame, kind: str, rows: Rows, message: str | list[str]) -> pd.DataFrame:
    at = records.iloc[rows]
    messages = [message] * len(rows) if isinstance(message, str) else message
    return findings(
        kind,
        at["file"].astype(object).to_numpy(),
        at["sheet"].astype(object).to_numpy(),
        at["row"].to_numpy(),
        messages,
    )
