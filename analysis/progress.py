"""How far each street and the district are: person-times by day, attainment, 序时, gap, status and rank.

Every figure is defined in docs/method.md; frames in, new frames out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from math import isnan
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.activities import first_rows, valid
from analysis.plan import Plan, Target
from analysis.schedule import days_left, expected, expected_share, goal_of, goals_of, is_due

__all__ = ["DistrictFigures", "change_since", "daily", "district", "district_daily", "expected", "expected_share",
           "percent", "progress", "statuses"]

MET, ON_TIME, LATE, ON_PACE, BEHIND, FAILED = "已达标", "按期达标", "逾期补足", "达序时", "未达序时", "逾期未达标"
MET_WORDS = (MET, ON_TIME, LATE)
DEADLINE_PASSED = "期限已过"
CHANGE_COLUMNS = ["street", "rank", "rank_before", "rank_change", "person_times", "person_times_before",
                  "person_times_change", "attainment_change", "status", "status_before", "same_target"]
Numbers: TypeAlias = pd.Series | npt.NDArray[np.int64] | npt.NDArray[np.float64]


@dataclass(frozen=True)
class DistrictFigures:
    """The whole district on a day.

    Attributes
    ----------
    person_times, training, assistance, activities : totals up to the day.
    target, target_name, deadline : the target in force for the district.
    attainment, expected_share : shares of that target (0.837); NaN for a target of 0.
    expected, gap : person-times; the gap is the district's own and never below 0.
    streets_gap : sum of the streets' gaps (one street's surplus fills no other's gap).
    required_per_day : gap / days_left; 0 when met, None once the deadline has passed.
    reached : the day on which the target was reached, or None.
    streets_met, streets_on_time, streets_behind, streets_failed : how many streets have met their target, not met it
        but stand at or above 序时, stand below 序时, or have missed the deadline; they add up to all streets.
    """

    as_of: date
    basis: str
    person_times: int
    training: int
    assistance: int
    activities: int
    target: int
    target_name: str
    deadline: date
    attainment: float
    expected: float
    expected_share: float
    gap: int
    streets_gap: int
    required_per_day: float | None
    status: str
    reached: date | None
    days_left: int
    streets_met: int
    streets_on_time: int
    streets_behind: int
    streets_failed: int


def daily(records: pd.DataFrame, plan: Plan, as_of: date) -> pd.DataFrame:
    """Person-times per street and day.

    Parameters
    ----------
    records : counted records (street, activity_date, person_times).

    Returns
    -------
    DataFrame with street, date, person_times, cumulative: every street, in the plan's order, and every day from the
    programme's first to `as_of`; empty when `as_of` is before the first day.
    """
    days = pd.date_range(plan.first_day, as_of, unit="s")
    grid = _grid(valid(records, plan, as_of), plan, len(days))
    running = grid.cumsum(axis=1).ravel()
    names = pd.array(np.repeat(np.array(plan.street_names, dtype=object), len(days)), dtype="str")
    dates = np.tile(days.to_numpy(), len(plan.streets))
    return pd.DataFrame({"street": names, "date": dates, "person_times": grid.ravel(), "cumulative": running})


def district_daily(records: pd.DataFrame, plan: Plan, as_of: date) -> pd.DataFrame:
    """Person-times of the whole district per day: date, person_times, cumulative."""
    days = pd.date_range(plan.first_day, as_of, unit="s")
    total = _grid(valid(records, plan, as_of), plan, len(days)).sum(axis=0)
    return pd.DataFrame({"date": days, "person_times": total, "cumulative": total.cumsum()})


def progress(records: pd.DataFrame, plan: Plan, as_of: date, basis: str | None = None) -> pd.DataFrame:
    """One row per street, in the plan's order.

    Parameters
    ----------
    records : counted records (street, activity_date, person_times, training, assistance).
    basis : basis of 序时, default the plan's.

    Returns
    -------
    DataFrame with street, official_name, code, person_times, training, assistance, unstated, activities,
    `<key>_target` of every target, attainment (share of the target in force; NaN for a target of 0), expected (序时,
    person-times), gap (person-times, never below 0), required_per_day (NaN once the deadline has passed), status, rank,
    expected_share, points (attainment less 序时, percentage points), target_name, target, deadline, days_left,
    required_note (why required_per_day is empty, else ''), status_text (status with its date), last_activity, and of
    every target `<key>_reached` (day, NaT if not reached) and `<key>_person_times` (at the end of the deadline day, NA
    while it lies ahead).
    """
    rows = valid(records, plan, as_of)
    target = plan.target_in_force(as_of)
    table = pd.DataFrame({
        "street": pd.Series(plan.street_names, dtype="str"),
        "official_name": pd.Series([s.official for s in plan.streets], dtype="str"),
        "code": pd.Series([s.code for s in plan.streets], dtype="str"),
        **_sums(rows, plan),
    })
    goals = {f"{t.key}_target": [goal_of(plan, s, t) for s in plan.street_names] for t in plan.targets}
    goal = np.array([goal_of(plan, s, target) for s in plan.street_names], dtype=np.int64)
    due = np.array([expected(plan, s, as_of, basis) for s in plan.street_names])
    gap = np.maximum(goal - table["person_times"].to_numpy(), 0)
    table = table.assign(
        **goals, attainment=_share(table["person_times"], goal), expected=due, gap=gap,
        required_per_day=required_per_day(gap, target, as_of),
    )
    milestones = _milestones(_grid(rows, plan, max((as_of - plan.first_day).days + 1, 0)), plan, as_of)
    reached = milestones[f"{target.key}_reached"]
    status = pd.Series(statuses(table["person_times"], goal, due, reached, target, as_of), dtype="str")
    table = table.assign(
        status=status, rank=_rank(table), expected_share=_share(due, goal),
        points=(table["attainment"] - _share(due, goal)) * 100, target_name=target.name, target=goal,
        deadline=np.datetime64(target.deadline, "s"), days_left=days_left(target, as_of),
        required_note=np.where((gap > 0) & is_due(target, as_of), DEADLINE_PASSED, ""),
        status_text=_with_dates(status, reached), last_activity=_last_activity(rows, plan),
    )
    return pd.concat([table, milestones], axis=1)


def district(records: pd.DataFrame, plan: Plan, as_of: date, basis: str | None = None) -> DistrictFigures:
    """The whole district on a day, against the district's own targets."""
    streets = progress(records, plan, as_of, basis)
    whole = district_daily(records, plan, as_of)
    target = plan.target_in_force(as_of)
    total = int(streets["person_times"].sum())
    gap = max(target.district - total, 0)
    due = expected(plan, None, as_of, basis)
    goal = np.array([target.district])
    reached = _reached(whole["cumulative"].to_numpy()[None, :], goal, plan)
    required = required_per_day(np.array([gap]), target, as_of)[0]
    status = streets["status"]
    return DistrictFigures(
        as_of=as_of, basis=basis or plan.basis, person_times=total, training=int(streets["training"].sum()),
        assistance=int(streets["assistance"].sum()), activities=int(streets["activities"].sum()),
        target=target.district, target_name=target.name, deadline=target.deadline,
        attainment=total / target.district if target.district else float("nan"),
        expected=due, expected_share=expected_share(plan, as_of, basis), gap=gap, streets_gap=int(streets["gap"].sum()),
        required_per_day=None if isnan(required) else float(required),
        status=str(statuses(np.array([total]), goal, np.array([due]), reached, target, as_of)[0]),
        reached=None if reached.isna()[0] else reached[0].date(), days_left=days_left(target, as_of),
        streets_met=int(status.isin(MET_WORDS).sum()), streets_on_time=int((status == ON_PACE).sum()),
        streets_behind=int((status == BEHIND).sum()), streets_failed=int((status == FAILED).sum()),
    )


def statuses(
    person_times: Numbers, goal: Numbers, due: Numbers, reached: pd.Series, target: Target, as_of: date
) -> npt.NDArray[np.str_]:
    """已达标 / 按期达标 / 逾期补足 / 达序时 / 未达序时 / 逾期未达标 for each street.

    Parameters
    ----------
    person_times, goal, due : what was done, the target and 序时, in person-times.
    reached : the day on which the target was reached, NaT if it was not.
    target : the target in force; from its deadline day on (a figure is of the day's end) it is met or failed.
    """
    over = is_due(target, as_of)
    met = np.asarray(person_times >= goal)
    late = (reached > pd.Timestamp(target.deadline)).to_numpy()
    on_pace = np.asarray(person_times >= due)
    if over:
        return np.select([met & late, met], [LATE, ON_TIME], FAILED)
    return np.select([met, on_pace], [MET, ON_PACE], BEHIND)


def _with_dates(status: pd.Series, reached: pd.Series) -> pd.Series:
    """The status with the day on which the target was reached: '逾期补足（10月12日）'."""
    days = reached.dt.month.astype("Int64").astype(str) + "月" + reached.dt.day.astype("Int64").astype(str) + "日"
    return status.where(reached.isna(), status + "（" + days + "）")


def required_per_day(gap: npt.NDArray[np.int64], target: Target, as_of: date) -> npt.NDArray[np.float64]:
    """Gap over the days that are left: 0 when met, NaN once the deadline has passed."""
    if is_due(target, as_of):
        return np.where(gap > 0, np.nan, 0.0)
    return gap / days_left(target, as_of)


def change_since(earlier: pd.DataFrame, later: pd.DataFrame) -> pd.DataFrame:
    """较上期: what changed between two `progress` frames.

    Returns
    -------
    DataFrame with street, rank, rank_before, rank_change (places won, negative: lost), person_times,
    person_times_before, person_times_change, attainment_change (percentage points; NaN when another target is in force
    now), status, status_before, same_target. The streets are those of `later`; one that `earlier` lacks has NA.
    """
    wanted = ["street", "rank", "person_times", "attainment", "status", "target_name"]
    both = later[wanted].merge(earlier[wanted], on="street", how="left", suffixes=("", "_before"))
    both = both.astype({"rank_before": "Int64", "person_times_before": "Int64"})
    same = both["target_name"] == both["target_name_before"]
    return both.assign(
        rank_change=both["rank_before"] - both["rank"], same_target=same,
        person_times_change=both["person_times"] - both["person_times_before"],
        attainment_change=((both["attainment"] - both["attainment_before"]) * 100).where(same),
    )[CHANGE_COLUMNS]


def percent(x: float, ref: float = 1.0) -> str:
    """A share in per cent with one decimal that never rounds up to a missed `ref`: 0.9996 is '99.9%'; NaN is '—'."""
    if x is None or pd.isna(x):
        return "—"
    tenth = Decimal("0.1")
    exact = Decimal(repr(float(x))) * 100
    rounded = exact.quantize(tenth, ROUND_HALF_UP)
    if x < ref and rounded >= Decimal(repr(float(ref))) * 100:
        rounded = exact.quantize(tenth, ROUND_DOWN)
    return f"{rounded:,}%"


def _codes(rows: pd.DataFrame, plan: Plan) -> npt.NDArray[np.int64]:
    """The street's place in the plan for each row; distinct names are looked up once."""
    codes, names = pd.factorize(rows["street"])
    places = {name: i for i, name in enumerate(plan.street_names)}
    return np.array([places[n] for n in names], dtype=np.int64)[codes]


def _grid(rows: pd.DataFrame, plan: Plan, days: int) -> npt.NDArray[np.int64]:
    """Person-times, one line per street and one column per day from the programme's first."""
    day = (rows["activity_date"] - pd.Timestamp(plan.first_day)).dt.days.to_numpy(dtype=np.int64)
    cells = _codes(rows, plan) * days + day
    weights = rows["person_times"].to_numpy(dtype=float)
    sums = np.bincount(cells, weights, minlength=len(plan.streets) * days) if days else np.zeros(0)
    return sums.astype(np.int64).reshape(len(plan.streets), days)


def _sums(rows: pd.DataFrame, plan: Plan) -> dict[str, npt.NDArray[np.int64]]:
    codes, size = _codes(rows, plan), len(plan.streets)
    sums = {c: np.bincount(codes, rows[c].to_numpy(dtype=float), minlength=size).astype(np.int64)
            for c in ("person_times", "training", "assistance")}
    unstated = sums["person_times"] - sums["training"] - sums["assistance"]
    activities = np.bincount(codes[first_rows(rows)], minlength=size).astype(np.int64)
    return {**sums, "unstated": unstated, "activities": activities}


def _share(part: pd.Series | npt.NDArray[np.float64], whole: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    return np.where(whole > 0, np.asarray(part, dtype=float) / np.maximum(whole, 1), np.nan)


def _rank(table: pd.DataFrame) -> pd.Series:
    """Places by attainment, then person-times; equal figures share a place, streets without a target come last."""
    order = np.lexsort((-table["person_times"], -table["attainment"].fillna(-1)))
    figures = table[["attainment", "person_times"]].fillna(-1).to_numpy()[order]
    new = np.append(True, (figures[1:] != figures[:-1]).any(axis=1))
    places = np.maximum.accumulate(np.where(new, np.arange(1, len(order) + 1), 0))
    return pd.Series(places[np.argsort(order)], index=table.index, dtype="int64")


def _milestones(grid: npt.NDArray[np.int64], plan: Plan, as_of: date) -> pd.DataFrame:
    """Per target the day it was reached, and the person-times at the end of its deadline day."""
    cumulative = grid.cumsum(axis=1)
    goals = np.array([goals_of(plan, s) for s in plan.street_names], dtype=np.int64)
    columns = {}
    for i, target in enumerate(plan.targets):
        columns[f"{target.key}_reached"] = _reached(cumulative, goals[:, i], plan)
        then = cumulative[:, (target.deadline - plan.first_day).days] if is_due(target, as_of) else None
        columns[f"{target.key}_person_times"] = pd.Series(then, range(len(goals)), dtype="Int64")
    return pd.DataFrame(columns)


def _reached(cumulative: npt.NDArray[np.int64], goals: npt.NDArray[np.int64], plan: Plan) -> pd.Series:
    """First day on which each line has its goal; a goal of 0 is met from the first day on."""
    met = cumulative >= goals[:, None]
    first = np.datetime64(plan.first_day, "s")
    days = first + met.argmax(axis=1).astype("timedelta64[D]") if met.shape[1] else np.full(len(goals), first)
    return pd.Series(np.where(met.any(axis=1), days, np.datetime64("NaT", "s")))


def _last_activity(rows: pd.DataFrame, plan: Plan) -> npt.NDArray[np.datetime64]:
    last = rows.groupby(rows["street"].astype(object), sort=False)["activity_date"].max()
    return last.reindex(plan.street_names).to_numpy(dtype="datetime64[s]")
