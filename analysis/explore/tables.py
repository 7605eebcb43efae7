"""The table of a choice, and the code that makes it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.explore.choice import VIEWS, Choice
from analysis.figures import Figures
from analysis.participation import (
    co_occurrence,
    matrix,
    not_offered,
    participation,
    service_mix,
    suppress,
    suppress_pairs,
    suppress_within,
    venue_use,
    venues_by_street,
)

UNNAMED = "unnamed_activities"


def chosen_table(month: Figures, choice: Choice) -> pd.DataFrame:
    """The table of a choice, one line per cell; with `hide_small` figures of few activities are missing."""
    return _made(choice.view, choice.hide_small, month.records, month.plan, _options(month, choice))


def _made(view: str, hide: bool, records: pd.DataFrame, plan: Any, options: dict[str, Any]) -> pd.DataFrame:
    if view == "services":
        return service_mix(records, plan, hide_small=hide, **options)
    if view == "missing":
        return not_offered(records, plan, **options)
    if view == "together":
        pairs = co_occurrence(records, plan, **options)
        return (suppress_pairs(pairs) if hide else pairs).reset_index()
    if view == "venues":
        venues = venues_by_street(records, plan, **options)
        return suppress(venues, ["street"], values=[UNNAMED], count=UNNAMED) if hide else venues
    if view == "venue_list":
        used = venue_use(records, plan, **options)
        return suppress_within(used, "street", "venue") if hide else used
    table = participation(records, plan, **options)
    return suppress(table, list(VIEWS[view].by)) if hide else table


def _options(month: Figures, choice: Choice) -> dict[str, Any]:
    view = VIEWS[choice.view]
    counted: dict[str, Any] = {"by": list(view.by), "counting": choice.counting} if view.by else {}
    if view.share_of and view.share_of != "scenario":
        counted["share_of"] = [view.share_of]
    return {**counted, "as_of": month.as_of, **choice.filters()}


def code_of(month: Figures, choice: Choice) -> str:
    """Lines that make the table of the choice from `month`, to copy into a cell."""
    options = ", ".join(f"{k}={_literal(k, v)}" for k, v in _options(month, choice).items())
    source = f"month.records, month.plan, {options}"
    hide = choice.hide_small
    name, call = {
        "services": ("service_mix", f"service_mix({source}{', hide_small=True' if hide else ''})"),
        "missing": ("not_offered", f"not_offered({source})"),
        "together": ("co_occurrence", f"suppress_pairs(co_occurrence({source}))" if hide else f"co_occurrence({source})"),
        "venues": ("venues_by_street", _wrapped(f"venues_by_street({source})", hide and "suppress",
                                                f"['street'], values=['{UNNAMED}'], count='{UNNAMED}'")),
        "venue_list": ("venue_use", _wrapped(f"venue_use({source})", hide and "suppress_within", "'street', 'venue'")),
    }.get(choice.view, ("participation", _wrapped(f"participation({source})", hide and "suppress",
                                                  repr(list(VIEWS[choice.view].by)))))
    if choice.view == "together":
        call += ".reset_index()"
    names = [name, *(w for w in ("suppress", "suppress_pairs", "suppress_within") if f"{w}(" in call)]
    dates = "from datetime import date\n" if "=date(" in call else ""
    return f"{dates}from analysis.participation import {', '.join(names)}\n\n{call}"


def _wrapped(call: str, outer: str | bool, arguments: str) -> str:
    return f"{outer}({call}, {arguments})" if outer else call


def _literal(name: str, value: object) -> str:
    return "month.as_of" if name == "as_of" else repr(value).replace("datetime.date", "date")


def shown(table: pd.DataFrame, choice: Choice) -> pd.DataFrame:
    """The table as it is read: two dimensions side by side, in the chosen measure; a list of streets per scenario."""
    by = VIEWS[choice.view].by
    if choice.view == "missing":
        return _missing_by_scenario(table)
    if len(by) < 2:
        return table.drop(columns="suppressed", errors="ignore")
    return matrix(table, by[0], by[1], choice.measure).reset_index().rename_axis(None, axis=1)


def _missing_by_scenario(table: pd.DataFrame) -> pd.DataFrame:
    streets = table.groupby("scenario", sort=False)["street"]
    return pd.DataFrame({"streets": streets.agg("、".join), "number": streets.size()}).reset_index()
