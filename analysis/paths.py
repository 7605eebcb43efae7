"""Simulated continuations of every street's person-times, by a block bootstrap over weeks (docs/method.md, "展望")."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar
import numpy as np
import numpy.typing as npt

from analysis.plan import Plan

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64] | Floats

# Chosen on made-up years of seeds from 100000 on; the table in docs/method.md is of other seeds.
WINDOW = 13  # weeks of history that are drawn from
FADING = 0.8  # a week is drawn this often against the one after it
BORROWED = 4.0  # weeks of the other streets that a street's own history is mixed with
RUSH_DAYS, RUSH = 28, 1.1  # before a deadline, and how much busier its days are while none is known
RUSH_WEIGHT = 10.0  # streets' worth of that guess
DRIFT, SHARED = 0.16, 0.6  # standard deviation of the pace's change in a week; share of its variance in common


@dataclass(frozen=True)
class Paths:
    """What the continuations are drawn from.

    Attributes
    ----------
    rates : person-times per unit of day weight, one line per street and one column per week, the newest first.
    last_rates : the same of the first days of each week, as many as the last week to come has.
    own : weeks since the street's first activity, at most those of `rates`.
    ahead : day weight of each week to come, the last one cut at the deadline.
    """

    rates: Floats
    last_rates: Floats
    own: npt.NDArray[np.int64]
    ahead: Floats

    @classmethod
    def of(cls, grid: Numbers, plan: Plan, as_of: date) -> Paths:
        """Cut the history into weeks that count back from `as_of`, and what is left into weeks from the day after."""
        deadline = plan.target_in_force(as_of).deadline
        weights = day_weights(grid, plan, as_of, deadline)
        left = weights[grid.shape[1]:]
        weeks = grid.shape[1] // 7
        past = grid[:, -weeks * 7:].reshape(len(grid), weeks, 7)[:, ::-1]
        weight = weights[:grid.shape[1]][-weeks * 7:].reshape(weeks, 7)[::-1]
        active = (past.sum(axis=2) > 0)[:, ::-1]
        own = np.where(active.any(axis=1), weeks - active.argmax(axis=1), weeks)
        return cls(_rates(past, weight, 7), _rates(past, weight, (len(left) - 1) % 7 + 1), np.minimum(own, WINDOW),
                   np.add.reduceat(left, np.arange(0, len(left), 7)))


def _rates(past: Numbers, weight: Floats, days: int) -> Floats:
    """Person-times per day weight over the first days of each past week; a week of holidays is no week of big days."""
    return past[:, :WINDOW, :days].sum(axis=2) / np.maximum(weight[:WINDOW, :days].sum(axis=1), days / 7)


def day_weights(grid: Numbers, plan: Plan, as_of: date, deadline: date) -> Floats:
    """How much a day brings against a usual working day, from the first day to `deadline`."""
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


def _rest_weight(total: Numbers, working: npt.NDArray[np.bool_]) -> float:
    """Person-times of a day off against a working day, with two weeks' worth of "a quarter" mixed in."""
    busy, rest = total[working], total[~working]
    usual = busy.mean() if len(busy) and busy.sum() else 1.0
    return float(min((rest.sum() + 4 * 0.25 * usual) / ((len(rest) + 4) * usual), 1.0))


def _rush(grid: Numbers, weights: Floats, plan: Plan, as_of: date) -> float:
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
    """Person-times from the day after to the deadline, one line per street and one column per draw."""
    streets, weeks = paths.rates.shape
    steps = len(paths.ahead)
    block = _weeks(rng, weeks, steps, draws)
    lender = rng.integers(0, streets, (streets, draws, steps))
    own = paths.own[:, None, None]
    borrow = rng.random((streets, draws, steps)) < BORROWED / (BORROWED + own)
    of, at = np.where(borrow, lender, np.arange(streets)[:, None, None]), np.where(borrow, block, block % own)
    rates = paths.rates[of, at]
    rates[:, :, -1] = paths.last_rates[of[:, :, -1], at[:, :, -1]]
    return (rates * _drift(rng, streets, draws, steps) * paths.ahead).sum(axis=2)


def _weeks(rng: np.random.Generator, weeks: int, steps: int, draws: int) -> npt.NDArray[np.int64]:
    """Which past week each week to come repeats, the same for all streets: what they share stays shared."""
    mass = rng.standard_gamma(FADING ** np.arange(weeks), (draws, weeks))
    bounds = np.cumsum(mass, axis=1)
    at = rng.random((draws, steps)) * bounds[:, -1:]
    return np.minimum((at[:, :, None] > bounds[:, None, :]).sum(axis=2), weeks - 1)


def _drift(rng: np.random.Generator, streets: int, draws: int, steps: int) -> Floats:
    """The pace wanders: a random walk of its logarithm, partly the same for all streets, one on average."""
    common = rng.standard_normal((1, draws, steps)) * np.sqrt(SHARED)
    walk = common + rng.standard_normal((streets, draws, steps)) * np.sqrt(1 - SHARED)
    return np.exp(np.cumsum(walk * DRIFT - DRIFT**2 / 2, axis=2))
