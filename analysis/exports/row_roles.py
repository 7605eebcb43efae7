"""Which rows of a table are records, totals or notes."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from analysis.exports.coding import CodedSheet, Mask, fill_merges
from analysis.exports.sheet_reading import Section, Total
from analysis.exports.titles import TitleReader
from analysis.values import Parsed, parse_person_times, serial_1904
from analysis.vocabulary import squeeze


def row_roles(
    sheet: CodedSheet,
    section: Section,
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
        sheet, span, lambda v: squeeze(v).startswith((*reader.words.notes, *said))
    )
    note = ((count <= 1) | first_is_note) & ~valid_date & ~valid_count
    record = inside & any_filled & (count > 0) & ~in_header & ~is_total & ~note & ~(other & ~valid_date)
    return record, {r: w for r, w in totals.items() if inside[r] and not in_header[r]}


def _first_cell(sheet: CodedSheet, span: list[int], test: Callable[[str], bool]) -> Mask:
    """Rows whose first filled cell is words that pass a test."""
    result = np.zeros(sheet.length, dtype=bool)
    seen = np.zeros(sheet.length, dtype=bool)
    for c in span:
        result |= sheet.columns[c].mask_words(test) & ~seen
        seen |= sheet.columns[c].filled()
    return result


def _total_rows(
    sheet: CodedSheet, section: Section, valid_date: Mask, valid_count: Mask, reader: TitleReader
) -> dict[int, str]:
    header = section.header
    free = {c for name in ("activity", "remark") if (c := header.columns.get(name)) is not None}
    totals: dict[int, str] = {}
    seen = np.zeros(sheet.length, dtype=bool)
    whole = valid_date & valid_count
    for c in range(header.span[0], header.span[1] + 1):
        column = sheet.columns[c]
        words = {i: found for i, v in column.words if (found := reader.total_word(v))[0]}
        if words:
            hit = np.isin(column.codes, list(words))
            alone = np.isin(column.codes, [i for i, (_, whole_cell) in words.items() if whole_cell])
            total = hit & np.where(whole, alone & (c not in free), ~valid_date | ~seen)
            for r in np.flatnonzero(total):
                totals.setdefault(int(r), words[int(column.codes[r])][0])
        if c not in header.sequence:
            seen |= column.filled()
    return totals


def total_of(sheet: CodedSheet, sections: list[Section], row: int, word: str, records: npt.NDArray[np.intp]) -> Total:
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
