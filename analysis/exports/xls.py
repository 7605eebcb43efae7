"""Excel 2–2003 and WPS binary workbooks (.xls, .et): xlrd first, because it tells errors, merges and hidden rows."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from datetime import datetime

import xlrd
from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum
from xlrd.xldate import xldate_as_datetime

from analysis.exports import ole
from analysis.exports.cells import Rows, calamine_rows, plain_rows
from analysis.exports.grid import CellError, Grid, Source, Unreadable, Workbook
from analysis.exports.messages import DAMAGED, ENCRYPTED, GARBLED, NO_SHEETS
from analysis.exports.xlsx import EngineError, guarded

CALAMINE_STEPPED_IN = "xlrd 无法打开，改用 calamine 读取（错误值、隐藏行无法识别）"
_DAMAGE = re.compile("[\x00\x80-\x84\x86-\x9f\ufffd]")
_BIFF8 = 80
_WESTERN = {None, 0, 367, 936, 1200, 1252, 10000, 10008}  # code pages that Chinese files name; GB18030 is tried first


def read_xls(source: Source) -> Workbook:
    """Open a binary workbook.

    Raises
    ------
    Unreadable : encrypted, damaged, or no worksheet in it.
    """
    for options in ({"formatting_info": True}, {"formatting_info": True, "ignore_workbook_corruption": True}, {}):
        try:
            return Workbook("xls", tuple(_by_xlrd(source.content, options)))
        except EngineError:
            continue
    return Workbook("xls", tuple(_by_calamine(source.content)), (CALAMINE_STEPPED_IN,))


def _run(call: Callable[[], xlrd.book.Book]) -> xlrd.book.Book:
    try:
        return call()
    except xlrd.XLRDError as error:
        if "encrypted" in str(error):
            raise Unreadable(ENCRYPTED) from error
        raise EngineError(type(error).__name__) from None
    except (MemoryError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        raise EngineError(type(error).__name__) from None


def _by_xlrd(content: bytes, options: dict[str, bool]) -> list[Grid]:
    def opened(encoding: str | None = None) -> xlrd.book.Book:
        return xlrd.open_workbook(
            file_contents=content, logfile=io.StringIO(), ragged_rows=True, encoding_override=encoding, **options
        )

    try:
        book = _run(opened)
    except EngineError:
        book = _run(lambda: opened("gb18030"))
    if book.biff_version < _BIFF8 and book.codepage in _WESTERN:
        book = _chinese(opened) or book
    grids = [_grid(sheet, book) for sheet in book.sheets()]
    if not grids:
        raise Unreadable(NO_SHEETS)
    if _damaged(grids):
        raise EngineError("garbled")
    return grids


def _chinese(opened: Callable[[str], xlrd.book.Book]) -> xlrd.book.Book | None:
    """Before BIFF8 text is bytes; files written in China often name a Western code page, or none."""
    try:
        return _run(lambda: opened("gb18030"))
    except EngineError:
        return None


def _grid(sheet: xlrd.sheet.Sheet, book: xlrd.book.Book) -> Grid:
    rows: Rows = [
        [_cell(t, v, book.datemode) for t, v in zip(sheet.row_types(r), sheet.row_values(r), strict=True)]
        for r in range(sheet.nrows)
    ]
    merges = tuple((r1, c1, r2 - 1, c2 - 1) for r1, r2, c1, c2 in sheet.merged_cells if r2 > r1 and c2 > c1)
    hidden = frozenset(r for r, info in sheet.rowinfo_map.items() if info.hidden)
    return Grid(sheet.name, rows, merges, sheet.visibility != 0, hidden, book.datemode == 1)


def _cell(kind: int, value: object, datemode: int) -> object:
    if kind in (xlrd.XL_CELL_TEXT, xlrd.XL_CELL_NUMBER):
        return value
    if kind == xlrd.XL_CELL_DATE:
        return _date(value, datemode)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return "TRUE" if value else "FALSE"
    if kind == xlrd.XL_CELL_ERROR:
        return CellError(xlrd.error_text_from_code.get(value, "#ERROR"))
    return None


def _date(value: object, datemode: int) -> object:
    """A number with a date format; below one day a time, out of range the number as it is."""
    if not isinstance(value, float) or not 0 <= value < 2_958_466:
        return value
    moment = xldate_as_datetime(value, datemode)
    return moment.time() if value < 1 else datetime(*moment.timetuple()[:6])


def _damaged(grids: list[Grid]) -> bool:
    return any(_DAMAGE.search(text) for text in _texts(grids))


def _texts(grids: list[Grid]) -> Iterator[str]:
    for grid in grids:
        yield grid.name
        for row in grid.rows:
            yield from (v for v in row if type(v) is str)


def _by_calamine(content: bytes) -> list[Grid]:
    """The last resort: it has no error cells and no hidden rows, and must not return garbled text."""
    if not ole.is_sound(content):
        raise Unreadable(DAMAGED)
    grids: list[Grid] = []

    def read() -> list[Rows]:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            for i, meta in enumerate(book.sheets_metadata):
                if meta.typ != SheetTypeEnum.WorkSheet:
                    continue
                sheet = book.get_sheet_by_index(i)
                merges = tuple((*first, *last) for first, last in sheet.merged_cell_ranges or ())
                rows = plain_rows(calamine_rows(sheet))
                grids.append(Grid(meta.name, rows, merges, meta.visible != SheetVisibleEnum.Visible))
        return []

    try:
        guarded(read)
    except EngineError as error:
        raise Unreadable(DAMAGED) from error
    if not grids:
        raise Unreadable(NO_SHEETS)
    if _damaged(grids):
        raise Unreadable(GARBLED)
    return grids
