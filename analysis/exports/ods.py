"""OpenDocument spreadsheets (.ods, and the flat .fods)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time

from lxml import etree

from analysis.exports.cells import NO_VALUE, Rows
from analysis.exports.grid import CellError, Grid, Merge, Source, Unreadable, Workbook
from analysis.exports.messages import DAMAGED, NO_SHEETS, TOO_SPARSE
from analysis.exports.package import open_package
from analysis.exports.sheetxml import MAX_CELLS, MAX_COLUMNS, MAX_ROWS

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d+)?S)?")
_ERROR_TEXT = re.compile(r"#(?:N/A|REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!)|Err:\d{3}")
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_REPEATED, _ACROSS, _DOWN = (
    f"{_TABLE}number-{what}" for what in ("columns-repeated", "columns-spanned", "rows-spanned")
)
_PARAGRAPH = f"{_TEXT}p"


@dataclass
class _Sheet:
    """One sheet while it is read; blank rows and cells wait until something stands behind them."""

    name: str
    hidden: bool
    rows: Rows = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    waiting: int = 0
    size: int = 0

    def grid(self, date1904: bool) -> Grid:
        merges = tuple(m for m in self.merges if m[0] < len(self.rows))
        rows_hidden = frozenset(r for r in self.hidden_rows if r < len(self.rows))
        return Grid(self.name, self.rows, merges, self.hidden, rows_hidden, date1904)


def read_ods(source: Source) -> Workbook:
    """Read the sheets of an OpenDocument spreadsheet.

    Raises
    ------
    Unreadable : broken container or XML, no sheet, or more than 20 million cells.
    """
    flat = not source.content.startswith(b"PK")
    content = source.content if flat else open_package(source.content).read("content.xml")
    try:
        sheets = _sheets(content)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(DAMAGED) from error
    if not sheets:
        raise Unreadable(NO_SHEETS)
    return Workbook("ods", tuple(s.grid(False) for s in sheets))


def _sheets(content: bytes) -> list[_Sheet]:
    """Walk the XML row by row; dates are written out, so no base date is needed."""
    concealed: set[str] = set()
    sheets: list[_Sheet] = []
    depth = 0
    events = etree.iterparse(
        io.BytesIO(content), events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False,
        tag=(f"{_STYLE}style", f"{_TABLE}table", f"{_TABLE}table-row"),
    )
    for event, element in events:
        if element.tag == f"{_STYLE}style":
            properties = element.find(f"{_STYLE}table-properties") if event == "end" else None
            if properties is not None and properties.get(f"{_TABLE}display") == "false":
                concealed.add(element.get(f"{_STYLE}name", ""))
        elif element.tag == f"{_TABLE}table":
            depth += 1 if event == "start" else -1
            if event == "start" and depth == 1:
                style = element.get(f"{_TABLE}style-name", "")
                sheets.append(_Sheet(element.get(f"{_TABLE}name", ""), style in concealed))
        elif event == "end" and depth == 1 and sheets:
            _row(element, sheets[-1])
            element.clear()
    return sheets


def _row(element: etree._Element, sheet: _Sheet) -> None:
    times = _count(element, f"{_TABLE}number-rows-repeated")
    start = len(sheet.rows) + sheet.waiting
    if element.get(f"{_TABLE}visibility", "visible") != "visible":
        sheet.hidden_rows.update(range(start, min(start + times, MAX_ROWS)))
    cells = _cells(element, start, sheet)
    if not cells:
        sheet.waiting += times
        return
    sheet.size += sheet.waiting + len(cells) * times
    if sheet.size > MAX_CELLS:
        raise Unreadable(TOO_SPARSE)
    sheet.rows.extend([] for _ in range(sheet.waiting))
    sheet.waiting = 0
    sheet.rows.extend(list(cells) for _ in range(times))


def _cells(row: etree._Element, at: int, sheet: _Sheet) -> list[object]:
    cells: list[object] = []
    waiting = 0
    for cell in row.iterchildren(*_CELLS):
        times = _count(cell, _REPEATED)
        across, down = _count(cell, _ACROSS), _count(cell, _DOWN)
        column = len(cells) + waiting
        if across > 1 or down > 1:
            sheet.merges.append((at, column, at + down - 1, column + across - 1))
        value = _value(cell) if len(cell) or len(cell.attrib) else None
        if value is None:
            waiting += times
            continue
        if column + times > MAX_COLUMNS:
            raise Unreadable(TOO_SPARSE)
        cells.extend([None] * waiting)
        waiting = 0
        cells.extend([value] * times)
    return cells


def _count(element: etree._Element, name: str) -> int:
    text = element.get(name)
    if text is None:
        return 1
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def _value(cell: etree._Element) -> object:
    kind = cell.get(f"{_OFFICE}value-type") or cell.get(f"{_CALC}value-type")
    text = _text(cell)
    formula = cell.get(f"{_TABLE}formula") is not None
    if cell.get(f"{_CALC}value-type") == "error" or (formula and _ERROR_TEXT.fullmatch(text)):
        return CellError(text or "#ERROR")
    if kind is None:
        return text or (CellError(NO_VALUE) if formula else None)
    return _typed(cell, kind, text)


def _typed(cell: etree._Element, kind: str, text: str) -> object:
    if kind == "date":
        return _date(cell.get(f"{_OFFICE}date-value", ""), text)
    if kind == "time":
        return _time(cell.get(f"{_OFFICE}time-value", ""), text)
    if kind == "boolean":
        return "TRUE" if cell.get(f"{_OFFICE}boolean-value") == "true" else "FALSE"
    if kind in {"float", "percentage", "currency"}:
        try:
            return float(cell.get(f"{_OFFICE}value", ""))
        except ValueError:
            return text or None
    return cell.get(f"{_OFFICE}string-value") or text or None


def _date(said: str, text: str) -> object:
    try:
        return datetime.fromisoformat(said[:19])
    except ValueError:
        return text or None


def _time(said: str, text: str) -> object:
    found = _DURATION.fullmatch(said)
    if not found:
        return text or None
    hours, minutes, seconds = (int(g or 0) for g in found.groups())
    return time(hours, minutes, seconds) if hours < 24 and minutes < 60 and seconds < 60 else text or None


def _text(cell: etree._Element) -> str:
    """The paragraphs of a cell, one a line, without its comment."""
    if len(cell) == 1 and cell[0].tag == _PARAGRAPH and not len(cell[0]):
        return cell[0].text or ""
    return "\n".join("".join(_runs(p)) for p in cell.iterchildren(_PARAGRAPH))


def _runs(element: etree._Element) -> Iterator[str]:
    if element.text:
        yield element.text
    for part in element:
        if part.tag == f"{_TEXT}s":
            spaces = part.get(f"{_TEXT}c", "1")
            yield " " * (min(int(spaces), 10_000) if spaces.isdigit() else 1)
        elif part.tag == f"{_TEXT}tab":
            yield "\t"
        elif part.tag == f"{_TEXT}line-break":
            yield "\n"
        elif part.tag not in (f"{_OFFICE}annotation", f"{_TEXT}ruby-text"):
            yield from _runs(part)
        if part.tail:
            yield part.tail
