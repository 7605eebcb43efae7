"""Questions about scenarios and venues that a plain count does not answer."""

from __future__ import annotations

from datetime import date
from typing import Literal, Unpack

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.activities import first_rows
from analysis.participation.counting import participation
from analysis.participation.dimensions import Filters, scenario_labels, scenarios_of, select, venue_type
from analysis.participation.suppression import suppress
from analysis.plan import UNCLASSIFIED, UNSTATED_SERVICE, Plan

Ints = npt.NDArray[np.int64]


def co_occurrence(
    records: pd.DataFrame, plan: Plan, value: Literal["activities", "person_times"] = "activities", *,
    as_of: date | None = None, **filters: Unpack[Filters],
) -> pd.DataFrame:
    """How often two scenarios are covered by the same activity.

    Returns
    -------
    DataFrame, symmetric, with the scenarios as index and columns: activities (or their person-times, in full) that
    cover both; on the diagonal those that cover the scenario at all.
    """
    rows = select(records, plan, as_of=as_of, **filters)
    labels = scenario_labels(plan, filters)
    text, texts = pd.factorize(rows["scenarios"], use_na_sentinel=False)
    covers = np.array([[label in scenarios_of(t, plan) for label in labels] for t in texts], dtype=float)
    weights = first_rows(rows) if value == "activities" else rows["person_times"].to_numpy(dtype=float)
    sums = np.bincount(text, weights, minlength=len(texts))
    both = covers.reshape(-1, len(labels)).T @ (sums[:, None] * covers.reshape(-1, len(labels)))
    index = pd.Index(labels, name="scenario")
    return pd.DataFrame(both.round().astype(np.int64), index=index, columns=index.rename(None))


def not_offered(
    records: pd.DataFrame, plan: Plan, *, as_of: date | None = None, **filters: Unpack[Filters]
) -> pd.DataFrame:
    """The scenarios of the plan that a street has had no activity for: street, scenario, in the plan's order."""
    table = participation(records, plan, by=["street", "scenario"], as_of=as_of, **filters)
    none = table[(table["activities"] == 0) & (table["scenario"] != UNCLASSIFIED)]
    return none[["street", "scenario"]].reset_index(drop=True)


def service_mix(
    records: pd.DataFrame, plan: Plan, *, hide_small: bool = False, as_of: date | None = None,
    **filters: Unpack[Filters],
) -> pd.DataFrame:
    """Training and assistance per street.

    Parameters
    ----------
    hide_small : hide cells of few activities, see `suppress`.

    Returns
    -------
    DataFrame with street, training, assistance, unstated (person-times that are neither), assistance_share
    (assistance ÷ (training + assistance); NaN of nothing; missing where a part is hidden).
    """
    table = participation(records, plan, by=["street", "service"], as_of=as_of, **filters)
    if hide_small:
        table = suppress(table, ["street", "service"])
    wide = table.pivot(index="street", columns="service", values="person_times").reindex(pd.unique(table["street"]))
    training, assistance, unstated = (
        wide[n] if n in wide else pd.Series(0, wide.index) for n in (*plan.service_names[:2], UNSTATED_SERVICE))
    both = (training + assistance).astype("Float64")
    return pd.DataFrame({
        "training": training, "assistance": assistance, "unstated": unstated,
        "assistance_share": (assistance / both.where(both > 0)).astype("Float64"),
    }).rename_axis("street").reset_index()


def venue_use(
    records: pd.DataFrame, plan: Plan, *, as_of: date | None = None, **filters: Unpack[Filters]
) -> pd.DataFrame:
    """How a venue is used.

    Returns
    -------
    DataFrame with street, venue, venue_type (of its first record), activities, person_times, days (days with an
    activity), first_day, last_day, repeated (activities on two days or more); in the plan's order of streets, the
    most used venue first. Records without a venue are left out.
    """
    rows = select(records, plan, as_of=as_of, **filters)
    rows = rows[rows["venue"].fillna("").to_numpy() != ""]
    street, streets = pd.factorize(rows["street"])
    venue, venues = pd.factorize(rows["venue"])
    keys, first, line = np.unique(street * len(venues) + venue, return_index=True, return_inverse=True)
    day = (rows["activity_date"] - pd.Timestamp(plan.first_day)).dt.days.to_numpy(dtype=np.int64)
    spans = _days_of(line, day, len(keys))
    used = pd.DataFrame({
        "street": pd.Series(np.asarray(streets, dtype=object)[street[first]], dtype="str"),
        "venue": pd.Series(np.asarray(venues, dtype=object)[venue[first]], dtype="str"),
        "venue_type": pd.Series([venue_type(t, plan) for t in rows["venue_type"].iloc[first]], dtype="str"),
        "activities": np.bincount(line, first_rows(rows), minlength=len(keys)).astype(np.int64),
        "person_times": np.bincount(line, rows["person_times"].to_numpy(dtype=float)).astype(np.int64),
        "days": spans[0], **{n: _as_dates(d, plan) for n, d in zip(("first_day", "last_day"), spans[1:], strict=True)},
    })
    place = used["street"].map({s: i for i, s in enumerate(plan.street_names)})
    order = np.lexsort((used["venue"], -used["person_times"], -used["activities"], place))
    return used.assign(repeated=used["days"] >= 2).iloc[order].reset_index(drop=True)


def _days_of(line: Ints, day: Ints, lines: int) -> tuple[Ints, Ints, Ints]:
    """Per line the number of different days, the first and the last."""
    span = int(day.max()) + 1 if len(day) else 1
    pairs = np.sort(pd.unique(line * span + day))  # np.unique hashes, which is slow on runs of numbers
    counts = np.bincount(pairs // span, minlength=lines)
    ends = counts.cumsum()
    return counts, pairs[ends - counts] % span, pairs[ends - 1] % span


def _as_dates(days: Ints, plan: Plan) -> npt.NDArray[np.datetime64]:
    return np.datetime64(plan.first_day, "s") + days.astype("timedelta64[D]")


def venues_by_street(
    records: pd.DataFrame, plan: Plan, *, as_of: date | None = None, **filters: Unpack[Filters]
) -> pd.DataFrame:
    """One-off and repeated venues per street.

    Returns
    -------
    DataFrame with street, venues, one_off (venues with activities on one day only), repeated, repeated_share (share of
    the street's person-times that were served at repeated venues; NaN without any), unnamed_activities (activities
    that name no venue).
    """
    used = venue_use(records, plan, as_of=as_of, **filters)
    streets = [s for s in plan.street_names if not filters.get("streets") or s in filters["streets"]]
    per_street = participation(records, plan, by=["street"], as_of=as_of, **filters).set_index("street")
    groups = used.groupby("street")
    table = pd.DataFrame({
        "venues": groups.size(), "repeated": groups["repeated"].sum(), "named": groups["activities"].sum(),
        "at_repeated": used["person_times"].where(used["repeated"], 0).groupby(used["street"]).sum(),
    }).reindex(streets).fillna(0).astype("int64")
    served, activities = per_street["person_times"], per_street["activities"]
    table = table.assign(
        one_off=table["venues"] - table["repeated"], unnamed_activities=activities - table["named"],
        repeated_share=(table["at_repeated"] / served).where(served > 0),
    )
    wanted = ["street", "venues", "one_off", "repeated", "repeated_share", "unnamed_activities"]
    return table.rename_axis("street").reset_index()[wanted]
