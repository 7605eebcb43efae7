"""Records that come late: what share of a week is usually known by the export's date, and what is probably missing.

So that a street that is behind (落后) is told apart from one whose records may not have been entered (可能尚未录入).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.activities import valid
from analysis.outlook import DISTRICT
from analysis.plan import Plan
from analysis.progress import BEHIND as STATUS_BEHIND
from analysis.progress import FAILED

WEEKS = 6  # by then a week counts as completely entered
FEWEST_EXPORTS, FEWEST_WEEKS = 3, 6
WELL_DATED = 0.9  # share of person-times with a 录入时间 from which on it is used
COMMON = 150.0  # person-times of the district that a street's own habit is mixed with
USUAL_WEEKS = 8
BEHIND, UNRECORDED = "落后", "可能尚未录入"
BY_TIME, BY_EXPORT = "recorded_at", "first_snapshot"
Floats = npt.NDArray[np.float64]
SHARE_COLUMNS = ["street", "weeks_ago", "share", "known", "final", "observed"]


@dataclass(frozen=True)
class Lateness:
    """How late records usually come.

    Attributes
    ----------
    shares : street (the plan's order, then 全区), weeks_ago (0: the seven days up to the export's date), share of the
        week's person-times known by then, known and final (person-times behind it), observed (times looked at).
    basis : 'recorded_at' (录入时间) or 'first_snapshot' (the first export that holds the record).
    reason : why there are no shares (Chinese), else ''.
    """

    shares: pd.DataFrame
    basis: str
    reason: str = ""


def lateness(records: pd.DataFrame, plan: Plan, as_of: date) -> Lateness:
    """The reporting triangle, summed up: of weeks that are complete by now, what was known when they were young.

    Parameters
    ----------
    records : records (street, activity_date, person_times, recorded_at, snapshot, first_snapshot); excluded ones are
        welcome, for they show which exports held which street.

    Returns
    -------
    Lateness, whose reason says why when there are too few exports or too few complete weeks to tell.
    """
    rows = valid(records, plan, as_of)
    newest = rows["snapshot"].max()
    dated = rows["person_times"][rows["recorded_at"].notna()].sum() >= WELL_DATED * rows["person_times"].sum()
    basis = BY_TIME if dated and len(rows) else BY_EXPORT
    if pd.isna(newest):
        return _refused(basis, "没有带导出日期的记录，无法推算录入的快慢")
    looks = _looks(records, rows["activity_date"].min(), newest, plan, basis)
    seen = len(set().union(*looks.values()))
    least = FEWEST_WEEKS if basis == BY_TIME else FEWEST_EXPORTS
    if seen < least:
        what = f"距最新导出满{WEEKS}周的" + ("周次" if basis == BY_TIME else "导出")
        return _refused(basis, f"{what}只有{seen}个，不足{least}个，无法推算录入的快慢")
    known, final = _triangle(rows, plan, looks, basis)
    if not final.sum(axis=0).all():
        return _refused(basis, "早先各周的活动太少，无法推算录入的快慢")
    return Lateness(_shares(known, final, plan, looks), basis)


def missing(records: pd.DataFrame, plan: Plan, as_of: date, late: Lateness) -> pd.DataFrame:
    """Person-times of the last weeks that have probably not been entered yet.

    Returns
    -------
    DataFrame with street (the plan's order), week_end (weeks count back from `as_of`), person_times (entered), share
    (usually known by the date of the newest export with that street) and missing (usual week × share not yet known;
    the usual week is the mean of the eight weeks before). Empty when `late` has no shares.

    Source of the rule: Bornhuetter and Ferguson (1972), The Actuary and IBNR; it gives a sensible figure for a week of
    which nothing is entered yet, where dividing by the share would give nothing.
    """
    columns = ["street", "week_end", "person_times", "share", "missing"]
    if late.reason:
        return pd.DataFrame(columns=columns)
    rows = valid(records, plan, as_of)
    habit = late.shares.set_index(["street", "weeks_ago"])["share"]
    newest = rows.groupby(rows["street"].astype(object))["snapshot"].max()
    lines = []
    for street in plan.street_names:
        weeks = _weeks_back(rows[rows["street"] == street], as_of, WEEKS + USUAL_WEEKS)
        seen = min((as_of - plan.first_day).days + 1, 7 * len(weeks)) // 7
        usual = weeks[WEEKS:seen].mean() if seen > WEEKS else 0.0
        for ago in range(min(WEEKS, seen)):
            end = as_of - timedelta(days=7 * ago)
            share = _known_by(habit, street, (newest.get(street, pd.NaT) - pd.Timestamp(end)).days)
            lines.append((street, pd.Timestamp(end), weeks[ago], share, (1 - share) * usual))
    return pd.DataFrame(lines, columns=columns)


def total(missing: pd.DataFrame) -> int:
    """All person-times that are probably not entered yet: the sum of the streets' rounded figures, as tables show it."""
    return int(missing.groupby("street")["missing"].sum().astype(float).round().sum())


def standing(progress: pd.DataFrame, missing: pd.DataFrame) -> pd.DataFrame:
    """Behind, or perhaps not entered yet.

    Parameters
    ----------
    progress : street, person_times, target, expected, status of `analysis.progress.progress`.
    missing : what `missing` returns; empty when nothing is known of late records.

    Returns
    -------
    DataFrame with street, person_times, due (what it is measured against: 序时, from the deadline on the target),
    missing (person-times, rounded; NA when nothing is known), word: '' when not behind or when nothing is known;
    可能尚未录入 when the missing ones would bring the street there; else 落后.
    """
    behind = progress["status"].isin([STATUS_BEHIND, FAILED])
    due = progress["expected"].where(progress["status"] != FAILED, progress["target"].astype(float))
    lacking = missing.groupby("street")["missing"].sum().astype(float).reindex(progress["street"]).to_numpy()
    enough = progress["person_times"] + lacking >= due
    word = np.select([~behind | np.isnan(lacking), enough], ["", UNRECORDED], BEHIND)
    return pd.DataFrame({
        "street": progress["street"], "person_times": progress["person_times"], "due": due,
        "missing": pd.Series(lacking).round().astype("Int64"), "word": pd.array(word, dtype="str"),
    })


def _refused(basis: str, reason: str) -> Lateness:
    return Lateness(pd.DataFrame(columns=SHARE_COLUMNS), basis, reason)


def _looks(
    records: pd.DataFrame, start: pd.Timestamp, newest: pd.Timestamp, plan: Plan, basis: str,
) -> dict[str, set[pd.Timestamp]]:
    """Times from which one may look at each street, all old enough by now: week's ends for 录入时间, else its exports."""
    last, first = newest - pd.Timedelta(weeks=WEEKS), start + pd.Timedelta(weeks=1)
    if basis == BY_TIME:
        days = pd.date_range(last.normalize() - pd.Timedelta(seconds=1), first, freq="-7D")
        return {s: set(days) for s in plan.street_names}
    held = records.loc[records["snapshot"].between(first, last), ["street", "snapshot"]].drop_duplicates()
    return {s: set(held.loc[held["street"] == s, "snapshot"]) for s in plan.street_names}


def _triangle(
    rows: pd.DataFrame, plan: Plan, looks: dict[str, set[pd.Timestamp]], basis: str,
) -> tuple[Floats, Floats]:
    """Person-times by street and age in weeks: known at the times of looking, and known by now."""
    known, final = np.zeros((2, len(plan.streets), WEEKS))
    entered = rows[basis].fillna(rows["first_snapshot"])
    for i, street in enumerate(plan.street_names):
        own = rows["street"] == street
        day, count = rows["activity_date"][own], rows["person_times"][own].to_numpy(dtype=float)
        for look in looks[street]:
            age = (look.normalize() - day).dt.days.to_numpy() // 7
            young = (age >= 0) & (age < WEEKS)
            final[i] += np.bincount(age[young], count[young], WEEKS)
            young &= (entered[own] <= look).to_numpy()
            known[i] += np.bincount(age[young], count[young], WEEKS)
    return known, final


def _shares(known: Floats, final: Floats, plan: Plan, looks: dict[str, set[pd.Timestamp]]) -> pd.DataFrame:
    whole = known.sum(axis=0) / final.sum(axis=0)
    own = (known + COMMON * whole) / (final + COMMON)
    share = np.maximum.accumulate(np.vstack([own, whole]), axis=1)
    seen = [*(len(looks[s]) for s in plan.street_names), len(set().union(*looks.values()))]
    return pd.DataFrame({
        "street": pd.array(np.repeat([*plan.street_names, DISTRICT], WEEKS), dtype="str"),
        "weeks_ago": np.tile(np.arange(WEEKS), len(share)), "share": share.ravel(),
        "known": np.vstack([known, known.sum(axis=0)]).ravel(), "final": np.vstack([final, final.sum(axis=0)]).ravel(),
        "observed": np.repeat(seen, WEEKS),
    })[SHARE_COLUMNS]


def _weeks_back(rows: pd.DataFrame, as_of: date, weeks: int) -> npt.NDArray[np.int64]:
    """Person-times of each week that counts back from `as_of`, the newest first."""
    ago = (pd.Timestamp(as_of) - rows["activity_date"]).dt.days.to_numpy() // 7
    recent = ago < weeks
    return np.bincount(ago[recent], rows["person_times"].to_numpy(dtype=float)[recent], weeks).astype(np.int64)


def _known_by(habit: pd.Series, street: str, days: float) -> float:
    """The share of a week that ended `days` before the newest export; nothing is known of what comes after it."""
    if pd.isna(days) or days < 0:
        return 0.0
    weeks = int(days // 7)
    return float(habit[(street, weeks)]) if weeks < WEEKS else 1.0
