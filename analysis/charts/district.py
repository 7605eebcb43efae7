"""The district's cumulative line against its targets and the 序时 path, and its person-times per week."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.dates import date2num

from analysis import progress
from analysis.charts import findings, milestones, style, wording
from analysis.charts.base import Chart, Context
from analysis.charts.sheet import BODY, SMALL, Key, Sheet, Words

NAME = "district"
AXIS, END = 11.0, 14.0
FOOT = 4.6
WEEKS = 15.0  # height of the weekly bars, mm


def district(district_daily: pd.DataFrame, context: Context) -> Chart:
    """Draw the whole district's cumulative person-times against the 序时 path.

    Parameters
    ----------
    district_daily : columns date, person_times, cumulative, every day from the first day to `as_of`.
    """
    plan = context.plan
    marks = milestones.district_milestones(district_daily, plan, context.as_of)
    path = expected_path(context)
    ahead = int(marks["now"].iloc[0]) - path["expected"][path["date"] == pd.Timestamp(context.as_of)].sum()
    words = Words(findings.district(marks, float(ahead), context), _subtitle(context),
                  wording.footnote(context, wording.basis_remark(context)))
    sheet = Sheet(context, words, _key(marks), 84.0)
    x, width = sheet.left + AXIS, sheet.right - sheet.left - AXIS - END
    plot = sheet.bottom - sheet.top - WEEKS - 7.0 - FOOT
    top = max(marks["now"].max(), marks["target"].max(), 1) * 1.12
    _lines(sheet, district_daily, path, marks, (x, sheet.top, width, plot), top, context)
    _weekly_bars(sheet, district_daily, (x, sheet.top + plot + 7.0, width, WEEKS), context)
    table = district_daily.merge(path, on="date", how="left")
    return Chart(NAME, sheet.figure, words.title, words.subtitle, f"折线图，全区逐日累计人次与序时进度。{words.title}。", words.note,
                 table)


def expected_path(context: Context) -> pd.DataFrame:
    """序时 person-times of the district at the end of each day (date, expected), to the last deadline."""
    plan = context.plan
    last = plan.targets[-1].deadline if context.basis_name != "calendar" else plan.last_day
    days = pd.date_range(plan.first_day, max(last, context.as_of), unit="s")
    totals = [sum(progress.expected(plan, s.name, d.date(), context.basis_name) for s in plan.streets) for d in days]
    return pd.DataFrame({"date": days, "expected": totals})


def _subtitle(context: Context) -> str:
    plan = context.plan
    goals = "，".join(f"{wording.day(t.deadline, plan)}{wording.number(t.district)}" for t in plan.targets)
    return f"{plan.district}累计服务人次，{wording.period(plan, context.as_of)}。全区指标：{goals}人次"


def _key(marks: pd.DataFrame) -> list[Key]:
    words = {"met": "按期达标", "late": "逾期补足", "missed": "逾期未达标", "pending": "期限未到"}
    kinds = [k for k in words if k in {MARKS[s] for s in marks["state"]}]
    return [Key("own", "实际累计"), Key("path", "序时进度"), *(Key(k, words[k]) for k in kinds), Key("week", "每周人次")]


MARKS = {milestones.ON_TIME: "met", milestones.LATE: "late", milestones.MISSED: "missed", milestones.PENDING: "pending"}


def _lines(sheet: Sheet, daily: pd.DataFrame, path: pd.DataFrame, marks: pd.DataFrame,
           box: tuple[float, float, float, float], top: float, context: Context) -> None:
    plan = context.plan
    x, y, width, height = box
    first, last = date2num(plan.first_day), date2num(plan.last_day) + 1
    ax = sheet.axes(x, y, width, height, xlim=(first, last), ylim=(0, top))
    ax.set_label("district")
    for i, phase in enumerate(plan.phases):
        if i % 2 == 0:
            ax.axvspan(date2num(phase.start), date2num(phase.end) + 1, color=style.BAND, linewidth=0, zorder=0)
    days = np.append(first, date2num(daily["date"].to_numpy()) + 1)
    values = np.append(0.0, daily["cumulative"].to_numpy(dtype=float))
    expected = np.append(0.0, path["expected"].to_numpy(dtype=float))
    path_days = np.append(first, date2num(path["date"].to_numpy()) + 1)
    on_path = np.interp(days, path_days, expected)
    ax.fill_between(days, values, on_path, where=values < on_path, facecolor=style.PAPER, edgecolor=style.LATE, linewidth=0,
                    hatch=style.HATCH, zorder=1)
    ax.plot(path_days, expected, color=style.INK, linewidth=0.9, linestyle=(0, (4, 2)), zorder=2)
    ax.plot(days, values, color=style.MET, linewidth=2.0, zorder=3)

    def to_x(day: float) -> float:
        return x + (day - first) / (last - first) * width

    def to_y(value: float) -> float:
        return y + (1 - value / top) * height

    sheet.line([x, x + width], [y + height] * 2, color=style.MUTED, width=0.7)
    sheet.text(x - 1.2, y + height + 0.9, "0", size=SMALL, color=style.MUTED, ha="right")
    for row in marks.itertuples():
        at_x, at_y = to_x(date2num(row.deadline) + 1), to_y(row.target)
        ax.axhline(row.target, color=style.RULE, linewidth=0.6, zorder=0.5)
        sheet.text(x - 1.2, at_y + 0.9, wording.number(row.target), size=SMALL, color=style.MUTED, ha="right")
        if row.state in (milestones.LATE, milestones.MISSED):
            sheet.line([at_x, at_x], [at_y, to_y(row.value)], color=style.LATE, width=1.8, z=3.5)
        sheet.mark(MARKS[row.state], at_x, at_y, 3.0)
        _label(sheet, row, at_x, at_y, context)
    now = int(marks["now"].iloc[0])
    end = to_x(date2num(context.as_of) + 1)
    sheet.text(end + 1.2, to_y(now) + 1.0, wording.number(now), size=9, color=style.MET, bold=True)


def _label(sheet: Sheet, row: object, x: float, y: float, context: Context) -> None:
    """Left of the mark and above it: the line climbs to the right, so that corner is free."""
    value, target, state = row.value, row.target, row.state  # type: ignore[attr-defined]
    missed = state in (milestones.LATE, milestones.MISSED)
    difference = f"差{wording.number(target - value)}" if value < target else f"超{wording.number(value - target)}"
    if state == milestones.PENDING:
        difference = f"还{difference}"
    sheet.text(x - 2.6, y - 1.2, difference, size=BODY, bold=True, ha="right",
               color=style.LATE if missed else style.MET)


def _weekly_bars(sheet: Sheet, daily: pd.DataFrame, box: tuple[float, float, float, float], context: Context) -> None:
    plan = context.plan
    x, y, width, height = box
    first, last = date2num(plan.first_day), date2num(plan.last_day) + 1
    week = daily["date"] - pd.to_timedelta(daily["date"].dt.weekday, unit="D")
    totals = daily.groupby(week)["person_times"].sum()
    top = max(float(totals.max()) if len(totals) else 0.0, 1.0)
    ax = sheet.axes(x, y, width, height, xlim=(first, last), ylim=(0, top * 1.05))
    ax.bar(date2num(totals.index.to_numpy()) + 0.5, totals.to_numpy(dtype=float), width=6, align="edge", color=style.MUTED,
           linewidth=0)
    sheet.line([x, x + width], [y + height] * 2, color=style.MUTED, width=0.7)
    if totals.sum():
        sheet.text(x - 1.2, y + height * (1 - 1 / 1.05) + 1.6, wording.number(top), size=SMALL, color=style.MUTED, ha="right")
    sheet.text(x - 1.2, y + height + 0.9, "0", size=SMALL, color=style.MUTED, ha="right")
    for phase in plan.phases:
        left = x + (date2num(phase.start) - first) / (last - first) * width
        right = x + (date2num(phase.end) + 1 - first) / (last - first) * width
        sheet.line([left, left], [y + height, y + height + 1.0], color=style.MUTED, width=0.6)
        text = f"{phase.start.month}—{phase.end.month}月 {phase.name}"
        if style.text_width(text, SMALL) < right - left:
            sheet.text((left + right) / 2, y + height + 3.5, text, size=SMALL, color=style.MUTED, ha="center")

