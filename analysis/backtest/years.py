"""Made-up years for the back-test, from organisers' habits session by session; nothing of the outlook's method is used.

A street plans how its person-times should come about (one of the behaviours), holds sessions of its usual size on its
usual weekdays, and is disturbed by cancelled sessions, public holidays and, in some years, an outbreak.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import chinese_calendar
import numpy as np
import numpy.typing as npt

from analysis.plan import Plan

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
CANCELLED, OUTBREAK_YEARS, HOLIDAY_OPEN = 0.06, 0.4, 0.1
GOAL_SPREAD, SIZE_SPREAD = 0.35, 0.35


@dataclass(frozen=True)
class Year:
    """Person-times of one made-up year, one line per street and one column per day, and each street's behaviour."""

    grid: Ints
    behaviours: tuple[str, ...]


@dataclass(frozen=True)
class _Calendar:
    """The programme's days: weekday (Monday 0), public holiday, and the day on which each deadline falls."""

    weekday: Ints
    holiday: npt.NDArray[np.bool_]
    deadlines: tuple[int, ...]


def made_year(plan: Plan, seed: int, behaviours: tuple[str, ...] | None = None) -> Year:
    """One year of all streets of the plan.

    Parameters
    ----------
    seed : the same seed gives the same year.
    behaviours : those to choose from, default all of `BEHAVIOURS`.
    """
    rng = np.random.default_rng([seed, len(plan.streets)])
    calendar = _calendar(plan)
    names = behaviours or tuple(BEHAVIOURS)
    mix = rng.dirichlet(np.ones(len(names)))
    chosen = tuple(str(n) for n in rng.choice(names, len(plan.streets), p=mix))
    closed = _outbreak(rng, len(calendar.weekday))
    lines = []
    for street, name in zip(plan.streets, chosen, strict=True):
        goals = np.array([street.targets[t.key] for t in plan.targets], dtype=float)
        lines.append(_street(rng, calendar, goals, name, closed))
    return Year(np.array(lines), chosen)


def _calendar(plan: Plan) -> _Calendar:
    days = [plan.first_day + timedelta(days=i) for i in range((plan.last_day - plan.first_day).days + 1)]
    holiday = [d.weekday() < 5 and not chinese_calendar.is_workday(d) for d in days]
    deadlines = tuple((t.deadline - plan.first_day).days for t in plan.targets)
    return _Calendar(np.array([d.weekday() for d in days]), np.array(holiday), deadlines)


def _outbreak(rng: np.random.Generator, days: int) -> Floats:
    """Share of sessions that may take place each day: little for two to four weeks of some years."""
    allowed = np.ones(days)
    if rng.random() < OUTBREAK_YEARS:
        start = int(rng.integers(20, days - 60))
        allowed[start:start + int(rng.integers(14, 29))] = rng.uniform(0.0, 0.3)
    return allowed


def _street(rng: np.random.Generator, calendar: _Calendar, goals: Floats, name: str, allowed: Floats) -> Ints:
    """Hold sessions day by day wherever the plan is ahead of what has been done."""
    size = float(np.clip(rng.lognormal(np.log(22), 0.4), 6, 60))
    aim = goals * rng.lognormal(np.log(1.08), GOAL_SPREAD * (name != "just_enough"))
    usual = rng.permutation(5)[: int(rng.integers(1, 4))]
    if rng.random() < 0.25:
        usual = np.append(usual, 5)
    planned, size = BEHAVIOURS[name](rng, calendar, aim, size)
    catches_up, stops = rng.random() < 0.6, rng.random() < STOPPING.get(name, 0.15)
    done, given_up, line = 0.0, 0.0, np.zeros(len(planned), dtype=np.int64)
    for day in range(len(planned)):
        if calendar.weekday[day] not in usual or (stops and done >= goals[-1]):
            continue
        shut = rng.random() > allowed[day] or (calendar.holiday[day] and rng.random() > HOLIDAY_OPEN)
        if shut or rng.random() < CANCELLED:
            given_up = given_up if catches_up else max(planned[day] - done, given_up)
            continue
        wanted = planned[day] - done - given_up + size * rng.normal(0, 0.3)
        for _ in range(min(int(wanted / size), 4)):
            people = max(round(size * rng.gamma(1 / SIZE_SPREAD**2, SIZE_SPREAD**2)), 1)
            line[day] += people
            done += people
    return line


# --- behaviours: planned cumulative person-times by day, and the size of a session ------------------------------------

Plans = tuple[Floats, float]


def _even(calendar: _Calendar, aim: Floats) -> Floats:
    """From aim to aim in straight lines, then on at the last pace."""
    ends = np.array([0, *(d + 1 for d in calendar.deadlines)], dtype=float)
    heights = np.array([0.0, *aim])
    days = np.arange(1, len(calendar.weekday) + 1, dtype=float)
    slope = (heights[-1] - heights[-2]) / (ends[-1] - ends[-2])
    return np.where(days <= ends[-1], np.interp(days, ends, heights), heights[-1] + slope * (days - ends[-1]))


def steady(rng: np.random.Generator, calendar: _Calendar, aim: Floats, size: float) -> Plans:
    """The same every week."""
    return _even(calendar, aim), size


def rush(rng: np.random.Generator, calendar: _Calendar, aim: Floats, size: float) -> Plans:
    """Little at the start of a phase, most of it in the weeks before the deadline."""
    power, path, start, height = rng.uniform(1.5, 4.0), _even(calendar, aim), 0, 0.0
    for deadline, goal in zip(calendar.deadlines, aim, strict=True):
        share = np.arange(1, deadline - start + 2) / (deadline - start + 1)
        path[start:deadline + 1] = height + (goal - height) * share**power
        start, height = deadline + 1, goal
    return path, size


def early(rng: np.random.Generator, calendar: _Calendar, aim: Floats, size: float) -> Plans:
    """Most of it at once, then little."""
    share = np.minimum(np.arange(1, len(calendar.weekday) + 1) / rng.uniform(60, 150), 1.0)
    return aim[-1] * share ** rng.uniform(0.6, 1.0), size


def late_start(rng: np.random.Generator, calendar: _Calendar, aim: Floats, size: float) -> Plans:
    """Nothing for weeks, then what is missing is made up in part."""
    path, start = _even(calendar, aim), int(rng.integers(14, 75))
    lost = path[start] * rng.uniform(0.2, 1.0)
    return np.where(np.arange(len(path)) < start, 0.0, path - lost), size


def summer_gap(rng: np.random.Generator, calendar: _Calendar, aim: Floats, size: float) -> Plans:
    """A pause in the heat of July and August, made up in September or not at all."""
    days = len(calendar.weekday)
    pace = np.diff(_even(calendar, aim), prepend=0.0)
    start, length = int(rng.integers(92, 112)), int(rng.integers(20, 50))
    after = slice(start + length, min(calendar.deadlines[-1] + 1, days))
    missed = pace[start:start + length].sum()
    pace[start:start + length] *= rng.uniform(0.0, 0.3)
    if after.stop > after.start:
        pace[after] += missed * rng.uniform(0.0, 1.1) / (after.stop - after.start)
    return np.cumsum(pace), size


def lectures(rng: np.random.Generator, calendar: _Calendar, aim: Floats, size: float) -> Plans:
    """A large lecture once or twice a month and nothing between."""
    return _even(calendar, aim), float(rng.uniform(60, 150))


def fading(rng: np.random.Generator, calendar: _Calendar, aim: Floats, size: float) -> Plans:
    """Less and less."""
    days = np.arange(1, len(calendar.weekday) + 1)
    return aim[-1] * (1 - 0.5 ** (days / rng.uniform(45, 120))) * 1.15, size


def growing(rng: np.random.Generator, calendar: _Calendar, aim: Floats, size: float) -> Plans:
    """More and more."""
    days = np.arange(1, len(calendar.weekday) + 1)
    return aim[-1] * (days / (calendar.deadlines[-1] + 1)) ** rng.uniform(1.2, 2.2), size


def on_and_off(rng: np.random.Generator, calendar: _Calendar, aim: Floats, size: float) -> Plans:
    """Weeks of activity and weeks of none, of random length."""
    pace, day, on = np.diff(_even(calendar, aim), prepend=0.0), 0, bool(rng.random() < 0.6)
    while day < len(pace):
        length = int(rng.geometric(1 / 24)) + 6
        pace[day:day + length] *= rng.uniform(1.0, 2.2) if on else 0.0
        day, on = day + length, not on
    return np.cumsum(pace), size


def just_enough(rng: np.random.Generator, calendar: _Calendar, aim: Floats, size: float) -> Plans:
    """Just the target, a little before the deadline or after it."""
    path = _even(calendar, aim)
    shift = int(rng.integers(-12, 13))
    return np.concatenate([path[shift:], np.repeat(path[-1:], shift)]) if shift > 0 else np.concatenate(
        [np.zeros(-shift), path[: len(path) + shift]]), size


BEHAVIOURS: dict[str, Callable[[np.random.Generator, _Calendar, Floats, float], Plans]] = {
    "steady": steady, "rush": rush, "early": early, "late_start": late_start, "summer_gap": summer_gap,
    "lectures": lectures, "fading": fading, "growing": growing, "on_and_off": on_and_off, "just_enough": just_enough,
}
STOPPING = {"just_enough": 0.9, "early": 0.5, "rush": 0.4}  # how many stop once the last target is met
