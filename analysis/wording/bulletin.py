"""The finding in one sentence and the paragraphs of the 通报, with a wording for every outcome.

No data yet; before a deadline ahead, behind, met early; on and after it all met, some met late, some missed, none met;
programme over.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from analysis.pace import RECENT_DAYS
from analysis.standing import BEHIND, EARLY, LATE, MET, MISSED, ON_PACE, ON_TIME, Standing, Street
from analysis.wording.style import daily, day, few, listed, number, pace, percent, signed, subject

MOST_TOLD = 5


def finding(s: Standing) -> str:
    """The title of the briefing: on time or not, who is not, by how much."""
    if not s.person_times:
        return f"截至{day(s.as_of, s.plan)}，全区还没有计入的活动记录"
    return _finding_due(s) if s.due else _finding_before(s)


def _finding_before(s: Standing) -> str:
    behind, name = s.of(BEHIND), s.target.name
    if not s.gap:
        return f"{subject(s.names(EARLY), s.plan)}提前完成{name}，距期限还有{s.days_left}天"
    start = f"距{name}期限还有{s.days_left}天，"
    if not behind:
        return f"{start}{subject(s.plan.street_names, s.plan)}达到序时进度"
    worst = f"，{_lowest(behind).name}差得最多" if len(behind) > 1 else ""
    if len(behind) == len(s.streets):
        return f"{start}{subject([b.name for b in behind], s.plan)}低于序时进度{worst}"
    whole = "全区达到序时进度，但" if s.points >= 0 else f"全区低于序时{_apart(s.points)}，"
    return f"{start}{whole}{few([b.name for b in behind])}未达序时{worst}"


def _lowest(streets: Sequence[Street]) -> Street:
    return min(streets, key=lambda b: b.points)


def _apart(points: float) -> str:
    return f"{signed(points)[1:]}个百分点"


def _finding_due(s: Standing) -> str:
    on_time, late, missed, name = s.names(ON_TIME), s.names(LATE), s.names(MISSED), s.target.name
    if not missed and not late:
        return f"{subject(on_time, s.plan)}按期完成{name}"
    if not missed:
        met = subject(s.names(*MET), s.plan)
        return f"{met}完成{name}，{f'其中{few(late)}逾期' if on_time else '但都逾期'}"
    start = f"{name}期限已过{s.days_past}天，" if s.days_past else f"到{day(s.target.deadline, s.plan)}，"
    it = "" if s.days_past else name
    lack = f"{'共' if len(missed) > 1 else ''}差{number(s.gap)}人次"
    if len(missed) == len(s.streets):
        return f"{start}{subject(missed, s.plan)}未完成{it}，{lack}"
    done = f"{subject(s.names(*MET), s.plan)}{'完成' if late else '按期完成'}{it}"
    if s.days_past:
        return f"{start}{done}，{few(missed)}还差{number(s.gap)}人次"
    return f"{start}{done}，{few(missed)}未完成，{lack}"


# --- the 通报 -------------------------------------------------------------------------------------------------------


def overall(s: Standing) -> str:
    """The district: total, share of the target, 序时, and how many streets stand where."""
    goal = f"{s.target.name}{number(s.target.district)}人次"
    if not s.person_times:
        return f"截至{day(s.as_of)}，没有计入任何活动记录；{goal}，期限{day(s.target.deadline, s.plan)}。"
    text = (f"截至{day(s.as_of)}，全区开展活动{number(s.activities)}场，累计服务{number(s.person_times)}人次"
            f"（{_services(s)}），为{goal}的{percent(s.share)}")
    if s.due:
        return f"{text}。{_count_due(s)}。"
    even = 0 <= s.points < 0.05
    compared = "与序时持平" if even else f"{'高' if s.points > 0 else '低'}于序时{_apart(s.points)}"
    return f"{text}；序时进度{percent(s.pace_share)}，{compared}。{_count_before(s)}。"


def _services(s: Standing) -> str:
    unstated = s.person_times - s.training - s.assistance
    tail = f"、未注明{number(unstated)}" if unstated else ""
    return f"培训{number(s.training)}、帮办{number(s.assistance)}{tail}"


def _count_before(s: Standing) -> str:
    early, behind = s.names(EARLY), s.names(BEHIND)
    kept = s.names(EARLY, ON_PACE)
    if not s.gap:
        return f"{subject(early, s.plan)}提前完成"
    done = f"（其中{few(early)}已完成{s.target.name}）" if early else ""
    if not behind:
        return f"{subject(kept, s.plan)}达到序时进度{done}"
    if not kept:
        return f"{subject(behind, s.plan)}未达到序时进度"
    return f"{len(kept)}个街镇达到序时进度{done}，{len(behind)}个未达到"


def _count_due(s: Standing, still: str = "") -> str:
    on_time, late, missed = s.names(ON_TIME), s.of(LATE), s.names(MISSED)
    if not late and not missed:
        return f"{subject(on_time, s.plan)}按期完成"
    if len(missed) == len(s.streets):
        return f"{subject(missed, s.plan)}未{'按期完成，至今未补足' if still else '完成'}"
    parts = [f"{len(on_time)}个街镇按期完成" if on_time else "没有街镇按期完成"]
    if late:
        parts.append(f"{len(late)}个逾期补足（{_dates(late, s)}）")
    if missed:
        parts.append(still or f"{len(missed)}个未完成")
    return "，".join(parts)


def _dates(streets: Sequence[Street], s: Standing) -> str:
    dated = sorted((b.reached, b.name) for b in streets if b.reached is not None)
    return "、".join(f"{name}{day(reached, s.plan)}" for reached, name in dated)


def laggards(s: Standing) -> str:
    """Who is not on time, each with the distance: below 序时 before the deadline, short of the target after it."""
    if not s.person_times:
        return "各街镇都没有计入的活动记录，请先核对导出文件是否齐全。"
    rows = s.of(MISSED) if s.due else sorted(s.of(BEHIND), key=lambda b: b.points)
    if not rows:
        reason = "完成指标" if s.due or not s.gap else "达到序时进度"
        return f"没有，{subject(s.plan.street_names, s.plan)}{reason}。"
    told = [_lag(b, s) for b in rows[:MOST_TOLD]]
    rest = [b.name for b in rows[MOST_TOLD:]]
    more = f"；另有{len(rest)}个：{listed(rest)}" if rest else ""
    return f"{'；'.join(told)}{more}。"


def _lag(street: Street, s: Standing) -> str:
    if not street.person_times:
        return f"{street.name}没有计入的记录"
    text = f"{street.name}完成{percent(street.share)}"
    return f"{text}，差{number(street.gap)}人次" if s.due else f"{text}，低于序时{_apart(street.points)}"


def shortfall(s: Standing) -> str:
    """How much is missing, and in which streets most of it lies."""
    goal = s.target.name
    if not s.gap:
        more = s.person_times - s.target.district
        return f"没有缺口，全区超出{goal}{number(more)}人次。" if more else f"没有缺口，全区正好完成{goal}。"
    rows = [b for b in s.streets if b.gap]
    whose = f"{few([b.name for b in rows])}距{goal}{'合计' if len(rows) > 1 else ''}"
    text = f"{_due_by_now(s)}{whose}还差{number(s.gap)}人次"
    if len(rows) == 1:
        return f"{text}。"
    heavy = heaviest(rows)
    if not heavy:
        return f"{text}，最多的是{rows[0].name}（{number(rows[0].gap)}人次）。"
    part = sum(b.gap for b in heavy)
    return f"{text}，其中{listed([b.name for b in heavy])}差{number(part)}人次，占{percent(part / s.gap)}。"


def _due_by_now(s: Standing) -> str:
    """What the streets behind lack today against 序时, in whole person-times."""
    behind = s.of(BEHIND)
    lack = sum(ceil(b.expected - b.person_times) for b in behind)
    whose = f"{few([b.name for b in behind])}{'合计' if len(behind) > 1 else ''}"
    return f"比序时，{whose}少{number(lack)}人次；" if behind else ""


def heaviest(rows: Sequence[Street]) -> list[Street]:
    """The fewest streets that hold two thirds of the gap, if at most half of those that lack and at most three."""
    total, running = sum(b.gap for b in rows), 0
    for count, street in enumerate(rows, 1):
        running += street.gap
        if running * 3 >= total * 2:
            return list(rows[:count]) if count <= min(len(rows) / 2, 3) else []
    return []


def needed(s: Standing) -> str:
    """What has to happen: the pace needed against the recent one, or what follows after the deadline."""
    name = s.target.name
    if s.over:
        end = f"项目期已于{day(s.plan.last_day, s.plan)}结束"
        return f"{end}，{name}全部完成。" if not s.gap else f"{end}，{listed(s.names(MISSED))}最终未完成{name}。"
    if not s.gap:
        return f"{name}已无缺口，{_next(s)}。"
    if s.due:
        what = f"{listed(s.names(MISSED))}尽快补足{number(s.gap)}人次"
        return f"期限已过，不再计算所需日均；{what}。" if s.days_past else f"今日到期，{what}。"
    short = [b for b in s.streets if b.gap]
    text = (f"到{day(s.target.deadline, s.plan)}还有{s.days_left}天，{few([b.name for b in short])}"
            f"每天{'合计' if len(short) > 1 else ''}需{number(s.required or 0)}人次，"
            f"近{RECENT_DAYS}天日均{pace(sum(b.recent for b in short))}人次")
    slow = sorted((b for b in short if b.gap / s.days_left > b.recent), key=lambda b: b.points)
    if not slow:
        return f"{text}。照近期速度，各街镇都能按期完成。"
    told = "、".join(f"{b.name}{daily(b.gap / s.days_left)}（近期{pace(b.recent)}）" for b in slow[:MOST_TOLD])
    return f"{text}。需要提速的{len(slow)}个街镇每天应达：{told}{'等' if len(slow) > MOST_TOLD else ''}。"


def _next(s: Standing) -> str:
    later = [t for t in s.plan.targets if t.deadline > s.target.deadline]
    if not later:
        return f"按方案持续开展服务至{day(s.plan.last_day, s.plan)}"
    return f"下一节点是{day(later[0].deadline, s.plan)}的{later[0].name}，全区{number(later[0].district)}人次"


def milestone(s: Standing) -> str:
    """How an earlier target ended: on time, made up later, never."""
    missed = s.names(MISSED)
    return f"到{day(s.target.deadline, s.plan)}，{_count_due(s, f'{few(missed)}至今未补足')}。"
