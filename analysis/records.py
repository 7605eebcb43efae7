"""Raw cells of all exports → one row per record with clean values, its own faults, repairs and findings.

Every distinct cell is cleaned once; rows only look their values up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis.clean_columns import TEXTS, CleanColumn, clean_columns
from analysis.corrections import Correction, apply_corrections
from analysis.exports.coding import BLANK, joined, table_of
from analysis.exports.plain_cells import with_ids, with_moments
from analysis.exports.reading import ExportReading
from analysis.exports.sheet_reading import FIELDS, SheetReading
from analysis.findings import FINDING_COLUMNS, REPAIR_COLUMNS, stacked
from analysis.plan import Plan
from analysis.row_faults import faults_of, repairs_of, row_findings
from analysis.split_columns import person_times_of, scenarios_of, split_services
from analysis.values import parse_record_id


@dataclass(frozen=True)
class Rows:
    """The record rows of all sheets, in the order of files, sheets and rows."""

    records: pd.DataFrame
    repairs: pd.DataFrame
    findings: pd.DataFrame
    raw_codes: dict[str, npt.NDArray[np.int64]]  # codes of the raw street, date and person-times cells
    present: list[frozenset[str]]  # per sheet number the fields that the sheet has


def clean_rows(readings: Sequence[ExportReading], plan: Plan, corrections: Sequence[Correction] = ()) -> Rows:
    """Clean the record rows of all exports.

    Parameters
    ----------
    readings : the exports, in the order in which their rows are wanted.
    plan : streets, scenarios and words; the programme's first and last day.
    corrections : lines of corrections.csv, applied to the raw cells.

    Returns
    -------
    Rows
        `records` has one line per record row (columns: docs/method.md#records); `faults` are the row's own.
    """
    sheets = [
        (f, s, e, sheet) for f, e in enumerate(readings) for s, sheet in enumerate(e.sheets) if len(sheet.records)
    ]
    place = _place(readings, sheets)
    raw = {name: joined([x[3].columns[name] for x in sheets]) for name in FIELDS}
    ids, moments = _plain(sheets)
    if corrections:  # which speak of cells as the sheets show them
        raw |= {"record_id": with_ids(raw["record_id"], ids), "recorded_at": with_moments(raw["recorded_at"], moments)}
        ids, moments = pa.array([""] * len(ids)), np.full(len(moments), np.datetime64("NaT", "s"))
    raw, corrected, unmatched = apply_corrections(raw, place, corrections)
    columns = clean_columns(raw, plan)
    street = _streets(columns["street"], sheets)
    count, training, assistance, count_repairs = person_times_of(columns, [x[3] for x in sheets], plan)
    dates = _dates(columns["activity_date"])
    scenarios, mark_faults = scenarios_of(columns["scenarios"], [x[3] for x in sheets], plan)
    records = place.assign(
        record_id=_ids(columns["record_id"], ids, [x[3] for x in sheets]),
        street=street,
        activity_date=dates,
        person_times=count,
        service=columns["service"].category(),
        training=training,
        assistance=assistance,
        scenarios=scenarios,
        **{name: columns[name].category() for name in (*TEXTS, "start_time", "end_time")},
        status=pd.Categorical(columns["status_text"].category()),
        status_reason=columns["status"].category(),
        street_message=_street_messages(columns["street"], sheets),
        recorded_at=_moments(columns["recorded_at"], moments),
    )
    records = split_services(records, plan)
    faults = faults_of(records, columns, plan)
    records = records.assign(**faults)
    repairs = stacked(
        [repairs_of(place, columns[c], c) for c in ("street", "activity_date", "person_times")]
        + [count_repairs(place), corrected],
        REPAIR_COLUMNS,
    )
    found = [unmatched, *row_findings(records, columns, sheets, plan, mark_faults)]
    raw_codes = {c: columns[c].codes.astype(np.int64) for c in ("street", "activity_date", "person_times")}
    return Rows(records, repairs, stacked(found, FINDING_COLUMNS), raw_codes, [_present(x[3]) for x in sheets])


def _present(sheet: SheetReading) -> frozenset[str]:
    return sheet.present | ({"scenarios"} if sheet.marks else set())


def _place(readings: Sequence[ExportReading], sheets: list) -> pd.DataFrame:
    lengths = [len(x[3].records) for x in sheets]
    repeat = lambda values: np.repeat(np.array(values), lengths) if sheets else np.empty(0, int)  # noqa: E731
    snapshots = [np.datetime64(e.snapshot, "s") if e.snapshot else np.datetime64("NaT", "s") for _, _, e, _ in sheets]
    files = list(dict.fromkeys(e.path for e in readings))
    names = list(dict.fromkeys(x[3].name for x in sheets))
    persons, named = (
        np.concatenate([_or_blank(hashes, len(x[3].records)) for x in sheets for hashes in [getattr(x[3], name)]])
        if sheets
        else np.empty(0, object)
        for name in ("persons", "named")
    )
    return pd.DataFrame(
        {
            "file": pd.Categorical.from_codes(
                repeat([files.index(x[2].path) for x in sheets]).astype(np.int32), pd.Index(files, dtype="str")
            ),
            "sheet": pd.Categorical.from_codes(
                repeat([names.index(x[3].name) for x in sheets]).astype(np.int32), pd.Index(names, dtype="str")
            ),
            "row": np.concatenate([x[3].records for x in sheets]) if sheets else np.empty(0, np.int32),
            "snapshot": repeat(snapshots).astype("datetime64[s]") if sheets else np.empty(0, "datetime64[s]"),
            "exported": repeat([e.stated.exported for _, _, e, _ in sheets]).astype(bool),
            "sheet_number": repeat(range(len(sheets))).astype(np.int32),
            "person": persons,
            "named": named,
            "person_level": repeat([x[3].persons is not None for x in sheets]).astype(bool),
            "home": np.concatenate([x[3].home for x in sheets]) if sheets else np.empty(0, bool),
        }
    )


def _or_blank(hashes: npt.NDArray[np.object_] | None, length: int) -> npt.NDArray[np.object_]:
    return hashes if hashes is not None else table_of([""] * length)


def _streets(column: CleanColumn, sheets: list) -> pd.Categorical:
    """The row's own street; a blank takes the sheet's stated street if the column names no other one."""
    values = column.take(lambda p: p.value or "")
    start = 0
    for _, number, export, sheet in sheets:
        tables = export.street_of_table[number] or ((0, export.street_of_sheet[number]),)
        ends = [above for above, _ in tables[1:]] + [len(sheet.records)]
        for (above, fallback), end in zip(tables, ends, strict=True):
            rows = slice(start + above, start + end)
            own = values[rows]
            blank = column.codes[rows] == BLANK
            if fallback and blank.any() and set(own[~blank]) - {""} <= {fallback}:
                own[blank] = fallback
        start += len(sheet.records)
    return pd.Categorical(pd.array(values, dtype="str"))


def _street_messages(column: CleanColumn, sheets: list) -> pd.Categorical:
    """Why a row has no street; a blank in a text file may be what is left of a merged cell."""
    messages = column.take(lambda p: p.message)
    text = np.repeat(np.array([x[2].kind == "csv" for x in sheets], dtype=bool), [len(x[3].records) for x in sheets])
    messages[(column.codes == BLANK) & text] = "街镇为空（CSV 不保留合并单元格，请改用原始 .xlsx 或逐行填写）"
    return pd.Categorical(pd.array(messages, dtype="str"))


def _dates(column: CleanColumn) -> npt.NDArray[np.datetime64]:
    table = [
        np.datetime64(p.value, "s") if isinstance(p.value, date) else np.datetime64("NaT", "s")
        for p in [*column.parsed, column.blank]
    ]
    return np.array(table, dtype="datetime64[s]")[column.codes]


def _plain(sheets: list) -> tuple[pa.StringArray, npt.NDArray[np.datetime64]]:
    """Plain ids and times of entry of all rows."""
    ids = pa.concat_arrays([x[3].ids for x in sheets]) if sheets else pa.array([], pa.string())
    moments = np.concatenate([x[3].moments for x in sheets]) if sheets else np.empty(0, "datetime64[s]")
    return ids, moments


def _moments(column: CleanColumn, plain: npt.NDArray[np.datetime64]) -> npt.NDArray[np.datetime64]:
    table = [
        np.datetime64(p.value, "s") if isinstance(p.value, datetime) else np.datetime64("NaT", "s")
        for p in [*column.parsed, column.blank]
    ]
    return np.where(np.isnat(plain), np.array(table, dtype="datetime64[s]")[column.codes], plain)


def _ids(column: CleanColumn, plain: pa.StringArray, sheets: list[SheetReading]) -> pd.api.extensions.ExtensionArray:
    values = column.take(lambda p: p.value)
    start = 0
    for sheet in sheets:
        rows = slice(start, start + len(sheet.records))
        start = rows.stop
        if is_sequence(sheet):
            values[rows] = ""
    if (values != "").any():
        plain = pc.if_else(pc.equal(plain, ""), pa.array(values, pa.string()), plain)
    return pd.array(plain, dtype="str")


def is_sequence(sheet: SheetReading) -> bool:
    """A column of ids of at most 4 digits, or running from 1, is a 序号."""
    if sheet.ids is not None and pc.any(pc.not_equal(sheet.ids, "")).as_py():
        return False  # plain ids are longer than any running number
    column = sheet.columns["record_id"]
    used = [column.values[c] for c in np.flatnonzero(np.bincount(column.codes[column.codes != BLANK]))]
    ids = [t for v in used if (t := str(parse_record_id(v).value))]
    if not ids or not all(t.isdigit() for t in ids):
        return False
    return all(len(t) <= 4 for t in ids) or {int(t) for t in ids} == set(range(1, len(ids) + 1))
