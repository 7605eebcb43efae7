"""One reading as a table of pieces that Parquet can hold, and back with every cell's type. No personal data goes in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime, time
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from analysis.exports.coding import Coded
from analysis.exports.grid import CellError
from analysis.exports.lines import Stated
from analysis.exports.privacy import mask
from analysis.exports.reading import ExportReading
from analysis.exports.sheet_reading import SheetReading, Total

SCHEMA = pa.schema([("codes", pa.large_binary()), ("texts", pa.list_(pa.string())), ("kinds", pa.large_binary())])
CODES = np.dtype("<i4")
TYPES: tuple[type, ...] = (str, CellError, int, float, datetime, date, time, type(None))  # a kind is a place in this list
_TO_TEXT: dict[type, Callable[[Any], str]] = {
    str: str, CellError: str, int: str, float: repr, type(None): lambda _: "",
    datetime: datetime.isoformat, date: date.isoformat, time: time.isoformat,
}  # fmt: skip
_FROM_TEXT: dict[type, Callable[[str], object]] = {
    str: str, CellError: CellError, int: int, float: float, type(None): lambda _: None,
    datetime: datetime.fromisoformat, date: date.fromisoformat, time: time.fromisoformat,
}  # fmt: skip
_KIND = {t: i for i, t in enumerate(TYPES)}


class NotKept(ValueError):
    """A reading that must not, or cannot, be kept."""


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
    return _table([Coded(np.empty(0, np.int32), [text]), *pieces])


def reading_of(table: pa.Table) -> ExportReading:
    """The reading that `entry_of` put into a table.

    Raises
    ------
    ValueError, TypeError, LookupError, StopIteration : the table is no entry.
    """
    pieces = _coded(table)
    header = json.loads(str(next(pieces).values[0]))
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
        "home": s.home is not None,
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


def _pieces_of_sheet(s: SheetReading) -> Iterator[Coded]:
    for array in (s.rows, s.records, s.merged, s.hidden_rows, *(() if s.home is None else (s.home,))):
        yield Coded(array.astype(np.int32), [])
    yield from s.columns.values()
    yield from (c for _, c in s.parts)
    yield from s.checks
    yield from (c for _, c in s.marks)
    yield Coded(np.empty(0, np.int32), [v for t in s.totals for v in _values(t)])


def _values(total: Total) -> list[object]:
    return [total.person_times, *total.parts]


def _sheet(header: dict[str, Any], pieces: Iterator[Coded]) -> SheetReading:
    rows, records, merged, hidden_rows = (next(pieces).codes for _ in range(4))
    home = next(pieces).codes.astype(bool) if header["home"] else None
    columns = {name: next(pieces) for name in header["columns"]}
    parts, checks, marks = (
        tuple((label, next(pieces)) for label in header["parts"]),
        tuple(next(pieces) for _ in range(header["checks"])),
        tuple((label, next(pieces)) for label in header["marks"]),
    )
    cells = iter(next(pieces).values)
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


# --- pieces and Arrow -----------------------------------------------------------------------------------------------


def _table(pieces: Sequence[Coded]) -> pa.Table:
    values = [v for p in pieces for v in p.values]
    offsets = list(accumulate((len(p.values) for p in pieces), initial=0))
    try:
        kinds = bytes(_KIND[t] for t in map(type, values))
        texts = values if not any(kinds) else [_TO_TEXT[type(v)](v) for v in values]
        lists = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), pa.array(texts, pa.string()))
    except (KeyError, ValueError, TypeError) as error:  # a type of its own, half a surrogate pair, more than 2 GiB
        raise NotKept("cells") from error
    return pa.table(
        [
            pa.array([p.codes.astype(CODES).tobytes() for p in pieces], pa.large_binary()),
            lists,
            pa.array([kinds[a:b] for a, b in pairwise(offsets)], pa.large_binary()),
        ],
        schema=SCHEMA,
    )


def _coded(table: pa.Table) -> Iterator[Coded]:
    if table.schema != SCHEMA:
        raise ValueError("no entry")
    columns = (table[name].to_pylist() for name in SCHEMA.names)
    for codes, texts, kinds in zip(*columns, strict=True):
        values = texts
        if any(kinds):
            values = [_FROM_TEXT[TYPES[k]](t) for t, k in zip(texts, kinds, strict=True)]
        yield Coded(np.frombuffer(codes, CODES).astype(np.int32), values)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
