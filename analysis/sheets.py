"""What stands on each sheet of tables.xlsx: title, note, columns with their kind, and the frame."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.figures import Figures
from analysis.late import BY_EXPORT, BY_TIME
from analysis.outlook import DRAWS, SEED
from analysis.pace import RECENT_DAYS
from analysis.progress import MET_WORDS
from analysis.revisions import KINDS
from analysis.schedule import expected, is_due
from analysis.standing import standing
from analysis.summary import REASONS, SEVERITIES
from analysis.wording import prospects, sections, style

MOST_ROWS, MOST_LISTED = 20_000, 5_000
DETAIL, PROGRESS, BY_DAY = "明细", "街镇进度", "逐日累计"
OWN, PACE, PEER = "#0B5A8C", "#B23A0A", "#5B6470"


# One title and one kind of cell for a column, in whatever sheet it stands.
COLUMNS = {
    "street": ("街镇", "text"), "official_name": ("全称", "text"), "code": ("代码", "text"), "rank": ("排名", "number"),
    "rank_change": ("较上期升降", "change"), "person_times_change": ("较上期增减", "change"),
    "person_times": ("人次", "number"), "training": ("培训", "number"),
    "assistance": ("帮办", "number"), "unstated": ("未注明", "number"), "activities": ("场次", "number"),
    "target": ("现行指标", "number"), "attainment": ("完成率", "share"), "expected_share": ("序时进度", "share"),
    "points": ("与序时差值（百分点）", "signed"), "gap": ("缺口", "number"),
    "required_per_day": ("所需日均", "decimal"), "recent": (f"近{RECENT_DAYS}天日均", "decimal"), "status": ("状态", "text"),
    "remark": ("说明", "text"), "check": ("明细合计", "check"), "date": ("日期", "date"),
    "district": ("全区", "number"), "scenario": ("应用场景", "text"), "scenarios": ("应用场景", "text"),
    "fractional": ("折算人次", "decimal"), "share": ("折算占比", "share"), "before": ("原人次", "number"),
    "after": ("现人次", "number"), "activity_month": ("活动月份", "text"), "what": ("修订", "text"),
    "record_id": ("记录编号", "text"), "from_snapshot": ("前次导出", "moment"), "to_snapshot": ("后次导出", "moment"),
    "activity_date": ("活动日期", "date"), "activity": ("活动名称", "text"), "venue": ("地点", "text"),
    "file": ("文件", "text"), "sheet": ("工作表", "text"), "row": ("行", "number"), "row_id": ("行标识", "text"),
    "reason": ("原因", "text"), "severity": ("程度", "text"), "message": ("问题与处理", "text"),
    "kind": ("类别代码", "text"), "read": ("读取", "text"), "rows": ("行数", "number"),
    "snapshot": ("导出时间", "text"), "coverage": ("统计区间", "text"), "counted": ("计入", "number"),
    "excluded": ("排除", "number"), "term": ("项目", "text"), "meaning": ("含义", "text"),
    "trend": ("趋势", "text"), "days_left": ("剩余天数", "number"), "working_days_left": ("剩余工作日", "number"),
    "required_per_working_day": ("所需工作日日均", "decimal"), "usual_session": ("常规每场人次", "decimal"),
    "sessions_needed": ("还需场次", "number"), "recent_per_day": (f"近{RECENT_DAYS}天日均", "decimal"),
    "last_activity": ("最近活动", "date"), "note": ("说明", "text"), "missing": ("可能尚未录入", "number"),
    "word": ("判断", "text"), "changes": ("判断是否不同", "text"), "deadline": ("期限", "date"),
    "chance": ("达标可能", "share"), "median": ("到期居中推算", "number"),
    **{f"{end}{share}": (f"{words}区间{'上' if end == 'high' else '下'}限", "number")
       for share, words in ((50, "五成"), (80, "八成"), (95, "九成五")) for end in ("low", "high")},
    "week_end": ("一周止于", "date"), "known": ("通常已录入", "share"),
}


@dataclass(frozen=True)
class Column:
    key: str
    title: str
    kind: str = "text"


def _columns(*keys: str, **titles: str) -> tuple[Column, ...]:
    """Columns by key; `titles` names one otherwise than usual."""
    return tuple(Column(k, titles.get(k, COLUMNS[k][0]), COLUMNS[k][1]) for k in keys)


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
    return [_notes(figures), _progress(figures, detail), _pace(figures), _bases(figures), _outlook(figures),
            _late(figures), _by_day(figures), _scenarios(figures),
            _street_scenarios(figures), _bridge(figures), _revisions(figures), detail, _excluded(figures),
            _findings(figures), _files(figures)]


def _notes(figures: Figures) -> Sheet:
    s = standing(figures.progress, figures.daily, figures.plan, figures.as_of)
    told = [*sections.notes(s, figures.cleaned, figures.plan.basis),
            ("[z]", "不适用：例如期限已过后的所需日均、尚未达到的日期。"),
            ("空单元格", "导出文件中该项没有填写。"),
            ("明细合计", f"“{PROGRESS}”表末列是公式，对“{DETAIL}”表按街镇求和，应与累计人次相等。"),
            ("行数上限", f"明细表最多{MOST_ROWS:,}行，未计入、问题、修订各表最多{MOST_LISTED:,}行；全部见 data 文件夹。")]
    frame = pd.DataFrame(told, columns=["term", "meaning"])
    return Sheet("说明", "说明表", "说明：来源、口径与符号", "", _columns("term", "meaning"), frame)


def _progress(figures: Figures, detail: Sheet) -> Sheet:
    plan, p = figures.plan, figures.progress
    s = standing(p, figures.daily, plan, figures.as_of)
    empty = pd.DataFrame(columns=["street", "rank_change", "person_times_change"])
    since = (empty if figures.change is None else figures.change).set_index("street")
    frame = p.assign(
        attainment=_below(p["attainment"]), rank_change=p["street"].map(since["rank_change"]),
        person_times_change=p["street"].map(since["person_times_change"]),
        remark=p["street"].map({b.name: sections.remark(b, s) for b in s.streets}),
        recent=p["street"].map({b.name: b.recent for b in s.streets}),
    ).sort_values("rank", kind="stable")
    then = [Column(f"{t.key}_person_times", f"{style.day(t.deadline, plan)}累计", "number") for t in plan.targets]
    reached = [Column(f"{t.key}_reached", f"{t.name}达到日期", "date") for t in plan.targets]
    columns = (*_columns(
        "street", "official_name", "code", "rank", "rank_change", "person_times", "person_times_change", "training", "assistance",
        "unstated", "activities", "target", "attainment", "expected_share", "points", "gap", "required_per_day", "recent", "status",
        "remark", person_times="累计人次"), *then, *reached)
    if len(figures.records) <= MOST_ROWS:
        columns, frame = (*columns, *_columns("check")), frame.assign(check=frame["person_times"])
    places = list(detail.frame["street"])
    first = {name: places.index(name) + 5 for name in set(places)}  # sheet row of the street's first record
    links = tuple((i, f"'{DETAIL}'!A{first[name]}") for i, name in enumerate(frame["street"]) if name in first)
    return Sheet(PROGRESS, "街镇进度表", f"各街镇进度（截至{style.day(figures.as_of)}）",
                 "点街镇名到该街镇的明细。完成率未满100%的只舍不入。", columns, frame, links)


def _pace(figures: Figures) -> Sheet:
    frame = figures.pace.merge(figures.entry[["street", "missing", "word"]], on="street")
    columns = _columns("street", "status", "trend", "gap", "days_left", "required_per_day", "working_days_left",
                       "required_per_working_day", "usual_session", "sessions_needed", "recent_per_day",
                       "last_activity", "missing", "word", "note", word="落后还是未录入")
    note = f"趋势看近{RECENT_DAYS}天有没有计入的活动，与是否达标无关。{figures.lateness.reason}"
    return Sheet("节奏", "节奏表", f"所需的节奏与近{RECENT_DAYS}天（截至{style.day(figures.as_of)}）", note, columns, frame)


def _bases(figures: Figures) -> Sheet:
    """Actual against 序时 on the three bases, side by side."""
    columns = [*_columns("street", "person_times", "target", person_times="累计人次")]
    for basis, name in prospects.BASIS_NAMES.items():
        kinds = (("expected", "人次", "decimal"), ("points", "差值（百分点）", "signed"), ("status", "状态", "text"))
        columns += [Column(f"{key}_{basis}", f"{name}{title}", kind) for key, title, kind in kinds]
    frame = figures.bases.assign(changes=figures.bases["changes"].map({True: "不同", False: ""}))
    note = f"本期采用：{prospects.BASIS_NAMES[figures.plan.basis]}。三种算法见 docs/method.md“序时进度”。"
    return Sheet("三种序时", "三种序时表", "三种序时算法下的判断", note, (*columns, *_columns("changes")), frame)


def _outlook(figures: Figures) -> Sheet:
    ranges = [f"{end}{share}" for share in (50, 80, 95) for end in ("low", "high")]
    columns = _columns("street", "person_times", "target", "deadline", "chance", "word", "median", *ranges, "reason",
                       person_times="累计人次", target="指标", reason="不推算的原因")
    entered = f"未计入可能尚未录入的人次（{figures.lateness.reason}）" if figures.lateness.reason else "已计入可能尚未录入的人次"
    note = f"由近期各周随机续接到期限，推演{DRAWS:,}遍（种子{SEED}），{entered}；不含新的安排。"
    met = figures.outlook["word"].isin(MET_WORDS)
    never_certain = figures.outlook["chance"].clip(0.001, 0.999).mask(met, figures.outlook["chance"])
    if is_due(figures.plan.target_in_force(figures.as_of), figures.as_of):
        never_certain, note = figures.outlook["chance"], "期限已过，结果已定。"
    return Sheet("展望", "展望表", "到期限能否完成指标", note, columns, figures.outlook.assign(chance=never_certain))


def _late(figures: Figures) -> Sheet:
    frame = figures.missing.rename(columns={"share": "known"})
    columns = _columns("street", "week_end", "person_times", "known", "missing", person_times="已录入人次")
    ways = {BY_TIME: "录入时间", BY_EXPORT: "首次出现的导出"}
    note = figures.lateness.reason or f"按{ways[figures.lateness.basis]}推算；一周为到周末日为止的七天，更早各周视为录齐。"
    return Sheet("录入", "录入表", "最近各周可能尚未录入的人次", note, columns, frame)


def _below(share: pd.Series) -> pd.Series:
    """Shares below a whole cut to 0.1 %, so that the cell's format cannot show a missed target as 100.0 %."""
    cut = np.floor(share * 1000 + 1e-9) / 1000
    return share.where(share >= 1, cut)


def _by_day(figures: Figures) -> Sheet:
    plan = figures.plan
    wide = figures.daily.pivot(index="date", columns="street", values="cumulative").reindex(columns=plan.street_names)
    wide = wide.assign(district=wide.sum(axis=1)).reset_index()
    wide["pace"] = [round(expected(plan, plan.street_names[0], d.date(), None), 1) for d in wide["date"]]
    same = len({tuple(s.targets.items()) for s in plan.streets}) == 1
    pace = Column("pace", "序时（每街镇）" if same else f"序时（{plan.street_names[0]}）", "decimal")
    columns = (*_columns("date"), *(Column(n, n, "number") for n in plan.street_names), pace, *_columns("district"))
    charts = _line_charts(figures, len(columns)) if same and len(wide) else ()
    return Sheet(BY_DAY, "逐日累计表", f"各街镇逐日累计人次（{style.day(plan.first_day)}至{style.day(figures.as_of)}）",
                 "右侧每街镇一图：本街镇与序时，各图纵轴相同。" if charts else "", columns, wide, charts=charts)


def _line_charts(figures: Figures, width: int) -> tuple[LineChart, ...]:
    names = figures.plan.street_names
    top = max(figures.daily["cumulative"].max(), max(t for s in figures.plan.streets for t in s.targets.values()))
    top = float(-(-int(top) // 100) * 100)
    now = figures.progress.set_index("street")["person_times"]
    return tuple(
        LineChart(name, f"{name}逐日累计人次与序时，{style.day(figures.as_of)}累计{style.number(now[name])}人次",
                  ((i + 1, OWN, 2.25), (len(names) + 1, PACE, 1.0)), 3 + 13 * (i // 2), width + 1 + 7 * (i % 2), top)
        for i, name in enumerate(names)
    )


def _scenarios(figures: Figures) -> Sheet:
    table = figures.scenarios
    total = table["fractional"].sum()
    frame = table.assign(share=table["fractional"] / total if total else 0.0)
    columns = _columns("scenario", "person_times", "fractional", "share", "activities")
    note = "一场活动涉及几个场景的，人次列各计全数，合计大于总人次；折算列平均分摊，合计等于总人次。"
    return Sheet("应用场景", "应用场景表", "按应用场景", note, columns, frame)


def _street_scenarios(figures: Figures) -> Sheet:
    plan, rows = figures.plan, figures.records
    named = rows[["street", "person_times"]].assign(scenario=rows["scenarios"].astype(str).str.split("、"))
    parts = named.explode("scenario")
    grid = parts.pivot_table(index="street", columns="scenario", values="person_times", aggfunc="sum", observed=True)
    names = list(figures.scenarios["scenario"])
    grid = grid.reindex(index=plan.street_names, columns=names).astype("float64").fillna(0).astype(int).reset_index()
    columns = (*_columns("street"), *(Column(n, n, "number") for n in names))
    note = "一场活动涉及几个场景的，各场景计全数。"
    return Sheet("街镇场景", "街镇场景表", "各街镇按应用场景的人次", note, columns, grid)


def _bridge(figures: Figures) -> Sheet:
    c = figures.comparison
    columns = (*_columns("street", "before", before="上期所知"), *(Column(k, v, "change") for k, v in KINDS.items()),
               *_columns("after", after="现在所知"))
    if c is None:
        empty = pd.DataFrame(columns=[x.key for x in columns])
        return Sheet("较上期", "较上期表", "较上期的修订", "没有可比的上期通报。", columns, empty)
    title = f"截至{style.day(c.as_of)}的累计人次：{style.day(c.old_known_by)}所知与{style.day(c.new_known_by)}所知"
    return Sheet("较上期", "较上期表", title, "上期所知＋各项修订＝现在所知。", columns, c.streets)


def _revisions(figures: Figures) -> Sheet:
    frame = figures.revisions.assign(what=figures.revisions["what"].map(KINDS))
    columns = _columns("street", "activity_month", "what", "record_id", "before", "after", "from_snapshot",
                       "to_snapshot")
    return Sheet("修订", "修订表", "各次导出之间的记录修订", _capped(frame, MOST_LISTED), columns,
                 frame.head(MOST_LISTED))


def _detail(figures: Figures) -> Sheet:
    order = {name: i for i, name in enumerate(figures.plan.street_names)}
    rows = figures.records
    frame = rows.assign(place=rows["street"].astype(object).map(order)).sort_values(
        ["place", "activity_date", "file", "row"], kind="stable").head(MOST_ROWS)
    columns = _columns("street", "activity_date", "person_times", "training", "assistance", "scenarios", "activity",
                       "venue", "record_id", "file", "sheet", "row", "row_id")
    note = "文件、工作表、行＝该记录在导出文件里的位置。" + _capped(rows, MOST_ROWS)
    return Sheet(DETAIL, "明细表", f"计入的记录（截至{style.day(figures.as_of)}）", note, columns, frame)


def _excluded(figures: Figures) -> Sheet:
    ledger = figures.cleaned.ledger
    excluded = ledger[ledger["disposition"] == "excluded"]
    rows = excluded[excluded["reason"].astype(str) != "superseded"]
    old = f"另有{len(excluded) - len(rows):,}行是同一记录的旧版本，被较新的导出取代，见 data 文件夹的 ledger.csv。"
    frame = rows.head(MOST_LISTED)
    frame = frame.assign(reason=frame["reason"].astype(str).map(lambda r: REASONS.get(r, r)))
    columns = _columns("reason", "street", "activity_date", "person_times", "record_id", "file", "sheet", "row")
    return Sheet("未计入", "未计入表", "没有计入的行及原因", old + _capped(rows, MOST_LISTED), columns, frame)


def _findings(figures: Figures) -> Sheet:
    rows = figures.cleaned.findings
    frame = rows.head(MOST_LISTED).assign(severity=rows["severity"].head(MOST_LISTED).map(SEVERITIES))
    columns = _columns("severity", "message", "file", "sheet", "row", "kind")
    return Sheet("问题", "问题表", "读取和核对中发现的问题", _capped(rows, MOST_LISTED), columns, frame)


def _files(figures: Figures) -> Sheet:
    states = {"read": "已读", "unread": "未能读取", "ignored": "略过"}
    frame = figures.cleaned.files.assign(read=figures.cleaned.files["status"].map(states))
    columns = _columns("file", "read", "snapshot", "coverage", "rows", "counted", "excluded", "message", message="说明")
    return Sheet("文件", "文件表", "导出文件清单", "", columns, frame)


def _capped(rows: pd.DataFrame, most: int) -> str:
    more = f"共{len(rows):,}行，此处列前{most:,}行，全部见 data 文件夹的 CSV。"
    return more if len(rows) > most else ""
