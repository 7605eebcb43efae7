"""The whole district: cumulative line against 序时 and the targets, the difference magnified, and the weekly volume."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.lines import Line2D

from analysis import schedule
from analysis.charts import findings, milestones, style, wording
from analysis.charts.base import Chart, Context, each_row
from analysis.charts.sheet import BODY, SMALL, Key, Sheet, Words, draw_phases
from analysis.plan import Plan

NAME = "district"
AXIS, END = 11.0, 14.0  # room left and right of the panels, mm
LABEL, FOOT = 5.0, 4.6  # a panel's name above it; months below the last one
PANELS = (0.60, 0.22, 0.18)  # shares of the height
BODY_HEIGHT = 104.0


def district(district_daily: pd.DataFrame, context: Context) -> Chart:
    """Draw the whole district's cumulative person-times against the 序时 path.

    Parameters
    ----------
    district_daily : columns date, person_times, cumulative, every day from the first day to `as_of`.
    """
    plan = context.plan
    marks = milestones.district_milestones(district_daily, plan, context.as_of)
    path = expected_path(context)
    table = district_daily.merge(path, on="date", how="left")
    rising = table["date"] <= pd.Timestamp(_last_rise(context))
    table["difference"] = (table["cumulative"] - table["expected"]).where(rising)
    ahead = float(table["cumulative"].iloc[-1] - table["expected"].iloc[-1]) if len(table) else 0.0
    words = Words(findings.district(marks, ahead, context), _subtitle(context),
                  wording.footnote(context, wording.basis_remark(context)))
    sheet = Sheet(context, words, _key(marks, table), BODY_HEIGHT)
    room = sheet.bottom - sheet.top - 2 * LABEL - FOOT
    y = sheet.top
    panels = []
    for share in PANELS:
        panels.append(_Panel(sheet, plan, y, room * share))
        y += room * share + LABEL
    _lines(panels[0], path, table, marks, context)
    _difference(panels[1], table)
    _weekly(panels[2], district_daily)
    _phases(panels, plan)
    alt = f"折线图，全区逐日累计人次与序时进度，下附差值和每周人次。{words.title}。"
    return Chart(NAME, sheet.figure, words.title, words.subtitle, alt, words.note, table)


def expected_path(context: Context) -> pd.DataFrame:
    """序时 person-times of the district at the end of each day (date, expected), to the last day it still rises."""
    plan = context.plan
    days = pd.date_range(plan.first_day, max(_last_rise(context), context.as_of), unit="s")
    totals = [schedule.expected(plan, None, day.date(), context.basis) for day in days]
    return pd.DataFrame({"date": days, "expected": totals})


def _last_rise(context: Context) -> date:
    return context.plan.last_day if context.basis_name == "calendar" else context.plan.targets[-1].deadline


@dataclass
class _Panel:
    """One of the panels, on the time axis that they share."""

    sheet: Sheet
    plan: Plan
    y: float
    height: float
    top: float = 1.0
    bottom: float = 0.0

    @property
    def left(self) -> float:
        return self.sheet.left + AXIS

    @property
    def right(self) -> float:
        return self.sheet.right - END

    @property
    def span(self) -> tuple[float, float]:
        return date2num(self.plan.first_day), date2num(self.plan.last_day) + 1

    def axes(self, label: str) -> Axes:
        """Data axes of this panel, from `bottom` to `top`."""
        ax = self.sheet.axes(self.left, self.y, self.right - self.left, self.height, xlim=self.span,
                             ylim=(self.bottom, self.top))
        ax.set_label(label)
        draw_phases(ax, self.plan, self.bottom, self.top)
        return ax

    def x_of(self, day: float) -> float:
        first, last = self.span
        return self.left + (day - first) / (last - first) * (self.right - self.left)

    def y_of(self, value: float) -> float:
        return self.y + (self.top - value) / (self.top - self.bottom) * self.height

    def number(self, value: float, text: str) -> None:
        """Write a number at its height left of the panel."""
        self.sheet.text(self.left - 1.2, self.y_of(value) + 0.9, text, size=SMALL, color=style.MUTED, ha="right")

    def base(self, value: float = 0.0) -> None:
        """Draw the zero line."""
        self.sheet.line([self.left, self.right], [self.y_of(value)] * 2, color=style.MUTED, width=0.7)


def _subtitle(context: Context) -> str:
    plan = context.plan
    goals = "，".join(f"{wording.day(t.deadline, plan)}{wording.number(t.district)}" for t in plan.targets)
    return f"{plan.district}累计服务人次，{wording.period(plan, context.as_of)}。全区指标：{goals}"


def _key(marks: pd.DataFrame, table: pd.DataFrame) -> list[Key]:
    states = [Key(state, words) for state, words in milestones.STATE_WORDS.items() if state in set(marks["state"])]
    behind = [Key("gap", "低于序时")] * bool((table["difference"] < 0).any())
    return [Key("own", "实际累计"), Key("path", "序时进度"), *states, *behind]


def _lines(panel: _Panel, path: pd.DataFrame, table: pd.DataFrame, marks: pd.DataFrame, context: Context) -> None:
    sheet = panel.sheet
    panel.top = max(marks["now"].max(), marks["target"].max(), 1) * 1.1
    ax = panel.axes("cumulative")
    first = panel.span[0]
    ax.plot(np.append(first, date2num(path["date"].to_numpy()) + 1), np.append(0.0, path["expected"]), color=style.INK,
            linewidth=0.9, linestyle=(0, (4, 2)), zorder=2)
    ax.plot(np.append(first, date2num(table["date"].to_numpy()) + 1), np.append(0.0, table["cumulative"]),
            color=style.MET, linewidth=2.0, zorder=3)
    panel.base()
    panel.number(0, "0")
    for row in each_row(marks):
        x, y = panel.x_of(date2num(row.deadline) + 1), panel.y_of(row.target)
        ax.add_artist(Line2D(panel.span, [row.target] * 2, color=style.RULE, linewidth=0.6, zorder=0.5))
        panel.number(row.target, wording.number(row.target))
        if row.state in (milestones.LATE, milestones.MISSED):
            sheet.line([x, x], [y, panel.y_of(row.value)], color=style.LATE, width=1.8, z=3.5)
        sheet.mark(row.state, x, y, 3.0)
        _label(sheet, row, x, y)
    now = int(marks["now"].iloc[0])
    _total(panel, now, behind=len(table) > 0 and now < table["expected"].iloc[-1], context=context)


def _total(panel: _Panel, now: int, *, behind: bool, context: Context) -> None:
    """The total at the end of the line: below it while the path is above, above it while the path is below."""
    x, y, text = panel.x_of(date2num(context.as_of) + 1), panel.y_of(now), wording.number(now)
    if behind:
        base = min(y + 3.4, panel.y + panel.height - 0.8)
        panel.sheet.text(x + 1.2, base, text, size=9, color=style.MET, bold=True)
    elif context.as_of >= context.plan.last_day:
        panel.sheet.text(x + 1.2, y + 1.0, text, size=9, color=style.MET, bold=True)
    else:
        room = style.text_width(text, 9, bold=True) + 1.0
        panel.sheet.text(max(x, panel.left + room), y - 1.6, text, size=9, color=style.MET, bold=True, ha="right")


def _label(sheet: Sheet, row: Any, x: float, y: float) -> None:
    """Upper left of a target that was missed, lower right of one that was met: the line never comes there."""
    text = wording.difference(row.value, row.target)
    if row.state == milestones.PENDING:
        sheet.text(x + 2.6, y - 1.2, f"还{text}", size=BODY, bold=True, color=style.MET)
    elif row.gap:
        sheet.text(x - 2.6, y - 1.2, text, size=BODY, bold=True, ha="right", color=style.LATE)
    else:
        sheet.text(x + 2.6, y + 3.6, text, size=BODY, bold=True, color=style.MET)


def _difference(panel: _Panel, table: pd.DataFrame) -> None:
    """The distance to 序时 on its own scale, where a small one can be seen."""
    known = table.dropna(subset="difference")
    high, low = max(known["difference"].max(), 0.0), min(known["difference"].min(), 0.0)
    reach = max(high - low, 1.0)
    panel.top, panel.bottom = high + reach * 0.08, low - reach * 0.08
    ax = panel.axes("difference")
    days = date2num(known["date"].to_numpy()) + 1
    values = known["difference"].to_numpy(dtype=float)
    ax.fill_between(days, np.maximum(values, 0), 0, facecolor=style.MET, linewidth=0, zorder=2)
    ax.fill_between(days, np.minimum(values, 0), 0, facecolor=style.PAPER, edgecolor=style.LATE, linewidth=0.6,
                    hatch=style.HATCH, zorder=2)
    panel.base()
    panel.sheet.text(panel.left, panel.y - 1.4, "与序时差值", size=SMALL, bold=True)
    ends = [(v, wording.signed(v)) for v in (high, low) if abs(v) >= 1]
    for value, text in ends:
        panel.number(value, text)
    if all(abs(panel.y_of(v) - panel.y_of(0)) > 2.6 for v, _ in ends):
        panel.number(0, "0")


def _weekly(panel: _Panel, daily: pd.DataFrame) -> None:
    monday = daily["date"] - pd.to_timedelta(daily["date"].dt.day_of_week, unit="D")
    totals = daily.groupby(monday)["person_times"].sum()
    most = float(totals.max()) if len(totals) else 0.0
    panel.top = max(most, 1.0) * 1.05
    ax = panel.axes("weekly")
    ax.bar(date2num(totals.index.to_numpy()) + 0.5, totals.to_numpy(dtype=float), width=6, align="edge",
           color=style.MUTED, linewidth=0)
    panel.base()
    panel.sheet.text(panel.left, panel.y - 1.4, "每周人次", size=SMALL, bold=True)
    panel.number(0, "0")
    if most:
        panel.number(most, wording.number(most))


def _phases(panels: list[_Panel], plan: Plan) -> None:
    panel = panels[-1]
    y = panel.y + panel.height
    for phase in plan.phases:
        left, right = panel.x_of(date2num(phase.start)), panel.x_of(date2num(phase.end) + 1)
        panel.sheet.line([left, left], [y, y + 1.0], color=style.MUTED, width=0.6)
        for text in wording.phase_labels(phase):
            if style.text_width(text, SMALL) < right - left - 0.6:
                panel.sheet.text((left + right) / 2, y + 3.6, text, size=SMALL, color=style.MUTED, ha="center")
                break
