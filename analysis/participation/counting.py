"""How participation is counted: in full or fractionally, by any dimensions, under any filters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Unpack

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.activities import activity_numbers
from analysis.participation.dimensions import (
    DIMENSIONS,
    Dimension,
    Filters,
    dimension,
    scenario_labels,
    scenarios_of,
    select,
    service_parts,
    window_of,
)
from analysis.plan import Plan

Counting = Literal["full", "fractional"]
DENSE = 2_000_000  # cells of a table that is kept whole while counting
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def scenarios(records: pd.DataFrame, plan: Plan, as_of: date) -> pd.DataFrame:
    """Person-times per scenario: the plan's and 未分类.

    Returns
    -------
    DataFrame with scenario, person_times (an activity's full person-times for each of its scenarios), fractional
    (shared equally among them), activities.
    """
    full = participation(records, plan, by=["scenario"], as_of=as_of)
    shared = participation(records, plan, by=["scenario"], counting="fractional", as_of=as_of)
    return full[["scenario", "person_times", "activities"]].assign(fractional=shared["person_times"])[
        ["scenario", "person_times", "fractional", "activities"]]


def participation(
    records: pd.DataFrame, plan: Plan, by: Sequence[str] = ("scenario",), counting: Counting = "full", *,
    share_of: Sequence[str] = (), as_of: date | None = None, **filters: Unpack[Filters],
) -> pd.DataFrame:
    """Count participation by dimensions.

    Parameters
    ----------
    records : counted records.
    by : some of street, scenario, service, venue_type, venue, phase, month, week, date, weekday, hour.
    counting : 'full' counts an activity's person-times in full for each of its scenarios, so that scenarios add up to
        more than was served; 'fractional' shares them equally among all its scenarios, also those filtered away.
    share_of : dimensions of `by` (never scenario) within which `share` is taken; default the whole selection.
    as_of : last day, default the programme's.
    filters : streets, scenarios, services, venue_types, phases, start, end; see `Filters`.

    Returns
    -------
    DataFrame with a column per dimension, then person_times (whole numbers when counted in full), activities (each
    counted once per line, however counted), per_activity (person-times per activity, NaN without any) and share (of
    all person-times of the selection or of its `share_of` group, where each activity counts once; NaN of nothing).
    Every combination of street, scenario, service, venue_type, phase, month, week, weekday and hour has its line, also
    with 0; with venue or date among `by` only what occurred has one.

    Raises
    ------
    ValueError : an unknown dimension, counting or filter value.
    """
    _check(by, counting, share_of)
    rows = select(records, plan, as_of=as_of, **filters)
    selection = _Selection.of(rows, plan, as_of, filters, by)
    table = _count(selection, list(by), counting)
    base = _count(selection, list(share_of), counting)
    return _finish(table, base, list(by), list(share_of), counting)


def matrix(table: pd.DataFrame, rows: str, columns: str, value: str = "person_times") -> pd.DataFrame:
    """A long table of two dimensions as a wide one, in the order of its labels; what did not occur is missing."""
    wide = table.pivot(index=rows, columns=columns, values=value)
    return wide.reindex(index=pd.unique(table[rows]), columns=pd.unique(table[columns]))


@dataclass(frozen=True)
class _Selection:
    """The chosen records as arrays: one line per record, or per record and kind of service where that matters."""

    dimensions: dict[str, Dimension]
    person_times: Floats
    activities: Floats  # 1, but 0 for a row of a person-level sheet
    by_person: Ints  # the lines from person-level sheets
    numbers: Ints  # which activity each of them belongs to
    text: Ints  # place of the record's scenarios in `members`
    members: list[list[int]]  # places in `labels` of the chosen scenarios
    sizes: Floats  # number of all scenarios of a record
    labels: list[str]

    @classmethod
    def of(cls, rows: pd.DataFrame, plan: Plan, as_of: date | None, filters: Filters, by: Sequence[str]) -> _Selection:
        window = window_of(plan, as_of, filters)
        made = {n: dimension(rows, n, plan, window, filters) for n in by if n not in ("scenario", "service")}
        labels = scenario_labels(plan, filters)
        text, texts = pd.factorize(rows["scenarios"], use_na_sentinel=False)
        parts = [scenarios_of(t, plan) for t in texts]
        members = [[labels.index(s) for s in p if s in labels] for p in parts]
        by_person, numbers = people_of(rows)
        pieces = {n: p for n, p in service_parts(rows, plan).items() if n in (filters.get("services") or [n])}
        if "service" not in by:
            people = sum(pieces.values(), start=np.zeros(len(rows), dtype=np.int64)).astype(float)
        else:
            at = [np.flatnonzero(p) for p in pieces.values()]
            line = np.concatenate(at)
            people = np.concatenate([p[i] for p, i in zip(pieces.values(), at, strict=True)]).astype(float)
            kind = np.repeat(np.arange(len(pieces)), [len(i) for i in at])
            made = {n: Dimension(d.codes[line], d.labels, d.closed) for n, d in made.items()}
            made["service"] = Dimension(kind, list(pieces))
            text, by_person, numbers = text[line], by_person[line], numbers[line]
        sizes = np.array([len(p) for p in parts], dtype=float)
        lines = np.flatnonzero(by_person)
        return cls(made, people, (~by_person).astype(float), lines, numbers[lines], text.astype(np.int64), members, sizes,
                   labels)


def people_of(rows: pd.DataFrame) -> tuple[npt.NDArray[np.bool_], Ints]:
    """Which rows are one person each, and the number of their activity (0 for the rest)."""
    by_person, numbers = np.zeros(len(rows), dtype=bool), np.zeros(len(rows), dtype=np.int64)
    if "person_level" in rows and rows["person_level"].any():
        by_person = rows["person_level"].to_numpy(dtype=bool)
        numbers[by_person] = activity_numbers(rows[by_person])
    return by_person, numbers


def _count(s: _Selection, by: list[str], counting: Counting) -> pd.DataFrame:
    """Sums per line of the result; dimensions as codes in columns, all lines of closed dimensions present."""
    own = [n for n in by if n != "scenario"]
    keys, people, activities = _sums(
        [*(s.dimensions[n].codes for n in own), s.text], [*(len(s.dimensions[n].labels) for n in own), len(s.members)],
        s.person_times, s.activities,
    )
    text = keys.pop()
    chosen = np.array([len(m) for m in s.members], dtype=np.int64)[text]
    if counting == "fractional":
        people = people / s.sizes[text]
    if "scenario" in by:
        line, scenario = _per_scenario(s, text)
        keys, people, activities = [k[line] for k in keys], people[line], activities[line]
        keys.insert(by.index("scenario"), scenario)
    elif counting == "fractional":
        people = people * chosen
    dimensions = [Dimension(np.zeros(0, np.int64), list(s.labels)) if n == "scenario" else s.dimensions[n] for n in by]
    sizes = [len(d.labels) for d in dimensions]
    if len(s.by_person):
        more, count = _activities_of_people(s, by, sizes)
        keys = [np.concatenate([k, m]) for k, m in zip(keys, more, strict=True)]
        people, activities = np.append(people, np.zeros(count)), np.append(activities, np.ones(count))
    keys, people, activities = _sums(keys, sizes, people, activities, whole=all(d.closed for d in dimensions))
    labelled = {n: _labelled(d.labels, k) for n, d, k in zip(by, dimensions, keys, strict=True)}
    return pd.DataFrame({**labelled, "person_times": people, "activities": activities.astype(np.int64)})


def _per_scenario(s: _Selection, text: Ints) -> tuple[Ints, Ints]:
    """Per line and chosen scenario of it: the line and the scenario."""
    sizes = np.array([len(m) for m in s.members], dtype=np.int64)
    starts, flat = sizes.cumsum() - sizes, np.array([c for m in s.members for c in m], dtype=np.int64)
    line = np.repeat(np.arange(len(text)), sizes[text])
    within = np.arange(len(line)) - np.repeat(sizes[text].cumsum() - sizes[text], sizes[text])
    return line, flat[starts[text][line] + within]


def _activities_of_people(s: _Selection, by: list[str], sizes: list[int]) -> tuple[list[Ints], int]:
    """The keys of every activity of the person-level sheets, once per line of the result; and how many."""
    keys, numbers = [s.dimensions[n].codes[s.by_person] for n in by if n != "scenario"], s.numbers
    if "scenario" in by:
        line, scenario = _per_scenario(s, s.text[s.by_person])
        keys, numbers = [k[line] for k in keys], numbers[line]
        keys.insert(by.index("scenario"), scenario)
    cell = np.ravel_multi_index(keys, sizes) if keys else np.zeros(len(numbers), dtype=np.int64)
    once = np.unique(np.stack([cell, numbers]), axis=1)[0]
    return list(np.unravel_index(once, sizes)) if keys else [], len(once)


def _sums(
    keys: Sequence[Ints], sizes: Sequence[int], people: Floats, activities: Floats, whole: bool = False
) -> tuple[list[Ints], Floats, Floats]:
    """Sums per distinct combination of keys, in their order; `whole`: per possible one, if those are not too many."""
    cells = int(np.prod(sizes, dtype=object)) if sizes else 1
    flat = np.ravel_multi_index(keys, sizes) if sizes and len(people) else np.zeros(len(people), dtype=np.int64)
    if cells <= DENSE:
        seen = np.arange(cells) if whole else np.flatnonzero(np.bincount(flat, minlength=cells))
        sums = [np.bincount(flat, w, minlength=cells)[seen] for w in (people, activities)]
    else:
        seen, place = np.unique(flat, return_inverse=True)
        sums = [np.bincount(place, w, minlength=len(seen)) for w in (people, activities)]
    columns = list(np.unravel_index(seen, sizes)) if sizes and cells else [seen[:0]] * len(sizes)
    return columns, sums[0].astype(float), sums[1].astype(float)


def _labelled(labels: list[object], codes: Ints) -> pd.Series:
    texts = all(isinstance(x, str) for x in labels)
    values = pd.Series(labels, dtype="str") if texts else pd.Series(pd.DatetimeIndex(labels).as_unit("s"))
    return values.take(codes).reset_index(drop=True)


def _finish(
    table: pd.DataFrame, base: pd.DataFrame, by: list[str], share_of: list[str], counting: Counting
) -> pd.DataFrame:
    """Whole numbers, person-times per activity and the share of the base."""
    people = table["person_times"] if counting == "fractional" else table["person_times"].round().astype("int64")
    if share_of:
        total = table[share_of].merge(base[[*share_of, "person_times"]], on=share_of, how="left")["person_times"]
    else:
        total = pd.Series(float(base["person_times"].sum()), table.index)
    return table.assign(
        person_times=people,
        per_activity=(table["person_times"] / table["activities"]).where(table["activities"] > 0),
        share=(table["person_times"] / total).where(total > 0),
    )[[*by, "person_times", "activities", "per_activity", "share"]]


def _check(by: Sequence[str], counting: str, share_of: Sequence[str]) -> None:
    unknown = [n for n in by if n not in DIMENSIONS]
    if unknown or len(set(by)) < len(by) or isinstance(by, str):
        raise ValueError(f"by 应为不重复的维度列表，可选：{'、'.join(DIMENSIONS)}；现为 {by!r}。")
    if counting not in ("full", "fractional"):
        raise ValueError(f"counting 应为 'full'（全额）或 'fractional'（均摊），现为 {counting!r}。")
    if any(n not in by or n == "scenario" for n in share_of):
        raise ValueError(f"share_of 应取自 by（场景除外），现为 {share_of!r}。")
