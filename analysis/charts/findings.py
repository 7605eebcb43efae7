"""The findings that stand above the charts of progress: sentences computed from the figures, one for each outcome."""

from __future__ import annotations

import pandas as pd

from analysis.charts import wording
from analysis.charts.base import Context, each_row
from analysis.charts.milestones import LATE, MISSED, ON_TIME, PENDING
from analysis.pace import recent_window
from analysis.plan import Plan, Target
from analysis.progress import percent

TENTHS = "零一二三四五六七八九"


def reach(marks: pd.DataFrame, context: Context) -> str:
    """How many streets reached the target in force: on time, later, or not."""
    plan, target = context.plan, context.plan.target_in_force(context.as_of)
    rows = of_target(marks, target)
    if not rows["now"].sum():
        return wording.no_data(plan, context.as_of)
    done, late, missed = (with_state(rows, state) for state in (ON_TIME, LATE, MISSED))
    if context.as_of < target.deadline:
        return _reach_before(context, target, done, with_state(rows, PENDING))
    by = f"到{wording.day(target.deadline, plan)}，"
    if len(done) == len(rows):
        return f"{by}{wording.how_many(done, plan)}按期{wording.met(plan, target)}"
    if not done and not late:
        return f"{_to_now(context, target)}{wording.how_many(missed, plan)}{wording.unmet(plan, target)}"
    parts = [f"{wording.how_many(done, plan) if done else '没有街镇'}按期{wording.met(plan, target)}"]
    if late:
        parts.append(f"{late[0] if len(late) == 1 else f'{len(late)}个'}后来补足")
    if missed:
        still = "至今" if context.as_of > target.deadline else ""
        parts.append(f"{_few(missed)}{still}{short_of(plan, target)}")
    return by + "，".join(parts)


def _reach_before(context: Context, target: Target, done: list[str], pending: list[str]) -> str:
    plan, left = context.plan, (target.deadline - context.as_of).days
    start = f"距{wording.day(target.deadline, plan)}还有{left}天，"
    if not pending:
        return f"{start}{_already(done, context, target)}"
    if not done:
        return f"{start}{wording.how_many(pending, plan)}{wording.unmet(plan, target)}"
    left_out = f"{wording.streets(pending, 2)}{short_of(plan, target)}"
    return f"{start}{wording.how_many(done, plan)}已{wording.met(plan, target)}，{left_out}"


def short_of(plan: Plan, target: Target) -> str:
    """'未满' after '满1,000人次', '未完成' after '完成年度指标'."""
    return "未满" if wording.one_goal(plan, target) is not None else "未完成"


def _few(names: list[str]) -> str:
    return "、".join(names) if len(names) <= 2 else f"{len(names)}个"


def _already(done: list[str], context: Context, target: Target) -> str:
    who = wording.how_many(done, context.plan)
    return f"{who}{'' if who.endswith('全部') else '已'}{wording.met(context.plan, target)}"


def _to_now(context: Context, target: Target) -> str:
    if context.as_of > target.deadline:
        return f"截至{wording.day(context.as_of, context.plan)}，"
    return f"到{wording.day(target.deadline, context.plan)}，"


def shortfall(marks: pd.DataFrame, context: Context) -> str:
    """Where the missing person-times are: the few streets that hold most of the gap, or that there is none."""
    plan, target = context.plan, context.plan.target_in_force(context.as_of)
    rows = of_target(marks, target)
    if not rows["now"].sum():
        return wording.no_data(plan, context.as_of)
    short = rows[rows["gap"] > 0].sort_values("gap", ascending=False, kind="stable")
    if short.empty:
        return _no_shortfall(rows, context, target)
    due = context.as_of >= target.deadline
    when = wording.day(target.deadline if due else context.as_of, plan)
    names, total = list(short["street"]), int(short["gap"].sum())
    amount = f"{'共' if len(names) > 1 else ''}{'' if due else '还'}差{wording.number(total)}人次"
    few = _heaviest(short)
    if few:
        tenths = int(short["gap"].iloc[:len(few)].sum() / total * 10)
        return f"{when}{len(names)}个街镇{amount}，{'、'.join(few)}占{TENTHS[tenths]}成以上"
    if not due and len(names) == len(rows) > 1:
        return f"{when}各街镇{amount}，{names[0]}差得最多（{wording.number(short['gap'].iloc[0])}）"
    only = "只有" if len(names) == 1 < len(rows) else ""
    return f"{when}{only}{wording.how_many(names, plan)}{wording.unmet(plan, target)}，{amount}"


def _heaviest(short: pd.DataFrame) -> list[str]:
    """The fewest streets with two thirds of the gap, if they are at most three and at most half of those behind."""
    running = short["gap"].cumsum() / short["gap"].sum()
    count = int((running < 2 / 3).sum()) + 1
    return list(short["street"].iloc[:count]) if count <= min(len(short) / 2, 3) else []


def _no_shortfall(rows: pd.DataFrame, context: Context, target: Target) -> str:
    plan = context.plan
    by = "按期" if context.as_of >= target.deadline else "提前"
    text = f"{wording.how_many(list(rows['street']), plan)}{by}{wording.met(plan, target)}"
    last = rows["reached"].max()
    slowest = list(rows.loc[rows["reached"] == last, "street"])
    if len(rows) == 1 or len(slowest) > 2:
        return text
    return f"{text}，最后是{'、'.join(slowest)}（{wording.day(last, plan)}）"


def district(marks: pd.DataFrame, ahead: float, context: Context) -> str:
    """The district against its target in force and against 序时."""
    plan, target = context.plan, context.plan.target_in_force(context.as_of)
    row = marks[marks["key"] == target.key].iloc[0]
    if not row["now"]:
        return wording.no_data(plan, context.as_of)
    goal = wording.number(target.district)
    if pd.notna(row["reached"]):
        early = (pd.Timestamp(target.deadline) - row["reached"]).days
        how = f"比期限早{early}天" if early > 0 else "正好在期限当天" if early == 0 else f"比期限晚{-early}天"
        return f"全区{wording.day(row['reached'], plan)}满{goal}人次，{how}"
    if row["state"] == MISSED:
        text = f"到{wording.day(target.deadline, plan)}，全区距{goal}人次差{wording.number(row['gap'])}"
        if context.as_of == target.deadline:
            return text
        return f"{text}，至{wording.day(context.as_of, plan)}仍差{wording.number(target.district - row['now'])}"
    left = (target.deadline - context.as_of).days
    needed = wording.number(-(-int(row["gap"]) // left))
    if abs(ahead) < 1:
        return f"全区与序时进度持平，余下{left}天每天需{needed}人次"
    size = wording.number(max(abs(ahead), 1))
    return f"全区比序时进度{'多' if ahead > 0 else '少'}{size}人次，余下{left}天每天需{needed}人次"


def punctuality(marks: pd.DataFrame, context: Context) -> str:
    """When the streets reached the target in force: the first, how late the others were, or not at all."""
    plan, target = context.plan, context.plan.target_in_force(context.as_of)
    rows = of_target(marks, target)
    if not rows["now"].sum():
        return wording.no_data(plan, context.as_of)
    done, late, missed = with_state(rows, ON_TIME), rows[rows["state"] == LATE], with_state(rows, MISSED)
    if not done and late.empty:
        return reach(marks, context) if missed else _nearest(rows, context, target)
    if late.empty and not missed:
        return _all_punctual(rows, context, target)
    if late.empty:
        first = rows.sort_values("reached", kind="stable").iloc[0]
        start = f"{first['street']}{wording.day(first['reached'], plan)}最早{wording.met(plan, target)}"
        return f"{start}，共{len(done)}个按期，{_few(missed)}{short_of(plan, target)}"
    goal = wording.met(plan, target)
    worst = late.sort_values("days_late", ascending=False, kind="stable").iloc[0]
    tardy = f"{worst['street']}晚{worst['days_late']}天"
    parts = [f"{tardy}才{goal}" if len(late) == 1 else f"{len(late)}个街镇逾期{goal}，{tardy}"]
    if missed:
        parts.append(f"{_few(missed)}至今{short_of(plan, target)}")
    if done:
        parts.append(f"{'其余' if len(done) > 1 else ''}{done[0] if len(done) == 1 else f'{len(done)}个'}按期")
    return "，".join(parts)


def _nearest(rows: pd.DataFrame, context: Context, target: Target) -> str:
    """Nobody is there yet: how near the first and the last are."""
    share = (rows["now"] / rows["target"].clip(lower=1)).set_axis(rows["street"])
    left = f"距{wording.day(target.deadline, context.plan)}还有{(target.deadline - context.as_of).days}天"
    first, last = str(share.idxmax()), str(share.idxmin())
    if share[first] == share[last]:
        return f"{left}，{'各街镇都' if len(rows) > 1 else first}完成{percent(share[first])}"
    return f"{left}，{first}最快（完成{percent(share[first])}），{last}最慢（{percent(share[last])}）"


def _all_punctual(rows: pd.DataFrame, context: Context, target: Target) -> str:
    """Every street that is due was on time: who was first, and who is left or last."""
    plan, first, last = context.plan, rows["reached"].min(), rows["reached"].max()
    leaders = wording.streets(list(rows.loc[rows["reached"] == first, "street"]), 2)
    text = f"{leaders}{wording.day(first, plan)}{'最早' if len(rows) > 1 else ''}{wording.met(plan, target)}"
    pending = with_state(rows, PENDING)
    if pending:
        return f"{text}，{wording.streets(pending, 2)}{short_of(plan, target)}"
    if len(rows) == 1 or first == last:
        return f"{text}，{'按期' if context.as_of >= target.deadline else '提前'}"
    return f"{text}，最后一个在{wording.day(last, plan)}，全部未误期"


def pace(table: pd.DataFrame, context: Context) -> str:
    """Who is behind 序时 and who will miss the deadline at the recent pace; after the deadline, who still lacks."""
    plan, target = context.plan, context.plan.target_in_force(context.as_of)
    if not table["person_times"].sum():
        return wording.no_data(plan, context.as_of)
    if context.as_of >= target.deadline:
        return _pace_after(table, context, target)
    behind = table[table["person_times"] < table["expected"]].sort_values("points", kind="stable")
    slow = list(table[table["recent"] < table["required_per_day"]].sort_values("points", kind="stable")["street"])
    if behind.empty:
        text = f"{wording.how_many(list(table['street']), plan)}达到序时进度"
    else:
        text = f"{wording.how_many(list(behind['street']), plan)}低于序时进度"
        points = wording.signed(behind["points"].iloc[0], 1).removeprefix("−")
        text += f"{points}个百分点" if len(behind) == 1 else f"，{behind['street'].iloc[0]}低{points}个百分点"
    return f"{text}；{_outlook(slow, len(table), recent_window(plan, context.as_of)[1])}"


def _outlook(slow: list[str], count: int, days: int) -> str:
    pace = f"照近{days}天的速度"
    if not slow:
        return f"{pace}{'都' if count > 1 else ''}能按期达标"
    who = "都" if len(slow) == count > 1 else wording.streets(slow, 2)
    return f"{pace}，{who}到期达不到指标"


def _pace_after(table: pd.DataFrame, context: Context, target: Target) -> str:
    plan = context.plan
    short = table[table["person_times"] < table["target"]].sort_values("points", kind="stable")
    if short.empty:
        return _already(list(table["street"]), context, target)
    gap = wording.number(int((short["target"] - short["person_times"]).sum()))
    over = context.as_of > target.deadline
    past = "期限已过，" if over else f"到{wording.day(target.deadline, plan)}，"
    names = wording.streets(list(short["street"]), 3)
    many = "共" if len(short) > 1 else ""
    return f"{past}{names}{'仍' if over else ''}{wording.unmet(plan, target)}，{many}差{gap}人次"


def street_status(marks: pd.DataFrame, context: Context) -> tuple[str, bool]:
    """One street's standing on all targets in few words, and whether it is a warning."""
    if marks["now"].iloc[-1] == 0:
        return "没有记录", True
    due = marks[marks["deadline"] <= pd.Timestamp(context.as_of)]
    bad = due[due["state"] != ON_TIME]
    if not bad.empty:
        row = bad.iloc[-1]
        goal = wording.number(row["target"])
        late = row["state"] == LATE
        return (f"{wording.day(row['reached'], context.plan)}补足{goal}" if late else f"至今未满{goal}"), True
    pending = marks[marks["state"] == PENDING]
    if not pending.empty:
        return f"还差{wording.number(pending['gap'].iloc[0])}", False
    if len(due) < len(marks):
        return "提前达标", False
    return ("全部按期" if len(marks) > 1 else "按期达标"), False


def alt_reach(marks: pd.DataFrame, context: Context) -> str:
    """Text alternative of the small multiples."""
    now = marks.drop_duplicates("street").sort_values("now", ascending=False, kind="stable")
    listing = "，".join(f"{r.street}{wording.number(r.now)}" for r in each_row(now))
    return f"折线图，每个街镇一格，画逐日累计人次与指标。{reach(marks, context)}。累计人次：{listing}。"


def of_target(marks: pd.DataFrame, target: Target) -> pd.DataFrame:
    """The rows of one target."""
    return marks[marks["key"] == target.key]


def with_state(rows: pd.DataFrame, state: str) -> list[str]:
    """Streets in one state, the largest gap first, then as in the plan."""
    return list(rows[rows["state"] == state].sort_values("gap", ascending=False, kind="stable")["street"])
