"""The findings above the charts of activities: scenarios and days."""

from __future__ import annotations

from datetime import date

import pandas as pd

from analysis.charts import wording
from analysis.charts.base import Context
from analysis.plan import Plan

PAUSE = 14  # a silence of so many days is worth a mark


def participation(grid: pd.DataFrame, context: Context) -> str:
    """The two strongest scenarios, the weakest or those never offered, and the streets that lack some.

    `grid` has a row per scenario, most person-times first, with person_times and a column per street.
    """
    plan = context.plan
    total = grid.loc[[name for name in grid.index if name in plan.scenario_names], "person_times"]
    if not grid["person_times"].sum():
        return wording.no_data(plan, context.as_of)
    if not total.sum():
        return "活动记录都没有注明应用场景"
    never = list(total[total == 0].index)
    most = [name for name in total.index[:2] if total[name]]
    text = f"{'、'.join(most)}人次最多"
    if never:
        return f"{text}，{'、'.join(never) if len(never) <= 3 else f'{len(never)}个场景'}还没有开展过"
    text += f"，{total.index[-1]}最少" if len(total) > 2 else ""
    lacking = lacking_scenarios(grid, plan)
    if len(plan.streets) == 1:
        return text
    if not lacking:
        return f"{text}；开展活动的街镇各场景都有"
    return f"{text}；{_who_lacks(lacking)}"


def lacking_scenarios(grid: pd.DataFrame, plan: Plan) -> dict[str, int]:
    """How many of the plan's scenarios each active street has never offered, most first; only streets that lack any."""
    streets = grid.loc[plan.scenario_names, plan.street_names]
    missing = (streets.loc[:, streets.sum() > 0] == 0).sum().sort_values(ascending=False, kind="stable")
    return {str(street): int(count) for street, count in missing[missing > 0].items()}


def _who_lacks(lacking: dict[str, int]) -> str:
    if len(lacking) > 2:
        return f"{len(lacking)}个街镇有场景没开展过"
    names = list(lacking)
    if len(names) == 2 and lacking[names[0]] == lacking[names[1]]:
        return f"{'、'.join(names)}各有{lacking[names[0]]}个场景没开展过"
    return "，".join(f"{name}有{count}个场景没开展过" for name, count in lacking.items())


def rhythm(counts: pd.DataFrame, silences: dict[str, tuple[date, date] | None], context: Context) -> str:
    """How many activities, how many on weekdays, and which street paused longest."""
    plan = context.plan
    if counts.empty:
        return wording.no_data(plan, context.as_of)
    weekday = counts.loc[counts["date"].dt.day_of_week < 5, "activities"].sum() / counts["activities"].sum()
    share = int(weekday * 100)  # rounded down: 100 only when there is no other
    text = f"{wording.number(counts['activities'].sum())}场活动，{share}%在周一至周五"
    idle = [s for s in plan.street_names if s not in set(counts["street"])]
    if idle:
        return f"{text}；{wording.streets(idle, 2)}没有活动"
    lengths = {street: days_of(span) for street, span in silences.items()}
    longest = max(lengths, key=lambda street: lengths[street])
    span = silences[longest]
    if span is None or lengths[longest] < PAUSE:
        return f"{text}；没有街镇停过两周"
    until = f"{wording.day(span[1], plan)}" if span[1] < context.as_of else "今"
    return f"{text}；{longest}停得最久，{wording.day(span[0], plan)}至{until}共{lengths[longest]}天"


def days_of(span: tuple[date, date] | None) -> int:
    """Days from the first to the last, both counted; 0 for none."""
    return (span[1] - span[0]).days + 1 if span else 0
