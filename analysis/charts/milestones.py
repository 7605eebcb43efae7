"""Each street against each target: what it had on the deadline, when it reached the target, and how that is called."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from analysis.plan import Plan, Target

ON_TIME, LATE, MISSED, PENDING = "on_time", "late", "missed", "pending"
CUT = 3.2  # bars and lines are cut at this multiple of the largest target, so that one street cannot flatten the others
STATE_WORDS = {ON_TIME: "按期达标", LATE: "逾期补足", MISSED: "逾期未达标", PENDING: "期限未到"}


def milestones(progress: pd.DataFrame, plan: Plan, as_of: date) -> pd.DataFrame:
    """One row per street and target, from the frame that has one row per street.

    Parameters
    ----------
    progress : what `analysis.progress.progress` returns: street, person_times and, for every target, `<key>_target`,
        `<key>_reached` and `<key>_person_times` (at the end of the deadline; missing while it lies ahead).

    Returns
    -------
    DataFrame with street, key, target, deadline, value (person-times at the end of the deadline, or of `as_of` while
    the deadline lies ahead), gap (target less value, never below 0), now (person-times at `as_of`), reached (first day
    with the target met, NaT if none), days_late (0 unless late), state: on_time, late, missed (deadline passed, not met
    to this day) or pending (deadline after `as_of`, not met). The day of the deadline is over at its end.
    """
    rows = [_row(street, target, plan, as_of) for _, street in progress.iterrows() for target in plan.targets]
    order = {name: i for i, name in enumerate(plan.street_names)}
    frame = pd.DataFrame(rows).astype({"reached": "datetime64[s]", "deadline": "datetime64[s]"})
    return frame.sort_values("street", key=lambda names: names.map(order), kind="stable").reset_index(drop=True)


def _row(street: pd.Series, target: Target, plan: Plan, as_of: date) -> dict[str, Any]:
    goal, now = int(street[f"{target.key}_target"]), int(street["person_times"])
    then = street[f"{target.key}_person_times"]
    value = now if pd.isna(then) else int(then)
    return {"street": street["street"], **_standing(target, goal, value, now, street[f"{target.key}_reached"], as_of)}


def district_milestones(district_daily: pd.DataFrame, plan: Plan, as_of: date) -> pd.DataFrame:
    """The same for the whole district; `district_daily` has date, person_times, cumulative."""
    line = district_daily.set_index("date")["cumulative"]
    now = int(line.iloc[-1]) if len(line) else 0
    rows = []
    for target in plan.targets:
        until = line[: pd.Timestamp(target.deadline)]
        met = line.index[line >= target.district]
        value = int(until.iloc[-1]) if len(until) else 0
        rows.append(_standing(target, target.district, value, now, met[0] if len(met) else pd.NaT, as_of))
    return pd.DataFrame(rows).astype({"reached": "datetime64[s]", "deadline": "datetime64[s]"})


def _standing(target: Target, goal: int, value: int, now: int, reached: Any, as_of: date) -> dict[str, Any]:
    late = (reached - pd.Timestamp(target.deadline)).days if pd.notna(reached) else 0
    return {"key": target.key, "target": goal, "deadline": pd.Timestamp(target.deadline), "value": value,
            "gap": max(goal - value, 0), "now": now, "reached": reached, "days_late": max(late, 0),
            "state": _state(reached, target.deadline, as_of)}


def _state(reached: Any, deadline: date, as_of: date) -> str:
    if pd.notna(reached):
        return ON_TIME if reached <= pd.Timestamp(deadline) else LATE
    return PENDING if as_of < deadline else MISSED


def by_rank(progress: pd.DataFrame) -> list[str]:
    """Streets by rank; equal ranks in the frame's order."""
    return [str(street) for street in progress.sort_values("rank", kind="stable")["street"]]
