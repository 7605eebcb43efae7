"""Back-test of the outlook: forecasts of every week of many years whose end is known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.backtest.rivals import share_of_path, straight_line
from analysis.backtest.years import made_year
from analysis.outlook import outlook_of_days
from analysis.plan import Plan
from analysis.schedule import is_due

OUTLOOK, LINE, PATH = "展望", "四周直线", "序时份额"
DRAWS = 1000


def backtest(plan: Plan, seeds: Iterable[int], behaviours: tuple[str, ...] | None = None) -> pd.DataFrame:
    """Forecast made-up years from every week on.

    Returns
    -------
    DataFrame as `forecasts_of_year` gives it, with year (the seed) and behaviour (of the street, 全区 for the district).
    """
    frames = []
    for seed in seeds:
        year = made_year(plan, seed, behaviours)
        kinds = np.array([*year.behaviours, "全区"])
        rows = forecasts_of_year(year.grid, plan, seed)
        frames.append(rows.assign(year=seed, behaviour=kinds[rows["place"].to_numpy()]))
    return pd.concat(frames, ignore_index=True)


def forecasts_of_year(grid: npt.NDArray[np.int64], plan: Plan, seed: int) -> pd.DataFrame:
    """Every week's forecasts of a year that is over, by the outlook and by its rivals.

    Parameters
    ----------
    grid : person-times by street and day of the whole programme.

    Returns
    -------
    DataFrame with method, as_of, place (of the street in the plan; the last one is the district), weeks_left (to the
    deadline of the target in force), done (met already), actual (person-times on the deadline day), met, chance,
    median and low/high of 50, 80, 95; without what the outlook refused.
    """
    frames = []
    for as_of in _weeks(plan):
        target = plan.target_in_force(as_of)
        if is_due(target, as_of):
            continue
        past = grid[:, :(as_of - plan.first_day).days + 1]
        to_deadline = grid[:, :(target.deadline - plan.first_day).days + 1].sum(axis=1)
        ours = outlook_of_days(past, plan, as_of, seed, DRAWS)
        kept = (ours["reason"] == "").to_numpy()
        if not kept.any():
            continue
        actual = np.append(to_deadline, to_deadline.sum())
        truth = pd.DataFrame({
            "as_of": pd.Timestamp(as_of), "place": np.arange(len(actual)), "actual": actual,
            "weeks_left": -(-(target.deadline - as_of).days // 7), "met": actual >= ours["target"].to_numpy(),
            "done": (ours["person_times"] >= ours["target"]).to_numpy(),
        })
        by_method = {OUTLOOK: ours, LINE: straight_line(past, plan, as_of), PATH: share_of_path(past, plan, as_of)}
        for method, forecast in by_method.items():
            figures = forecast[[c for c in forecast if c in FIGURES]].astype(float)
            frames.append(pd.concat([truth, figures], axis=1)[kept].assign(method=method))
    return pd.concat(frames, ignore_index=True)


FIGURES = {"chance", "median", *(f"{end}{share}" for end in ("low", "high") for share in (50, 80, 95))}


def _weeks(plan: Plan) -> list[date]:
    """The last day of every week, counted from the programme's first day, before the last deadline."""
    weeks = (plan.targets[-1].deadline - plan.first_day).days // 7
    return [plan.first_day + timedelta(days=7 * k - 1) for k in range(1, weeks + 1)]
