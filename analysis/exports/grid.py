"""What an engine hands over: the cells of one sheet, before anybody asks what they mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.exports.coding import CodedSheet

Merge = tuple[int, int, int, int]  # first row, first column, last row, last column; 0-based, inclusive


class CellError(str):
    """An error cell (#N/A, #REF! …) or a formula without a cached value ("#公式无值"); never a blank."""


@dataclass(frozen=True)
class Grid:
    """One sheet.

    `rows[i][j]` is the cell in Excel row i + 1, column j + 1: None (blank), str, int, float, datetime, date, time or
    `CellError`. A boolean is the text "TRUE" / "FALSE". Rows may be of unequal length.
    """

    name: str
    rows: list[list[object]]
    merges: tuple[Merge, ...] = ()
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()  # 0-based
    date1904: bool = False
    has_merge_information: bool = True  # False for text: a CSV has lost its merges


@dataclass(frozen=True)
class Workbook:
    """The sheets of one file, in the file's order. A single-sheet text file has one sheet named after the file's stem."""

    kind: str  # xlsx xlsm xlsb xls ods xml2003 csv html mhtml
    sheets: tuple[Grid | CodedSheet, ...]  # a large sheet comes by its distinct cells
    warnings: tuple[str, ...] = ()  # Chinese sentences: which engine had to step in and why


@dataclass(frozen=True)
class Source:
    """One file to read (or one member of a zip)."""

    path: str  # relative to the folder, "/" separated; "a.zip/b.xlsx" inside a zip
    content: bytes = field(repr=False)
    kind: str = ""  # what the content says it is
    parent: str = ""  # the zip's relative path, whose name gives the date when the member's has none


class Unreadable(Exception):
    """The file cannot be read; the message (Chinese) says why and what to do. Never holds cell text."""
