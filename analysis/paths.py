"""Simulated continuations of every street's person-times, by a block bootstrap over weeks (docs/method.md, "展望")."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar
import numpy as np
import numpy.typing as npt

from analysis.plan import Plan

Floats = npt.NDArray[np.float64]

# Chosen on made-up years of seeds from 100000 on; the table in docs/method.md is of other seeds.
WINDOW = 13  # weeks of history that are drawn from
FADING = 0.8  # a week is drawn this often against the one after it
BORROWED = 4.0  # weeks of the other streets that a street's own history is mixed with
RUSH_DAYS, RUSH = 28, 1.1  # before a deadline, and how much busier its days are while none is known
RUSH_WEIGHT = 10.0  # streets' worth of that guess
CLEAR = 0.75  # a week of which less is entered is not drawn from
DRIFT, SHARED = 0.16, 0.6  # standard deviation of the pace's change in a week; share of its variance in common


@dataclass(frozen=True)
class Paths:
    """What the continuations are drawn from; every array has one line per street.

    Attributes
    ----------
    rates : person-times per unit of day weight, one column per week, the newest first.
    last_rates : the same of the first days of each week, as many as the last week to come has.
    unclear : how many of the newest weeks are too little entered to be drawn from.
    own : weeks that may be drawn from: those since the street's first activity, at most `WINDOW`.
    open : share of the steps' person-times that is still to come or to be entered: the weeks not quite entered, the
        oldest first, then 1 for the weeks ahead.
    weights : day weight of each step, the last one cut at the deadline.
    late : how many steps are weeks not quite entered.
    """

    rates: Floats
    last_rates: Floats
    unclear: npt.NDArray[np.int64]
    own: npt.NDArray[np.int64]
    open: Floats
    weights: Floats
    late: int

    @classmethod
    def of(cls, grid: npt.NDArray[np.int64], plan: Plan, as_of: date, entered: Floats | None = None) -> Paths:
        """Cut the history into weeks that count back from `as_of`, and what is left into weeks from the day after.

        Parameters
        ----------
        entered : share of the newest weeks that is entered, one column per week, the newest first; default all.
        """
        days, weeks = grid.shape[1], grid.shape[1] // 7
        entered = np.ones((len(grid), 0)) if entered is None else entered[:, :weeks]
        weights = day_weights(grid, plan, as_of)
        left, late = weights[days:], entered.shape[1]
        past = grid[:, days - weeks * 7:].reshape(len(grid), weeks, 7)[:, ::-1]
        weight = weights[days - weeks * 7:days].reshape(weeks, 7)[::-1]
        active = (past.sum(axis=2) > 0)[:, ::-1]
        unclear = (entered < CLEAR).sum(axis=1)
        own = np.where(active.any(axis=1), weeks - active.argmax(axis=1), weeks) - unclear
        part = (len(left) - 1) % 7 + 1
        whole = np.hstack([np.maximum(entered, CLEAR), np.ones((len(grid), weeks - late))])
        return cls(
            _rates(past, weight, 7) / whole, _rates(past, weight, part) / whole, np.minimum(unclear, weeks - 1),
            np.clip(own, 1, WINDOW), np.hstack([1 - entered[:, ::-1], np.ones((len(grid), -(-len(left) // 7)))]),
            np.append(_sums(weight, 7)[:late][::-1], np.add.reduceat(left, np.arange(0, len(left), 7))),
            late,
        )


def _rates(past: npt.NDArray[np.int64], weight: Floats, days: int) -> Floats:
    """Person-times per day weight over the first days of each past week."""
    return past[:, :, :days].sum(axis=2) / _sums(weight, days)


def _sums(weight: Floats, days: int) -> Floats:
    """Day weight of each past week; a week of holidays is no week of big days."""
    return np.maximum(weight[:, :days].sum(axis=1), days / 7)


def day_weights(grid: npt.NDArray[np.int64], plan: Plan, as_of: date) -> Floats:
    """How much a day brings against a usual working day, from the first day to the deadline in force."""
    deadline = plan.target_in_force(as_of).deadline
    days = [plan.first_day + timedelta(days=i) for i in range((deadline - plan.first_day).days + 1)]
    working = working_days(days)
    weights = np.where(working, 1.0, _rest_weight(grid.sum(axis=0), working[:grid.shape[1]]))
    rush = _rush(grid, weights, plan, as_of)
    for target in plan.targets:
        end = (target.deadline - plan.first_day).days + 1
        weights[max(end - RUSH_DAYS, 0):end] *= rush
    return weights


def working_days(days: list[date]) -> npt.NDArray[np.bool_]:
    """Working days by the State Council's calendar, Monday to Friday in years that it does not cover."""
    try:
        return np.array([chinese_calendar.is_workday(d) for d in days])
    except NotImplementedError:
        return np.array([d.weekday() < 5 for d in days])


def _rest_weight(total: npt.NDArray[np.int64], working: npt.NDArray[np.bool_]) -> float:
    """Person-times of a day off against a working day, with two weeks' worth of "a quarter" mixed in."""
    busy, rest = total[working], total[~working]
    usual = busy.mean() if len(busy) and busy.sum() else 1.0
    return float(min((rest.sum() + 4 * 0.25 * usual) / ((len(rest) + 4) * usual), 1.0))


def _rush(grid: npt.NDArray[np.int64], weights: Floats, plan: Plan, as_of: date) -> float:
    """How much busier the days before the deadlines that have passed were than those before them."""
    logs = [RUSH_WEIGHT * np.log(RUSH)]
    count = RUSH_WEIGHT
    start = 0
    for target in plan.targets:
        end = (target.deadline - plan.first_day).days + 1
        if target.deadline > as_of or end - start <= 2 * RUSH_DAYS:
            break
        before = grid[:, start:end - RUSH_DAYS].sum(axis=1) / weights[start:end - RUSH_DAYS].sum()
        during = grid[:, end - RUSH_DAYS:end].sum(axis=1) / weights[end - RUSH_DAYS:end].sum()
        active = (before > 0) & (during > 0)
        logs.extend(np.log(during[active] / before[active]))
        count += active.sum()
        start = end
    return float(np.exp(np.sum(logs) / count))


def simulate(paths: Paths, rng: np.random.Generator, draws: int) -> Floats:
    """Person-times to come and to be entered: street × draw × step (weeks not quite entered, then those ahead)."""
    streets, steps = paths.open.shape
    shape = (streets, draws, steps)
    block = _weeks(rng, min(paths.rates.shape[1], WINDOW), steps, draws)
    borrow = rng.random(shape) < BORROWED / (BORROWED + paths.own[:, None, None])
    of = np.where(borrow, rng.integers(0, streets, shape), np.arange(streets)[:, None, None])
    at = paths.unclear[of] + block % paths.own[of]
    rates = paths.rates[of, at]
    rates[:, :, -1] = paths.last_rates[of[:, :, -1], at[:, :, -1]]
    # A week not quite entered mostly lacks whole sessions, not a part of each: it is drawn to come, or not.
    to_come = rng.random(shape) < paths.open[:, None, :]
    started = np.arange(steps) >= paths.late - paths.unclear[:, None]
    return rates * to_come * _drift(rng, draws, started) * paths.weights


def _weeks(rng: np.random.Generator, weeks: int, steps: int, draws: int) -> npt.NDArray[np.int64]:
    """Which past week each week to come repeats, the same for all streets: what they share stays shared."""
    mass = rng.standard_gamma(FADING ** np.arange(weeks), (draws, weeks))
    bounds = np.cumsum(mass, axis=1)
    at = rng.random((draws, steps)) * bounds[:, -1:]
    return np.minimum((at[:, :, None] > bounds[:, None, :]).sum(axis=2), weeks - 1)


def _drift(rng: np.random.Generator, draws: int, started: npt.NDArray[np.bool_]) -> Floats:
    """The pace wanders from the last clear week on: a random walk of its logarithm, partly common, one on average."""
    streets, steps = started.shape
    common = rng.standard_normal((1, draws, steps)) * np.sqrt(SHARED)
    walk = common + rng.standard_normal((streets, draws, steps)) * np.sqrt(1 - SHARED)
    return np.exp(np.cumsum((walk * DRIFT - DRIFT**2 / 2) * started[:, None, :], axis=2))
