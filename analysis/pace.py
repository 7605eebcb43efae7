"""Pace: where the bases of 序时 disagree, what is still needed, what the last four weeks brought, who has stopped."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import numpy as np
import pandas as pd

from analysis.activities import first_rows, session_sizes, valid
from analysis.plan import BASES, Plan
from analysis.progress import progress
from analysis.schedule import days_left, is_due

RECENT_DAYS = 28
ACTIVE, STOPPED, NOT_STARTED = "进行中", "已停", "未开始"
MET_NOTE, PASSED_NOTE, NO_SESSIONS_NOTE = "已达标", "期限已过", "尚无活动，没有常规场次规模可用"
NO_CALENDAR_NOTE = "工作日历未包含{years}年，无法按工作日计算"
NO_WORKING_DAYS_NOTE = "剩余天数里没有工作日"


def pace(records: pd.DataFrame, plan: Plan, as_of: date, basis: str | None = None) -> pd.DataFrame:
    """One row per street: what is done, what is needed, what was done lately.

    达标 (status) and 趋势 (trend) are kept apart, so that a street that has met its target and stopped is seen.

    Returns
    -------
    DataFrame with street, status, trend, person_times, target, attainment, expected, points, then the columns of
    `required` and `recent`, and enough: recent_per_day is at least required_per_day (NA once the deadline has passed).
    """
    figures = progress(records, plan, as_of, basis)
    table = figures[["street", "status", "person_times", "target", "attainment", "expected", "points"]]
    table = table.merge(required(records, plan, as_of), on="street").merge(recent(records, plan, as_of), on="street")
    enough = (table["recent_per_day"] >= table["required_per_day"]).astype("boolean")
    table = table.assign(enough=enough.mask(table["required_per_day"].isna()))
    return table[["street", "status", "trend", *(c for c in table.columns if c not in ("street", "status", "trend"))]]


def bases(records: pd.DataFrame, plan: Plan, as_of: date) -> pd.DataFrame:
    """Actual against 序时 on each basis, side by side.

    Returns
    -------
    DataFrame with street, person_times, target; for phased, linear and calendar `expected_<basis>` (person-times),
    `points_<basis>` (attainment less 序时, percentage points) and `status_<basis>`; changes: the status is not the
    same on all three.
    """
    by_basis = {b: progress(records, plan, as_of, b) for b in BASES}
    table = by_basis[BASES[0]][["street", "person_times", "target"]]
    for name, figures in by_basis.items():
        table = table.assign(**{f"{c}_{name}": figures[c] for c in ("expected", "points", "status")})
    statuses = table[[f"status_{b}" for b in BASES]]
    return table.assign(changes=statuses.nunique(axis=1) > 1)


def required(records: pd.DataFrame, plan: Plan, as_of: date) -> pd.DataFrame:
    """What each street needs to reach the target in force by its deadline.

    Returns
    -------
    DataFrame with street, gap (person-times), days_left, working_days_left (NA if the calendar does not cover them),
    required_per_day, required_per_working_day (0 when met, NA once the deadline has passed or without working days),
    usual_session (median person-times of the street's activities, NA without any), sessions_needed (gap in sessions of
    that size, rounded up), note (Chinese: why a figure is empty, else '').
    """
    figures = progress(records, plan, as_of)
    target = plan.target_in_force(as_of)
    gap, met, over = figures["gap"], figures["gap"] == 0, is_due(target, as_of)
    working, missing = working_days(as_of + timedelta(days=1), target.deadline)
    if working == 0:
        missing = NO_WORKING_DAYS_NOTE
    sizes = session_sizes(valid(records, plan, as_of))
    usual = sizes.groupby(sizes["street"].astype(object))["person_times"].median().astype("Float64")
    usual = usual.reindex(figures["street"]).reset_index(drop=True)
    per_working_day = pd.Series(gap / working if working else pd.NA, gap.index, dtype="Float64").mask(met, 0.0)
    return pd.DataFrame({
        "street": figures["street"], "gap": gap, "days_left": days_left(target, as_of),
        "working_days_left": pd.Series(working, gap.index, dtype="Int64"),
        "required_per_day": figures["required_per_day"].astype("Float64"),
        "required_per_working_day": per_working_day.mask(over & ~met),
        "usual_session": usual,
        "sessions_needed": pd.Series(np.ceil(gap / usual), dtype="Int64").mask(met, 0).mask(over & ~met),
        "note": [_note(bool(m), over, missing, bool(pd.isna(u))) for m, u in zip(met, usual, strict=True)],
    })


def recent(records: pd.DataFrame, plan: Plan, as_of: date) -> pd.DataFrame:
    """What the last four weeks brought, and whether a street is still active.

    Returns
    -------
    DataFrame with street, recent_person_times, recent_activities, recent_per_day (over the days of the window, fewer
    at the programme's start), last_activity, days_since (since the last activity), trend: 进行中, 已停 (no activity in
    the window) or 未开始 (no activity at all).
    """
    rows = valid(records, plan, as_of)
    start, length = recent_window(plan, as_of)
    window = rows[rows["activity_date"] >= pd.Timestamp(start)]
    by_street = window["street"].astype(object)
    activities = pd.Series(first_rows(window).astype(np.int64), window.index)
    table = pd.DataFrame({
        "recent_person_times": window.groupby(by_street)["person_times"].sum(),
        "recent_activities": activities.groupby(by_street).sum(),
    }).reindex(plan.street_names).fillna(0).astype("int64").rename_axis("street").reset_index()
    last = rows.groupby(rows["street"].astype(object))["activity_date"].max().reindex(plan.street_names)
    table["last_activity"] = last.to_numpy(dtype="datetime64[s]")
    since = (pd.Timestamp(as_of) - table["last_activity"]).dt.days.astype("Int64")
    active = table["recent_activities"] > 0
    return table.assign(
        street=table["street"].astype("str"), days_since=since,
        recent_per_day=table["recent_person_times"] / length,
        trend=np.select([active, since.notna()], [ACTIVE, STOPPED], NOT_STARTED),
    )[["street", "recent_person_times", "recent_activities", "recent_per_day", "last_activity", "days_since", "trend"]]


def recent_window(plan: Plan, as_of: date) -> tuple[date, int]:
    """First day and length of the last four weeks (28 days with `as_of`, fewer at the programme's start, at least 1)."""
    start = max(as_of - timedelta(days=RECENT_DAYS - 1), plan.first_day)
    return start, max((as_of - start).days + 1, 1)


def working_days(start: date, end: date) -> tuple[int | None, str]:
    """Working days from `start` to `end`, inclusive, by the State Council's calendar of holidays and adjusted days.

    Returns
    -------
    The number and ''; or None and, in Chinese, which years the calendar (chinesecalendar) does not cover.
    """
    days = [start + timedelta(days=i) for i in range((end - start).days + 1)]
    try:
        return sum(chinese_calendar.is_workday(d) for d in days), ""
    except NotImplementedError:
        years = sorted({d.year for d in days if not _covered(d.year)})
        return None, NO_CALENDAR_NOTE.format(years="、".join(map(str, years)))


def _covered(year: int) -> bool:
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


def _note(met: bool, over: bool, no_working_days: str, no_session: bool) -> str:
    if met:
        return MET_NOTE
    if over:
        return PASSED_NOTE
    return "；".join(n for n in (no_working_days, NO_SESSIONS_NOTE if no_session else "") if n)
