"""The words of a choice: what was selected, the answer in a sentence, how it was counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from analysis.explore.choice import VIEWS, Choice
from analysis.figures import Figures
from analysis.participation import participation, select, service_mix, suppress
from analysis.participation.suppression import SMALLEST
from analysis.plan import UNCLASSIFIED
from analysis.progress import percent

NOTHING = "所选范围内没有活动。"
HIDDEN = f"所选范围内的活动少于{SMALLEST}场，数字已隐去。"
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
    where = f"{plan.district}{len(plan.street_names)}个街镇" if not streets else named(streets, "个街镇")
    parts = [where, _days(choice.start or plan.first_day, min(choice.end or month.as_of, month.as_of))]
    if choice.scenarios:
        parts.append(f"涉及{named(choice.scenarios, '个场景')}的活动")
    if choice.services and choice.view != "services":
        parts.append(f"只计{'、'.join(choice.services)}")
    if choice.venue_types:
        parts.append(f"服务点类型为{named(choice.venue_types, '类')}")
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
    return f"最多的场景是{named(names, '个场景')}（{number_text(top, 'person_times', choice.counting)}人次）"


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
    return f"帮办占比最高的是{named(names, '个街镇')}（{percent(top)}）"


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


def named(names: Sequence[str], unit: str) -> str:
    """'桃浦、万里', or '桃浦等4个街镇' when there are many."""
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
