"""What is known of a sheet after reading: its rows, records, totals and lines."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from analysis.exports.coding import Coded, Mask
from analysis.exports.titles import Header

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
    ids: pa.StringArray | None = None  # plain ids of the records ('' elsewhere): they are not in `columns`
    moments: npt.NDArray[np.datetime64] | None = None  # plain times of entry (NaT elsewhere), not in `columns` either
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
class Section:
    header: Header
    start: int
    end: int
