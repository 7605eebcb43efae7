"""The findings that stand above the charts: sentences computed from the figures, with a wording for each outcome."""

from __future__ import annotations

from datetime import date

import pandas as pd

from analysis.charts import wording
from analysis.charts.base import Context
from analysis.charts.milestones import LATE, MISSED, ON_TIME, PENDING
from analysis.plan import UNCLASSIFIED, Plan, Target


def reach(marks: pd.DataFrame, context: Context) -> str:
    """How many streets reached the target in force, on time, later, or not."""
    plan, target = context.plan, context.plan.target_in_force(context.as_of)
    rows = of_target(marks, target)
    if not rows["now"].sum():
        return wording.NO_DATA.format(day=wording.day(context.as_of, plan))
    done, late = with_state(rows, ON_TIME), with_state(rows, LATE)
    missed, pending = with_state(rows, MISSED), with_state(rows, PENDING)
    if context.as_of < target.deadline:
        return _reach_before(context, target, done, pending)
    by = f"到{wording.day(target.deadline, plan)}，"
    if len(done) == len(rows):
        return f"{by}{wording.how_many(done, plan)}按期{wording.met(plan, target)}"
    if not done and not late:
        return f"{_to_now(context, target)}{wording.how_many(missed, plan)}{wording.unmet(plan, target)}"
    parts = [f"{wording.how_many(done, plan)}按期{wording.met(plan, target)}" if done
             else f"没有街镇按期{wording.met(plan, target)}"]
    if late:
        parts.append(f"{wording.streets(late, 1) if len(late) == 1 else f'{len(late)}个'}后来补足")
    if missed:
        parts.append(f"{wording.streets(missed, 2) if len(missed) <= 2 else f'{len(missed)}个'}"
                     f"{'至今' if context.as_of > target.deadline else ''}未满")
    return by + "，".join(parts)


def _reach_before(context: Context, target: Target, done: list[str], pending: list[str]) -> str:
    plan = context.plan
    left = (target.deadline - context.as_of).days
    if not pending:
        return f"提前{left}天以上，{wording.how_many(done, plan)}{wording.met(plan, target)}"
    start = f"距{wording.day(target.deadline, plan)}还有{left}天，"
    if not done:
        return f"{start}{wording.how_many(pending, plan)}{wording.unmet(plan, target)}"
    return f"{start}{wording.how_many(done, plan)}已{wording.met(plan, target)}，{wording.streets(pending, 2)}未满"


def _to_now(context: Context, target: Target) -> str:
    past = context.as_of > target.deadline
    return f"{'截至' if past else '到'}{wording.day(context.as_of if past else target.deadline, context.plan)}，"


def shortfall(marks: pd.DataFrame, context: Context) -> str:
    """Where the missing person-times are: the few streets that hold most of the gap, or that there is none."""
    plan, target = context.plan, context.plan.target_in_force(context.as_of)
    rows = of_target(marks, target)
    if not rows["now"].sum():
        return wording.NO_DATA.format(day=wording.day(context.as_of, plan))
    short = rows[rows["gap"] > 0].sort_values("gap", ascending=False, kind="stable")
    due = context.as_of >= target.deadline
    when = wording.day(target.deadline if due else context.as_of, plan)
    if short.empty:
        return _no_shortfall(rows, context, target)
    total = int(short["gap"].sum())
    amount = f"{'共' if len(short) > 1 else ''}{'差' if due else '还差'}{wording.number(total)}人次"
    if len(short) == 1:
        return f"{when}只有{short['street'].iloc[0]}{wording.unmet(plan, target)}，{amount}" if len(rows) > 1 else \
            f"{when}{short['street'].iloc[0]}{wording.unmet(plan, target)}，{amount}"
    few = _heaviest(short)
    if few:
        share = int(short["gap"].iloc[:len(few)].sum() / total * 10)
        return f"{when}{len(short)}个街镇{amount}，{'、'.join(few)}占{'零一二三四五六七八九'[share]}成以上"
    return f"{when}{wording.how_many(list(short['street']), plan)}{wording.unmet(plan, target)}，{amount}"


def _heaviest(short: pd.DataFrame) -> list[str]:
    """The fewest streets that hold two thirds of the gap, if they are at most half of those behind and at most three."""
    running = short["gap"].cumsum() / short["gap"].sum()
    count = int((running < 2 / 3).sum()) + 1
    return list(short["street"].iloc[:count]) if count <= min(len(short) / 2, 3) else []


def _no_shortfall(rows: pd.DataFrame, context: Context, target: Target) -> str:
    plan = context.plan
    slowest = rows[rows["reached"] == rows["reached"].max()]["street"]
    by = "按期" if context.as_of >= target.deadline else "提前"
    text = f"{wording.how_many(list(rows['street']), plan)}{by}{wording.met(plan, target)}"
    return text if len(rows) == 1 else f"{text}，最后是{wording.streets(list(slowest), 2)}（{wording.day(rows['reached'].max(), plan)}）"


def district(marks: pd.DataFrame, ahead: float, context: Context) -> str:
    """The district against its target in force and against 序时."""
    plan, target = context.plan, context.plan.target_in_force(context.as_of)
    row = marks[marks["key"] == target.key].iloc[0]
    if not row["now"]:
        return wording.NO_DATA.format(day=wording.day(context.as_of, plan))
    total = f"{wording.number(target.district)}人次"
    if pd.notna(row["reached"]):
        early = (pd.Timestamp(target.deadline) - row["reached"]).days
        how = f"提前{early}天" if early > 0 else "按期" if early == 0 else f"晚{-early}天"
        return f"全区{wording.day(row['reached'], plan)}满{total}，{how}"
    if row["state"] == MISSED:
        by = wording.day(target.deadline, plan)
        late = f"，至{wording.day(context.as_of, plan)}仍差{wording.number(target.district - row['now'])}"
        return f"到{by}全区差{wording.number(row['gap'])}人次未满{wording.number(target.district)}" + \
            (late if context.as_of > target.deadline else "")
    left = (target.deadline - context.as_of).days
    pace = "与序时持平" if abs(ahead) < 1 else f"比序时{'多' if ahead > 0 else '少'}{wording.number(abs(ahead))}"
    daily = -(-int(row["gap"]) // left)
    return f"全区{pace}人次；余下{left}天每天需{wording.number(daily)}人次" if abs(ahead) >= 1 else \
        f"全区{pace}；余下{left}天每天需{wording.number(daily)}人次"


def punctuality(marks: pd.DataFrame, context: Context) -> str:
    """When the streets reached the target in force: on time, how late, or not."""
    plan, target = context.plan, context.plan.target_in_force(context.as_of)
    rows = of_target(marks, target)
    if not rows["now"].sum():
        return wording.NO_DATA.format(day=wording.day(context.as_of, plan))
    late, missed = rows[rows["state"] == LATE], with_state(rows, MISSED)
    if late.empty and not missed:
        first = rows[rows["reached"] == rows["reached"].min()]
        if first.empty:
            return reach(marks, context)
        day = wording.day(first["reached"].iloc[0], plan)
        return f"{wording.streets(list(first['street']), 2)}最早{wording.met(plan, target)}（{day}），{_rest(rows, context, target)}"
    parts = [f"{len(with_state(rows, ON_TIME))}个街镇按期{wording.met(plan, target)}"]
    if not late.empty:
        worst = late.loc[late["days_late"].idxmax()]
        parts.append(f"{worst['street']}晚{worst['days_late']}天" if len(late) == 1
                     else f"{len(late)}个晚了，最多{worst['days_late']}天（{worst['street']}）")
    if missed:
        parts.append(f"{wording.streets(missed, 2) if len(missed) <= 2 else f'{len(missed)}个'}未满")
    return "，".join(parts)


def _rest(rows: pd.DataFrame, context: Context, target: Target) -> str:
    pending = with_state(rows, PENDING)
    if pending:
        return f"{len(pending)}个街镇未满"
    last = rows["reached"].max()
    return f"其余都在{wording.day(last, context.plan)}前达到" if len(rows) > 1 else "按期达标"


def participation(grid: pd.DataFrame, plan: Plan, context: Context) -> str:
    """The two strongest scenarios and the weakest, and where scenarios were never offered."""
    total = grid["person_times"].drop(UNCLASSIFIED, errors="ignore")
    if not total.sum():
        return wording.NO_DATA.format(day=wording.day(context.as_of, plan)) if not grid["person_times"].sum() else \
            "活动记录都没有注明应用场景"
    never = list(total[total == 0].index)
    streets = grid.loc[total.index].drop(columns="person_times")
    started = streets.loc[:, streets.sum() > 0]
    missing = (started == 0).sum()
    text = f"{'、'.join(total.index[:2])}人次最多，" + (
        f"{wording.streets(never, 2) if len(never) <= 2 else f'{len(never)}个场景'}还没有开展" if never
        else f"{total.index[-1]}最少")
    lacking = list(missing[missing > 0].index)
    if never or not lacking:
        return text if never else f"{text}；{wording.how_many(list(started.columns), plan)}都覆盖{len(total)}个场景"
    return f"{text}；{wording.streets(lacking, 2)}有场景没有开展"


def rhythm(counts: pd.DataFrame, silences: dict[str, tuple[date, date] | None], context: Context) -> str:
    """How many activities, and who paused longest."""
    plan = context.plan
    if counts.empty:
        return wording.NO_DATA.format(day=wording.day(context.as_of, plan))
    active = set(counts["street"])
    idle = [s for s in plan.street_names if s not in active]
    working = counts["date"].dt.weekday < 5
    share = wording.percent(counts.loc[working, "activities"].sum() / counts["activities"].sum()).split(".")[0]
    text = f"{wording.number(counts['activities'].sum())}场活动，周一至周五占{share}%"
    if idle:
        return f"{text}；{wording.streets(idle, 2)}没有活动"
    lengths = {s: (span[1] - span[0]).days + 1 for s, span in silences.items() if span and s in active}
    if not lengths or max(lengths.values()) < 14:
        return f"{text}；没有街镇停过两周以上"
    worst = max(lengths, key=lambda s: lengths[s])
    first, last = silences[worst] or (context.as_of, context.as_of)
    until = f"{wording.day(last, plan)}" if last < context.as_of else "今"
    return f"{text}；{worst}停得最久，{wording.day(first, plan)}至{until}共{lengths[worst]}天"


def pace(table: pd.DataFrame, context: Context) -> str:
    """Who is behind 序时 and who will miss the deadline at the recent pace; after it, who failed."""
    plan, target = context.plan, context.plan.target_in_force(context.as_of)
    if not table["person_times"].sum():
        return wording.NO_DATA.format(day=wording.day(context.as_of, plan))
    behind = table[table["person_times"] < table["expected"]].sort_values("points")
    if context.as_of >= target.deadline:
        return _pace_after(table, context, target)
    if behind.empty:
        return f"{wording.how_many(list(table['street']), plan)}达到序时进度"
    worst = behind.iloc[0]
    text = f"{wording.how_many(list(behind['street']), plan)}低于序时"
    text += f"，{worst['street']}低得最多" if len(behind) > 1 else f"{abs(worst['points']):.1f}个百分点"
    slow = table[table["recent"] < table["required"]]
    return f"{text}；{_slow(list(slow['street']), plan)}" if len(slow) else f"{text}；照近30天的速度都能按期达标"


def _slow(names: list[str], plan: Plan) -> str:
    return f"照近30天的速度，{wording.streets(names, 2)}到期达不到指标"


def _pace_after(table: pd.DataFrame, context: Context, target: Target) -> str:
    plan = context.plan
    short = table[table["person_times"] < table["target"]].sort_values("points")
    if short.empty:
        return f"{wording.how_many(list(table['street']), plan)}已{wording.met(plan, target)}"
    gap = int((short["target"] - short["person_times"]).sum())
    return f"期限已过，{wording.streets(list(short['street']), 3)}仍{wording.unmet(plan, target)}，{'共' if len(short) > 1 else ''}差{wording.number(gap)}"


def alt_reach(marks: pd.DataFrame, context: Context) -> str:
    """Text alternative of the small multiples."""
    now = marks.drop_duplicates("street").sort_values("now", ascending=False, kind="stable")
    listing = "，".join(f"{r.street}{wording.number(r.now)}" for r in now.itertuples())
    return f"折线图，每个街镇一格，画逐日累计人次与指标。{reach(marks, context)}。累计人次：{listing}。"


def street_status(marks: pd.DataFrame, context: Context) -> tuple[str, bool]:
    """One street's standing on all targets in few words, and whether it is a warning."""
    plan = context.plan
    due = marks[marks["deadline"] <= pd.Timestamp(context.as_of)]
    if marks["now"].iloc[-1] == 0:
        return "没有记录", True
    bad = due[due["state"] != ON_TIME]
    if bad.empty:
        return _good_status(marks, due)
    row = bad.iloc[-1]
    if row["state"] == LATE:
        return f"{wording.day(row['reached'], plan)}补足{wording.number(row['target'])}", True
    return f"至今未满{wording.number(row['target'])}", True


def _good_status(marks: pd.DataFrame, due: pd.DataFrame) -> tuple[str, bool]:
    open_rows = marks[marks["state"] == PENDING]
    if not open_rows.empty:
        return f"还差{wording.number(open_rows['gap'].iloc[0])}", False
    if len(due) < len(marks):
        return "提前达标", False
    return ("全部按期" if len(marks) > 1 else "按期达标"), False


def of_target(marks: pd.DataFrame, target: Target) -> pd.DataFrame:
    """The rows of one target."""
    return marks[marks["key"] == target.key]


def with_state(rows: pd.DataFrame, state: str) -> list[str]:
    """Streets in one state, the largest gap first, then as in the plan."""
    return list(rows[rows["state"] == state].sort_values("gap", ascending=False, kind="stable")["street"])
