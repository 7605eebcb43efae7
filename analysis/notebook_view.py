"""What the notebooks show: load a month, a banner, answers, tables that sort, charts with a text alternative, definitions."""

from __future__ import annotations

import base64
import html
import io
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from numbers import Integral, Real
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import PIL.Image
from IPython.display import HTML, display

from analysis.charts import Chart, Context
from analysis.charts.style import use_style
from analysis.exports.cache import cache_folder
from analysis.figures import Figures, figures
from analysis.pipeline import read_folder
from analysis.plan import load_plan
from analysis.progress import percent
from analysis.revisions import KINDS
from analysis.summary import REASONS, SEVERITIES

ROOT = Path(__file__).parent.parent
METHOD = "../docs/method.md"
STYLE = Path(__file__).parent / "notebook_view.html"
WORDS = Path(__file__).parent / "notebook_words.toml"
DPI = 144  # pixels an inch: sharp at the width shown
SCREEN_WIDTH = 780  # pixels of a chart that is 156 mm wide in print
COLOURS = 128
SHARES = ("attainment", "share", "repeated_share", "assistance_share", "chance")
NUMBER = re.compile(r"[-−]?[\d,]+(\.\d+)?%?")
LONG = 24  # characters from which a text may be broken over lines


def load(raw: str, as_of: str | None = None, plan: str | None = None, known_by: str | None = None) -> Figures:
    """All figures of a month, as `suishenxue report` computes them.

    Parameters
    ----------
    raw : folder of exports; a relative path is taken from the project's folder.
    as_of, known_by : dates as 2021-06-30, or None for the newest export's date.
    plan : a plan file, or None for the plan of Putuo District 2021.
    """
    folder = Path(raw) if Path(raw).is_absolute() else ROOT / raw
    programme = load_plan(plan)
    day, known = (date.fromisoformat(d) if d else None for d in (as_of, known_by))
    return figures(read_folder(folder, programme, cache=cache_folder()), programme, day, known)


def banner(month: Figures) -> HTML:
    """As-of date and the marks of sample or incomplete data; with it the look of the tables and what sorts them."""
    d = month.as_of
    marks = (["演示数据，非真实情况"] if month.cleaned.sample else []) + (
        [] if month.cleaned.complete else ["数据不完整：有文件或工作表未读到"]
    )
    text = f"截至{d.year}年{d.month}月{d.day}日　{month.plan.district}　" + "　".join(
        f"<strong>【{m}】</strong>" for m in marks
    )
    return HTML(f'<p role="note" class="month-banner">{text}</p>\n{STYLE.read_text(encoding="utf-8")}')


def context(month: Figures) -> Context:
    """What the charts must know of a month; `show` sets their titles as text."""
    return Context(month.plan, month.as_of, month.cleaned.complete, month.cleaned.sample, heading=False)


def show(chart: Chart, anchor: str = "", text: str = "", note: str = "") -> None:
    """A chart under its finding, with its text alternative and a link to the definition of its figures.

    Parameters
    ----------
    anchor, text : of the definition in docs/method.md.
    note : how to read the chart.
    """
    buffer = io.BytesIO()
    with use_style():
        chart.figure.savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
    display(answer(chart.title, f"{chart.subtitle}{'。' if note else ''}{note}"))
    display(image(buffer.getvalue(), chart.alt))
    if anchor:
        display(method(anchor, text))


def image(png: bytes, alt: str) -> HTML:
    """A picture with its text alternative, in as many colours as it needs: a third of the bytes.

    As HTML, since JupyterLab shows no text alternative of a plain picture.
    """
    small = io.BytesIO()
    PIL.Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS, PIL.Image.Quantize.FASTOCTREE).save(small, "png")
    data = base64.b64encode(small.getvalue()).decode()
    return HTML(f'<div class="chart"><img width="{SCREEN_WIDTH}" alt="{html.escape(alt)}" src="data:image/png;base64,{data}"></div>')


def table(frame: pd.DataFrame, columns: list[str] | None = None, caption: str = "", most: int = 200) -> HTML:
    """A table with Chinese titles that sorts by a click on a title, whole numbers with separators, shares in per cent.

    Parameters
    ----------
    most : rows shown; more are in the CSV files.
    """
    chosen = frame[columns] if columns else frame
    names = [str(c) for c in chosen.columns]
    rows = [[_cell(v, n) for v, n in zip(row, names, strict=True)]
            for row in chosen.head(most).itertuples(index=False, name=None)]
    kinds = [_kind(chosen[c], [row[i] for row in rows]) for i, c in enumerate(chosen.columns)]
    titles = [html.escape(title_of(n)) for n in names]
    head = "".join(f'<th scope="col"{k}><button type="button" title="点击排序">{t}</button></th>'
                   for k, t in zip(kinds, titles, strict=True))
    body = "".join("<tr>" + "".join(f"<td{k}>{html.escape(t)}</td>" for k, t in zip(kinds, row, strict=True)) + "</tr>"
                   for row in rows)
    more = f"<p>只列前{most}行，共{len(chosen):,}行，全部见 data/*.csv。</p>" if len(chosen) > most else ""
    title = f"<caption>{html.escape(caption)}</caption>" if caption else ""
    return HTML(f'<div class="sortable-wrap"><table class="sortable">{title}<thead><tr>{head}</tr></thead>'
                f"<tbody>{body}</tbody></table></div>{more}")


def _kind(column: pd.Series, texts: list[str]) -> str:
    """Numbers stand right, long texts may be broken."""
    filled = [t for t in texts if t and t != "—"]
    if filled and column.name != "record_id" and all(NUMBER.fullmatch(t) for t in filled):
        return ' class="num"'
    return ' class="long"' if any(len(t) > LONG for t in texts) and column.name == "message" else ""


def _cell(value: object, column: str) -> str:
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return ""
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, bool | np.bool_):
        return "是" if value else "否"
    if isinstance(value, Integral):
        return f"{value:,}" if column != "row" else str(value)
    if isinstance(value, Real):
        return percent(float(value)) if column in SHARES else f"{float(value):,.1f}"
    code, sign, rest = str(value).partition("：")
    return _words_of(column).get(code, code) + sign + rest


def _words_of(column: str) -> Mapping[str, str]:
    return {"reason": REASONS, "severity": SEVERITIES, "what": KINDS}.get(column) or words()["words"].get(column, {})


@cache
def words() -> Mapping[str, Any]:
    """Titles of columns, and Chinese words for the codes in them."""
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))


def title_of(column: str) -> str:
    """What a column is called."""
    return str(words()["titles"].get(column, column))


def code(text: str) -> str:
    """Code to copy, as HTML."""
    return (f'<div class="copy-code"><p class="how">得到这张表的代码（可粘到新的单元格里运行）：'
            f'<button type="button">复制</button></p><pre>{html.escape(text)}</pre></div>')


def method(anchor: str, text: str) -> HTML:
    """A link to the definition of a figure."""
    return HTML(f'<p class="definition">定义见 <a href="{METHOD}#{anchor}">{html.escape(text)}</a></p>')


def answer(text: str, under: str = "") -> HTML:
    """An answer in one sentence, and below it what it is about."""
    more = f'<p class="under-answer">{html.escape(under)}</p>' if under else ""
    return HTML(f'<p class="answer">{html.escape(text)}</p>{more}')
