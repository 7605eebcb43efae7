"""The things of the made-up year: activities, and records of them as the platform shows them over time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

PASSED, PENDING, CANCELLED, REFUSED = "已通过", "待审核", "已取消", "审核不通过"
TRAINING, HELP = "培训", "帮办"
LAST_EXPORT = datetime(2021, 12, 31, 18, 2, 41)


@dataclass(frozen=True)
class Venue:
    name: str
    kind: str


@dataclass(frozen=True)
class Activity:
    """One class or one session of help."""

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
    recorded_at: datetime


@dataclass(frozen=True)
class Record:
    """A record of the platform with all its versions, oldest first."""

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


def entries_at(records: list[Record], at: datetime) -> list[Entry]:
    """What the platform holds at a moment."""
    return [entry for r in records if (entry := r.shown(at))]
