"""Each street against each target: what it had on the deadline, when it reached the target, and how that is called."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from analysis.plan import Plan

ON_TIME, LATE, MISSED, PENDING = "on_time", "late", "missed", "pending"
STATE_WORDS = {ON_TIME: "按期达标", LATE: "逾期补足", MISSED: "逾期未达标", PENDING: "期限未到"}


def milestones(daily: pd.DataFrame, plan: Plan, as_of: date) -> pd.DataFrame:
    """One row per street and target.

    Parameters
    ----------
    daily : columns street, date, person_times, cumulative (every street and day from the first day to `as_of`).

    Returns
    -------
    DataFrame with street, key, target, deadline, value (person-times at the end of the deadline, or of `as_of` when
    that is earlier), gap (target less value, never below 0), now (person-times at `as_of`), reached (first day with
    the target met, NaT if none), days_late (0 unless late), state: on_time, late, missed (deadline passed, not met to
    this day) or pending (deadline after `as_of`, not met). The day of the deadline is over at its end.
    """
    rows = []
    series = {street: part.set_index("date")["cumulative"] for street, part in daily.groupby("street", sort=False)}
    for street in plan.streets:
        line = series.get(street.name, pd.Series(dtype="int64"))
        for target in plan.targets:
            goal = street.targets[target.key]
            last = pd.Timestamp(min(target.deadline, as_of))
            reached = _first_day(line, goal, plan)
            rows.append({
                "street": street.name, "key": target.key, "target": goal, "deadline": pd.Timestamp(target.deadline),
                "value": (value := int(line[:last].iloc[-1]) if len(line[:last]) else 0),
                "gap": max(goal - value, 0), "now": int(line.iloc[-1]) if len(line) else 0, "reached": reached,
                "days_late": max((reached - pd.Timestamp(target.deadline)).days, 0) if pd.notna(reached) else 0,
                "state": _state(reached, target.deadline, as_of),
            })
    return pd.DataFrame(rows).astype({"reached": "datetime64[s]", "deadline": "datetime64[s]"})


def district_milestones(daily: pd.DataFrame, plan: Plan, as_of: date) -> pd.DataFrame:
    """The same for the whole district; `daily` has date, person_times, cumulative."""
    rows = []
    line = daily.set_index("date")["cumulative"]
    for target in plan.targets:
        last = pd.Timestamp(min(target.deadline, as_of))
        value = int(line[:last].iloc[-1]) if len(line[:last]) else 0
        reached = _first_day(line, target.district, plan)
        rows.append({
            "key": target.key, "target": target.district, "deadline": pd.Timestamp(target.deadline), "value": value,
            "gap": max(target.district - value, 0), "now": int(line.iloc[-1]) if len(line) else 0, "reached": reached,
            "state": _state(reached, target.deadline, as_of),
        })
    return pd.DataFrame(rows).astype({"reached": "datetime64[s]", "deadline": "datetime64[s]"})


def in_order(marks: pd.DataFrame, plan: Plan) -> list[str]:
    """Streets by rank; ties in the plan's order."""
    rank = ranks(marks, plan)
    return sorted(plan.street_names, key=lambda street: rank[street])


def ranks(marks: pd.DataFrame, plan: Plan) -> dict[str, int]:
    """Rank by person-times against the last target, then by person-times; equal figures share a rank."""
    last = marks[marks["key"] == plan.targets[-1].key]
    columns = zip(last["street"], last["now"], last["target"], strict=True)
    figures = {street: (now / max(goal, 1), now) for street, now, goal in columns}
    return {street: 1 + sum(other > own for other in figures.values()) for street, own in figures.items()}


def _first_day(line: pd.Series, goal: int, plan: Plan) -> Any:
    """First day on which `goal` is met, NaT if none; a target of nothing is met from the start."""
    if goal <= 0:
        return pd.Timestamp(plan.first_day)
    days = line.index[line >= goal]
    return days[0] if len(days) else pd.NaT


def _state(reached: Any, deadline: date, as_of: date) -> str:
    if pd.notna(reached):
        return ON_TIME if reached <= pd.Timestamp(deadline) else LATE
    return PENDING if as_of < deadline else MISSED
