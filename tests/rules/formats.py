"""Sheets and the bytes of a file in each format the exports come in."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from openpyxl import Workbook

MOMENT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Sheet:
    """A sheet with more than cell values: merges ("A2:A5"), hidden rows (as Excel counts), number formats by cell."""

    rows: Rows
    merges: Sequence[str] = ()
    hidden: bool = False
    hidden_rows: Sequence[int] = ()
    formats: Mapping[str, str] = field(default_factory=dict)


def csv_text(rows: Rows, separator: str = ",", end: str = "\r\n") -> str:
    """Rows as delimited text; cells are quoted where they hold the separator, a quote or a line break."""

    def quoted(cell: Any) -> str:
        text = "" if cell is None else str(cell)
        return '"' + text.replace('"', '""') + '"' if any(c in text for c in (separator, '"', "\n", "\r")) else text

    return "".join(separator.join(quoted(c) for c in row) + end for row in rows)


def workbook(sheets: Mapping[str, Rows | Sheet], date1904: bool = False) -> Workbook:
    """An openpyxl workbook with merges, hidden rows and hidden sheets."""
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    book = Workbook()
    book.remove(book.active)
    if date1904:
        book.epoch = CALENDAR_MAC_1904
    for name, given in sheets.items():
        sheet = given if isinstance(given, Sheet) else Sheet(given)
        target = book.create_sheet(name)
        for i, row in enumerate(sheet.rows, start=1):
            for j, cell in enumerate(row, start=1):
                if cell is not None:
                    target.cell(i, j, cell)
        for address, number_format in sheet.formats.items():
            target[address].number_format = number_format
        for merge in sheet.merges:
            target.merge_cells(merge)
        for row in sheet.hidden_rows:
            target.row_dimensions[row].hidden = True
        if sheet.hidden:
            target.sheet_state = "hidden"
    return book


def xlsx(sheets: Mapping[str, Rows | Sheet], date1904: bool = False) -> bytes:
    """The workbook as .xlsx bytes, without the moment at which it was written."""
    buffer = io.BytesIO()
    workbook(sheets, date1904).save(buffer)
    with zipfile.ZipFile(buffer) as archive:
        members = {i.filename: archive.read(i) for i in archive.infolist()}
    return zip_of({n: MOMENT.sub(rb"\g<1>2021-07-01T00:00:00Z", part) for n, part in members.items()})


def edited(content: bytes, part: str, *changes: tuple[str, str]) -> bytes:
    """An .xlsx with text replacements in one part; each must be found (else the test would test nothing)."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {i.filename: archive.read(i) for i in archive.infolist()}
    text = members[part].decode("utf-8")
    for old, new in changes:
        if old not in text:
            raise ValueError(f"{old!r} is not in {part}")
        text = text.replace(old, new)
    return zip_of({**members, part: text.encode("utf-8")})


class _RawName(zipfile.ZipInfo):
    """A member whose name is stored as Chinese Windows stores it: GBK, without the UTF-8 flag."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("gbk"), self.flag_bits & ~0x800


def zip_of(members: Mapping[str, bytes], gbk: bool = False) -> bytes:
    """A zip of members; with GBK names on request."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr((_RawName if gbk else zipfile.ZipInfo)(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def xls(sheets: Mapping[str, Rows | Sheet]) -> bytes:
    """The workbook as BIFF8 (.xls); dates get a date format."""
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    style = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for name, given in sheets.items():
        sheet = given if isinstance(given, Sheet) else Sheet(given)
        target = book.add_sheet(name)
        for i, row in enumerate(sheet.rows):
            for j, cell in enumerate(row):
                if cell is not None and not _covered(sheet, i, j):
                    target.write(i, j, cell, *([style] if isinstance(cell, date) else []))
        for first_row, first, last_row, last in map(_bounds, sheet.merges):
            cell = sheet.rows[first_row][first]
            target.write_merge(first_row, last_row, first, last, cell, *([style] if isinstance(cell, date) else []))
        if sheet.hidden:
            target.visibility = 1
        for row in sheet.hidden_rows:
            target.row(row - 1).hidden = True
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _bounds(merge: str) -> tuple[int, int, int, int]:
    from openpyxl.utils.cell import range_boundaries

    first, first_row, last, last_row = range_boundaries(merge)
    return first_row - 1, first - 1, last_row - 1, last - 1


def _covered(sheet: Sheet, row: int, column: int) -> bool:
    return any(a <= row <= c and b <= column <= d for a, b, c, d in map(_bounds, sheet.merges))


def ods(sheets: Mapping[str, Rows | Sheet]) -> bytes:
    """The workbook as .ods (merges of rows in one column only)."""
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import CoveredTableCell, Table, TableCell, TableRow
    from odf.text import P

    book = OpenDocumentSpreadsheet()
    for name, given in sheets.items():
        sheet = given if isinstance(given, Sheet) else Sheet(given)
        bounds = {(a, b): (c - a + 1, d - b + 1) for a, b, c, d in map(_bounds, sheet.merges)}
        table = Table(name=name)
        for i, row in enumerate(sheet.rows):
            line = TableRow(visibility="collapse") if i + 1 in sheet.hidden_rows else TableRow()
            for j, cell in enumerate(row):
                if _covered(sheet, i, j) and (i, j) not in bounds:
                    line.addElement(CoveredTableCell())
                    continue
                spans = dict(zip(("numberrowsspanned", "numbercolumnsspanned"), bounds.get((i, j), ()), strict=False))
                if cell is None:
                    line.addElement(TableCell(**spans))
                elif isinstance(cell, date):
                    line.addElement(TableCell(valuetype="date", datevalue=cell.isoformat(), **spans))
                elif isinstance(cell, int | float):
                    line.addElement(TableCell(valuetype="float", value=str(cell), **spans))
                else:
                    element = TableCell(valuetype="string", **spans)
                    element.addElement(P(text=str(cell)))
                    line.addElement(element)
            table.addElement(line)
        book.spreadsheet.addElement(table)
    buffer = io.BytesIO()
    book.write(buffer)
    return buffer.getvalue()
