"""Findings that no single row shows: runs of round numbers, an export whose figures fall below an earlier one's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd

from analysis.exports.reading import ExportReading
from analysis.findings import FINDING_COLUMNS, finding, findings, stacked
from analysis.snapshot_state import export_order

ROUND_RUN = 8  # so many records of one street in a row, all multiples of ten, are unlikely by chance (0.1 ** 8)


def folder_checks(records: pd.DataFrame, exports: Sequence[ExportReading]) -> pd.DataFrame:
    """Findings about a folder as a whole.

    Parameters
    ----------
    records : resolved rows (order, street, activity_date, person_times, faults, disposition).
    exports : the exports.
    """
    return stacked([round_numbers(records), *falls_below(records, exports)], FINDING_COLUMNS)


def round_numbers(records: pd.DataFrame) -> pd.DataFrame:
    """Eight or more counted records of a street in a row, by date, whose person-times are multiples of ten."""
    rows = np.flatnonzero((records["disposition"] == "counted") & ~records["person_level"])
    if not len(rows):
        return stacked([], FINDING_COLUMNS)
    day = records["activity_date"].to_numpy()[rows].astype("datetime64[D]").astype(np.int64)
    street = records["street"].cat.codes.to_numpy()[rows].astype(np.int64)
    order = np.argsort(street << 32 | day - day.min(), kind="stable")  # rows of one day stay in the order of the files
    rows, street = rows[order], street[order]
    tens = records["person_times"].to_numpy(dtype=np.int64, na_value=1)[rows] % 10 == 0
    starts = np.append(True, (tens[1:] != tens[:-1]) | (street[1:] != street[:-1]))
    run = np.cumsum(starts) - 1
    first = np.flatnonzero(starts)
    length = np.bincount(run)
    long = first[tens[first] & (length >= ROUND_RUN)]
    at = records.iloc[rows[long]]
    messages = [
        f"{s}从这条起连续{n}条都是整十的人次，请核对是否为估计数"
        for s, n in zip(at["street"], length[run[long]], strict=True)
    ]
    return findings(
        "round_numbers",
        at["file"].astype(object).to_numpy(),
        at["sheet"].astype(object).to_numpy(),
        at["row"].to_numpy(),
        messages,
    )


def falls_below(records: pd.DataFrame, exports: Sequence[ExportReading]) -> list[pd.DataFrame]:
    """A later export that covers an earlier one's period, but shows fewer person-times for a street in it."""
    position = export_order(exports)
    covered = sorted((e for e in exports if e.stated.coverage and e.snapshot), key=lambda e: position[e.path])
    valid = ((records["faults"] == "") & (records["reason"] != "duplicate")).to_numpy()
    order = np.where(valid, records["order"].to_numpy(), -1)
    found = []
    for old, new in pairwise(covered):
        assert old.stated.coverage is not None
        assert new.stated.coverage is not None
        first, last = old.stated.coverage
        if new.stated.coverage[0] > first or new.stated.coverage[1] < last or old.stated_streets != new.stated_streets:
            continue
        before, after = (_sums(records.iloc[np.flatnonzero(order == position[e.path])], first, last) for e in (old, new))
        for street in sorted(before.keys() & after.keys()):
            if after[street] < before[street]:
                message = f"{street}在{first}至{last}的人次由{old.path}的{before[street]}降为{after[street]}，请核对"
                found.append(finding("falls_below", new.path, "", None, message))
    return found


def _sums(rows: pd.DataFrame, first: date, last: date) -> dict[str, int]:
    """Person-times of each street between two days."""
    days = rows["activity_date"].to_numpy()
    inside = (days >= np.datetime64(first, "s")) & (days <= np.datetime64(last, "s"))
    codes, names = rows["street"].cat.codes.to_numpy()[inside], rows["street"].cat.categories
    people = np.bincount(codes, rows["person_times"].to_numpy(dtype=np.int64, na_value=0)[inside], len(names))
    return {str(names[c]): int(people[c]) for c in np.unique(codes)}
