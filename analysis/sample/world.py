"""What happened in the made-up year: activities and what the platform showed of each from when on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import numpy as np

from analysis.plan import Plan
from analysis.sample import words

LAST_EXPORT = datetime(2021, 12, 31, 18, 2, 41)
LAST_ACTIVITY = date(2021, 12, 30)
PASSED, PENDING, CANCELLED, REFUSED = "已通过", "待审核", "已取消", "审核不通过"
TRAINING, HELP = "培训", "帮办"
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


@dataclass(frozen=True)
class Venue:
    name: str
    kind: str


@dataclass(frozen=True)
class Activity:
    """One class or one session of help, as a record shows it."""

    street: str
    venue: Venue
    name: str
    service: str
    scenarios: tuple[str, ...]
    day: date
    start: str
    end: str
    person_times: int
    remark: str = ""


@dataclass(frozen=True)
class Version:
    """What the platform shows from a moment on; no activity: the record is deleted."""

    since: datetime
    activity: Activity | None
    status: str


@dataclass(frozen=True)
class Entry:
    """A record as an export of some moment shows it."""

    record_id: str
    activity: Activity
    status: str
    recorded_at: datetime | None = None


@dataclass(frozen=True)
class Record:
    record_id: str
    recorded_at: datetime
    versions: tuple[Version, ...]

    def shown(self, at: datetime) -> Entry | None:
        """What an export made at a moment holds; None before the record exists and after it is deleted."""
        known = [v for v in self.versions if v.since <= at]
        if not known or known[-1].activity is None:
            return None
        return Entry(self.record_id, known[-1].activity, known[-1].status, self.recorded_at)

    @property
    def unchanged(self) -> bool:
        """The record stands, and has always said the same."""
        return len({v.activity for v in self.versions}) == 1 and self.versions[-1].status == PASSED


def make_records(plan: Plan, seed: int) -> list[Record]:
    """All records of the platform's year, in the order of their ids."""
    rng = np.random.default_rng([seed, 1])
    venues = make_venues(plan, rng)
    happened = [a for s in plan.street_names for a in _street_year(plan, s, venues[s], rng)]
    happened = _with_oddities(happened, rng)
    histories = [_history(a, rng) for a in happened]
    histories += [
        _unfinished(replace(happened[i], **_elsewhen(happened[i], rng)), rng)
        for i in rng.choice(len(happened), 28, replace=False)
    ]
    histories += [
        _waiting(replace(happened[i], day=date(2021, 12, 29)), rng) for i in rng.choice(len(happened), 3, replace=False)
    ]
    return _numbered(histories, rng)


def entries_at(records: list[Record], at: datetime) -> list[Entry]:
    """What the platform holds at a moment."""
    return [entry for r in records if (entry := r.shown(at))]


def make_venues(plan: Plan, rng: np.random.Generator) -> dict[str, list[Venue]]:
    """Six venues a street, one of each kind."""
    stems = [words.VENUE_STEMS[i] for i in rng.permutation(len(words.VENUE_STEMS))]
    return {
        street: [
            Venue(stems[6 * i + k] + called, kind) for k, (kind, (called, _)) in enumerate(words.VENUE_KINDS.items())
        ]
        for i, street in enumerate(plan.street_names)
    }


# --- a street's year ------------------------------------------------------------------------------------------------


def _street_year(plan: Plan, street: str, venues: list[Venue], rng: np.random.Generator) -> list[Activity]:
    course = COURSES[street]
    milestones = (0, course.half_year, course.annual, course.year_end)
    taken: set[tuple[date, str, str]] = set()
    result = []
    for number, phase in enumerate(plan.phases):
        days = [phase.start + timedelta(d) for d in range((phase.end - phase.start).days + 1)]
        last = min(course.stop or LAST_ACTIVITY, LAST_ACTIVITY)
        weights = np.array(
            [_day_weight(d, i / len(days), course.lean) if d <= last else 0.0 for i, d in enumerate(days)]
        )
        for service, size in _sessions(milestones[number + 1] - milestones[number], rng):
            day = days[_pick(weights, rng)]
            result.append(_activity(street, venues, day, number, service, size, taken, rng))
    return sorted(result, key=lambda a: (a.day, a.start, a.venue.name))


def _day_weight(day: date, through: float, lean: float) -> float:
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
    return weight * float(np.exp(-lean * through))


def _sessions(total: int, rng: np.random.Generator) -> list[tuple[str, int]]:
    """Classes of about 20 and help for about 7, until they make up the total."""
    result: list[tuple[str, int]] = []
    left = total
    while left > 0:
        training = rng.random() < 0.6
        size = (
            int(np.clip(round(rng.normal(20, 5)), 8, 30))
            if training
            else int(np.clip(round(rng.normal(7.5, 3)), 1, 16))
        )
        size = min(size, left)
        result.append((TRAINING if training and size > 4 else HELP, size))
        left -= size
    return result


def _pick(weights: np.ndarray, rng: np.random.Generator) -> int:
    return int(np.searchsorted(np.cumsum(weights) / weights.sum(), rng.random(), side="right"))


def _activity(
    street: str,
    venues: list[Venue],
    day: date,
    phase: int,
    service: str,
    size: int,
    taken: set[tuple[date, str, str]],
    rng: np.random.Generator,
) -> Activity:
    hosting = np.array([share for _, share in words.VENUE_KINDS.values()])
    while True:
        venue, start = venues[_pick(hosting, rng)], STARTS[rng.integers(len(STARTS))]
        if (day, venue.name, start) not in taken:
            break
    taken.add((day, venue.name, start))
    training = service == TRAINING
    scenarios = _some_scenarios(phase, 1 + int(rng.random() < 0.45) + int(rng.random() < 0.2) if training else 1, rng)
    topic = words.SCENARIOS[scenarios[0]]
    names = words.CLASS_NAMES if training else words.HELP_NAMES
    name = names[rng.integers(len(names))].format(topic[1][rng.integers(len(topic[1]))] if training else topic[2])
    end = datetime.combine(day, time.fromisoformat(start)) + timedelta(minutes=int(rng.choice([60, 90, 120])))
    remark = words.REMARKS[rng.integers(len(words.REMARKS))]
    return Activity(street, venue, name, service, scenarios, day, start, f"{end:%H:%M}", size, remark)


def _some_scenarios(phase: int, count: int, rng: np.random.Generator) -> tuple[str, ...]:
    names = list(words.SCENARIOS)
    weights = np.array([w[phase] for w, _, _ in words.SCENARIOS.values()], dtype=float)
    chosen = []
    for _ in range(count):
        chosen.append(_pick(weights, rng))
        weights[chosen[-1]] = 0
    return tuple(names[i] for i in chosen)


def _with_oddities(activities: list[Activity], rng: np.random.Generator) -> list[Activity]:
    """A few records as they occur: large sessions, visits at home, scenarios the plan does not know, none at all."""
    result = list(activities)
    classes = [i for i, a in enumerate(result) if a.person_times >= 25]
    helps = [i for i, a in enumerate(result) if a.person_times <= 4 and a.service == HELP]
    for i in rng.choice(classes, LARGE, replace=False):
        result[i] = replace(result[i], person_times=result[i].person_times + int(rng.integers(8, 22)))
    for i in rng.choice(helps, HOME, replace=False):
        a = result[i]
        topic = words.SCENARIOS[a.scenarios[0]][2]
        result[i] = replace(a, venue=Venue(words.HOME_VENUE, ""), name=words.HOME_NAME.format(topic), remark="")
    odd = rng.choice([i for i in range(len(result)) if result[i].venue.kind], UNKNOWN + UNNAMED, replace=False)
    for k, i in enumerate(odd):
        known = result[i].scenarios
        extra = words.UNKNOWN_SCENARIOS[k % len(words.UNKNOWN_SCENARIOS)]
        result[i] = replace(result[i], scenarios=(*known[:1], extra) if k < UNKNOWN else ())
    return result


# --- what the platform shows of it ------------------------------------------------------------------------------------


def _recorded(activity: Activity, rng: np.random.Generator) -> datetime:
    """Most are recorded within days, some weeks later."""
    r = rng.random()
    days = (
        0
        if r < 0.42
        else int(rng.integers(1, 5))
        if r < 0.8
        else int(rng.integers(5, 13))
        if r < 0.95
        else int(rng.integers(15, 48))
    )
    ended = datetime.combine(activity.day, time.fromisoformat(activity.end))
    moment = ended + timedelta(days=days, minutes=int(rng.integers(5, 90)), seconds=int(rng.integers(60)))
    return min(moment, LAST_EXPORT - timedelta(minutes=int(rng.integers(90, 400))))


def _approved(recorded: datetime, rng: np.random.Generator) -> datetime:
    moment = recorded + timedelta(hours=int(rng.integers(1, 80)))
    return min(moment, LAST_EXPORT - timedelta(minutes=int(rng.integers(5, 80))))


def _history(activity: Activity, rng: np.random.Generator) -> tuple[Version, ...]:
    """Recorded, approved, and now and then corrected: the last version is what happened."""
    recorded = _recorded(activity, rng)
    approved = _approved(recorded, rng)
    corrected = approved + timedelta(days=int(rng.integers(3, 55)), hours=int(rng.integers(0, 5)))
    first = activity
    if rng.random() < 0.06 and corrected < LAST_EXPORT:
        first = _mistaken(activity, recorded, rng)
    versions = [Version(recorded, first, PENDING), Version(approved, first, PASSED)]
    if first != activity:
        versions.append(Version(corrected, activity, PASSED))
    return tuple(versions)


def _mistaken(activity: Activity, recorded: datetime, rng: np.random.Generator) -> Activity:
    """The record as it was first typed: another number, mostly, or another day or scenario."""
    r = rng.random()
    if r < 0.65 or not activity.scenarios:
        change = int(rng.choice([-4, -3, -2, -1, 1, 2, 3, 5]))
        return replace(activity, person_times=max(activity.person_times + change, 1 + (activity.person_times == 1)))
    if r < 0.85:
        day = activity.day - timedelta(days=int(rng.integers(1, 8)))
        return replace(activity, day=max(day, date(2021, 4, 1)))
    return replace(activity, scenarios=activity.scenarios[:1] if len(activity.scenarios) > 1 else ("用机",))


def _elsewhen(activity: Activity, rng: np.random.Generator) -> dict[str, object]:
    """Another day and hour, so that what did not stand never equals what did."""
    shift = int(rng.integers(-2, 3)) * 7
    day = min(max(activity.day + timedelta(days=shift), date(2021, 4, 6)), date(2021, 12, 20))
    return {"day": day, "start": "16:00", "end": "17:00", "remark": ""}


def _unfinished(activity: Activity, rng: np.random.Generator) -> tuple[Version, ...]:
    """A record that does not stand: cancelled, refused or deleted after a while."""
    recorded = _recorded(activity, rng)
    approved = _approved(recorded, rng)
    later = min(approved + timedelta(days=int(rng.integers(2, 40))), LAST_EXPORT - timedelta(minutes=3))
    r = rng.random()
    first = Version(recorded, activity, PENDING)
    if r < 0.2:
        return first, Version(approved, activity, REFUSED)
    passed = Version(approved, activity, PASSED)
    return first, passed, Version(later, activity, CANCELLED) if r < 0.65 else Version(later, None, "")


def _waiting(activity: Activity, rng: np.random.Generator) -> tuple[Version, ...]:
    """A record that nobody has approved when the year ends."""
    recorded = datetime(2021, 12, 31, 9, int(rng.integers(60)), int(rng.integers(60)))
    return (Version(recorded, replace(activity, start="16:00", end="17:00", remark=""), PENDING),)


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
