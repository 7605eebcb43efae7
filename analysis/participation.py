"""Participation by scenario and other dimensions."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from analysis.activities import first_rows, valid
from analysis.plan import UNCLASSIFIED, Plan


def scenarios(records: pd.DataFrame, plan: Plan, as_of: date) -> pd.DataFrame:
    """Person-times per scenario: the plan's ten and 未分类.

    Returns
    -------
    DataFrame with scenario, person_times (an activity's full person-times for each of its scenarios), fractional
    (shared equally among them), activities.
    """
    rows = valid(records, plan, as_of)
    codes, texts = pd.factorize(rows["scenarios"])
    sizes = np.bincount(codes, rows["person_times"].to_numpy(dtype=float), minlength=len(texts))
    counts = np.bincount(codes[first_rows(rows)], minlength=len(texts))
    names = [*plan.scenario_names, UNCLASSIFIED]
    table = pd.DataFrame({"person_times": 0, "fractional": 0.0, "activities": 0}, index=pd.Index(names, name="scenario"))
    for text, size, count in zip(texts, sizes, counts, strict=True):
        parts = str(text).split("、")
        table.loc[parts, "person_times"] += int(size)
        table.loc[parts, "fractional"] += size / len(parts)
        table.loc[parts, "activities"] += int(count)
    return table.reset_index()
