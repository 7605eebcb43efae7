"""How soon the explorer of notebook 04 follows a change: on the sample and on a million records; a table in docs/scale.md."""

from __future__ import annotations

import argparse
import os
import time
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pandas as pd

from analysis.explore import VIEWS, explorer
from analysis.figures import Figures, figures
from analysis.pipeline import read_folder
from analysis.plan import load_plan

ROOT = Path(__file__).parents[2]
START, END = "<!-- explorer -->\n", "<!-- /explorer -->"


def many(month: Figures, count: int, seed: int = 2021) -> pd.DataFrame:
    """`count` records: those of the month, drawn again with other streets, days, venues and person-times."""
    random = np.random.default_rng(seed)
    drawn = month.records.iloc[random.integers(0, len(month.records), count)].reset_index(drop=True)
    days = pd.to_timedelta(random.integers(0, (month.as_of - month.plan.first_day).days + 1, count), unit="D")
    people = random.integers(1, 60, count)
    training = random.integers(0, people + 1)
    again = {c: pd.Categorical.from_codes(random.integers(0, len(drawn[c].cat.categories), count), drawn[c].cat.categories)
             for c in ("street", "venue")}
    return drawn.assign(
        activity_date=(pd.Timestamp(month.plan.first_day) + days).astype("datetime64[s]"),
        person_times=pd.array(people, dtype="Int64"), training=training, assistance=people - training, **again)


def seconds(action: Any, *arguments: Any) -> float:
    started = time.perf_counter()
    action(*arguments)
    return time.perf_counter() - started


def measured(name: str, month: Figures, runs: int) -> list[str]:
    """Lines of the table: opening the explorer, then each view chosen and a street ticked and unticked there."""
    started = time.perf_counter()
    box = explorer(month)
    lines = [f"| {name} | opening the notebook's cell | {time.perf_counter() - started:.2f} | |\n"]
    view, ticked = box.children[0].children[0], box.children[1].children[-1]
    chosen: dict[str, list[float]] = {}
    for _ in range(runs):
        for key in [*list(VIEWS)[1:], next(iter(VIEWS))]:
            times = chosen.setdefault(VIEWS[key].title, [])
            times.append(seconds(setattr, view, "value", key))
            times += [seconds(setattr, ticked, "value", value) for value in (True, False)]
    return lines + [f"| {name} | {title} | {median(t):.2f} | {max(t):.2f} |\n" for title, t in chosen.items()]


def main() -> None:
    """Measure and write the table between the marks in docs/scale.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one run")
    runs = 1 if parser.parse_args().quick else 5
    plan = load_plan()
    sample = figures(read_folder(ROOT / "raw_exports" / "sample", plan), plan)
    table = [f"Machine: {os.cpu_count()} cores; runs: {runs}; load at the start: {os.getloadavg()[0]:.1f}.\n\n",
             "| records | view chosen, a street ticked and unticked | seconds (median) | slowest |\n|---|---|---|---|\n",
             *measured(f"{len(sample.records):,}", sample, runs),
             *measured("1,000,000", replace(sample, records=many(sample, 1_000_000)), runs)]
    print("".join(table))
    page = ROOT / "docs" / "scale.md"
    before, _, rest = page.read_text(encoding="utf-8").partition(START)
    page.write_text(before + START + "".join(table) + END + rest.partition(END)[2], encoding="utf-8")


if __name__ == "__main__":
    main()
