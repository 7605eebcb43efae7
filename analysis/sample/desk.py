"""A sheet as a clerk makes it: title, borders, merged cells, notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from analysis.sample.columns import Column
from analysis.sample.model import Entry

FONT = Font(name="宋体", size=11)
BOLD = Font(name="宋体", size=11, bold=True)
HEADING = Font(name="黑体", size=16)
THIN = Side(style="thin", color="808080")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
DATE_FORMATS = ("yyyy/m/d", 'm"月"d"日"', 'yyyy"年"m"月"d"日"')


class Desk:
    """One sheet, written from the top down."""

    def __init__(self, book: Workbook, name: str, heading: str) -> None:
        empty = len(book.worksheets) == 1 and book.worksheets[0].max_row == 1 and book.worksheets[0]["A1"].value is None
        self.sheet: Worksheet = book.worksheets[0] if empty else book.create_sheet(name)
        self.sheet.title = name
        self.row = 0
        self.line(f"{heading}（演示数据）", HEADING)

    def line(self, text: str, font: Font = FONT, column: int = 1) -> None:
        """A line of text outside the table."""
        self.row += 1
        self.sheet.cell(self.row, column, text).font = font

    def blank(self) -> None:
        self.row += 1

    def titles(self, titles: Iterable[str | None]) -> None:
        """The header row; the heading is centred over it."""
        self.put(list(titles), BOLD)
        width = self.sheet.max_column
        if not any(m.min_row == 1 for m in self.sheet.merged_cells.ranges):
            self.merge(1, 1, 1, width)

    def put(self, values: Sequence[object], font: Font = FONT) -> None:
        """A row of the table."""
        self.row += 1
        for i, value in enumerate(values, 1):
            cell = self.sheet.cell(self.row, i, value)  # type: ignore[arg-type]
            cell.font, cell.border = font, BOX
            if isinstance(value, datetime):
                cell.number_format = DATE_FORMATS[self.row % 3] if not value.hour else "yyyy-mm-dd hh:mm"
            self._widen(i, value)

    def rows(self, entries: Iterable[Entry], columns: Mapping[str, Column], start: int = 1) -> None:
        """Rows of the table, numbered from `start`."""
        for i, entry in enumerate(entries, start):
            self.put([write(entry, i) for write in columns.values()])

    def table(self, entries: Iterable[Entry], columns: Mapping[str, Column]) -> None:
        """Header and rows."""
        self.titles(columns)
        self.rows(entries, columns)

    def merge(self, first: int, last: int, column: int, until: int | None = None) -> None:
        """Merge cells as WPS does: the first keeps its value."""
        for row in range(first, last + 1):
            for c in range(column, (until or column) + 1):
                if (row, c) != (first, column):
                    self.sheet.cell(row, c).value = None
        if (first, column) != (last, until or column):
            self.sheet.merge_cells(start_row=first, end_row=last, start_column=column, end_column=until or column)
        self.sheet.cell(first, column).alignment = CENTRE

    def _widen(self, column: int, value: object) -> None:
        letter = get_column_letter(column)
        needed = 12 if isinstance(value, datetime) else sum(2 if ord(c) > 255 else 1 for c in str(value or "")) + 2
        current = self.sheet.column_dimensions[letter].width if letter in self.sheet.column_dimensions else 8
        self.sheet.column_dimensions[letter].width = max(current, min(needed, 42))
