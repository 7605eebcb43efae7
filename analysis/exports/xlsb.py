"""Binary Office Open XML workbooks (.xlsb): values by calamine, the rest from the records of the parts."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

from python_calamine import CalamineWorkbook

from analysis.exports.cells import Rows, calamine_rows, plain_rows, put_cells
from analysis.exports.grid import CellError, Grid, Merge, Source, Unreadable, Workbook
from analysis.exports.messages import DAMAGED, NO_SHEETS, TOO_SPARSE
from analysis.exports.package import Package, open_package
from analysis.exports.sheetxml import MAX_CELLS, SheetMarks
from analysis.exports.xlsx import EngineError, SheetEntry, guarded, relations, workbook_part

ROW, ERROR, FORMULA_ERROR, MERGE, SHEET, PROPERTIES = 0, 3, 11, 176, 156, 153
_FILLED = range(2, 12)  # cell records with a value
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}


def read_xlsb(source: Source) -> Workbook:
    """Open a binary workbook.

    Raises
    ------
    Unreadable : calamine cannot open it, or it breaks a limit.
    """
    package = open_package(source.content)
    try:
        entries, date1904 = _entries(package)
        marks = [_marks(package.read(e.part)) for e in entries]
    except (struct.error, IndexError) as error:
        raise Unreadable(DAMAGED) from error
    if not entries:
        raise Unreadable(NO_SHEETS)

    def read() -> list[Rows]:
        with CalamineWorkbook.from_filelike(io.BytesIO(source.content)) as book:
            return [calamine_rows(book.get_sheet_by_name(e.name)) for e in entries]

    try:
        values = guarded(read)
    except EngineError as error:
        raise Unreadable(DAMAGED) from error
    return Workbook("xlsb", tuple(
        Grid(e.name, put_cells(plain_rows(rows), m.cells), m.merges, e.hidden, m.hidden_rows, date1904)
        for e, rows, m in zip(entries, values, marks, strict=True)
    ))


def _records(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Type, start and length of each record."""
    at, end = 0, len(data)
    while at < end:
        kind = data[at]
        at += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | (data[at] & 0x7F) << 7
            at += 1
        size = shift = 0
        while True:
            byte = data[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80 or shift == 28:
                break
        yield kind, at, size
        at += size


def _text(data: bytes, at: int) -> tuple[str, int]:
    """A string with its length before it, and the place behind it."""
    length, = struct.unpack_from("<I", data, at)
    if length == 0xFFFFFFFF:
        return "", at + 4
    return data[at + 4 : at + 4 + 2 * length].decode("utf-16-le", "replace"), at + 4 + 2 * length


def _entries(package: Package) -> tuple[list[SheetEntry], bool]:
    part = next((n for n in package.parts if n.lower().endswith("workbook.bin")), workbook_part(package))
    data, links, entries, date1904 = package.read(part), relations(package, part), [], False
    for kind, at, _ in _records(data):
        if kind == PROPERTIES:
            date1904 = bool(data[at] & 1)
        elif kind == SHEET:
            state, = struct.unpack_from("<I", data, at)
            link, behind = _text(data, at + 8)
            name, _ = _text(data, behind)
            what, target = links.get(link, ("", ""))
            if what == "worksheet":
                entries.append(SheetEntry(name, target, state != 0))
    return entries, date1904


def _marks(data: bytes) -> SheetMarks:
    errors: dict[tuple[int, int], object] = {}
    merges: list[Merge] = []
    hidden: set[int] = set()
    row = height = width = 0
    for kind, at, _ in _records(data):
        if kind == ROW:
            row, = struct.unpack_from("<I", data, at)
            if data[at + 11] & 0x10:
                hidden.add(row)
        elif kind in _FILLED:
            column, = struct.unpack_from("<I", data, at)
            height, width = max(height, row + 1), max(width, column + 1)
            if kind in (ERROR, FORMULA_ERROR):
                errors[row, column] = CellError(_ERRORS.get(data[at + 8], "#ERROR"))
        elif kind == MERGE:
            first_row, last_row, first, last = struct.unpack_from("<4I", data, at)
            merges.append((first_row, first, last_row, last))
    if height * width > MAX_CELLS:
        raise Unreadable(TOO_SPARSE)
    return SheetMarks(errors, tuple(merges), frozenset(hidden), True)
