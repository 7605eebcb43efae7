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
    first[rows] = ~pd.Series(activity_numbers(records.iloc[rows])).duplicated().to_numpy()
    return first


def activity_numbers(records: pd.DataFrame) -> npt.NDArray[np.int64]:
    """A number per record, the same for the rows of one person-level activity; columns are compared as codes."""
    numbers = np.zeros(len(records), dtype=np.int64)
    for column in IDENTITY:
        if column in records:
            codes, values = pd.factorize(records[column], use_na_sentinel=False)
            numbers = pd.factorize(numbers * len(values) + codes)[0]
    if "record_id" not in records:
        return numbers
    ids, names = pd.factorize(records["record_id"].fillna(""), use_na_sentinel=False)
    blank = np.array([n == "" for n in names], dtype=bool)[ids]
    return np.where(blank, numbers, len(records) + ids)


def session_sizes(records: pd.DataFrame) -> pd.DataFrame:
    """Street and person-times of each activity (street, person_times)."""
    sizes = records[["street", "person_times"]].astype({"street": object}).reset_index(drop=True)
    if "person_level" not in records or not records["person_level"].any():
        return sizes
    by_person = records["person_level"].to_numpy(dtype=bool)
    people = sizes[by_person].groupby(activity_numbers(records[by_person]), sort=False)
    together = people.agg({"street": "first", "person_times": "sum"})
    return pd.concat([sizes[~by_person], together], ignore_index=True)
