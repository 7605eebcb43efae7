"""Outlook: the district's fan to the deadline, and each street's chance and range on the deadline day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.dates import date2num

from analysis.charts import style, wording
from analysis.charts.base import Chart, Context, each_row
from analysis.charts.milestones import CUT
from analysis.charts.sheet import BODY, SMALL, Key, Sheet, Words
from analysis.late import total
from analysis.outlook import DISTRICT, LIKELY, LIKELY_FROM, POSSIBLE, UNLIKELY, UNLIKELY_UNDER, percent_words
from analysis.progress import MET, MET_WORDS

NAME = "outlook"
FAN_HEIGHT, GAP, HEAD = 37.0, 2.5, 9.5  # the fan; below it; column titles of the rows, mm
WORD, RANGE = 23.0, 22.0  # widths of the chance in words and of the range in numbers, mm
FILLS = {95: style.SHADES[1], 80: style.SHADES[3], 50: style.SHADES[4]}
HEIGHTS = {95: 1.2, 80: 2.4, 50: 3.6}  # a narrower range is a thicker bar, so that grey and colour-blind readers see it
SHARES = {50: "五成", 80: "八成", 95: "九成五"}


def outlook(
    outlook: pd.DataFrame, fan: pd.DataFrame, district_daily: pd.DataFrame, context: Context,
    missing: pd.DataFrame | None = None,
) -> Chart:
    """Draw what the figures on the deadline day are likely to be, and how likely the target is.

    Parameters
    ----------
    outlook : what `analysis.outlook.outlook` returns.
    fan : what `analysis.outlook.fan` returns; only the district's rows are drawn.
    district_daily : columns date, person_times, cumulative, every day from the first day to `as_of`.
    missing : what `analysis.late.missing` returned; the footnote says how much the outlook counts, or that it counts none.
    """
    streets, whole = by_chance(outlook), outlook[outlook["street"] == DISTRICT].iloc[0]
    opened = fan[fan["street"] == DISTRICT]
    words = Words(finding(outlook, context), _subtitle(context), wording.footnote(context, _remark(outlook, missing)))
    step = 5.6 if len(streets) <= 12 else 5.2
    fan_height = FAN_HEIGHT + GAP if len(opened) else 0.0
    sheet = Sheet(context, words, _key(outlook), fan_height + HEAD + step * len(streets) + 1.5)
    room = sheet.bottom - sheet.top
    if context.slide and len(opened):  # the rows come first: the fan has what they leave
        fan_height = max(min(fan_height, room - HEAD - 4.4 * len(streets) - 1.5), 0.0)
        fan_height = fan_height if fan_height >= 22 else 0.0
    if fan_height:
        _fan(sheet, opened, district_daily, whole, fan_height - GAP, context)
    top = sheet.top + fan_height
    step = min((sheet.bottom - top - HEAD - 1.5) / len(streets), 9.0)
    layout = _Layout.of(sheet, streets)
    _titles(sheet, layout, streets, top)
    for i, row in enumerate(each_row(streets)):
        _row(sheet, layout, row, top + HEAD + i * step, step)
    end = top + HEAD + len(streets) * step
    sheet.line([sheet.left, sheet.right], [end, end], color=style.RULE, width=0.5)
    _common_target(sheet, layout, streets, top, end)
    listing = "；".join(f"{r.street}{_said(r)}" for r in each_row(pd.concat([outlook[-1:], streets])))
    alt = f"上为全区累计人次到期限的扇形图，下为各街镇达标可能和到期人次的区间。{words.title}。{listing}。"
    return Chart(NAME, sheet.figure, words.title, words.subtitle, alt, words.note, outlook)


def by_chance(outlook: pd.DataFrame) -> pd.DataFrame:
    """The streets, the most likely first, those without an outlook last."""
    streets = outlook[outlook["street"] != DISTRICT]
    order = np.lexsort((-streets["person_times"], -streets["median"].fillna(-1).astype(float),
                        -streets["chance"].fillna(-1).astype(float)))
    return streets.iloc[order].reset_index(drop=True)


def finding(outlook: pd.DataFrame, context: Context) -> str:
    """The title: how the district stands, then how many streets will, may and will hardly make it."""
    plan, target = context.plan, context.plan.target_in_force(context.as_of)
    streets, whole = outlook[outlook["street"] != DISTRICT], outlook[outlook["street"] == DISTRICT].iloc[0]
    when = f"{wording.day(target.deadline, plan)}前"
    if context.as_of >= target.deadline:
        done = streets.loc[streets["chance"] == 1, "street"].tolist()
        return f"{target.name}期限已过：{len(done)}个街镇按期达标，{len(streets) - len(done)}个没有"
    if streets["reason"].ne("").all():
        return f"历史太短，还不能推算{when}能否完成{target.name}"
    parts = []
    for word, text in ((MET, "已达标"), (LIKELY, "很可能达标"), (POSSIBLE, "有可能"), (UNLIKELY, "不太可能")):
        names = streets.loc[streets["word"] == word, "street"].tolist()
        if names:
            parts.append(f"{names[0] if len(streets) == 1 else f'{len(names)}个'}{text}")
    unsaid = int(streets["word"].eq("").sum())
    parts += [f"{unsaid}个暂不推算"] * bool(unsaid)
    return f"{_district_words(whole, when)}；街镇中{'，'.join(parts)}"


@dataclass(frozen=True)
class _Layout:
    """Left edges of the columns, and the scale of the bars."""

    word: float
    bars: float
    unit: float  # mm per person-time
    longest: float

    @classmethod
    def of(cls, sheet: Sheet, streets: pd.DataFrame) -> _Layout:
        names = max(style.text_width(s, 9, bold=True) for s in streets["street"])
        word = sheet.left + names + 3.0
        bars = word + WORD
        goal = float(streets["target"].max())
        longest = max(float(streets["high95"].fillna(0).max()), float(streets["person_times"].max()), goal, 1.0)
        longest = min(longest, goal * CUT) if goal else longest
        return cls(word, bars, (sheet.right - RANGE - 3.0 - bars) / (longest * 1.02), longest)

    def x(self, value: float) -> float:
        return self.bars + min(value, self.longest * 1.02) * self.unit


def _district_words(whole: pd.Series, when: str) -> str:
    goal = f"{wording.number(whole['target'])}人次"
    if whole["word"] == MET:
        return f"全区已满{goal}"
    if not whole["word"]:
        return "全区暂不推算"
    return f"全区{whole['word']}（{percent_words(float(whole['chance']))}）在{when}满{goal}"


def _subtitle(context: Context) -> str:
    plan, as_of = context.plan, context.as_of
    target = plan.target_in_force(as_of)
    left = (target.deadline - as_of).days
    if left <= 0:
        return f"{plan.district}各街镇{target.name}的结果，累计人次截至{as_of.year}年{as_of.month}月{as_of.day}日"
    tail = f"还有{left}天"
    return (f"{plan.district}{target.name}的展望，由截至{as_of.year}年{as_of.month}月{as_of.day}日的逐周人次推算"
            f"（期限{wording.day(target.deadline, plan)}，{tail}）")


def _remark(outlook: pd.DataFrame, missing: pd.DataFrame | None) -> str:
    if outlook["median"].isna().all():
        return ""
    lacking = 0 if missing is None else total(missing)
    late = f"推算计入可能尚未录入的约{wording.number(lacking)}人次。" if lacking else ""
    if missing is not None and missing.empty:
        late = "录入快慢还无从推算，没有计入可能尚未录入的人次，结果可能偏低。"
    return (f"{late}“很可能”为{LIKELY_FROM:.0%}以上，“不太可能”为不足{UNLIKELY_UNDER:.0%}。区间由历史各周反复抽取推算，"
            "没有计入今后的打算；不是指标，也不是评价。")


def _key(outlook: pd.DataFrame) -> list[Key]:
    key = [Key("bar_pending", "已完成"), Key("target", "指标")]
    if outlook["median"].notna().any():
        key += [Key("tick", "居中的推算")]
        key += [Key(f"fill:{FILLS[share]}", f"{words}可能落在此间") for share, words in SHARES.items()]
    return key


def _fan(
    sheet: Sheet, fan: pd.DataFrame, daily: pd.DataFrame, whole: pd.Series, height: float, context: Context,
) -> None:
    """The district's line to today and the ranges from today to the deadline."""
    left, right, top = sheet.left + 11.0, sheet.right - 31.0, sheet.top + 4.5
    height -= 8.5
    first, last = date2num(context.plan.first_day), date2num(pd.Timestamp(whole["deadline"])) + 1
    most = max(float(fan["high95"].max()), float(whole["target"])) * 1.04
    ax = sheet.axes(left, top, right - left, height, xlim=(first, last), ylim=(0, most))
    ax.set_label("fan")
    days = date2num(fan["date"].to_numpy()) + 1
    for share, fill in FILLS.items():
        low, high = (fan[f"{end}{share}"].to_numpy(dtype=float) for end in ("low", "high"))
        ax.fill_between(days, low, high, facecolor=fill, linewidth=0, zorder=2)
    ax.plot(days, fan["median"].to_numpy(dtype=float), color=style.INK, linewidth=0.9, zorder=3)
    ax.plot(np.append(first, date2num(daily["date"].to_numpy()) + 1), np.append(0.0, daily["cumulative"]),
            color=style.MET, linewidth=2.0, zorder=4)

    def y(value: float) -> float:
        return top + height * (1 - value / most)

    base, goal = top + height, y(float(whole["target"]))
    sheet.text(sheet.left, sheet.top + 2.2, "全区累计人次", size=BODY, bold=True)
    sheet.line([left, right], [base, base], color=style.MUTED, width=0.7)
    sheet.line([left, right], [goal, goal], color=style.INK, width=1.2)
    sheet.text(left - 1.2, base + 0.9, "0", size=SMALL, color=style.MUTED, ha="right")
    sheet.text(left - 1.2, goal + 0.9, wording.number(whole["target"]), size=SMALL, bold=True, ha="right")
    _months(sheet, context, left, right, base, last)
    x = left + (right - left) * (date2num(context.as_of) + 1 - first) / (last - first)
    sheet.line([x, x], [top, base], color=style.MUTED, width=0.8, dash=(0, (2, 2)))
    now = y(float(whole["person_times"]))
    above = max(now - 1.4, top + 2.5)
    clear = not above - 3.0 < goal < above + 0.6  # of the target's line
    sheet.text(x - 1.2, above if clear else now + 3.6, wording.number(whole["person_times"]), size=9, color=style.MET,
               bold=True, ha="right")
    _fan_labels(sheet, whole, right + 1.6, y, base)


def _fan_labels(sheet: Sheet, whole: pd.Series, x: float, y: Any, base: float) -> None:
    """The ranges in numbers beside the fan's end."""
    lines = [(f"到期{wording.number(whole['median'])}", True)]
    lines += [(f"{words} {_between(whole, share)}", False) for share, words in SHARES.items()]
    start = min(max(y(float(whole["median"])) - 4.5, sheet.top + 6.5), base - 3.6 * (len(lines) - 1))
    for i, (text, bold) in enumerate(lines):
        sheet.text(x, start + 3.6 * i, text, size=9 if bold else SMALL, bold=bold)


def _months(sheet: Sheet, context: Context, left: float, right: float, base: float, last: float) -> None:
    first = date2num(context.plan.first_day)
    for month in pd.date_range(context.plan.first_day, periods=24, freq="MS"):
        at = date2num(month)
        if at >= last:
            break
        x = left + (right - left) * (at - first) / (last - first)
        sheet.line([x, x], [base, base + 1.0], color=style.MUTED, width=0.6)
        if last - at > 20:
            sheet.text(x + 0.5, base + 3.2, f"{month.month}月", size=SMALL, color=style.MUTED)


def _titles(sheet: Sheet, layout: _Layout, streets: pd.DataFrame, top: float) -> None:
    y = top + HEAD - 1.6
    ranges, over = streets["median"].notna().any(), streets["chance"].notna().any()
    sheet.text(layout.word, y, "达标可能" if ranges or not over else "结果", size=SMALL, color=style.MUTED)
    title = "累计人次，现在和到期限时" if ranges else "累计人次"
    sheet.text(layout.bars, y - 4.0, title, size=BODY, bold=True)
    if ranges:
        sheet.text(sheet.right, y, "八成区间", size=SMALL, color=style.MUTED, ha="right")


def _row(sheet: Sheet, layout: _Layout, row: Any, y: float, step: float) -> None:
    middle = y + step / 2
    sheet.line([sheet.left, sheet.right], [y, y], color=style.RULE, width=0.5)
    sheet.text(sheet.left, middle + 1.1, row.street, size=9, bold=True)
    bad = row.word == UNLIKELY or (row.median is pd.NA and row.word not in ("", *MET_WORDS))
    color = style.LATE if bad else style.INK if row.word == POSSIBLE else style.MET if row.word else style.MUTED
    sheet.text(layout.word, middle + 1.0, row.word or "—", color=color, bold=True)
    if row.word in (LIKELY, POSSIBLE, UNLIKELY):
        chance = percent_words(float(row.chance))
        sheet.text(layout.bars - 2.5, middle + 1.0, chance, color=color, ha="right", bold=bad)
    height = min(step * 0.62, 4.2)
    sheet.rect(layout.bars, middle - height / 2, layout.x(row.person_times) - layout.bars, height, face=style.PART,
               edge=style.MET)
    if pd.isna(row.median):
        _without_range(sheet, layout, row, middle)
        return
    for share, fill in FILLS.items():
        low, high = (layout.x(float(getattr(row, f"{end}{share}"))) for end in ("low", "high"))
        thick = height * HEIGHTS[share] / HEIGHTS[50]
        sheet.rect(low, middle - thick / 2, max(high - low, 0.3), thick, face=fill, edge=style.MET, line=0.4,
                   z=2 + (95 - share) / 100)
    centre = layout.x(float(row.median))
    sheet.line([centre, centre], [middle - height / 2, middle + height / 2], color=style.INK, width=1.4, z=4)
    sheet.text(sheet.right, middle + 1.0, _between(row._asdict(), 80), ha="right")


def _without_range(sheet: Sheet, layout: _Layout, row: Any, middle: float) -> None:
    """Why there is none; after the deadline the figure itself."""
    if row.chance is pd.NA:
        sheet.text(max(layout.x(row.person_times) + 1.2, layout.bars + 1.2), middle + 1.0, row.reason, size=SMALL,
                   color=style.MUTED)
    else:
        sheet.text(sheet.right, middle + 1.0, wording.number(row.person_times), ha="right")


def _common_target(sheet: Sheet, layout: _Layout, streets: pd.DataFrame, top: float, end: float) -> None:
    """One line through all rows when every street has the same target, else a mark in each row."""
    goals = streets["target"].tolist()
    start = top + HEAD
    step = (end - start) / len(goals)
    for i, goal in enumerate(goals):
        x = layout.x(goal)
        sheet.line([x, x], [start + i * step, start + (i + 1) * step], color=style.INK, width=1.2, z=3)
    if len(set(goals)) == 1:
        sheet.text(layout.x(goals[0]), start - 1.6, f"指标{wording.number(goals[0])}", size=SMALL, bold=True,
                   ha="right" if layout.x(goals[0]) > sheet.right - RANGE - 12 else "center")


def _between(row: Any, share: int) -> str:
    return f"{wording.number(row[f'low{share}'])}—{wording.number(row[f'high{share}'])}"


def _said(row: Any) -> str:
    if pd.isna(row.median):
        return f"{row.word or '暂不推算'}（{wording.number(row.person_times)}人次{'，' + row.reason if not row.word else ''}）"
    chance = "" if row.word == MET else percent_words(float(row.chance))
    return f"{row.word}{chance}（现{wording.number(row.person_times)}，到期八成可能{_between(row._asdict(), 80)}）"
