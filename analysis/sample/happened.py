"""What happened in the made-up year, street by street."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import numpy as np
import numpy.typing as npt

from analysis.plan import Plan
from analysis.sample import words
from analysis.sample.model import HELP, TRAINING, Activity, Venue

LAST_ACTIVITY = date(2021, 12, 30)
STARTS = ("08:30", "09:00", "09:30", "10:00", "13:00", "13:30", "14:00", "14:30", "15:00")
LARGE, HOME, UNKNOWN, UNNAMED = 5, 4, 4, 9  # so many large sessions, visits at home, unknown and blank scenarios


@dataclass(frozen=True)
class Course:
    """Person-times of a street at both deadlines and at the end; `lean` > 0 is early within a phase, < 0 late."""

    half_year: int
    annual: int
    year_end: int
    lean: float = 0.0
    stop: date | None = None


# 长风 is far ahead, 石泉 misses the half-year target, 万里 meets the annual one in autumn only, 桃浦 never, 长征 stops.
COURSES = {
    "曹杨": Course(655, 1262, 1518, 0.9),
    "甘泉": Course(524, 1068, 1256, -0.4),
    "石泉": Course(438, 1017, 1184, -1.2),
    "长风": Course(742, 1436, 1743, 1.6),
    "长寿": Course(563, 1094, 1305, 0.2),
    "宜川": Course(508, 1026, 1163, -1.0),
    "真如": Course(547, 1123, 1338, 0.0),
    "万里": Course(451, 957, 1118, -0.5),
    "长征": Course(612, 1031, 1031, 0.6, date(2021, 9, 10)),
    "桃浦": Course(376, 788, 934, -0.2),
}


def year_of_activities(plan: Plan, rng: np.random.Generator) -> list[Activity]:
    """Every activity that took place and was reported on the platform, by street and day."""
    venues = make_venues(plan, rng)
    return _with_oddities([a for s in plan.street_names for a in _street_year(plan, s, venues[s], rng)], rng)


def make_venues(plan: Plan, rng: np.random.Generator) -> dict[str, list[Venue]]:
    """Six venues a street, one of each kind."""
    stems = [words.VENUE_STEMS[i] for i in rng.permutation(len(words.VENUE_STEMS))]
    kinds = [(kind, called) for kind, (called, _) in words.VENUE_KINDS.items()]
    return {
        street: [Venue(stems[len(kinds) * i + k] + called, kind) for k, (kind, called) in enumerate(kinds)]
        for i, street in enumerate(plan.street_names)
    }


def pick(weights: npt.NDArray[np.float64], rng: np.random.Generator) -> int:
    """A position, by weight."""
    return int(np.searchsorted(np.cumsum(weights) / weights.sum(), rng.random(), side="right"))


def _street_year(plan: Plan, street: str, venues: list[Venue], rng: np.random.Generator) -> list[Activity]:
    course = COURSES[street]
    milestones = (0, course.half_year, course.annual, course.year_end)
    last = course.stop or LAST_ACTIVITY
    taken: set[tuple[date, str, str]] = set()
    result = []
    for number, phase in enumerate(plan.phases):
        days = [phase.start + timedelta(d) for d in range((phase.end - phase.start).days + 1)]
        through = np.linspace(0, 1, len(days), endpoint=False)
        weights = np.array([_day_weight(d) if d <= last else 0.0 for d in days]) * np.exp(-course.lean * through)
        for service, size in _sessions(milestones[number + 1] - milestones[number], rng):
            day = days[pick(weights, rng)]
            result.append(_activity(street, venues, day, number, service, size, taken, rng))
    return sorted(result, key=lambda a: (a.day, a.start, a.venue.name))


def _day_weight(day: date) -> float:
    """Working days carry the programme; a slow first week, the summer's heat, the holidays and the deadlines show."""
    from chinese_calendar import is_workday

    weight = 1.0 if is_workday(day) and day.weekday() < 5 else 0.7 if is_workday(day) else 0.16
    if date(2021, 10, 1) <= day <= date(2021, 10, 7):
        weight = 0.1
    if day < date(2021, 4, 10):
        weight *= 0.3
    if date(2021, 7, 26) <= day <= date(2021, 8, 20):
        weight *= 0.55
    for deadline in (date(2021, 6, 30), date(2021, 9, 30)):
        if 0 <= (deadline - day).days < 12:
            weight *= 2.1
    return weight


def _sessions(total: int, rng: np.random.Generator) -> list[tuple[str, int]]:
    """Classes of about 20 and help for about 7, until they make up the total."""
    result: list[tuple[str, int]] = []
    left = total
    while left > 0:
        training = rng.random() < 0.6
        mean, spread, least, most = (20, 5, 8, 30) if training else (7.5, 3, 1, 16)
        size = min(int(np.clip(round(rng.normal(mean, spread)), least, most)), left)
        result.append((TRAINING if training and size > 4 else HELP, size))
        left -= size
    return result


def _activity(
    street: str, venues: list[Venue], day: date, phase: int, service: str, size: int,
    taken: set[tuple[date, str, str]], rng: np.random.Generator,
) -> Activity:
    hosting = np.array([share for _, share in words.VENUE_KINDS.values()])
    while True:
        venue, start = venues[pick(hosting, rng)], STARTS[rng.integers(len(STARTS))]
        if (day, venue.name, start) not in taken:
            break
    taken.add((day, venue.name, start))
    count = 1 + int(rng.random() < 0.45) + int(rng.random() < 0.2) if service == TRAINING else 1
    scenarios = _some_scenarios(phase, count, rng)
    end = datetime.combine(day, time.fromisoformat(start)) + timedelta(minutes=int(rng.choice([60, 90, 120])))
    remark = words.REMARKS[rng.integers(len(words.REMARKS))]
    name = _name(service, scenarios[0], rng)
    return Activity(street, venue, name, service, scenarios, day, start, f"{end:%H:%M}", size, remark)


def _name(service: str, scenario: str, rng: np.random.Generator) -> str:
    _, topics, errand = words.SCENARIOS[scenario]
    if service == HELP:
        return words.HELP_NAMES[rng.integers(len(words.HELP_NAMES))].format(errand)
    return words.CLASS_NAMES[rng.integers(len(words.CLASS_NAMES))].format(topics[rng.integers(len(topics))])


def _some_scenarios(phase: int, count: int, rng: np.random.Generator) -> tuple[str, ...]:
    names = list(words.SCENARIOS)
    weights = np.array([w[phase] for w, _, _ in words.SCENARIOS.values()], dtype=float)
    chosen = []
    for _ in range(count):
        chosen.append(pick(weights, rng))
        weights[chosen[-1]] = 0
    return tuple(names[i] for i in chosen)


def _with_oddities(activities: list[Activity], rng: np.random.Generator) -> list[Activity]:
    """A few records as they occur: large sessions, visits at home, scenarios the plan does not know, none at all."""
    result = list(activities)
    classes = [i for i, a in enumerate(result) if a.person_times >= 25]
    for i in rng.choice(classes, LARGE, replace=False):
        result[i] = replace(result[i], person_times=result[i].person_times + int(rng.integers(8, 22)))
    errands = [i for i, a in enumerate(result) if a.person_times <= 4 and a.service == HELP]
    for i in rng.choice(errands, HOME, replace=False):
        name = words.HOME_NAME.format(words.SCENARIOS[result[i].scenarios[0]][2])
        result[i] = replace(result[i], venue=Venue(words.HOME_VENUE, ""), name=name, remark="")
    others = [i for i, a in enumerate(result) if a.venue.kind]
    for k, i in enumerate(rng.choice(others, UNKNOWN + UNNAMED, replace=False)):
        unknown = words.UNKNOWN_SCENARIOS[k % len(words.UNKNOWN_SCENARIOS)]
        result[i] = replace(result[i], scenarios=(*result[i].scenarios[:1], unknown) if k < UNKNOWN else ())
    return result
