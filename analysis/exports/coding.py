"""A sheet by columns of codes: each distinct cell is looked at once, however many rows repeat it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import zip_longest

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.exports.grid import Grid, Merge
from analysis.vocabulary import BLANKS

Codes = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
BLANK = -1
_NUMERIC = re.compile(r"[0-9 :./+-]+")


@dataclass(frozen=True)
class Coded:
    """One column: `values[codes[i]]` is the cell of row i; code -1 is a blank cell."""

    codes: Codes
    values: list[object]

    def mask(self, test: Callable[[object], bool]) -> Mask:
        """Rows whose cell passes a test (a blank never does)."""
        passed = np.fromiter((test(v) for v in self.values), dtype=bool, count=len(self.values))
        return np.append(passed, False)[self.codes]

    def mask_words(self, test: Callable[[str], bool]) -> Mask:
        """Rows whose cell is a text of words that passes a test; dates, times, ids and other numbers never do."""
        passed = np.zeros(len(self.values) + 1, dtype=bool)
        passed[[i for i, word in self.words if test(word)]] = True
        return passed[self.codes]

    @cached_property
    def words(self) -> list[tuple[int, str]]:
        """Code and text of each distinct cell that holds more than digits and what stands between them."""
        return [(i, v) for i, v in enumerate(self.values) if isinstance(v, str) and not _NUMERIC.fullmatch(v)]

    def filled(self) -> Mask:
        return self.codes != BLANK

    def at(self, row: int) -> object:
        code = self.codes[row]
        return None if code == BLANK else self.values[code]

    def take(self, rows: npt.NDArray[np.intp]) -> Coded:
        return replace(self, codes=self.codes[rows])

    def objects(self) -> npt.NDArray[np.object_]:
        """The cells themselves, None where blank."""
        return table_of([*self.values, None])[self.codes]


@dataclass(frozen=True)
class CodedSheet:
    """All columns of a sheet (equal length, index 0 = Excel row 1) without values under covered cells of merges."""

    name: str
    columns: list[Coded]
    length: int
    merges: tuple[Merge, ...]
    hidden: bool
    hidden_rows: frozenset[int]
    date1904: bool
    has_merge_information: bool


def table_of(values: Sequence[object]) -> npt.NDArray[np.object_]:
    """An object array that never unpacks its elements."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def code_cells(cells: Iterable[object]) -> Coded:
    """Code a column of raw cells; None and text of blanks only are blank."""
    index: dict[object, int] = {}
    codes = np.fromiter((index.setdefault(c, len(index)) for c in cells), dtype=np.int32)
    return without_blanks(codes, list(index))


def without_blanks(codes: Codes, values: list[object]) -> Coded:
    """A column of codes into cells some of which may be blank."""
    if not any(map(is_blank, values)):
        return Coded(codes, values)
    blank = np.fromiter(map(is_blank, values), dtype=bool, count=len(values))
    recode = np.append(np.where(blank, BLANK, np.cumsum(~blank) - 1), BLANK).astype(np.int32)
    return Coded(recode[codes], [v for v, b in zip(values, blank, strict=True) if not b])


def is_blank(cell: object) -> bool:
    if not isinstance(cell, str):
        return cell is None
    return not cell[:1].isalnum() and not BLANKS.sub("", cell)  # the first test tells most cells


def code_grid(grid: Grid) -> CodedSheet:
    """Code every column of a sheet and blank what lies under merges."""
    return CodedSheet(
        grid.name,
        cover_merges([code_cells(column) for column in zip_longest(*grid.rows)], grid.merges),
        len(grid.rows),
        grid.merges,
        grid.hidden,
        grid.hidden_rows,
        grid.date1904,
        grid.has_merge_information,
    )


def cover_merges(columns: Sequence[Coded], merges: Sequence[Merge]) -> list[Coded]:
    """The same columns, blank under the covered cells of merges."""
    codes = [c.codes for c in columns]
    for c in {c for m in merges for c in range(m[1], min(m[3] + 1, len(columns)))}:
        codes[c] = codes[c].copy()
    for first_row, first, last_row, last in merges:
        for c in range(first, min(last + 1, len(columns))):
            codes[c][first_row + 1 if c == first else first_row : last_row + 1] = BLANK
    return [replace(column, codes=code) for column, code in zip(columns, codes, strict=True)]


def fill_merges(column: Coded, index: int, merges: tuple[Merge, ...]) -> Coded:
    """A label belongs to every row of a recorded merge that starts in this column."""
    codes = column.codes.copy()
    for first_row, first, last_row, _ in merges:
        if first == index and last_row > first_row and first_row < len(codes):
            codes[first_row : last_row + 1] = codes[first_row]
    return replace(column, codes=codes)


def joined(parts: Sequence[Coded]) -> Coded:
    """Columns one below the other, with one list of distinct values."""
    if len(parts) == 1:
        return parts[0]
    values = [v for part in parts for v in part.values]
    recode, distinct = _distinct(values)
    pieces, start = [], 0
    for part in parts:
        pieces.append(np.append(recode[start : start + len(part.values)], np.int32(BLANK))[part.codes])
        start += len(part.values)
    return Coded(np.concatenate(pieces) if pieces else np.empty(0, np.int32), distinct)


def _distinct(values: list[object]) -> tuple[Codes, list[object]]:
    """A code for each value, and the distinct values; 1 and 1.0 are not the same."""
    if set(map(type, values)) == {str}:
        codes, distinct = pd.factorize(table_of(values))
        return codes.astype(np.int32), distinct.tolist()
    index: dict[tuple[type, object], int] = {}
    recode = np.fromiter((index.setdefault(_key(v), len(index)) for v in values), np.int32, len(values))
    return recode, [v for _, v in index]


def _key(value: object) -> tuple[type, object]:
    return type(value), value


def blank_column(length: int) -> Coded:
    return Coded(np.full(length, BLANK, dtype=np.int32), [])
