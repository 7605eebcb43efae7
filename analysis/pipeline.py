"""From a folder of exports to one version of each record, with every row accounted for."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
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
from analysis.exports.cache import Cache, open_cache
from analysis.exports.engines import open_workbook
from analysis.exports.files import Passed, walk
from analysis.exports.grid import Source
from analysis.exports.reading import ExportReading, placed, read_export
from analysis.exports.worker import NoWorkers, Outcome, read_all
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
    """Everything known after reading: see design notes in docs/method.md#records and #ledger."""

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
    workers : number of worker processes, default the machine's cores; or dask://host:port, a Dask cluster.
    progress : called with (files done, files in all).

    Raises
    ------
    NothingToRead : no such folder, or no export in it.
    NoWorkers : the workers asked for are not to be had.
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
    cache: Path | None = None,
) -> Folder:
    """Open every export of a folder in worker processes, but for those that the cache knows.

    Parameters
    ----------
    raw, plan, workers, progress : as for `read_and_clean`.
    cache : folder in which readings are kept (`exports.cache.cache_folder()`); None reads every file.
    """
    if not raw.is_dir():
        raise NothingToRead(f"找不到文件夹：{raw}。请检查路径。")
    inbox = _Inbox(raw, plan, open_cache(cache, plan))
    read = partial(read_export, open_workbook=open_workbook, plan=plan, key=secrets.token_bytes(32))
    for outcome in _readers(workers)(inbox.unknown(), read):
        inbox.take(outcome)
        if progress:
            progress(inbox.done, len(inbox.sha256))
    inbox.kept.save()
    if not inbox.readings and not any(p.status == "unread" for p in inbox.passed):
        raise NothingToRead(f"{raw} 里没有可读的导出表。请把 Excel 导出放进该文件夹后重试。")
    return Folder(
        tuple(sorted(inbox.readings, key=lambda r: r.path)),
        tuple(sorted(inbox.passed, key=lambda p: p.path)),
        dict(sorted(inbox.sha256.items())),
        tuple(load_corrections(raw)),
    )


@dataclass
class _Inbox:
    """The files of a folder on their way in: what is passed over, known from before, or still to be read."""

    raw: Path
    plan: Plan
    kept: Cache
    readings: list[ExportReading] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)
    sha256: dict[str, str] = field(default_factory=dict)
    out: dict[str, Source] = field(default_factory=dict)  # handed to a reader; without their bytes
    done: int = 0

    def unknown(self) -> Iterator[Source]:
        """The files that must be read, one at a time."""
        for found in walk(self.raw):
            if isinstance(found, Passed):
                self.passed.append(found)
                continue
            self.sha256[found.path] = hashlib.sha256(found.content).hexdigest()
            reading = self.kept.find(found, self.sha256[found.path])
            if reading is None:
                self.out[found.path] = replace(found, content=b"")
                yield found
            else:
                self.readings.append(placed(reading, found, self.plan))
                self.done += 1

    def take(self, outcome: Outcome) -> None:
        """Sort in what became of a file that was handed out."""
        self.done += 1
        source = self.out.pop(outcome.path)
        if isinstance(outcome.value, ExportReading):
            self.kept.keep(source, self.sha256[source.path], outcome.value)
            self.readings.append(placed(outcome.value, source, self.plan))
        else:
            self.passed.append(Passed(outcome.path, "unread", outcome.problem))


def _readers(workers: int | str | None) -> Callable[[Iterator[Source], Callable[[Source], object]], Iterator[Outcome]]:
    """Processes of this machine, or a cluster."""
    if isinstance(workers, str) and workers.startswith("dask://"):
        from analysis.exports.cluster import read_on_cluster

        return partial(read_on_cluster, address=workers)
    try:
        return partial(read_all, workers=int(workers) if workers is not None else None)
    except ValueError as error:
        raise NoWorkers(f"--workers 应为进程数，或集群地址 dask://主机:端口，现为“{workers}”。") from error


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
