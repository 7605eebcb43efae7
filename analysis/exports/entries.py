"""One reading as a table of pieces that Parquet can hold, and back with every cell's type. No personal data goes in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from analysis.exports.lines import Stated
from analysis.exports.pieces import NotKept, Piece, Stored, packed, unpacked
from analysis.exports.privacy import mask
from analysis.exports.reading import ExportReading
from analysis.exports.sheet_reading import SheetReading, Total


def entry_of(reading: ExportReading) -> pa.Table:
    """A reading as a table, one line a piece: the header, then the columns of every sheet.

    Parameters
    ----------
    reading : what the content of a file says, before its names are looked at.

    Raises
    ------
    NotKept : a sheet holds persons (their hashes are keyed with a secret of this run), a text outside the columns holds
        a phone or ID number, or a cell is of a type that would not come back as it was.
    """
    if any(s.persons is not None or s.named is not None for s in reading.sheets):
        raise NotKept("persons")
    pieces = [p for s in reading.sheets for p in _pieces_of_sheet(s)]
    header = _header(reading)
    _refuse_personal([header, [_values(t) for s in reading.sheets for t in s.totals]])
    text = json.dumps(header, ensure_ascii=False)
    return packed([Piece(values=[text]), *pieces])


def reading_of(table: pa.Table) -> ExportReading:
    """The reading that `entry_of` put into a table.

    Raises
    ------
    ValueError, TypeError, LookupError, StopIteration : the table is no entry.
    """
    pieces = unpacked(table)
    header = json.loads(str(next(pieces).cells()[0]))
    sheets = tuple(_sheet(h, pieces) for h in header["sheets"])
    stated = header["stated"]
    return ExportReading(
        path="",
        kind=header["kind"],
        sheets=sheets,
        stated=Stated(
            snapshot=_moment(stated["snapshot"]),
            exported=stated["exported"],
            coverages=tuple((date.fromisoformat(a), date.fromisoformat(b)) for a, b in stated["coverages"]),
            unread_period=stated["unread_period"],
        ),
        snapshot=_moment(header["snapshot"]),
        street_of_sheet=tuple(header["street_of_sheet"]),
        street_of_table=tuple(tuple((above, street) for above, street in t) for t in header["street_of_table"]),
        stated_streets=tuple(header["stated_streets"]),
        sample=header["sample"],
        has_summary=header["has_summary"],
        warnings=tuple(header["warnings"]),
    )


# --- the header: everything that is no column -----------------------------------------------------------------------


def _header(reading: ExportReading) -> dict[str, Any]:
    stated = asdict(reading.stated)
    return {
        "kind": reading.kind,
        "stated": {
            **stated,
            "snapshot": _iso(reading.stated.snapshot),
            "coverages": [[a.isoformat(), b.isoformat()] for a, b in reading.stated.coverages],
        },
        "snapshot": _iso(reading.snapshot),
        **{
            name: getattr(reading, name)
            for name in ("street_of_sheet", "street_of_table", "stated_streets", "sample", "has_summary", "warnings")
        },
        "sheets": [_sheet_header(s) for s in reading.sheets],
    }


def _sheet_header(s: SheetReading) -> dict[str, Any]:
    if s.lines or s.tables:
        raise NotKept("lines of free text")
    return {
        **{n: getattr(s, n) for n in ("name", "hidden", "state", "message", "unknown", "doubled", "left", "headcount")},
        "present": sorted(s.present),
        "columns": list(s.columns),
        "parts": [label for label, _ in s.parts],
        "checks": len(s.checks),
        "marks": [label for label, _ in s.marks],
        **{name: getattr(s, name) is not None for name in ("home", "moments", "ids")},
        "totals": [[t.row, t.word, len(t.parts), t.records_before, t.since_header] for t in s.totals],
    }


def _refuse_personal(value: object) -> None:
    """Cells of the columns are masked when they are read; what stands beside them must have nothing to mask."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            _refuse_personal(item)
    elif mask(value) != value and value == value:
        raise NotKept("a phone or ID number")


# --- the columns ----------------------------------------------------------------------------------------------------


def _pieces_of_sheet(s: SheetReading) -> Iterator[Piece]:
    for array in (s.rows, s.records, s.merged, s.hidden_rows):
        yield Piece(array)
    if s.home is not None:
        yield Piece(s.home)
    if s.moments is not None:
        yield Piece(s.moments)
    if s.ids is not None:
        yield Piece(values=s.ids)
    for c in (*s.columns.values(), *(c for _, c in s.parts), *s.checks, *(c for _, c in s.marks)):
        yield Piece(c.codes, c.values)
    yield Piece(values=[v for t in s.totals for v in _values(t)])


def _values(total: Total) -> list[object]:
    return [total.person_times, *total.parts]


def _sheet(header: dict[str, Any], pieces: Iterator[Stored]) -> SheetReading:
    rows, records, merged, hidden_rows = (next(pieces).array("i4") for _ in range(4))
    home = next(pieces).array("?") if header["home"] else None
    moments = next(pieces).array("i8").astype("datetime64[s]") if header["moments"] else None
    ids = next(pieces).texts if header["ids"] else None
    columns = {name: next(pieces).coded() for name in header["columns"]}
    parts, checks, marks = (
        tuple((label, next(pieces).coded()) for label in header["parts"]),
        tuple(next(pieces).coded() for _ in range(header["checks"])),
        tuple((label, next(pieces).coded()) for label in header["marks"]),
    )
    cells = iter(next(pieces).cells())
    totals = tuple(
        Total(row, word, next(cells), tuple(next(cells) for _ in range(n)), before, since)
        for row, word, n, before, since in header["totals"]
    )
    return SheetReading(
        name=header["name"],
        hidden=header["hidden"],
        state=header["state"],
        message=header["message"],
        rows=rows,
        records=records,
        columns=columns,
        ids=ids,
        moments=moments,
        present=frozenset(header["present"]),
        parts=parts,
        checks=checks,
        marks=marks,
        home=home,
        merged=merged,
        hidden_rows=hidden_rows,
        totals=totals,
        unknown=tuple(header["unknown"]),
        doubled=tuple(header["doubled"]),
        left=header["left"],
        headcount=header["headcount"],
    )


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
