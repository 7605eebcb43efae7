"""The words of a choice: what was selected, the answer in a sentence, how it was counted, the chart's title."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from analysis.explore.choice import COUNTINGS, MEASURES, VIEWS, Choice
from analysis.figures import Figures
from analysis.participation import participation, select, service_mix, suppress
from analysis.participation.suppression import SMALLEST
from analysis.plan import UNCLASSIFIED
from analysis.progress import percent

NOTHING = "所选范围内没有活动。"
HIDDEN = f"所选范围内的活动少于{SMALLEST}场，数字已隐去。"
ALL_HIDDEN = "有活动的格都已隐去"
GROUPS = {"street": "本街镇", "month": "当月", "phase": "本阶段", "venue_type": "这类服务点"}
MOST_NAMED = 3


def number_text(value: object, measure: str, counting: str = "full") -> str:
    """A figure as it is read; nothing for a missing one."""
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return ""
    number = float(value)  # type: ignore[arg-type]
    if measure == "share":
        return percent(number)
    one_decimal = measure == "per_activity" or (measure == "person_times" and counting == "fractional")
    return f"{number:,.1f}" if one_decimal else f"{number:,.0f}"


def scope(month: Figures, choice: Choice) -> str:
    """Which records: streets, days and whatever else is filtered."""
    streets, plan = choice.streets, month.plan
    where = f"{plan.district}{len(plan.street_names)}个街镇" if not streets else _names(streets, "个街镇")
    parts = [where, _days(choice.start or plan.first_day, min(choice.end or month.as_of, month.as_of))]
    if choice.scenarios:
        parts.append(f"涉及{_names(choice.scenarios, '个场景')}的活动")
    if choice.services and choice.view != "services":
        parts.append(f"只计{'、'.join(choice.services)}")
    if choice.venue_types:
        parts.append(f"服务点类型为{_names(choice.venue_types, '类')}")
    return "，".join(parts)


def sentence(month: Figures, choice: Choice) -> str:
    """The selection in one sentence: how much, which scenarios, which most, who assists most."""
    filters = choice.filters()
    rows = select(month.records, month.plan, as_of=month.as_of, **filters)
    whole = participation(rows, month.plan, by=[], as_of=month.as_of, **filters)
    activities, people = int(whole["activities"].sum()), int(whole["person_times"].sum())
    if not activities:
        return f"{scope(month, choice)}：{NOTHING}"
    if choice.hide_small and activities < SMALLEST:
        return f"{scope(month, choice)}：{HIDDEN}"
    table = participation(rows, month.plan, by=["scenario"], counting=choice.counting, as_of=month.as_of, **filters)
    parts = [f"共{activities:,}场、{people:,}人次", _covered(table), _most(table, choice), _assists(rows, month, choice)]
    return f"{scope(month, choice)}：{'；'.join(p for p in parts if p)}。"


def _covered(table: pd.DataFrame) -> str:
    did = table.loc[table["activities"] > 0, "scenario"].tolist()
    named = [s for s in did if s != UNCLASSIFIED]
    rest = "，另有未分类" if len(named) < len(did) else ""
    return f"做了{len(named)}个场景（{'、'.join(named)}）{rest}" if named else "都没有写明场景"


def _most(table: pd.DataFrame, choice: Choice) -> str:
    """The scenarios with the most person-times, ties together; nothing where only one is covered."""
    seen = suppress(table, ["scenario"]) if choice.hide_small else table
    seen = seen[(seen["scenario"] != UNCLASSIFIED) & (table["activities"] > 0)].dropna(subset=["person_times"])
    if len(seen) < 2:
        return ""
    top = seen["person_times"].max()
    names = seen.loc[seen["person_times"] == top, "scenario"].tolist()
    return f"最多的场景是{_names(names, '个场景')}（{number_text(top, 'person_times', choice.counting)}人次）"


def _assists(rows: pd.DataFrame, month: Figures, choice: Choice) -> str:
    """The street with the highest share of assistance, or the only street's share."""
    filters = choice.filters()
    if "services" in filters:
        return ""
    mix = service_mix(rows, month.plan, hide_small=choice.hide_small, as_of=month.as_of, **filters)
    mix = mix.dropna(subset=["assistance_share"])
    if mix.empty:
        return ""
    if len(choice.streets) == 1:
        return f"帮办占{percent(float(mix['assistance_share'].iloc[0]))}"
    top = float(mix["assistance_share"].max())
    names = mix.loc[mix["assistance_share"] == top, "street"].tolist()
    return f"帮办占比最高的是{_names(names, '个街镇')}（{percent(top)}）"


def how(month: Figures, choice: Choice) -> list[str]:
    """How the view was counted, also under the filters that are set; one remark a line."""
    return [*_of_view(month, choice), *_of_filters(choice), *_of_suppression(choice)]


def _of_view(month: Figures, choice: Choice) -> list[str]:
    special = {
        "services": "帮办占比 = 帮办人次 ÷（培训人次 + 帮办人次），没有注明的不算在内；一场两样都有的，人次各归各。",
        "missing": "“没做过”指所选范围内没有一场活动涉及这个场景；“未分类”不算场景。",
        "together": "每格是同时涉及两个场景的活动场次，一场活动可以计在好几格；斜线上是涉及该场景的全部场次。",
        "venues": "同一街镇同一名称是一个服务点；有活动的日子满两天算重复使用，同一天两场不算。没写地点的活动另列。",
        "venue_list": "同一街镇同一名称是一个服务点，写法不同会被当作两个；没写地点的活动不在表里。场次多的在前。",
    }
    if choice.view in special:
        return [special[choice.view]]
    by, lines = VIEWS[choice.view].by, []
    if choice.measure != "activities":
        lines.append(_of_counting(choice, "scenario" in by))
    else:
        lines.append("场次：一场活动有几个场景，就在每个场景里各计一场。" if "scenario" in by else "场次：每场活动计一次。")
    if choice.measure == "share":
        lines.append(_of_share(choice))
    if choice.measure == "per_activity":
        lines.append("每场人次 = 人次 ÷ 场次；没有活动的空着。")
    if {"phase", "month"} & set(by):
        lines.append("阶段：" + "；".join(f"{p.name} {p.start.month}—{p.end.month}月" for p in month.plan.phases) + "。")
    if "hour" in by:
        lines.append("时段按开始时间的整点；没写时间的是“未注明”。")
    return lines


def _of_counting(choice: Choice, by_scenario: bool) -> str:
    if choice.counting == "fractional":
        rest = "只选部分场景时，没选的场景分得的不转移过来，" if choice.scenarios else ""
        return f"均摊：一场活动的人次平均分给它的全部场景，{rest}各场景相加等于{'所选场景分得的' if rest else '活动的'}人次。"
    if by_scenario:
        return "全计：一场活动有几个场景，就在每个场景里各计一次全部人次，所以各场景相加会大于活动的人次。"
    return "人次：每场活动计一次全部人次" + ("，只要涉及所选场景之一。" if choice.scenarios else "。")


def _of_share(choice: Choice) -> str:
    view = VIEWS[choice.view]
    group = GROUPS.get(view.share_of, "")
    if choice.counting == "fractional":
        return f"占比的分母是{group}在所选范围内{'所选场景分得的' if choice.scenarios else '的全部'}人次。"
    over = "，一场只计一次，所以各场景的占比相加会超过100%" if "scenario" in view.by else ""
    return f"占比的分母是{group}在所选范围内的全部人次{over}。"


def _of_filters(choice: Choice) -> list[str]:
    lines = []
    if choice.view == "services" and choice.services:
        lines.append("这张表总是列出培训和帮办，不受“类型”影响。")
    elif choice.services:
        lines.append(f"只计{'、'.join(choice.services)}的人次；场次是有{'、'.join(choice.services)}的活动。")
    if choice.scenarios and choice.view in ("services", "venues", "venue_list"):
        lines.append("只算涉及所选场景之一的活动，每场计一次。")
    return lines


def _of_suppression(choice: Choice) -> list[str]:
    if not choice.hide_small or choice.view == "missing":
        return []
    if choice.view == "together":
        return [f"少于{SMALLEST}场的格已隐去。"]
    if choice.view == "venues":
        return [f"这张表数的是服务点，不是场次；只隐去少于{SMALLEST}场的“未写服务点的场次”。"]
    return [f"少于{SMALLEST}场的格已隐去；能由合计推算出它的格也一并隐去。空格就是隐去的。"]


def title_of(month: Figures, choice: Choice, table: pd.DataFrame) -> str:
    """The finding of the chart."""
    view, measure = choice.view, choice.measure
    nothing = ALL_HIDDEN if choice.hide_small and table.isna().any(axis=None) else NOTHING
    if view == "services":
        return _top_of(table, "street", "assistance_share", "帮办占比最高的是", percent) or nothing
    if view == "missing":
        return _missing_title(table, month, choice)
    if view == "together":
        return _pair_title(table, choice.hide_small)
    if view == "venues":
        once, every = int(table["one_off"].sum()), int(table["venues"].sum())
        used = f"{every}个服务点中，{once}个只办过一天" if once else f"{every}个服务点都重复使用过"
        return used if every else NOTHING
    if view == "venue_list":
        return _top_of(table, "venue", "activities", "用得最多的服务点是", lambda v: f"{v:,.0f}场") or nothing
    by = VIEWS[view].by
    if not table["activities"].fillna(0).sum():
        return nothing
    seen = table[table[by[0]] != UNCLASSIFIED] if "scenario" in by else table
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
    return "没有隐去的格里，" if "suppressed" in table and (table["suppressed"] != "").any() else ""


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


def _top_of(table: pd.DataFrame, name: str, value: str, start: str, text: object) -> str:
    """'最多的是亮码（3,384人次）'; ties together, '' of nothing."""
    seen = table.dropna(subset=[value])
    top = float(seen[value].max()) if len(seen) else 0.0
    if not top:
        return ""
    if len(table) == 1:
        return f"{seen[name].iloc[0]}：{text(top)}"  # type: ignore[operator]
    return f"{start}{_names(seen.loc[seen[value] == top, name].tolist(), '个')}（{text(top)}）"  # type: ignore[operator]


def _missing_title(table: pd.DataFrame, month: Figures, choice: Choice) -> str:
    if table.empty:
        asked = [s for s in month.plan.scenario_names if not choice.scenarios or s in choice.scenarios]
        what = _names(asked, "个场景") if choice.scenarios else f"{len(asked)}个场景"
        who = _names(choice.streets, "个街镇") if choice.streets else "各街镇"
        return f"{who}都做过{what}" if asked else "没有选场景"
    streets, scenarios = (list(dict.fromkeys(table[c])) for c in ("street", "scenario"))
    if len(scenarios) == 1:
        every = len(streets) == len(month.plan.street_names)
        return f"{'各街镇都' if every else '、'.join(streets)}没做过{scenarios[0]}"
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
    return f"最常一起做的是{_names(names, '对场景')}（{top:,}场）"


def _names(names: Sequence[str], unit: str) -> str:
    return "、".join(names) if len(names) <= MOST_NAMED else f"{names[0]}等{len(names)}{unit}"


def _days(first: date, last: date) -> str:
    """'2021年4月1日至6月30日'."""
    if first > last:
        return f"{_day(first)}至{_day(last)}（起始日晚于截止日，请改）"
    if first == last:
        return _day(first)
    return f"{_day(first)}至{last.month}月{last.day}日" if first.year == last.year else f"{_day(first)}至{_day(last)}"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def alt_of(month: Figures, choice: Choice, table: pd.DataFrame) -> str:
    """What the chart shows, for those who do not see it; its numbers stand in the table beside it."""
    heat = len(VIEWS[choice.view].by) == 2 or choice.view in ("together", "missing")
    words = f"{subtitle_of(month, choice)}。{title_of(month, choice, table)}"
    return f"{'热力图' if heat else '条形图'}，{words}。各数见表。"
