"""The dimensions by which participation is counted, and the choice of records; distinct values are looked at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypedDict, Unpack

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.activities import valid
from analysis.plan import UNCLASSIFIED, UNSTATED_SERVICE, Phase, Plan

UNSTATED = "未注明"
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
DIMENSIONS = ("street", "scenario", "service", "venue_type", "venue", "phase", "month", "week", "date", "weekday",
              "hour")
SEPARATOR = "、"


class Filters(TypedDict, total=False):
    """Which records: an absent or empty list keeps all. `start` and `end` are the first and last activity date."""

    streets: Sequence[str]
    scenarios: Sequence[str]
    services: Sequence[str]
    venue_types: Sequence[str]
    phases: Sequence[str]
    start: date | None
    end: date | None


@dataclass(frozen=True)
class Dimension:
    """A column to count by: per row the place in `labels`; all labels are shown if it is `closed`, else those seen."""

    codes: npt.NDArray[np.int64]
    labels: list[object]
    closed: bool = True


def select(
    records: pd.DataFrame, plan: Plan, *, as_of: date | None = None, **filters: Unpack[Filters]
) -> pd.DataFrame:
    """The counted records up to `as_of` (default: all) that fit the filters.

    A record fits scenarios or services if it has at least one of them.

    Raises
    ------
    ValueError : a filter names a street, scenario, service or phase that the plan has not.
    """
    _check_names(plan, filters)
    rows = valid(records, plan, as_of or plan.last_day)
    keep = np.ones(len(rows), dtype=bool)
    if filters.get("streets"):
        keep &= rows["street"].isin(filters["streets"]).to_numpy()
    if filters.get("scenarios"):
        wanted = set(filters["scenarios"])
        keep &= _by_value(rows["scenarios"], lambda t: not wanted.isdisjoint(scenarios_of(t, plan)))
    if filters.get("venue_types"):
        keep &= _by_value(rows["venue_type"], lambda t: venue_type(t, plan) in filters["venue_types"])
    if filters.get("services"):
        parts = service_parts(rows, plan)
        keep &= np.any([parts[name] > 0 for name in filters["services"]], axis=0)
    dates = rows["activity_date"]
    if filters.get("phases"):
        spans = [p for p in plan.phases if p.name in filters["phases"]]
        keep &= np.any([dates.between(pd.Timestamp(p.start), pd.Timestamp(p.end)) for p in spans], axis=0)
    if start := filters.get("start"):
        keep &= (dates >= pd.Timestamp(start)).to_numpy()
    if end := filters.get("end"):
        keep &= (dates <= pd.Timestamp(end)).to_numpy()
    return rows if keep.all() else rows[keep]


def dimension(rows: pd.DataFrame, name: str, plan: Plan, window: tuple[date, date], filters: Filters) -> Dimension:
    """Codes and labels of a dimension other than scenario and service."""
    if name == "street":
        return _listed(rows["street"], str, _chosen(plan.street_names, filters.get("streets")))
    if name == "venue_type":
        types = _chosen(list(plan.venue_types), filters.get("venue_types"))
        return _listed(rows["venue_type"], lambda t: venue_type(t, plan), types, others=True)
    if name == "venue":
        return _seen(rows["venue"], lambda t: str(t or "") or UNSTATED, closed=False)
    if name == "hour":
        return _seen(rows["start_time"], _hour, closed=True)
    return _of_date(rows["activity_date"], name, plan, window, filters)


def service_parts(rows: pd.DataFrame, plan: Plan) -> dict[str, npt.NDArray[np.int64]]:
    """Person-times of each kind of service per record, 未注明 for the rest."""
    training = rows["training"].to_numpy(dtype=np.int64)
    assistance = rows["assistance"].to_numpy(dtype=np.int64)
    rest = rows["person_times"].to_numpy(dtype=np.int64) - training - assistance
    return dict(zip([*plan.service_names[:2], UNSTATED_SERVICE], [training, assistance, rest], strict=False))


def scenarios_of(text: object, plan: Plan) -> list[str]:
    """The scenarios that a record names; 未分类 for none and for a name that the plan has not."""
    names = str(text).split(SEPARATOR) if text is not None and text == text else []
    return list(dict.fromkeys(n if n in plan.scenario_names else UNCLASSIFIED for n in names)) or [UNCLASSIFIED]


def venue_type(text: object, plan: Plan) -> str:
    """The plan's venue type that a cell names (the longest, if several), else the cell itself; blank is 未注明."""
    cell = str(text) if text is not None and text == text else ""
    known = [t for t in plan.venue_types if t in cell]
    return max(known, key=len) if known else cell or UNSTATED


def window_of(plan: Plan, as_of: date | None, filters: Filters) -> tuple[date, date]:
    """First and last day that the filters leave."""
    spans = [p for p in plan.phases if p.name in (filters.get("phases") or ())] or list(plan.phases)
    start = max(plan.first_day, min(p.start for p in spans), filters.get("start") or plan.first_day)
    end = min(as_of or plan.last_day, max(p.end for p in spans), filters.get("end") or plan.last_day)
    return start, end


def scenario_labels(plan: Plan, filters: Filters) -> list[str]:
    """The chosen scenarios in the plan's order; all of them and 未分类 when none is chosen."""
    return _chosen([*plan.scenario_names, UNCLASSIFIED], filters.get("scenarios"))


def _chosen(names: Sequence[str], wanted: Sequence[str] | None) -> list[str]:
    return [n for n in names if not wanted or n in wanted]


def _check_names(plan: Plan, filters: Filters) -> None:
    known: dict[str, Sequence[str]] = {
        "streets": plan.street_names, "scenarios": [*plan.scenario_names, UNCLASSIFIED],
        "services": [*plan.service_names, UNSTATED_SERVICE], "phases": [p.name for p in plan.phases],
    }
    for key, names in known.items():
        unknown = [str(w) for w in filters.get(key) or () if w not in names]  # type: ignore[attr-defined]
        if unknown:
            raise ValueError(f"{key} 里没有“{'、'.join(unknown)}”；可选：{'、'.join(names)}。")


def _by_value(column: pd.Series, test: Callable[[object], bool]) -> npt.NDArray[np.bool_]:
    codes, values = pd.factorize(column, use_na_sentinel=False)
    return np.array([test(v) for v in values], dtype=bool)[codes]


def _listed(
    column: pd.Series, name: Callable[[object], str], labels: Sequence[str], others: bool = False
) -> Dimension:
    """Values named by a fixed list; with `others` what is not in it follows as it comes, 未注明 last."""
    codes, values = pd.factorize(column, use_na_sentinel=False)
    names = [name(v) for v in values]
    more = sorted({n for n in names if n not in labels}, key=lambda n: (n == UNSTATED, n)) if others else []
    every = [*labels, *more]
    return Dimension(np.array([every.index(n) for n in names], dtype=np.int64)[codes], list(every))


def _seen(column: pd.Series, name: Callable[[object], str], closed: bool) -> Dimension:
    """The values that occur, in text order, 未注明 last."""
    codes, values = pd.factorize(column, use_na_sentinel=False)
    names = [name(v) for v in values]
    labels = sorted(set(names), key=lambda n: (n == UNSTATED, n))
    place = {n: i for i, n in enumerate(labels)}
    return Dimension(np.array([place[n] for n in names], dtype=np.int64)[codes], list(labels), closed)


def _hour(text: object) -> str:
    clock = str(text) if text is not None and text == text else ""
    return f"{clock[:2]}时" if len(clock) == 5 else UNSTATED


def _of_date(
    dates: pd.Series, name: str, plan: Plan, window: tuple[date, date], filters: Filters
) -> Dimension:
    start, end = window
    span = max((end - start).days + 1, 0)
    days = [start + timedelta(days=i) for i in range(span)]
    label = _date_label(name, [p for p in plan.phases if not filters.get("phases") or p.name in filters["phases"]])
    values = [label(d) for d in days]
    labels: list[object] = list(WEEKDAYS) if name == "weekday" else list(dict.fromkeys(v for v in values if v))
    place = {v: i for i, v in enumerate(labels)}
    codes = np.array([place.get(v, -1) for v in values], dtype=np.int64)
    offset = (dates - pd.Timestamp(start)).dt.days.to_numpy(dtype=np.int64)
    return Dimension(codes[offset] if span else np.zeros(0, np.int64), labels, closed=name != "date")


def _date_label(name: str, phases: Sequence[Phase]) -> Callable[[date], object]:
    if name == "phase":
        return lambda d: next((p.name for p in phases if p.start <= d <= p.end), None)
    if name == "month":
        return lambda d: f"{d:%Y-%m}"
    if name == "week":
        return lambda d: pd.Timestamp(d - timedelta(days=d.weekday()))
    if name == "weekday":
        return lambda d: WEEKDAYS[d.weekday()]
    return pd.Timestamp
