"""What the notebooks show: load a month, a banner, tables with Chinese titles, charts with a text alternative."""

from __future__ import annotations

import html
import io
from datetime import date
from pathlib import Path

import pandas as pd
from IPython.display import HTML, Image

from analysis.charts import Chart, Context
from analysis.charts.style import use_style
from analysis.exports.cache import cache_folder
from analysis.figures import Figures, figures
from analysis.pipeline import read_folder
from analysis.plan import load_plan
from analysis.summary import REASONS, SEVERITIES

ROOT = Path(__file__).parent.parent
METHOD = "../docs/method.md"
DPI = 110
TITLES = {
    "file": "文件", "sheet": "工作表", "row": "行", "status": "状态", "kind": "种类", "snapshot": "导出日期", "coverage": "统计区间",
    "rows": "行数", "counted": "计入", "excluded": "排除", "not_record": "非记录", "message": "说明", "severity": "程度",
    "column": "列", "raw": "原值", "clean": "改为", "rule": "规则", "reason": "原因", "street": "街镇", "person_times": "人次",
    "training": "培训", "assistance": "帮办", "activities": "场次", "attainment": "完成率", "expected": "序时人次", "gap": "缺口",
    "required_per_day": "所需日均", "rank": "排名", "scenario": "场景", "fractional": "均摊人次", "date": "日期", "cumulative": "累计",
    "half_year_target": "半年指标", "annual_target": "年度指标", "half_year_reached": "满半年指标日期", "annual_reached": "满年度指标日期",
    "half_year_person_times": "半年节点人次", "annual_person_times": "年度节点人次", "what": "变化", "record_id": "记录编号",
    "activity_month": "活动月份", "before": "原人次", "after": "现人次", "from_snapshot": "上一导出", "to_snapshot": "本次导出",
    "number": "数量", "venue": "服务点", "venue_type": "服务点类型", "service": "类型", "weekday": "星期", "month": "月份",
    "phase": "阶段", "share": "占比", "last_activity": "最近活动", "per_activity": "每场人次", "venues": "服务点数", "one_off": "只办过一天",
    "repeated": "多日开展", "repeated_share": "多日开展人次占比", "unnamed_activities": "未写服务点的场次", "hour": "时段", "target": "指标", "low80": "八成把握下限", "median": "中位数",
    "high80": "八成把握上限", "chance": "达标可能", "word": "判断", "trend": "趋势", "days_left": "剩余天数",
    "required_per_working_day": "所需工作日日均", "sessions_needed": "还需场次", "usual_session": "通常每场人次",
    "recent_per_day": "近28天日均", "status_phased": "按分段序时", "status_linear": "按直线序时", "status_calendar": "按月份序时",
    "added_late": "补录", "changed": "更正人次", "cancelled": "取消或失效", "withdrawn": "平台已删除", "moved": "改街镇或日期", "week": "周",
}  # fmt: skip


def load(raw: str, as_of: str | None = None, plan: str | None = None, known_by: str | None = None) -> Figures:
    """All figures of a month, as `suishenxue report` computes them.

    Parameters
    ----------
    raw : folder of exports; a relative path is taken from the project's folder.
    as_of, known_by : dates as 2021-06-30, or None for the newest export's date.
    plan : a plan file, or None for the plan of Putuo District 2021.
    """
    folder = Path(raw) if Path(raw).is_absolute() else ROOT / raw
    programme = load_plan(plan)
    day, known = (date.fromisoformat(d) if d else None for d in (as_of, known_by))
    return figures(read_folder(folder, programme, cache=cache_folder()), programme, day, known)


def banner(month: Figures) -> HTML:
    """As-of date and the marks of sample or incomplete data."""
    d = month.as_of
    marks = (["演示数据，非真实情况"] if month.cleaned.sample else []) + (
        [] if month.cleaned.complete else ["数据不完整：有文件或工作表未读到"]
    )
    text = f"截至{d.year}年{d.month}月{d.day}日　{month.plan.district}　" + "　".join(
        f"<strong>【{m}】</strong>" for m in marks
    )
    return HTML(
        f'<p role="note" style="border-left:6px solid #b3400f;padding:.5em 1em;background:#fdf3ee;color:#1a1a1a">{text}</p>'
    )


def context(month: Figures) -> Context:
    """What the charts must know of a month."""
    return Context(month.plan, month.as_of, month.cleaned.complete, month.cleaned.sample)


def show(chart: Chart) -> Image:
    """A chart as a picture with its text alternative."""
    buffer = io.BytesIO()
    with use_style():
        chart.figure.savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
    return Image(buffer.getvalue(), alt=chart.alt, width=int(chart.figure.get_figwidth() * DPI / 1.4))


def table(frame: pd.DataFrame, columns: list[str] | None = None, caption: str = "", most: int = 200) -> HTML:
    """A table with Chinese titles, whole numbers with separators and shares as percentages."""
    chosen = frame[columns] if columns else frame
    head = "".join(f'<th scope="col">{html.escape(TITLES.get(str(c), str(c)))}</th>' for c in chosen.columns)
    body = "".join(
        "<tr>"
        + "".join(f"<td>{html.escape(_cell(v, str(c)))}</td>" for c, v in zip(chosen.columns, row, strict=True))
        + "</tr>"
        for row in chosen.head(most).itertuples(index=False, name=None)
    )
    more = f"<p>只列前{most}行，共{len(chosen):,}行，全部见 data/*.csv。</p>" if len(chosen) > most else ""
    title = f"<caption>{html.escape(caption)}</caption>" if caption else ""
    return HTML(
        f'<div style="overflow-x:auto"><table class="sortable">{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{more}'
    )


def _cell(value: object, column: str) -> str:
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return ""
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d")
    if column in ("attainment", "share", "repeated_share", "chance") and isinstance(value, float):
        from analysis.progress import percent

        return percent(value)
    if isinstance(value, float):
        return f"{value:,.1f}"
    if isinstance(value, int):
        return f"{value:,}" if column != "row" else str(value)
    words = {"reason": REASONS, "severity": SEVERITIES}.get(column, {})
    return words.get(str(value), str(value))


def method(anchor: str, text: str) -> HTML:
    """A link to the definition of a figure."""
    return HTML(f'<p style="font-size:.85em">定义见 <a href="{METHOD}#{anchor}">{html.escape(text)}</a></p>')


def answer(text: str) -> HTML:
    """An answer in one sentence."""
    return HTML(f"<p><strong>{html.escape(text)}</strong></p>")
