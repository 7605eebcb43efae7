"""Small programmes and records from which the charts' tests draw."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pandas as pd

from analysis.charts import Context
from analysis.outlook import fan, outlook
from analysis.plan import Plan, Street, Target, load_plan
from analysis.progress import daily, district_daily, progress

PUTUO = load_plan()
OTHERS = "天目西路 北站 宝山路 彭浦新村 临汾 大宁 共和新 江宁 静安寺 曹家渡"
TWENTY = [*PUTUO.street_names, *OTHERS.split()]
COLUMNS = ["street", "activity_date", "person_times", "scenarios", "training", "assistance"]


def plan_of(streets: list[str], targets: list[tuple[str, str, date, int]] | None = None, step: int = 0) -> Plan:
    """Putuo's plan with other streets and targets; `step` makes each street's targets larger than the one before."""
    targets = targets or [(t.key, t.name, t.deadline, 500 * (i + 1)) for i, t in enumerate(PUTUO.targets)]
    made = tuple(Street(name, f"{name}街道", str(i), (), {key: number + i * step for key, _, _, number in targets})
                 for i, name in enumerate(streets))
    goals = tuple(Target(key, name, day, sum(s.targets[key] for s in made)) for key, name, day, _ in targets)
    return replace(PUTUO, streets=made, targets=goals)


def records_of(rows: list[tuple[str, str, int, str]]) -> pd.DataFrame:
    """Counted records from (street, day, person-times, scenarios)."""
    made = [(street, pd.Timestamp(day), number, scenarios, number, 0) for street, day, number, scenarios in rows]
    frame = pd.DataFrame(made, columns=COLUMNS)
    return frame.astype({"activity_date": "datetime64[s]", "person_times": "Int64"})


def steady(plan: Plan, totals: dict[str, int], scenarios: str = "就医、出行", every: int = 9) -> pd.DataFrame:
    """Records spread evenly over the year, in sum `totals` per street."""
    days = [plan.first_day + timedelta(days=k) for k in range(2, (plan.last_day - plan.first_day).days, every)]
    rows = []
    for i, (street, total) in enumerate(totals.items()):
        share, left = divmod(total, len(days))
        for k, day in enumerate(days):
            number = share + (k < left)
            if number:
                rows.append((street, str(day + timedelta(days=i % 5)), number, scenarios))
    return records_of(rows)


def figures_of(records: pd.DataFrame, context: Context) -> SimpleNamespace:
    """The frames that the charts read."""
    plan, as_of = context.plan, context.as_of
    return SimpleNamespace(comparison=None, outlook=outlook(records, plan, as_of), fan=fan(records, plan, as_of),
                           missing=pd.DataFrame({"street": ["曹杨"], "missing": [0.0]}), records=records, daily=daily(records, plan, as_of),
                           progress=progress(records, plan, as_of, context.basis),
                           district_daily=district_daily(records, plan, as_of))
