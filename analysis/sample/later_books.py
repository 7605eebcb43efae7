"""Workbooks that streets sent about the second half of the year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from openpyxl import Workbook

from analysis.sample import columns as c
from analysis.sample.cabinet import Cabinet
from analysis.sample.columns import Column
from analysis.sample.desk import Desk
from analysis.sample.half_year_books import total
from analysis.sample.model import HELP, PASSED, TRAINING, Entry
from analysis.sample.words import PARTICIPANTS


def changfeng_volunteers(cabinet: Cabinet) -> Workbook:
    """The volunteers' register: names and telephone numbers, synonyms, blank rows, two rows hidden by a filter."""
    book = Workbook()
    desk = Desk(book, "登记", "长风新村街道志愿者服务登记表")
    desk.line("统计至9月中旬，联系方式见各行")
    streets = ("长风新村街道", "长风街道", "普陀区长风新村街道", "长风新村街道办事处", "⻓风新村街道")
    columns: dict[str, Column] = {
        "编号": c.record_id, "所属街道": c.in_turn(*streets), "公益基地": c.venue, "基地类型": c.venue_type,
        "服务日期": c.mixed_date, "服务方式": c.service_synonym, "活动主题": c.activity, "服务场景": c.mixed_scenarios,
        "服务人次": c.mixed_count, "志愿者姓名": c.volunteer, "联系电话": c.phone,
        "记录状态": c.status("正常", "待审核"),
    }
    entries = cabinet.entries("长风", date(2021, 7, 1), date(2021, 9, 14), datetime(2021, 9, 15, 8))
    desk.titles(columns)
    for start in range(0, len(entries), 20):
        desk.rows(entries[start : start + 20], columns, start + 1)
        desk.blank()
    for row in (21, 22):
        desk.sheet.row_dimensions[row].hidden = True
    desk.line("备注：姓名、电话均为虚构。")
    return book


def yichuan(cabinet: Cabinet) -> Workbook:
    """August: ids kept as numbers, date and hours in one cell, a total in words."""
    book = Workbook()
    desk = Desk(book, "Sheet1", "宜川路街道8月份活动统计")
    desk.line("制表时间：2021-09-01 10:20")
    entries = cabinet.entries("宜川", date(2021, 8, 1), date(2021, 8, 31), datetime(2021, 9, 1, 10))
    desk.table(entries, {
        "活动编号": c.numeric_id, "街镇": c.in_turn("宜川路街道", "上海市普陀区宜川路街道"), "场所名称": c.venue,
        "活动时间\n（含起止）": c.date_and_hours, "活动名称": c.activity, "活动类型": c.service,
        "场景类型": c.mixed_scenarios, "*人次": c.mixed_count,
    })
    desk.line(f"共{len(entries)}场{total(entries)}人次")
    return book


def zhenru(cabinet: Cabinet) -> Workbook:
    """October under four names of the street; the attendance lists of two classes on another sheet."""
    book = Workbook()
    desk = Desk(book, "10月明细", "真如镇街道10月活动明细")
    entries = cabinet.entries("真如", date(2021, 10, 1), date(2021, 10, 31), datetime(2021, 10, 31, 21, 30))
    desk.table(entries, {
        "记录编号": c.record_id, "街镇": c.in_turn("真如镇街道", "真如镇", "真如街道", "真如鎮"), "服务点名称": c.venue,
        "服务点类型": c.venue_type, "活动日期": c.mixed_date, "活动名称": c.activity, "类别": c.service,
        "应用场景": c.mixed_scenarios, "参加人次": c.person_times, "状态": c.status("已结束", "待审核"),
        "填报时间": c.recorded_at,
    })
    lists = Desk(book, "签到表", "真如镇街道10月部分课程签到表")
    lists.titles(["活动编号", "活动日期", "活动名称", "姓名", "手机号"])
    classes = [e for e in entries if e.activity.service == TRAINING][:2]
    for k, e in enumerate(classes):
        for person in range(1, e.activity.person_times + 1 - k):  # a name is missing on the second list
            who = PARTICIPANTS.format(person), c.phone(e, 500 + person)
            lists.put([e.record_id, c.excel_date(e, 0), e.activity.name, *who])
    return book


def changzheng(cabinet: Cabinet) -> Workbook:
    """Until September: one merged number for two sessions, the street merged over all rows, a note below."""
    book = Workbook()
    desk = Desk(book, "9月", "长征镇9月活动情况（年度指标完成）")
    desk.line("截至2021年9月30日")
    columns: dict[str, Column] = {
        "编号": c.record_id, "街镇": c.always("长征镇"), "地点": c.venue, "日期": c.mixed_date, "活动名称": c.activity,
        "类别": c.service, "场景": c.scenarios, "人次": c.person_times,
    }
    entries = cabinet.entries("长征", date(2021, 8, 16), date(2021, 9, 30), datetime(2021, 9, 30, 16))
    desk.table(entries, columns)
    first = desk.row - len(entries) + 1
    desk.merge(first, desk.row, 2)
    desk.merge(first + 2, first + 3, 8)
    desk.line("注：已完成年度指标，9月下旬起不再安排活动。")
    return book


def taopu(cabinet: Cabinet) -> Workbook:
    """The third quarter: a total that does not add up, one record twice with two numbers, a street nobody can name."""
    book = Workbook()
    desk = Desk(book, "三季度", "桃浦镇第三季度“随申学”活动台账")
    entries = cabinet.entries("桃浦", date(2021, 7, 1), date(2021, 9, 30), datetime(2021, 10, 9, 9))
    again = replace(entries[4].activity, person_times=entries[4].activity.person_times + 2)
    rows = [*entries, replace(entries[4], activity=again)]
    desk.table(rows, {
        "活动编号": c.record_id, "所属街镇": c.in_turn("桃浦镇", "桃浦镇", "桃浦镇人民政府"), "服务点名称": c.venue,
        "场所类型": c.venue_type, "活动日期": c.mixed_date, "活动名称": c.activity, "服务方式": c.service,
        "场景": c.mixed_scenarios, "人次": c.person_times,
    })
    desk.put([None, "长凤", "联办场地", None, "9月28日", "片区联办：手机咨询", HELP, "用机", 6])
    desk.put(["合 计", *[None] * 7, total(rows) + 6 + 27])
    return book


def changfeng_all(cabinet: Cabinet) -> Workbook:
    """Two months and the sheet 全部 that repeats them; an older copy on a hidden sheet."""
    book = Workbook()
    at = datetime(2021, 12, 1, 8)
    october = cabinet.entries("长风", date(2021, 10, 1), date(2021, 10, 31), at)
    november = cabinet.entries("长风", date(2021, 11, 1), date(2021, 11, 30), at)
    sheets = {"10月": october, "11月": november, "全部": october + november, "旧表": october[: len(october) // 2]}
    for name, entries in sheets.items():
        desk = Desk(book, name, f"长风新村街道{name}活动")
        desk.line("打印时间：2021-12-01 08:30")
        desk.table(entries, {
            "记录编号": c.record_id, "街镇": c.always("长风新村街道"), "服务点名称": c.venue, "活动日期": c.excel_date,
            "活动名称": c.activity, "活动类型": c.service, "应用场景": c.mixed_scenarios, "参加人次": c.person_times,
        })
    book["旧表"].sheet_state = "hidden"
    return book


def late_supplement(cabinet: Cabinet) -> Workbook:
    """Sent in January, without ids: what never reached the platform, one activity of January, two unreadable rows."""
    book = Workbook()
    desk = Desk(book, "补录", "万里街道2021年活动补录")
    january = replace(cabinet.supplement[0], day=date(2022, 1, 5))
    entries = [Entry("", a, PASSED, datetime(2022, 1, 7)) for a in [*cabinet.supplement, january]]
    columns: dict[str, Column] = {
        "序号": c.sequence, "街镇": c.always("万里街道"), "服务点名称": c.venue, "服务点类型": c.venue_type,
        "活动日期": c.long_date, "活动名称": c.activity, "开始时间": c.start, "结束时间": c.end, "活动类型": c.service,
        "应用场景": c.scenarios, "参加人次": c.person_times, "备注": c.always("平台年末关闭，未及录入"),
    }
    desk.table(entries, columns)
    for day, count in (("12月下旬", 10), ("12月22日", "若干")):
        place = entries[0].activity.venue
        desk.put([None, "万里街道", place.name, place.kind, day, "年末手机咨询", None, None, HELP, "用机", count])
    desk.put(["合计", *[None] * 9, total(entries) + 10])
    return book
