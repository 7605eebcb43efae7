"""The raw cells of the record rows, by canonical column; persons only as keyed hashes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from analysis.exports.coding import Coded, CodedSheet, Mask, blank_column, code_cells, fill_merges, joined
from analysis.exports.privacy import mask, mask_id, person_hash
from analysis.exports.sheet_reading import LABELS, Section
from analysis.exports.titles import PERSON_KINDS, Header
from analysis.values import serial_1904, shown
from analysis.vocabulary import squeeze


def column_of(sheet: CodedSheet, sections: list[Section], positions: list[npt.NDArray[np.intp]], name: str) -> Coded:
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
    if name == "activity_date" and sheet.date1904:
        return Coded(whole.codes, [serial_1904(v) for v in whole.values])
    return whole


def masked(name: str, column: Coded) -> Coded:
    """The column without phone and ID numbers."""
    return Coded(column.codes, [mask_id(v) if name == "record_id" else mask(v) for v in column.values])


def _statuses(sheet: CodedSheet, positions: tuple[int, ...]) -> Coded:
    """Several status columns as one: what stands beside each other in a row, joined by 、."""
    columns = [fill_merges(sheet.columns[c], c, sheet.merges).objects() for c in positions]
    rows = ([v for v in cells if v is not None] for cells in zip(*columns, strict=True))
    return code_cells(
        cells[0] if len(cells) == 1 else "、".join(squeeze(shown(v)) for v in cells) or None for cells in rows
    )


def lists_of(
    sheet: CodedSheet, sections: list[Section], positions: list[npt.NDArray[np.intp]]
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


def persons_of(
    sheet: CodedSheet, sections: list[Section], positions: list[npt.NDArray[np.intp]], key: bytes, level: bool
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


def home_of(
    sheet: CodedSheet, sections: list[Section], positions: list[npt.NDArray[np.intp]], words: tuple[str, ...]
) -> Mask:
    """Rows in which a text speaks of a visit at home; remarks are looked at here and go no further."""
    pieces = []
    for section, rows in zip(sections, positions, strict=True):
        home = np.zeros(sheet.length, dtype=bool)
        for name in ("venue", "venue_type", "activity", "service", "remark"):
            if (c := section.header.columns.get(name)) is not None:
                column = fill_merges(sheet.columns[c], c, sheet.merges) if name != "remark" else sheet.columns[c]
                home |= column.mask_words(lambda v: any(w in v for w in words))
        pieces.append(home[rows])
    return np.concatenate(pieces)


def merged_numbers(sheet: CodedSheet, sections: list[Section]) -> list[int]:
    """First rows of merges over several rows in a column of person-times."""
    found = set()
    for section in sections:
        columns = {*section.header.parts, section.header.columns.get("person_times", -1)}
        found |= {r for r, c, last, _ in sheet.merges if c in columns and last > r and section.start <= r < section.end}
    return sorted(found)
