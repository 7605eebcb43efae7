"""How numbers, dates and names are written (GB/T 15835, GB/T 9704): 13,702人次, 83.7%, 2021年9月30日."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import ceil, floor

import pandas as pd

from analysis.plan import Plan
from analysis.progress import percent

__all__ = ["BASES", "daily", "day", "few", "listed", "marks", "notices", "number", "pace", "percent",
           "signed", "subject"]

BASES = {
    "phased": "按阶段指标逐日推算",
    "linear": "从项目首日到末个期限逐日推算",
    "calendar": "按已过月数占全年12个月的比例推算",
}
INCOMPLETE, SAMPLE = "数据不完整", "演示数据"
INCOMPLETE_NOTICE = "数据不完整：有导出文件或工作表未能读取，本期数字可能偏低，补齐前不宜作为考核依据。"
SAMPLE_NOTICE = "演示数据：本期数字由程序生成，不是真实记录，不得引用。"


def number(value: float) -> str:
    """'13,702'."""
    return f"{value:,.0f}"


def signed(points: float) -> str:
    """'+3.2', '−10.5', '0.0': a shortfall never rounds to nothing."""
    tenths = round(points, 1) if points >= 0 or round(points, 1) else -0.1
    return f"{'+' if tenths > 0 else '−' if tenths < 0 else ''}{abs(tenths):.1f}"


def daily(value: float) -> str:
    """Person-times a day that are needed, one decimal, rounded up so that the pace suffices: 4.21 is '4.3'."""
    return f"{ceil(round(value * 10, 6)) / 10:,.1f}"


def pace(value: float) -> str:
    """Person-times a day that were reached, one decimal, rounded down: 4.29 is '4.2'."""
    return f"{floor(round(value * 10, 6)) / 10:,.1f}"


def day(value: date | pd.Timestamp, plan: Plan | None = None) -> str:
    """'2021年9月30日'; with a plan without the year when it is the programme's: '9月30日'."""
    text = f"{value.month}月{value.day}日"
    return text if plan is not None and value.year == plan.year else f"{value.year}年{text}"


def listed(names: Sequence[str]) -> str:
    """'桃浦、万里'."""
    return "、".join(names)


def few(names: Sequence[str], most: int = 3) -> str:
    """Up to `most` streets by name, more as '4个街镇'."""
    return listed(names) if len(names) <= most else f"{len(names)}个街镇"


def subject(names: Sequence[str], plan: Plan) -> str:
    """The subject of a sentence: the only street by name, '10个街镇全部' or '6个街镇'."""
    if len(names) == 1:
        return names[0]
    return f"{len(names)}个街镇全部" if len(names) == len(plan.streets) else f"{len(names)}个街镇"


def marks(complete: bool, sample: bool) -> list[str]:
    """What stands on every page when figures are not fit for use as they are."""
    return [*([] if complete else [INCOMPLETE]), *([SAMPLE] if sample else [])]


def notices(complete: bool, sample: bool) -> list[str]:
    """The same as sentences."""
    return [*([] if complete else [INCOMPLETE_NOTICE]), *([SAMPLE_NOTICE] if sample else [])]
