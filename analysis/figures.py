"""All figures of one briefing, computed once: what charts, tables, briefing and notebooks show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, partial

import pandas as pd

from analysis import late, outlook, pace
from analysis.participation import scenarios
from analysis.pipeline import Cleaned, Folder, settle
from analysis.plan import Plan
from analysis.progress import DistrictFigures, change_since, daily, district, district_daily, progress
from analysis.revisions import Comparison, compare, revisions

BETWEEN_BRIEFINGS = timedelta(days=20)


@dataclass(frozen=True)
class LastBriefing:
    """What the last briefing said: progress as it was known then, and why those figures have changed since."""

    progress: pd.DataFrame | None = None
    comparison: Comparison | None = None


@dataclass(frozen=True)
class Figures:
    """Frames have the columns of the output tables; `records` are the counted ones up to `as_of`.

    What looks ahead or back is computed when it is first asked for, once: who asks later sees the same numbers.
    """

    plan: Plan
    as_of: date
    cleaned: Cleaned
    records: pd.DataFrame
    progress: pd.DataFrame
    daily: pd.DataFrame
    district: DistrictFigures
    district_daily: pd.DataFrame
    scenarios: pd.DataFrame
    revisions: pd.DataFrame
    recall: Callable[[], LastBriefing] = LastBriefing  # finds the last briefing; without one, nothing is compared

    @cached_property
    def _last(self) -> LastBriefing:
        return self.recall()

    @property
    def previous(self) -> pd.DataFrame | None:
        """Progress of the last briefing, as it was known then."""
        return self._last.progress

    @property
    def comparison(self) -> Comparison | None:
        """Why the last briefing's figures have changed since."""
        return self._last.comparison

    @cached_property
    def pace(self) -> pd.DataFrame:
        """What is needed and what was done lately (`analysis.pace.pace`)."""
        return pace.pace(self.records, self.plan, self.as_of)

    @cached_property
    def bases(self) -> pd.DataFrame:
        """Each street against 序时 on the three bases (`analysis.pace.bases`)."""
        return pace.bases(self.records, self.plan, self.as_of)

    @cached_property
    def change(self) -> pd.DataFrame | None:
        """较上期 of rank and figure (`analysis.progress.change_since`); None without an earlier briefing."""
        return None if self.previous is None else change_since(self.previous, self.progress)

    @cached_property
    def lateness(self) -> late.Lateness:
        """How late records usually come, from all exports known."""
        return late.lateness(self.cleaned.records, self.plan, self.as_of)

    @cached_property
    def missing(self) -> pd.DataFrame:
        """Person-times that have probably not been entered yet, by street and week; empty where that is unknown."""
        return late.missing(self.cleaned.records, self.plan, self.as_of, self.lateness)

    @cached_property
    def entry(self) -> pd.DataFrame:
        """Each street behind, or perhaps not entered yet (`analysis.late.standing`)."""
        return late.standing(self.progress, self.missing)

    @cached_property
    def outlook(self) -> pd.DataFrame:
        """The chance and the ranges of each street and of the district, with what is not entered yet."""
        return outlook.outlook(self.records, self.plan, self.as_of, entered=self.missing)

    @cached_property
    def fan(self) -> pd.DataFrame:
        """The outlook's ranges week by week."""
        return outlook.fan(self.records, self.plan, self.as_of, entered=self.missing)

    def tables(self) -> dict[str, pd.DataFrame]:
        """The output tables by file name."""
        return {
            "progress": self.progress,
            "daily": self.daily,
            "scenarios": self.scenarios,
            "revisions": self.revisions,
        }


def figures(folder: Folder, plan: Plan, as_of: date | None = None, known_by: date | None = None) -> Figures:
    """Read folder → all figures as of a day.

    Parameters
    ----------
    folder : what `read_folder` got.
    as_of : count activities dated on or before it; default the newest export's date, at most the programme's last day.
    known_by : use only exports of that date or earlier.
    """
    return figures_of(settle(folder, plan, known_by), plan, as_of, folder)


def figures_of(cleaned: Cleaned, plan: Plan, as_of: date | None, folder: Folder | None = None) -> Figures:
    """All figures of cleaned records; with `folder` also those of the last briefing."""
    day = as_of or cleaned.default_as_of
    records = up_to(cleaned, day)
    return Figures(
        plan,
        day,
        cleaned,
        records,
        progress(records, plan, day),
        daily(records, plan, day),
        district(records, plan, day),
        district_daily(records, plan, day),
        scenarios(records, plan, day),
        revisions(cleaned),
        recall=partial(_recall, folder, cleaned, plan, day) if folder else LastBriefing,
    )


def _recall(folder: Folder, cleaned: Cleaned, plan: Plan, as_of: date) -> LastBriefing:
    """Settle the folder as it was known at the last briefing."""
    last = last_briefing(cleaned, as_of)
    if last is None:
        return LastBriefing()
    earlier, day = settle(folder, plan, last), min(last, as_of)
    return LastBriefing(
        progress(up_to(earlier, day), plan, day), compare(earlier, cleaned, day, plan.street_names)
    )


def up_to(cleaned: Cleaned, day: date) -> pd.DataFrame:
    """Counted records of activities on or before a day."""
    records = cleaned.records
    return records[(records["disposition"] == "counted") & (records["activity_date"] <= pd.Timestamp(day))]


def last_briefing(cleaned: Cleaned, as_of: date) -> date | None:
    """The newest export date at least 20 days before the newest one or, if earlier, before `as_of`; None if there is none."""
    dates = pd.to_datetime(cleaned.records["snapshot"].dropna().unique())
    if not len(dates):
        return None
    newest = min(dates.max(), pd.Timestamp(as_of) + timedelta(days=1))
    earlier = dates[dates <= newest - BETWEEN_BRIEFINGS]
    return earlier.max().date() if len(earlier) else None
