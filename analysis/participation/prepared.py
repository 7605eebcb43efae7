"""Records with what counting needs and no more, so that many counts of one frame are fast."""

from __future__ import annotations

from datetime import date

import pandas as pd

from analysis.activities import IDENTITY, valid
from analysis.plan import Plan

NUMBERS = ("person_times", "training", "assistance")
TEXTS = ("street", "scenarios", "venue_type", "venue", "start_time")


def prepared(records: pd.DataFrame, plan: Plan, as_of: date | None = None) -> pd.DataFrame:
    """The counted records up to `as_of` (default: all), to be counted again and again by the functions of this package.

    Parameters
    ----------
    records : counted records; any columns.

    Returns
    -------
    DataFrame with activity_date, person_times, training, assistance (whole numbers), street, scenarios, venue_type,
    venue, start_time (categories); with person-level records also what tells their activities apart. Counts of it are
    those of `records`.
    """
    rows = valid(records, plan, as_of or plan.last_day)
    by_person = "person_level" in rows and bool(rows["person_level"].any())
    kept = ("activity_date", *NUMBERS, *TEXTS, *(("person_level", "record_id", *IDENTITY) if by_person else ()))
    names = [n for n in dict.fromkeys(kept) if n in rows]
    lean = rows[names].reset_index(drop=True)
    numbers = {n: lean[n].astype("int64") for n in NUMBERS}
    return lean.assign(**numbers, **{n: lean[n].astype("category") for n in TEXTS})
