"""The chart of a choice, set by Typst (`explore_chart.typ`): a picture for the screen and a PDF from the same numbers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd
import typst

from analysis.charts import style
from analysis.charts.scenarios import shade_level
from analysis.charts.wording import footnote
from analysis.explore.choice import VIEWS, Choice
from analysis.explore.tables import shown
from analysis.explore.titles import alt_of, subtitle_of, title_of
from analysis.explore.words import how, number_text
from analysis.figures import Figures
from analysis.notebook_view import context
from analysis.participation.dimensions import UNSTATED
from analysis.plan import UNCLASSIFIED
from analysis.progress import percent

TEMPLATE = Path(__file__).parents[1] / "explore_chart.typ"
SHARPNESS = 160  # pixels an inch: twice what a notebook shows
BODY = 8.0
MOST_BARS = 25
LOOK = {"family": style.FAMILY, "ink": style.INK, "muted": style.MUTED, "late": style.LATE, "rule": style.RULE,
        "bar": style.MET, "shades": list(style.SHADES)}


@dataclass(frozen=True)
class Picture:
    """A chart ready to be set; `content` is what the template reads."""

    content: dict[str, Any]

    @property
    def alt(self) -> str:
        return str(self.content["alt"])

    def png(self) -> bytes:
        """The picture for the screen."""
        return _one_page(self._compiler().compile(format="png", ppi=SHARPNESS))

    def pdf(self) -> bytes:
        """The picture for print: tagged, searchable, with its text alternative; same numbers, same bytes."""
        return _one_page(self._compiler().compile(format="pdf", pdf_standards=["a-2a", "ua-1"]))

    def _compiler(self) -> typst.Compiler:
        inputs = {"chart": json.dumps(self.content, ensure_ascii=False), "look": json.dumps(LOOK)}
        return typst.Compiler(str(TEMPLATE), root=str(TEMPLATE.parent), font_paths=[str(style.FONT_FOLDER)],
                              ignore_system_fonts=True, sys_inputs=inputs)


def picture(month: Figures, choice: Choice, table: pd.DataFrame, heading: bool = True) -> Picture | None:
    """The chart of a table made by `chosen_table`; None when there is nothing to draw.

    Parameters
    ----------
    heading : False leaves out title and subtitle, for a page that sets them itself.

    Raises
    ------
    MissingGlyphError : a name holds a character that our font lacks.
    """
    body = _body(month, choice, table)
    if not body["rows"]:
        return None
    marks = [*(["演示数据"] if month.cleaned.sample else []), *([] if month.cleaned.complete else ["数据不完整"])]
    content = {
        "key": [], "groups": [], "columns": [], "heading": heading, **body, "tags": marks,
        "title": title_of(month, choice, table), "subtitle": subtitle_of(month, choice),
        "note": footnote(context(month), *how(month, choice)), "alt": alt_of(month, choice, table),
    }
    for text in _texts(content):
        style.text_width(text, BODY)  # raises when the font lacks a character
    return Picture(content)


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [t for v in value.values() for t in _texts(v)]
    if isinstance(value, list):
        return [t for v in value for t in _texts(v)]
    return [value] if isinstance(value, str) else []


def _body(month: Figures, choice: Choice, table: pd.DataFrame) -> dict[str, Any]:
    view = choice.view
    if view == "services":
        ranked = table.sort_values("assistance_share", ascending=False, kind="stable")
        return _bars(ranked["street"], ranked["assistance_share"], [percent(v) for v in ranked["assistance_share"]])
    if view == "venues":
        return _stacks(table)
    if view == "venue_list":
        top = table.sort_values(["activities", "person_times"], ascending=False, kind="stable").head(MOST_BARS)
        names = [f"{s} {v}" for s, v in zip(top["street"], top["venue"], strict=True)]
        return _bars(names, top["activities"], [f"{number_text(v, 'activities')}场" for v in top["activities"]])
    if view == "missing":
        return _crosses(month, choice, table)
    if view == "together":
        return _pairs(table.set_index("scenario"))
    by = VIEWS[view].by
    if len(by) == 1:
        ranked = _ranked(table, by[0], choice.measure)
        texts = [number_text(v, choice.measure, choice.counting) for v in ranked[choice.measure]]
        return _bars(ranked[by[0]], ranked[choice.measure], texts)
    heat = _heat(shown(table, choice).set_index(by[0]), choice.measure, choice.counting)
    if by[1] != "month":
        return heat
    return heat | {"groups": _phases(month, heat["columns"]), "columns": [f"{int(m[5:])}月" for m in heat["columns"]]}


def _ranked(table: pd.DataFrame, name: str, value: str) -> pd.DataFrame:
    """The longest bar first; what is not classified or not stated last."""
    rest = table[name].isin([UNCLASSIFIED, UNSTATED])
    return table.assign(rest=rest).sort_values(["rest", value], ascending=[True, False], kind="stable")


def _heat(wide: pd.DataFrame, measure: str, counting: str) -> dict[str, Any]:
    """Five shades by fifths of the highest figure, as in the chart of scenarios; each figure stands in its cell."""
    top = float(wide.max().max()) if wide.notna().any(axis=None) else 0.0
    rows = [
        {"label": str(name), "cells": [_cell(v, top, measure, counting) for v in line]}
        for name, line in zip(wide.index, wide.itertuples(index=False, name=None), strict=True)
    ]
    return {"kind": "heat", "label": _label_width(wide.index), "columns": [str(c) for c in wide.columns], "rows": rows,
            "key": _key(top, measure, counting)}


def _pairs(wide: pd.DataFrame) -> dict[str, Any]:
    """The diagonal, all activities of a scenario, stays without a shade: it would outshine the pairs."""
    apart = wide.astype("Float64").mask(pd.DataFrame(
        [[a == b for b in wide.columns] for a in wide.index], index=wide.index, columns=wide.columns))
    heat = _heat(apart, "activities", "full")
    for i, row in enumerate(heat["rows"]):
        row["cells"][i]["text"] = number_text(wide.iloc[i, i], "activities")
    return heat


def _cell(value: Any, top: float, measure: str, counting: str) -> dict[str, Any]:
    level = 0 if pd.isna(value) else _level(float(value), top)
    return {"kind": "value", "level": level, "text": number_text(value, measure, counting)}


def _level(value: float, top: float) -> int:
    """As `shade_level`, for figures of any size."""
    return shade_level(round(value * 1000 / top), 1000) or 1 if value > 0 and top > 0 else 0


def _key(top: float, measure: str, counting: str) -> list[dict[str, Any]]:
    if not top:
        return []
    bounds = [top * i / 5 for i in range(1, 6)]
    return [{"level": i, "text": f"到{number_text(bound, measure, counting)}"} for i, bound in enumerate(bounds, start=1)]


def _crosses(month: Figures, choice: Choice, table: pd.DataFrame) -> dict[str, Any]:
    """A cross where a street has never covered a scenario; nothing to draw when all have covered all."""
    never = set(zip(table["scenario"], table["street"], strict=True))
    streets = [s for s in month.plan.street_names if not choice.streets or s in choice.streets]
    scenarios = [s for s in month.plan.scenario_names if not choice.scenarios or s in choice.scenarios]
    done, none = {"kind": "value", "level": 1, "text": ""}, {"kind": "none", "level": 0, "text": "×"}
    rows = [{"label": s, "cells": [none if (s, t) in never else done for t in streets]} for s in scenarios if never]
    key = [{"level": 1, "text": "做过"}, {"level": 0, "text": "没做过（×）"}]
    return {"kind": "heat", "label": _label_width(scenarios), "columns": streets, "rows": rows, "key": key}


def _phases(month: Figures, months: Sequence[str]) -> list[dict[str, Any]]:
    """The phases over the months; a month belongs to the phase in which it begins."""
    def phase(text: str) -> str:
        day = pd.Timestamp(f"{text}-01").date()
        inside = (p.name for p in month.plan.phases if p.start.replace(day=1) <= day <= p.end)
        return next(inside, "")

    return [{"text": name, "span": len(list(group))} for name, group in groupby(months, key=phase)]


def _bars(labels: Sequence[Any], values: Sequence[Any], texts: Sequence[str]) -> dict[str, Any]:
    numbers = [0.0 if pd.isna(v) else float(v) for v in values]
    top = max(numbers, default=0.0) or 1.0
    rows = [{"label": str(label), "parts": [{"share": n / top, "solid": True}] if n else [], "text": text}
            for label, n, text in zip(labels, numbers, texts, strict=True)]
    return {"kind": "bars", "label": _label_width(labels), "rows": rows}


def _stacks(table: pd.DataFrame) -> dict[str, Any]:
    """Venues of a street: filled those used again, hollow those used on one day only."""
    top = float(table["venues"].max() or 1) if len(table) else 1.0
    rows = [
        {"label": street, "text": f"{again + once}个，{once}个只办过一天" if again + once else "没有",
         "parts": [{"share": n / top, "solid": solid} for n, solid in ((again, True), (once, False)) if n]}
        for street, again, once in zip(table["street"], table["repeated"], table["one_off"], strict=True)
    ]
    key = [{"level": 1, "text": "重复使用"}, {"level": 0, "text": "只办过一天"}]
    return {"kind": "bars", "label": _label_width(table["street"]), "rows": rows, "key": key}


def _label_width(labels: Sequence[Any]) -> float:
    """Millimetres that the longest label needs."""
    return max((style.text_width(str(x), BODY, bold=True) for x in labels), default=0.0) + 3.0


def _one_page(output: bytes | list[bytes] | None) -> bytes:
    if not isinstance(output, bytes):
        raise TypeError("a chart is one page")
    return output


