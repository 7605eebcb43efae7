"""Late records: how soon a week is usually entered, and whether what is missing would bring a street to 序时."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.charts import style, wording
from analysis.charts.base import Chart, Context, each_row
from analysis.charts.milestones import CUT
from analysis.charts.sheet import BODY, SMALL, Key, Sheet, Words
from analysis.late import BEHIND, BY_EXPORT, BY_TIME, UNRECORDED, Lateness
from analysis.outlook import DISTRICT
from analysis.progress import percent
from analysis.schedule import is_due

NAME = "late"
SHARES, HEAD = 29.0, 9.5  # the shares by week; column titles of the rows, mm
COLUMN, BAR = 17.0, 14.0  # of the shares by week: their distance and the height of a whole, mm
WORD, NUMBER = 24.0, 15.0  # widths of the word and of a column of numbers, mm
WAYS = {BY_TIME: "录入时间", BY_EXPORT: "记录首次出现的导出"}


def late(entry: pd.DataFrame, lateness: Lateness, context: Context) -> Chart:
    """Draw what is entered and what probably is not, against what should be done by now.

    Parameters
    ----------
    entry : what `analysis.late.standing` returns.
    lateness : what `analysis.late.lateness` returns, with shares.
    """
    rows = _ordered(entry)
    words = Words(finding(entry, context), _subtitle(context),
                  wording.footnote(context, f"按以往{WAYS[lateness.basis]}推算，不计入累计人次；某一周可能与通常不同。"))
    step = 6.0 if len(rows) <= 12 else 5.2
    sheet = Sheet(context, words, _key(context), SHARES + HEAD + step * len(rows) + 1.5)
    room = sheet.bottom - sheet.top - HEAD - 1.5
    shares = SHARES if room - SHARES >= 4.4 * len(rows) else 0.0  # many streets on a slide: the rows come first
    if shares:
        _shares(sheet, lateness.shares)
    top = sheet.top + shares + HEAD
    step = min((room - shares) / len(rows), 9.0)
    layout = _Layout.of(sheet, rows)
    _titles(sheet, layout, top)
    for i, row in enumerate(each_row(rows)):
        _row(sheet, layout, row, top + i * step, step)
    end = top + len(rows) * step
    sheet.line([sheet.left, sheet.right], [end, end], color=style.RULE, width=0.5)
    listing = "；".join(f"{r.street}已录入{wording.number(r.person_times)}，可能未录入{r.missing}"
                       f"{'，' + r.word if r.word else ''}" for r in each_row(rows))
    alt = f"上为一周的活动过几周录入多少，下为各街镇已录入和可能尚未录入的人次。{words.title}。{listing}。"
    return Chart(NAME, sheet.figure, words.title, words.subtitle, alt, words.note, entry)


def finding(entry: pd.DataFrame, context: Context) -> str:
    """The title: how much is missing, and whom it may explain."""
    amount = f"约有{wording.number(entry['missing'].sum())}人次可能尚未录入"
    behind, unrecorded = (list(entry.loc[entry["word"] == word, "street"]) for word in (BEHIND, UNRECORDED))
    target = context.plan.target_in_force(context.as_of)
    goal = f"完成{target.name}" if is_due(target, context.as_of) else "达到序时进度"
    if not behind and not unrecorded:
        return f"{amount}，不算这部分各街镇也都{goal}"
    if not unrecorded:
        return f"{amount}，加上这部分{wording.streets(behind)}仍没有{goal}"
    text = f"{amount}，加上这部分{wording.streets(unrecorded)}可{goal}"
    return f"{text}，{wording.streets(behind)}仍不够" if behind else text


@dataclass(frozen=True)
class _Layout:
    """Left edges of the word and of the bars, the right edge of the entered number, and the bars' scale."""

    word: float
    bars: float
    entered: float
    unit: float  # mm per person-time
    longest: float

    @classmethod
    def of(cls, sheet: Sheet, rows: pd.DataFrame) -> _Layout:
        word = sheet.left + max(style.text_width(s, 9, bold=True) for s in rows["street"]) + 3.0
        bars, entered = word + WORD, sheet.right - NUMBER
        goal = max(float(rows["due"].max()), 1.0)
        longest = min(max(float((rows["person_times"] + rows["missing"]).max()), goal), goal * CUT)
        return cls(word, bars, entered, (entered - NUMBER - bars) / longest, longest)

    def x(self, value: float) -> float:
        return self.bars + min(value, self.longest) * self.unit


def _ordered(entry: pd.DataFrame) -> pd.DataFrame:
    """Those that reach what is due first, then those that may, then those behind; each by how far they are."""
    place = entry["word"].map({"": 0, UNRECORDED: 1, BEHIND: 2}).to_numpy(dtype=float)
    distance = (entry["person_times"] - entry["due"]).to_numpy(dtype=float)
    return entry.iloc[np.lexsort((-distance, place))].reset_index(drop=True)


def _subtitle(context: Context) -> str:
    as_of = context.as_of
    return f"{context.plan.district}各街镇已录入和可能尚未录入的人次，截至{as_of.year}年{as_of.month}月{as_of.day}日"


def _key(context: Context) -> list[Key]:
    due = "指标" if is_due(context.plan.target_in_force(context.as_of), context.as_of) else "序时"
    return [Key("bar_pending", "已录入"), Key("unentered", "可能尚未录入"), Key("tick", due)]


def _shares(sheet: Sheet, shares: pd.DataFrame) -> None:
    """The district's shares by age of the week: a frame for the whole week, filled as far as it is usually known."""
    of_district = shares[shares["street"] == DISTRICT].sort_values("weeks_ago")
    sheet.text(sheet.left, sheet.top + 2.6, "一周的活动，过几周通常已录入多少（全区）", size=BODY, bold=True)
    base = sheet.top + 7.5 + BAR
    for i, row in enumerate(each_row(of_district)):
        x = sheet.left + i * COLUMN
        sheet.rect(x, base - BAR, COLUMN * 0.55, BAR, face=style.PAPER, edge=style.MET, hatch=style.HATCH, line=0.4)
        sheet.rect(x, base - BAR * row.share, COLUMN * 0.55, BAR * row.share, face=style.PART, edge=style.MET, z=2)
        sheet.text(x, base - BAR - 1.0, percent(row.share), size=SMALL, bold=True)
        sheet.text(x, base + 3.2, f"过{row.weeks_ago}周" if row.weeks_ago else "当周", size=SMALL, color=style.MUTED)


def _titles(sheet: Sheet, layout: _Layout, top: float) -> None:
    y = top - 1.6
    sheet.text(layout.bars, y - 3.6, "累计人次", size=BODY, bold=True)
    sheet.text(layout.word, y, "判断", size=SMALL, color=style.MUTED)
    sheet.text(layout.entered, y, "已录入", size=SMALL, color=style.MUTED, ha="right")
    sheet.text(sheet.right, y, "可能未录", size=SMALL, color=style.MUTED, ha="right")


def _row(sheet: Sheet, layout: _Layout, row: Any, y: float, step: float) -> None:
    middle, height = y + step / 2, min(step * 0.6, 4.0)
    bad = row.word == BEHIND
    sheet.line([sheet.left, sheet.right], [y, y], color=style.RULE, width=0.5)
    sheet.text(sheet.left, middle + 1.1, row.street, size=9, bold=True)
    sheet.text(layout.word, middle + 1.0, row.word or "—", color=style.LATE if bad else style.INK, bold=bool(row.word))
    now, then, due = (layout.x(float(v)) for v in (row.person_times, row.person_times + row.missing, row.due))
    sheet.rect(layout.bars, middle - height / 2, now - layout.bars, height, face=style.PART, edge=style.MET)
    sheet.rect(now, middle - height / 2, then - now, height, face=style.PAPER, edge=style.MET, hatch=style.HATCH)
    sheet.line([due, due], [y + 0.4, y + step - 0.4], color=style.INK, width=1.4, z=4)
    sheet.text(layout.entered, middle + 1.0, wording.number(row.person_times), ha="right")
    sheet.text(sheet.right, middle + 1.0, f"+{wording.number(row.missing)}" if row.missing else "0", ha="right")
