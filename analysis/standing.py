"""Where the streets stand on a day: who has met the target in force, who keeps pace, who is behind, and by how much."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from math import ceil

import pandas as pd

from analysis.plan import Plan, Target

RECENT_DAYS = 30
ON_TIME, LATE, MISSED, EARLY, ON_PACE, BEHIND = "on_time", "late", "missed", "early", "on_pace", "behind"


@dataclass(frozen=True)
class Standing:
    """The streets against one target.

    Attributes
    ----------
    streets : street, person_times, target, expected (person-times), gap, reached (date or NaT), points (percentage
        points above or below 序时), recent (person-times a day over the last 30 days) and state: before the deadline
        early (already met), on_pace or behind; from the deadline on on_time, late or missed. Largest gap first, then
        the lowest against 序时, then the plan's order.
    """

    plan: Plan
    as_of: date
    target: Target
    streets: pd.DataFrame = field(repr=False)
    training: int = 0
    assistance: int = 0
    activities: int = 0

    @property
    def person_times(self) -> int:
        return int(self.streets["person_times"].sum())

    @property
    def expected(self) -> float:
        return float(self.streets["expected"].sum())

    @property
    def share(self) -> float:
        return self.person_times / max(self.target.district, 1)

    @property
    def points(self) -> float:
        """Percentage points of the district above (+) or below (−) 序时."""
        return (self.person_times - self.expected) / max(self.target.district, 1) * 100

    @property
    def gap(self) -> int:
        """What the streets that have not met the target still lack, together (a street's surplus fills no other's gap)."""
        return int(self.streets["gap"].sum())

    @property
    def due(self) -> bool:
        """The deadline day is over at its end."""
        return self.as_of >= self.target.deadline

    @property
    def over(self) -> bool:
        return self.as_of >= self.plan.last_day

    @property
    def days_left(self) -> int:
        return max((self.target.deadline - self.as_of).days, 0)

    @property
    def required(self) -> int | None:
        """Person-times a day that all streets together need, rounded up; None once the deadline has passed."""
        return None if self.due else ceil(self.gap / self.days_left)

    def rows(self, *states: str) -> pd.DataFrame:
        return self.streets[self.streets["state"].isin(states)]

    def names(self, *states: str) -> list[str]:
        return list(self.rows(*states)["street"])

    @property
    def met(self) -> list[str]:
        return self.names(EARLY, ON_TIME, LATE)

    @property
    def unmet(self) -> list[str]:
        return self.names(MISSED, ON_PACE, BEHIND)


def standing(progress: pd.DataFrame, daily: pd.DataFrame, plan: Plan, as_of: date, target: Target | None = None) -> Standing:
    """Sort the streets by how they stand.

    Parameters
    ----------
    progress : columns of progress.csv, with `<target key>_reached`.
    daily : street, date, person_times.
    target : default the target in force on `as_of`.
    """
    target = target or plan.target_in_force(as_of)
    goals = {s.name: s.targets[target.key] for s in plan.streets}
    table = progress.assign(
        target=progress["street"].map(goals), reached=pd.to_datetime(progress[f"{target.key}_reached"]),
        recent=progress["street"].map(recent_pace(daily, plan, as_of)).astype(float),
    )
    table["gap"] = (table["target"] - table["person_times"]).clip(lower=0).astype(int)
    table["points"] = (table["person_times"] - table["expected"]) / table["target"].clip(lower=1) * 100
    table["state"] = [_state(r, target, as_of) for r in table.itertuples()]
    order = {name: i for i, name in enumerate(plan.street_names)}
    table = table.assign(order=table["street"].map(order)).sort_values(
        ["gap", "points", "order"], ascending=[False, True, True], kind="stable").drop(columns="order")
    sums = {name: int(progress[name].sum()) for name in ("training", "assistance", "activities")}
    return Standing(plan, as_of, target, table.reset_index(drop=True), **sums)


def recent_pace(daily: pd.DataFrame, plan: Plan, as_of: date) -> pd.Series:
    """Person-times a day of each street over the last 30 days, or since the first day when that is later."""
    start = max(as_of - timedelta(days=RECENT_DAYS - 1), plan.first_day)
    window = daily[daily["date"].between(pd.Timestamp(start), pd.Timestamp(as_of))]
    days = max((as_of - start).days + 1, 1)
    return window.groupby("street")["person_times"].sum().reindex(plan.street_names, fill_value=0) / days


def _state(row: object, target: Target, as_of: date) -> str:
    met, reached = row.gap == 0, row.reached  # type: ignore[attr-defined]
    if as_of < target.deadline:
        return EARLY if met else ON_PACE if row.person_times >= row.expected else BEHIND  # type: ignore[attr-defined]
    if not met:
        return MISSED
    return LATE if pd.notna(reached) and reached > pd.Timestamp(target.deadline) else ON_TIME
