"""Participation by scenario: the totals, by phase, and by street."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from analysis.activities import valid
from analysis.charts import activity_findings as findings
from analysis.charts import style, wording
from analysis.charts.base import Chart, Context
from analysis.charts.sheet import BODY, NOTE, SMALL, Key, Sheet, Words
from analysis.plan import UNCLASSIFIED, Plan

NAME = "scenarios"
HEAD = 11.0


def scenarios(records: pd.DataFrame, context: Context) -> Chart:
    """Draw person-times per scenario as bars, split by phase, and as a table of streets.

    An activity counts in full for each of its scenarios, so the bars add up to more than the person-times served.

    Parameters
    ----------
    records : counted records (street, activity_date, person_times, scenarios joined by '、').
    """
    plan = context.plan
    long = by_scenario(records, context)
    grid = _grid(long, plan)
    words = Words(findings.participation(grid, context), _subtitle(context), wording.footnote(
        context, "一场活动涉及几个场景，就在每个场景各按全部人次计一次，故各场景之和大于总人次。"))
    step = 7.2
    sheet = Sheet(context, words, _key(grid), HEAD + step * len(grid) + 2.0)
    step = min((sheet.bottom - sheet.top - HEAD - 2.0) / len(grid), 11.0)
    layout = _Layout(sheet, plan)
    phases = _phases(long, grid, context)
    top, most = int(phases.max().max()), int(grid[plan.street_names].to_numpy().max())
    _titles(sheet, layout, plan)
    for i, scenario in enumerate(grid.index):
        y = sheet.top + HEAD + i * step
        sheet.line([sheet.left, sheet.right], [y, y], color=style.RULE, width=0.5)
        sheet.text(sheet.left, y + step / 2 + 1.1, scenario, size=9, bold=True)
        _bar(sheet, layout, grid, scenario, y, step)
        _shares(sheet, layout, phases.loc[scenario], top, y, step)
        _cells(sheet, layout, grid.loc[scenario, plan.street_names], most, y, step, planned=scenario != UNCLASSIFIED)
    table = grid.join(phases).reset_index(names="scenario")
    return Chart(NAME, sheet.figure, words.title, words.subtitle, _alt(grid, words.title), words.note, table)


def by_scenario(records: pd.DataFrame, context: Context) -> pd.DataFrame:
    """One row per record and scenario: street, activity_date, scenario, person_times (in full), up to as-of."""
    kept = valid(records, context.plan, context.as_of)
    long = kept.assign(scenario=kept["scenarios"].astype(str).str.split("、")).explode("scenario")
    return long.assign(person_times=long["person_times"].astype("int64"))[
        ["street", "activity_date", "scenario", "person_times"]]


def _grid(long: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Scenarios from the most to the fewest person-times, 未分类 last and only if there is any; a column per street."""
    table = long.pivot_table(index="scenario", columns="street", values="person_times", aggfunc="sum", observed=True)
    names = [*plan.scenario_names, *([UNCLASSIFIED] if UNCLASSIFIED in table.index else [])]
    table = table.reindex(index=names, columns=plan.street_names).fillna(0).astype("int64")
    table.insert(0, "person_times", table.sum(axis=1))
    last = table.index == UNCLASSIFIED
    return table.assign(_last=last).sort_values(["_last", "person_times"], ascending=[True, False], kind="stable").drop(
        columns="_last")


def _phases(long: pd.DataFrame, grid: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Person-times per scenario and phase; missing for a phase that has not begun."""
    columns = {}
    for phase in context.plan.phases:
        inside = long["activity_date"].between(pd.Timestamp(phase.start), pd.Timestamp(phase.end))
        sums = long[inside].groupby("scenario", observed=True)["person_times"].sum().reindex(grid.index)
        columns[phase.name] = sums.fillna(0).astype("Int64") if phase.start <= context.as_of else pd.NA
    return pd.DataFrame(columns, index=grid.index).astype("Int64")


class _Layout:
    """Where the three parts stand, from left to right."""

    def __init__(self, sheet: Sheet, plan: Plan) -> None:
        names = max(style.text_width(s, 9, bold=True) for s in [*plan.scenario_names, UNCLASSIFIED])
        self.bars = sheet.left + names + 2.0
        self.number = 10.0
        room = sheet.right - self.bars
        self.phase = min(12.5, room * 0.27 / len(plan.phases))
        self.cell = min((room * 0.5) / len(plan.streets), 12.0)
        self.cells = sheet.right - self.cell * len(plan.streets)
        self.phases = self.cells - 3.5 - self.phase * len(plan.phases)
        self.width = self.phases - 4.0 - self.bars - self.number


def _subtitle(context: Context) -> str:
    plan = context.plan
    return f"{plan.district}各应用场景服务人次，{wording.period(plan, context.as_of)}：合计、分阶段、分街镇"


def _key(grid: pd.DataFrame) -> list[Key]:
    """The bounds of the five shades, and the cross where a street has nothing."""
    streets = grid.drop(columns="person_times", index=UNCLASSIFIED, errors="ignore")
    top = int(grid.drop(columns="person_times").to_numpy().max())
    bounds = [int(top * i / 5) for i in range(6)]
    shades = [Key(f"shade{i}", f"{wording.number(low + 1)}—{wording.number(high)}")
              for i, (low, high) in enumerate(pairwise(bounds), start=1) if high > low]
    return shades + [Key("none", "没有开展过")] * bool((streets == 0).any(axis=None))


def _titles(sheet: Sheet, layout: _Layout, plan: Plan) -> None:
    y = sheet.top + HEAD - 1.6
    sheet.text(layout.bars, sheet.top + 3.0, "合计人次", size=SMALL, color=style.MUTED)
    sheet.text(layout.phases, sheet.top + 3.0, "分阶段", size=SMALL, color=style.MUTED)
    sheet.text(layout.cells, sheet.top + 3.0, "分街镇", size=SMALL, color=style.MUTED)
    for i, phase in enumerate(plan.phases):
        months = f"{phase.start.month}—{phase.end.month}月"
        sheet.text(layout.phases + i * layout.phase, y, months, size=SMALL, color=style.INK)
    for i, street in enumerate(plan.street_names):
        x = layout.cells + (i + 0.5) * layout.cell
        if style.text_width(street, SMALL) < layout.cell - 0.4:
            sheet.text(x, y, street, size=SMALL, ha="center")
            continue
        for k, character in enumerate(street):  # a narrow column: the name stands upright, one character a line
            sheet.text(x, y - (len(street) - 1 - k) * 2.6, character, size=SMALL, ha="center")


def _bar(sheet: Sheet, layout: _Layout, grid: pd.DataFrame, scenario: str, y: float, step: float) -> None:
    value, top = int(grid["person_times"][scenario]), max(int(grid["person_times"].max()), 1)
    height = min(step * 0.58, 5.0)
    length = layout.width * value / top
    if value:
        sheet.rect(layout.bars, y + (step - height) / 2, length, height,
                   face=style.MET if scenario != UNCLASSIFIED else style.MUTED)
    sheet.text(layout.bars + length + 1.0, y + step / 2 + 1.0, wording.number(value), size=BODY, bold=True)


def _shares(sheet: Sheet, layout: _Layout, row: pd.Series, top: int, y: float, step: float) -> None:
    """A small bar and its number for each phase."""
    for i, value in enumerate(row):
        x = layout.phases + i * layout.phase
        if pd.isna(value):
            sheet.text(x, y + step / 2 + 0.9, "—", size=NOTE, color=style.MUTED)
            continue
        width = (layout.phase - 2.0) * value / max(top, 1)
        sheet.text(x, y + step / 2 + 0.4, wording.number(value), size=NOTE)
        sheet.rect(x, y + step / 2 + 1.4, layout.phase - 2.0, 1.2, face=style.BAND)
        if value:
            sheet.rect(x, y + step / 2 + 1.4, width, 1.2, face=style.MET)


def _cells(sheet: Sheet, layout: _Layout, row: pd.Series, top: int, y: float, step: float, *, planned: bool) -> None:
    """One shaded cell a street, with its number where it fits; a cross where a scenario of the plan has nothing."""
    for i, value in enumerate(row):
        x = layout.cells + i * layout.cell
        middle, base = x + layout.cell / 2, y + step / 2 + 0.9
        if not value and not planned:
            continue
        if not value:
            sheet.text(middle, base, "×", size=SMALL, color=style.LATE, bold=True, ha="center")
            continue
        level = shade_level(value, top)
        sheet.rect(x + 0.25, y + 0.4, layout.cell - 0.5, step - 0.8, face=style.SHADES[level])
        text = wording.number(value)
        if style.text_width(text, NOTE) < layout.cell - 0.6:
            sheet.text(middle, base, text, size=NOTE, ha="center", color=style.PAPER if level >= 4 else style.INK)


def shade_level(value: float, top: float) -> int:
    """1 to 5 by fifths of the highest value; 0 only for nothing."""
    return next((i for i in range(1, 6) if value <= int(top * i / 5)), 5) if value > 0 else 0


def _alt(grid: pd.DataFrame, title: str) -> str:
    listing = "，".join(f"{name}{wording.number(value)}" for name, value in grid["person_times"].items())
    return f"条形图与表格，各应用场景的服务人次。{title}。合计：{listing}。"
