"""League table of the streets: bars against each target, the gap hatched, and when the last target was reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from analysis.charts import findings, milestones, style, wording
from analysis.charts.base import Chart, Context
from analysis.charts.sheet import BODY, SMALL, Key, Sheet, Words
from analysis.plan import Plan, Target

NAME = "league"
HEAD = 11.0  # column titles, mm
THINNEST = 0.9  # a gap is drawn at least this wide, so that 差1 is seen
OVER_ROOM = 13.0  # for "超1,208" right of a bar


@dataclass(frozen=True)
class _Column:
    """One target's column of bars: where it starts and how many mm a person-time takes."""

    target: Target
    left: float
    scale: float


def league(daily: pd.DataFrame, context: Context) -> Chart:
    """Draw every street's person-times on each deadline as bars from zero, ranked by today's total.

    Parameters
    ----------
    daily : columns street, date, person_times, cumulative; every street and day from the first day to `as_of`.
    """
    plan = context.plan
    marks = milestones.milestones(daily, plan, context.as_of)
    order = milestones.in_order(marks, plan)
    words = Words(findings.shortfall(marks, context), _subtitle(marks, context), wording.footnote(
        context, "名次按截至日累计与末个指标之比，数字相同名次相同；缺口再小也画到可见。"))
    step = 6.4 if len(order) <= 12 else 5.2
    sheet = Sheet(context, words, _key(marks), HEAD + step * len(order) + 1.5)
    step = (sheet.bottom - sheet.top - HEAD - 1.5) / len(order)
    step = min(step, 11.0)
    columns = _columns(sheet, marks, plan)
    _column_titles(sheet, columns, context)
    for i, street in enumerate(order):
        y = sheet.top + HEAD + i * step
        _row(sheet, columns, marks[marks["street"] == street], _rank(marks, street, plan), y, step, context)
    _target_lines(sheet, columns, marks, sheet.top + HEAD, step, order)
    return Chart(NAME, sheet.figure, words.title, words.subtitle, _alt(marks, order, context), words.note,
                 marks.drop(columns="key"))


def _subtitle(marks: pd.DataFrame, context: Context) -> str:
    plan = context.plan
    parts = []
    for target in plan.targets:
        rows = findings.of_target(marks, target)
        done = len(findings.with_state(rows, milestones.ON_TIME))
        goal = wording.met(plan, target)
        parts.append(f"{done}个按期{goal}" if context.as_of >= target.deadline else f"{done}个已{goal}")
    return f"{plan.district}{len(plan.streets)}个街镇里，{'，'.join(parts)}。单位：人次，各栏同一刻度"


def _key(marks: pd.DataFrame) -> list[Key]:
    states = set(marks["state"])
    key = [Key("bar_met", "到期已达标")] * bool(states & {milestones.ON_TIME})
    key += [Key("bar_missed", "到期未达标")] * bool(states & {milestones.LATE, milestones.MISSED})
    key += [Key("gap", "到期的缺口")] * bool(states & {milestones.LATE, milestones.MISSED})
    return key + [Key("bar_pending", "期限未到，尚未达标")] * (milestones.PENDING in states)


def _name_width(plan: Plan) -> float:
    return 7.0 + max(style.text_width(s, 9, bold=True) for s in plan.street_names) + 2.5


def _columns(sheet: Sheet, marks: pd.DataFrame, plan: Plan) -> list[_Column]:
    """Share the width out so that one person-time is equally long in every column."""
    left = sheet.left + _name_width(plan)
    right = sheet.right - 36.0
    peaks = [max(rows["value"].max(), rows["target"].max(), 1) for _, rows in marks.groupby("key", sort=False)]
    room = right - left - OVER_ROOM * len(peaks)
    scale = room / sum(peaks)
    columns = []
    for target, peak in zip(plan.targets, peaks, strict=True):
        columns.append(_Column(target, left, scale))
        left += peak * scale + OVER_ROOM
    return columns


def _column_titles(sheet: Sheet, columns: list[_Column], context: Context) -> None:
    plan, y = context.plan, sheet.top + 3.2
    for column in columns:
        target = column.target
        due = context.as_of >= target.deadline
        text = f"截至{wording.day(target.deadline if due else context.as_of, plan)}"
        sheet.text(column.left, y, text if due else f"{text}（期限{wording.day(target.deadline, plan)}）", size=SMALL,
                   color=style.MUTED)
        same = wording.one_goal(plan, target)
        at = column.left + (same or max(s.targets[target.key] for s in plan.streets)) * column.scale
        label = f"{target.name.removesuffix('指标')}指标{wording.number(same) if same is not None else ''}"
        ha = "center" if at - column.left > style.text_width(label, BODY, bold=True) / 2 else "left"
        sheet.text(at, y + 5.0, label, size=BODY, bold=True, ha=ha)
    last = plan.targets[-1]
    sheet.text(sheet.right - 33.0, y + 5.0, f"{wording.met(plan, last).removesuffix('人次')}日期", size=SMALL,
               color=style.MUTED)
    sheet.text(sheet.right, y + 5.0, f"{context.as_of.month}月{context.as_of.day}日", size=SMALL, color=style.MUTED,
               ha="right")


def _row(sheet: Sheet, columns: list[_Column], marks: pd.DataFrame, rank: int, y: float, step: float,
         context: Context) -> None:
    base = y + step / 2 + 1.1
    first = marks.iloc[0]
    sheet.line([sheet.left, sheet.right], [y, y], color=style.RULE, width=0.5)
    sheet.text(sheet.left + 4.6, base, str(rank), size=BODY, color=style.MUTED, ha="right")
    sheet.text(sheet.left + 6.6, base, first["street"], size=9, bold=True)
    for column, row in zip(columns, marks.itertuples(), strict=True):
        _bar(sheet, column, row, y, step)
    text, bad = _reached(marks.iloc[-1], context)
    sheet.text(sheet.right - 33.0, base, text, size=SMALL, color=style.LATE if bad else style.INK)
    sheet.text(sheet.right, base, wording.number(first["now"]), size=9, bold=True, ha="right")


def _bar(sheet: Sheet, column: _Column, row: object, y: float, step: float) -> None:
    value, target, state = row.value, row.target, row.state  # type: ignore[attr-defined]
    height, base = min(step * 0.6, 5.0), y + step / 2 + 1.0
    top = y + (step - height) / 2
    short = value < target
    closed = state != milestones.PENDING
    face = style.MET if not short else style.LATE_FILL if closed else style.PART
    edge = "none" if not short else style.LATE if closed else style.MET
    length, goal = value * column.scale, target * column.scale
    if short and closed:
        gap = max(goal - length, THINNEST)
        length = max(goal - gap, 0.0)
        sheet.rect(column.left + length, top, goal - length, height, face=style.PAPER, edge=edge, hatch=style.HATCH, z=1.5)
    if value:
        sheet.rect(column.left, top, length, height, face=face, edge=edge)
    number = wording.number(value)
    inside = style.text_width(number, BODY, bold=True) + 2.0 < length
    dark = not short
    sheet.text(column.left + 1.2 if inside or not short else column.left + length + 0.8, base, number, bold=True,
               color=style.PAPER if inside and dark else style.INK)
    label = f"差{wording.number(target - value)}" if short else f"超{wording.number(value - target)}" if value > target else "刚满"
    if short and not closed:
        label = f"还{label}"
    sheet.text(column.left + max(length, goal) + 1.5, base, label, size=SMALL, bold=short and closed,
               color=style.LATE if short and closed else style.MUTED)


def _target_lines(sheet: Sheet, columns: list[_Column], marks: pd.DataFrame, top: float, step: float,
                  order: list[str]) -> None:
    """One line through all rows when every street has the same number, else a tick in each row."""
    bottom = top + step * len(order)
    sheet.line([sheet.left, sheet.right], [bottom, bottom], color=style.RULE, width=0.5)
    for column in columns:
        rows = marks[marks["key"] == column.target.key].set_index("street")["target"]
        for i, street in enumerate(order):
            x = column.left + rows[street] * column.scale
            lower, upper = top + i * step, top + (i + 1) * step
            inset = 0.0 if rows.nunique() == 1 else 0.6
            sheet.line([x, x], [lower + inset, upper - inset], color=style.INK, width=1.2, z=3)


def _reached(row: pd.Series, context: Context) -> tuple[str, bool]:
    if row["state"] == milestones.ON_TIME:
        return wording.day(row["reached"], context.plan), False
    if row["state"] == milestones.LATE:
        return f"{wording.day(row['reached'], context.plan)} 晚{row['days_late']}天", True
    return ("未满", True) if row["state"] == milestones.MISSED else ("尚未", False)


def _rank(marks: pd.DataFrame, street: str, plan: Plan) -> int:
    last = marks[marks["key"] == plan.targets[-1].key].set_index("street")
    share = last["now"] / last["target"].clip(lower=1)
    return int((share > share[street]).sum()) + 1


def _alt(marks: pd.DataFrame, order: list[str], context: Context) -> str:
    now = marks.drop_duplicates("street").set_index("street")["now"]
    listing = "，".join(f"{s}{wording.number(now[s])}" for s in order)
    as_of: date = context.as_of
    return f"条形图，各街镇在每个期限的人次与指标。{findings.shortfall(marks, context)}。{as_of.month}月{as_of.day}日累计：{listing}。"
