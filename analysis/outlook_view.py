"""The what-if control of notebook 05."""

from __future__ import annotations

import ipywidgets as w
import pandas as pd

from analysis import notebook_view as nb
from analysis.figures import Figures
from analysis.outlook import outlook, whatif
from analysis.progress import percent

COLUMNS = ["street", "person_times", "target", "low80", "median", "high80", "chance", "word"]


def outlook_table(table: pd.DataFrame) -> pd.DataFrame:
    """The outlook in the columns that readers need; a reason stands where there is none."""
    words = table["word"].where(table["word"] != "", table["reason"])
    return table.assign(word=words)[COLUMNS]


def sentence(before: pd.DataFrame, after: pd.DataFrame, street: str, extra: float) -> str:
    """What an addition does to a street's chance."""
    old, new = (t.set_index("street").loc[street] for t in (before, after))
    if pd.isna(new["chance"]):
        return f"{street}：{new['reason'] or new['word']}。"
    if pd.isna(new["median"]):
        return f"{street}：{new['word']}，不必再预测。"
    return (
        f"{street}每周多{extra:,.0f}人次：到期人次的中位数由{old['median']:,.0f}变为{new['median']:,.0f}，"
        f"达标的可能由{percent(float(old['chance']))}变为{percent(float(new['chance']))}（{new['word']}）。"
    )


def whatif_control(month: Figures) -> w.Widget:
    """Choose a street, classes a week and people a class; the new outlook follows."""
    plan = month.plan
    before = outlook(month.records, plan, month.as_of)
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
        after = whatif(month.records, plan, month.as_of, {street.value: extra})
        words.value = f'<p role="status" class="sentence"><b>{sentence(before, after, street.value, extra)}</b></p>'
        table.value = nb.table(outlook_table(after[after["street"].isin([street.value, "全区"])])).data or ""

    for control in (street, classes, people):
        control.observe(update, names="value")
    update()
    return w.VBox([w.HBox([street, classes, people]), words, table])
