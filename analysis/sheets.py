"""What stands on each sheet of tables.xlsx: title, note, columns with their kind, and the frame."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.figures import Figures
from analysis.plan import Plan
from analysis.revisions import KINDS
from analysis.schedule import expected
from analysis.standing import standing
from analysis.summary import REASONS, SEVERITIES
from analysis.wording import sections, style

MOST_ROWS = 20_000
DETAIL, PROGRESS, BY_DAY = "明细", "街镇进度", "逐日累计"
OWN, PACE, PEER = "#0B5A8C", "#B23A0A", "#5B6470"


@dataclass(frozen=True)
class Column:
    key: str
    title: str
    kind: str = "text"


@dataclass(frozen=True)
class LineChart:
    """A native chart: series are (column number, colour, width)."""

    title: str
    alt: str
    series: tuple[tuple[int, str, float], ...]
    row: int
    column: int
    top: float


@dataclass(frozen=True)
class Sheet:
    name: str
    table_name: str
    title: str
    note: str
    columns: tuple[Column, ...]
    frame: pd.DataFrame
    links: tuple[tuple[int, str], ...] = ()  # (row, place within the workbook) for cells of the first column
    charts: tuple[LineChart, ...] = field(default=())


def sheets(figures: Figures) -> list[Sheet]:
    """All sheets behind the cover, in order."""
    detail = _detail(figures)
    return [_notes(figures), _progress(figures, detail), _by_day(figures), _scenarios(figures), _street_scenarios(figures),
            _bridge(figures), _revisions(figures), detail, _excluded(figures), _findings(figures), _files(figures)]


def _notes(figures: Figures) -> Sheet:
    s = standing(figures.progress, figures.daily, figures.plan, figures.as_of)
    told = [*sections.notes(s, figures.cleaned, figures.plan.basis),
            ("[z]", "不适用：例如期限已过后的所需日均、尚未达到的日期。"),
            ("空单元格", "导出文件中该项没有填写。"),
            ("核对", f"“{PROGRESS}”表的明细合计是公式，对“{DETAIL}”表按街镇求和，应与累计人次相等。"),
            ("行数上限", f"明细、未计入、问题各表最多{MOST_ROWS:,}行；全部见 data 文件夹的 CSV。")]
    return Sheet("说明", "说明表", "说明：来源、口径与符号", "", (Column("term", "项目"), Column("meaning", "含义")),
                 pd.DataFrame(told, columns=["term", "meaning"]))


def _progress(figures: Figures, detail: Sheet) -> Sheet:
    plan, p = figures.plan, figures.progress
    s = standing(p, figures.daily, plan, figures.as_of)
    before = figures.previous.set_index("street")["rank"] if figures.previous is not None else pd.Series(dtype="float64")
    frame = p.assign(
        attainment=_below(p["attainment"]), rank_change=p["street"].map(before) - p["rank"],
        remark=p["street"].map({r.street: sections.remark(r, s) for r in s.streets.itertuples()}),
        recent=p["street"].map(s.streets.set_index("street")["recent"]),
    ).sort_values("rank", kind="stable")
    reached = [Column(f"{t.key}_reached", f"{t.name}达到日期", "date") for t in plan.targets]
    then = [Column(f"{t.key}_person_times", f"{t.deadline.month}月{t.deadline.day}日累计", "number") for t in plan.targets]
    columns = (
        Column("street", "街镇"), Column("official_name", "全称"), Column("code", "代码"), Column("rank", "排名", "number"),
        Column("rank_change", "较上期升降", "change"), Column("person_times", "累计人次", "number"),
        Column("training", "培训", "number"), Column("assistance", "帮办", "number"), Column("unstated", "未注明", "number"),
        Column("activities", "场次", "number"), Column("target", "现行指标", "number"),
        Column("attainment", "完成率", "share"), Column("expected_share", "序时进度", "share"),
        Column("points", "与序时差值（百分点）", "signed"), Column("gap", "缺口", "number"),
        Column("required_per_day", "所需日均", "decimal"), Column("recent", "近30天日均", "decimal"),
        Column("status", "状态"), Column("remark", "说明"), *then, *reached,
    )
    starts = detail.frame.reset_index(drop=True).drop_duplicates("street")["street"]
    first = {name: i + 5 for i, name in starts.items()}  # sheet row of the street's first record
    links = tuple((i, f"'{DETAIL}'!A{first[name]}") for i, name in enumerate(frame["street"]) if name in first)
    return Sheet(PROGRESS, "街镇进度表", f"各街镇进度（截至{style.day(figures.as_of)}）", "点街镇名到该街镇的明细。完成率未满100%的只舍不入。",
                 columns, frame, links)


def _below(share: pd.Series) -> pd.Series:
    """Shares below a whole cut to 0.1 %, so that the cell's format cannot show a missed target as 100.0 %."""
    cut = np.floor(share * 1000 + 1e-9) / 1000
    return share.where(share >= 1, cut)


def _by_day(figures: Figures) -> Sheet:
    plan = figures.plan
    wide = figures.daily.pivot(index="date", columns="street", values="cumulative").reindex(columns=plan.street_names)
    wide = wide.assign(district=wide.sum(axis=1)).reset_index()
    wide["pace"] = [round(expected(plan, plan.street_names[0], d.date(), None), 1) for d in wide["date"]]
    columns = (Column("date", "日期", "date"), *(Column(n, n, "number") for n in plan.street_names),
               Column("pace", f"序时（{plan.street_names[0]}）", "decimal"), Column("district", "全区", "number"))
    same = len({tuple(s.targets.items()) for s in plan.streets}) == 1
    if same:
        columns = tuple(Column(c.key, "序时（每街镇）", c.kind) if c.key == "pace" else c for c in columns)
    charts = _line_charts(figures, len(columns)) if same and len(wide) else ()
    return Sheet(BY_DAY, "逐日累计表", f"各街镇逐日累计人次（{style.day(plan.first_day)}至{style.day(figures.as_of)}）",
                 "右侧每街镇一图：本街镇与序时，各图纵轴相同。" if charts else "", columns, wide, charts=charts)


def _line_charts(figures: Figures, width: int) -> tuple[LineChart, ...]:
    names = figures.plan.street_names
    top = max(figures.daily["cumulative"].max(), max(t for s in figures.plan.streets for t in s.targets.values()))
    top = float(-(-int(top) // 100) * 100)
    now = figures.progress.set_index("street")["person_times"]
    return tuple(
        LineChart(name, f"{name}逐日累计人次与序时，截至{style.day(figures.as_of)}累计{style.number(now[name])}人次",
                  ((i + 1, OWN, 2.25), (len(names) + 1, PACE, 1.0)), 3 + 13 * (i // 2), width + 1 + 7 * (i % 2), top)
        for i, name in enumerate(names)
    )


def _scenarios(figures: Figures) -> Sheet:
    table = figures.scenarios
    total = table["fractional"].sum()
    frame = table.assign(share=table["fractional"] / total if total else 0.0)
    columns = (Column("scenario", "应用场景"), Column("person_times", "人次（各场景计全数）", "number"),
               Column("fractional", "折算人次（平均分摊）", "decimal"), Column("share", "折算占比", "share"),
               Column("activities", "场次", "number"))
    return Sheet("应用场景", "应用场景表", "按应用场景", "一场活动涉及几个场景的，人次列各计全数，合计大于总人次；折算列平均分摊，合计等于总人次。",
                 columns, frame)


def _street_scenarios(figures: Figures) -> Sheet:
    plan, rows = figures.plan, figures.records
    parts = rows.assign(scenario=rows["scenarios"].astype(str).str.split("、"))[["street", "scenario", "person_times"]].explode("scenario")
    grid = parts.pivot_table(index="street", columns="scenario", values="person_times", aggfunc="sum", observed=True)
    names = list(figures.scenarios["scenario"])
    grid = grid.reindex(index=plan.street_names, columns=names).astype("float64").fillna(0).astype(int).reset_index()
    columns = (Column("street", "街镇"), *(Column(n, n, "number") for n in names))
    return Sheet("街镇场景", "街镇场景表", "各街镇按应用场景的人次", "一场活动涉及几个场景的，各场景计全数。", columns, grid)


def _bridge(figures: Figures) -> Sheet:
    c = figures.comparison
    columns = (Column("street", "街镇"), Column("before", "上期所知", "number"),
               *(Column(k, v, "change") for k, v in KINDS.items()), Column("after", "现在所知", "number"))
    if c is None:
        return Sheet("较上期", "较上期表", "较上期的修订", "没有可比的上期通报。", columns, pd.DataFrame(columns=[x.key for x in columns]))
    title = f"截至{style.day(c.as_of)}的累计人次：{style.day(c.old_known_by)}所知与{style.day(c.new_known_by)}所知"
    return Sheet("较上期", "较上期表", title, "上期所知＋各项修订＝现在所知。", columns, c.streets)


def _revisions(figures: Figures) -> Sheet:
    frame = figures.revisions.assign(what=figures.revisions["what"].map(KINDS)) if len(figures.revisions) else figures.revisions
    columns = (Column("street", "街镇"), Column("activity_month", "活动月份"), Column("what", "修订"), Column("record_id", "记录编号"),
               Column("before", "原人次", "number"), Column("after", "现人次", "number"),
               Column("from_snapshot", "前次导出", "moment"), Column("to_snapshot", "后次导出", "moment"))
    return Sheet("修订", "修订表", "各次导出之间的记录修订", _capped(frame), columns, frame.head(MOST_ROWS))


def _detail(figures: Figures) -> Sheet:
    order = {name: i for i, name in enumerate(figures.plan.street_names)}
    rows = figures.records
    frame = rows.assign(place=rows["street"].astype(object).map(order)).sort_values(
        ["place", "activity_date", "file", "row"], kind="stable").head(MOST_ROWS)
    columns = (
        Column("street", "街镇"), Column("activity_date", "活动日期", "date"), Column("person_times", "人次", "number"),
        Column("training", "培训", "number"), Column("assistance", "帮办", "number"), Column("scenarios", "应用场景"),
        Column("activity", "活动名称"), Column("venue", "地点"), Column("record_id", "记录编号"), Column("file", "文件"),
        Column("sheet", "工作表"), Column("row", "行", "number"), Column("row_id", "行标识"),
    )
    return Sheet(DETAIL, "明细表", f"计入的记录（截至{style.day(figures.as_of)}）", "文件、工作表、行＝该记录在导出文件里的位置。" + _capped(rows),
                 columns, frame)


def _excluded(figures: Figures) -> Sheet:
    ledger = figures.cleaned.ledger
    rows = ledger[ledger["disposition"] == "excluded"]
    frame = rows.head(MOST_ROWS)
    frame = frame.assign(reason=frame["reason"].astype(str).map(lambda r: REASONS.get(r, r)))
    columns = (Column("reason", "原因"), Column("street", "街镇"), Column("activity_date", "活动日期", "date"),
               Column("person_times", "人次", "number"), Column("record_id", "记录编号"), Column("file", "文件"),
               Column("sheet", "工作表"), Column("row", "行", "number"))
    return Sheet("未计入", "未计入表", "没有计入的行及原因", _capped(rows), columns, frame)


def _findings(figures: Figures) -> Sheet:
    rows = figures.cleaned.findings
    frame = rows.head(MOST_ROWS).assign(severity=rows["severity"].head(MOST_ROWS).map(SEVERITIES))
    columns = (Column("severity", "程度"), Column("message", "问题与处理"), Column("file", "文件"), Column("sheet", "工作表"),
               Column("row", "行", "number"), Column("kind", "类别代码"))
    return Sheet("问题", "问题表", "读取和核对中发现的问题", _capped(rows), columns, frame)


def _files(figures: Figures) -> Sheet:
    states = {"read": "已读", "unread": "未能读取", "ignored": "略过"}
    frame = figures.cleaned.files.assign(status=figures.cleaned.files["status"].map(states))
    columns = (Column("file", "文件"), Column("status", "读取"), Column("snapshot", "导出时间"), Column("coverage", "统计区间"),
               Column("rows", "行数", "number"), Column("counted", "计入", "number"), Column("excluded", "排除", "number"),
               Column("message", "说明"))
    return Sheet("文件", "文件表", "导出文件清单", "", columns, frame)


def _capped(rows: pd.DataFrame) -> str:
    return f"共{len(rows):,}行，此处列前{MOST_ROWS:,}行，全部见 data 文件夹的 CSV。" if len(rows) > MOST_ROWS else ""
