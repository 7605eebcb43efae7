"""One choice of the scenario explorer: its table, sentence, code and picture."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from analysis.charts.style import use_style
from analysis.figures import Figures
from analysis.participation import co_occurrence, not_offered, participation, suppress, venues_by_street
from analysis.participation.counting import Counting
from analysis.progress import percent

BLUE, TEXT = "#0b5a8a", "#1a1a1a"
DIMENSIONS = {
    "scenario": "场景",
    "street": "街镇",
    "month": "月份",
    "phase": "阶段",
    "venue_type": "服务点类型",
    "weekday": "星期",
    "hour": "时段",
    "service": "类型",
}
VIEWS = {
    "scenario×street": ("scenario", "street"), "scenario": ("scenario",), "street": ("street",),
    "scenario×month": ("scenario", "month"), "scenario×phase": ("scenario", "phase"), "venue_type": ("venue_type",),
    "weekday": ("weekday",), "hour": ("hour",), "service×street": ("street", "service"),
}  # fmt: skip
SPECIAL = {"together": "哪些场景一起做", "missing": "没做过的场景", "venues": "服务点是否重复开展"}
MEASURES = {"person_times": "人次", "activities": "场次", "share": "占比", "per_activity": "每场人次"}
COUNTINGS = {"full": "每个场景全计", "fractional": "各场景均摊"}
HOW = {
    "full": "全计：一场活动有几个场景，就在每个场景里各计一次全部人次，所以各场景相加大于活动人次。",
    "fractional": "均摊：一场活动的人次平均分给它的全部场景（包括未选的场景）。",
}


@dataclass(frozen=True)
class Choice:
    """What is chosen; an empty tuple means all."""

    view: str = "scenario×street"
    measure: str = "person_times"
    counting: Counting = "full"
    streets: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    venue_types: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    hide_small: bool = False

    def filters(self) -> dict[str, Any]:
        names = ("streets", "scenarios", "services", "venue_types", "start", "end")
        return {n: list(v) if isinstance(v, tuple) else v for n in names if (v := getattr(self, n))}


def chosen_table(month: Figures, choice: Choice) -> pd.DataFrame:
    """The table of a choice; with `hide_small`, cells of fewer than 5 activities are missing."""
    filters = choice.filters()
    if choice.view == "together":
        return (
            co_occurrence(month.records, month.plan, as_of=month.as_of, **filters).rename_axis("scenario").reset_index()
        )
    if choice.view == "missing":
        return not_offered(month.records, month.plan, as_of=month.as_of, **filters)
    if choice.view == "venues":
        return venues_by_street(month.records, month.plan, as_of=month.as_of, **filters)
    by = list(VIEWS[choice.view])
    share_of = [d for d in by if d == "street"] if len(by) > 1 else []
    table = participation(
        month.records,
        month.plan,
        by=by,
        counting=choice.counting,
        share_of=share_of,
        as_of=month.as_of,
        **filters,
    )
    table = table.assign(per_activity=table["person_times"] / table["activities"].where(table["activities"] > 0))
    if choice.hide_small and len(by) <= 2:
        table = suppress(table, by)
    return table


def code_of(choice: Choice) -> str:
    """The call that makes the table, to copy."""
    filters = "".join(f", {k}={v!r}" for k, v in choice.filters().items()).replace("datetime.date", "date")
    calls = {"together": "co_occurrence", "missing": "not_offered", "venues": "venues_by_street"}
    if choice.view in calls:
        return f"{calls[choice.view]}(month.records, month.plan, as_of=month.as_of{filters})"
    return (
        f"participation(month.records, month.plan, by={list(VIEWS[choice.view])!r}, counting={choice.counting!r}, "
        f"as_of=month.as_of{filters})"
    )


def sentence(month: Figures, choice: Choice) -> str:
    """The selection in one sentence: how much, which scenario most, who assists most."""
    filters = choice.filters()
    whole = participation(month.records, month.plan, by=["street"], as_of=month.as_of, **filters)
    if not whole["activities"].sum():
        return "所选范围内没有活动。"
    scenario = participation(
        month.records, month.plan, by=["scenario"], counting=choice.counting, as_of=month.as_of, **filters
    )
    best = scenario.loc[scenario["person_times"].idxmax()]
    did = [s for s, n in zip(scenario["scenario"], scenario["activities"], strict=True) if n]
    kinds = participation(
        month.records,
        month.plan,
        by=["street", "service"],
        as_of=month.as_of,
        **{k: v for k, v in filters.items() if k != "services"},
    )
    wide = kinds.pivot(index="street", columns="service", values="person_times").fillna(0)
    training, assistance = (wide.get(n, pd.Series(0, wide.index)) for n in month.plan.service_names[:2])
    share = (assistance / (training + assistance).where(lambda x: x > 0)).dropna()
    top = f"帮办占比最高的是{share.idxmax()}（{percent(float(share.max()))}）。" if len(share) else ""
    return (
        f"所选范围共{int(whole['activities'].sum()):,}场、{int(whole['person_times'].sum()):,}人次，涉及{len(did)}类场景"
        f"（{'、'.join(did)}），最多的是{best['scenario']}（{best['person_times']:,.0f}人次）。{top}"
    )


def picture(table: pd.DataFrame, choice: Choice) -> Figure | None:
    """Bars of one dimension or a heat map of two; None for views that are lists."""
    if choice.view in SPECIAL:
        return None
    by, value = VIEWS[choice.view], choice.measure
    with use_style():
        if len(by) == 1:
            return _bars(
                [label_of(v) for v in table[by[0]]], pd.to_numeric(table[value]).fillna(0).to_numpy(dtype=float), value
            )
        wide = table.assign(**{d: table[d].map(label_of) for d in by}).pivot_table(
            index=by[0], columns=by[1], values=value, sort=False, observed=True
        )
        return _heat(wide, value)


def label_of(value: object) -> str:
    return f"{value:%Y-%m}" if isinstance(value, pd.Timestamp) else str(value)


def number_text(value: float, measure: str) -> str:
    return percent(value) if measure == "share" else f"{value:,.1f}" if measure == "per_activity" else f"{value:,.0f}"


def _bars(labels: list[str], values: Any, measure: str) -> Figure:
    figure = Figure(figsize=(6.1, 0.3 * len(labels) + 0.6))
    axes = figure.add_axes((0.2, 0.05, 0.68, 0.9))
    axes.barh(labels, values, color=BLUE, height=0.66)
    axes.invert_yaxis()
    axes.set_axis_off()
    for i, (label, v) in enumerate(zip(labels, values, strict=True)):
        axes.text(0, i, f"{label}　", ha="right", va="center", color=TEXT, fontsize=9)
        axes.text(v, i, f" {number_text(v, measure)}", ha="left", va="center", color=TEXT, fontsize=9)
    return figure


def _heat(wide: pd.DataFrame, measure: str) -> Figure:
    rows, columns = wide.shape
    figure = Figure(figsize=(max(3.2, 0.52 * columns + 1.0), 0.27 * rows + 0.5))
    axes = figure.add_axes((0.14, 0.02, 0.85, 0.86))
    numbers = wide.astype(float).to_numpy()
    top = float(pd.DataFrame(numbers).max().max() or 1) or 1.0
    axes.imshow(pd.DataFrame(numbers).fillna(0).to_numpy(), cmap="Blues", vmin=0, vmax=top * 1.25, aspect="auto")
    axes.set_xticks(range(columns), [str(c) for c in wide.columns], fontsize=8)
    axes.set_yticks(range(rows), [str(r) for r in wide.index], fontsize=8)
    axes.tick_params(length=0, labeltop=True, labelbottom=False)
    axes.spines[:].set_visible(False)
    axes.grid(visible=False)
    for i in range(rows):
        for j in range(columns):
            v = numbers[i, j]
            axes.text(
                j,
                i,
                "" if v != v else number_text(v, measure),
                ha="center",
                va="center",
                fontsize=7.5,
                color="white" if v == v and v > 0.75 * top else TEXT,
            )
    return figure


def png_of(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    with use_style():
        figure.savefig(buffer, format="png", dpi=110, metadata={"Software": None}, bbox_inches="tight")
    return buffer.getvalue()
