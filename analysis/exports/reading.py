"""One export, read and sorted: what a worker process hands back. No cell of a personal column is in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from analysis.exports.coding import code_grid
from analysis.exports.grid import Source, Workbook
from analysis.exports.headers import TitleReader
from analysis.exports.layout import SheetReading, read_sheet
from analysis.exports.lines import Stated, name_date, stated, stated_street
from analysis.plan import Plan
from analysis.values import date_parser, street_parser, streets_inside
from analysis.vocabulary import Vocabulary, load_vocabulary


@dataclass(frozen=True)
class ExportReading:
    """One file: its sheets, what it states of itself and how its street is named where rows leave it blank."""

    path: str
    kind: str
    sheets: tuple[SheetReading, ...]
    stated: Stated
    snapshot: datetime | None
    street_of_sheet: tuple[str | None, ...]
    stated_streets: tuple[str, ...]
    sample: bool
    has_summary: bool
    warnings: tuple[str, ...] = ()

    @property
    def has_activities(self) -> bool:
        return any(s.state == "activity" for s in self.sheets)


def read_export(source: Source, open_workbook: Callable[[Source], Workbook], plan: Plan, key: bytes) -> ExportReading:
    """Open one file and sort the rows of each sheet.

    Raises
    ------
    Unreadable : the engines cannot open the file.
    """
    workbook = open_workbook(source)
    words = load_vocabulary()
    reader, parse_date = TitleReader(plan, words), date_parser(plan)
    sheets = tuple(read_sheet(code_grid(g), reader, parse_date, plan.home_words, key) for g in workbook.sheets)
    return describe(source, workbook.kind, sheets, workbook.warnings, plan, words)


def describe(
    source: Source, kind: str, sheets: tuple[SheetReading, ...], warnings: tuple[str, ...], plan: Plan, words: Vocabulary
) -> ExportReading:
    """Add what the lines and names of a file state."""
    lines = [line for s in sheets for line in s.lines]
    said = stated(lines, words, plan.year)
    snapshot = said.snapshot or name_date(source.path) or (name_date(source.parent) if source.parent else None)
    parse = street_parser(plan, words)
    streets = tuple(_street(s, source, plan, words, parse) for s in sheets)
    sample = any(words.sample in text for text in (*lines, *(s.name for s in sheets)))
    by_line = tuple(dict.fromkeys(b for s in sheets if (b := stated_street(list(s.lines), words, parse))))
    summary = any("汇总" in text or "人次" in text for text in (*lines, *(s.name for s in sheets)))
    kept = tuple(replace(s, lines=()) for s in sheets)
    return ExportReading(source.path, kind, kept, said, snapshot, streets, by_line, sample, summary, warnings)


def _street(sheet: SheetReading, source: Source, plan: Plan, words: Vocabulary, parse: Callable) -> str | None:
    """The stated line, else the sheet's name, else the file's name."""
    by_line = stated_street(list(sheet.lines), words, parse)
    if by_line:
        return by_line
    for text in (sheet.name, source.path.rsplit("/", 1)[-1]):
        inside = streets_inside(text, plan)
        if len(inside) == 1:
            return next(iter(inside))
        if inside:
            return None
    return None
