"""Cells as `Grid` wants them, whatever the engine calls them, and error cells put where the engine shows nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import cast

from python_calamine import CalamineSheet

from analysis.exports.grid import CellError

NO_VALUE = "#公式无值"  # a formula that was never calculated
ERROR_TEXT = frozenset({"#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"})
Rows = list[list[object]]
Placed = Mapping[tuple[int, int], object]  # (row, column), 0-based

_PLAIN = frozenset({str, float, int, datetime, date, time, type(None), CellError})


def calamine_rows(sheet: CalamineSheet) -> Rows:
    """All rows from the sheet's first, so that their numbers are Excel's."""
    return cast(Rows, sheet.to_python(skip_empty_area=False))


def plain_rows(rows: Rows) -> Rows:
    """Turn booleans and durations into text or times, in place: the lists belong to the engine call just made."""
    for row in rows:
        if not _PLAIN.issuperset(map(type, row)):
            row[:] = [v if type(v) in _PLAIN else plain(v) for v in row]
    return rows


def text_cell(text: str) -> str:
    """A cell of a text format: what Excel writes for an error becomes one again when Excel opens the file."""
    return CellError(text.strip()) if text[:1] in "# " and text.strip() in ERROR_TEXT else text


def plain(value: object) -> object:
    """One cell of a type that only some engines know."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, timedelta):
        return duration(value)
    return value if isinstance(value, str | int | float | datetime | date | time) else str(value)


def duration(value: timedelta) -> object:
    """A span under a day is a time of day; a longer one stays a number of days."""
    if timedelta(0) <= value < timedelta(days=1):
        return (datetime.min + value).time()
    return value / timedelta(days=1)


def put_cells(rows: Rows, placed: Placed) -> Rows:
    """Write cells that an engine left out into the rows it returned, growing the rows where it cut them."""
    for (row, column), value in placed.items():
        rows.extend([] for _ in range(row + 1 - len(rows)))
        cells = rows[row]
        cells.extend([None] * (column + 1 - len(cells)))
        cells[column] = value
    return rows
