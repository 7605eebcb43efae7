"""Faults, repairs and findings of single rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.clean_columns import CleanColumn
from analysis.exports.coding import table_of
from analysis.findings import findings
from analysis.identity import is_blank
from analysis.plan import Plan
from analysis.values import (
    is_error,
    shown,
)

NEEDED = {"street": "街镇", "activity_date": "日期", "person_times": "人次", "status": "状态", "record_id": "记录编号"}
FAULT_ORDER = (
    "unknown_street",
    "bad_date",
    "outside_programme",
    "future_date",
    "bad_person_times",
    "cancelled",
    "pending",
    "unknown_status",
)
LATE_DAYS = 14
ERROR_CELL = "{}为错误值或没有结果的公式，请改成实际的值"


def faults_of(records: pd.DataFrame, columns: dict[str, CleanColumn], plan: Plan) -> dict[str, object]:
    """The row's own faults in the fixed order street, date, person-times, status; `own_reason` is the first."""
    dates = records["activity_date"]
    first, last = pd.Timestamp(plan.first_day), pd.Timestamp(plan.last_day)
    outside = dates.notna() & ((dates < first) | (dates > last))
    beyond = dates.notna() & ~outside & records["snapshot"].notna() & (dates > records["snapshot"])
    status = records["status_reason"]
    flags = {
        "unknown_street": is_blank(records["street"]),
        "bad_date": dates.isna().to_numpy(),
        "outside_programme": outside.to_numpy(),
        "future_date": (beyond & records["exported"]).to_numpy(),
        "bad_person_times": records["person_times"].isna().to_numpy(),
        **{name: (status == name).to_numpy() for name in ("cancelled", "pending", "unknown_status")},
    }
    bits = np.zeros(len(records), dtype=np.int64)
    for i, name in enumerate(FAULT_ORDER):
        bits |= flags[name].astype(np.int64) << i
    combinations, codes = np.unique(bits, return_inverse=True)
    lists = [[n for i, n in enumerate(FAULT_ORDER) if b >> i & 1] for b in combinations]
    texts = [" ".join(names) for names in lists]
    reasons = list(dict.fromkeys(names[0] if names else "" for names in lists))
    reason_codes = np.array([reasons.index(names[0] if names else "") for names in lists], dtype=np.int32)
    return {
        "faults": pd.Categorical.from_codes(codes.astype(np.int32), pd.Index(texts, dtype="str")),
        "own_reason": pd.Categorical.from_codes(reason_codes[codes], pd.Index(reasons, dtype="str"))
        if len(reasons)
        else pd.Categorical([]),
        "beyond_snapshot": (beyond & ~records["exported"]).to_numpy(),
    }


def repairs_of(place: pd.DataFrame, column: CleanColumn, name: str) -> pd.DataFrame:
    rows = np.flatnonzero(column.mask(lambda p: bool(p.rule)))
    raw = table_of([*column.raw, None])[column.codes[rows]]
    parsed = table_of([*column.parsed, column.blank])[column.codes[rows]]
    at = place.iloc[rows]
    return pd.DataFrame(
        {
            "file": at["file"].astype(object).to_numpy(),
            "sheet": at["sheet"].astype(object).to_numpy(),
            "row": at["row"].to_numpy(),
            "column": name,
            "raw": [shown(v) for v in raw],
            "clean": [shown(p.value) for p in parsed],
            "rule": [p.rule for p in parsed],
        }
    )


def row_findings(
    records: pd.DataFrame, columns: dict[str, CleanColumn], sheets: list, plan: Plan, mark_faults: list[tuple[int, str]]
) -> list[pd.DataFrame]:
    found = []

    def add(kind: str, rows: npt.NDArray[np.intp], messages: Callable[[npt.NDArray[np.intp]], Sequence[str]]) -> None:
        if len(rows):
            at = records.iloc[rows]
            found.append(
                findings(
                    kind,
                    at["file"].astype(object).to_numpy(),
                    at["sheet"].astype(object).to_numpy(),
                    at["row"].to_numpy(),
                    messages(rows),
                )
            )

    for name, title in NEEDED.items():
        column = columns[name]
        error = np.append(np.array([is_error(v) for v in column.raw], dtype=bool), False)[column.codes]
        at = np.flatnonzero(error)
        found += _told(records, "error_cell", at, [ERROR_CELL.format(title)] * len(at))
    for at, name in _part_errors(sheets):
        found += _told(records, "error_cell", at, [ERROR_CELL.format(name)] * len(at))
    for column in (columns["activity_date"], columns["record_id"], columns["scenarios"]):
        for flag in sorted({p.flag for p in column.parsed if p.flag}):
            rows = np.flatnonzero(column.take(lambda p: p.flag) == flag)
            prefix = "场景无法识别，按未分类计：" if flag == "unknown_scenario" else ""
            text = column.take(lambda p: p.message)
            found += _told(records, flag, rows, [prefix + str(m) for m in text[rows]])
    add("unknown_scenario", np.array([i for i, _ in mark_faults], dtype=np.intp), lambda r: [m for _, m in mark_faults])
    add(
        "after_snapshot",
        np.flatnonzero(records["beyond_snapshot"]),
        lambda r: ["活动日期晚于本表的日期，仍计入，请核对"] * len(r),
    )
    add(
        "large_session",
        np.flatnonzero((records["person_times"] > plan.large_session).fillna(False) & ~records["person_level"]),
        lambda r: [f"一场{n}人次，超过{plan.large_session}，请核对" for n in records["person_times"].iloc[r]],
    )
    add(
        "home_visit",
        np.flatnonzero(records["home"]),
        lambda r: ["疑似上门活动：方案要求一般不在老年人家中开展"] * len(r),
    )
    delay = (records["recorded_at"] - records["activity_date"]).dt.days
    add("late_record", np.flatnonzero(delay > LATE_DAYS), lambda r: [f"活动后{int(d)}天才录入" for d in delay.iloc[r]])
    listed = np.array(
        [not t or any(k in t for k in plan.venue_types) for t in records["venue_type"].cat.categories], dtype=bool
    )
    add(
        "unlisted_venue",
        np.flatnonzero(~listed[records["venue_type"].cat.codes]) if len(listed) else np.empty(0, np.intp),
        lambda r: ["服务点类型不在方案所列之内"] * len(r),
    )
    return found


def _told(records: pd.DataFrame, kind: str, rows: npt.NDArray[np.intp], messages: Sequence[str]) -> list[pd.DataFrame]:
    """Findings at rows of the records; none if there are no rows."""
    at = records.iloc[rows]
    files, names = (at[c].astype(object).to_numpy() for c in ("file", "sheet"))
    return [findings(kind, files, names, at["row"].to_numpy(), messages)] if len(rows) else []


def _part_errors(sheets: list) -> list[tuple[npt.NDArray[np.intp], str]]:
    result, start = [], 0
    for *_, sheet in sheets:
        for kind, coded in sheet.parts:
            rows = np.flatnonzero(coded.mask(is_error)) + start
            if len(rows):
                result.append((rows, f"{kind}人次"))
        start += len(sheet.records)
    return result
