"""The finding of a view, what it is about, and its text alternative."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from analysis.explore.choice import COUNTINGS, MEASURES, VIEWS, Choice
from analysis.explore.words import MOST_NAMED, NOTHING, named, number_text, scope
from analysis.figures import Figures
from analysis.plan import UNCLASSIFIED
from analysis.progress import percent

ALL_HIDDEN = "有活动的格都已隐去"


def title_of(month: Figures, choice: Choice, table: pd.DataFrame) -> str:
    """The finding of the chart."""
    view, measure = choice.view, choice.measure
    nothing = ALL_HIDDEN if _hidden(table) else NOTHING
    if view == "services":
        return _top_of(table, "street", "assistance_share", f"{_where_shown(table)}帮办占比最高的是", percent) or nothing
    if view == "missing":
        return _missing_title(table, month, choice)
    if view == "together":
        return _pair_title(table, choice.hide_small)
    if view == "venues":
        once, every = int(table["one_off"].sum()), int(table["venues"].sum())
        used = f"{every}个服务点中，{once}个只办过一天" if once else f"{every}个服务点都重复使用过"
        return used if every else NOTHING
    if view == "venue_list":
        return _top_of(table, "venue", "activities", f"{_where_shown(table)}用得最多的服务点是", lambda v: f"{v:,.0f}场") or nothing
    by = VIEWS[view].by
    if not table["activities"].fillna(0).sum():
        return nothing
    stated = table[table["scenario"] != UNCLASSIFIED] if "scenario" in by else table
    seen = stated if stated["activities"].fillna(0).sum() else table
    text = lambda v: f"{number_text(v, measure, choice.counting)}{_unit(measure)}"  # noqa: E731
    start = f"{_where_shown(table)}{MEASURES[measure]}最{'高' if measure == 'share' else '多'}的"
    if len(by) == 1:
        return _top_of(seen, by[0], measure, f"{start}是", text)
    pairs = seen.assign(pair=[_pair(by, a, b) for a, b in zip(seen[by[0]], seen[by[1]], strict=True)])
    return _top_of(pairs, "pair", measure, f"{start}一格是", text)


def subtitle_of(month: Figures, choice: Choice) -> str:
    """What, where, when and in which unit."""
    view = VIEWS[choice.view]
    what = view.title.split("（")[0]
    unit = f"{MEASURES[choice.measure]}，{COUNTINGS[choice.counting]}" if "scenario" in view.by else (
        MEASURES[choice.measure] if view.by else "")
    return f"{what}{f'（{unit}）' if unit else ''}：{scope(month, choice)}"


def _where_shown(table: pd.DataFrame) -> str:
    """A hidden figure might be the highest, so the finding is about those that are shown."""
    return "没有隐去的格里，" if _hidden(table) else ""


def _hidden(table: pd.DataFrame) -> bool:
    """Whether small cells of the table are hidden."""
    if "suppressed" in table:
        return bool((table["suppressed"] != "").any())
    parts = [c for c in ("training", "assistance", "unstated") if c in table]
    return bool(table[parts].isna().any(axis=None))


def _unit(measure: str) -> str:
    return {"person_times": "人次", "activities": "场", "per_activity": "人次"}.get(measure, "")


def _pair(by: Sequence[str], row: str, column: str) -> str:
    if "scenario" not in by:
        return f"{row}{'' if 'hour' in by else '的'}{column}"
    other, scenario = (column, row) if by[0] == "scenario" else (row, column)
    return f"{_month(other) if 'month' in by else other}的{scenario}"


def _month(text: str) -> str:
    """'2021年4月' for '2021-04'."""
    year, month = text.split("-")
    return f"{year}年{int(month)}月"


def _top_of(table: pd.DataFrame, name: str, value: str, start: str, text: Callable[[float], str]) -> str:
    """'最多的是亮码（3,384人次）'; ties together, '' of nothing."""
    seen = table.dropna(subset=[value])
    top = float(seen[value].max()) if len(seen) else 0.0
    if not top:
        return ""
    if len(table) == 1:
        return f"{seen[name].iloc[0]}：{text(top)}"
    return f"{start}{named(seen.loc[seen[value] == top, name].tolist(), '个')}（{text(top)}）"


def _missing_title(table: pd.DataFrame, month: Figures, choice: Choice) -> str:
    if table.empty:
        asked = [s for s in month.plan.scenario_names if not choice.scenarios or s in choice.scenarios]
        what = named(asked, "个场景") if choice.scenarios else f"{len(asked)}个场景"
        who = named(choice.streets, "个街镇") if choice.streets else "各街镇"
        return f"{who}都做过{what}" if asked else "没有选场景"
    streets, scenarios = (list(dict.fromkeys(table[c])) for c in ("street", "scenario"))
    if len(scenarios) == 1:
        every = len(streets) == len(month.plan.street_names)
        return f"{'各街镇都' if every else '、'.join(streets)}没做过{scenarios[0]}"
    if len(table) == len(month.plan.street_names) * len(month.plan.scenario_names):
        return NOTHING
    if len(streets) <= MOST_NAMED and len(table) <= 6:
        return "；".join(f"{s}没做过{'、'.join(table.loc[table['street'] == s, 'scenario'])}" for s in streets)
    return f"{len(streets)}个街镇还有没做过的场景"


def _pair_title(table: pd.DataFrame, hidden: bool) -> str:
    wide = table.set_index("scenario")
    pairs = [(a, b, wide.loc[a, b]) for i, a in enumerate(wide.index) for b in wide.columns[i + 1:]
             if UNCLASSIFIED not in (a, b) and not pd.isna(wide.loc[a, b])]
    top = max((n for _, _, n in pairs), default=0)
    if not top:
        return "没有可列出的同做场景" if hidden else "没有两个场景一起做过"
    names = [f"{a}和{b}" for a, b, n in pairs if n == top]
    return f"最常一起做的是{named(names, '对场景')}（{top:,}场）"


def alt_of(month: Figures, choice: Choice, table: pd.DataFrame) -> str:
    """What the chart shows, for those who do not see it; its numbers stand in the table beside it."""
    heat = len(VIEWS[choice.view].by) == 2 or choice.view in ("together", "missing")
    words = f"{subtitle_of(month, choice)}。{title_of(month, choice, table)}"
    return f"{'热力图' if heat else '条形图'}，{words}。各数见表。"
