"""The programme on one time axis: phases, deadlines, each street's stage day by day, and its activities per week."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd
from matplotlib.colors import to_hex, to_rgb

from analysis.activities import first_rows, valid
from analysis.charts import findings, milestones, style, wording
from analysis.charts.base import Chart, Context, each_row
from analysis.charts.sheet import BODY, SMALL, Key, Sheet, Words
from analysis.plan import Plan

NAME = "timeline"
HEAD = 14.0  # phases, deadlines and months, mm
DATES, LOW_DATES = 15.0, 23.0  # one column of dates; in a low row "晚14天" stands beside the date, not under it
LOW = 6.4
FEWEST_FULL = 4  # activities a week that fill a row at least, so that one activity does not look like many


def timeline(records: pd.DataFrame, progress: pd.DataFrame, context: Context) -> Chart:
    """Draw one strip a street: pale until the first target is met, then darker; hatched while a target is overdue.

    Parameters
    ----------
    records : counted records (street, activity_date).
    progress : what `analysis.progress.progress` returns.
    """
    plan = context.plan
    marks = milestones.milestones(progress, plan, context.as_of)
    order = _order(marks, plan)
    weeks = weekly(records, plan, context.as_of)
    most = int(weeks["activities"].max()) if len(weeks) else 0
    words = Words(findings.punctuality(marks, context), _subtitle(context), wording.footnote(
        context, f"小柱为每周活动场次，最高{most}场；各街镇按达到末个指标的先后排列。"))
    step = 8.6 if len(order) <= 12 else 6.6
    sheet = Sheet(context, words, _key(marks, plan), HEAD + step * len(order) + 2.0)
    step = min((sheet.bottom - sheet.top - HEAD - 2.0) / len(order), 12.0)
    axis = _Axis(sheet, plan, len(order), step, max(most, FEWEST_FULL))
    _phases(sheet, axis, context)
    for i, street in enumerate(order):
        y = sheet.top + HEAD + i * step
        _row(sheet, axis, marks[marks["street"] == street], weeks[weeks["street"] == street], y, context)
    _deadlines(sheet, axis, context)
    alt = f"时间轴，每个街镇一条，分段表示达到各指标的时间。{words.title}。{_reached_listing(marks, order, plan)}"
    return Chart(NAME, sheet.figure, words.title, words.subtitle, alt, words.note, marks.drop(columns="key"))


def weekly(records: pd.DataFrame, plan: Plan, as_of: date) -> pd.DataFrame:
    """Activities per street and week (street, week = its Monday, activities), only weeks with an activity."""
    kept = valid(records, plan, as_of)
    days = kept.loc[first_rows(kept), ["street", "activity_date"]]
    monday = days["activity_date"] - pd.to_timedelta(days["activity_date"].dt.day_of_week, unit="D")
    return days.assign(week=monday).groupby(["street", "week"], observed=True).size().reset_index(name="activities")


class _Axis:
    """Days to millimetres, and the rows."""

    def __init__(self, sheet: Sheet, plan: Plan, rows: int, step: float, most: int) -> None:
        names = max(style.text_width(s, 9, bold=True) for s in plan.street_names)
        self.left = sheet.left + names + 2.5
        self.dates = DATES if step >= LOW else LOW_DATES
        self.right = sheet.right - self.dates * len(plan.targets) - 1.5
        self.first, self.days = plan.first_day, (plan.last_day - plan.first_day).days + 1
        self.most = most
        self.top, self.step, self.bottom = sheet.top + HEAD, step, sheet.top + HEAD + rows * step

    def x(self, day: date | pd.Timestamp) -> float:
        """The start of a day."""
        passed = (pd.Timestamp(day) - pd.Timestamp(self.first)).days
        return self.left + (self.right - self.left) * min(max(passed, 0), self.days) / self.days


def _order(marks: pd.DataFrame, plan: Plan) -> list[str]:
    """Whoever reached the last target first; then the one before it; then by person-times."""
    far = pd.Timestamp.max

    def key(street: str) -> tuple:
        rows = marks[marks["street"] == street]
        return *(far if pd.isna(r) else r for r in rows["reached"][::-1]), -rows["now"].iloc[0]

    return sorted(plan.street_names, key=key)


def _subtitle(context: Context) -> str:
    plan = context.plan
    return f"{plan.district}各街镇达到指标的时间和每周活动场次，{wording.period(plan, context.as_of)}"


def _key(marks: pd.DataFrame, plan: Plan) -> list[Key]:
    fills = _stage_fills(len(plan.targets))
    key = [Key(f"fill:{fills[0]}", wording.unmet(plan, plan.targets[0]))]
    for fill, target in zip(fills[1:], plan.targets, strict=True):
        key.append(Key(f"fill:{fill}", wording.met(plan, target)))
    if marks["state"].isin([milestones.LATE, milestones.MISSED]).any():
        key.append(Key("overdue", "已过期限仍未达标"))
    return [*key, Key("week", "每周活动场次")]


def _stage_fills(targets: int) -> list[str]:
    """White before the first target, then darker with each, and full blue once the last is met."""
    light, dark = (to_rgb(color) for color in (style.PART, style.MET))
    steps = [i / max(targets - 1, 1) for i in range(targets)] if targets > 1 else [1.0]
    return [style.PAPER, *(_blend(light, dark, t) for t in steps)]


def _blend(light: tuple[float, float, float], dark: tuple[float, float, float], share: float) -> str:
    red, green, blue = (a + (b - a) * share for a, b in zip(light, dark, strict=True))
    return to_hex((red, green, blue))


def _phases(sheet: Sheet, axis: _Axis, context: Context) -> None:
    y = sheet.top
    for i, phase in enumerate(context.plan.phases):
        left, right = axis.x(phase.start), axis.x(phase.end + timedelta(days=1))
        if i % 2 == 0:
            sheet.rect(left, y, right - left, axis.bottom - y, face=style.BAND, z=0)
        text = f"{phase.name}"
        if style.text_width(text, BODY, bold=True) < right - left:
            sheet.text((left + right) / 2, y + 3.6, text, size=BODY, bold=True, ha="center")
    free = 0.0
    for month in pd.date_range(axis.first, periods=24, freq="MS"):
        if month.date() > context.plan.last_day:
            break
        left, text = axis.x(month), f"{month.month}月"
        sheet.line([left, left], [axis.top - 1.2, axis.top], color=style.MUTED, width=0.6)
        if left > free:
            sheet.text(left + 0.5, axis.top - 1.6, text, size=SMALL, color=style.MUTED)
            free = left + style.text_width(text, SMALL) + 1.0
    sheet.line([axis.left, axis.right], [axis.top, axis.top], color=style.MUTED, width=0.7)


def _deadlines(sheet: Sheet, axis: _Axis, context: Context) -> None:
    plan = context.plan
    for i, target in enumerate(plan.targets):
        x = axis.x(target.deadline + timedelta(days=1))
        sheet.line([x, x], [sheet.top + 5.0, axis.bottom], color=style.INK, width=1.2, z=3)
        label = f"{wording.day(target.deadline, plan)}期限"
        sheet.text(x - 0.8, sheet.top + 8.0, label, size=SMALL, bold=True, ha="right")
        right = sheet.right - axis.dates * (len(plan.targets) - 1 - i)
        same = wording.one_goal(plan, target) is not None
        title = wording.met(plan, target).removesuffix("人次") if same else target.name
        sheet.text(right, axis.top - 1.6, title, size=SMALL, color=style.MUTED, ha="right")
    if context.as_of < plan.last_day:
        x = axis.x(context.as_of + timedelta(days=1))
        sheet.line([x, x], [axis.top, axis.bottom], color=style.MUTED, width=0.8, dash=(0, (2, 2)), z=3)


def _row(sheet: Sheet, axis: _Axis, marks: pd.DataFrame, weeks: pd.DataFrame, y: float, context: Context) -> None:
    step, base = axis.step, y + axis.step / 2 + 1.2
    sheet.text(sheet.left, base, marks["street"].iloc[0], size=9, bold=True)
    sheet.line([sheet.left, sheet.right], [y + step, y + step], color=style.RULE, width=0.5)
    strip = min(2.8, step * 0.34)
    floor = y + step - 1.0
    _weeks(sheet, axis, weeks, floor - strip - 0.5, step - strip - 1.9)
    _strip(sheet, axis, marks, floor - strip, strip, context)
    for i, row in enumerate(each_row(marks)):
        _date(sheet, axis, row, sheet.right - axis.dates * (len(marks) - 1 - i), base, context)


def _date(sheet: Sheet, axis: _Axis, row: Any, right: float, base: float, context: Context) -> None:
    text, late = _date_words(row, context)
    color = style.LATE if late else style.INK
    delay = f"晚{row.days_late}天" if row.days_late else ""
    if axis.step < LOW or not delay:
        sheet.text(right, base, f"{text} {delay}".strip(), size=SMALL, ha="right", color=color)
        return
    sheet.text(right, base - 1.3, text, size=SMALL, ha="right", color=color)
    sheet.text(right, base + 1.7, delay, size=6.5, ha="right", color=color, bold=True)


def _date_words(row: Any, context: Context) -> tuple[str, bool]:
    if pd.notna(row.reached):
        return wording.day(row.reached, context.plan), row.state == milestones.LATE
    return ("未满", True) if row.state == milestones.MISSED else ("—", False)


def _weeks(sheet: Sheet, axis: _Axis, weeks: pd.DataFrame, floor: float, height: float) -> None:
    for row in each_row(weeks):
        left, right = axis.x(row.week), axis.x(row.week + pd.Timedelta(days=7))
        tall, pad = height * float(row.activities) / axis.most, (right - left) * 0.15
        sheet.rect(left + pad, floor - tall, right - left - 2 * pad, tall, face=style.MUTED)


def _strip(sheet: Sheet, axis: _Axis, marks: pd.DataFrame, top: float, height: float, context: Context) -> None:
    """The stages in their order, and over them the days on which a target was overdue."""
    end = context.as_of + timedelta(days=1)
    starts = [axis.first, *(r.date() if pd.notna(r) else end for r in marks["reached"])]
    for i, fill in enumerate(_stage_fills(len(marks))):
        left = axis.x(starts[i])
        right = axis.x(min(starts[i + 1:], default=end))
        if right > left:
            sheet.rect(left, top, right - left, height, face=fill, edge=style.MET if i else style.MUTED)
    for row in each_row(marks):
        until = row.reached.date() if pd.notna(row.reached) else end
        if until > row.deadline.date() + timedelta(days=1):
            left, right = axis.x(row.deadline.date() + timedelta(days=1)), axis.x(until)
            sheet.rect(left, top, right - left, height, face=style.LATE_FILL, edge=style.LATE, hatch=style.HATCH, z=2)


def _reached_listing(marks: pd.DataFrame, order: list[str], plan: Plan) -> str:
    last = marks[marks["key"] == plan.targets[-1].key].set_index("street")["reached"]
    words = [f"{s}{wording.day(last[s], plan) if pd.notna(last[s]) else '未满'}" for s in order]
    return f"{wording.met(plan, plan.targets[-1])}的日期：{'，'.join(words)}。"
