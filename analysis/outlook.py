"""Will they make it: the chance of reaching the target in force by its deadline, and the range of the figure that day.

The method stands in docs/method.md, "展望"; its back-test is `python -m analysis.backtest`.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.paths import Paths, simulate
from analysis.plan import Plan
from analysis.progress import MET, daily, statuses
from analysis.schedule import goal_of, is_due

__all__ = ["DISTRICT", "fan", "outlook", "outlook_of_days", "percent_words", "whatif"]

SEED, DRAWS = 2021, 4000
DISTRICT = "全区"
LIKELY, POSSIBLE, UNLIKELY = "很可能", "有可能", "不太可能"
LIKELY_FROM, UNLIKELY_UNDER = 0.8, 0.2
FEWEST_DAYS, FEWEST_WEEKS = 28, 2
RANGES = (50, 80, 95)
Floats = npt.NDArray[np.float64]
FAN_COLUMNS = ["low95", "low80", "low50", "median", "high50", "high80", "high95"]
COLUMNS = ["street", "target", "deadline", "person_times", "chance", "low50", "high50", "low80", "high80", "low95",
           "high95", "median", "word", "reason"]


def outlook(
    records: pd.DataFrame, plan: Plan, as_of: date, seed: int = SEED, entered: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The chance of each street and of the district (全区) to reach the target in force by its deadline.

    Parameters
    ----------
    records : counted records (street, activity_date, person_times).
    as_of : the day the figures are for; its weeks count back from it.
    seed : of the random numbers; the same seed gives the same figures.
    entered : what `analysis.late.missing` returns: how much of the last weeks is probably entered; the rest counts in
        the forecast, not in person_times.

    Returns
    -------
    DataFrame with street (the plan's order, then 全区), target, deadline, person_times (up to `as_of`), chance (share;
    1 when met already; NA when refused), low50, high50, low80, high80, low95, high95, median (person-times on the
    deadline day, inclusive; NA when refused or over), word (很可能 from 80 %, 不太可能 under 20 %, 有可能 between; a status
    once met or over; '' when refused) and reason (Chinese: why there is no outlook, else '').
    """
    return outlook_of_days(_grid(records, plan, as_of), plan, as_of, seed, entered=_by_week(entered, plan))


def whatif(
    records: pd.DataFrame, plan: Plan, as_of: date, extra: dict[str, float], seed: int = SEED,
    entered: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The outlook if streets add person-times every week from tomorrow on ("two classes of 25": 50).

    Parameters
    ----------
    extra : additional person-times a week by street, spread evenly over the days that are left.
    seed, entered : as in `outlook`.

    Returns
    -------
    DataFrame like `outlook`, with the same random numbers, so that only the addition makes the difference.

    Raises
    ------
    ValueError : an unknown street, or fewer than 0 person-times a week.
    """
    unknown = [s for s in extra if s not in plan.street_names]
    if unknown:
        raise ValueError(f"计划里没有街镇：{'、'.join(unknown)}；有：{'、'.join(plan.street_names)}。")
    if min(extra.values(), default=0) < 0:
        raise ValueError("每周增加的人次不能小于0。")
    added = np.array([extra.get(s, 0.0) for s in plan.street_names])
    grid = _grid(records, plan, as_of)
    return outlook_of_days(grid, plan, as_of, seed, added=added, entered=_by_week(entered, plan))


def outlook_of_days(
    grid: npt.NDArray[np.int64], plan: Plan, as_of: date, seed: int = SEED, draws: int = DRAWS,
    added: Floats | None = None, entered: Floats | None = None,
) -> pd.DataFrame:
    """`outlook` from person-times by street (lines, the plan's order) and day (columns, the first day to `as_of`).

    Parameters
    ----------
    draws : number of simulated continuations.
    added : additional person-times a week by street.
    entered : share of the newest weeks that is entered already, by street and week, the newest first.
    """
    target = plan.target_in_force(as_of)
    goals = np.array([goal_of(plan, s, target) for s in (*plan.street_names, None)], dtype=np.int64)
    totals = np.append(grid.sum(axis=1), grid.sum())
    table = pd.DataFrame({
        "street": pd.Series([*plan.street_names, DISTRICT], dtype="str"), "target": goals,
        "deadline": np.datetime64(target.deadline, "s"), "person_times": totals,
    })
    if is_due(target, as_of):
        return _decided(table, grid, plan, as_of)
    reasons = _refusals(grid, plan, as_of)
    if all(reasons):
        return _with_words(table.assign(chance=np.nan, reason=reasons, **_ranges(np.full((len(goals), 1), np.nan))))
    history = Paths.of(grid, plan, as_of, entered)
    paths = simulate(history, np.random.default_rng(seed), draws).sum(axis=2)
    if added is not None:
        paths = paths + (added * (target.deadline - as_of).days / 7)[:, None]
    ends = totals[:, None] + np.rint(np.vstack([paths, paths.sum(axis=0)]))
    ends[[bool(r) for r in reasons]] = np.nan
    chance = np.where(np.isnan(ends[:, 0]), np.nan, (ends >= goals[:, None]).mean(axis=1))
    return _with_words(table.assign(chance=chance, reason=reasons, **_ranges(ends)))


def fan(
    records: pd.DataFrame, plan: Plan, as_of: date, seed: int = SEED, entered: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The ranges week by week to the deadline; on the deadline day they are those of `outlook`.

    Parameters
    ----------
    records, as_of, seed, entered : as in `outlook`.

    Returns
    -------
    DataFrame with street (then 全区), date (`as_of`, then every seventh day and the deadline), low95, low80, low50,
    median, high50, high80, high95 (person-times up to the end of that day); without those that `outlook` refuses, and
    empty once the deadline has come.
    """
    grid, target = _grid(records, plan, as_of), plan.target_in_force(as_of)
    reasons = _refusals(grid, plan, as_of)
    if is_due(target, as_of) or all(reasons):
        return pd.DataFrame(columns=["street", "date", *FAN_COLUMNS])
    history = Paths.of(grid, plan, as_of, _by_week(entered, plan))
    steps = simulate(history, np.random.default_rng(seed), DRAWS).cumsum(axis=2)
    steps = np.vstack([steps, steps.sum(axis=0, keepdims=True)])
    now = steps[:, :, history.late - 1:history.late] if history.late else np.zeros((*steps.shape[:2], 1))
    ends = np.dstack([now, steps[:, :, history.late:]])
    totals = np.append(grid.sum(axis=1), grid.sum())
    days = [min(as_of + timedelta(days=7 * k), target.deadline) for k in range(ends.shape[2])]
    frames = [
        pd.DataFrame({"street": name, "date": pd.to_datetime(days).as_unit("s"),
                      **_ranges(totals[i] + np.rint(ends[i].T))})
        for i, (name, reason) in enumerate(zip([*plan.street_names, DISTRICT], reasons, strict=True)) if not reason
    ]
    return pd.concat(frames, ignore_index=True)[["street", "date", *FAN_COLUMNS]]


def percent_words(chance: float) -> str:
    """'63%'; a chance that is not a certainty is never written as 0 or 100 %: '＜1%', '＞99%'."""
    rounded = int(chance * 100 + 0.5)
    return "＜1%" if rounded < 1 else "＞99%" if rounded > 99 else f"{rounded}%"


def _grid(records: pd.DataFrame, plan: Plan, as_of: date) -> npt.NDArray[np.int64]:
    days = daily(records, plan, as_of)
    return days["person_times"].to_numpy(dtype=np.int64).reshape(len(plan.streets), -1)


def _by_week(entered: pd.DataFrame | None, plan: Plan) -> Floats | None:
    if entered is None or entered.empty:
        return None
    table = entered.pivot(index="street", columns="week_end", values="share").reindex(plan.street_names)
    return table.sort_index(axis=1, ascending=False).fillna(1.0).to_numpy(dtype=float)


def _refusals(grid: npt.NDArray[np.int64], plan: Plan, as_of: date) -> list[str]:
    """Why a street has no outlook, '' where it has one; the district has none when more than half its streets lack it."""
    if grid.shape[1] < FEWEST_DAYS:
        return [f"项目开始不足{FEWEST_DAYS // 7}周，历史太短，暂不推算"] * (len(grid) + 1)
    whole = grid[:, grid.shape[1] % 7:]
    active = (whole.reshape(len(grid), -1, 7).sum(axis=2) > 0).sum(axis=1)
    few = [("至今没有活动记录，无从推算" if a == 0 else f"只有{a}周有活动，不足{FEWEST_WEEKS}周，暂不推算")
           if a < FEWEST_WEEKS else "" for a in active]
    short = sum(map(bool, few))
    return [*few, f"{short}个街镇历史太短，全区暂不推算" if short * 2 > len(few) else ""]


def _ranges(ends: Floats) -> dict[str, pd.Series]:
    """Quantiles that some continuation had, so that a range of whole sessions is not narrowed by interpolation."""
    columns = {}
    for share in RANGES:
        tail = (1 - share / 100) / 2
        columns[f"low{share}"] = np.quantile(ends, tail, axis=1, method="inverted_cdf")
        columns[f"high{share}"] = np.quantile(ends, 1 - tail, axis=1, method="inverted_cdf")
    columns["median"] = np.quantile(ends, 0.5, axis=1, method="inverted_cdf")
    return {name: pd.Series(values).astype("Int64") for name, values in columns.items()}


def _with_words(table: pd.DataFrame) -> pd.DataFrame:
    met = table["person_times"] >= table["target"]
    chance = table["chance"].mask(met & table["chance"].notna(), 1.0)
    sure = [met, chance.isna(), chance >= LIKELY_FROM, chance < UNLIKELY_UNDER]
    word = np.select(sure, [MET, "", LIKELY, UNLIKELY], POSSIBLE)
    return table.assign(chance=chance.astype("Float64"), word=pd.array(word, dtype="str"))[COLUMNS]


def _decided(table: pd.DataFrame, grid: npt.NDArray[np.int64], plan: Plan, as_of: date) -> pd.DataFrame:
    """After the deadline there is nothing left to chance."""
    target = plan.target_in_force(as_of)
    lines = np.vstack([grid, grid.sum(axis=0)]).cumsum(axis=1)
    then = lines[:, (target.deadline - plan.first_day).days]
    goals = table["target"].to_numpy()
    day = np.where(then >= goals, np.datetime64(target.deadline, "s"), np.datetime64(as_of, "s"))
    reached = pd.Series(np.where(lines[:, -1] >= goals, day, np.datetime64("NaT", "s")))
    word = statuses(lines[:, -1], goals, goals.astype(float), reached, target, as_of)
    empty = _ranges(np.full((len(table), 1), np.nan))
    return table.assign(chance=pd.Series(then >= goals).astype("Float64"), word=pd.array(word, dtype="str"),
                        reason="期限已过，结果已定", **empty)[COLUMNS]
