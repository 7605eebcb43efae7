"""explorer.html: one self-contained page (no network) with scenario × street views and filters, for e-mail."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.figures import Figures
from analysis.plan import UNCLASSIFIED, UNSTATED_SERVICE

PAGE = Path(__file__).parent / "explorer.html"
MOST_GROUPS = 40_000  # about 1 MB of numbers


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

    A group is [street, month, scenarios as bits, service, venue type, activities, person-times, training, assistance].
    """
    plan = figures.plan
    scenarios = [*plan.scenario_names, UNCLASSIFIED]
    services = [*plan.service_names, UNSTATED_SERVICE]
    groups, venues = _groups(figures.records, plan.street_names, scenarios, services)
    return {
        "streets": plan.street_names,
        "scenarios": scenarios,
        "services": services,
        "venues": venues,
        "months": sorted({g[1] for g in groups}),
        "phases": [[p.name, f"{p.start:%Y-%m}", f"{p.end:%Y-%m}"] for p in plan.phases],
        "as_of": figures.as_of.isoformat(),
        "complete": figures.cleaned.complete,
        "sample": figures.cleaned.sample,
        "source": plan.record_system,
        "groups": groups,
    }


def _groups(
    records: pd.DataFrame, streets: list[str], scenarios: list[str], services: list[str]
) -> tuple[list[list[Any]], list[str]]:
    venues = ["未注明", *sorted({str(v) for v in records["venue_type"].unique()} - {""})]
    masks = {
        t: sum(1 << scenarios.index(s) for s in str(t).split("、")) for t in records["scenarios"].astype(str).unique()
    }
    frame = pd.DataFrame(
        {
            "street": records["street"].astype(str).map({s: i for i, s in enumerate(streets)}),
            "month": records["activity_date"].dt.strftime("%Y-%m"),
            "mask": records["scenarios"].astype(str).map(masks),
            "service": records["service"].astype(str).map({s: i for i, s in enumerate(services)}),
            "venue": records["venue_type"].astype(str).replace("", "未注明").map({v: i for i, v in enumerate(venues)}),
            "count": 1,
            "person_times": records["person_times"].astype("int64"),
            "training": records["training"],
            "assistance": records["assistance"],
        }
    )
    by = ["street", "month", "mask", "service", "venue"]
    sums = frame.groupby(by, sort=True).sum().reset_index()
    if len(sums) > MOST_GROUPS:
        sums = frame.assign(venue=0).groupby(by, sort=True).sum().reset_index()
        venues = ["未分列"]
    return [
        [int(v) if not isinstance(v, str) else v for v in row] for row in sums.itertuples(index=False, name=None)
    ], venues
