"""Check total rows and child totals against the rows they sum. Rules: docs/method.md#totals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.exports.reading import ExportReading
from analysis.exports.sheet_reading import SheetReading, Total
from analysis.findings import FINDING_COLUMNS, findings, stacked
from analysis.values import parse_person_times
from analysis.vocabulary import load_vocabulary

SUBTOTAL = "小计"


def control_totals(records: pd.DataFrame, readings: Sequence[ExportReading]) -> pd.DataFrame:
    """Findings for totals that equal none of the sums their word can mean.

    Parameters
    ----------
    records : resolved rows (sheet_number, person_times, disposition), in the order of sheets and rows.
    readings : the exports in the same order.
    """
    count = records["person_times"].fillna(0).to_numpy(dtype=np.int64)
    counted = np.where((records["disposition"] == "counted").to_numpy(), count, 0)
    found, start = [], 0
    for export in readings:
        for sheet in export.sheets:
            rows = slice(start, start + len(sheet.records))
            start = rows.stop
            if sheet.totals:
                found.append(_check_sheet(export.path, sheet, count[rows], counted[rows]))
            if sheet.parts and (sheet.checks or "person_times" in sheet.present):
                found.append(_check_children(export.path, sheet, count[rows]))
    return stacked(found, FINDING_COLUMNS)


def _check_sheet(
    path: str, sheet: SheetReading, readable: npt.NDArray[np.int64], counted: npt.NDArray[np.int64]
) -> pd.DataFrame:
    sums = [np.concatenate([[0], np.cumsum(v)]) for v in (readable, counted)]
    unchecked = load_vocabulary().unchecked_totals
    before: dict[str, int] = {}
    wrong: list[tuple[int, str]] = []
    for total in sheet.totals:
        number = _number(total)
        if number is not None and total.word not in unchecked:
            starts = _starts(total, before, len(readable))
            options = [int(s[b] - s[a]) for a, b in starts for s in sums]
            if number not in options:
                nearest = min(options, key=lambda o: abs(o - number))
                wrong.append(
                    (
                        total.row,
                        f"“{total.word}”行写{number}，明细合计为{nearest}，相差{number - nearest:+d}，以明细为准，请核对",
                    )
                )
        before[total.word] = total.records_before
    rows, messages = [r for r, _ in wrong], [m for _, m in wrong]
    return findings("control_total", [path] * len(rows), [sheet.name] * len(rows), rows, messages)


def _starts(total: Total, before: dict[str, int], n: int) -> list[tuple[int, int]]:
    """Ranges of record rows that a total may sum."""
    here = total.records_before
    if total.word == SUBTOTAL:
        since = max(before.get(SUBTOTAL, 0), total.since_header)
        return [(since, here)] if here else [(0, n)]
    return [(before.get(total.word, 0), here), (0, here), (0, n)]


def _number(total: Total) -> int | None:
    """The total's own number; parts are added; None if nothing readable stands there."""
    if total.person_times is not None:
        return _whole(total.person_times)
    numbers = [n for p in total.parts if (n := _whole(p)) is not None]
    return sum(numbers) if numbers else None


def _whole(cell: object) -> int | None:
    if isinstance(cell, int | float) and cell == 0:
        return 0
    value = parse_person_times(cell).value
    return int(str(value)) if value is not None else None


def _check_children(path: str, sheet: SheetReading, count: npt.NDArray[np.int64]) -> pd.DataFrame:
    """A child 小计, or a plain column beside its parts, should equal the sum of the parts."""
    parts = np.zeros(len(count), dtype=np.int64)
    for _, coded in sheet.parts:
        parts += _values(coded.values)[coded.codes]
    wrong: dict[int, str] = {}
    if "person_times" in sheet.present and len(sheet.parts) > 1:
        for i in np.flatnonzero((parts != count) & (parts > 0) & (count > 0)):
            wrong[int(i)] = f"人次{count[i]}与分项之和{parts[i]}不符，以人次列为准，请核对"
    for coded in sheet.checks:
        check = _values(coded.values)[coded.codes]
        for i in np.flatnonzero((check > 0) & (check != parts)):
            wrong[int(i)] = f"小计{check[i]}与分项之和{parts[i]}不符，以分项为准，请核对"
    rows = [int(sheet.records[i]) for i in sorted(wrong)]
    return findings(
        "control_total", [path] * len(rows), [sheet.name] * len(rows), rows, [wrong[i] for i in sorted(wrong)]
    )


def _values(values: list[object]) -> npt.NDArray[np.int64]:
    return np.array([*(_whole(v) or 0 for v in values), 0], dtype=np.int64)
