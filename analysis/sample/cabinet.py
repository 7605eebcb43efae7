"""What the streets' clerks can look up: the platform's records of their street, and what never reached the platform."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from analysis.plan import Plan
from analysis.sample.happened import make_venues
from analysis.sample.model import PASSED, PENDING, TRAINING, Activity, Entry, Record, entries_at

SUPPLEMENT_DAYS = (date(2021, 11, 19), date(2021, 11, 26), date(2021, 12, 3), date(2021, 12, 10), date(2021, 12, 17))


@dataclass(frozen=True)
class Cabinet:
    plan: Plan
    records: list[Record]
    supplement: list[Activity]

    def entries(self, street: str, first: date, last: date, at: datetime) -> list[Entry]:
        """A street's records of a period as they stood at a moment, by date."""
        found = [
            e for e in entries_at(self.records, at)
            if e.activity.street == street and first <= e.activity.day <= last and e.status in (PASSED, PENDING)
        ]
        return sorted(found, key=lambda e: (e.activity.day, e.activity.start, e.record_id))

    def settled(self, street: str, first: date, last: date, at: datetime) -> list[Entry]:
        """Only those that were never changed: in a table without ids they are known by their content alone."""
        unchanged = {r.record_id for r in self.records if r.unchanged}
        return [e for e in self.entries(street, first, last, at) if e.record_id in unchanged]


def supplement(plan: Plan, seed: int) -> list[Activity]:
    """Activities of one street that only its workbook of January has; the last two are alike."""
    venues = make_venues(plan, np.random.default_rng([seed, 1]))["万里"]
    rng = np.random.default_rng([seed, 2])
    found = []
    for day in SUPPLEMENT_DAYS:
        venue, size = venues[int(rng.integers(len(venues)))], int(rng.integers(9, 16))
        found.append(Activity("万里", venue, "年末手机课堂", TRAINING, ("用机", "安全"), day, "16:00", "17:00", size))
    return [*found, found[-1]]
