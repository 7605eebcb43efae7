"""League table of the streets: bars against each target, the gap hatched, and when the last target was reached."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.charts import findings, milestones, style, wording
from analysis.charts.base import Chart, Context, each_row
from analysis.charts.sheet import BODY, SMALL, Key, Sheet, Words
from analysis.plan import Plan, Target

NAME = "league"
HEAD = 11.0  # column titles, mm
THINNEST = 0.9  # a gap is drawn at least this wide, so that 差1 is seen
OVER_ROOM = 13.0  # for "超1,208" right of a bar
TIGHT_ROOM = 22.0  # for "1,208 超208", where bars are too short to hold their number
REACHED, TOTAL = 33.0, 36.0  # from the right edge: left edge of the date, right edge of the bars


@dataclass(frozen=True)
class _Column:
    """One target's column of bars: where it starts and how many mm a person-time takes."""

    target: Target
    left: float
    scale: float
    room: float
    longest: float


def league(progress: pd.DataFrame, context: Context) -> Chart:
    """Draw every street's person-times on each deadline as bars from zero, ranked by today's total.

    Parameters
    ----------
    progress : what `analysis.progress.progress` returns.
    """
    plan = context.plan
    marks = milestones.milestones(progress, plan, context.as_of)
    order = milestones.by_rank(progress)
    pending = context.as_of < plan.target_in_force(context.as_of).deadline
    cut = (marks["value"] > marks["target"] * milestones.CUT).any()
    remark = "名次按现行指标完成率；缺口再小也画到可见" + ("；太长的条形截短，以双斜线为记。" if cut else "。")
    words = Words(findings.shortfall(marks, context), _subtitle(marks, context),
                  wording.footnote(context, remark, wording.basis_remark(context) if pending else ""))
    step = 6.4 if len(order) <= 12 else 5.2
    sheet = Sheet(context, words, _key(marks, pending=pending), HEAD + step * len(order) + 1.5)
    step = min((sheet.bottom - sheet.top - HEAD - 1.5) / len(order), 11.0)
    columns = _columns(sheet, marks, plan)
    _column_titles(sheet, columns, context)
    ranks = progress.set_index("street")["rank"]
    for i, street in enumerate(order):
        y = sheet.top + HEAD + i * step
        _row(sheet, columns, marks[marks["street"] == street], int(ranks[street]), y, step, context)
    _target_lines(sheet, columns, marks, order, step)
    if pending:
        column = columns[plan.targets.index(plan.target_in_force(context.as_of))]
        _path(sheet, column, progress.set_index("street")["expected"][order], step)
    now = marks.drop_duplicates("street").set_index("street")["now"]
    listing = "，".join(f"{s}{wording.number(now[s])}" for s in order)
    alt = f"条形图，各街镇在每个期限的人次与指标。{words.title}。截至日累计：{listing}。"
    return Chart(NAME, sheet.figure, words.title, words.subtitle, alt, words.note, marks.drop(columns="key"))


def _subtitle(marks: pd.DataFrame, context: Context) -> str:
    plan = context.plan
    parts = []
    for target in plan.targets:
        done = len(findings.with_state(findings.of_target(marks, target), milestones.ON_TIME))
        how = "按期" if context.as_of >= target.deadline else "已"
        parts.append(f"{done}个{how}{wording.met(plan, target)}")
    return f"{plan.district}{len(plan.streets)}个街镇里，{'，'.join(parts)}。单位：人次，各栏同一刻度"


def _key(marks: pd.DataFrame, *, pending: bool) -> list[Key]:
    states = set(marks["state"])
    missed = bool(states & {milestones.LATE, milestones.MISSED})
    key = [Key("bar_met", "已达标")] * bool((marks["gap"] == 0).any())
    key += [Key("bar_missed", "到期未达标"), Key("gap", "到期的缺口")] * missed
    key += [Key("bar_pending", "期限未到，尚未达标")] * (milestones.PENDING in states)
    return key + [Key("path", "序时进度")] * pending


def _columns(sheet: Sheet, marks: pd.DataFrame, plan: Plan) -> list[_Column]:
    """Share the width out so that one person-time is equally long in every column."""
    left = sheet.left + 9.5 + max(style.text_width(s, 9, bold=True) for s in plan.street_names)
    rows = [findings.of_target(marks, target) for target in plan.targets]
    peaks = [max(min(r["value"].max(), r["target"].max() * milestones.CUT), r["target"].max(), 1) for r in rows]
    rooms = [OVER_ROOM] * len(peaks)
    for _ in range(2):  # numbers that do not fit into their bars need room, which makes the bars shorter
        scale = (sheet.right - TOTAL - left - sum(rooms)) / sum(peaks)
        rooms = [TIGHT_ROOM if any(_place(row, scale) == "end" for row in each_row(r)) else OVER_ROOM for r in rows]
    scale = (sheet.right - TOTAL - left - sum(rooms)) / sum(peaks)
    columns = []
    for target, peak, room in zip(plan.targets, peaks, rooms, strict=True):
        columns.append(_Column(target, left, scale, room, peak * scale))
        left += peak * scale + room
    return columns


def _place(row: Any, scale: float) -> str:
    """Where a bar's number stands: inside it, after it but before the target, or at the end of the row."""
    width = style.text_width(wording.number(row.value), BODY, bold=True)
    if width + 2.0 < row.value * scale - (THINNEST if row.gap else 0.0):
        return "inside"
    return "after" if row.gap and row.value * scale + width + 3.0 < row.target * scale else "end"


def _column_titles(sheet: Sheet, columns: list[_Column], context: Context) -> None:
    plan, y = context.plan, sheet.top + 3.2
    for column in columns:
        target = column.target
        due = context.as_of >= target.deadline
        text = f"截至{wording.day(target.deadline if due else context.as_of, plan)}"
        longer = text if due else f"{text}（期限{wording.day(target.deadline, plan)}）"
        same = wording.one_goal(plan, target)
        at = column.left + (same or max(s.targets[target.key] for s in plan.streets)) * column.scale
        room = at - column.left + column.room - 2.0
        sheet.text(column.left, y, longer if style.text_width(longer, SMALL) < room else text, size=SMALL,
                   color=style.MUTED)
        label = f"{target.name}{wording.number(same) if same is not None else ''}"
        half = style.text_width(label, BODY, bold=True) / 2
        sheet.text(max(at, column.left + half), y + 5.0, label, size=BODY, bold=True, ha="center")
    last = plan.targets[-1]
    dates = f"{wording.met(plan, last).removesuffix('人次')}日期"
    sheet.text(sheet.right - REACHED, y + 5.0, dates if context.as_of >= last.deadline else "还需日均", size=SMALL,
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
    for column, row in zip(columns, each_row(marks), strict=True):
        _bar(sheet, column, row, y, step)
    text, bad = _reached(marks.iloc[-1], context)
    sheet.text(sheet.right - REACHED, base, text, size=SMALL, color=style.LATE if bad else style.INK)
    sheet.text(sheet.right, base, wording.number(first["now"]), size=9, bold=True, ha="right")


def _bar(sheet: Sheet, column: _Column, row: Any, y: float, step: float) -> None:
    height, base = min(step * 0.6, 5.0), y + step / 2 + 1.0
    top = y + (step - height) / 2
    short, closed = row.gap > 0, row.state != milestones.PENDING
    length, goal = min(row.value * column.scale, column.longest), row.target * column.scale
    open_or_missed = (style.LATE_FILL, style.LATE) if closed else (style.PART, style.MET)
    face, edge = open_or_missed if short else (style.MET, "none")
    if short and closed:
        length = max(min(length, goal - THINNEST), 0.0)
        sheet.rect(column.left + length, top, goal - length, height, face=style.PAPER, edge=edge, hatch=style.HATCH,
                   z=1.5)
    if row.value:
        sheet.rect(column.left, top, length, height, face=face, edge=edge)
    if row.value * column.scale > column.longest + 1e-6:
        for x in (column.left + length - 2.6, column.left + length - 1.6):
            sheet.line([x, x + 0.8], [top + height + 0.3, top - 0.3], color=style.PAPER, width=1.4, z=2)
    _bar_labels(sheet, column, row, length, base)


def _bar_labels(sheet: Sheet, column: _Column, row: Any, length: float, base: float) -> None:
    """The number in, after or behind its bar, and the difference to the target at the end of the row."""
    short, closed = row.gap > 0, row.state != milestones.PENDING
    number, place = wording.number(row.value), _place(row, column.scale)
    width = style.text_width(number, BODY, bold=True)
    end = column.left + max(length, row.target * column.scale) + 1.5
    if place == "inside":
        sheet.text(column.left + 1.2, base, number, bold=True, color=style.INK if short else style.PAPER)
    elif place == "after":
        if closed:
            sheet.rect(column.left + length + 0.7, base - 2.6, width + 0.6, 3.2, face=style.PAPER, z=1.8)
        sheet.text(column.left + length + 1.0, base, number, bold=True)
    else:
        sheet.text(end, base, number, bold=True)
        end += width + 1.2
    text = wording.difference(row.value, row.target)
    alarming = short and closed
    sheet.text(end, base, text if closed or not short else f"还{text}", size=SMALL, bold=alarming,
               color=style.LATE if alarming else style.MUTED)


def _target_lines(sheet: Sheet, columns: list[_Column], marks: pd.DataFrame, order: list[str],
                  step: float) -> None:
    """The target through all rows; a tick in each row where streets have different ones."""
    top = sheet.top + HEAD
    sheet.line([sheet.left, sheet.right], [top + step * len(order)] * 2, color=style.RULE, width=0.5)
    for column in columns:
        rows = marks[marks["key"] == column.target.key].set_index("street")["target"]
        inset = 0.0 if rows.nunique() == 1 else 0.6
        for i, street in enumerate(order):
            lower, upper = top + i * step + inset, top + (i + 1) * step - inset
            x = column.left + rows[street] * column.scale
            sheet.line([x, x], [lower, upper], color=style.PAPER, width=2.2, z=2.9)
            sheet.line([x, x], [lower, upper], color=style.INK, width=1.2, z=3)


def _path(sheet: Sheet, column: _Column, expected: pd.Series, step: float) -> None:
    """序时 in the column that is next due, dashed through every row."""
    for i, value in enumerate(expected):
        upper = sheet.top + HEAD + i * step
        x = column.left + value * column.scale
        sheet.line([x, x], [upper, upper + step], color=style.PAPER, width=1.8, z=2.9)
        sheet.line([x, x], [upper, upper + step], color=style.INK, width=0.9, dash=(0, (2.5, 1.5)), z=3)


def _reached(row: pd.Series, context: Context) -> tuple[str, bool]:
    if row["state"] == milestones.ON_TIME:
        day = wording.day(row["reached"], context.plan)
        return (day if context.as_of >= row["deadline"].date() else f"{day}达标"), False
    if row["state"] == milestones.LATE:
        return f"{wording.day(row['reached'], context.plan)} 晚{row['days_late']}天", True
    if row["state"] == milestones.MISSED:
        return "未满", True
    left = (row["deadline"].date() - context.as_of).days
    return f"{math.ceil(row['gap'] / left * 10) / 10:.1f}", False
