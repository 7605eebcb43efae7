"""A view as a section of a notebook: the answer first, then chart, how it was counted, table and definition."""

from __future__ import annotations

from typing import Any

import pandas as pd
from IPython.display import HTML, display

from analysis import notebook_view as nb
from analysis.explore.choice import VIEWS, Choice
from analysis.explore.picture import picture
from analysis.explore.tables import chosen_table, shown
from analysis.explore.titles import subtitle_of, title_of
from analysis.explore.words import number_text
from analysis.figures import Figures

DEFINITIONS = {
    "together": ("co-occurrence", "场景同现"), "missing": ("co-occurrence", "没有开展"),
    "venues": ("co-occurrence", "服务点使用"), "venue_list": ("co-occurrence", "服务点使用"),
    "services": ("scenarios", "只看帮办时怎么计"), "weekday×hour": ("dimensions", "可以按什么分"),
    "venue_type": ("dimensions", "服务点类型"), "venue_type×scenario": ("dimensions", "服务点类型"),
}


def view(month: Figures, name: str, **choice: Any) -> None:
    """Show one view of the explorer, as its controls would; the numbers of a heat map stand in it, so its table is folded.

    Parameters
    ----------
    name : a key of VIEWS.
    choice : other fields of `Choice`, e.g. measure="share".
    """
    chosen = Choice(view=name, **choice)
    made = chosen_table(month, chosen)
    display(nb.answer(title_of(month, chosen, made), subtitle_of(month, chosen)))
    drawn = picture(month, chosen, made, heading=False)
    if drawn is not None:
        display(nb.image(drawn.png(), drawn.alt))
    if len(made):
        inner = table_of(made, chosen)
        heat = len(VIEWS[name].by) == 2 or name == "together"
        display(HTML(f"<details><summary>同样的数，列成表</summary>{inner}</details>" if heat else inner))
    display(nb.method(*DEFINITIONS.get(name, ("scenarios", "场景的两种计数"))))


def table_of(table: pd.DataFrame, choice: Choice) -> str:
    """The table of a choice as HTML, each figure as it is read."""
    seen = shown(table, choice)
    if len(VIEWS[choice.view].by) == 2:
        texts = {c: [number_text(v, choice.measure, choice.counting) for v in seen[c]] for c in seen.columns[1:]}
        seen = seen.assign(**texts)
    return str(nb.table(seen).data)

