"""Back-test of late records: made-up years whose records are entered late, seen with and without the correction."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from analysis.backtest.years import made_year
from analysis.late import UNRECORDED, lateness, missing, standing
from analysis.outlook import outlook
from analysis.plan import Plan
from analysis.progress import BEHIND, progress
from analysis.schedule import expected, goal_of

AS_ENTERED, CORRECTED, COMPLETE = "照已录入推算", "计入可能尚未录入", "全部已录入（对照）"
LOOKS = (84, 105, 126, 147, 168)  # days since the first; the correction needs twelve weeks of history


def late_year(plan: Plan, seed: int) -> pd.DataFrame:
    """Records of a made-up year with the day of entry: some at once, most within the week, a few weeks later.

    Returns
    -------
    DataFrame with street, activity_date, person_times, training and assistance (0), recorded_at.
    """
    rng = np.random.default_rng([seed, 7])
    grid = made_year(plan, seed).grid
    place, day = np.nonzero(grid)
    slow = rng.uniform(1.0, 9.0, len(plan.streets))[place]
    delay = np.where(rng.random(len(day)) < 0.3, 0, rng.exponential(slow)) + (rng.random(len(day)) < 0.05) * 21
    held = pd.Timestamp(plan.first_day) + pd.to_timedelta(day, unit="D")
    return pd.DataFrame({
        "street": np.array(plan.street_names, dtype=object)[place], "activity_date": held.as_unit("s"),
        "person_times": pd.array(grid[place, day], dtype="Int64"),
        "training": 0, "assistance": 0,
        "recorded_at": (held + pd.to_timedelta(delay.round() + 0.7, unit="D")).as_unit("s"),
    })


def late_forecasts(plan: Plan, seed: int) -> pd.DataFrame:
    """What one would have said on some days of such a year.

    Returns
    -------
    DataFrame with method (as entered, corrected, or as if all were entered), place, actual (person-times on the deadline day, all entered), met,
    chance, median, low/high of 50, 80, 95, behind (below 序时 by what is entered), unrecorded (of these, called
    可能尚未录入), truly_behind (below 序时 by what was held) and known (enough was seen to tell how late records come;
    else there is nothing to correct by).
    """
    year = late_year(plan, seed)
    return pd.concat([_look(year, plan, plan.first_day + timedelta(days=d - 1), seed) for d in LOOKS])


def _look(year: pd.DataFrame, plan: Plan, as_of: date, seed: int) -> pd.DataFrame:
    now = pd.Timestamp(as_of) + pd.Timedelta(days=1, seconds=-1)
    known = year[year["recorded_at"] <= now].assign(snapshot=now, first_snapshot=now)
    habit = lateness(known, plan, as_of)
    lacking = missing(known, plan, as_of, habit)
    by_method = {AS_ENTERED: outlook(known, plan, as_of, seed),
                 CORRECTED: outlook(known, plan, as_of, seed, lacking),
                 COMPLETE: outlook(year, plan, as_of, seed)}
    target = plan.target_in_force(as_of)
    actual, held = (_sums(year, plan, day) for day in (target.deadline, as_of))
    then = progress(known, plan, as_of)
    word = standing(then, lacking)
    frames = []
    for method, table in by_method.items():
        streets = table.iloc[:-1]
        figures = streets.drop(columns=["street", "deadline", "word", "reason"]).astype(float)
        goals = np.array([goal_of(plan, s, target) for s in plan.street_names])
        due = np.array([expected(plan, s, as_of) for s in plan.street_names])
        frames.append(figures.assign(
            method=method, place=np.arange(len(streets)), actual=actual, met=actual >= goals,
            behind=then["status"].eq(BEHIND).to_numpy(), unrecorded=word["word"].eq(UNRECORDED).to_numpy(),
            truly_behind=held < due, known=not habit.reason,
        )[streets["reason"].eq("").to_numpy()])
    return pd.concat(frames)


def _sums(year: pd.DataFrame, plan: Plan, day: date) -> np.ndarray:
    rows = year[year["activity_date"] <= pd.Timestamp(day)]
    return rows.groupby("street")["person_times"].sum().reindex(plan.street_names).fillna(0).to_numpy(dtype=float)
