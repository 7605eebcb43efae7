"""A made-up year of exports, marked 演示数据: monthly exports of the platform, workbooks edited by streets."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.plan import UNCLASSIFIED, load_plan
from analysis.sample.cabinet import Cabinet, supplement
from analysis.sample.district_exports import write_district_exports
from analysis.sample.model import LAST_EXPORT, PASSED, Activity, entries_at
from analysis.sample.recorded import make_records
from analysis.sample.street_books import write_street_books


def write_sample(folder: Path, seed: int = 2021) -> None:
    """Write the sample exports; the same seed gives the same bytes.

    Parameters
    ----------
    folder : is made if it does not exist; files of the same name are replaced.
    seed : any whole number from 0 on.
    """
    plan = load_plan()
    records = make_records(plan, seed)
    write_district_exports(folder, plan, records)
    write_street_books(folder / "街镇台账", Cabinet(plan, records, supplement(plan, seed)))


def sample_truth(seed: int = 2021) -> pd.DataFrame:
    """The activities that stand when all sample exports are known.

    Returns
    -------
    DataFrame
        street (short name), date, person_times, scenarios (joined by 、 in the plan's order, an unknown or missing one
        is 未分类), service.
    """
    plan = load_plan()
    standing = [e.activity for e in entries_at(make_records(plan, seed), LAST_EXPORT) if e.status == PASSED]
    rows = [
        (a.street, pd.Timestamp(a.day), a.person_times, _canonical(a, plan.scenario_names), a.service)
        for a in [*standing, *supplement(plan, seed)]
    ]
    return pd.DataFrame(rows, columns=["street", "date", "person_times", "scenarios", "service"])


def _canonical(activity: Activity, names: list[str]) -> str:
    known = [n for n in names if n in activity.scenarios]
    unknown = len(known) < len(activity.scenarios) or not known
    return "、".join([*known, UNCLASSIFIED] if unknown else known)
