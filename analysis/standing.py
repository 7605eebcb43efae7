"""Where the streets stand on a day: who has met a target, who keeps pace, who is behind, and by how much."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any

import pandas as pd

from analysis.pace import recent_window
from analysis.plan import Plan, Target
from analysis.schedule import expected

ON_TIME, LATE, MISSED, EARLY, ON_PACE, BEHIND = "on_time", "late", "missed", "early", "on_pace", "behind"
MET = (EARLY, ON_TIME, LATE)


@dataclass(frozen=True)
class Street:
    """One street against one target.

    Attributes
    ----------
    share, pace_share : person-times and 序时 as shares of the target (a target of 0 is met).
    points : percentage points above (+) or below (−) 序时.
    gap : person-times that are missing, never below 0.
    reached : day on which the target was reached, or None.
    recent : person-times a day over the last four weeks.
    state : before the deadline early (already met), on_pace or behind; from the deadline day on on_time, late, missed.
    rank, status : as in progress.csv.
    """

    name: str
    person_times: int
    target: int
    expected: float
    gap: int
    reached: date | None
    recent: float
    state: str
    rank: int
    status: str

    @property
    def share(self) -> float:
        return self.person_times / self.target if self.target else 1.0

    @property
    def pace_share(self) -> float:
        return self.expected / self.target if self.target else 1.0

    @property
    def points(self) -> float:
        return (self.share - self.pace_share) * 100


@dataclass(frozen=True)
class Standing:
    """All streets against one target: largest gap first, then the lowest against 序时, then the plan's order."""

    plan: Plan
    as_of: date
    target: Target
    streets: tuple[Street, ...]
    expected: float
    training: int = 0
    assistance: int = 0
    activities: int = 0

    @property
    def person_times(self) -> int:
        return sum(s.person_times for s in self.streets)

    @property
    def share(self) -> float:
        return self.person_times / self.target.district if self.target.district else 1.0

    @property
    def pace_share(self) -> float:
        return self.expected / self.target.district if self.target.district else 1.0

    @property
    def points(self) -> float:
        return (self.share - self.pace_share) * 100

    @property
    def gap(self) -> int:
        """What the streets lack together; one street's surplus fills no other's gap."""
        return sum(s.gap for s in self.streets)

    @property
    def due(self) -> bool:
        """A figure is of the day's end: on the deadline day the target is met or missed."""
        return self.as_of >= self.target.deadline

    @property
    def over(self) -> bool:
        return self.as_of >= self.plan.last_day

    @property
    def days_left(self) -> int:
        return max((self.target.deadline - self.as_of).days, 0)

    @property
    def days_past(self) -> int:
        return max((self.as_of - self.target.deadline).days, 0)

    @property
    def required(self) -> int | None:
        """Person-times a day that all streets together need, rounded up; None from the deadline on."""
        return None if self.due else ceil(self.gap / self.days_left)

    def of(self, *states: str) -> list[Street]:
        return [s for s in self.streets if s.state in states]

    def names(self, *states: str) -> list[str]:
        return [s.name for s in self.of(*states)]


def standing(
    progress: pd.DataFrame, daily: pd.DataFrame, plan: Plan, as_of: date, target: Target | None = None
) -> Standing:
    """Sort the streets by how they stand.

    Parameters
    ----------
    progress : street, person_times, training, assistance, activities, expected, rank, status, `<target key>_reached`.
    daily : street, date, person_times.
    target : default the target in force on `as_of`; an earlier one tells how that one ended.
    """
    target = target or plan.target_in_force(as_of)
    recent = recent_pace(daily, plan, as_of)
    goals = {s.name: s.targets[target.key] for s in plan.streets}
    streets = [_street(row, goals[row["street"]], float(recent[row["street"]]), target, as_of)
               for row in progress.to_dict("records")]
    order = {name: i for i, name in enumerate(plan.street_names)}
    sums = {name: int(progress[name].sum()) for name in ("training", "assistance", "activities")}
    return Standing(plan, as_of, target, tuple(sorted(streets, key=lambda s: (-s.gap, s.points, order[s.name]))),
                    expected(plan, None, as_of), **sums)


def recent_pace(daily: pd.DataFrame, plan: Plan, as_of: date) -> pd.Series:
    """Person-times a day of each street over the last four weeks, or since the first day when that is later."""
    start, days = recent_window(plan, as_of)
    window = daily[daily["date"].between(pd.Timestamp(start), pd.Timestamp(as_of))]
    sums = window.groupby(window["street"].astype(object))["person_times"].sum()
    return sums.reindex(plan.street_names, fill_value=0) / days


def _street(row: dict[Any, Any], goal: int, recent: float, target: Target, as_of: date) -> Street:
    reached = row[f"{target.key}_reached"]
    day = None if pd.isna(reached) else reached.date()
    count, pace = int(row["person_times"]), float(row["expected"])
    gap = max(goal - count, 0)
    return Street(row["street"], count, goal, pace, gap, day, recent, _state(count, pace, gap, day, target, as_of),
                  int(row["rank"]), row["status"])


def _state(count: int, pace: float, gap: int, reached: date | None, target: Target, as_of: date) -> str:
    if as_of < target.deadline:
        return EARLY if gap == 0 else ON_PACE if count >= pace else BEHIND
    if gap:
        return MISSED
    return LATE if reached is not None and reached > target.deadline else ON_TIME
