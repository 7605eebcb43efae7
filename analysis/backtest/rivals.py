"""Two plain forecasts that the outlook has to beat, each with the range of a textbook."""

from __future__ import annotations

from datetime import date, timedelta
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.outlook import RANGES
from analysis.plan import Plan
from analysis.schedule import expected, goal_of

Floats = npt.NDArray[np.float64]
LINE_WEEKS = 4


def straight_line(grid: npt.NDArray[np.int64], plan: Plan, as_of: date) -> pd.DataFrame:
    """The last four weeks go on: their mean a week, and the prediction range of that mean from their spread.

    Returns
    -------
    DataFrame with chance, median and low/high of 50, 80 and 95 %, one row per street and the district.
    """
    weeks = _lines(grid)[:, -7 * LINE_WEEKS:].reshape(len(grid) + 1, LINE_WEEKS, 7).sum(axis=2).astype(float)
    left = (plan.target_in_force(as_of).deadline - as_of).days / 7
    spread = weeks.std(axis=1, ddof=1) * np.sqrt(left + left**2 / LINE_WEEKS)
    return _normal(grid, plan, as_of, weeks.mean(axis=1) * left, spread)


def share_of_path(grid: npt.NDArray[np.int64], plan: Plan, as_of: date) -> pd.DataFrame:
    """As far ahead of or behind 序时 as today: the rest comes at the 序时 pace times the attainment of 序时 so far.

    The range comes from the spread of the weeks so far around that path. Columns as in `straight_line`.
    """
    target = plan.target_in_force(as_of)
    lines, days = _lines(grid), grid.shape[1]
    names = [*plan.street_names, None]
    now = np.array([expected(plan, s, as_of) for s in names])
    rest = np.array([goal_of(plan, s, target) for s in names]) - now
    share = lines.sum(axis=1) / now
    starts = np.arange(days - days // 7 * 7, days, 7)
    weeks = np.add.reduceat(lines[:, starts[0]:], starts - starts[0], axis=1)
    path = np.array([[_expected_week(plan, s, start) for start in starts] for s in names])
    off = (weeks - share[:, None] * path).std(axis=1, ddof=1)
    left = (target.deadline - as_of).days / 7
    return _normal(grid, plan, as_of, share * rest, off * np.sqrt(left + left**2 / len(starts)))


def _lines(grid: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.vstack([grid, grid.sum(axis=0)])


def _expected_week(plan: Plan, street: str | None, start: int) -> float:
    first = plan.first_day + timedelta(days=int(start))
    return expected(plan, street, first + timedelta(days=6)) - expected(plan, street, first - timedelta(days=1))


def _normal(grid: npt.NDArray[np.int64], plan: Plan, as_of: date, rest: Floats, spread: Floats) -> pd.DataFrame:
    """A normal distribution around what is expected, cut off at today's figure."""
    target, totals = plan.target_in_force(as_of), _lines(grid).sum(axis=1)
    goals = np.array([goal_of(plan, s, target) for s in (*plan.street_names, None)])
    columns = {"median": totals + rest}
    for width in RANGES:
        z = NormalDist().inv_cdf(0.5 + width / 200)
        columns[f"low{width}"] = np.maximum(totals + rest - z * spread, totals)
        columns[f"high{width}"] = np.maximum(totals + rest + z * spread, totals)
    away = (totals + rest - goals) / np.maximum(spread, 1e-9)
    chance = [NormalDist().cdf(float(np.clip(a, -30, 30))) for a in away]
    return pd.DataFrame({"chance": np.where(totals >= goals, 1.0, chance), **columns})
