"""The finding in one sentence and the paragraphs of the 通报, with a wording for every outcome.

No data yet; before a deadline ahead, behind, met early; on and after it all met, some met late, some missed, none met;
programme over.
"""

from __future__ import annotations

import pandas as pd

from analysis.plan import Plan
from analysis.standing import BEHIND, EARLY, LATE, MISSED, ON_PACE, ON_TIME, RECENT_DAYS, Standing
from analysis.wording.style import daily, day, listed, number, pace, percent, signed, subject

MOST_NAMED = 5


def finding(s: Standing) -> str:
    """The title of the briefing: on time or not, who is not, by how much."""
    if not s.person_times:
        return f"截至{day(s.as_of, s.plan)}，全区还没有计入的活动记录"
    return _finding_due(s) if s.due else _finding_before(s)


def _finding_before(s: Standing) -> str:
    early, behind = s.names(EARLY), s.names(BEHIND)
    ahead = f"距{s.target.name}期限还有{s.days_left}天，"
    if not s.unmet:
        return f"{subject(early, s.plan)}提前完成{s.target.name}（距期限还有{s.days_left}天）"
    whole = "全区达到序时进度" if s.points >= 0 else f"全区低于序时进度{signed(s.points)[1:]}个百分点"
    if not behind:
        return f"{ahead}{subject(s.plan.street_names, s.plan)}达到序时进度"
    if len(behind) == len(s.plan.streets) and len(behind) > 1:
        return f"{ahead}{len(behind)}个街镇全部未达序时进度，{_worst(s)}差得最多"
    link = "，但" if s.points >= 0 else "，"
    named = listed(behind) if len(behind) <= 3 else f"{len(behind)}个街镇"
    tail = f"，{_worst(s)}差得最多" if len(behind) > 1 else ""
    return f"{ahead}{whole}{link}{named}未达序时{tail}"


def _worst(s: Standing) -> str:
    rows = s.rows(BEHIND)
    return str(rows.loc[rows["points"].idxmin(), "street"])


def _finding_due(s: Standing) -> str:
    on_time, late, missed = s.names(ON_TIME), s.names(LATE), s.names(MISSED)
    days_past = (s.as_of - s.target.deadline).days
    start = f"到{day(s.target.deadline, s.plan)}，" if not days_past else f"{s.target.name}期限已过{days_past}天，"
    total = f"{'共' if len(missed) > 1 else ''}差{number(s.gap)}人次"
    if not missed and not late:
        return f"{subject(on_time, s.plan)}按期完成{s.target.name}"
    if not missed:
        tail = "全部逾期" if not on_time else f"{listed(late) if len(late) <= 3 else f'{len(late)}个'}逾期"
        return f"{subject(s.met, s.plan)}完成{s.target.name}，其中{tail}"
    if not s.met:
        return f"{start}{subject(missed, s.plan)}未完成{s.target.name}，{total}"
    named = listed(missed) if len(missed) <= 3 else f"{len(missed)}个"
    done = f"{subject(s.met, s.plan)}{'按期完成' if not late else '完成'}{s.target.name}"
    return f"{start}{done}，{named}{'仍' if days_past else ''}未完成，{total}"




def overall(s: Standing) -> str:
    """The district: total, share of the target, 序时, and how many streets stand where."""
    to = f"截至{day(s.as_of)}，"
    if not s.person_times:
        return f"{to}没有计入任何活动记录；{s.target.name}{number(s.target.district)}人次，期限{day(s.target.deadline, s.plan)}。"
    unstated = s.person_times - s.training - s.assistance
    kinds = f"培训{number(s.training)}、帮办{number(s.assistance)}" + (f"、未注明{number(unstated)}" if unstated else "")
    text = (f"{to}全区开展活动{number(s.activities)}场，累计服务{number(s.person_times)}人次（{kinds}），"
            f"为{s.target.name}{number(s.target.district)}人次的{percent(s.share)}")
    if s.due:
        return f"{text}。{_count_due(s)}"
    even = abs(s.points) < 0.05 and s.points >= 0
    compared = "与序时持平" if even else f"{'高于' if s.points > 0 else '低于'}序时{signed(s.points)[1:]}个百分点"
    return f"{text}；序时进度{percent(s.expected / max(s.target.district, 1))}，{compared}。{_count_before(s)}"


def _count_before(s: Standing) -> str:
    early, pace_kept, behind = s.names(EARLY), s.names(ON_PACE), s.names(BEHIND)
    if not s.unmet:
        return f"{subject(early, s.plan)}已提前完成。"
    kept = len(early) + len(pace_kept)
    done = f"（其中{listed(early) if len(early) <= 3 else f'{len(early)}个'}已完成{s.target.name}）" if early else ""
    if not behind:
        return f"{subject(s.plan.street_names, s.plan)}达到序时进度{done}。"
    if not kept:
        return f"{subject(behind, s.plan)}未达到序时进度。"
    return f"{kept}个街镇达到序时进度{done}，{len(behind)}个未达到。"


def _count_due(s: Standing) -> str:
    on_time, late, missed = s.names(ON_TIME), s.names(LATE), s.names(MISSED)
    if not late and not missed:
        return f"{subject(on_time, s.plan)}按期完成。"
    if not s.met:
        return f"{subject(missed, s.plan)}未完成。"
    parts = [f"{len(on_time)}个街镇按期完成" if on_time else "没有街镇按期完成"]
    if late:
        parts.append(f"{len(late)}个逾期补足（{_reached(s.rows(LATE), s.plan)}）")
    if missed:
        parts.append(f"{len(missed)}个未完成")
    return "，".join(parts) + "。"


def _reached(rows: pd.DataFrame, plan: Plan) -> str:
    ordered = rows.sort_values("reached", kind="stable")
    return "、".join(f"{r.street}{day(r.reached, plan)}" for r in ordered.itertuples())


def laggards(s: Standing) -> str:
    """Who is not on time, each with the distance: below 序时 before the deadline, short of the target after it."""
    if not s.person_times:
        return "各街镇都没有计入的活动记录，请先核对导出文件是否齐全。"
    rows = s.rows(MISSED) if s.due else s.rows(BEHIND).sort_values("points", kind="stable")
    if rows.empty:
        return f"没有。{subject(s.plan.street_names, s.plan)}{'完成指标' if s.due or not s.unmet else '达到序时进度'}。"
    told = [_lag(r, s.due) for r in rows.head(MOST_NAMED).itertuples()]
    rest = list(rows["street"])[MOST_NAMED:]
    more = f"；另有{len(rest)}个：{listed(rest)}" if rest else ""
    return f"{'；'.join(told)}{more}。"


def _lag(row: object, due: bool) -> str:
    r = row
    if not r.person_times:  # type: ignore[attr-defined]
        return f"{r.street}没有计入的记录"  # type: ignore[attr-defined]
    share = percent(r.person_times / max(r.target, 1))  # type: ignore[attr-defined]
    if due:
        return f"{r.street}{number(r.person_times)}人次，完成{share}，差{number(r.gap)}"  # type: ignore[attr-defined]
    return f"{r.street}完成{share}，低于序时{signed(r.points)[1:]}个百分点"  # type: ignore[attr-defined]


def shortfall(s: Standing) -> str:
    """How much is missing, and in which streets most of it lies."""
    if not s.gap:
        over = s.person_times - s.target.district
        return f"没有缺口，全区超出{s.target.name}{number(over)}人次。" if over else f"没有缺口，全区正好达到{s.target.name}。"
    rows = s.streets[s.streets["gap"] > 0]
    if len(rows) == 1:
        return f"{rows['street'].iloc[0]}距{s.target.name}还差{number(s.gap)}人次，其余街镇都已完成。" if len(s.streets) > 1 \
            else f"距{s.target.name}还差{number(s.gap)}人次。"
    text = f"{subject(list(rows['street']), s.plan)}距{s.target.name}合计还差{number(s.gap)}人次"
    few = _heaviest(rows)
    if not few:
        return f"{text}，最多的是{rows['street'].iloc[0]}（{number(rows['gap'].iloc[0])}人次）。"
    part = int(rows["gap"].iloc[: len(few)].sum())
    return f"{text}，其中{listed(few)}差{number(part)}人次，占{percent(part / s.gap)}。"


def _heaviest(rows: pd.DataFrame) -> list[str]:
    """The fewest streets that hold two thirds of the gap, if they are at most half of those that lack and at most three."""
    running = rows["gap"].cumsum() / rows["gap"].sum()
    count = int((running < 2 / 3).sum()) + 1
    return list(rows["street"].iloc[:count]) if count <= min(len(rows) / 2, 3) else []


def needed(s: Standing) -> str:
    """What has to happen: pace needed per day against the recent pace, or what follows after the deadline."""
    if s.over:
        end = f"项目期已于{day(s.plan.last_day, s.plan)}结束"
        return f"{end}，指标全部完成。" if not s.gap else f"{end}，{listed(s.unmet)}最终未完成{s.target.name}。"
    if not s.gap:
        later = [t for t in s.plan.targets if t.deadline > s.target.deadline]
        after = f"下一节点为{later[0].name}（{day(later[0].deadline, s.plan)}，全区{number(later[0].district)}人次）" if later \
            else f"按方案持续开展服务至{day(s.plan.last_day, s.plan)}"
        return f"{s.target.name}已无缺口，{after}。"
    if s.due:
        to = f"{listed(s.unmet)}尽快补足{number(s.gap)}人次"
        if s.as_of == s.target.deadline:
            return f"期限已到，{to}，并向区里说明原因。"
        return f"期限已过，不再计算所需日均；{to}。"
    whole = f"到{day(s.target.deadline, s.plan)}还有{s.days_left}天，全区每天需{number(s.required or 0)}人次"
    recent = s.streets.loc[s.streets["gap"] > 0, "recent"].sum()
    text = f"{whole}（有缺口街镇近{RECENT_DAYS}天日均{pace(recent)}人次）" if s.as_of >= s.plan.first_day else whole
    slow = s.streets[(s.streets["gap"] / s.days_left > s.streets["recent"]) & (s.streets["gap"] > 0)]
    if slow.empty:
        return f"{text}。照近{RECENT_DAYS}天的速度，各街镇都能按期完成。"
    slow = slow.sort_values("points", kind="stable")
    told = "、".join(f"{r.street}每天{daily(r.gap / s.days_left)}（近期{pace(r.recent)}）" for r in slow.head(MOST_NAMED).itertuples())
    return f"{text}。需要提速的有{len(slow)}个：{told}{'等' if len(slow) > MOST_NAMED else ''}。"


def milestone(s: Standing) -> str:
    """How an earlier target ended: on time, made up later, never."""
    on_time, late, missed = s.names(ON_TIME), s.names(LATE), s.names(MISSED)
    if not late and not missed:
        return f"{s.target.name}（{day(s.target.deadline, s.plan)}）{subject(on_time, s.plan)}按期完成。"
    parts = [f"{len(on_time)}个街镇按期完成" if on_time else "没有街镇按期完成"]
    if late:
        parts.append(f"{len(late)}个逾期补足（{_reached(s.rows(LATE), s.plan)}）")
    if missed:
        parts.append(f"{listed(missed)}至今未补足")
    return f"{s.target.name}（{day(s.target.deadline, s.plan)}）" + "，".join(parts) + "。"
