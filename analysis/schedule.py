"""序时进度: how much of a target should be done by the end of a day, on each basis (docs/method.md, "序时进度")."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from analysis.plan import BASES, Plan, Street, Target

MONTHS = 12


def expected(plan: Plan, street: str | None, day: date, basis: str | None = None) -> float:
    """序时 person-times at the end of a day; days count inclusively, nothing is expected before the first day.

    Parameters
    ----------
    plan : the programme.
    street : the plan's short name; None for the whole district.
    day : the day, which is over.
    basis : 'phased' (linear from target to target), 'linear' (0 to the last target), 'calendar' (months that have
        ended / 12 of the last target); default the plan's.

    Returns
    -------
    float
        Person-times, not rounded.

    Raises
    ------
    ValueError : unknown basis or street.

    Source: 普民〔2021〕31号 二（二） for the dates and targets; calendar: 宣城市《2020年1-11月份…目标任务完成情况》, in
    which January to November is 91.7 %.
    """
    goals = goals_of(plan, street)
    basis = basis or plan.basis
    if basis not in BASES:
        raise ValueError(f"序时基准应为 {' / '.join(BASES)} 之一，现为 {basis!r}。")
    if day < plan.first_day:
        return 0.0
    if basis == "calendar":
        return goals[-1] * _months_ended(plan, day) / MONTHS
    deadlines = [t.deadline for t in plan.targets]
    if basis == "linear":
        deadlines, goals = deadlines[-1:], goals[-1:]
    return _between(plan.first_day, deadlines, goals, day)


def expected_share(plan: Plan, day: date, basis: str | None = None, street: str | None = None) -> float:
    """序时 as a share of the target in force on a day (0.837), beside the attainment; NaN for a target of 0."""
    goal = goal_of(plan, street, plan.target_in_force(day))
    return expected(plan, street, day, basis) / goal if goal else float("nan")


def goal_of(plan: Plan, street: str | None, target: Target) -> int:
    """Person-times of a target for a street, or for the district when `street` is None."""
    return target.district if street is None else _street(plan, street).targets[target.key]


def goals_of(plan: Plan, street: str | None) -> list[int]:
    """All targets of a street (None: of the district), in the order of their deadlines."""
    return [goal_of(plan, street, t) for t in plan.targets]


def days_left(target: Target, day: date) -> int:
    """Days from the day after `day` to the deadline, inclusive; 0 once the deadline day is over."""
    return max((target.deadline - day).days, 0)


def is_due(target: Target, day: date) -> bool:
    """True from the deadline day on: a figure is of the end of its day."""
    return day >= target.deadline


def _street(plan: Plan, name: str) -> Street:
    for street in plan.streets:
        if street.name == name:
            return street
    raise ValueError(f"计划里没有街镇“{name}”；有：{'、'.join(plan.street_names)}。")


def _between(first_day: date, deadlines: list[date], goals: list[int], day: date) -> float:
    """Linear from goal to goal, each reached at the end of its deadline; the last goal ever after."""
    start, done = first_day - timedelta(days=1), 0
    for deadline, goal in zip(deadlines, goals, strict=True):
        if day <= deadline:
            return done + (goal - done) * (day - start).days / (deadline - start).days
        start, done = deadline, goal
    return float(done)


def _months_ended(plan: Plan, day: date) -> int:
    """Months of the programme's year whose last day has come."""
    if day.year != plan.year:
        return MONTHS if day.year > plan.year else 0
    over = day.day == monthrange(day.year, day.month)[1]
    return day.month if over else day.month - 1
