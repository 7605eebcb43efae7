"""Which rows of a sheet are records, totals, notes or headers, and the raw cells of the records by column."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt

from analysis.exports.coding import Coded, CodedSheet, Mask, blank_column, code_cells, fill_merges, joined
from analysis.exports.headers import PERSON_KINDS, Header, TitleReader, find_header
from analysis.exports.privacy import mask, mask_id, person_hash
from analysis.values import Parsed, parse_person_times, serial_1904, shown
from analysis.vocabulary import BRACKETS, squeeze

LABELS = (
    "street",
    "venue",
    "venue_type",
    "activity",
    "service",
    "scenarios",
    "activity_date",
    "start_time",
    "end_time",
    "status",
)
FIELDS = (*LABELS, "record_id", "person_times", "recorded_at")
DATES_WITHOUT_HEADER = 3


@dataclass(frozen=True)
class Total:
    """A total row: its word, its number(s) and how many record rows stand before it in the sheet."""

    row: int
    word: str
    person_times: object
    parts: tuple[object, ...]
    records_before: int
    since_header: int  # record rows of the sheet before the header above it


@dataclass(frozen=True)
class SheetReading:
    """What the reader found in one sheet; arrays are parallel over its record rows unless said otherwise."""

    name: str
    hidden: bool
    state: str  # activity / other / not_understood
    message: str
    rows: npt.NDArray[np.int32]  # every non-empty row, as Excel numbers it
    records: npt.NDArray[np.int32]  # the rows that are records
    columns: dict[str, Coded] = field(default_factory=dict)
    present: frozenset[str] = frozenset()
    parts: tuple[tuple[str, Coded], ...] = ()
    checks: tuple[Coded, ...] = ()
    marks: tuple[tuple[str, Coded], ...] = ()
    persons: npt.NDArray[np.object_] | None = None  # keyed hashes in a person-level sheet
    named: npt.NDArray[np.object_] | None = None  # keyed hashes of persons beside a person-times column
    home: Mask | None = None
    merged: npt.NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))  # rows of a merged number
    hidden_rows: npt.NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    totals: tuple[Total, ...] = ()
    lines: tuple[str, ...] = ()
    tables: tuple[tuple[int, tuple[str, ...]], ...] = ()  # of each header: record rows above it, lines since those
    unknown: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    left: str = ""
    headcount: bool = False


@dataclass(frozen=True)
class _Section:
    header: Header
    start: int
    end: int


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
    if any(c.mask(_is_whole_header(reader)).any() for c in sheet.columns):
        return "not_understood", "整行内容挤在一个单元格里，请用“分列”拆成多列"
    if any(c.mask(_date_like).sum() >= DATES_WITHOUT_HEADER for c in sheet.columns):
        return "not_understood", "有日期数据，但前30行内找不到表头，请补上表头"
    return "other", ""


def _is_whole_header(reader: TitleReader) -> Callable[[object], bool]:
    """A cell that holds the titles of a whole table, as a text file with an unknown separator gives it."""

    def test(cell: object) -> bool:
        pieces = re.split(r"[,;|\t，；]", cell) if isinstance(cell, str) else []
        return len(pieces) > 2 and {"activity_date", "person_times"} <= {reader.meaning(p) for p in pieces}

    return test


def _date_like(cell: object) -> bool:
    return isinstance(cell, date) or (
        isinstance(cell, str) and re.match(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}(?!\d)", squeeze(cell)) is not None
    )


def _sections(sheet: CodedSheet, first: Header, reader: TitleReader) -> list[_Section]:
    """The table under its header, cut where a header stands again (the same one on a new page, or another one)."""
    candidates = np.zeros(sheet.length, dtype=bool)
    for column in sheet.columns:
        candidates |= column.mask(lambda v: isinstance(v, str) and reader.meaning(v) == "activity_date")
    headers = [first]
    for row in np.flatnonzero(candidates):
        if row <= headers[-1].last:
            continue
        again = _same_header(sheet, headers[-1], int(row))
        again = again or find_header(sheet, reader, range(max(headers[-1].last + 1, int(row) - 3), int(row) + 1))
        if again is not None and again.is_activity and again.first <= row <= again.last:
            headers.append(again)
    ends = [h.first for h in headers[1:]] + [sheet.length]
    return [_Section(h, h.last + 1, end) for h, end in zip(headers, ends, strict=True)]


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


def _headers_inside(sheet: CodedSheet, sections: list[_Section], reader: TitleReader) -> tuple[Mask, Mask]:
    """Rows that are headers, and rows under the header of another small table (one without dates)."""
    in_header = np.zeros(sheet.length, dtype=bool)
    other = np.zeros(sheet.length, dtype=bool)
    titles = np.zeros(sheet.length, dtype=np.int16)
    filled = np.zeros(sheet.length, dtype=np.int16)
    for column in sheet.columns:
        titles += column.mask(lambda v: isinstance(v, str) and reader.known(v))
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
    sections: list[_Section],
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
        record, totals = _row_roles(sheet, section, in_header, other, reader, parse_date)
        is_record |= record
        words |= totals
    positions = [np.flatnonzero(is_record[s.start : s.end]) + s.start for s in sections]
    records = np.flatnonzero(is_record)
    present = frozenset().union(*(s.header.columns for s in sections))
    parts, checks, marks = _lists(sheet, sections, positions)
    unread = np.flatnonzero(filled & ~is_record & ~np.isin(np.arange(sheet.length), list(words)))
    merged = _merged_numbers(sheet, sections)
    lefts = [s.header.left for s in sections if s.header.left]
    return SheetReading(
        sheet.name,
        sheet.hidden,
        "activity",
        "",
        rows,
        (records + 1).astype(np.int32),
        columns={name: _column(sheet, sections, positions, name) for name in FIELDS},
        present=present,
        parts=parts,
        checks=checks,
        marks=marks,
        persons=_persons(sheet, sections, positions, key, level=True),
        named=_persons(sheet, sections, positions, key, level=False),
        home=_home(sheet, sections, positions, home_words),
        merged=np.array([r + 1 for r in merged if is_record[r]], dtype=np.int32),
        hidden_rows=np.array([r + 1 for r in sorted(sheet.hidden_rows) if r < sheet.length and is_record[r]], np.int32),
        totals=tuple(_total(sheet, sections, r, word, records) for r, word in sorted(words.items())),
        lines=_lines(sheet, unread),
        tables=tuple(_above(sheet, s, records, unread) for s in sections),
        unknown=tuple(dict.fromkeys(str(mask(t)) for s in sections for t in s.header.unknown)),
        doubled=tuple(dict.fromkeys(str(mask(t)) for s in sections for t in s.header.doubled)),
        left=_letters(lefts[0]) if lefts else "",
        headcount=any(s.header.headcount for s in sections),
    )


def _above(
    sheet: CodedSheet, section: _Section, records: npt.NDArray[np.intp], unread: npt.NDArray[np.intp]
) -> tuple[int, tuple[str, ...]]:
    before = int(np.searchsorted(records, section.header.first))
    last = records[before - 1] if before else -1
    return before, _lines(sheet, unread[(unread > last) & (unread < section.header.first)])


def _letters(span: tuple[int, int]) -> str:
    from openpyxl.utils import get_column_letter

    return f"{get_column_letter(span[0] + 1)}—{get_column_letter(span[1] + 1)}"


# --- row roles ------------------------------------------------------------------------------------------------------


def _row_roles(
    sheet: CodedSheet,
    section: _Section,
    in_header: Mask,
    other: Mask,
    reader: TitleReader,
    parse_date: Callable[[object], Parsed],
) -> tuple[Mask, dict[int, str]]:
    header = section.header
    inside = np.zeros(sheet.length, dtype=bool)
    inside[section.start : section.end] = True
    span = [c for c in range(header.span[0], header.span[1] + 1) if c not in header.sequence]
    count = np.sum([sheet.columns[c].filled() for c in span], axis=0, dtype=np.int16)
    sequence = [sheet.columns[c] for c in header.sequence]
    any_filled = (count > 0) | (np.any([c.filled() for c in sequence], axis=0) if sequence else False)
    date_column = fill_merges(
        sheet.columns[header.columns["activity_date"]], header.columns["activity_date"], sheet.merges
    )
    valid_date = date_column.mask(lambda v: parse_date(v if not sheet.date1904 else serial_1904(v)).value is not None)
    counts = [
        sheet.columns[c]
        for c in ([header.columns["person_times"]] if "person_times" in header.columns else header.parts)
    ]
    valid_count = (
        np.any([c.mask(lambda v: parse_person_times(v).value is not None) for c in counts], axis=0)
        if counts
        else (np.zeros(sheet.length, dtype=bool))
    )
    totals = _total_rows(sheet, section, valid_date, valid_count, reader)
    is_total = np.zeros(sheet.length, dtype=bool)
    is_total[list(totals)] = True
    said = tuple(w for key in ("exported", "weaker_date", "coverage") for w in reader.words.lines[key])
    first_is_note = _first_cell(
        sheet, span, lambda v: isinstance(v, str) and squeeze(v).startswith((*reader.words.notes, *said))
    )
    note = ((count <= 1) | first_is_note) & ~valid_date & ~valid_count
    record = inside & any_filled & (count > 0) & ~in_header & ~is_total & ~note & ~(other & ~valid_date)
    return record, {r: w for r, w in totals.items() if inside[r] and not in_header[r]}


def _first_cell(sheet: CodedSheet, span: list[int], test: Callable[[object], bool]) -> Mask:
    """Rows whose first filled cell passes a test."""
    result = np.zeros(sheet.length, dtype=bool)
    seen = np.zeros(sheet.length, dtype=bool)
    for c in span:
        result |= sheet.columns[c].mask(test) & ~seen
        seen |= sheet.columns[c].filled()
    return result


def total_word(cell: object, reader: TitleReader) -> tuple[str, bool]:
    """The total word of a cell and whether it stands alone; ('', False) if there is none."""
    if not isinstance(cell, str) or cell.isascii():
        return "", False
    text = squeeze(cell).strip(":：*()（）")
    bare = BRACKETS.sub("", squeeze(cell)).strip(":：*")  # 合计（人次）
    for word in reader.words.totals:
        if word in (text, bare):
            return word, True
    if text.startswith("其中"):
        return "其中", False
    if re.match(r"(?:以上|本页|本月|全区|总)?(?:共|合计|总计|共计|累计|小计)[:：]?\d*.*\d+(?:人次|场次?)", text):
        word = next((w for w in sorted(reader.words.totals, key=len, reverse=True) if w in text), "共计")
        return word, False
    m = re.fullmatch(
        rf"(.{{0,12}}?)({'|'.join(sorted(reader.words.totals, key=len, reverse=True))})(?:人次|人数)?", text
    )
    return (m.group(2), False) if m else ("", False)


def _total_rows(
    sheet: CodedSheet, section: _Section, valid_date: Mask, valid_count: Mask, reader: TitleReader
) -> dict[int, str]:
    header = section.header
    free = {c for name in ("activity", "remark") if (c := header.columns.get(name)) is not None}
    found: dict[int, str] = {}
    seen = np.zeros(sheet.length, dtype=bool)
    whole = valid_date & valid_count
    for c in range(header.span[0], header.span[1] + 1):
        column = sheet.columns[c]
        words = [total_word(v, reader) for v in column.values]
        if any(w for w, _ in words):
            hit = column.mask(lambda v: bool(total_word(v, reader)[0]))
            alone = column.mask(lambda v: total_word(v, reader)[1])
            total = hit & np.where(whole, alone & (c not in free), ~valid_date | ~seen)
            for r in np.flatnonzero(total):
                found.setdefault(int(r), words[column.codes[r]][0])
        if c not in header.sequence:
            seen |= column.filled()
    return found


def _total(sheet: CodedSheet, sections: list[_Section], row: int, word: str, records: npt.NDArray[np.intp]) -> Total:
    section = next(s for s in sections if s.start <= row < s.end)
    header = section.header
    plain = sheet.columns[header.columns["person_times"]].at(row) if "person_times" in header.columns else None
    text = next(
        (
            m.group(1)
            for c in sheet.columns
            if isinstance(v := c.at(row), str) and (m := re.search(r"(\d[\d,]*)人次", squeeze(v)))
        ),
        None,
    )
    parts = tuple(sheet.columns[c].at(row) for c in header.parts)
    if plain is None and text is not None and not any(p is not None for p in parts):
        plain = text
    return Total(
        row + 1,
        word,
        plain,
        parts if plain is None else (),
        int(np.searchsorted(records, row)),
        int(np.searchsorted(records, section.start)),
    )


# --- columns --------------------------------------------------------------------------------------------------------


def _column(sheet: CodedSheet, sections: list[_Section], positions: list[npt.NDArray[np.intp]], name: str) -> Coded:
    pieces = []
    for section, rows in zip(sections, positions, strict=True):
        c = section.header.columns.get(name)
        if c is None:
            pieces.append(blank_column(len(rows)))
            continue
        column = sheet.columns[c]
        if name in LABELS:
            column = fill_merges(column, c, sheet.merges)
        if name == "status" and len(section.header.statuses) > 1:
            column = _statuses(sheet, section.header.statuses)
        pieces.append(column.take(rows))
    whole = joined(pieces)
    values = [mask_id(v) if name == "record_id" else mask(v) for v in whole.values]
    if name == "activity_date" and sheet.date1904:
        values = [serial_1904(v) for v in values]
    return Coded(whole.codes, values)


def _statuses(sheet: CodedSheet, positions: tuple[int, ...]) -> Coded:
    """Several status columns as one: what stands beside each other in a row, joined by 、."""
    columns = [fill_merges(sheet.columns[c], c, sheet.merges).objects() for c in positions]
    rows = ([v for v in cells if v is not None] for cells in zip(*columns, strict=True))
    return code_cells(
        cells[0] if len(cells) == 1 else "、".join(squeeze(shown(v)) for v in cells) or None for cells in rows
    )


def _lists(
    sheet: CodedSheet, sections: list[_Section], positions: list[npt.NDArray[np.intp]]
) -> tuple[tuple[tuple[str, Coded], ...], tuple[Coded, ...], tuple[tuple[str, Coded], ...]]:
    """Parts of the person-times, child totals and scenario marks, by their order in the header."""

    def gather(
        name: str, order: Callable[[Header], list[tuple[str, int]]], merged: bool = False
    ) -> list[tuple[str, Coded]]:
        labels = list(dict.fromkeys(label for s in sections for label, _ in order(s.header)))
        result = []
        for label in labels:
            pieces = []
            for s, rows in zip(sections, positions, strict=True):
                c = dict(order(s.header)).get(label)
                column = (
                    blank_column(len(rows))
                    if c is None
                    else (fill_merges(sheet.columns[c], c, sheet.merges) if merged else sheet.columns[c]).take(rows)
                )
                pieces.append(column)
            whole = joined(pieces)
            result.append((label.split("|")[0], Coded(whole.codes, [mask(v) for v in whole.values])))
        return result

    parts = gather("parts", lambda h: [(f"{kind}|{i}", c) for i, (c, kind) in enumerate(h.parts.items())])
    checks = gather("checks", lambda h: [(f"|{i}", c) for i, c in enumerate(h.checks)])
    marks = gather(
        "marks", lambda h: [(f"{kind}|{i}", c) for i, (c, kind) in enumerate(h.scenario_marks.items())], True
    )
    return tuple(parts), tuple(c for _, c in checks), tuple(marks)


def _persons(
    sheet: CodedSheet, sections: list[_Section], positions: list[npt.NDArray[np.intp]], key: bytes, level: bool
) -> npt.NDArray[np.object_] | None:
    """Hashes of the persons in the person-level tables (`level`) or in the others; None if there is no such column."""
    if not any(s.header.person_level is level and set(PERSON_KINDS) & set(s.header.personal) for s in sections):
        return None
    hashes: list[object] = []
    for section, rows in zip(sections, positions, strict=True):
        personal = section.header.personal if section.header.person_level is level else {}
        cells = {
            k: [sheet.columns[c].objects()[rows] for c in personal.get(k, ())] for k in ("phone", "id_number", "name")
        }
        for i in range(len(rows)):
            first = {k: next((v[i] for v in columns if v[i] is not None), None) for k, columns in cells.items()}
            hashes.append(person_hash(first["phone"], first["id_number"], first["name"], key))
    array = np.empty(len(hashes), dtype=object)
    array[:] = hashes
    return array


def _home(
    sheet: CodedSheet, sections: list[_Section], positions: list[npt.NDArray[np.intp]], words: tuple[str, ...]
) -> Mask:
    """Rows in which a text speaks of a visit at home; remarks are looked at here and go no further."""
    pieces = []
    for section, rows in zip(sections, positions, strict=True):
        home = np.zeros(sheet.length, dtype=bool)
        for name in ("venue", "venue_type", "activity", "service", "remark"):
            if (c := section.header.columns.get(name)) is not None:
                column = fill_merges(sheet.columns[c], c, sheet.merges) if name != "remark" else sheet.columns[c]
                home |= column.mask(lambda v: isinstance(v, str) and any(w in v for w in words))
        pieces.append(home[rows])
    return np.concatenate(pieces)


def _merged_numbers(sheet: CodedSheet, sections: list[_Section]) -> list[int]:
    """First rows of merges over several rows in a column of person-times."""
    found = set()
    for section in sections:
        columns = {*section.header.parts, section.header.columns.get("person_times", -1)}
        found |= {r for r, c, last, _ in sheet.merges if c in columns and last > r and section.start <= r < section.end}
    return sorted(found)


def _lines(sheet: CodedSheet, rows: npt.NDArray[np.intp], most: int = 400) -> tuple[str, ...]:
    """Rows that are not records as lines of text (titles, notes), for dates, coverage and street stated there."""
    chosen = rows if len(rows) <= most else np.concatenate([rows[: most // 2], rows[-most // 2 :]])
    return tuple(" ".join(shown(v) for c in sheet.columns if (v := c.at(int(r))) is not None) for r in chosen)


__all__ = ["SheetReading", "Total", "read_sheet", "total_word"]
