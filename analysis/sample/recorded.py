"""What the platform shows of the made-up year: records late, corrected, cancelled, refused, deleted, waiting."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import numpy as np

from analysis.plan import Plan
from analysis.sample.happened import year_of_activities
from analysis.sample.model import CANCELLED, LAST_EXPORT, PASSED, PENDING, REFUSED, Activity, Record, Version

UNFINISHED, WAITING = 28, 3  # so many records never stand, and wait for approval when the year ends
CORRECTED = 0.06


def make_records(plan: Plan, seed: int) -> list[Record]:
    """All records of the platform's year, in the order of their ids."""
    rng = np.random.default_rng([seed, 1])
    activities = year_of_activities(plan, rng)
    histories = [_history(a, rng) for a in activities]
    models = [activities[i] for i in rng.choice(len(activities), UNFINISHED + WAITING, replace=False)]
    histories += [_unfinished(a, rng) for a in models[:UNFINISHED]]
    histories += [_waiting(a, rng) for a in models[UNFINISHED:]]
    return _numbered(histories, rng)


def _recorded(activity: Activity, rng: np.random.Generator) -> datetime:
    """Most are recorded within days, some weeks later."""
    least, most = ((0, 1), (1, 5), (5, 13), (15, 48))[int(np.searchsorted((0.42, 0.80, 0.965), rng.random()))]
    ended = datetime.combine(activity.day, time.fromisoformat(activity.end))
    delay = timedelta(days=int(rng.integers(least, most)), seconds=int(rng.integers(300, 5400)))
    return min(ended + delay, LAST_EXPORT - timedelta(minutes=int(rng.integers(90, 400))))


def _approved(recorded: datetime, rng: np.random.Generator) -> datetime:
    moment = recorded + timedelta(hours=int(rng.integers(1, 80)))
    return min(moment, LAST_EXPORT - timedelta(minutes=int(rng.integers(5, 80))))


def _history(activity: Activity, rng: np.random.Generator) -> tuple[Version, ...]:
    """Recorded, approved, and now and then corrected: the last version is what happened."""
    recorded = _recorded(activity, rng)
    approved = _approved(recorded, rng)
    corrected = approved + timedelta(days=int(rng.integers(3, 55)), hours=int(rng.integers(0, 5)))
    if rng.random() >= CORRECTED or corrected > LAST_EXPORT:
        return Version(recorded, activity, PENDING), Version(approved, activity, PASSED)
    first = _mistaken(activity, rng)
    return Version(recorded, first, PENDING), Version(approved, first, PASSED), Version(corrected, activity, PASSED)


def _mistaken(activity: Activity, rng: np.random.Generator) -> Activity:
    """The record as it was first typed: another number, mostly, or another day or scenario."""
    kind = rng.random()
    if kind < 0.65 or not activity.scenarios:
        number = activity.person_times + int(rng.choice([-4, -3, -2, -1, 1, 2, 3, 5]))
        return replace(activity, person_times=number if number > 0 else activity.person_times + 1)
    if kind < 0.85:
        day = activity.day - timedelta(days=int(rng.integers(1, 8)))
        return replace(activity, day=max(day, date(2021, 4, 1)))
    return replace(activity, scenarios=activity.scenarios[:1] if len(activity.scenarios) > 1 else ("用机",))


def _off_hours(like: Activity, day: date) -> Activity:
    """Another activity, at an hour at which none took place, so that it equals none."""
    return replace(like, day=day, start="16:00", end="17:00", remark="")


def _unfinished(like: Activity, rng: np.random.Generator) -> tuple[Version, ...]:
    """A record that does not stand: cancelled, refused or deleted after a while."""
    day = like.day + timedelta(weeks=int(rng.integers(-2, 3)))
    activity = _off_hours(like, min(max(day, date(2021, 4, 6)), date(2021, 12, 20)))
    recorded = _recorded(activity, rng)
    approved = _approved(recorded, rng)
    later = min(approved + timedelta(days=int(rng.integers(2, 40))), LAST_EXPORT - timedelta(minutes=3))
    end = rng.random()
    if end < 0.2:
        return Version(recorded, activity, PENDING), Version(approved, activity, REFUSED)
    last = Version(later, activity, CANCELLED) if end < 0.65 else Version(later, None, "")
    return Version(recorded, activity, PENDING), Version(approved, activity, PASSED), last


def _waiting(like: Activity, rng: np.random.Generator) -> tuple[Version, ...]:
    """A record that nobody has approved when the year ends."""
    recorded = datetime(2021, 12, 31, 9, int(rng.integers(60)), int(rng.integers(60)))
    return (Version(recorded, _off_hours(like, date(2021, 12, 29)), PENDING),)


def _numbered(histories: list[tuple[Version, ...]], rng: np.random.Generator) -> list[Record]:
    """Ids as the platform gives them: the day of recording and a number that all districts share."""
    result = []
    day, number = date.min, 0
    for history in sorted(histories, key=lambda h: (h[0].since, repr(h[0].activity))):
        recorded = history[0].since
        number = (number if recorded.date() == day else int(rng.integers(1, 60))) + int(rng.integers(1, 12))
        day = recorded.date()
        result.append(Record(f"{day:%Y%m%d}{number:06d}", recorded, history))
    return result
