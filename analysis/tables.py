"""tables.xlsx: every figure as a table that Excel can sort and filter, down to the rows it was counted from.

One table a sheet under a title, one header row, no merged cells, numbers as numbers; text that begins with = + - @
stays text.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pandas as pd
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from analysis.figures import Figures
from analysis.sheets import DETAIL, LineChart, Sheet, sheets
from analysis.standing import standing
from analysis.wording import bulletin, style

FONT = "等线"
HEADER_ROW = 3  # title, note, a blank row, then the header
FORMATS = {"number": "#,##0", "share": "0.0%", "decimal": "#,##0.0", "date": "yyyy-mm-dd",
           "moment": "yyyy-mm-dd hh:mm:ss", "signed": "+0.0;-0.0;0.0", "check": "#,##0", "text": "General",
           "change": "+#,##0;-#,##0;0"}
NOT_APPLICABLE = "[z]"
CHECK = f"=SUMIFS({DETAIL}表[人次],{DETAIL}表[街镇],A{{row}})"
FORMULA_SIGNS = ("=", "+", "-", "@")
LONGEST_TEXT = 32_000
WIDEST, NARROWEST = 48, 9


def write_xlsx(figures: Figures, path: Path) -> None:
    """Write the workbook; the same figures give the same bytes.

    Parameters
    ----------
    figures : all figures as of a day.
    """
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
               "default_format_properties": {"font_name": FONT, "font_size": 11}}
    with xlsxwriter.Workbook(str(path), options) as book:
        writer = _Writer(book, figures)
        listed = sheets(figures)
        writer.cover(listed)
        for sheet in listed:
            writer.table(sheet)
        book.worksheets()[0].activate()


class _Writer:
    """Writes sheets of one workbook; keeps its formats and where each street's rows begin."""

    def __init__(self, book: xlsxwriter.Workbook, figures: Figures) -> None:
        self.book, self.figures = book, figures
        base = {"font_name": FONT, "font_size": 11, "valign": "top"}
        self.formats = {k: book.add_format({**base, "num_format": v}) for k, v in FORMATS.items()}
        self.quoted = book.add_format({**base, "quote_prefix": True})
        self.title = book.add_format({**base, "bold": True, "font_size": 14})
        self.note = book.add_format({**base, "font_color": "#5B6470"})
        self.mark = book.add_format({**base, "bold": True, "font_color": "#B23A0A"})
        self.link = book.add_format({**base, "font_color": "#0B5A8C", "underline": 1})
        self.header = book.add_format({**base, "bold": True, "text_wrap": True, "bottom": 1, "bg_color": "#F1F3F5"})
        self.marks = style.notices(figures.cleaned.complete, figures.cleaned.sample)
        s = standing(figures.progress, figures.daily, figures.plan, figures.as_of)
        self.finding = bulletin.finding(s)
        book.set_properties({
            "title": self.finding, "subject": figures.plan.name, "author": figures.plan.issuer,
            "keywords": f"数据截至{style.day(figures.as_of)}", "comments": "".join(self.marks),
            "created": datetime(figures.as_of.year, figures.as_of.month, figures.as_of.day),
        })

    def cover(self, listed: list[Sheet]) -> None:
        """Title, as-of date, marks and the contents with links."""
        page = self.book.add_worksheet("封面")
        page.hide_gridlines(2)
        page.set_column(0, 0, 18)
        page.set_column(1, 1, 80)
        page.fit_to_pages(1, 0)
        page.set_paper(9)
        page.write_string(0, 0, f"{self.figures.plan.name}进度数据表", self.title)
        lines = [(self.finding, self.formats["text"]),
                 (f"{self.figures.plan.issuer}　数据截至{style.day(self.figures.as_of)}", self.note),
                 *((m, self.mark) for m in self.marks)]
        for row, (text, look) in enumerate(lines, 1):
            page.write_string(row, 0, text, look)
        first = len(lines) + 2
        page.write_string(first, 0, "工作表", self.header)
        page.write_string(first, 1, "内容", self.header)
        for row, sheet in enumerate(listed, first + 1):
            page.write_url(row, 0, f"internal:'{sheet.name}'!A1", self.link, sheet.name)
            page.write_string(row, 1, sheet.title, self.formats["text"])

    def table(self, sheet: Sheet) -> None:
        """One table on its own sheet, with its native charts to the right."""
        page = self.book.add_worksheet(sheet.name)
        page.write_string(0, 0, sheet.title, self.title)
        page.write_string(1, 0, "".join([sheet.note, *self.marks]), self.note)
        frame = sheet.frame
        for place, column in enumerate(sheet.columns):
            values = frame[column.key]
            page.set_column(place, place, _width(column.title, values, column.kind), self.formats[column.kind])
            self._column(page, place, values, column.kind)
        last = HEADER_ROW + max(len(frame), 1)
        page.add_table(HEADER_ROW, 0, last, len(sheet.columns) - 1, {
            "name": sheet.table_name, "style": "Table Style Light 1", "banded_rows": False,
            "columns": [{"header": c.title, "header_format": self.header} for c in sheet.columns],
        })
        if frame.empty:
            page.write_string(HEADER_ROW + 1, 0, "没有记录", self.note)
        for row, target in sheet.links:
            page.write_url(HEADER_ROW + 1 + row, 0, f"internal:{target}", self.link, str(frame.iloc[row, 0]))
        page.freeze_panes(HEADER_ROW + 1, 1)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.repeat_rows(HEADER_ROW)
        for chart in sheet.charts:
            self._chart(page, sheet, chart)

    def _column(self, page: Worksheet, place: int, values: pd.Series, kind: str) -> None:
        look = self.formats[kind]
        for row, value in enumerate(values.tolist(), HEADER_ROW + 1):
            if value is None or value is pd.NaT or value is pd.NA or value != value:
                page.write_string(row, place, NOT_APPLICABLE, self.note)
            elif kind == "text":
                self._text(page, row, place, str(value))
            elif kind == "check":
                page.write_formula(row, place, CHECK.format(row=row + 1), look, value)
            elif kind in ("date", "moment"):
                page.write_datetime(row, place, value, look)
            else:
                page.write_number(row, place, value, look)

    def _text(self, page: Worksheet, row: int, place: int, text: str) -> None:
        if text:
            look = self.quoted if text.startswith(FORMULA_SIGNS) else self.formats["text"]
            page.write_string(row, place, text[:LONGEST_TEXT], look)

    def _chart(self, page: Worksheet, sheet: Sheet, wanted: LineChart) -> None:
        chart = self.book.add_chart({"type": "line"})
        first, last = HEADER_ROW + 1, HEADER_ROW + len(sheet.frame)
        for place, colour, width in wanted.series:
            chart.add_series({
                "name": [sheet.name, HEADER_ROW, place], "categories": [sheet.name, first, 0, last, 0],
                "values": [sheet.name, first, place, last, place], "line": {"color": colour, "width": width},
            })
        chart.set_title({"name": wanted.title, "name_font": {"size": 11, "name": FONT}})
        chart.set_x_axis({"date_axis": True, "num_format": "m月", "major_unit": 1, "major_unit_type": "months"})
        chart.set_y_axis({"min": 0, "max": wanted.top, "num_format": "#,##0",
                          "major_gridlines": {"visible": True, "line": {"color": "#D5D9DE"}}})
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 420, "height": 250})
        page.insert_chart(wanted.row, wanted.column, chart, {"description": wanted.alt})


def _width(title: str, values: pd.Series, kind: str) -> float:
    if kind == "date":
        return 12
    if kind == "moment":
        return 20
    shown = values.head(300).astype(str) if kind == "text" else pd.Series(dtype=str)
    longest = max([_cells(t) for t in shown], default=0)
    return max(NARROWEST, min(WIDEST, max(longest, _cells(title) + 4)))


def _cells(text: str) -> int:
    """Width in Latin characters; a Chinese one takes two."""
    return sum(1 if c.isascii() else 2 for c in text)
