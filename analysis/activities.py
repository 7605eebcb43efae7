"""What one activity is: a record row, except on person-level sheets, where one activity has a row for each person."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.plan import Plan

IDENTITY = ("street", "venue", "activity", "activity_date", "start_time")


def valid(records: pd.DataFrame, plan: Plan, as_of: date) -> pd.DataFrame:
    """The records behind a figure: counted, of the plan's streets, dated from the first day to `as_of`.

    Raises
    ------
    KeyError : a needed column is absent.
    """
    dates = records["activity_date"]
    keep = (dates >= pd.Timestamp(plan.first_day)) & (dates <= pd.Timestamp(as_of)) & records["person_times"].notna()
    keep &= records["street"].isin(plan.street_names)
    if "disposition" in records:
        keep &= records["disposition"] == "counted"
    return records if keep.all() else records[keep]


def first_rows(records: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """True on one row of every activity, so that their sum is the number of activities.

    The rows of a person-level sheet are one activity when they share a record id, else street, venue, activity, date
    and start time.
    """
    first = np.ones(len(records), dtype=bool)
    if "person_level" not in records or not records["person_level"].any():
        return first
    rows = np.flatnonzero(records["person_level"].to_numpy(dtype=bool))
    first[rows] = ~activity_keys(records.iloc[rows]).duplicated().to_numpy()
    return first


def activity_keys(records: pd.DataFrame) -> pd.DataFrame:
    """One line per record with what tells person-level activities apart."""
    keys = pd.DataFrame({c: records[c].astype(object) for c in IDENTITY if c in records}, index=records.index)
    if "record_id" not in records:
        return keys
    ids = records["record_id"].astype(object).fillna("")
    return keys.where(ids == "", "").assign(record_id=ids)


def session_sizes(records: pd.DataFrame) -> pd.DataFrame:
    """Street and person-times of each activity (street, person_times)."""
    sizes = records[["street", "person_times"]].reset_index(drop=True)
    if "person_level" not in records or not records["person_level"].any():
        return sizes
    by_person = records["person_level"].to_numpy(dtype=bool)
    people = records[by_person]
    keys = activity_keys(people).assign(street=people["street"].astype(object))
    sums = people["person_times"].groupby([keys[c] for c in keys], sort=False).sum()
    together = sums.reset_index(name="person_times")
    single = sizes[~by_person].astype({"street": object})
    return pd.concat([single, together[["street", "person_times"]]], ignore_index=True)
