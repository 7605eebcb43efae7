"""Raw cells of all exports → one row per record with clean values, its own faults, repairs and findings.

Every distinct cell is cleaned once; rows only look their values up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.corrections import Correction, apply_corrections
from analysis.exports.coding import BLANK, Coded, Mask, joined, table_of
from analysis.exports.layout import FIELDS, SheetReading
from analysis.exports.reading import ExportReading
from analysis.findings import FINDING_COLUMNS, REPAIR_COLUMNS, findings, stacked
from analysis.plan import UNCLASSIFIED, UNSTATED_SERVICE, Plan
from analysis.values import (
    Parsed,
    date_parser,
    is_error,
    parse_clock,
    parse_moment,
    parse_person_times,
    parse_record_id,
    plain_text,
    scenario_parser,
    service_parser,
    shown,
    status_parser,
    street_parser,
)
from analysis.vocabulary import load_vocabulary, squeeze

TEXTS = ("venue", "venue_type", "activity")
NEEDED = {"street": "街镇", "activity_date": "日期", "person_times": "人次", "status": "状态", "record_id": "记录编号"}
FAULT_ORDER = (
    "unknown_street",
    "bad_date",
    "outside_programme",
    "future_date",
    "bad_person_times",
    "cancelled",
    "pending",
    "unknown_status",
)
LATE_DAYS = 14
ERROR_CELL = "{}为错误值或没有结果的公式，请改成实际的值"


@dataclass(frozen=True)
class Rows:
    """The record rows of all sheets, in the order of files, sheets and rows."""

    records: pd.DataFrame
    repairs: pd.DataFrame
    findings: pd.DataFrame
    raw_codes: dict[str, npt.NDArray[np.int64]]  # codes of the raw street, date and person-times cells
    present: list[frozenset[str]]  # per sheet number the fields that the sheet has


@dataclass(frozen=True)
class _Column:
    """A cleaned column: per row the index into `parsed`, -1 for a blank cell; `blank` is what a blank means."""

    codes: npt.NDArray[np.int32]
    raw: list[object]
    parsed: list[Parsed]
    blank: Parsed

    def take(self, get: Callable[[Parsed], object]) -> npt.NDArray[np.object_]:
        return table_of([*(get(p) for p in self.parsed), get(self.blank)])[self.codes]

    def mask(self, test: Callable[[Parsed], bool]) -> Mask:
        return np.array([*(test(p) for p in self.parsed), test(self.blank)], dtype=bool)[self.codes]

    def category(self) -> pd.Categorical:
        """Clean values as a categorical of texts ('' where there is none)."""
        texts = [str(p.value or "") for p in [*self.parsed, self.blank]]
        unique = list(dict.fromkeys(texts))
        position = {t: i for i, t in enumerate(unique)}
        codes = np.array([position[t] for t in texts], dtype=np.int32)[self.codes]
        return pd.Categorical.from_codes(codes, categories=pd.Index(unique, dtype="str"))


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
        `records` has one line per record row (columns: docs/method.md, "Records"); `faults` are the row's own.
    """
    sheets = [
        (f, s, e, sheet) for f, e in enumerate(readings) for s, sheet in enumerate(e.sheets) if len(sheet.records)
    ]
    place = _place(readings, sheets)
    raw = {name: joined([x[3].columns[name] for x in sheets]) for name in FIELDS}
    raw, corrected, unmatched = apply_corrections(raw, place, corrections)
    columns = _columns(raw, plan)
    street = _streets(columns["street"], sheets)
    count, training, assistance, count_repairs = _person_times(columns, [x[3] for x in sheets], plan)
    dates = _dates(columns["activity_date"])
    scenarios, mark_faults = _scenarios(columns["scenarios"], [x[3] for x in sheets], plan)
    records = place.assign(
        record_id=_ids(columns["record_id"], [x[3] for x in sheets]),
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
        recorded_at=_moments(columns["recorded_at"]),
    )
    records = _split_services(records, plan)
    faults = _faults(records, columns, plan)
    records = records.assign(**faults)
    repairs = stacked(
        [_repairs(place, columns[c], c) for c in ("street", "activity_date", "person_times")]
        + [count_repairs(place), corrected],
        REPAIR_COLUMNS,
    )
    found = [unmatched, *_row_findings(records, columns, sheets, plan, mark_faults)]
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


def _columns(raw: dict[str, Coded], plan: Plan) -> dict[str, _Column]:
    unstated = Parsed(UNSTATED_SERVICE)
    rules: dict[str, tuple[str, Callable[[object], Parsed], Parsed]] = {
        "street": ("street", street_parser(plan), Parsed(None, message="街镇为空")),
        "activity_date": ("activity_date", date_parser(plan), Parsed(None, message="日期为空")),
        "person_times": ("person_times", parse_person_times, Parsed(None, message="人次为空")),
        "record_id": ("record_id", parse_record_id, Parsed("")),
        "service": ("service", service_parser(plan), unstated),
        "scenarios": ("scenarios", scenario_parser(plan), Parsed(UNCLASSIFIED)),
        "status": ("status", status_parser(plan), Parsed("")),
        "status_text": ("status", plain_text, Parsed("")),
        "recorded_at": ("recorded_at", parse_moment, Parsed(None)),
        "start_time": ("start_time", parse_clock, Parsed("")),
        "end_time": ("end_time", parse_clock, Parsed("")),
        **{name: (name, plain_text, Parsed("")) for name in TEXTS},
    }
    return {
        name: _Column(raw[source].codes, raw[source].values, [parse(v) for v in raw[source].values], blank)
        for name, (source, parse, blank) in rules.items()
    }


def _streets(column: _Column, sheets: list) -> pd.Categorical:
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


def _street_messages(column: _Column, sheets: list) -> pd.Categorical:
    """Why a row has no street; a blank in a text file may be what is left of a merged cell."""
    messages = column.take(lambda p: p.message)
    text = np.repeat(np.array([x[2].kind == "csv" for x in sheets], dtype=bool), [len(x[3].records) for x in sheets])
    messages[(column.codes == BLANK) & text] = "街镇为空（CSV 不保留合并单元格，请改用原始 .xlsx 或逐行填写）"
    return pd.Categorical(pd.array(messages, dtype="str"))


def _dates(column: _Column) -> npt.NDArray[np.datetime64]:
    table = [
        np.datetime64(p.value, "s") if isinstance(p.value, date) else np.datetime64("NaT", "s")
        for p in [*column.parsed, column.blank]
    ]
    return np.array(table, dtype="datetime64[s]")[column.codes]


def _moments(column: _Column) -> npt.NDArray[np.datetime64]:
    table = [
        np.datetime64(p.value, "s") if isinstance(p.value, datetime) else np.datetime64("NaT", "s")
        for p in [*column.parsed, column.blank]
    ]
    return np.array(table, dtype="datetime64[s]")[column.codes]


def _ids(column: _Column, sheets: list[SheetReading]) -> npt.NDArray[np.object_]:
    values = column.take(lambda p: p.value)
    start = 0
    for sheet in sheets:
        rows = slice(start, start + len(sheet.records))
        start = rows.stop
        if is_sequence(sheet.columns["record_id"]):
            values[rows] = ""
    return values


def is_sequence(column: Coded) -> bool:
    """A column of ids of at most 4 digits, or running from 1, is a 序号."""
    used = [column.values[c] for c in np.flatnonzero(np.bincount(column.codes[column.codes != BLANK]))]
    if any(len(str(parse_record_id(v).value)) > 7 for v in used[:1]):
        return False  # longer than any running number: most columns of ids tell by their first cell
    ids = [t for v in used if (t := str(parse_record_id(v).value))]
    if not ids or not all(t.isdigit() for t in ids):
        return False
    return all(len(t) <= 4 for t in ids) or {int(t) for t in ids} == set(range(1, len(ids) + 1))


# --- person-times and scenarios in several columns ------------------------------------------------------------------


def _numbers(coded: Coded) -> tuple[npt.NDArray[np.float64], Mask]:
    """Readable numbers (blank and 0 are 0) and whether the cell is unreadable."""
    parsed = [parse_person_times(v) for v in coded.values]
    zero = [(isinstance(v, int | float) and v == 0) or squeeze(shown(v)) in ("0", "0人", "0人次") for v in coded.values]
    values = np.array([*(int(p.value) if isinstance(p.value, int) else 0 for p in parsed), 0], dtype=float)
    bad = np.array([*(p.value is None and not z for p, z in zip(parsed, zero, strict=True)), False], dtype=bool)
    return values[coded.codes], bad[coded.codes]


def _person_times(
    columns: dict[str, _Column], sheets: list[SheetReading], plan: Plan
) -> tuple[pd.array, npt.NDArray[np.int64], npt.NDArray[np.int64], Callable[[pd.DataFrame], pd.DataFrame]]:
    """Person-times of each row: the plain column, else the sum of its parts; one per row in a person-level sheet."""
    column = columns["person_times"]
    values = column.take(lambda p: p.value if p.value is not None else np.nan).astype(float)
    kinds = {s.name: np.zeros(len(values), dtype=np.int64) for s in plan.services}
    repaired: list[tuple[npt.NDArray[np.intp], Coded, npt.NDArray[np.intp]]] = []
    start = 0
    for sheet in sheets:
        rows = slice(start, start + len(sheet.records))
        start = rows.stop
        if sheet.persons is not None and not sheet.parts and "person_times" not in sheet.present:
            values[rows] = 1
        elif sheet.parts:
            plain = values[rows] if "person_times" in sheet.present else None
            total, split = _sum_parts(sheet)
            values[rows] = total if plain is None else plain
            for kind, part in split.items():
                if kind in kinds and (plain is None or np.array_equal(total, plain)):
                    kinds[kind][rows] += part
            repaired += [
                (np.arange(rows.start, rows.stop), c, np.flatnonzero(_repair_mask(c)))
                for _, c in sheet.parts
                if plain is None
            ]
    services = [s.name for s in plan.services]
    first, second = services[0], services[1] if len(services) > 1 else services[0]

    def repairs(place: pd.DataFrame) -> pd.DataFrame:
        tables = [
            _repair_rows(place.iloc[index[at]], coded.take(at), "person_times")
            for index, coded, at in repaired
            if len(at)
        ]
        return stacked(tables, REPAIR_COLUMNS)

    count = pd.array(np.where(np.isnan(values), 0, values).astype(np.int64), dtype="Int64")
    count[np.isnan(values)] = pd.NA
    return count, kinds[first], kinds[second], repairs


def _repair_mask(coded: Coded) -> Mask:
    return coded.mask(lambda v: bool(parse_person_times(v).rule))


def _repair_rows(place: pd.DataFrame, coded: Coded, column: str) -> pd.DataFrame:
    raw = coded.objects()
    parsed = [parse_person_times(v) for v in raw]
    return pd.DataFrame(
        {
            "file": place["file"].astype(object).to_numpy(),
            "sheet": place["sheet"].astype(object).to_numpy(),
            "row": place["row"].to_numpy(),
            "column": column,
            "raw": [shown(v) for v in raw],
            "clean": [shown(p.value) for p in parsed],
            "rule": [p.rule for p in parsed],
        }
    )


def _sum_parts(sheet: SheetReading) -> tuple[npt.NDArray[np.float64], dict[str, npt.NDArray[np.int64]]]:
    """Sum of the parts: an unreadable child makes the row unreadable, a blank or 0 is 0 beside a valid one."""
    total = np.zeros(len(sheet.records))
    unreadable = np.zeros(len(sheet.records), dtype=bool)
    split: dict[str, npt.NDArray[np.int64]] = {}
    for kind, coded in sheet.parts:
        number, bad = _numbers(coded)
        total += number
        unreadable |= bad
        split[kind] = split.get(kind, np.zeros(len(number), np.int64)) + number.astype(np.int64)
    return np.where(unreadable | (total <= 0), np.nan, total), split


def _scenarios(column: _Column, sheets: list[SheetReading], plan: Plan) -> tuple[pd.Categorical, list]:
    """The scenario cell together with marked scenario columns; marks that are not understood are 未分类."""
    words = load_vocabulary()
    values = column.take(lambda p: p.value)
    faults: list[tuple[int, str]] = []
    start = 0
    for sheet in sheets:
        rows = slice(start, start + len(sheet.records))
        start = rows.stop
        if sheet.marks:
            own = column.codes[rows] != BLANK
            bits = np.zeros(len(sheet.records), dtype=np.int64)
            for scenario, coded in sheet.marks:
                yes = coded.mask(lambda v: _is_mark(v, words.yes))
                odd = coded.mask(lambda v: not _is_mark(v, words.yes) and not _is_no(v, words.no))
                bits |= yes.astype(np.int64) << plan.scenario_names.index(scenario)
                bits |= odd.astype(np.int64) << len(plan.scenarios)
                faults += [(rows.start + int(i), f"“{scenario}”列的标记无法识别") for i in np.flatnonzero(odd)]
            values[rows] = _merge_marks(values[rows], own, bits, plan)
    return pd.Categorical(pd.array(values, dtype="str")), faults


def _is_mark(cell: object, yes: frozenset[str]) -> bool:
    if isinstance(cell, int | float):
        return cell > 0
    text = squeeze(shown(cell)).upper()
    return text in yes or (parse_person_times(cell).value is not None)


def _is_no(cell: object, no: frozenset[str]) -> bool:
    return squeeze(shown(cell)).upper() in no or (isinstance(cell, int | float) and cell == 0)


def _merge_marks(
    texts: npt.NDArray[np.object_], own: Mask, bits: npt.NDArray[np.int64], plan: Plan
) -> npt.NDArray[np.object_]:
    order = [*plan.scenario_names, UNCLASSIFIED]
    merged: dict[tuple[object, bool, int], str] = {}
    for key in set(zip(texts, own, bits.tolist(), strict=True)):
        text, has_text, mark = key
        found = set(str(text).split("、")) if has_text else set()
        found |= {s for i, s in enumerate(order) if mark >> i & 1}
        merged[key] = "、".join(s for s in order if s in found) or UNCLASSIFIED
    return table_of([merged[key] for key in zip(texts, own, bits.tolist(), strict=True)])


def _split_services(records: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Training and assistance of each row: split columns, else all person-times go to the row's service."""
    split = (records["training"] + records["assistance"]) > 0
    count = records["person_times"].fillna(0).astype("int64")
    service = records["service"].astype(object)
    names = plan.service_names
    training = records["training"].where(split, count.where(service == names[0], 0))
    assistance = records["assistance"].where(split, count.where(service == names[1], 0) if len(names) > 1 else 0)
    only = {
        names[0]: split & (records["assistance"] == 0),
        **({names[1]: split & (records["training"] == 0)} if len(names) > 1 else {}),
    }
    for name, rows in only.items():
        service = service.where(~(rows & (service == UNSTATED_SERVICE)), name)
    return records.assign(
        training=training.astype("int64"), assistance=assistance.astype("int64"), service=pd.Categorical(service)
    )


# --- faults, repairs, findings --------------------------------------------------------------------------------------


def _faults(records: pd.DataFrame, columns: dict[str, _Column], plan: Plan) -> dict[str, object]:
    """The row's own faults in the fixed order street, date, person-times, status; `own_reason` is the first."""
    dates = records["activity_date"]
    first, last = pd.Timestamp(plan.first_day), pd.Timestamp(plan.last_day)
    outside = dates.notna() & ((dates < first) | (dates > last))
    beyond = dates.notna() & ~outside & records["snapshot"].notna() & (dates > records["snapshot"])
    status = records["status_reason"].astype(object)
    flags = {
        "unknown_street": (records["street"] == "").to_numpy(),
        "bad_date": dates.isna().to_numpy(),
        "outside_programme": outside.to_numpy(),
        "future_date": (beyond & records["exported"]).to_numpy(),
        "bad_person_times": records["person_times"].isna().to_numpy(),
        **{name: (status == name).to_numpy() for name in ("cancelled", "pending", "unknown_status")},
    }
    bits = np.zeros(len(records), dtype=np.int64)
    for i, name in enumerate(FAULT_ORDER):
        bits |= flags[name].astype(np.int64) << i
    combinations, codes = np.unique(bits, return_inverse=True)
    lists = [[n for i, n in enumerate(FAULT_ORDER) if b >> i & 1] for b in combinations]
    texts = [" ".join(names) for names in lists]
    reasons = list(dict.fromkeys(names[0] if names else "" for names in lists))
    reason_codes = np.array([reasons.index(names[0] if names else "") for names in lists], dtype=np.int32)
    return {
        "faults": pd.Categorical.from_codes(codes.astype(np.int32), pd.Index(texts, dtype="str")),
        "own_reason": pd.Categorical.from_codes(reason_codes[codes], pd.Index(reasons, dtype="str"))
        if len(reasons)
        else pd.Categorical([]),
        "beyond_snapshot": (beyond & ~records["exported"]).to_numpy(),
    }


def _repairs(place: pd.DataFrame, column: _Column, name: str) -> pd.DataFrame:
    rows = np.flatnonzero(column.mask(lambda p: bool(p.rule)))
    raw = table_of([*column.raw, None])[column.codes[rows]]
    parsed = table_of([*column.parsed, column.blank])[column.codes[rows]]
    at = place.iloc[rows]
    return pd.DataFrame(
        {
            "file": at["file"].astype(object).to_numpy(),
            "sheet": at["sheet"].astype(object).to_numpy(),
            "row": at["row"].to_numpy(),
            "column": name,
            "raw": [shown(v) for v in raw],
            "clean": [shown(p.value) for p in parsed],
            "rule": [p.rule for p in parsed],
        }
    )


def _row_findings(
    records: pd.DataFrame, columns: dict[str, _Column], sheets: list, plan: Plan, mark_faults: list[tuple[int, str]]
) -> list[pd.DataFrame]:
    found = []

    def add(kind: str, rows: npt.NDArray[np.intp], messages: Callable[[npt.NDArray[np.intp]], Sequence[str]]) -> None:
        if len(rows):
            at = records.iloc[rows]
            found.append(
                findings(
                    kind,
                    at["file"].astype(object).to_numpy(),
                    at["sheet"].astype(object).to_numpy(),
                    at["row"].to_numpy(),
                    messages(rows),
                )
            )

    for name, title in NEEDED.items():
        column = columns[name]
        error = np.append(np.array([is_error(v) for v in column.raw], dtype=bool), False)[column.codes]
        at = np.flatnonzero(error)
        found += _told(records, "error_cell", at, [ERROR_CELL.format(title)] * len(at))
    for at, name in _part_errors(sheets):
        found += _told(records, "error_cell", at, [ERROR_CELL.format(name)] * len(at))
    for column in (columns["activity_date"], columns["record_id"], columns["scenarios"]):
        for flag in sorted({p.flag for p in column.parsed if p.flag}):
            rows = np.flatnonzero(column.take(lambda p: p.flag) == flag)
            prefix = "场景无法识别，按未分类计：" if flag == "unknown_scenario" else ""
            text = column.take(lambda p: p.message)
            found += _told(records, flag, rows, [prefix + str(m) for m in text[rows]])
    add("unknown_scenario", np.array([i for i, _ in mark_faults], dtype=np.intp), lambda r: [m for _, m in mark_faults])
    add(
        "after_snapshot",
        np.flatnonzero(records["beyond_snapshot"]),
        lambda r: ["活动日期晚于本表的日期，仍计入，请核对"] * len(r),
    )
    add(
        "large_session",
        np.flatnonzero((records["person_times"] > plan.large_session).fillna(False) & ~records["person_level"]),
        lambda r: [f"一场{n}人次，超过{plan.large_session}，请核对" for n in records["person_times"].iloc[r]],
    )
    add(
        "home_visit",
        np.flatnonzero(records["home"]),
        lambda r: ["疑似上门活动：方案要求一般不在老年人家中开展"] * len(r),
    )
    delay = (records["recorded_at"] - records["activity_date"]).dt.days
    add("late_record", np.flatnonzero(delay > LATE_DAYS), lambda r: [f"活动后{int(d)}天才录入" for d in delay.iloc[r]])
    listed = np.array(
        [not t or any(k in t for k in plan.venue_types) for t in records["venue_type"].cat.categories], dtype=bool
    )
    add(
        "unlisted_venue",
        np.flatnonzero(~listed[records["venue_type"].cat.codes]) if len(listed) else np.empty(0, np.intp),
        lambda r: ["服务点类型不在方案所列之内"] * len(r),
    )
    return found


def _told(
    records: pd.DataFrame, kind: str, rows: npt.NDArray[np.intp], messages: Sequence[str]
) -> list[pd.DataFrame]:
    """Findings at rows of the records; none if there are no rows."""
    at = records.iloc[rows]
    files, names = (at[c].astype(object).to_numpy() for c in ("file", "sheet"))
    return [findings(kind, files, names, at["row"].to_numpy(), messages)] if len(rows) else []


def _part_errors(sheets: list) -> list[tuple[npt.NDArray[np.intp], str]]:
    result, start = [], 0
    for *_, sheet in sheets:
        for kind, coded in sheet.parts:
            rows = np.flatnonzero(coded.mask(is_error)) + start
            if len(rows):
                result.append((rows, f"{kind}人次"))
        start += len(sheet.records)
    return result
