"""Per-street cumulative lines against the targets, one small panel a street."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.dates import date2num
from matplotlib.lines import Line2D

from analysis.charts import findings, milestones, style, wording
from analysis.charts.base import Chart, Context, each_row
from analysis.charts.sheet import BODY, SMALL, Key, Sheet, Words, draw_phases

NAME = "small_multiples"
HEAD = 5.6  # street name above a panel, mm
FOOT = 4.2  # months below a panel, mm
AXIS = 8.5  # numbers left of the first panel of a row, mm
GUTTER = 6.0

_Box = tuple[float, float, float, float]


def small_multiples(daily: pd.DataFrame, progress: pd.DataFrame, context: Context) -> Chart:
    """Draw each street's cumulative person-times against the targets, the other streets grey behind it.

    Parameters
    ----------
    daily : columns street, date, person_times, cumulative; every street and day from the first day to `as_of`.
    progress : what `analysis.progress.progress` returns.
    """
    plan = context.plan
    marks = milestones.milestones(progress, plan, context.as_of)
    order = milestones.by_rank(progress)
    columns, rows, height = _grid(len(order), context)
    words = Words(findings.reach(marks, context), _subtitle(context),
                  wording.footnote(context, "逐日累计，按活动日期计入；各格按名次排列。"))
    sheet = Sheet(context, words, _key(marks), rows * height)
    height = (sheet.bottom - sheet.top) / rows
    width = (sheet.right - sheet.left - AXIS - GUTTER * (columns - 1)) / columns
    lines = {str(street): part for street, part in daily.groupby("street", sort=False)}
    top, ticks = _ceiling(marks), _ticks(marks)
    for i, street in enumerate(order):
        x = sheet.left + AXIS + (i % columns) * (width + GUTTER)
        y = sheet.top + (i // columns) * height
        box = (x, y + HEAD, width, height - HEAD - FOOT - 1.2)
        _panel(sheet, context, street, box, lines, marks[marks["street"] == street], (top, ticks),
               numbers=i % columns == 0)
    table = marks.drop(columns="key")
    return Chart(NAME, sheet.figure, words.title, words.subtitle, findings.alt_reach(marks, context), words.note, table)


def _grid(count: int, context: Context) -> tuple[int, int, float]:
    if context.slide:
        columns = min(count, 5 if count <= 10 else 7)
    else:
        columns = min(count, 2 if count <= 10 and count != 9 else 3 if count <= 15 else 4)
    rows = math.ceil(count / columns)
    return columns, rows, min(42.0, 166.0 / rows) if rows > 1 else 60.0


def _subtitle(context: Context) -> str:
    plan = context.plan
    goals = "，".join(f"{wording.day(t.deadline, plan)}{wording.goal(plan, t)}" for t in plan.targets)
    return f"{plan.district}各街镇累计服务人次，{wording.period(plan, context.as_of)}。指标：{goals}"


def _key(marks: pd.DataFrame) -> list[Key]:
    """Only the marks that the chart uses."""
    used = [Key(state, words) for state, words in milestones.STATE_WORDS.items() if state in set(marks["state"])]
    short = bool(len(marks[marks["state"].isin([milestones.LATE, milestones.MISSED])]))
    lines = [Key("short", "期限当天的缺口")] * short + [Key("own", "本街镇")]
    return [*used, *lines, *[Key("peers", "其他街镇")] * (marks["street"].nunique() > 1)]


def _ceiling(marks: pd.DataFrame) -> float:
    """Top of every panel: the highest line, cut where it would flatten all others, and room for its number."""
    return max(min(marks["now"].max(), marks["target"].max() * milestones.CUT), marks["target"].max(), 1) * 1.22


def _ticks(marks: pd.DataFrame) -> list[int]:
    """The targets, if all streets have the same; else round numbers up to the highest."""
    goals = marks.groupby("key", sort=False)["target"]
    if (goals.nunique() == 1).all():
        return sorted({int(goal) for goal in goals.max()})
    top = int(marks["target"].max())
    size = 10 ** (len(str(top)) - 1)
    step = next(step for step in (size // 5, size // 2, size, size * 2, size * 5) if step and top // step <= 3)
    return list(range(step, top + 1, step))


def _panel(sheet: Sheet, context: Context, street: str, box: tuple[float, float, float, float],
           lines: dict[str, pd.DataFrame], marks: pd.DataFrame, axis: tuple[float, list[int]], *,
           numbers: bool) -> None:
    plan = context.plan
    x, y, width, height = box
    top, ticks = axis
    span = (date2num(plan.first_day), date2num(plan.last_day) + 1)
    ax = sheet.axes(x, y, width, height, xlim=span, ylim=(0, top))
    ax.set_label(street)
    draw_phases(ax, plan, 0.0, top)
    peers = [_points(part) for name, part in lines.items() if name != street]
    ax.add_collection(LineCollection(peers, colors=style.PEER, linewidths=0.5, zorder=1), autolim=False)
    if street in lines and len(lines[street]):
        points = _points(lines[street])
        ax.plot([p[0] for p in points], [p[1] for p in points], color=style.MET, linewidth=1.6, zorder=3)
    scale = _Scale(x, y, width, height, span, top)
    _frame(sheet, ax, context, scale, ticks, numbers=numbers)
    taken = _targets(sheet, scale, marks)
    _headline(sheet, scale, street, marks, context)
    _end_label(sheet, scale, marks, taken, context)


class _Scale:
    """From data to millimetres on the sheet."""

    def __init__(self, x: float, y: float, width: float, height: float, span: tuple[float, float], top: float) -> None:
        self.left, self.upper, self.width, self.height = x, y, width, height
        self.span, self.top = span, top

    def x(self, number: float) -> float:
        return self.left + (number - self.span[0]) / (self.span[1] - self.span[0]) * self.width

    def y(self, value: float) -> float:
        """Height of a value; one above the panel stands at its top."""
        return self.upper + max(1 - value / self.top, 0.0) * self.height


def _points(part: pd.DataFrame) -> list[tuple[float, float]]:
    """Steps: a day's activities count at the end of the day."""
    days = date2num(part["date"].to_numpy()) + 1
    return [(days[0] - 1, 0.0), *zip(days, part["cumulative"].to_numpy(dtype=float), strict=True)] if len(days) else []


def _frame(sheet: Sheet, ax: Axes, context: Context, scale: _Scale, ticks: list[int], *, numbers: bool) -> None:
    right = scale.left + scale.width
    base = scale.y(0)
    sheet.line([scale.left, right], [base, base], color=style.MUTED, width=0.7)
    last_label = base
    for tick in [0, *ticks]:
        y = scale.y(tick)
        if tick:
            ax.add_artist(Line2D(scale.span, [tick, tick], color=style.RULE, linewidth=0.6, zorder=0.5))
        if numbers and (not tick or last_label - y > 2.6):
            sheet.text(scale.left - 1.2, y + 0.85, wording.number(tick), size=SMALL, color=style.MUTED, ha="right")
            last_label = y
    _phase_labels(sheet, context, scale, base)


def _phase_labels(sheet: Sheet, context: Context, scale: _Scale, base: float) -> None:
    """Months and name of each phase under its band, as much of it as fits."""
    for phase in context.plan.phases:
        left, right = scale.x(date2num(phase.start)), scale.x(date2num(phase.end) + 1)
        sheet.line([left, left], [base, base + 1.0], color=style.MUTED, width=0.6)
        for text in wording.phase_labels(phase):
            if style.text_width(text, SMALL) < right - left - 0.6:
                sheet.text((left + right) / 2, base + 3.4, text, size=SMALL, color=style.MUTED, ha="center")
                break


def _targets(sheet: Sheet, scale: _Scale, marks: pd.DataFrame) -> list[_Box]:
    """Draw the marks, the gaps and their labels; where a panel is too narrow for two, the later gap keeps its label."""
    taken = []
    for row in each_row(marks):
        x, y = scale.x(date2num(row.deadline) + 1), scale.y(row.target)
        sheet.mark(row.state, x, y)
        taken.append((x - 1.3, y - 1.3, x + 1.3, y + 1.3))
        if row.gap and row.state in (milestones.LATE, milestones.MISSED):
            sheet.line([x, x], [y, scale.y(row.value)], color=style.LATE, width=1.6, z=3.5)
            taken.append((x - 0.4, y, x + 0.4, scale.y(row.value)))
    for row in each_row(marks[marks["gap"] > 0][::-1]):
        if row.state in (milestones.LATE, milestones.MISSED):
            _gap_label(sheet, scale, row, taken)
    return taken


def _gap_label(sheet: Sheet, scale: _Scale, row: Any, taken: list[_Box]) -> None:
    """Write the gap upper left of its target, where the street's own line never is."""
    text = f"差{wording.number(row.gap)}"
    x, y, width = scale.x(date2num(row.deadline) + 1), scale.y(row.target), style.text_width(text, SMALL, bold=True)
    right, base = (x - 1.8, y - 0.6) if x - 1.8 - width >= scale.left else (scale.left + width, y - 1.8)
    box = _box(text, SMALL, right, base, "right")
    if not any(_touch(box, other) for other in taken):
        sheet.text(right, base, text, size=SMALL, color=style.LATE, bold=True, ha="right")
        taken.append(box)


def _headline(sheet: Sheet, scale: _Scale, street: str, marks: pd.DataFrame, context: Context) -> None:
    y = scale.upper - 1.6
    sheet.text(scale.left, y, street, size=9.5, bold=True)
    text, bad = findings.street_status(marks, context)
    room = scale.width - style.text_width(street, 9.5, bold=True) - 1.5
    failed = marks.loc[marks["state"].isin([milestones.LATE, milestones.MISSED]), "state"]
    word = milestones.STATE_WORDS[failed.iloc[-1]] if len(failed) else ""
    fitting = next((t for t in (text, word, "") if style.text_width(t, SMALL) <= room), "")
    if fitting:
        color = style.LATE if bad else style.MUTED
        sheet.text(scale.left + scale.width, y, fitting, size=SMALL, color=color, ha="right")


def _end_label(sheet: Sheet, scale: _Scale, marks: pd.DataFrame, taken: list[_Box], context: Context) -> None:
    """Write the total at the end of the line, at the first place where nothing stands."""
    now = int(marks["now"].iloc[-1])
    text = wording.number(now)
    width = style.text_width(text, BODY, bold=True)
    x, y = scale.x(date2num(context.as_of) + 1), max(scale.y(now), scale.upper + 4.2)
    at = max(x, scale.left + width)
    places = [(at, y - 1.0, "right"), (x + 0.8, y + 1.0, "left"), (x + 0.8, y + 3.4, "left"), (at, y - 4.0, "right"),
              (x + 1.8, y - 1.2, "left"), (at, y + 3.8, "right"), (at, min([y, *(b[1] for b in taken)]) - 0.8, "right")]
    inside = [p for p in places if _box(text, BODY, *p)[2] <= scale.left + scale.width + 0.5]
    free = [p for p in inside if not any(_touch(_box(text, BODY, *p), other) for other in taken)]
    left, base, ha = (free or inside)[0]
    sheet.text(left, base, text, size=BODY, color=style.MET, bold=True, ha=ha)


def _box(text: str, size: float, x: float, y: float, ha: str) -> _Box:
    """The area of a bold label: left, top, right, bottom in mm."""
    width = style.text_width(text, size, bold=True)
    left = x - width if ha == "right" else x
    return left, y - size * style.POINT * 0.85, left + width, y + size * style.POINT * 0.2


def _touch(a: _Box, b: _Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
