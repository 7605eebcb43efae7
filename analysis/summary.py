"""What the terminal shows: a one-screen summary in Chinese, the rows of a trace, the lines of a comparison."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import pandas as pd

from analysis.pipeline import Cleaned, counted
from analysis.revisions import KINDS, Comparison

REASONS = {
    "superseded": "被较新的导出取代",
    "duplicate": "同一份导出中重复",
    "withdrawn": "平台已删除",
    "cancelled": "已取消或未通过",
    "pending": "草稿或待审核",
    "unknown_status": "状态无法识别",
    "unknown_street": "街镇无法识别",
    "bad_date": "日期无法识别",
    "outside_programme": "不在项目期内",
    "future_date": "晚于导出时间",
    "bad_person_times": "人次无法识别",
}
SEVERITIES = {"error": "严重", "warning": "注意", "note": "提示"}
MOST_TO_DO = 10
# What most changes a figure comes first.
URGENCY = (
    "unread_file",
    "sheet_not_understood",
    "mass_withdrawal",
    "same_snapshot",
    "newest_unusable",
    "possible_revision",
    "id_reused",
    "correction_unmatched",
    "unknown_street",
    "bad_date",
    "bad_person_times",
    "unknown_status",
    "error_cell",
    "control_total",
    "falls_below",
    "conflict",
    "undated_export",
    "person_level_difference",
    "merged_number",
)


def summary(cleaned: Cleaned, as_of: date) -> str:
    """What was read, counted, excluded and why, and the ten most important things to do."""
    files = cleaned.files["status"].value_counts()
    sums = (
        cleaned.accounting[["rows", "counted", "excluded", "not_record"]].sum()
        if len(cleaned.accounting)
        else pd.Series({"rows": 0, "counted": 0, "excluded": 0, "not_record": 0})
    )
    rows = counted(cleaned.records)
    total = int(rows.loc[rows["activity_date"] <= pd.Timestamp(as_of), "person_times"].sum())
    lines = [
        *(["【数据不完整】有文件或工作表没有读到，以下数字不全。"] if not cleaned.complete else []),
        *(["【演示数据】"] if cleaned.sample else []),
        f"截至{as_of.year}年{as_of.month}月{as_of.day}日，累计 {total:,} 人次。",
        f"文件：已读 {files.get('read', 0)}，未读 {files.get('unread', 0)}，略过 {files.get('ignored', 0)}。",
        f"行：共 {sums['rows']:,} = 计入 {sums['counted']:,} + 排除 {sums['excluded']:,} + 非记录 {sums['not_record']:,}（表头、合计、说明等）。",
    ]
    excluded = cleaned.ledger.loc[cleaned.ledger["disposition"] == "excluded", "reason"].astype(str).value_counts()
    if len(excluded):
        lines.append("排除：" + "，".join(f"{REASONS.get(r, r)} {n:,}" for r, n in excluded.items() if n) + "。")
    return "\n".join([*lines, *_to_do(cleaned.findings)])


def _to_do(findings: pd.DataFrame) -> list[str]:
    urgent = findings[findings["severity"] != "note"]
    if urgent.empty:
        return ["没有需要处理的问题。"]
    order = {k: i for i, k in enumerate(URGENCY)}
    grouped = urgent.groupby("kind", sort=False)
    kinds = sorted(
        grouped.groups, key=lambda k: (urgent.loc[grouped.groups[k][0], "severity"] != "error", order.get(str(k), 99))
    )
    lines = [f"请处理（{len(urgent):,} 项，列最要紧的）："]
    for number, kind in enumerate(kinds[:MOST_TO_DO], 1):
        of_kind = grouped.get_group(kind)
        first = of_kind.iloc[0]
        more = f"（此类共 {len(of_kind):,} 项）" if len(of_kind) > 1 else ""
        lines.append(f"  {number}. [{SEVERITIES[first['severity']]}] {place(first)}：{first['message']}{more}")
    return lines


def place(row: pd.Series) -> str:
    """File, sheet and row in words."""
    parts = [str(row["file"])]
    if row["sheet"]:
        parts.append(f"工作表“{row['sheet']}”")
    if pd.notna(row["row"]):
        parts.append(f"第{int(row['row'])}行")
    return " ".join(parts)


def trace_text(rows: pd.DataFrame, as_of: date) -> str:
    """The rows of a trace, one a line, and their sum."""
    total = int(rows["person_times"].sum())
    head = f"截至{as_of}，共 {len(rows):,} 条记录，{total:,} 人次："
    lines = [
        f"{r.file}\t{r.sheet}\t第{r.row}行\t{r.record_id or '无编号'}\t{r.street}\t{r.activity_date:%Y-%m-%d}\t{r.person_times}人次\t{r.scenarios}\t{r.service}\t{r.venue}\t{r.activity}"
        for r in rows.itertuples()
    ]
    return "\n".join([head, *lines])


def comparison_text(comparison: Comparison) -> str:
    """Per street: earlier figure + changes = today's figure; then every change."""
    c = comparison
    lines = [f"截至{c.as_of}的累计人次：{c.old_known_by}所知 → {c.new_known_by}所知"]
    total = c.streets.drop(columns="street").sum()
    for r in [*c.streets.to_dict("records"), {"street": "全区", **total}]:
        changes = "".join(f" {r[k]:+d}（{KINDS[k]}）" for k in KINDS if r[k])
        lines.append(f"{r['street']}：{r['before']}{changes or ' ±0'} = {r['after']}")
    lines += [
        f"  {r.street} {r.activity_month} {KINDS[r.what]} {r.record_id or '无编号'}：{r.before} → {r.after}（{r.file} {r.sheet} 第{r.row}行）"
        for r in c.changes.itertuples()
    ]
    return "\n".join(lines)


@contextmanager
def progress_bar() -> Iterator[Callable[[int, int], None] | None]:
    """A bar on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    with Progress(
        TextColumn("读取"), BarColumn(), MofNCompleteColumn(), console=Console(stderr=True), transient=True
    ) as bar:
        task = bar.add_task("read", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
