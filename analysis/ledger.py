"""The ledger: one line for every non-empty row of every sheet, and the proof that the numbers of rows add up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis.exports.files import Passed
from analysis.exports.reading import ExportReading

LEDGER_COLUMNS = [
    "file",
    "sheet",
    "row",
    "disposition",
    "reason",
    "faults",
    "record_id",
    "street",
    "activity_date",
    "person_times",
]
FILE_COLUMNS = ["file", "status", "kind", "snapshot", "coverage", "rows", "counted", "excluded", "message"]


class AccountingError(AssertionError):
    """Rows read do not equal rows counted + excluded + not records: a fault of this program."""


def ledger_of(records: pd.DataFrame, readings: Sequence[ExportReading]) -> pd.DataFrame:
    """Ledger of all rows read, by file, sheet and row.

    Parameters
    ----------
    records : resolved rows in the order of `readings`.
    readings : the exports.
    """
    sheets = [(e.path, s) for e in readings for s in e.sheets]
    lengths = [len(s.rows) for _, s in sheets]
    files = list(dict.fromkeys(p for p, _ in sheets))
    names = list(dict.fromkeys(s.name for _, s in sheets))
    total = int(sum(lengths))
    at = np.full(total, -1, dtype=np.int64)
    start = done = 0
    for _, s in sheets:
        where = np.searchsorted(s.rows, s.records)
        at[start + where] = np.arange(done, done + len(s.records))
        start, done = start + len(s.rows), done + len(s.records)
    if done != len(records):
        raise AccountingError(f"records {len(records)} != record rows {done}")
    place = pd.DataFrame(
        {
            "file": pd.Categorical.from_codes(
                np.repeat([files.index(p) for p, _ in sheets], lengths).astype(np.int32) if sheets else [],
                pd.Index(files, dtype="str"),
            ),
            "sheet": pd.Categorical.from_codes(
                np.repeat([names.index(s.name) for _, s in sheets], lengths).astype(np.int32) if sheets else [],
                pd.Index(names, dtype="str"),
            ),
            "row": np.concatenate([s.rows for _, s in sheets]) if sheets else np.empty(0, np.int32),
        }
    )
    record = at >= 0
    take = np.where(record, at, 0)
    columns: dict[str, object] = {}
    for name in ("disposition", "reason", "faults", "street"):
        columns[name] = _lookup(records[name], take, record, "not_record" if name == "disposition" else "")
    ids = pa.array(records["record_id"], pa.string()).take(pa.array(at, mask=~record))
    columns["record_id"] = pd.array(pc.fill_null(ids, ""), dtype="str")
    dates = records["activity_date"].to_numpy().astype("datetime64[s]")
    columns["activity_date"] = (
        np.where(record, dates[take], np.datetime64("NaT")) if len(records) else np.full(total, np.datetime64("NaT", "s"))
    )
    count = records["person_times"].to_numpy(dtype=float, na_value=np.nan)
    number = np.where(record, count[take], np.nan) if len(records) else np.full(total, np.nan)
    columns["person_times"] = (
        pd.array(number, dtype="Float64").astype("Int64") if total else pd.array([], dtype="Int64")
    )
    return place.assign(**columns)[LEDGER_COLUMNS]


def _lookup(column: pd.Series, take: np.ndarray, record: np.ndarray, otherwise: str) -> pd.Categorical:
    categories = [str(c) for c in column.cat.categories]
    if otherwise not in categories:
        categories.append(otherwise)
    codes = column.cat.codes.to_numpy()
    chosen = codes[take] if len(codes) else np.zeros(len(take), dtype=np.int8)
    return pd.Categorical.from_codes(
        np.where(record, chosen, categories.index(otherwise)).astype(np.int32), pd.Index(categories, dtype="str")
    )


def accounting_of(ledger: pd.DataFrame, readings: Sequence[ExportReading]) -> pd.DataFrame:
    """Rows read, counted, excluded and not records of each sheet.

    Raises
    ------
    AccountingError : they do not add up.
    """
    sizes_of = ledger.groupby(["file", "sheet", "disposition"], observed=True).size().unstack(fill_value=0)
    table = sizes_of.reindex(columns=["counted", "excluded", "not_record"], fill_value=0).reset_index()
    table = table.astype({"file": "str", "sheet": "str"})
    sizes = [(e.path, s.name, len(s.rows)) for e in readings for s in e.sheets if len(s.rows)]
    read = pd.DataFrame(sizes, columns=["file", "sheet", "rows"]).groupby(["file", "sheet"], as_index=False).sum()
    merged = read.merge(table, on=["file", "sheet"], how="outer")
    if len(merged) and not (merged["rows"] == merged[["counted", "excluded", "not_record"]].sum(axis=1)).all():
        raise AccountingError(str(merged))
    return merged


def files_table(
    readings: Sequence[ExportReading],
    passed: Sequence[Passed],
    later: Sequence[ExportReading],
    empty: Sequence[ExportReading],
    accounting: pd.DataFrame,
) -> pd.DataFrame:
    """One line for every file of the folder: read, unread or ignored, and why."""
    sums = accounting.groupby("file")[["rows", "counted", "excluded"]].sum()
    lines = []
    for r in [*readings, *later]:
        numbers = sums.loc[r.path].tolist() if r.path in sums.index else [0, 0, 0]
        status, message = "read", ""
        if r in later:
            status, message = "ignored", "晚于所设的已知日期，未计入"
        elif r in empty:
            status, message = "unread", "没有找到活动明细表，也没有汇总表，请核对是否发错文件"
        snapshot = r.snapshot.strftime("%Y-%m-%d %H:%M:%S") if r.snapshot else ""
        coverage = "；".join(f"{first} — {last}" for first, last in r.stated.coverages)
        lines.append([r.path, status, r.kind, snapshot, coverage, *numbers, message])
    lines += [[p.path, p.status, "", "", "", 0, 0, 0, p.message] for p in passed]
    return pd.DataFrame(lines, columns=FILE_COLUMNS).sort_values("file", kind="stable").reset_index(drop=True)
