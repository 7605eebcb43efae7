"""Example folders, each named by its fault, with the whole expected ledger worked out by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

N, C = "not_record", "counted"
TITLES = ["街镇", "活动日期", "参加人次"]
WITH_ID = ["活动编号", *TITLES]
FILE = "20210701.xlsx"
SHEET = "Sheet1"


@dataclass(frozen=True)
class Case:
    """A folder and what must become of it.

    `rule` says in English which rule of docs/method.md it is, section first; `files` is what `workbooks.folder` takes;
    `verdicts` maps "file" or "file|sheet" to the rows' verdicts; `flags` are findings beyond the reasons of exclusion.
    """

    name: str
    rule: str
    files: Callable[[], Mapping[str, Any]]
    verdicts: Mapping[str, Mapping[int, str]]
    totals: Mapping[str, int]
    flags: frozenset[str] = frozenset()
    statuses: Mapping[str, str] = field(default_factory=dict)  # of files that are not read
    complete: bool = True


def day(number: int, month: int = 5) -> date:
    """A day of 2021."""
    return date(2021, month, number)


def one_sheet(rows: Any, *merges: str, name: str = FILE) -> Callable[[], Mapping[str, Any]]:
    """The files of a case that is one sheet of one workbook."""
    from tests.rules.formats import Sheet

    return lambda: {name: {SHEET: Sheet(rows, merges=merges)}}


def run_of(*verdicts: str, start: int = 1) -> dict[int, str]:
    """Verdicts of consecutive rows."""
    return dict(enumerate(verdicts, start))


def every_case() -> list[Case]:
    """All cases; their names are unique."""
    from tests.rules.cases_files import FILES
    from tests.rules.cases_tables import TABLES
    from tests.rules.cases_values import VALUES

    return [*FILES, *TABLES, *VALUES]
