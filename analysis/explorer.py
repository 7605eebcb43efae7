"""explorer.html: one self-contained page (no network) with scenario × street views and filters, for e-mail."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.charts.style import SHADES
from analysis.figures import Figures
from analysis.participation import prepared
from analysis.participation.counting import people_of
from analysis.participation.dimensions import dimension, scenarios_of, service_parts, window_of
from analysis.plan import UNCLASSIFIED, UNSTATED_SERVICE, Plan

PAGE = Path(__file__).parent / "explorer.html"
MOST_GROUPS = 40_000  # about 1.5 MB of numbers
Ints = npt.NDArray[np.int64]


def write_explorer(figures: Figures, path: Path) -> None:
    """Write the page; the same figures give the same bytes.

    Parameters
    ----------
    figures : counted records up to the as-of date.
    path : where the page goes.
    """
    data = json.dumps(explorer_data(figures), ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    title = f"{figures.plan.district}“随申学”场景参与"
    path.write_text(
        PAGE.read_text(encoding="utf-8").replace("{{title}}", title).replace("{{data}}", data), encoding="utf-8"
    )


def explorer_data(figures: Figures) -> dict[str, object]:
    """What the page computes from: names, marks and one line per group of like activities.

    A group is [street, month, scenarios as bits, kinds of service as bits, venue type, activities, person-times,
    training, assistance, activity]: places in the lists of names; the bits of services are those with person-times;
    `activity` is 0 or, for rows of person-level sheets, a number that tells their activities apart.
    """
    plan, as_of = figures.plan, figures.as_of
    rows = prepared(figures.records, plan, as_of)
    codes = {n: dimension(rows, n, plan, window_of(plan, as_of, {}), {}) for n in ("street", "month", "venue_type")}
    scenarios = [*plan.scenario_names, UNCLASSIFIED]
    groups = _groups(rows, plan, {n: d.codes for n, d in codes.items()}, scenarios)
    venues = [str(x) for x in codes["venue_type"].labels]
    if len(groups) > MOST_GROUPS:
        groups = _groups(rows, plan, {n: d.codes * (n != "venue_type") for n, d in codes.items()}, scenarios)
        venues = ["未分列"]
    return {
        "district": plan.district, "streets": plan.street_names, "scenarios": scenarios,
        "services": [*plan.service_names[:2], UNSTATED_SERVICE], "venues": venues,
        "months": [str(m) for m in codes["month"].labels],
        "phases": [[p.name, f"{p.start:%Y-%m}", f"{p.end:%Y-%m}"] for p in plan.phases if p.start <= as_of],
        "first_day": plan.first_day.isoformat(), "as_of": as_of.isoformat(), "complete": figures.cleaned.complete,
        "sample": figures.cleaned.sample, "source": plan.record_system, "shades": list(SHADES), "groups": groups,
    }


def _groups(rows: pd.DataFrame, plan: Plan, codes: Mapping[str, Ints], scenarios: list[str]) -> list[list[int]]:
    text, texts = pd.factorize(rows["scenarios"], use_na_sentinel=False)
    masks = np.array([sum(1 << scenarios.index(s) for s in scenarios_of(t, plan)) for t in texts], dtype=np.int64)
    parts = service_parts(rows, plan)
    by_person, numbers = people_of(rows)
    keys = {
        **codes, "mask": masks[text], "kinds": sum((p > 0) * (1 << i) for i, p in enumerate(parts.values())),
        "activity": np.where(by_person, numbers + 1, 0),
    }
    training, assistance = list(parts.values())[:2]
    sums = {"count": ~by_person, "person_times": rows["person_times"], "training": training, "assistance": assistance}
    frame = pd.DataFrame({n: np.asarray(v, dtype=np.int64) for n, v in {**keys, **sums}.items()})
    table = frame.groupby(list(keys), sort=True).sum().reset_index()
    order = ["street", "month", "mask", "kinds", "venue_type", "count", "person_times", "training", "assistance", "activity"]
    return table[order].to_numpy().tolist()
