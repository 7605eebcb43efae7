"""Findings and repairs: problems are rows of a table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

FINDING_COLUMNS = ["kind", "severity", "file", "sheet", "row", "message"]
REPAIR_COLUMNS = ["file", "sheet", "row", "column", "raw", "clean", "rule"]
ERRORS = frozenset({
    "unread_file", "sheet_not_understood", "unknown_street", "unknown_status", "bad_date", "bad_person_times",
    "newest_unusable", "id_reused", "mass_withdrawal", "possible_revision", "same_snapshot", "error_cell",
    "correction_unmatched",
})  # fmt: skip
NOTES = frozenset({
    "hidden_sheet", "unknown_column", "doubled_column", "large_session", "late_record", "unlisted_venue",
    "unknown_scenario", "round_numbers", "engine",
})  # fmt: skip


def severity(kind: str) -> str:
    """error: a figure may be wrong; warning: look at it; note: good to know."""
    return "error" if kind in ERRORS else "note" if kind in NOTES else "warning"


def finding(kind: str, file: str, sheet: str, row: int | None, message: str) -> pd.DataFrame:
    """One finding as a table of one row."""
    return findings(kind, [file], [sheet], [row], [message])


def findings(
    kind: str,
    files: Sequence[object] | npt.NDArray[np.object_],
    sheets: Sequence[object] | npt.NDArray[np.object_],
    rows: Sequence[int | None] | npt.NDArray[np.int32],
    messages: Sequence[str] | npt.NDArray[np.object_],
) -> pd.DataFrame:
    """Findings of one kind, one line each (parallel sequences)."""
    return pd.DataFrame(
        {
            "kind": kind,
            "severity": severity(kind),
            "file": np.asarray(files, object),
            "sheet": np.asarray(sheets, object),
            "row": pd.array(list(rows), dtype="Int64"),
            "message": np.asarray(messages, object),
        }
    )


def stacked(tables: Sequence[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    """Tables one below the other, in a fixed order of rows."""
    filled = [t for t in tables if len(t)]
    if not filled:
        return pd.DataFrame({c: pd.Series(dtype="Int64" if c == "row" else "object") for c in columns})
    return pd.concat(filled, ignore_index=True)[columns]
