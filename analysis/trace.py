"""The rows behind a figure."""

from __future__ import annotations

from datetime import date

import pandas as pd

from analysis.pipeline import Cleaned, counted
from analysis.plan import Plan
from analysis.values import street_parser

TRACE_COLUMNS = [
    "file",
    "sheet",
    "row",
    "record_id",
    "street",
    "activity_date",
    "person_times",
    "scenarios",
    "service",
    "venue",
    "activity",
    "status",
]


def traced(
    cleaned: Cleaned, plan: Plan, street: str | None, scenario: str | None, first: date | None, last: date
) -> pd.DataFrame:
    """Counted rows of a street, a scenario and a range of days, with file, sheet and row.

    Raises
    ------
    ValueError : no such street or scenario in the plan (message in Chinese).
    """
    rows = counted(cleaned.records)
    rows = rows[rows["activity_date"] <= pd.Timestamp(last)]
    if first:
        rows = rows[rows["activity_date"] >= pd.Timestamp(first)]
    if street:
        name = street_parser(plan)(street).value
        if not name:
            raise ValueError(f"计划里没有“{street}”这个街镇，可用：{'、'.join(plan.street_names)}。")
        rows = rows[rows["street"] == name]
    if scenario:
        known = [*plan.scenario_names, "未分类"]
        if scenario not in known:
            raise ValueError(f"计划里没有“{scenario}”这个场景，可用：{'、'.join(known)}。")
        rows = rows[rows["scenarios"].astype(str).str.split("、").map(lambda s: scenario in s)]
    order = rows.sort_values(["activity_date", "file", "sheet", "row"], kind="stable")
    return order[TRACE_COLUMNS].reset_index(drop=True)
