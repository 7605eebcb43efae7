"""The selection as files: a workbook of two sheets and the chart as PDF."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from analysis.explore.choice import VIEWS, Choice
from analysis.explore.picture import picture
from analysis.explore.tables import chosen_table, code_of, shown
from analysis.explore.titles import subtitle_of
from analysis.explore.words import how, sentence
from analysis.figures import Figures
from analysis.notebook_view import title_of

FONT = "等线"
FORMATS = {"share": "0.0%", "assistance_share": "0.0%", "repeated_share": "0.0%", "per_activity": "#,##0.0"}
NARROWEST, WIDEST = 9, 48


def export_choice(month: Figures, choice: Choice, folder: Path) -> list[Path]:
    """Write the selection as .xlsx and, where it has one, its chart as PDF; the names tell what was chosen.

    Returns
    -------
    The files; an earlier export of the same selection is replaced.

    Raises
    ------
    OSError : a file cannot be written, for instance because Excel has it open.
    """
    folder.mkdir(parents=True, exist_ok=True)
    table, stem = chosen_table(month, choice), file_stem(month, choice)
    book = folder / f"{stem}.xlsx"
    _write_book(month, choice, table, book)
    drawn = picture(month, choice, table)
    if drawn is None:
        return [book]
    page = folder / f"{stem}.pdf"
    page.write_bytes(drawn.pdf())
    return [book, page]


def file_stem(month: Figures, choice: Choice) -> str:
    """'场景探索_20211231_场景×街镇_桃浦_3f2a': as-of date, view, streets, and a mark of all that was chosen."""
    view = VIEWS[choice.view].title.split("（")[0].split("：")[0]
    named = "、".join(choice.streets[:2]) + ("等" if len(choice.streets) > 2 else "")
    mark = hashlib.sha256(repr(choice).encode()).hexdigest()[:4] if choice != Choice(view=choice.view) else ""
    parts = ["场景探索", f"{month.as_of:%Y%m%d}", view, named, mark]
    return "_".join(re.sub(r"[^\w×、]+", "", p) for p in parts if p)


def _write_book(month: Figures, choice: Choice, table: pd.DataFrame, path: Path) -> None:
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "default_format_properties": {"font_name": FONT, "font_size": 11}}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": subtitle_of(month, choice), "created": datetime(2000, 1, 1)})
        long = table.rename(columns={"suppressed": "隐去"})
        wide = shown(table, choice)
        if len(VIEWS[choice.view].by) == 2:
            _write_sheet(book, "选择", wide, {str(c): choice.measure for c in wide.columns[1:]})
        _write_sheet(book, "明细" if len(VIEWS[choice.view].by) == 2 else "选择", long, {})
        _write_notes(book, month, choice)


def _write_sheet(book: xlsxwriter.Workbook, name: str, table: pd.DataFrame, measures: dict[str, str]) -> None:
    """One table from A1: numbers as numbers, text as text (also where it begins with =), hidden figures empty."""
    sheet = book.add_worksheet(name)
    titles = [title_of(str(c)) for c in table.columns]
    day = book.add_format({"num_format": "yyyy-mm-dd", "font_name": FONT})
    formats = [book.add_format({"num_format": FORMATS.get(measures.get(str(c), str(c)), "#,##0"), "font_name": FONT})
               for c in table.columns]
    for j, column in enumerate(table.columns):
        width = _width(titles[j])
        for i, value in enumerate(table[column], start=1):
            width = max(width, _write_cell(sheet, i, j, value, formats[j], day))
        sheet.set_column(j, j, max(NARROWEST, min(width + 2, WIDEST)))
    if len(table):
        header = [{"header": t} for t in titles]
        sheet.add_table(0, 0, len(table), len(titles) - 1, {"columns": header, "name": f"{name}表", "style": "Table Style Light 1"})
    else:
        sheet.write_row(0, 0, titles)
    sheet.freeze_panes(1, 1)


def _write_cell(sheet: Any, row: int, column: int, value: Any, number: Any, day: Any) -> int:
    if value is None or value is pd.NaT or pd.isna(value):
        return 0
    if isinstance(value, pd.Timestamp):
        sheet.write_datetime(row, column, value.to_pydatetime(), day)
        return 10
    if isinstance(value, bool):
        sheet.write_string(row, column, "是" if value else "否")
        return 2
    if isinstance(value, str):
        sheet.write_string(row, column, value)
        return _width(value)
    sheet.write_number(row, column, float(value), number)
    return len(f"{float(value):,.0f}")


def _write_notes(book: xlsxwriter.Workbook, month: Figures, choice: Choice) -> None:
    """What was chosen, how it was counted, and the code that makes the same table."""
    sheet = book.add_worksheet("说明")
    wrap = book.add_format({"text_wrap": True, "valign": "top", "font_name": FONT})
    lines = [
        sentence(month, choice), *how(month, choice),
        f"数据来源：{month.plan.record_system}，截至{month.as_of:%Y-%m-%d}。定义见 docs/method.md“参与情况”。",
        *(["演示数据，非真实情况。"] if month.cleaned.sample else []),
        *([] if month.cleaned.complete else ["数据不完整：有文件或工作表未读到，数字可能偏低。"]),
        "得到同一张表的代码（在笔记本里运行）：", *code_of(month, choice).split("\n"),
    ]
    for i, line in enumerate(line for line in lines if line):
        sheet.write_string(i, 0, line, wrap)
    sheet.set_column(0, 0, 100)


def _width(text: str) -> int:
    return sum(1 if c.isascii() else 2 for c in text)
