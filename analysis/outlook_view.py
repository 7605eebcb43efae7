"""What notebook 05 shows: pace, bases, late records, outlook with its what-if control, revisions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import ipywidgets as w
import pandas as pd
from IPython.display import HTML

from analysis import charts
from analysis import notebook_view as nb
from analysis.figures import Figures
from analysis.late import total
from analysis.outlook import DISTRICT, LIKELY, POSSIBLE, UNLIKELY, percent_words, whatif
from analysis.plan import BASES
from analysis.progress import percent
from analysis.standing import Standing, standing
from analysis.wording import prospects
from analysis.wording.style import daily, number, pace

NO_COMPARISON = "只有一期导出，没有可比的上期。"
COLUMNS = ["street", "person_times", "target", "low80", "median", "high80", "chance", "word"]


def stopped_answer(month: Figures) -> HTML:
    """Who has stopped, whether the target is met or not."""
    return nb.answer(prospects.stopped_text(month.pace, month.entry, _standing(month)))


def pace_table(month: Figures) -> pd.DataFrame:
    """What is needed, rounded up, and what was done lately, rounded down, so that no shortfall disappears."""
    needed = ("required_per_day", "required_per_working_day")
    table = month.pace.assign(**{c: month.pace[c].map(daily, na_action="ignore") for c in needed},
                              recent_per_day=month.pace["recent_per_day"].map(pace))
    return table[["street", "status", "trend", "gap", "days_left", "required_per_day", "working_days_left",
                  "required_per_working_day", "sessions_needed", "usual_session", "recent_per_day", "last_activity",
                  "note"]]


def bases_answer(month: Figures) -> HTML:
    """Who changes light under another basis of 序时."""
    return nb.answer(prospects.bases_text(month.bases, _standing(month)))


def bases_table(month: Figures) -> pd.DataFrame:
    """Actual against 序时 on the three bases, side by side."""
    columns = [f"{kind}_{basis}" for basis in BASES for kind in ("expected", "points", "status")]
    marked = month.bases.assign(changes=month.bases["changes"].map({True: "不同", False: ""}))
    return marked[["street", "person_times", *columns, "changes"]]


def late_answer(month: Figures) -> HTML:
    """How much is probably not entered yet, or why that is not known."""
    return nb.answer(prospects.late_text(month, _standing(month)))


def late_chart(month: Figures) -> None:
    """Show what is entered and what probably is not; nothing when nothing is missing or known of late records."""
    if total(month.missing):
        with charts.use_style():
            chart = charts.late(month.entry, month.lateness, nb.context(month))
        nb.show(chart)


def triangle(month: Figures) -> HTML | None:
    """The reporting triangle summed up: which share of a week was known how many weeks later; none when unknown."""
    shares = month.lateness.shares
    if month.lateness.reason:
        return None
    wide = shares.pivot(index="street", columns="weeks_ago", values="share").reindex(shares["street"].unique())
    names = {ago: f"过{ago}周" if ago else "当周" for ago in wide.columns}
    wide = wide.rename(columns=names).map(percent).reset_index().astype(object)
    return nb.table(wide, caption="一周的活动，过几周已录入多少")


def outlook_chart(month: Figures) -> None:
    """Show the district's fan and each street's chance and ranges."""
    with charts.use_style():
        chart = charts.outlook(month.outlook, month.fan, month.district_daily, nb.context(month), month.missing)
    nb.show(chart)


def revisions_chart(month: Figures) -> HTML | None:
    """Show the bridge from the last briefing's figure to today's for the same date; words where there was no briefing."""
    c = month.comparison
    if c is None:
        return nb.answer(NO_COMPARISON)
    with charts.use_style():
        of_then = replace(nb.context(month), as_of=c.as_of)
        chart = charts.revisions(c.streets, of_then, c.old_known_by, c.new_known_by)
    nb.show(chart, "revisions", "数字为什么变了")
    return None


def revisions_by_export(month: Figures) -> pd.DataFrame:
    """Net change of person-times by street (lines) and export (columns), with their sums."""
    changes = month.revisions.assign(net=month.revisions["after"] - month.revisions["before"])
    wide = changes.assign(export=changes["to_snapshot"].dt.strftime("%m-%d")).pivot_table(
        index="street", columns="export", values="net", aggfunc="sum", fill_value=0, sort=False)
    wide = wide.reindex(month.plan.street_names, fill_value=0).astype("int64")
    wide.loc[DISTRICT] = wide.sum()
    return wide.assign(合计=wide.sum(axis=1)).rename_axis("street").reset_index()


def _standing(month: Figures) -> Standing:
    return standing(month.progress, month.daily, month.plan, month.as_of)


def outlook_table(table: pd.DataFrame) -> pd.DataFrame:
    """The outlook in the columns that readers need; a reason stands where there is none."""
    words = table["word"].where(table["word"] != "", table["reason"])
    counts = {c: table[c].map(number, na_action="ignore") for c in ("low80", "median", "high80")}
    return table.assign(word=words, chance=[chance(r) for r in table.to_dict("records")], **counts)[COLUMNS]


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
