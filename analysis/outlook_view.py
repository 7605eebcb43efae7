"""The what-if control of notebook 05."""

from __future__ import annotations

from typing import Any

import ipywidgets as w
import pandas as pd

from analysis import notebook_view as nb
from analysis.charts.outlook import percent_words
from analysis.figures import Figures
from analysis.outlook import DISTRICT, LIKELY, POSSIBLE, UNLIKELY, whatif

COLUMNS = ["street", "person_times", "target", "low80", "median", "high80", "chance", "word"]


def outlook_table(table: pd.DataFrame) -> pd.DataFrame:
    """The outlook in the columns that readers need; a reason stands where there is none."""
    words = table["word"].where(table["word"] != "", table["reason"])
    return table.assign(word=words, chance=[chance(r) for r in table.to_dict("records")])[COLUMNS]


def chance(row: dict[Any, Any]) -> str:
    """'63%', never a certain 0 or 100 %; '—' where nothing is left to chance."""
    return percent_words(float(row["chance"])) if row["word"] in (LIKELY, POSSIBLE, UNLIKELY) else "—"


def sentence(before: pd.DataFrame, after: pd.DataFrame, street: str, extra: float) -> str:
    """What an addition of `extra` person-times a week does to a street's figure and chance."""
    old, new = (t.set_index("street").loc[street].to_dict() for t in (before, after))
    if pd.isna(new["median"]):
        return f"{street}：{new['word'] or new['reason']}。"
    text = f"{street}每周多{extra:,.0f}人次：到期人次的中位数由{old['median']:,.0f}变为{new['median']:,.0f}"
    if chance(new) == "—":
        return f"{text}（{new['word']}）。"
    return f"{text}，达标的可能由{chance(old)}变为{chance(new)}（{new['word']}）。"


def side_by_side(before: pd.DataFrame, after: pd.DataFrame, street: str) -> pd.DataFrame:
    """A street and the district as things are and with the addition."""
    cases = pd.concat([before.assign(case="照旧"), after.assign(case="增加后")])
    chosen = cases[cases["street"].isin([street, DISTRICT])].sort_values("street", key=lambda c: c == DISTRICT, kind="stable")
    return outlook_table(chosen).assign(case=chosen["case"].to_numpy())[["street", "case", *COLUMNS[1:]]]


def whatif_control(month: Figures) -> w.Widget:
    """Choose a street, classes a week and people a class; the new outlook follows."""
    plan = month.plan
    before = month.outlook
    short = month.progress.loc[month.progress["gap"] > 0].sort_values("attainment")
    street = w.Dropdown(
        options=plan.street_names,
        description="街镇",
        value=short["street"].iloc[0] if len(short) else plan.street_names[0],
    )
    classes = w.IntSlider(value=2, min=0, max=10, description="每周多几场")
    people = w.IntSlider(value=25, min=5, max=plan.large_session, description="每场几人")
    words, table = w.HTML(), w.HTML()

    def update(*_: object) -> None:
        extra = float(classes.value * people.value)
        after = whatif(month.records, plan, month.as_of, {street.value: extra}, entered=month.missing)
        words.value = f'<p role="status" class="sentence"><b>{sentence(before, after, street.value, extra)}</b></p>'
        table.value = nb.table(side_by_side(before, after, street.value)).data or ""

    for control in (street, classes, people):
        control.observe(update, names="value")
    update()
    return w.VBox([w.HBox([street, classes, people]), words, table])
