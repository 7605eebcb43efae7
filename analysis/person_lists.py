"""Person-level rows of an activity that also has an activity-level row: that row counts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.findings import FINDING_COLUMNS, stacked
from analysis.identity import (
    ACTIVITY,
    Rows,
    factorise,
)
from analysis.snapshot_state import State, at_rows


def persons_under_activities(
    state: State, identity: npt.NDArray[np.int64], reason: npt.NDArray[np.object_]
) -> tuple[Rows, pd.DataFrame]:
    """Person-level rows of an activity that also has an activity-level row: that row counts."""
    records = state.records
    person = records["person_level"].to_numpy()
    if not person.any() or person.all():
        return np.empty(0, np.intp), stacked([], FINDING_COLUMNS)
    stands = reason == ""
    usable = ~np.isin(
        state.own,
        ("unknown_street", "bad_date", "bad_person_times", "outside_programme", "future_date", "unknown_status"),
    )
    activities = np.flatnonzero(stands & ~person & usable)
    persons = np.flatnonzero(stands & person)
    activity_of = np.full(len(records), -1, dtype=np.int64)
    ids = records["record_id"].to_numpy()
    by_id = {ids[a]: a for a in activities if ids[a]}
    activity_of[persons] = [by_id.get(ids[p], -1) if ids[p] else -1 for p in persons]
    loose = persons[activity_of[persons] < 0]
    for s in np.unique(state.keys.signature[loose]):
        for t in np.unique(state.keys.signature[activities]):
            a = activities[state.keys.signature[activities] == t]
            p = loose[(state.keys.signature[loose] == s) & (activity_of[loose] < 0)]
            _match_activities(state, a, p, activity_of)
    covered = persons[activity_of[persons] >= 0]
    counted = covered[state.own[covered] == ""]
    tally = pd.Series(1, index=activity_of[counted]).groupby(level=0).sum()
    count = records["person_times"].to_numpy(dtype=float, na_value=np.nan)
    differing = [(a, int(n)) for a, n in tally.items() if n != count[a]]
    found = at_rows(
        records,
        "person_level_difference",
        np.array([a for a, _ in differing], dtype=np.intp),
        [f"本行记{count[a]:.0f}人次，名单为{n}人，以本行为准，请核对" for a, n in differing],
    )
    return covered, found


def _match_activities(state: State, activities: Rows, persons: Rows, activity_of: npt.NDArray[np.int64]) -> None:
    if not len(activities) or not len(persons):
        return
    keys, both = state.keys, np.concatenate([activities, persons])
    fields = [f for f in ACTIVITY if keys.has[f][activities[0]] and keys.has[f][persons[0]]]
    content = factorise(*(keys.codes[f][both] for f in fields))
    owner = dict(zip(content[: len(activities)], activities, strict=True))
    for row, c in zip(persons, content[len(activities) :], strict=True):
        a = owner.get(c)
        if a is not None and not (state.has_id[a] and state.has_id[row]):
            activity_of[row] = a
