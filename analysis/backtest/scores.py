"""How good forecasts were: coverage of ranges, calibration of chances, interval score."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.outlook import RANGES


def interval_score(low: pd.Series, high: pd.Series, actual: pd.Series, share: float) -> pd.Series:
    """Width of a range, plus 2 / (1 − share) for every person-time by which it was missed; lower is better.

    Source: Gneiting and Raftery (2007), Strictly Proper Scoring Rules, Prediction, and Estimation, equation 43.
    """
    missed = (low - actual).clip(lower=0) + (actual - high).clip(lower=0)
    return (high - low) + 2 / (1 - share) * missed


def coverage(forecasts: pd.DataFrame, share: int) -> float:
    """Share of forecasts whose range of `share` % held the actual figure."""
    actual = forecasts["actual"]
    return float(((forecasts[f"low{share}"] <= actual) & (actual <= forecasts[f"high{share}"])).mean())


def summary(forecasts: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """One row per group of forecasts.

    Parameters
    ----------
    forecasts : low/high of 50, 80, 95, median, chance (shares), actual (person-times), met (the target was met).

    Returns
    -------
    DataFrame with the columns `by`, forecasts (number), coverage50, coverage80, coverage95, score80 (mean interval
    score of the 80 % range, person-times), bias and error (mean and mean absolute error of the median), brier (of the chance).
    """
    rows = []
    for key, group in forecasts.groupby(by, sort=False, observed=True):
        low, high, actual = group["low80"], group["high80"], group["actual"]
        rows.append({
            **dict(zip(by, key if isinstance(key, tuple) else (key,), strict=True)), "forecasts": len(group),
            **{f"coverage{s}": coverage(group, s) for s in RANGES},
            "score80": float(interval_score(low, high, actual, 0.8).mean()),
            "bias": float((group["median"] - actual).mean()),
            "error": float((group["median"] - actual).abs().mean()),
            "brier": float(((group["chance"] - group["met"]) ** 2).mean()),
        })
    return pd.DataFrame(rows)


def calibration(chance: npt.NDArray[np.float64], met: npt.NDArray[np.bool_], bins: int = 10) -> pd.DataFrame:
    """Stated chances against what came true.

    Returns
    -------
    DataFrame with low, high (bounds of the bin, shares; the last one closed), forecasts, stated (mean chance) and
    came_true (share); NaN where a bin is empty.
    """
    place = np.minimum((np.asarray(chance) * bins).astype(int), bins - 1)
    count = np.bincount(place, minlength=bins)
    with np.errstate(invalid="ignore"):
        stated = np.bincount(place, chance, minlength=bins) / count
        came_true = np.bincount(place, np.asarray(met, dtype=float), minlength=bins) / count
    edges = np.arange(bins + 1) / bins
    return pd.DataFrame({"low": edges[:-1], "high": edges[1:], "forecasts": count, "stated": stated,
                         "came_true": came_true})
