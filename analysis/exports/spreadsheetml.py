"""Excel 2003 XML ("XML 电子表格 2003"), often named .xls by the platform that wrote it."""

from __future__ import annotations

import re
from datetime import datetime

from lxml import etree

from analysis.exports.cells import NO_VALUE, Rows
from analysis.exports.grid import CellError, Grid, Merge, Source, Unreadable, Workbook
from analysis.exports.messages import NO_SHEETS, TOO_SPARSE
from analysis.exports.sheetxml import MAX_CELLS, MAX_COLUMNS, MAX_ROWS
from analysis.exports.xlsx import parse_xml

_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_ROW, _CELL, _DATA = f"{_SS}Row", f"{_SS}Cell", f"{_SS}Data"
_BARE_AMPERSAND = re.compile(rb"&(?!#\d+;|#x[0-9a-fA-F]+;|\w+;)")
_CONTROL = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|&#(?:x0*(?:[0-8bcef]|1[0-9a-f])|0*(?:[0-8]|1[124-9]|2\d|3[01]));", re.I
)


def read_spreadsheetml(source: Source) -> Workbook:
    """Read the sheets of an Excel 2003 XML file.

    Raises
    ------
    Unreadable : broken XML, no sheet, or cells far beyond the table.
    """
    root = _root(source.content)
    date1904 = next(root.iter("{*}Date1904"), None) is not None
    sheets = tuple(_sheet(e, date1904) for e in root.iterchildren(f"{_SS}Worksheet"))
    if not sheets:
        raise Unreadable(NO_SHEETS)
    return Workbook("xml2003", sheets)


def _root(content: bytes) -> etree._Element:
    """Parse; what careless writers leave in text (a bare &, control characters) is mended, and only that."""
    try:
        return parse_xml(content.lstrip())
    except Unreadable:
        return parse_xml(_CONTROL.sub(b"", _BARE_AMPERSAND.sub(b"&amp;", content.lstrip())))


def _sheet(sheet: etree._Element, date1904: bool) -> Grid:
    table = sheet.find(f"{_SS}Table")
    state = sheet.findtext("{*}WorksheetOptions/{*}Visible") or ""
    merges: list[Merge] = []
    hidden: set[int] = set()
    rows = _rows(table, merges, hidden) if table is not None else []
    concealed = state.startswith(("SheetHidden", "SheetVeryHidden"))
    return Grid(_said(sheet, "Name"), rows, tuple(merges), concealed, frozenset(hidden), date1904)


def _rows(table: etree._Element, merges: list[Merge], hidden: set[int]) -> Rows:
    """All rows; what is merged and hidden is noted on the way."""
    rows: Rows = []
    size = 0
    for row in table.iterchildren(_ROW):
        at = _number(row, "Index", len(rows) + 1) - 1
        if at < len(rows) or at >= MAX_ROWS:
            raise Unreadable(TOO_SPARSE)
        rows.extend([] for _ in range(at - len(rows)))
        cells = _cells(row, at, merges)
        size += len(cells)
        if size > MAX_CELLS:
            raise Unreadable(TOO_SPARSE)
        rows.append(cells)
        span = min(_number(row, "Span", 0), MAX_ROWS - len(rows))
        if _said(row, "Hidden") == "1" or _said(row, "Height") == "0":
            hidden.update(range(at, at + span + 1))
        rows.extend([] for _ in range(span))
    return rows


def _said(element: etree._Element, name: str) -> str:
    """An attribute, which careless writers leave without its prefix."""
    return element.get(_SS + name) or element.get(name) or ""


def _number(element: etree._Element, name: str, default: int) -> int:
    text = _said(element, name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else default


def _cells(row: etree._Element, at: int, merges: list[Merge]) -> list[object]:
    cells: list[object] = []
    for cell in row.iterchildren(_CELL):
        if not cell.attrib:
            cells.append(_value(cell))
            continue
        column = _number(cell, "Index", len(cells) + 1) - 1
        if column < len(cells) or column >= MAX_COLUMNS:
            raise Unreadable(TOO_SPARSE)
        cells.extend([None] * (column - len(cells)))
        cells.append(_value(cell))
        across, down = _number(cell, "MergeAcross", 0), _number(cell, "MergeDown", 0)
        if across or down:
            merges.append((at, column, min(at + down, MAX_ROWS - 1), min(column + across, MAX_COLUMNS - 1)))
            cells.extend([None] * (min(column + across + 1, MAX_COLUMNS) - len(cells)))
    return cells


def _value(cell: etree._Element) -> object:
    data = cell.find(_DATA)
    if data is None:
        return CellError(NO_VALUE) if _said(cell, "Formula") else None
    text, kind = "".join(data.itertext()) if len(data) else data.text or "", _said(data, "Type")
    if kind == "Error":
        return CellError(text or "#ERROR")
    if kind == "Boolean":
        return "TRUE" if text.strip() in {"1", "true", "TRUE"} else "FALSE"
    try:
        if kind == "Number":
            return float(text)
        if kind == "DateTime":
            moment = datetime.fromisoformat(text.strip()[:19])
            return moment.time() if moment.year < 1900 else moment  # a time of day stands on 1899-12-31
    except ValueError:
        return text
    return text
