"""Which rows of a sheet are records, totals, notes or headers, and the raw cells of the records by column."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import numpy as np
import numpy.typing as npt

from analysis.exports.coding import CodedSheet, Mask
from analysis.exports.headers import find_header
from analysis.exports.plain_cells import take_ids, take_moments
from analysis.exports.privacy import mask
from analysis.exports.record_cells import column_of, home_of, lists_of, masked, merged_numbers, persons_of
from analysis.exports.row_roles import row_roles, total_of
from analysis.exports.sheet_reading import FIELDS, Section, SheetReading
from analysis.exports.titles import Header, TitleReader
from analysis.values import Parsed, shown
from analysis.vocabulary import squeeze

DATES_WITHOUT_HEADER = 3


def read_sheet(
    sheet: CodedSheet,
    reader: TitleReader,
    parse_date: Callable[[object], Parsed],
    home_words: tuple[str, ...],
    key: bytes,
) -> SheetReading:
    """Find the activity table(s) of a sheet and sort its rows.

    Parameters
    ----------
    sheet : the sheet's cells by column.
    reader : titles of plan and vocabulary.
    parse_date : reads a date cell.
    home_words : words that mark an activity at somebody's home.
    key : secret of this run for hashing persons.
    """
    filled = np.zeros(sheet.length, dtype=bool)
    for column in sheet.columns:
        filled |= column.filled()
    rows = (np.flatnonzero(filled) + 1).astype(np.int32)
    header = find_header(sheet, reader)
    if header is None or not header.is_activity:
        state, message = _no_table(sheet, header, parse_date, reader)
        return SheetReading(
            sheet.name,
            sheet.hidden,
            state,
            message,
            rows,
            np.empty(0, np.int32),
            lines=_lines(sheet, np.flatnonzero(filled)),
        )
    sections = _sections(sheet, header, reader)
    in_header, other = _headers_inside(sheet, sections, reader)
    return _read_records(sheet, sections, filled, in_header, other, reader, parse_date, home_words, key, rows)


def _no_table(
    sheet: CodedSheet, header: Header | None, parse_date: Callable[[object], Parsed], reader: TitleReader
) -> tuple[str, str]:
    if header is not None and "activity_date" in header.columns:
        dates = sheet.columns[header.columns["activity_date"]].mask(lambda v: parse_date(v).value is not None)
        if dates[header.last + 1 :].any():
            return "not_understood", "有日期列，但找不到人次列，请核对表头"
    if any(c.mask_words(_is_whole_header(reader)).any() for c in sheet.columns):
        return "not_understood", "整行内容挤在一个单元格里，请用“分列”拆成多列"
    if any(c.mask(_date_like).sum() >= DATES_WITHOUT_HEADER for c in sheet.columns):
        return "not_understood", "有日期数据，但前30行内找不到表头，请补上表头"
    return "other", ""


def _is_whole_header(reader: TitleReader) -> Callable[[str], bool]:
    """A cell that holds the titles of a whole table, as a text file with an unknown separator gives it."""

    def test(cell: str) -> bool:
        pieces = re.split(r"[,;|\t，；]", cell)
        return len(pieces) > 2 and {"activity_date", "person_times"} <= {reader.meaning(p) for p in pieces}

    return test


def _date_like(cell: object) -> bool:
    return isinstance(cell, date) or (
        isinstance(cell, str) and re.match(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}(?!\d)", squeeze(cell)) is not None
    )


def _sections(sheet: CodedSheet, first: Header, reader: TitleReader) -> list[Section]:
    """The table under its header, cut where a header stands again (the same one on a new page, or another one)."""
    candidates = np.zeros(sheet.length, dtype=bool)
    for column in sheet.columns:
        candidates |= column.mask_words(lambda v: reader.meaning(v) == "activity_date")
    headers = [first]
    for row in np.flatnonzero(candidates):
        if row <= headers[-1].last:
            continue
        again = _same_header(sheet, headers[-1], int(row))
        again = again or find_header(sheet, reader, range(max(headers[-1].last + 1, int(row) - 3), int(row) + 1))
        if again is not None and again.is_activity and again.first <= row <= again.last:
            headers.append(again)
    ends = [h.first for h in headers[1:]] + [sheet.length]
    return [Section(h, h.last + 1, end) for h, end in zip(headers, ends, strict=True)]


def _same_header(sheet: CodedSheet, header: Header, row: int) -> Header | None:
    """The same titles again, with `row` as one of their rows."""
    depth = header.last - header.first + 1
    for first in range(row - depth + 1, row + 1):
        if (
            first > header.last
            and first + depth <= sheet.length
            and all(tuple(c.at(first + i) for c in sheet.columns) == titles for i, titles in enumerate(header.titles))
        ):
            return Header(**{**header.__dict__, "first": first, "last": first + depth - 1})
    return None


def _headers_inside(sheet: CodedSheet, sections: list[Section], reader: TitleReader) -> tuple[Mask, Mask]:
    """Rows that are headers, and rows under the header of another small table (one without dates)."""
    in_header = np.zeros(sheet.length, dtype=bool)
    other = np.zeros(sheet.length, dtype=bool)
    titles = np.zeros(sheet.length, dtype=np.int16)
    filled = np.zeros(sheet.length, dtype=np.int16)
    for column in sheet.columns:
        titles += column.mask_words(reader.known)
        filled += column.filled()
    inside = (titles >= 2) & (titles * 2 >= filled)
    for section in sections:
        in_header[section.header.first : section.header.last + 1] = True
        again = np.flatnonzero(inside[section.start : section.end])
        if len(again):
            in_header[section.start + again] = True
            other[section.start + again[0] + 1 : section.end] = True
    return in_header, other


def _read_records(
    sheet: CodedSheet,
    sections: list[Section],
    filled: Mask,
    in_header: Mask,
    other: Mask,
    reader: TitleReader,
    parse_date: Callable[[object], Parsed],
    home_words: tuple[str, ...],
    key: bytes,
    rows: npt.NDArray[np.int32],
) -> SheetReading:
    is_record = np.zeros(sheet.length, dtype=bool)
    words: dict[int, str] = {}
    for section in sections:
        record, totals = row_roles(sheet, section, in_header, other, reader, parse_date)
        is_record |= record
        words |= totals
    positions = [np.flatnonzero(is_record[s.start : s.end]) + s.start for s in sections]
    records = np.flatnonzero(is_record)
    present = frozenset().union(*(s.header.columns for s in sections))
    parts, checks, marks = lists_of(sheet, sections, positions)
    unread = np.flatnonzero(filled & ~is_record & ~np.isin(np.arange(sheet.length), list(words)))
    merged = merged_numbers(sheet, sections)
    columns = {name: column_of(sheet, sections, positions, name) for name in FIELDS}
    ids, columns["record_id"] = take_ids(columns["record_id"])
    moments, columns["recorded_at"] = take_moments(columns["recorded_at"])
    lefts = [s.header.left for s in sections if s.header.left]
    return SheetReading(
        sheet.name,
        sheet.hidden,
        "activity",
        "",
        rows,
        (records + 1).astype(np.int32),
        columns={name: masked(name, column) for name, column in columns.items()},
        ids=ids,
        moments=moments,
        present=present,
        parts=parts,
        checks=checks,
        marks=marks,
        persons=persons_of(sheet, sections, positions, key, level=True),
        named=persons_of(sheet, sections, positions, key, level=False),
        home=home_of(sheet, sections, positions, home_words),
        merged=np.array([r + 1 for r in merged if is_record[r]], dtype=np.int32),
        hidden_rows=np.array([r + 1 for r in sorted(sheet.hidden_rows) if r < sheet.length and is_record[r]], np.int32),
        totals=tuple(total_of(sheet, sections, r, word, records) for r, word in sorted(words.items())),
        lines=_lines(sheet, unread),
        tables=tuple(_above(sheet, s, records, unread) for s in sections),
        unknown=tuple(dict.fromkeys(str(mask(t)) for s in sections for t in s.header.unknown)),
        doubled=tuple(dict.fromkeys(str(mask(t)) for s in sections for t in s.header.doubled)),
        left=_letters(lefts[0]) if lefts else "",
        headcount=any(s.header.headcount for s in sections),
    )


def _above(
    sheet: CodedSheet, section: Section, records: npt.NDArray[np.intp], unread: npt.NDArray[np.intp]
) -> tuple[int, tuple[str, ...]]:
    before = int(np.searchsorted(records, section.header.first))
    last = records[before - 1] if before else -1
    return before, _lines(sheet, unread[(unread > last) & (unread < section.header.first)])


def _letters(span: tuple[int, int]) -> str:
    from openpyxl.utils import get_column_letter

    return f"{get_column_letter(span[0] + 1)}—{get_column_letter(span[1] + 1)}"




def _lines(sheet: CodedSheet, rows: npt.NDArray[np.intp], most: int = 400) -> tuple[str, ...]:
    """Rows that are not records as lines of text (titles, notes), for dates, coverage and street stated there."""
    chosen = rows if len(rows) <= most else np.concatenate([rows[: most // 2], rows[-most // 2 :]])
    return tuple(" ".join(shown(v) for c in sheet.columns if (v := c.at(int(r))) is not None) for r in chosen)


