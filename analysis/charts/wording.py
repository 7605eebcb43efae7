"""Words and numbers as they stand in titles, labels and notes of the charts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from analysis.charts.base import Context
from analysis.plan import Phase, Plan, Target

BASIS_WORDS = {
    "phased": "按阶段指标逐日推算",
    "linear": "从首日到末个期限逐日推算",
    "calendar": "按已过月数占全年月数推算",
}


def day(value: date | pd.Timestamp, plan: Plan) -> str:
    """'9月30日'; with the year when it is not the programme's."""
    text = f"{value.month}月{value.day}日"
    return text if value.year == plan.year else f"{value.year}年{text}"


def no_data(plan: Plan, as_of: date) -> str:
    """The title of every chart while nothing is counted."""
    return f"截至{day(as_of, plan)}，还没有计入的活动记录"


def number(value: float) -> str:
    """'1,208'."""
    return f"{value:,.0f}"


def streets(names: Sequence[str], most: int = 3) -> str:
    """'桃浦、万里', or '桃浦等4个街镇' when there are more than `most`."""
    return "、".join(names) if len(names) <= most else f"{names[0]}等{len(names)}个街镇"


def how_many(names: Sequence[str], plan: Plan) -> str:
    """The subject of a sentence: the only street by name, all of them, or their number."""
    if len(names) == 1:
        return names[0]
    return f"{len(names)}个街镇全部" if len(names) == len(plan.streets) else f"{len(names)}个街镇"


def one_goal(plan: Plan, target: Target) -> int | None:
    """The number of person-times when every street has the same, else None."""
    goals = {s.targets[target.key] for s in plan.streets}
    return goals.pop() if len(goals) == 1 else None


def goal(plan: Plan, target: Target, *, unit: bool = True) -> str:
    """'1,000人次', or the target's name when streets have different numbers."""
    same = one_goal(plan, target)
    return target.name if same is None else f"{number(same)}人次" if unit else number(same)


def met(plan: Plan, target: Target) -> str:
    """'满1,000人次' or '完成年度指标'."""
    return f"满{goal(plan, target)}" if one_goal(plan, target) is not None else f"完成{target.name}"


def unmet(plan: Plan, target: Target) -> str:
    """'未满1,000人次' or '未完成年度指标'."""
    return f"未{met(plan, target)}"


def period(plan: Plan, as_of: date) -> str:
    """'2021年4月1日至9月30日'."""
    first = plan.first_day
    end = f"{as_of.month}月{as_of.day}日" if as_of.year == first.year else f"{as_of.year}年{as_of.month}月{as_of.day}日"
    return f"{first.year}年{first.month}月{first.day}日至{end}"


def difference(value: int, target: int) -> str:
    """'差269', '超123' or '刚满'."""
    if value < target:
        return f"差{number(target - value)}"
    return f"超{number(value - target)}" if value > target else "刚满"


def signed(value: float, decimals: int = 0) -> str:
    """'+3.2', '−10.5'; a shortfall never rounds to nothing."""
    smallest = 10.0**-decimals
    rounded = round(value, decimals)
    if value < 0 and rounded == 0:
        rounded = -smallest
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    return f"{sign}{abs(rounded):,.{decimals}f}"


def phase_labels(phase: Phase) -> tuple[str, str, str]:
    """Months and name of a phase, from the longest form to the shortest."""
    months = f"{phase.start.month}—{phase.end.month}月"
    return f"{months} {phase.name}", months, f"{phase.start.month}月"


def footnote(context: Context, *remarks: str) -> str:
    """Source, as-of date, basis where it is used, and what is wrong with the figures."""
    as_of = context.as_of
    parts = [f"来源：{context.plan.record_system}记录，截至{as_of.year}年{as_of.month}月{as_of.day}日。", *remarks]
    if not context.complete:
        parts.append("数据不完整：有导出文件或工作表未能读取，数字可能偏低。")
    if context.sample:
        parts.append("演示数据：由程序生成，不是真实记录。")
    return "".join(parts)


def basis_remark(context: Context) -> str:
    """How 序时 was reckoned."""
    return f"序时进度{BASIS_WORDS[context.basis_name]}。"
