"""Excel 2003 XML ("XML 电子表格 2003"), often named .xls by the platform that wrote it."""

from __future__ import annotations

import re
from datetime import datetime

from lxml import etree

from analysis.exports.cells import NO_VALUE, Rows
from analysis.exports.grid import CellError, Grid, Merge, Source, Unreadable, Workbook
from analysis.exports.messages import NO_SHEETS, TOO_SPARSE
from analysis.exports.sheetxml import MAX_CELLS, MAX_COLUMNS, MAX_ROWS
from analysis.exports.xlsx import attribute, local, parse_xml

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
    date1904 = any(local(e) == "Date1904" for e in root.iter())
    sheets = tuple(_sheet(e, date1904) for e in root if local(e) == "Worksheet")
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
    table = next((e for e in sheet if local(e) == "Table"), None)
    visible = next((e.text for e in sheet.iter() if local(e) == "Visible"), "")
    rows: Rows = []
    merges: list[Merge] = []
    hidden: set[int] = set()
    size = 0
    for row in (e for e in (table if table is not None else ()) if local(e) == "Row"):
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
        if attribute(row, "Hidden") == "1" or attribute(row, "Height") == "0":
            hidden.update(range(at, at + span + 1))
        rows.extend([] for _ in range(span))
    state = (visible or "").startswith("SheetHidden") or (visible or "").startswith("SheetVeryHidden")
    return Grid(attribute(sheet, "Name"), rows, tuple(merges), state, frozenset(hidden), date1904)


def _number(element: etree._Element, name: str, default: int) -> int:
    text = attribute(element, name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else default


def _cells(row: etree._Element, at: int, merges: list[Merge]) -> list[object]:
    cells: list[object] = []
    for cell in (e for e in row if local(e) == "Cell"):
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
    data = next((e for e in cell if local(e) == "Data"), None)
    if data is None:
        return CellError(NO_VALUE) if attribute(cell, "Formula") else None
    text, kind = "".join(data.itertext()), attribute(data, "Type")
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
