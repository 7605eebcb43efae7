"""Person-times and scenarios that an export spreads over several columns."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.clean_columns import CleanColumn
from analysis.exports.coding import BLANK, Coded, Mask, table_of
from analysis.exports.sheet_reading import SheetReading
from analysis.findings import REPAIR_COLUMNS, stacked
from analysis.plan import UNCLASSIFIED, UNSTATED_SERVICE, Plan
from analysis.values import (
    parse_person_times,
    shown,
)
from analysis.vocabulary import load_vocabulary, squeeze


def _numbers(coded: Coded) -> tuple[npt.NDArray[np.float64], Mask]:
    """Readable numbers (blank and 0 are 0) and whether the cell is unreadable."""
    parsed = [parse_person_times(v) for v in coded.values]
    zero = [(isinstance(v, int | float) and v == 0) or squeeze(shown(v)) in ("0", "0人", "0人次") for v in coded.values]
    values = np.array([*(int(p.value) if isinstance(p.value, int) else 0 for p in parsed), 0], dtype=float)
    bad = np.array([*(p.value is None and not z for p, z in zip(parsed, zero, strict=True)), False], dtype=bool)
    return values[coded.codes], bad[coded.codes]


def person_times_of(
    columns: dict[str, CleanColumn], sheets: list[SheetReading], plan: Plan
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


def scenarios_of(column: CleanColumn, sheets: list[SheetReading], plan: Plan) -> tuple[pd.Categorical, list]:
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


def split_services(records: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Training and assistance of each row: split columns, else all person-times go to the row's service."""
    split = (records["training"] + records["assistance"]) > 0
    count = records["person_times"].fillna(0).astype("int64")
    names = plan.service_names
    service = records["service"].cat.set_categories(list(dict.fromkeys([*records["service"].cat.categories, *names])))
    training = records["training"].where(split, count.where(service == names[0], 0))
    assistance = records["assistance"].where(split, count.where(service == names[1], 0) if len(names) > 1 else 0)
    only = {
        names[0]: split & (records["assistance"] == 0),
        **({names[1]: split & (records["training"] == 0)} if len(names) > 1 else {}),
    }
    for name, rows in only.items():
        service = service.where(~(rows & (service == UNSTATED_SERVICE)), name)
    return records.assign(
        training=training.astype("int64"), assistance=assistance.astype("int64"), service=service.cat.remove_unused_categories()
    )
