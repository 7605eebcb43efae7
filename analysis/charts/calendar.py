"""Calendar heat map: activities by day, one small calendar a street, weeks from left to right, Monday on top."""

from __future__ import annotations

import math
from datetime import date, timedelta

import pandas as pd
from matplotlib.collections import PolyCollection
from matplotlib.dates import date2num

from analysis.charts import findings, style, wording
from analysis.charts.base import Chart, Context
from analysis.charts.sheet import SMALL, Key, Sheet, Words
from analysis.plan import Plan

NAME = "calendar"
HEAD, FOOT = 5.2, 4.6
SIDES = (0.5, 0.72, 0.94)  # side of a square against its day's cell: the level shows without colour


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
        context, "每格一天，一列一周，周一在上；框线圈出最长的无活动时段（两场之间，14天以上）。"))
    columns = (2 if len(plan.streets) > 1 else 1) if not context.slide else min(len(plan.streets), 3)
    rows = math.ceil(len(plan.streets) / columns)
    weeks = _week(plan.last_day, plan) + 1
    gutter = 7.0
    room = (sheet_width(context) - gutter * (columns - 1)) / columns - 4.0
    cell = min(room / weeks, 2.6)
    sheet = Sheet(context, words, [Key("step1", "1场"), Key("step2", "2场"), Key("step3", "3场及以上"),
                                   Key("silence", "最长的无活动时段")], rows * (HEAD + FOOT + 7 * cell))
    cell = min(cell, ((sheet.bottom - sheet.top) / rows - HEAD - FOOT) / 7)
    block = HEAD + FOOT + 7 * cell
    width = (sheet.right - sheet.left - gutter * (columns - 1)) / columns
    for i, street in enumerate(plan.street_names):
        corner = (sheet.left + (i % columns) * (width + gutter), sheet.top + (i // columns) * block)
        _street(sheet, street, counts[counts["street"] == street], silences[street], corner, (cell, width), context)
    alt = f"日历热力图，每个街镇每天的活动场次。{words.title}。"
    return Chart(NAME, sheet.figure, words.title, words.subtitle, alt, words.note, counts)


def activities_by_day(records: pd.DataFrame, plan: Plan, as_of: date) -> pd.DataFrame:
    """Activities per street and day (street, date, activities), only days with an activity."""
    inside = records["activity_date"].between(pd.Timestamp(plan.first_day), pd.Timestamp(as_of))
    counts = records[inside].groupby(["street", "activity_date"], observed=True).size().reset_index(name="activities")
    return counts.rename(columns={"activity_date": "date"})


def longest_silence(counts: pd.DataFrame, plan: Plan, as_of: date) -> tuple[date, date] | None:
    """First and last day of the longest run of days without an activity, to the end of `as_of`; None without any."""
    edges = [plan.first_day - timedelta(days=1), *sorted(d.date() for d in counts["date"]), as_of + timedelta(days=1)]
    gaps = [(b - a, a + timedelta(days=1), b - timedelta(days=1)) for a, b in zip(edges, edges[1:], strict=False)]
    length, first, last = max(gaps, key=lambda gap: gap[0])
    return (first, last) if length.days > 1 else None


def sheet_width(context: Context) -> float:
    """Width between the margins."""
    return 228.0 if context.slide else 156.0


def _week(day: date, plan: Plan) -> int:
    monday = plan.first_day - timedelta(days=plan.first_day.weekday())
    return (day - monday).days // 7


def _subtitle(context: Context) -> str:
    plan = context.plan
    return f"{plan.district}各街镇每天的活动场次，{wording.period(plan, context.as_of)}"


def _street(sheet: Sheet, street: str, counts: pd.DataFrame, silence: tuple[date, date] | None,
            corner: tuple[float, float], size: tuple[float, float], context: Context) -> None:
    plan, (x, y), (cell, width) = context.plan, corner, size
    left, top = x + 4.0, y + HEAD
    right = left + (_week(plan.last_day, plan) + 1) * cell
    sheet.text(left, y + 3.6, street, size=9, bold=True)
    days = (silence[1] - silence[0]).days + 1 if silence else 0
    total = int(counts["activities"].sum())
    text = f"{wording.number(total)}场，最长停{days}天" if total else "没有活动"
    sheet.text(right, y + 3.6, text, size=SMALL, color=style.LATE if days > 30 or not total else style.MUTED, ha="right")
    _ground(sheet, plan, left, top, cell)
    for level in (1, 2, 3):
        chosen = counts[counts["activities"].clip(upper=3) == level]
        squares = [_square(d.date(), plan, left, top, cell, SIDES[level - 1]) for d in chosen["date"]]
        sheet.canvas.add_collection(PolyCollection(squares, facecolors=style.STEPS[level - 1], linewidths=0, zorder=3),
                                    autolim=False)
    if silence and days >= 14:
        _outline(sheet, plan, silence, left, top, cell)
    for text, row in (("一", 0), ("日", 6)):
        sheet.text(left - 0.8, top + (row + 0.5) * cell + 0.8, text, size=6, color=style.MUTED, ha="right")
    _months(sheet, plan, left, top + 7 * cell, cell)


def _square(day: date, plan: Plan, left: float, top: float, cell: float, side: float) -> list[tuple[float, float]]:
    x = left + (_week(day, plan) + 0.5) * cell
    y = top + (day.weekday() + 0.5) * cell
    h = side * cell / 2
    return [(x - h, y - h), (x + h, y - h), (x + h, y + h), (x - h, y + h)]


def _ground(sheet: Sheet, plan: Plan, left: float, top: float, cell: float) -> None:
    """A pale square for every day of the programme, two greys for the phases in turn."""
    for i, phase in enumerate(plan.phases):
        days = [phase.start + timedelta(days=k) for k in range((phase.end - phase.start).days + 1)]
        squares = [_square(d, plan, left, top, cell, 0.94) for d in days]
        color = "#EDEFF2" if i % 2 == 0 else "#F7F8FA"
        sheet.canvas.add_collection(PolyCollection(squares, facecolors=color, linewidths=0, zorder=1), autolim=False)


def _outline(sheet: Sheet, plan: Plan, silence: tuple[date, date], left: float, top: float, cell: float) -> None:
    """A line around the weeks of the silence, following its first and last day."""
    (a, b), (p, q) = ((_week(d, plan), d.weekday()) for d in silence)
    bottom = top + 7 * cell
    xs, ys = [left + (a + 1) * cell, left + (p + 1) * cell], [top, bottom]
    shape = [(xs[0] if b else left + a * cell, top), (xs[1], top), (xs[1], top + (q + 1) * cell), (left + p * cell, top + (q + 1) * cell),
             (left + p * cell, bottom), (left + a * cell, bottom), (left + a * cell, top + b * cell)]
    if b:
        shape.append((xs[0], top + b * cell))
    shape.append(shape[0])
    sheet.line([s[0] for s in shape], [s[1] for s in shape], color=style.LATE, width=1.0, z=4)


def _months(sheet: Sheet, plan: Plan, left: float, y: float, cell: float) -> None:
    free = 0.0
    for month in pd.date_range(plan.first_day.replace(day=1), plan.last_day, freq="MS"):
        x = left + _week(max(month.date(), plan.first_day), plan) * cell
        text = f"{month.month}月"
        if x > free and date2num(month) <= date2num(plan.last_day):
            sheet.text(x, y + 2.8, text, size=6.5, color=style.MUTED)
            free = x + style.text_width(text, 6.5) + 0.8
