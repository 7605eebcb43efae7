"""Calendar heat map: activities by day, one small calendar a street, weeks from left to right, Monday on top."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from analysis.activities import first_rows, valid
from analysis.charts import activity_findings as findings
from analysis.charts import style, wording
from analysis.charts.base import Chart, Context
from analysis.charts.sheet import SMALL, Key, Sheet, Words, inner_width
from analysis.plan import Plan

NAME = "calendar"
HEAD, FOOT = 5.4, 4.8  # name above and months below a calendar, mm
GUTTER = 7.0
TALLEST, TALLEST_SLIDE, LARGEST = 150.0, 80.0, 3.2  # body and a day's cell, mm
SIDES = (0.5, 0.72, 0.94)  # side of a square against its day's cell: the level shows without colour
GROUNDS = ("#EDEFF2", "#F7F8FA")  # a day without activity, in every other phase


def calendar(records: pd.DataFrame, context: Context) -> Chart:
    """Draw a square for each day with activities, the larger and darker the more of them.

    Parameters
    ----------
    records : counted records (street, activity_date).
    """
    plan = context.plan
    counts = activities_by_day(records, plan, context.as_of)
    silences = {s: longest_silence(counts[counts["street"] == s], plan, context.as_of) for s in plan.street_names}
    words = Words(findings.rhythm(counts, silences, context), _subtitle(context), wording.footnote(
        context, f"每格一天，一列一周，周一在上；红框为最长的无活动时段（满{findings.PAUSE}天才画）。"))
    columns, cell = _columns(context, TALLEST_SLIDE if context.slide else TALLEST)
    rows = math.ceil(len(plan.streets) / columns)
    width = (inner_width(context) - GUTTER * (columns - 1)) / columns
    sheet = Sheet(context, words, _key(silences), rows * (HEAD + FOOT + 7 * cell))
    for i, street in enumerate(plan.street_names):
        x = sheet.left + (i % columns) * (width + GUTTER)
        y = sheet.top + (i // columns) * (HEAD + FOOT + 7 * cell)
        grid = _Grid(plan, context.as_of, x + 4.0, y + HEAD, cell)
        _street(sheet, grid, street, counts[counts["street"] == street], silences[street])
    listing = "，".join(f"{s}{int(n)}场" for s, n in _totals(counts, plan).items())
    alt = f"日历热力图，每个街镇每天的活动场次。{words.title}。{listing}。"
    return Chart(NAME, sheet.figure, words.title, words.subtitle, alt, words.note, counts)


def _columns(context: Context, tallest: float) -> tuple[int, float]:
    """The number of columns that makes the days largest within `tallest` mm, and the side of a day."""
    count, weeks = len(context.plan.streets), _week(context.plan.last_day, context.plan) + 1
    best = (1, 0.0)
    for columns in range(1, count + 1):
        width = (inner_width(context) - GUTTER * (columns - 1)) / columns
        high = (tallest / math.ceil(count / columns) - HEAD - FOOT) / 7
        cell = min((width - 4.0) / weeks, high, LARGEST)
        if cell > best[1] + 1e-9:
            best = (columns, cell)
    return best


def activities_by_day(records: pd.DataFrame, plan: Plan, as_of: date) -> pd.DataFrame:
    """Activities per street and day (street, date, activities), only days with an activity."""
    kept = valid(records, plan, as_of)
    groups = kept[first_rows(kept)].groupby(["street", "activity_date"], observed=True)
    counts = groups.size().reset_index(name="activities")
    return counts.rename(columns={"activity_date": "date"})


def longest_silence(counts: pd.DataFrame, plan: Plan, as_of: date) -> tuple[date, date] | None:
    """First and last day of the longest run of days without activity, from the first day to `as_of`; None if none."""
    active = sorted({day.date() for day in counts["date"]})
    edges = [plan.first_day - timedelta(days=1), *active, as_of + timedelta(days=1)]
    before, after = max(pairwise(edges), key=lambda pair: pair[1] - pair[0])
    return (before + timedelta(days=1), after - timedelta(days=1)) if (after - before).days > 1 else None


@dataclass(frozen=True)
class _Grid:
    """Where the days of one small calendar stand."""

    plan: Plan
    as_of: date
    left: float
    top: float
    cell: float

    @property
    def right(self) -> float:
        return self.left + (_week(self.plan.last_day, self.plan) + 1) * self.cell

    @property
    def bottom(self) -> float:
        return self.top + 7 * self.cell

    def week(self, day: date) -> float:
        """Left edge of the day's week."""
        return self.left + _week(day, self.plan) * self.cell

    def squares(self, days: Iterable[date], side: float) -> npt.NDArray[np.float64]:
        """The corners of a square in the middle of each day's cell."""
        centres = [(self.week(d) + self.cell / 2, self.top + (d.weekday() + 0.5) * self.cell) for d in days]
        corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * side * self.cell / 2
        return np.array(centres, dtype=float).reshape(-1, 1, 2) + corners

    def outline(self, first: date, last: date) -> list[tuple[float, float]]:
        """The line around the cells from one day to another: columns of weeks with a step at either end."""
        a, b = self.week(first), self.week(last)
        above, below = self.top + first.weekday() * self.cell, self.top + (last.weekday() + 1) * self.cell
        if a == b:
            return [(a, above), (a + self.cell, above), (a + self.cell, below), (a, below), (a, above)]
        return [(a, above), (a + self.cell, above), (a + self.cell, self.top), (b + self.cell, self.top),
                (b + self.cell, below), (b, below), (b, self.bottom), (a, self.bottom), (a, above)]


def _week(day: date, plan: Plan) -> int:
    monday = plan.first_day - timedelta(days=plan.first_day.weekday())
    return (day - monday).days // 7


def _totals(counts: pd.DataFrame, plan: Plan) -> pd.Series:
    return counts.groupby("street", observed=True)["activities"].sum().reindex(plan.street_names).fillna(0)


def _subtitle(context: Context) -> str:
    return f"{context.plan.district}各街镇每天的活动场次，{wording.period(context.plan, context.as_of)}"


def _key(silences: dict[str, tuple[date, date] | None]) -> list[Key]:
    marked = any(findings.days_of(span) >= findings.PAUSE for span in silences.values())
    levels = [Key("step1", "1场"), Key("step2", "2场"), Key("step3", "3场及以上")]
    return levels + [Key("silence", "最长的无活动时段")] * marked


def _street(sheet: Sheet, grid: _Grid, street: str, counts: pd.DataFrame, silence: tuple[date, date] | None) -> None:
    days, total = findings.days_of(silence), int(counts["activities"].sum())
    sheet.text(grid.left, grid.top - 1.6, street, size=9, bold=True)
    room = grid.right - grid.left - style.text_width(street, 9, bold=True) - 1.5
    count = f"{wording.number(total)}场"
    texts = (f"{count}，最长停{days}天", count, "") if total else ("没有活动", "无", "")
    text = next((t for t in texts if style.text_width(t, SMALL) <= room), "")
    sheet.text(grid.right, grid.top - 1.6, text, size=SMALL, ha="right",
               color=style.LATE if days >= 30 or not total else style.MUTED)
    for i, phase in enumerate(grid.plan.phases):
        span = (min(phase.end, grid.as_of) - phase.start).days + 1
        _fill(sheet, grid.squares((phase.start + timedelta(days=k) for k in range(span)), 0.94), GROUNDS[i % 2], 1)
    level = counts["activities"].clip(upper=len(SIDES))
    for i, side in enumerate(SIDES):
        _fill(sheet, grid.squares((d.date() for d in counts.loc[level == i + 1, "date"]), side), style.STEPS[i], 3)
    if silence and days >= findings.PAUSE:
        xs, ys = zip(*grid.outline(*silence), strict=True)
        sheet.line(xs, ys, color=style.LATE, width=1.0, z=4)
    for text, row in (("一", 0), ("日", 6)):
        y = grid.top + (row + 0.5) * grid.cell + 0.8
        sheet.text(grid.left - 0.8, y, text, size=6, color=style.MUTED, ha="right")
    _months(sheet, grid)


def _fill(sheet: Sheet, squares: npt.NDArray[np.float64], color: str, z: float) -> None:
    """Draw all squares of a colour as one path, which keeps the files small."""
    if len(squares):
        sheet.canvas.add_artist(PathPatch(Path.make_compound_path_from_polys(squares), facecolor=color, linewidth=0,
                                          zorder=z))


def _months(sheet: Sheet, grid: _Grid) -> None:
    """Each month's name under the week of its first day, as far as they do not touch."""
    free = 0.0
    for month in pd.date_range(grid.plan.first_day.replace(day=1), grid.plan.last_day, freq="MS"):
        x, text = grid.week(max(month.date(), grid.plan.first_day)), f"{month.month}月"
        width = style.text_width(text, 6.5)
        if x > free and x + width <= grid.right + 0.5:
            sheet.text(x, grid.bottom + 2.8, text, size=6.5, color=style.MUTED)
            free = x + width + 0.6
