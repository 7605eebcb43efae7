"""Pace: each street against 序时, and its recent daily pace against the pace it needs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.charts import findings, milestones, style, wording
from analysis.charts.base import Chart, Context, each_row
from analysis.charts.sheet import BODY, SMALL, Key, Sheet, Words
from analysis.pace import recent_window
from analysis.progress import BEHIND, FAILED, LATE, MET, ON_PACE, ON_TIME
from analysis.wording import style as written

NAME = "pace"
HEAD = 11.0
STATUS, NUMBERS = 23.0, 13.0  # widths of the status and of each column of numbers, mm
WARNINGS = (LATE, BEHIND, FAILED)
LIGHTS = {ON_TIME: milestones.ON_TIME, MET: milestones.ON_TIME, LATE: milestones.LATE, FAILED: milestones.MISSED,
          ON_PACE: "light_on", BEHIND: "light_behind"}


def pace(daily: pd.DataFrame, progress: pd.DataFrame, context: Context) -> Chart:
    """Draw the distance to 序时 in percentage points and the recent pace beside the required one.

    Parameters
    ----------
    daily : columns street, date, person_times, cumulative; every street and day from the first day to `as_of`.
    progress : what `analysis.progress.progress` returns.
    """
    table = pace_table(daily, progress, context)
    words = Words(findings.pace(table, context), _subtitle(context),
                  wording.footnote(context, wording.basis_remark(context)))
    step = 6.4 if len(table) <= 12 else 5.2
    sheet = Sheet(context, words, _key(table, recent_days(context)), HEAD + step * len(table) + 1.5)
    step = min((sheet.bottom - sheet.top - HEAD - 1.5) / len(table), 11.0)
    layout = _Layout.of(sheet, table)
    _titles(sheet, layout, recent_days(context))
    for i, row in enumerate(each_row(table)):
        y = sheet.top + HEAD + i * step
        sheet.line([sheet.left, sheet.right], [y, y], color=style.RULE, width=0.5)
        _status(sheet, layout, row, y + step / 2)
        _difference(sheet, layout, row, y, step)
        _speed(sheet, layout, row, y + step / 2)
    bottom = sheet.top + HEAD + len(table) * step
    sheet.line([sheet.left, sheet.right], [bottom, bottom], color=style.RULE, width=0.5)
    listing = "，".join(f"{r.street}{r.status}（{wording.signed(r.points, 1)}个百分点）" for r in each_row(table))
    alt = f"条形图，各街镇与序时进度的差值和日均人次。{words.title}。{listing}。"
    return Chart(NAME, sheet.figure, words.title, words.subtitle, alt, words.note, table)


def pace_table(daily: pd.DataFrame, progress: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Each street against the target in force, the one furthest ahead of 序时 first.

    Returns
    -------
    DataFrame with street, person_times, target, expected (序时 person-times), points (attainment less 序时 share, in
    percentage points), required_per_day (NaN after the deadline), status, and recent (person-times per day over the
    last four weeks, fewer days at the start) and days_needed (gap at the recent pace; NaN without gap or pace, or time).
    """
    start, days = recent_window(context.plan, context.as_of)
    window = daily[daily["date"] >= pd.Timestamp(start)].groupby("street")["person_times"].sum()
    columns = ["street", "person_times", "target", "expected", "points", "required_per_day", "status"]
    table = progress[columns].assign(recent=progress["street"].map(window).fillna(0).astype(float) / days)
    wanted = (progress["gap"] > 0) & (table["recent"] > 0) & (context.as_of < context.plan.last_day)
    needed = (progress["gap"] / table["recent"]).where(wanted)
    table = table.assign(days_needed=needed, points=table["points"].fillna(0.0))
    return table.sort_values("points", ascending=False, kind="stable").reset_index(drop=True)


def recent_days(context: Context) -> int:
    """Length of the recent pace in days."""
    return recent_window(context.plan, context.as_of)[1]


@dataclass(frozen=True)
class _Layout:
    """Left edges of the columns and their scales."""

    status: float
    points: float
    zero: float
    point: float  # mm per percentage point
    speeds: float
    speed: float  # mm per person-time a day
    numbers: tuple[float, float]  # right edges
    last: str  # what the last column of numbers holds

    @classmethod
    def of(cls, sheet: Sheet, table: pd.DataFrame) -> _Layout:
        names = max(style.text_width(s, 9, bold=True) for s in table["street"])
        status = sheet.left + names + 3.0
        points = status + STATUS
        last = next((column for column in ("required_per_day", "days_needed") if table[column].gt(0).any()), "")
        right = sheet.right - NUMBERS * (2 if last else 1)
        room = right - points
        low, high = min(table["points"].min(), 0.0), max(table["points"].max(), 0.0)
        pads = (11.0 if low < 0 else 0.5, 11.0 if high > 0 or low == 0 else 0.5)
        point = (room * 0.6 - sum(pads)) / max(high - low, 1e-9)
        fastest = max(table["recent"].max(), table["required_per_day"].fillna(0).max(), 0.1)
        numbers = (sheet.right - (NUMBERS if last else 0.0), sheet.right)
        return cls(status, points, points + pads[0] - low * point, point, points + room * 0.66,
                   (room * 0.34 - 3.0) / fastest, numbers, last)


def _subtitle(context: Context) -> str:
    plan, as_of = context.plan, context.as_of
    target = plan.target_in_force(as_of)
    left = (target.deadline - as_of).days
    tail = f"还有{left}天" if left > 0 else "当日到期" if left == 0 else f"已过{-left}天"
    return (f"{plan.district}各街镇{target.name}进度，截至{as_of.year}年{as_of.month}月{as_of.day}日"
            f"（期限{wording.day(target.deadline, plan)}，{tail}）")


def _key(table: pd.DataFrame, days: int) -> list[Key]:
    key = [Key("bar_met", "高于序时")] * bool((table["points"] > 0).any())
    key += [Key("gap", "低于序时")] * bool((table["points"] < 0).any())
    key.append(Key("dot", f"近{days}天日均"))
    if table["required_per_day"].gt(0).any():
        key.append(Key("tick", "按期达标所需日均"))
        key += [Key("short", "速度不够")] * bool((table["required_per_day"] > table["recent"]).any())
    return key


def _titles(sheet: Sheet, layout: _Layout, days: int) -> None:
    y = sheet.top + HEAD - 1.8
    sheet.text(layout.status, y, "状态", size=SMALL, color=style.MUTED)
    sheet.text(layout.points, y - 4.0, "与序时差值", size=BODY, bold=True)
    sheet.text(layout.points, y, "百分点", size=SMALL, color=style.MUTED)
    sheet.text(layout.speeds, y - 4.0, "日均人次", size=BODY, bold=True)
    sheet.text(layout.numbers[0], y, f"近{days}天", size=SMALL, color=style.MUTED, ha="right")
    if layout.last:
        text = "所需" if layout.last == "required_per_day" else "补足约需"
        sheet.text(layout.numbers[1], y, text, size=SMALL, color=style.MUTED, ha="right")


def _status(sheet: Sheet, layout: _Layout, row: Any, middle: float) -> None:
    bad = row.status in WARNINGS
    sheet.text(sheet.left, middle + 1.1, row.street, size=9, bold=True)
    sheet.mark(LIGHTS[row.status], layout.status + 1.4, middle, 2.6)
    sheet.text(layout.status + 4.0, middle + 1.0, row.status, color=style.LATE if bad else style.INK, bold=bad)


def _difference(sheet: Sheet, layout: _Layout, row: Any, y: float, step: float) -> None:
    height = min(step * 0.55, 4.5)
    length = max(abs(row.points) * layout.point, 0.4 if row.points else 0.0)
    top, base = y + (step - height) / 2, y + step / 2 + 1.0
    text = wording.signed(row.points, 1)
    if row.points < 0:
        sheet.rect(layout.zero - length, top, length, height, face=style.PAPER, edge=style.LATE, hatch=style.HATCH)
        sheet.text(layout.zero - length - 1.0, base, text, color=style.LATE, bold=True, ha="right")
    else:
        if row.points:
            sheet.rect(layout.zero, top, length, height, face=style.MET)
        sheet.text(layout.zero + length + 1.0, base, text)
    sheet.line([layout.zero, layout.zero], [y, y + step], color=style.INK, width=1.0, z=3)


def _speed(sheet: Sheet, layout: _Layout, row: Any, middle: float) -> None:
    """A dot for the recent pace, a tick for the required one, and a line between them where the pace is short."""
    needed = row.required_per_day if row.required_per_day > 0 else 0.0
    at, goal = layout.speeds + row.recent * layout.speed, layout.speeds + needed * layout.speed
    slow = needed > row.recent
    sheet.line([layout.speeds, layout.numbers[0] - NUMBERS - 1.0], [middle, middle], color=style.RULE, width=0.6, z=0.5)
    if slow:
        sheet.line([at, goal], [middle, middle], color=style.LATE, width=1.6, z=2)
    sheet.mark("dot", at, middle, 2.2)
    if needed:
        sheet.mark("tick", goal, middle, 3.0)
    color = style.LATE if slow else style.INK
    sheet.text(layout.numbers[0], middle + 1.0, written.pace(row.recent), size=BODY, ha="right", color=color, bold=slow)
    if layout.last == "required_per_day":
        text = written.daily(needed) if needed else "—"
        sheet.text(layout.numbers[1], middle + 1.0, text, size=BODY, ha="right", color=color, bold=slow)
    elif layout.last and row.days_needed > 0:
        sheet.text(layout.numbers[1], middle + 1.0, f"{math.ceil(row.days_needed)}天", size=BODY, ha="right",
                   color=style.LATE, bold=True)
