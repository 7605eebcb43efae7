"""From a folder of exports to one version of each record, with every row accounted for."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis.arrow import arrow_column
from analysis.checks import folder_checks
from analysis.controls import control_totals
from analysis.corrections import Correction, left_behind, load_corrections
from analysis.exports.engines import open_workbook
from analysis.exports.files import Passed, walk
from analysis.exports.grid import Source
from analysis.exports.reading import ExportReading, read_export
from analysis.exports.worker import read_all
from analysis.file_findings import excluded_rows, file_findings, of_standing
from analysis.findings import FINDING_COLUMNS, REPAIR_COLUMNS, stacked
from analysis.identity import compare_keys
from analysis.ledger import accounting_of, files_table, ledger_of
from analysis.plan import Plan
from analysis.records import clean_rows
from analysis.snapshots import resolve


class NothingToRead(ValueError):
    """The folder does not exist or holds no exports (message in Chinese)."""


@dataclass(frozen=True)
class Cleaned:
    """Everything known after reading: see design notes in docs/method.md ("Records" and "Ledger")."""

    records: pd.DataFrame
    ledger: pd.DataFrame
    repairs: pd.DataFrame
    findings: pd.DataFrame
    files: pd.DataFrame
    accounting: pd.DataFrame
    events: pd.DataFrame
    complete: bool
    sample: bool
    default_as_of: date
    known_by: date | None
    input_sha256: dict[str, str]


def counted(records: pd.DataFrame) -> pd.DataFrame:
    """The records that count."""
    return records[records["disposition"] == "counted"]


def read_and_clean(
    raw: Path,
    plan: Plan,
    known_by: date | None = None,
    *,
    workers: int | str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Cleaned:
    """Read a folder of exports and decide about every row.

    Parameters
    ----------
    raw : folder (or one file) of exports.
    plan : the programme.
    known_by : leave out exports of a later date.
    workers : number of worker processes, default the machine's cores.
    progress : called with (files done, files in all).

    Raises
    ------
    NothingToRead : no such folder, or no export in it.
    """
    return settle(read_folder(raw, plan, workers=workers, progress=progress), plan, known_by)


@dataclass(frozen=True)
class Folder:
    """What the reader got out of a folder, before anything is decided."""

    readings: tuple[ExportReading, ...]
    passed: tuple[Passed, ...]
    sha256: dict[str, str]
    corrections: tuple[Correction, ...] = ()


def read_folder(
    raw: Path,
    plan: Plan,
    *,
    workers: int | str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Folder:
    """Open every export of a folder in worker processes."""
    if not raw.is_dir():
        raise NothingToRead(f"找不到文件夹：{raw}。请检查路径。")
    passed: list[Passed] = []
    sha256: dict[str, str] = {}
    read = partial(read_export, open_workbook=open_workbook, plan=plan, key=secrets.token_bytes(32))
    readings = []
    for done, outcome in enumerate(read_all(_sources(raw, passed, sha256), read, workers=_processes(workers)), 1):
        if isinstance(outcome.value, ExportReading):
            readings.append(outcome.value)
        else:
            passed.append(Passed(outcome.path, "unread", outcome.problem))
        if progress:
            progress(done, len(sha256))
    if not readings and not any(p.status == "unread" for p in passed):
        raise NothingToRead(f"{raw} 里没有可读的导出表。请把 Excel 导出放进该文件夹后重试。")
    return Folder(
        tuple(sorted(readings, key=lambda r: r.path)),
        tuple(sorted(passed, key=lambda p: p.path)),
        dict(sorted(sha256.items())),
        tuple(load_corrections(raw)),
    )


def _sources(raw: Path, passed: list[Passed], sha256: dict[str, str]) -> Iterator[Source]:
    """The files to read, one at a time; what is passed over and each file's hash are noted on the way."""
    for found in walk(raw):
        if isinstance(found, Passed):
            passed.append(found)
        else:
            sha256[found.path] = hashlib.sha256(found.content).hexdigest()
            yield found


def _processes(workers: int | str | None) -> int | None:
    try:
        return int(workers) if workers is not None else None
    except ValueError as error:
        raise NothingToRead(f"--workers 应为进程数，现为“{workers}”。") from error


def settle(folder: Folder, plan: Plan, known_by: date | None = None) -> Cleaned:
    """Clean the rows of a folder and keep one version of each record, as known on a day."""
    readings = [r for r in folder.readings if known_by is None or r.snapshot is None or r.snapshot.date() <= known_by]
    later = [r for r in folder.readings if r not in readings]
    empty = [
        r
        for r in readings
        if not r.has_activities and not r.has_summary and not any(s.state == "not_understood" for s in r.sheets)
    ]
    unknown_yet = {r.path for r in later}
    rows = clean_rows(readings, plan, [c for c in folder.corrections if c.file not in unknown_yet])
    keys = compare_keys(rows.records, rows.raw_codes, rows.present)
    resolved = resolve(rows.records, keys, readings)
    records = resolved.records
    found = [
        of_standing(rows.findings, records),
        resolved.findings,
        left_behind(records, rows.repairs),
        *excluded_rows(records),
        control_totals(records, readings),
        folder_checks(records, readings),
        *file_findings(readings, folder.passed, empty),
    ]
    ledger = ledger_of(records, readings)
    accounting = accounting_of(ledger, readings)
    unread = any(p.status == "unread" for p in folder.passed) or bool(empty)
    not_understood = any(s.state == "not_understood" or s.left for r in readings for s in r.sheets)
    return Cleaned(
        records=_public(records),
        ledger=ledger,
        repairs=_sorted(rows.repairs, REPAIR_COLUMNS),
        findings=_sorted(stacked(found, FINDING_COLUMNS), FINDING_COLUMNS),
        files=files_table(readings, folder.passed, later, empty, accounting),
        accounting=accounting,
        events=resolved.events,
        complete=not unread and not not_understood,
        sample=any(r.sample for r in readings),
        default_as_of=_default_as_of(readings, plan),
        known_by=known_by,
        input_sha256=folder.sha256,
    )


def _default_as_of(readings: Sequence[ExportReading], plan: Plan) -> date:
    dates = [r.snapshot.date() for r in readings if r.snapshot and r.has_activities]
    return min(max(dates, default=plan.last_day), plan.last_day)


def _public(records: pd.DataFrame) -> pd.DataFrame:
    """Records without the reader's own columns; no person's hash leaves memory."""
    place = [arrow_column(records[name]).cast(pa.string()) for name in ("file", "sheet", "row")]
    row_id = pd.array(pc.binary_join_element_wise(*place, "|"), dtype="str")
    own = ["person", "named", "home", "exported", "own_reason", "beyond_snapshot", "status_reason", "street_message"]
    return records.drop(columns=own).assign(row_id=row_id)


def _sorted(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    by = [c for c in ("file", "sheet", "row", "kind", "column", "message") if c in columns]
    return table.sort_values(by, kind="stable", na_position="first").reset_index(drop=True)
