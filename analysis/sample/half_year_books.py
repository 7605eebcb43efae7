"""Workbooks that streets sent about the first phase."""

from __future__ import annotations

from datetime import date, datetime
from itertools import groupby

from openpyxl import Workbook

from analysis.sample import columns as c
from analysis.sample.cabinet import Cabinet
from analysis.sample.columns import Column
from analysis.sample.desk import Desk
from analysis.sample.model import HELP, Entry

PAGE = 24  # rows of a printed page


def total(entries: list[Entry]) -> int:
    """Person-times of entries."""
    return sum(e.activity.person_times for e in entries)


def caoyang(cabinet: Cabinet) -> Workbook:
    """April by venue: merged street and venue, dates in many writings, a subtotal for each venue."""
    book = Workbook()
    desk = Desk(book, "4月", "曹杨新村街道“随申学”活动台账")
    desk.line("填报日期：2021年5月6日")
    columns: dict[str, Column] = {
        "序号": c.sequence, "街道": c.always("曹杨新村街道"), "服务点": c.venue, "日期": c.mixed_date,
        "活动名称": c.activity, "类别": c.service, "场景": c.mixed_scenarios, "人次": c.person_times,
        "活动编号": c.record_id, "备注": c.remark,
    }
    desk.titles(columns)
    entries = cabinet.entries("曹杨", date(2021, 4, 1), date(2021, 4, 30), datetime(2021, 5, 6, 9))
    number = 1
    for _, group in groupby(sorted(entries, key=lambda e: e.activity.venue.name), key=lambda e: e.activity.venue):
        of_venue, first = list(group), desk.row + 1
        desk.rows(of_venue, columns, number)
        number += len(of_venue)
        desk.merge(first, desk.row, 2)
        desk.merge(first, desk.row, 3)
        desk.put([None, None, "小 计", None, None, None, None, total(of_venue)])
    desk.put([None, "合计", None, None, None, None, None, total(entries)])
    return book


def ganquan(cabinet: Cabinet) -> Workbook:
    """A half-year, printed: a header of two rows on each page, training and help apart, totals carried over."""
    book = Workbook()
    desk = Desk(book, "活动明细", "甘泉路街道智能技术培训与帮办明细表")
    desk.line("填报单位：甘泉路街道")
    columns: dict[str, Column] = {
        "活动编号": c.record_id, "服务点名称": c.venue, "活动时间": c.long_date, "活动主题": c.activity,
        "培训": c.training, "帮办": c.assistance, "小计": c.person_times, "应用场景": c.scenarios,
        "审核状态": c.status("审核通过", "审核中"),
    }
    entries = cabinet.entries("甘泉", date(2021, 4, 1), date(2021, 6, 30), datetime(2021, 7, 3, 10))
    for start in range(0, len(entries), PAGE):
        _page_header(desk, list(columns))
        if start:
            desk.put(["承前页", None, None, None, *_sums(entries[:start])])
        desk.rows(entries[start : start + PAGE], columns)
        if start + PAGE < len(entries):
            desk.put(["过次页", None, None, None, *_sums(entries[: start + PAGE])])
    desk.put(["总计", None, None, None, *_sums(entries)])
    desk.line("制表日期：2021年7月3日", column=8)
    return book


def _page_header(desk: Desk, titles: list[str]) -> None:
    desk.titles([*titles[:4], "参加人次", None, None, *titles[7:]])
    desk.titles([*[None] * 4, *titles[4:7], None, None])
    desk.merge(desk.row - 1, desk.row - 1, 5, 7)
    for column in (1, 2, 3, 4, 8, 9):
        desk.merge(desk.row - 1, desk.row, column)


def _sums(entries: list[Entry]) -> list[int]:
    training = [e for e in entries if e.activity.service != HELP]
    return [total(training), total(entries) - total(training), total(entries)]


def shiquan(cabinet: Cabinet) -> Workbook:
    """June and July with one column a scenario; the street stands in a line only; 6.30 typed as a number is 6.3."""
    book = Workbook()
    names = cabinet.plan.scenario_names
    desk = Desk(book, "6-7月", "6—7月开展长者智能技术运用提升行动情况")
    desk.line("街镇：石泉路街道")
    columns: dict[str, Column] = {
        "序号": c.sequence, "记录编号": c.record_id, "日期": c.decimal_date, "地点": c.venue, "课程名称": c.activity,
        "类别": c.service, **{n: c.mark(n) for n in names}, "参与人次": c.person_times,
        "签到方式": c.in_turn("扫码", "纸质", "纸质"),
    }
    titles = list(columns)
    desk.titles([*titles[:6], "应用场景", *[None] * (len(names) - 1), *titles[-2:]])
    desk.titles([*[None] * 6, *names, None, None])
    desk.merge(desk.row - 1, desk.row - 1, 7, 6 + len(names))
    for column in (*range(1, 7), len(titles) - 1, len(titles)):
        desk.merge(desk.row - 1, desk.row, column)
    entries = cabinet.entries("石泉", date(2021, 6, 1), date(2021, 7, 31), datetime(2021, 8, 2, 9))
    desk.rows(entries, columns)
    desk.put(["合计", *[None] * (5 + len(names)), total(entries)])
    desk.line("制表日期：2021年8月2日")
    return book


def changshou(cabinet: Cabinet) -> Workbook:
    """A sheet a month and a summary; heads instead of person-times; no ids."""
    book = Workbook()
    columns: dict[str, Column] = {
        "序号": c.sequence, "街镇名称": c.in_turn("长寿街道", "长寿路街道"), "活动地点": c.venue,
        "活动日期": c.mixed_date, "活动名称": c.activity, "开始时间": c.start, "结束时间": c.end, "类别": c.service,
        "场景": c.scenarios, "参加人数": c.person_times,
    }
    months = {4: date(2021, 4, 30), 5: date(2021, 5, 31), 6: date(2021, 6, 30)}
    sums = {}
    for month, last in months.items():
        entries = cabinet.settled("长寿", date(2021, month, 1), last, datetime(2021, 6, 30, 12))
        sums[f"{month}月"] = total(entries)
        desk = Desk(book, f"{month}月", f"长寿路街道{month}月“随申学”活动情况")
        desk.table(entries, columns)
        desk.put(["本月合计", *[None] * 8, total(entries)])
        desk.blank()
        desk.line("说明：人数为每场到场人数。")
        desk.line("填表人：演示甲    审核人：演示乙")
    desk = Desk(book, "汇总", "长寿路街道上半年汇总")
    desk.titles(["月份", "人数"])
    for name, number in {**sums, "合计": sum(sums.values())}.items():
        desk.put([name, number])
    return book


def wanli(cabinet: Cabinet) -> Workbook:
    """Spring without ids and without any date of its own; two more rows, whose date cannot be read."""
    book = Workbook()
    desk = Desk(book, "万里", "万里街道智慧助老活动登记")
    columns: dict[str, Column] = {
        "序号": c.sequence, "街道（镇）": c.always("万里街道"), "活动地点": c.venue, "开展日期": c.mixed_date,
        "培训主题": c.activity, "开始时间": c.start, "结束时间": c.end, "服务类型": c.service,
        "场景": c.mixed_scenarios, "参与人次": c.mixed_count,
    }
    entries = cabinet.settled("万里", date(2021, 4, 1), date(2021, 5, 31), datetime(2021, 6, 8, 9))
    desk.table(entries, columns)
    for day in ("5月32日", "每周三"):
        desk.put([None, "万里街道", c.venue(entries[-1], 0), day, "手机咨询日", "15:30", "16:30", HELP, "用机", 8])
    return book
