"""Revisions: from the figure of the last briefing to today's for the same date, step by step and street by street."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from analysis.charts import style, wording
from analysis.charts.base import Chart, Context, each_row
from analysis.charts.sheet import BODY, SMALL, Key, Sheet, Words
from analysis.revisions import KINDS

NAME = "revisions"
HEAD, BRIDGE_STEP = 9.0, 5.0  # column titles; a row of the district's bridge, mm
BRIDGE = BRIDGE_STEP * (len(KINDS) + 2) + 4.0
SMALLEST = 0.7  # rows are drawn closer together down to this share
NUMBERS = 15.0  # width of a column of numbers, mm
WHOLE = "全区"


def bridge(revisions: pd.DataFrame, after: pd.Series) -> pd.DataFrame:
    """Add the changes up, street by street.

    Parameters
    ----------
    revisions : changes with the columns of revisions.csv: street, what (added_late, changed, cancelled, withdrawn,
        moved), before, after (person-times); a moved record has a line where it left and one where it arrived.
    after : today's person-times by street (index), every street, in the order wanted.

    Returns
    -------
    DataFrame with street, before (after less all changes: the figure of the last briefing), one column per kind, after.

    Raises
    ------
    ValueError : a change of a street or of a kind that is not known: the bridge would not add up.
    """
    strange = set(revisions["street"]) - set(after.index)
    unknown = set(revisions["what"]) - set(KINDS)
    if strange or unknown:
        raise ValueError(f"变动里有不认识的街镇或类别：{'、'.join(sorted(map(str, strange | unknown)))}。")
    change = revisions["after"].astype("int64") - revisions["before"].astype("int64")
    sums = change.groupby([revisions["street"].astype(object), revisions["what"].astype(object)]).sum()
    wide = sums.unstack(fill_value=0).reindex(index=after.index, columns=list(KINDS), fill_value=0).astype("int64")
    table = pd.DataFrame({"street": after.index.astype("str"), "before": after.to_numpy() - wide.sum(axis=1).to_numpy()})
    return pd.concat([table, wide.reset_index(drop=True)], axis=1).assign(after=after.to_numpy()).astype(
        {"before": "int64", "after": "int64"})


def revisions(bridge: pd.DataFrame, context: Context, old_known_by: date, new_known_by: date) -> Chart:
    """Draw the district's bridge, and below it each street's changes with their sum.

    Parameters
    ----------
    bridge : what `bridge` returns, or `streets` of `analysis.revisions.Comparison`: street, before, added_late,
        changed, cancelled, withdrawn, moved, after.
    context : as_of is the date of both figures.
    old_known_by, new_known_by : days whose exports were known for the two figures.

    Raises
    ------
    ValueError : a line does not add up.
    """
    _check(bridge)
    whole = bridge.drop(columns="street").sum()
    words = Words(finding(bridge, context), _subtitle(context, old_known_by, new_known_by),
                  wording.footnote(context, "改街镇或日期：一处减、一处加；只在街镇之间移动的，全区合计为0。"))
    step = 6.4 if len(bridge) <= 12 else 5.2
    sheet = Sheet(context, words, _key(bridge), BRIDGE + HEAD + step * len(bridge) + 1.5)
    room = sheet.bottom - sheet.top - HEAD - 1.5
    scale = min(1.0, room / (BRIDGE + step * len(bridge)))
    top, rows = sheet.top, bridge
    if scale >= SMALLEST:
        _whole(sheet, whole, top, BRIDGE_STEP * scale)
        top += BRIDGE * scale
    else:  # many streets on a slide: the district is one more line of the table
        rows = pd.concat([bridge, pd.DataFrame([{"street": WHOLE, **whole}])], ignore_index=True)
        scale = min(1.0, room / (step * len(rows)))
    layout = _Layout.of(sheet, bridge)
    _titles(sheet, layout, top)
    for i, row in enumerate(each_row(rows)):
        _street(sheet, layout, row, top + HEAD + i * step * scale, step * scale, bar=row.street != WHOLE)
    end = top + HEAD + len(rows) * step * scale
    sheet.line([sheet.left, sheet.right], [end, end], color=style.RULE, width=0.5)
    listing = "；".join(_said(r) for r in each_row(bridge) if r.before != r.after) or "各街镇均无变动"
    alt = f"上为全区从上期数到本期数的逐项变动，下为各街镇的变动。{words.title}。{listing}。"
    return Chart(NAME, sheet.figure, words.title, words.subtitle, alt, words.note, bridge)


def finding(bridge: pd.DataFrame, context: Context) -> str:
    """The title: by how much the figure has changed, and the kind that changed it most."""
    whole = bridge.drop(columns="street").sum()
    day, net = wording.day(context.as_of, context.plan), int(whole["after"] - whole["before"])
    if not bridge[list(KINDS)].to_numpy().any():
        return f"截至{day}的人次与上期所报一致，没有变动"
    size = {kind: int(abs(whole[kind])) for kind in KINDS}
    largest = max(size, key=lambda kind: size[kind])
    if not size[largest]:
        return f"截至{day}的全区人次没有变，只在街镇之间移动"
    how = f"比上期所报多{wording.number(net)}" if net > 0 else f"比上期所报少{wording.number(-net)}" if net else "与上期所报相等"
    amount = f"{'增' if whole[largest] > 0 else '减'}{wording.number(size[largest])}"
    return f"截至{day}的全区人次{how}，变动最大的一项是{KINDS[largest]}（{amount}）"


@dataclass(frozen=True)
class _Layout:
    """Right edges of the columns of numbers, and where the net change is drawn."""

    before: float
    kinds: tuple[float, ...]
    after: float
    zero: float
    unit: float  # mm per person-time

    @classmethod
    def of(cls, sheet: Sheet, bridge: pd.DataFrame) -> _Layout:
        names = max(style.text_width(s, 9, bold=True) for s in bridge["street"])
        before = sheet.left + names + 2.0 + NUMBERS * 0.8
        kinds = tuple(before + NUMBERS * (i + 1) for i in range(len(KINDS)))
        left, right = kinds[-1] + 3.0, sheet.right - NUMBERS * 0.8
        net = bridge["after"] - bridge["before"]
        low, high = min(float(net.min()), 0.0), max(float(net.max()), 0.0)
        pads = (8.0 if low < 0 else 1.0, 8.0)
        unit = (right - left - sum(pads)) / max(high - low, 1.0)
        return cls(before, kinds, sheet.right, left + pads[0] - low * unit, unit)


def _check(bridge: pd.DataFrame) -> None:
    wrong = bridge.loc[bridge["before"] + bridge[list(KINDS)].sum(axis=1) != bridge["after"], "street"].tolist()
    if wrong:
        raise ValueError(f"上期数加各项变动不等于本期数：{'、'.join(wrong)}。")


def _subtitle(context: Context, old: date, new: date) -> str:
    plan = context.plan
    return (f"{plan.district}截至{context.as_of.year}年{wording.day(context.as_of, plan)}的累计人次："
            f"{wording.day(old, plan)}所知（上期）与{wording.day(new, plan)}所知（本期）")


def _key(bridge: pd.DataFrame) -> list[Key]:
    changes = bridge[list(KINDS)]
    return ([Key("bar_met", "使人次增加")] * bool(changes.gt(0).any(axis=None))
            + [Key("gap", "使人次减少")] * bool(changes.lt(0).any(axis=None)))


def _whole(sheet: Sheet, whole: pd.Series, top: float, step: float) -> None:
    """The bridge, drawn as the distance from last time's figure, so that small steps can be seen."""
    names, start = sheet.left + 26.0, 0
    values = [int(whole[kind]) for kind in KINDS]
    ends = [sum(values[:i + 1]) for i in range(len(values))]
    low, high = min(0, *ends), max(0, *ends)
    left, right = names + 20.0, sheet.right - 20.0
    unit = (right - left) / max(high - low, 1)
    zero = left - low * unit

    def mark(row: int, name: str, number: str, x: float, *, bold: bool = True) -> float:
        y = top + row * step
        sheet.text(sheet.left, y + step / 2 + 1.0, name, bold=bold)
        sheet.text(names + 12.0, y + step / 2 + 1.0, number, ha="right", bold=bold)
        sheet.line([x, x], [y + 0.6, y + step - 0.6], color=style.INK, width=1.6, z=4)
        return y

    mark(0, f"{WHOLE}上期", wording.number(whole["before"]), zero)
    for i, (value, name) in enumerate(zip(values, KINDS.values(), strict=True)):
        y = top + (i + 1) * step
        begin, end = zero + start * unit, zero + (start + value) * unit
        sheet.line([begin, begin], [y - step * 0.2, y + step * (0.2 if value else 0.8)], color=style.MUTED, width=0.5)
        sheet.text(sheet.left, y + step / 2 + 1.0, name, color=style.INK if value else style.MUTED)
        sheet.text(names + 12.0, y + step / 2 + 1.0, _signed(value), ha="right", bold=bool(value),
                   color=style.LATE if value < 0 else style.INK if value else style.MUTED)
        _bar(sheet, begin, end, y + step * 0.2, step * 0.6)
        start += value
    y = mark(len(KINDS) + 1, f"{WHOLE}本期", wording.number(whole["after"]), zero + start * unit)
    sheet.line([zero + start * unit] * 2, [y - step * 0.2, y + 0.6], color=style.MUTED, width=0.5)


def _bar(sheet: Sheet, begin: float, end: float, y: float, height: float) -> None:
    """From left to right in solid blue: more; from right to left hatched: less."""
    if end > begin:
        sheet.rect(begin, y, max(end - begin, 0.4), height, face=style.MET)
    elif end < begin:
        width = max(begin - end, 0.8)
        sheet.rect(begin - width, y, width, height, face=style.PAPER, edge=style.LATE, hatch=style.HATCH)


def _titles(sheet: Sheet, layout: _Layout, top: float) -> None:
    y = top + HEAD - 1.6
    sheet.text(sheet.left, y - 4.2, "各街镇", size=BODY, bold=True)
    sheet.text(layout.before, y, "上期", size=SMALL, color=style.MUTED, ha="right")
    for x, name in zip(layout.kinds, SHORT_NAMES.values(), strict=True):
        sheet.text(x, y, name, size=SMALL, color=style.MUTED, ha="right")
    sheet.text(layout.zero, y, "合计变动", size=SMALL, color=style.MUTED, ha="left" if layout.zero < 120 else "center")
    sheet.text(layout.after, y, "本期", size=SMALL, color=style.MUTED, ha="right")


SHORT_NAMES = {"added_late": "补录", "changed": "更正", "cancelled": "取消", "withdrawn": "删除", "moved": "移动"}


def _street(sheet: Sheet, layout: _Layout, row: Any, y: float, step: float, *, bar: bool) -> None:
    base, net = y + step / 2 + 1.0, int(row.after - row.before)
    sheet.line([sheet.left, sheet.right], [y, y], color=style.RULE, width=0.5)
    sheet.text(sheet.left, base + 0.1, row.street, size=9, bold=True)
    sheet.text(layout.before, base, wording.number(row.before), ha="right")
    for x, kind in zip(layout.kinds, KINDS, strict=True):
        value = int(getattr(row, kind))
        color = style.LATE if value < 0 else style.INK if value else style.MUTED
        sheet.text(x, base, _signed(value), ha="right", color=color)
    height, end = min(step * 0.55, 4.0), layout.zero + net * layout.unit * bar
    _bar(sheet, layout.zero, end, y + (step - height) / 2, height)
    sheet.line([layout.zero, layout.zero], [y, y + step], color=style.INK, width=1.0, z=3)
    side = -1.0 if net < 0 else 1.0
    sheet.text(end + side, base, _signed(net), ha="right" if net < 0 else "left", bold=bool(net),
               color=style.LATE if net < 0 else style.INK if net else style.MUTED)
    sheet.text(layout.after, base, wording.number(row.after), ha="right", bold=True)


def _signed(value: int) -> str:
    return wording.signed(value) if value else "0"


def _said(row: Any) -> str:
    parts = "，".join(f"{name}{_signed(int(getattr(row, kind)))}" for kind, name in KINDS.items() if getattr(row, kind))
    return f"{row.street}由{wording.number(row.before)}到{wording.number(row.after)}（{parts}）"
