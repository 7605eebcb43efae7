"""Pace: each street against 序时, and its recent daily pace against the pace it needs."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from analysis import progress
from analysis.charts import findings, milestones, style, wording
from analysis.charts.base import Chart, Context
from analysis.charts.sheet import BODY, SMALL, Key, Sheet, Words

NAME = "pace"
HEAD = 11.0
RECENT = 30  # days of the recent pace


def pace(daily: pd.DataFrame, context: Context) -> Chart:
    """Draw the distance to 序时 in percentage points and, before the last deadline, recent against required pace.

    Parameters
    ----------
    daily : columns street, date, person_times, cumulative; every street and day from the first day to `as_of`.
    """
    plan = context.plan
    table = pace_table(daily, context)
    words = Words(findings.pace(table, context), _subtitle(context), wording.footnote(context, wording.basis_remark(context)))
    step = 6.4 if len(table) <= 12 else 5.2
    sheet = Sheet(context, words, _key(table), HEAD + step * len(table) + 1.5)
    step = min((sheet.bottom - sheet.top - HEAD - 1.5) / len(table), 11.0)
    names = max(style.text_width(s, 9, bold=True) for s in plan.street_names)
    status = sheet.left + names + 3.0
    room = sheet.right - status - 23.0
    points = (status + 23.0, room * 0.52)
    speeds = (status + 23.0 + room * 0.58, room * 0.42)
    _titles(sheet, status, points, speeds, context, table)
    for i, row in enumerate(table.itertuples()):
        y = sheet.top + HEAD + i * step
        base = y + step / 2 + 1.0
        sheet.line([sheet.left, sheet.right], [y, y], color=style.RULE, width=0.5)
        sheet.text(sheet.left, base, row.street, size=9, bold=True)
        sheet.mark(LIGHTS[row.status], status + 1.4, y + step / 2, 2.6)
        sheet.text(status + 4.0, base, row.status, size=BODY, color=style.LATE if row.status in BAD else style.INK,
                   bold=row.status in BAD)
        _difference(sheet, row, table, points, y, step)
        _speed(sheet, row, table, speeds, y, step)
    bottom = sheet.top + HEAD + len(table) * step
    sheet.line([sheet.left, sheet.right], [bottom, bottom], color=style.RULE, width=0.5)
    alt = f"条形图，各街镇与序时进度的差值和日均人次。{words.title}。" + "，".join(
        f"{r.street}{r.status}（{signed(r.points)}个百分点）" for r in table.itertuples()) + "。"
    return Chart(NAME, sheet.figure, words.title, words.subtitle, alt, words.note, table)


MET_ON_TIME, MET_LATE, MET, ON_PACE, BEHIND, FAILED = "按期达标", "逾期补足", "已达标", "达序时", "未达序时", "逾期未达标"
BAD = (MET_LATE, BEHIND, FAILED)
LIGHTS = {MET_ON_TIME: "met", MET: "met", MET_LATE: "late", ON_PACE: "light_on", BEHIND: "light_behind", FAILED: "missed"}


def pace_table(daily: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Per street: status, points (share of the target less 序时 share, in percentage points), recent and required pace.

    recent is person-times per day over the last 30 days (fewer at the start); required is the gap spread over the days
    that are left, NaN after the deadline.
    """
    plan, as_of = context.plan, context.as_of
    target = plan.target_in_force(as_of)
    marks = milestones.milestones(daily, plan, as_of)
    marks = marks[marks["key"] == target.key].reset_index(drop=True)
    start = max(as_of - timedelta(days=RECENT - 1), plan.first_day)
    window = daily[daily["date"] >= pd.Timestamp(start)].groupby("street")["person_times"].sum()
    left = (target.deadline - as_of).days
    expected = [progress.expected(plan, s, as_of, context.basis_name) for s in marks["street"]]
    goal = marks["target"].clip(lower=1)
    table = pd.DataFrame({
        "street": marks["street"], "person_times": marks["now"], "target": marks["target"], "expected": expected,
        "points": (marks["now"] - expected) / goal * 100,
        "recent": marks["street"].map(window).fillna(0) / ((as_of - start).days + 1),
        "required": (marks["target"] - marks["now"]).clip(lower=0) / left if left > 0 else float("nan"),
    })
    table["status"] = [_status(row, due=as_of >= target.deadline) for row in
                       marks.assign(expected=expected).itertuples()]
    return table.sort_values("points", ascending=False, kind="stable").reset_index(drop=True)


def _status(row: object, *, due: bool) -> str:
    state = row.state  # type: ignore[attr-defined]
    if state == milestones.ON_TIME:
        return MET_ON_TIME if due else MET
    if state == milestones.LATE:
        return MET_LATE
    if state == milestones.MISSED:
        return FAILED
    return ON_PACE if row.now >= row.expected else BEHIND  # type: ignore[attr-defined]


def signed(points: float) -> str:
    """'+3.2', '−10.5': one decimal, a shortfall never rounds to nothing."""
    tenths = round(points, 1)
    if points < 0 and tenths == 0:
        tenths = -0.1
    return f"{'+' if tenths > 0 else '−' if tenths < 0 else ''}{abs(tenths):.1f}"


def _subtitle(context: Context) -> str:
    plan = context.plan
    target = plan.target_in_force(context.as_of)
    left = (target.deadline - context.as_of).days
    tail = f"距期限{left}天" if left > 0 else "当日到期" if left == 0 else f"期限已过{-left}天"
    return (f"{plan.district}各街镇{target.name}进度，截至{context.as_of.year}年{context.as_of.month}月{context.as_of.day}日"
            f"（期限{wording.day(target.deadline, plan)}，{tail}）")


def _key(table: pd.DataFrame) -> list[Key]:
    ahead = [Key("bar_met", "高于序时")] if (table["points"] >= 0).any() else []
    behind = [Key("gap", "低于序时")] if (table["points"] < 0).any() else []
    speeds = [Key("dot", f"近{RECENT}天日均"), Key("tick", "所需日均")] if table["required"].gt(0).any() else [
        Key("dot", f"近{RECENT}天日均")]
    return [*ahead, *behind, *speeds]


def _titles(sheet: Sheet, status: float, points: tuple[float, float], speeds: tuple[float, float], context: Context,
            table: pd.DataFrame) -> None:
    y = sheet.top + HEAD - 1.8
    sheet.text(status, y, "状态", size=SMALL, color=style.MUTED)
    sheet.text(points[0], y - 4.0, "与序时差值", size=BODY, bold=True)
    sheet.text(points[0], y, "百分点", size=SMALL, color=style.MUTED)
    sheet.text(speeds[0], y - 4.0, "日均人次", size=BODY, bold=True)
    sheet.text(speeds[0], y, f"近{RECENT}天" + ("与所需" if table["required"].notna().any() else ""), size=SMALL,
               color=style.MUTED)


def _difference(sheet: Sheet, row: object, table: pd.DataFrame, box: tuple[float, float], y: float, step: float) -> None:
    left, width = box
    low, high = min(table["points"].min(), 0.0), max(table["points"].max(), 0.0)
    label = 11.0
    pads = (label if low < 0 else 0.0, label if high > 0 or low == 0 else 0.0)
    scale = (width - sum(pads)) / max(high - low, 1e-9)
    zero = left + pads[0] - low * scale
    value = row.points  # type: ignore[attr-defined]
    height = min(step * 0.55, 4.5)
    length = max(abs(value) * scale, 0.4 if value else 0.0)
    top, base = y + (step - height) / 2, y + step / 2 + 1.0
    if value < 0:
        sheet.rect(zero - length, top, length, height, face=style.PAPER, edge=style.LATE, hatch=style.HATCH)
        sheet.text(zero - length - 1.0, base, signed(value), size=BODY, color=style.LATE, bold=True, ha="right")
    else:
        if value:
            sheet.rect(zero, top, length, height, face=style.MET)
        sheet.text(zero + length + 1.0, base, signed(value), size=BODY)
    sheet.line([zero, zero], [y, y + step], color=style.INK, width=1.0, z=3)


def _speed(sheet: Sheet, row: object, table: pd.DataFrame, box: tuple[float, float], y: float, step: float) -> None:
    """A dot for the recent pace, a tick for the required one, and between them the hatch if it is short."""
    left, width = box
    recent, required = row.recent, row.required  # type: ignore[attr-defined]
    needed = required if pd.notna(required) and required > 0 else 0.0
    top = max(table["recent"].max(), table["required"].fillna(0).max(), 0.1)
    scale = (width - 26.0) / top
    middle, base = y + step / 2, y + step / 2 + 1.0
    sheet.line([left, left + (width - 26.0)], [middle, middle], color=style.RULE, width=0.6, z=0.5)
    if needed > recent:
        sheet.line([left + recent * scale, left + needed * scale], [middle, middle], color=style.LATE, width=1.4, z=2)
    sheet.mark("dot", left + recent * scale, middle, 2.2)
    if needed:
        sheet.mark("tick", left + needed * scale, middle, 3.0)
    text = f"{recent:.1f}" + (f"，需{needed:.1f}" if needed else "")
    short = needed > recent
    sheet.text(left + width, base, text, size=SMALL, ha="right", color=style.LATE if short else style.INK, bold=short)
