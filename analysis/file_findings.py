"""Findings about files, sheets and excluded rows, in the order in which they are told."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.exports.files import Passed
from analysis.exports.reading import ExportReading
from analysis.exports.sheet_reading import SheetReading
from analysis.findings import finding, findings
from analysis.records import is_sequence

# Said once of a record, at the version that stands, however many exports repeat it.
OF_RECORDS = ("late_record", "large_session", "home_visit", "unlisted_venue", "unknown_scenario", "after_snapshot")


def of_standing(found: pd.DataFrame, records: pd.DataFrame) -> pd.DataFrame:
    """Findings without those of a record that are raised at a version which does not stand."""
    gone = records[records["reason"].isin(["superseded", "duplicate", "withdrawn"])]
    places = pd.MultiIndex.from_arrays(
        [gone["file"].astype(str), gone["sheet"].astype(str), gone["row"].astype("int64")]
    )
    about = found["kind"].isin(OF_RECORDS)
    rows = found[about]
    where = pd.MultiIndex.from_arrays(
        [rows["file"].astype(str), rows["sheet"].astype(str), rows["row"].astype("int64")]
    )
    return pd.concat([found[~about], rows[~where.isin(places)]])


EXCLUDED_MESSAGES = {
    "unknown_street": "未计入：{}，请改为规范的街镇名",
    "bad_date": "未计入：日期无法识别，请改为 2021-04-12 的写法",
    "outside_programme": "未计入：日期不在项目期内，请核对年份",
    "future_date": "未计入：活动日期晚于导出时间，请核对",
    "bad_person_times": "未计入：人次不是大于0的整数，请核对",
    "unknown_status": "未计入：状态不在已知之列，请核对，或在词表中补充",
}


def excluded_rows(records: pd.DataFrame) -> list[pd.DataFrame]:
    """A finding for every row that a fault of its own keeps out."""
    found = []
    for reason, text in EXCLUDED_MESSAGES.items():
        at = records[records["reason"] == reason]
        if len(at):
            messages = [text.format(m) for m in at["street_message"].astype(str)]
            found.append(
                findings(
                    reason,
                    at["file"].astype(object).to_numpy(),
                    at["sheet"].astype(object).to_numpy(),
                    at["row"].to_numpy(),
                    messages,
                )
            )
    return found


def file_findings(
    readings: Sequence[ExportReading], passed: Sequence[Passed], empty: Sequence[ExportReading]
) -> list[pd.DataFrame]:
    found = [finding("unread_file", p.path, "", None, p.message) for p in passed if p.status == "unread"]
    for r in readings:
        if r in empty:
            found.append(
                finding("unread_file", r.path, "", None, "没有找到活动明细表，也没有汇总表，请核对是否发错文件")
            )
        if r.has_activities and r.snapshot is None:
            found.append(
                finding(
                    "undated_export", r.path, "", None, "看不出导出日期，按最早处理；请在文件名加上日期，如 _20210701"
                )
            )
        if r.stated.unread_period:
            text = "统计区间的写法无法识别，未据此判断删除的记录；请写作 2021-04-01 至 2021-06-30"
            found.append(finding("coverage_not_understood", r.path, "", None, text))
        found += [finding("engine", r.path, "", None, w) for w in r.warnings]
        seen: set[str] = set()
        for s in r.sheets:
            found += _sheet_findings(r.path, s, seen)
    return found


def _sheet_findings(path: str, s: SheetReading, seen: set[str]) -> list[pd.DataFrame]:

    found = []
    if s.state == "not_understood":
        found.append(finding("sheet_not_understood", path, s.name, None, s.message))
    if s.hidden and len(s.rows):
        found.append(finding("hidden_sheet", path, s.name, None, "这是隐藏的工作表，已照常读取"))
    if len(s.hidden_rows):
        shown = "、".join(map(str, s.hidden_rows[:10])) + ("等" if len(s.hidden_rows) > 10 else "")
        found.append(
            finding(
                "hidden_rows",
                path,
                s.name,
                int(s.hidden_rows[0]),
                f"有{len(s.hidden_rows)}行被隐藏或筛掉（第{shown}行），已照常读取",
            )
        )
    if s.left:
        found.append(
            finding("sheet_not_understood", path, s.name, None, f"右侧{s.left}列另有一张活动表未读取，请分到另一工作表")
        )
    new = [t for t in s.unknown if t not in seen]
    seen.update(new)
    if new:
        found.append(
            finding("unknown_column", path, s.name, None, f"未使用的列：{'、'.join(' '.join(t.split()) for t in new)}")
        )
    if s.doubled:
        found.append(finding("doubled_column", path, s.name, None, f"同一含义有多列，未采用：{'、'.join(s.doubled)}"))
    if s.headcount:
        found.append(finding("headcount", path, s.name, None, "没有人次列，以人数列代替；人数不等于人次，请核对"))
    if s.state == "activity" and is_sequence(s):
        found.append(finding("sequence_as_id", path, s.name, None, "编号列是序号，不作记录编号用"))
    if len(s.merged):
        found.append(
            findings(
                "merged_number",
                [path] * len(s.merged),
                [s.name] * len(s.merged),
                s.merged,
                ["人次单元格合并了多行，只在第一行计一次，请拆开填写"] * len(s.merged),
            )
        )
    return found
