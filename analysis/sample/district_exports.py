"""The platform's nine monthly exports: all records so far, as they stand at each month's end."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from analysis.plan import Plan
from analysis.sample.model import LAST_EXPORT, Entry, Record, entries_at
from analysis.sample.saving import save
from analysis.sample.words import PLATFORM_TITLES

TITLE = "长者数字生活“随申学”工作模块活动记录（演示数据）"
WIDTHS = (17, 15, 30, 22, 34, 10, 16, 12, 10, 10, 10, 12, 20, 18)
CLOCKS = ("17:45:12", "18:10:05", "20:31:47", "17:58:30", "19:22:08", "18:40:55", "21:05:19", "18:15:36")


def write_district_exports(folder: Path, plan: Plan, records: list[Record]) -> None:
    """One workbook a month, April to December."""
    for moment in export_moments(plan):
        save(_export(plan, entries_at(records, moment), moment), folder / f"随申学_{moment:%Y%m%d}.xlsx")


def export_moments(plan: Plan) -> list[datetime]:
    """When the exports were made: in the evening of each month's last day."""
    months = range(plan.first_day.month, plan.last_day.month)
    days = [date(plan.year, m, monthrange(plan.year, m)[1]) for m in months]
    return [datetime.fromisoformat(f"{d} {clock}") for d, clock in zip(days, CLOCKS, strict=True)] + [LAST_EXPORT]


def _export(plan: Plan, entries: list[Entry], moment: datetime) -> Workbook:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "活动记录"
    sheet.append([TITLE])
    sheet.append([f"导出时间：{moment:%Y-%m-%d %H:%M:%S}"])
    sheet.append([f"统计区间：{plan.first_day} 至 {moment.date()}"])
    sheet.append(list(PLATFORM_TITLES))
    officials = {s.name: s.official for s in plan.streets}
    for entry in entries:
        sheet.append(_row(entry, officials))
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(PLATFORM_TITLES))
    sheet["A1"].font = Font(bold=True, size=14)
    sheet["A1"].alignment = Alignment(horizontal="center")
    for cell in sheet[4]:
        cell.font = Font(bold=True)
    for letter, width in zip("ABCDEFGHIJKLMN", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A5"
    return book


def _row(entry: Entry, officials: dict[str, str]) -> list[object]:
    a = entry.activity
    return [
        entry.record_id,
        officials[a.street],
        a.venue.name,
        a.venue.kind or None,
        a.name,
        a.service,
        "、".join(a.scenarios) or None,
        a.day.isoformat(),
        a.start,
        a.end,
        a.person_times,
        entry.status,
        f"{entry.recorded_at:%Y-%m-%d %H:%M:%S}",
        a.remark or None,
    ]
