"""What calamine does not tell of an .xlsx sheet: error cells, formulas without a value, merges, hidden rows, extent.

The XML is searched, not parsed: an export of 100,000 rows inflates to 100 MB, and most have nothing to find.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from analysis.exports.cells import NO_VALUE
from analysis.exports.grid import CellError, Merge, Unreadable
from analysis.exports.messages import DAMAGED, TOO_SPARSE

MAX_CELLS = 20_000_000
MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
_LETTERS = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')


@dataclass(frozen=True)
class SheetMarks:
    """What stands beside the values of one sheet."""

    cells: dict[tuple[int, int], object]  # errors, formulas without a value, ISO dates
    merges: tuple[Merge, ...]
    hidden_rows: frozenset[int]
    has_booleans: bool


def read_marks(xml: bytes) -> SheetMarks:
    """Search the XML of a sheet.

    Raises
    ------
    Unreadable : the cells span more than 20 million, or a row number stands twice.
    """
    xml = plain_xml(xml)
    prefix = _prefix(xml)
    _check_extent(xml, prefix)
    cells = dict(chain(_error_cells(xml, prefix), _formulas_without_value(xml, prefix), _iso_dates(xml, prefix)))
    return replace(read_frame(xml, prefix), cells=cells, has_booleans=b't="b"' in xml)


def read_frame(xml: bytes, prefix: bytes = b"", rows: bool = True) -> SheetMarks:
    """Merges and, unless no row has any attribute but its number, hidden rows."""
    return SheetMarks({}, tuple(_merges(xml, prefix)), _hidden_rows(xml, prefix) if rows else frozenset(), False)


def plain_xml(xml: bytes) -> bytes:
    """The same XML in UTF-8 and with double quotes, so that one pattern finds what it looks for."""
    if xml[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        xml = xml.decode("utf-16", "replace").encode()
    return xml.replace(b"'", b'"') if b"='" in xml[:65_536] else xml  # a writer uses one kind throughout


def _prefix(xml: bytes) -> bytes:
    """The namespace prefix of the root element with its colon; usually none."""
    root = re.search(rb"<(\w+:)?worksheet\b", xml[:65_536])
    return root.group(1) or b"" if root else b""


def column_number(letters: bytes) -> int:
    """Letters of a column as a 0-based number."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _check_extent(xml: bytes, prefix: bytes) -> None:
    numbers = [int(n) for n in re.findall(rb'<%srow\b[^>]*?\br="(\d{1,9})"' % prefix, xml)]
    if len(set(numbers)) < len(numbers):
        raise Unreadable(DAMAGED)
    height = max(numbers) if numbers else xml.count(b"<%srow" % prefix)
    if height * (_width(xml) + 1) > MAX_CELLS and _filled_extent(xml, prefix) > MAX_CELLS:
        raise Unreadable(TOO_SPARSE)


def _width(xml: bytes) -> int:
    """The last column of any cell; most sheets end before AA, and one search with a literal start tells."""
    wide = re.compile(rb'r="([A-Z]{2,3})\d')
    return max(map(column_number, set(wide.findall(xml)))) if wide.search(xml) else 25


def _filled_extent(xml: bytes, prefix: bytes) -> int:
    """Rows times columns up to the last cell that holds something: engines give room to nothing else."""
    height = width = 0
    for cell in re.finditer(rb'<%sc\b([^>]*[^/>])>' % prefix, xml):
        found = _LETTERS.search(cell.group(1))
        if found:
            height = max(height, int(found.group(2)))
            width = max(width, column_number(found.group(1)) + 1)
    return height * width


def _position(xml: bytes, prefix: bytes, start: int, tag: bytes) -> tuple[int, int]:
    """Row and column of the cell whose tag starts at a place; counted where the tag does not say."""
    found = _LETTERS.search(tag)
    if found:
        return int(found.group(2)) - 1, column_number(found.group(1))
    row_start = xml.rfind(b"<%srow" % prefix, 0, start)
    column = len(re.findall(rb"<%sc[\s>/]" % prefix, xml[row_start:start]))
    return _row_number(xml, prefix, row_start), column


def _row_number(xml: bytes, prefix: bytes, start: int) -> int:
    said = re.search(rb'\br="(\d{1,7})"', xml[start : xml.find(b">", start)])
    return int(said.group(1)) - 1 if said else xml.count(b"<%srow" % prefix, 0, start)


def _places(xml: bytes, text: bytes) -> Iterator[int]:
    at = xml.find(text)
    while at >= 0:
        yield at
        at = xml.find(text, at + 1)


def _cell(xml: bytes, prefix: bytes, inside: int) -> tuple[int, bytes, bytes] | None:
    """Start, opening tag and content of the cell around a place; None if the place is in no cell."""
    start = xml.rfind(b"<%sc" % prefix, 0, inside)
    if start < 0 or xml[start + len(prefix) + 2] not in b" >\t\r\n":
        return None
    close = xml.find(b">", start)
    if xml[close - 1 : close] == b"/":  # <c r="A1" t="e"/>
        return (start, xml[start:close], b"") if close > inside else None
    end = xml.find(b"</%sc>" % prefix, close)
    if close < 0 or max(close, end) < inside:
        return None
    return start, xml[start:close], xml[close + 1 : end] if end >= 0 else b""


def _value(content: bytes, prefix: bytes) -> bytes | None:
    found = re.search(rb"<%sv(?:\s[^>]*)?(?:/>|>([^<]*)</)" % prefix, content)
    return (found.group(1) or b"") if found else None


_Found = Iterator[tuple[tuple[int, int], object]]


def _error_cells(xml: bytes, prefix: bytes) -> _Found:
    for place in _places(xml, b't="e"'):
        cell = _cell(xml, prefix, place)
        if cell:
            start, tag, content = cell
            said = (_value(content, prefix) or b"#ERROR").decode("utf-8", "replace")
            yield _position(xml, prefix, start, tag), CellError(said)


def _iso_dates(xml: bytes, prefix: bytes) -> _Found:
    """Strict files may write a date as text with t="d"; the engine hands the text on."""
    for place in _places(xml, b't="d"'):
        cell = _cell(xml, prefix, place)
        value = _value(cell[2], prefix) if cell else None
        if cell and value:
            try:
                moment = datetime.fromisoformat(value.decode("ascii", "replace")[:19])
            except ValueError:
                continue
            yield _position(xml, prefix, cell[0], cell[1]), moment


def _formulas_without_value(xml: bytes, prefix: bytes) -> _Found:
    for place in re.finditer(rb"<%sf[\s>/]" % prefix, xml):
        cell = _cell(xml, prefix, place.start())
        if cell is None:
            continue
        start, tag, content = cell
        value = _value(content, prefix)
        is_text = re.search(rb'\bt="(?:str|s|inlineStr|b)"', tag) is not None
        # a text formula with an empty <v> did give the empty text
        if not value and not (is_text and value is not None) and b"<%sis>" % prefix not in content:
            yield _position(xml, prefix, start, tag), CellError(NO_VALUE)


def _hidden_rows(xml: bytes, prefix: bytes) -> frozenset[int]:
    if b"hidden=" not in xml and b' ht="0' not in xml:
        return frozenset()
    hidden = re.finditer(rb'<%srow\b(?=[^>]*\s(?:hidden="(?:1|true)|ht="0(?:\.0*)?"))' % prefix, xml)
    return frozenset(_row_number(xml, prefix, m.start()) for m in hidden)


def _merges(xml: bytes, prefix: bytes) -> Iterator[Merge]:
    tail = xml.rfind(b"</%ssheetData>" % prefix)
    pattern = rb'<%smergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"' % prefix
    for m in re.finditer(pattern, xml[max(tail, 0) :]):
        yield int(m[2]) - 1, column_number(m[1]), int(m[4]) - 1, column_number(m[3])
