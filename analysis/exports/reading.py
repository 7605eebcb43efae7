"""One export, read and sorted: what a worker process hands back. No cell of a personal column is in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

import numpy as np

from analysis.exports.coding import code_grid
from analysis.exports.grid import Grid, Source, Workbook
from analysis.exports.layout import read_sheet
from analysis.exports.lines import Stated, name_date, stated, stated_street
from analysis.exports.sheet_reading import SheetReading
from analysis.exports.titles import TitleReader
from analysis.plan import Plan
from analysis.values import Parsed, date_parser, street_parser, streets_inside
from analysis.vocabulary import Vocabulary, load_vocabulary

DETAILS = frozenset({"record_id", "venue", "activity", "start_time"})


@dataclass(frozen=True)
class ExportReading:
    """One file: its sheets, what it states of itself and how its street is named where rows leave it blank."""

    path: str
    kind: str
    sheets: tuple[SheetReading, ...]
    stated: Stated
    snapshot: datetime | None
    street_of_sheet: tuple[str | None, ...]
    street_of_table: tuple[tuple[tuple[int, str | None], ...], ...]  # per sheet (record rows above, street) of tables
    stated_streets: tuple[str, ...]
    sample: bool
    has_summary: bool
    warnings: tuple[str, ...] = ()

    @property
    def has_activities(self) -> bool:
        return any(s.state == "activity" for s in self.sheets)


def read_export(source: Source, open_workbook: Callable[[Source], Workbook], plan: Plan, key: bytes) -> ExportReading:
    """Open one file and sort the rows of each sheet: what its content says, without a path (`placed` adds it).

    Raises
    ------
    Unreadable : the engines cannot open the file.
    """
    workbook = open_workbook(source)
    words = load_vocabulary()
    reader, parse_date = _readers(plan)
    sheets = tuple(read_sheet(code_grid(g) if isinstance(g, Grid) else g, reader, parse_date, plan.home_words, key) for g in workbook.sheets)
    return describe(workbook.kind, sheets, workbook.warnings, plan, words)


def placed(reading: ExportReading, source: Source, plan: Plan) -> ExportReading:
    """Add what only the names of a file and of its zip say: the path; date and street where the content states none."""
    snapshot = reading.snapshot or name_date(source.path) or (name_date(source.parent) if source.parent else None)
    by_name = _only(streets_inside(source.path.rsplit("/", 1)[-1], plan))
    streets = tuple(
        street or (None if streets_inside(sheet.name, plan) else by_name)
        for street, sheet in zip(reading.street_of_sheet, reading.sheets, strict=True)
    )
    return replace(reading, path=source.path, snapshot=snapshot, street_of_sheet=streets)


@lru_cache(4)
def _readers(plan: Plan) -> tuple[TitleReader, Callable[[object], Parsed]]:
    """Kept for all files of a process: exports repeat each other's cells."""
    return TitleReader(plan, load_vocabulary()), lru_cache(1 << 14, typed=True)(date_parser(plan))


def describe(
    kind: str,
    sheets: tuple[SheetReading, ...],
    warnings: tuple[str, ...],
    plan: Plan,
    words: Vocabulary,
) -> ExportReading:
    """Add what the lines and the sheets' names state."""
    sheets, left = _without_summaries(sheets)
    warnings = (*warnings, *left)
    lines = [line for s in sheets for line in s.lines]
    said = stated(lines, words, plan.year)
    parse = street_parser(plan, words)
    streets = tuple(_street(s, plan, words, parse) for s in sheets)
    sample = any(words.sample in text for text in (*lines, *(s.name for s in sheets)))
    by_line = tuple(dict.fromkeys(b for s in sheets if (b := stated_street(list(s.lines), words, parse))))
    summary = any("汇总" in text or "人次" in text for text in (*lines, *(s.name for s in sheets)))
    tables = tuple(_tables(s, words, parse) for s in sheets)
    kept = tuple(replace(s, lines=(), tables=()) for s in sheets)
    return ExportReading("", kind, kept, said, said.snapshot, streets, tables, by_line, sample, summary, warnings)


def _without_summaries(sheets: tuple[SheetReading, ...]) -> tuple[tuple[SheetReading, ...], list[str]]:
    """A 汇总 sheet by days repeats the sheets beside it: it is never counted, and that is said."""
    if not any(s.state == "activity" and not _is_summary(s) for s in sheets):
        return sheets, []
    kept = tuple(
        SheetReading(s.name, s.hidden, "other", "", s.rows, np.empty(0, np.int32), lines=s.lines) if _is_summary(s) else s
        for s in sheets
    )
    return kept, [f"工作表“{s.name}”是汇总，没有计入；若是明细，请改工作表名" for s in sheets if _is_summary(s)]


def _is_summary(sheet: SheetReading) -> bool:
    """Named 汇总, and without anything that tells one activity from another."""
    return sheet.state == "activity" and "汇总" in sheet.name and sheet.persons is None and not sheet.present & DETAILS


def _tables(sheet: SheetReading, words: Vocabulary, parse: Callable) -> tuple[tuple[int, str | None], ...]:
    """Tables one below the other, each under a line with its own street; empty if the sheet names one street or none."""
    named: list[tuple[int, str | None]] = []
    for above, lines in sheet.tables:  # a header repeated on a new page has no line of its own
        named.append((above, stated_street(list(lines), words, parse) or (named[-1][1] if named else None)))
    return tuple(named) if len({street for _, street in named if street}) > 1 else ()


def _street(sheet: SheetReading, plan: Plan, words: Vocabulary, parse: Callable) -> str | None:
    """The stated line, else the sheet's name."""
    return stated_street(list(sheet.lines), words, parse) or _only(streets_inside(sheet.name, plan))


def _only(names: set[str]) -> str | None:
    return next(iter(names)) if len(names) == 1 else None
