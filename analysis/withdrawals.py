"""A record missing from an export that covers it was deleted on the platform, unless too many are missing at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.exports.coding import Mask
from analysis.exports.reading import ExportReading
from analysis.findings import FINDING_COLUMNS, findings, stacked
from analysis.identity import (
    Rows,
)
from analysis.snapshot_state import UNUSABLE, State, export_order

GUARD_RECORDS, GUARD_SHARE = 5, 0.2


def withdraw(
    state: State, identity: npt.NDArray[np.int64], versions: Rows, exports: Sequence[ExportReading]
) -> tuple[Rows, pd.DataFrame, pd.DataFrame]:
    """Replay the exports in order: a record missing from an export that covers it was deleted on the platform."""
    n = int(identity.max(initial=-1)) + 1
    latest = np.full(n, -1, dtype=np.int64)
    withdrawn = np.zeros(n, dtype=bool)
    by_order = versions[np.argsort(state.order[versions], kind="stable")]
    bounds = np.searchsorted(state.order[by_order], np.arange(len(exports) + 1))
    all_rows = np.argsort(state.order, kind="stable")
    all_bounds = np.searchsorted(state.order[all_rows], np.arange(len(exports) + 1))
    events, found = [], []
    position = export_order(exports)
    for export in sorted(exports, key=lambda e: position[e.path]):
        k = position[export.path]
        new = by_order[bounds[k] : bounds[k + 1]]
        if export.stated.coverage and export.snapshot and (latest >= 0).any():
            rows = all_rows[all_bounds[k] : all_bounds[k + 1]]
            missing, blocked = _missing(state, identity, export, rows, latest, withdrawn)
            withdrawn[missing] = True
            events.append(pd.DataFrame({"identity": missing, "order": k, "row": -1}))
            found += blocked
        latest[identity[new]] = new
        withdrawn[identity[new]] = False
        events.append(pd.DataFrame({"identity": identity[new], "order": k, "row": new}))
    history = (
        stacked(events, ["identity", "order", "row"]) if events else pd.DataFrame(columns=["identity", "order", "row"])
    )
    return latest[withdrawn], history, stacked(found, FINDING_COLUMNS)


def _missing(
    state: State,
    identity: npt.NDArray[np.int64],
    export: ExportReading,
    rows: Rows,
    latest: npt.NDArray[np.int64],
    withdrawn: Mask,
) -> tuple[npt.NDArray[np.int64], list[pd.DataFrame]]:
    """Identities that the export withdraws, and the findings where the guard keeps them."""
    records = state.records
    standing = np.flatnonzero((latest >= 0) & ~withdrawn)
    at = latest[standing]
    dates = records["activity_date"].to_numpy()[at]
    snapshots = records["snapshot"].to_numpy()[at]
    older = np.isnat(snapshots) | (snapshots < np.datetime64(export.snapshot, "s"))
    periods = [(np.datetime64(first, "s"), np.datetime64(last, "s")) for first, last in export.stated.coverages]
    inside = older & np.any([(dates >= first) & (dates <= last) for first, last in periods], axis=0)
    standing, at = standing[inside], at[inside]
    streets = records["street"].astype(object).to_numpy()
    scope = _scope(export, set(streets[rows]) - {""})
    gone = ~np.isin(standing, identity[rows])
    ids = records["record_id"].to_numpy()
    gone &= ~((ids[at] != "") & np.isin(ids[at], ids[rows]))
    unreadable = pd.Series(state.own[rows]).isin(UNUSABLE[:2] + UNUSABLE[4:]).to_numpy() | np.array(
        [
            any(f in str(x).split() for f in ("bad_date", "unknown_street", "bad_person_times", "unknown_status"))
            for x in records["faults"].iloc[rows]
        ],
        dtype=bool,
    )
    doubtful = set(streets[rows][unreadable])
    partly = any(s.state == "not_understood" or s.left for s in export.sheets) or "" in doubtful
    result, found = [], []
    for street in sorted(scope):
        of_street = streets[at] == street
        lost = standing[of_street & gone]
        if not len(lost):
            continue
        total = int(of_street.sum())
        if partly or street in doubtful or (len(lost) > GUARD_RECORDS and len(lost) > GUARD_SHARE * total):
            why = (
                "本表有读不懂的行或工作表"
                if partly or street in doubtful
                else f"占应有记录{total}条的{len(lost) / total:.0%}"
            )
            message = f"{street}有{len(lost)}条较早的记录在本表的统计区间内却不在表中（{why}），未作删除处理，仍计入，请核对是否导出不全"
            found.append(findings("mass_withdrawal", [export.path], [""], [None], [message]))
        else:
            result.append(lost)
    return (np.concatenate(result) if result else np.empty(0, np.int64)), found


def _scope(export: ExportReading, appearing: set[object]) -> set[str]:
    """The street an export speaks for: the stated one, else those that appear in it."""
    stated = set(export.stated_streets)
    return stated or {str(s) for s in appearing}
