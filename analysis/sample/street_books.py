"""A dozen workbooks that streets kept by hand and sent along; each carries activities which the platform has too.

Only the last one, sent in January, holds activities that are nowhere else (`supplement`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby
from pathlib import Path

import numpy as np
from openpyxl import Workbook

from analysis.plan import Plan
from analysis.sample import words
from analysis.sample.desk import Desk, written_count, written_date, written_scenarios
from analysis.sample.saving import save
from analysis.sample.world import (
    HELP,
    PASSED,
    PENDING,
    TRAINING,
    Activity,
    Entry,
    Record,
    Venue,
    entries_at,
    make_venues,
)

PAGE = 24  # rows of a printed page


class Cabinet:
    """What the streets' clerks can look up."""

    def __init__(self, plan: Plan, records: list[Record], seed: int) -> None:
        self.plan, self.records, self.seed = plan, records, seed

    def entries(self, street: str, first: date, last: date, at: datetime) -> list[Entry]:
        """A street's records of a period as they stood at a moment, by date."""
        found = [
            e for e in entries_at(self.records, at) if e.activity.street == street and e.status in (PASSED, PENDING)
        ]
        found = [e for e in found if first <= e.activity.day <= last]
        return sorted(found, key=lambda e: (e.activity.day, e.activity.start, e.record_id))

    def settled(self, street: str, first: date, last: date, at: datetime) -> list[Entry]:
        """Only those that were never changed: without ids they are known by their content alone."""
        same = {r.record_id for r in self.records if r.unchanged}
        return [e for e in self.entries(street, first, last, at) if e.record_id in same]


def write_street_books(folder: Path, plan: Plan, records: list[Record], seed: int) -> None:
    """Write the workbooks of the streets."""
    cabinet = Cabinet(plan, records, seed)
    for name, build in BOOKS.items():
        save(build(cabinet), folder / f"{name}.xlsx")


def caoyang(cabinet: Cabinet) -> Workbook:
    """April by venue: merged street and venue, dates in many writings, a subtotal for each venue."""
    book = Workbook()
    desk = Desk(book, "4月", (6, 14, 30, 20, 36, 8, 20, 8, 18, 16), first=True)
    desk.heading("曹杨新村街道“随申学”活动台账")
    desk.line("填报日期：2021年5月6日")
    desk.titles("序号", "街道", "服务点", "日期", "活动名称", "类别", "场景", "人次", "活动编号", "备注")
    entries = cabinet.entries("曹杨", date(2021, 4, 1), date(2021, 4, 30), datetime(2021, 5, 6, 9))
    entries.sort(key=lambda e: e.activity.venue.name)
    number, total = 0, 0
    for venue, group in groupby(entries, key=lambda e: e.activity.venue.name):
        first, subtotal = desk.row + 1, 0
        for e in group:
            number += 1
            a = e.activity
            desk.put(
                [
                    number,
                    "曹杨新村街道" if desk.row + 1 == first else None,
                    venue if desk.row + 1 == first else None,
                    written_date(a.day, number),
                    a.name,
                    a.service,
                    written_scenarios(a, number),
                    a.person_times,
                    e.record_id,
                    a.remark or None,
                ]
            )
            subtotal += a.person_times
        desk.merge(first, desk.row, 2)
        desk.merge(first, desk.row, 3)
        desk.put([None, None, "小 计", None, None, None, None, subtotal])
        total += subtotal
    desk.put([None, "合计", None, None, None, None, None, total])
    return book


def ganquan(cabinet: Cabinet) -> Workbook:
    """A half-year, printed: header of two rows on each page, training and help in columns of their own, carried totals."""
    book = Workbook()
    desk = Desk(book, "活动明细", (18, 30, 14, 36, 8, 8, 8, 18, 10), first=True)
    desk.heading("甘泉路街道智能技术培训与帮办明细表")
    desk.line("填报单位：甘泉路街道")
    entries = cabinet.entries("甘泉", date(2021, 4, 1), date(2021, 6, 30), datetime(2021, 7, 3, 10))
    sums = np.zeros(3, dtype=int)
    for start in range(0, len(entries), PAGE):
        desk.titles("活动编号", "服务点名称", "活动时间", "活动主题", "参加人次", None, None, "应用场景", "审核状态")
        desk.titles(None, None, None, None, "培训", "帮办", "小计", None, None)
        desk.merge(desk.row - 1, desk.row - 1, 5, 7)
        for column in (1, 2, 3, 4, 8, 9):
            desk.merge(desk.row - 1, desk.row, column)
        if start:
            desk.put(["承前页", None, None, None, *map(int, sums)])
        for i, e in enumerate(entries[start : start + PAGE], start):
            a = e.activity
            split = [a.person_times if a.service == TRAINING else None, a.person_times if a.service == HELP else None]
            desk.put(
                [
                    e.record_id,
                    a.venue.name,
                    written_date(a.day, 3 if i % 5 else 0),
                    a.name,
                    *split,
                    a.person_times,
                    "、".join(a.scenarios) or None,
                    {PASSED: "审核通过", PENDING: "审核中"}[e.status],
                ]
            )
            sums += np.array([split[0] or 0, split[1] or 0, a.person_times])
        if start + PAGE < len(entries):
            desk.put(["过次页", None, None, None, *map(int, sums)])
    desk.put(["总计", None, None, None, *map(int, sums)])
    desk.line("制表日期：2021年7月3日", column=8)
    return book


def shiquan(cabinet: Cabinet) -> Workbook:
    """June and July with one column a scenario; the street stands only in the line above; 7.20 typed as a number is 7.2."""
    book = Workbook()
    names = cabinet.plan.scenario_names
    desk = Desk(book, "6-7月", (6, 18, 10, 30, 36, 8, *[6] * len(names), 8, 10), first=True)
    desk.heading("6—7月开展长者智能技术运用提升行动情况")
    desk.line("街镇：石泉路街道")
    desk.titles(
        "序号",
        "记录编号",
        "日期",
        "地点",
        "课程名称",
        "类别",
        "应用场景",
        *[None] * (len(names) - 1),
        "参与人次",
        "签到方式",
    )
    desk.merge(desk.row, desk.row, 7, 6 + len(names))
    desk.titles(*[None] * 6, *names, None, None)
    for column in (1, 2, 3, 4, 5, 6, 7 + len(names), 8 + len(names)):
        desk.merge(desk.row - 1, desk.row, column)
    entries = cabinet.entries("石泉", date(2021, 6, 1), date(2021, 7, 31), datetime(2021, 8, 2, 9))
    for i, e in enumerate(entries, 1):
        a = e.activity
        day = f"{a.day.month}.{a.day.day:02d}"
        marks = ["√" if n in a.scenarios else None for n in names]
        desk.put(
            [
                i,
                e.record_id,
                float(day) if i % 3 else day,
                a.venue.name,
                a.name,
                a.service,
                *marks,
                a.person_times,
                "纸质" if i % 3 else "扫码",
            ]
        )
    desk.put(["合计", *[None] * (5 + len(names)), sum(e.activity.person_times for e in entries)])
    desk.line("制表日期：2021年8月2日")
    return book


def changfeng_volunteers(cabinet: Cabinet) -> Workbook:
    """The volunteers' register: names and telephone numbers, synonyms, blank rows, two rows hidden by a filter."""
    book = Workbook()
    desk = Desk(book, "登记", (18, 16, 32, 22, 14, 10, 36, 22, 10, 12, 16, 12), first=True)
    desk.heading("长风新村街道志愿者服务登记表")
    desk.line("统计至9月中旬，联系人见各行")
    desk.titles(
        "编号",
        "所属街道",
        "公益基地",
        "基地类型",
        "服务日期",
        "服务方式",
        "活动主题",
        "服务场景",
        "服务人次",
        "志愿者姓名",
        "联系电话",
        "记录状态",
    )
    entries = cabinet.entries("长风", date(2021, 7, 1), date(2021, 9, 14), datetime(2021, 9, 15, 8))
    services = {TRAINING: ("授课", "讲座", "培训"), HELP: ("代办", "一对一", "帮办服务")}
    for i, e in enumerate(entries):
        a = e.activity
        street = ("长风新村街道", "长风街道", "普陀区长风新村街道", "长风新村街道办事处", "⻓风新村街道")[i % 5]
        desk.put(
            [
                e.record_id,
                street,
                a.venue.name,
                a.venue.kind or None,
                written_date(a.day, i),
                services[a.service][i % 3],
                a.name,
                written_scenarios(a, i),
                written_count(a.person_times, 0 if i % 4 else i),
                words.VOLUNTEERS[i % len(words.VOLUNTEERS)],
                words.PHONE.format(i),
                "正常" if e.status == PASSED else "待审核",
            ]
        )
        if i in (17, 18):
            desk.sheet.row_dimensions[desk.row].hidden = True
        if i % 20 == 19:
            desk.blank()
    desk.line("备注：姓名、电话均为虚构。")
    return book


def changshou(cabinet: Cabinet) -> Workbook:
    """A sheet a month and a summary; heads instead of person-times; known by content, for it has no ids."""
    book = Workbook()
    months = {}
    for k, month in enumerate((4, 5, 6)):
        desk = Desk(book, f"{month}月", (6, 14, 30, 14, 36, 10, 10, 8, 18, 10), first=k == 0)
        desk.heading(f"长寿路街道{month}月“随申学”活动情况")
        desk.titles(
            "序号", "街镇名称", "活动地点", "活动日期", "活动名称", "开始时间", "结束时间", "类别", "场景", "参加人数"
        )
        last = date(2021, month, 31 if month == 5 else 30)
        entries = cabinet.settled("长寿", date(2021, month, 1), last, datetime(2021, 6, 30, 12))
        for i, e in enumerate(entries, 1):
            a = e.activity
            desk.put(
                [
                    i,
                    "长寿路街道" if i % 3 else "长寿街道",
                    a.venue.name,
                    written_date(a.day, i),
                    a.name,
                    a.start,
                    a.end,
                    a.service,
                    "、".join(a.scenarios) or None,
                    a.person_times,
                ]
            )
        months[month] = sum(e.activity.person_times for e in entries)
        desk.put(["本月合计", *[None] * 8, months[month]])
        desk.blank()
        desk.line("说明：人数为每场到场人数。")
        desk.line("填表人：演示甲    审核人：演示乙")
    desk = Desk(book, "汇总", (14, 10))
    desk.heading("长寿路街道上半年汇总")
    desk.titles("月份", "人数")
    for month, number in months.items():
        desk.put([f"{month}月", number])
    desk.put(["合计", sum(months.values())])
    return book


def yichuan(cabinet: Cabinet) -> Workbook:
    """August: ids kept as numbers, date and hours in one cell, a total in words."""
    book = Workbook()
    desk = Desk(book, "Sheet1", (18, 14, 30, 30, 36, 8, 18, 10), first=True)
    desk.heading("宜川路街道8月份活动统计")
    desk.line("制表时间：2021-09-01 10:20")
    desk.titles("活动编号", "街镇", "场所名称", "活动时间\n（含起止）", "活动名称", "活动类型", "场景类型", "*人次")
    entries = cabinet.entries("宜川", date(2021, 8, 1), date(2021, 8, 31), datetime(2021, 9, 1, 10))
    for i, e in enumerate(entries):
        a = e.activity
        moment = f"2021年{a.day.month}月{a.day.day}日 {a.start}-{a.end}"
        desk.put(
            [
                int(e.record_id),
                "宜川路街道" if i % 4 else "上海市普陀区宜川路街道",
                a.venue.name,
                moment,
                a.name,
                a.service,
                written_scenarios(a, 0),
                written_count(a.person_times, i),
            ]
        )
    desk.line(f"共{len(entries)}场{sum(e.activity.person_times for e in entries)}人次")
    return book


def zhenru(cabinet: Cabinet) -> Workbook:
    """October under three names of the street; the attendance lists of two classes on another sheet."""
    book = Workbook()
    desk = Desk(book, "10月明细", (18, 14, 30, 22, 14, 36, 8, 18, 10, 10, 20), first=True)
    desk.heading("真如镇街道10月活动明细")
    desk.titles(
        "记录编号",
        "街镇",
        "服务点名称",
        "服务点类型",
        "活动日期",
        "活动名称",
        "类别",
        "应用场景",
        "参加人次",
        "状态",
        "填报时间",
    )
    entries = cabinet.entries("真如", date(2021, 10, 1), date(2021, 10, 31), datetime(2021, 10, 31, 21, 30))
    for i, e in enumerate(entries):
        a = e.activity
        desk.put(
            [
                e.record_id,
                ("真如镇街道", "真如镇", "真如街道", "真如鎮")[i % 4],
                a.venue.name,
                a.venue.kind or None,
                written_date(a.day, i),
                a.name,
                a.service,
                written_scenarios(a, i),
                a.person_times,
                "已结束" if e.status == PASSED else "待审核",
                e.recorded_at,
            ]
        )
    lists = Desk(book, "签到表", (18, 14, 36, 14, 18))
    lists.heading("真如镇街道10月部分课程签到表")
    lists.titles("活动编号", "活动日期", "活动名称", "姓名", "手机号")
    classes = [e for e in entries if e.activity.service == TRAINING][:2]
    for k, e in enumerate(classes):
        for person in range(e.activity.person_times - k):  # one name is missing on the second list
            lists.put(
                [
                    e.record_id,
                    written_date(e.activity.day, 0),
                    e.activity.name,
                    words.PARTICIPANTS.format(person + 1),
                    words.PHONE.format(500 + person),
                ]
            )
    return book


def wanli(cabinet: Cabinet) -> Workbook:
    """Spring without ids and without any date of its own; two rows whose date cannot be read stand below the correct ones."""
    book = Workbook()
    desk = Desk(book, "万里", (6, 12, 30, 22, 36, 10, 10, 8, 20, 10), first=True)
    desk.heading("万里街道智慧助老活动登记")
    desk.titles(
        "序号", "街道（镇）", "活动地点", "开展日期", "培训主题", "开始时间", "结束时间", "服务类型", "场景", "参与人次"
    )
    entries = cabinet.settled("万里", date(2021, 4, 1), date(2021, 5, 31), datetime(2021, 6, 8, 9))
    for i, e in enumerate(entries, 1):
        a = e.activity
        desk.put(
            [
                i,
                "万里街道",
                a.venue.name,
                written_date(a.day, i),
                a.name,
                a.start,
                a.end,
                a.service,
                written_scenarios(a, i),
                written_count(a.person_times, i),
            ]
        )
    a = entries[-1].activity
    for day in ("5月32日", "每周三"):
        desk.put([None, "万里街道", a.venue.name, day, "手机咨询日", "15:30", "16:30", HELP, "用机", 8])
    return book


def changzheng(cabinet: Cabinet) -> Workbook:
    """September: one merged number for two sessions of a day, and a note below."""
    book = Workbook()
    desk = Desk(book, "9月", (18, 10, 30, 16, 36, 8, 18, 10, 14), first=True)
    desk.heading("长征镇9月活动情况（年度指标完成）")
    desk.line("截至2021年9月30日")
    desk.titles("编号", "街镇", "地点", "日期", "活动名称", "类别", "场景", "人次", "备注")
    entries = cabinet.entries("长征", date(2021, 8, 16), date(2021, 9, 30), datetime(2021, 9, 30, 16))
    first = desk.row + 1
    for i, e in enumerate(entries):
        a = e.activity
        desk.put(
            [
                e.record_id,
                "长征镇" if i == 0 else None,
                a.venue.name,
                written_date(a.day, i),
                a.name,
                a.service,
                written_scenarios(a, 3),
                a.person_times if i != 3 else None,
                None,
            ]
        )
    desk.merge(first, desk.row, 2)
    desk.merge(first + 2, first + 3, 8)
    desk.line("注：已完成年度指标，9月下旬起不再安排活动。")
    return book


def taopu(cabinet: Cabinet) -> Workbook:
    """The third quarter: a total that does not add up, one record twice with two numbers, a street nobody can name."""
    book = Workbook()
    desk = Desk(book, "三季度", (18, 14, 30, 22, 16, 36, 8, 20, 10), first=True)
    desk.heading("桃浦镇第三季度“随申学”活动台账")
    desk.titles("活动编号", "所属街镇", "服务点名称", "场所类型", "活动日期", "活动名称", "服务方式", "场景", "人次")
    entries = cabinet.entries("桃浦", date(2021, 7, 1), date(2021, 9, 30), datetime(2021, 10, 9, 9))
    total = 0
    for i, e in enumerate(
        [
            *entries,
            replace(
                entries[4], activity=replace(entries[4].activity, person_times=entries[4].activity.person_times + 2)
            ),
        ]
    ):
        a = e.activity
        desk.put(
            [
                e.record_id,
                "桃浦镇" if i % 6 else "桃浦镇人民政府",
                a.venue.name,
                a.venue.kind or None,
                written_date(a.day, i),
                a.name,
                a.service,
                written_scenarios(a, i),
                a.person_times,
            ]
        )
        total += a.person_times
    a = entries[-1].activity
    desk.put([None, "长凤", "联办场地", None, written_date(a.day, 2), "片区联办：手机咨询", HELP, "用机", 6])
    desk.put(["合 计", *[None] * 7, total + 6 + 27])
    return book


def changfeng_all(cabinet: Cabinet) -> Workbook:
    """Two months and the sheet 全部 that repeats them; an older copy on a hidden sheet."""
    book = Workbook()
    widths = (18, 16, 30, 14, 36, 8, 18, 10)
    titles = ("记录编号", "街镇", "服务点名称", "活动日期", "活动名称", "活动类型", "应用场景", "参加人次")
    at = datetime(2021, 12, 1, 8)
    october = cabinet.entries("长风", date(2021, 10, 1), date(2021, 10, 31), at)
    november = cabinet.entries("长风", date(2021, 11, 1), date(2021, 11, 30), at)
    sheets = {"10月": october, "11月": november, "全部": october + november, "旧表": october[: len(october) // 2]}
    for k, (name, entries) in enumerate(sheets.items()):
        desk = Desk(book, name, widths, first=k == 0)
        desk.heading(f"长风新村街道{name}活动")
        desk.line("打印时间：2021-12-01 08:30")
        desk.titles(*titles)
        for i, e in enumerate(entries):
            a = e.activity
            desk.put(
                [
                    e.record_id,
                    "长风新村街道",
                    a.venue.name,
                    written_date(a.day, 0),
                    a.name,
                    a.service,
                    written_scenarios(a, i),
                    a.person_times,
                ]
            )
    book["旧表"].sheet_state = "hidden"
    return book


def late_supplement(cabinet: Cabinet) -> Workbook:
    """Sent in January, without ids: activities that never reached the platform, two of them alike; one of January, two that cannot be read."""
    book = Workbook()
    desk = Desk(book, "补录", (6, 12, 30, 22, 14, 36, 10, 10, 8, 18, 10, 18), first=True)
    desk.heading("万里街道2021年活动补录")
    desk.titles(
        "序号",
        "街镇",
        "服务点名称",
        "服务点类型",
        "活动日期",
        "活动名称",
        "开始时间",
        "结束时间",
        "活动类型",
        "应用场景",
        "参加人次",
        "备注",
    )
    extra = supplement(cabinet.plan, cabinet.seed)
    january = replace(extra[0], day=date(2022, 1, 5))
    for i, a in enumerate([*extra, january], 1):
        desk.put(
            [
                i,
                "万里街道",
                a.venue.name,
                a.venue.kind,
                written_date(a.day, 3),
                a.name,
                a.start,
                a.end,
                a.service,
                "、".join(a.scenarios),
                a.person_times,
                "平台年末关闭，未及录入",
            ]
        )
    a = extra[0]
    desk.put(
        [
            len(extra) + 2,
            "万里街道",
            a.venue.name,
            a.venue.kind,
            "12月下旬",
            "年末手机咨询",
            None,
            None,
            HELP,
            "用机",
            10,
            None,
        ]
    )
    desk.put(
        [
            len(extra) + 3,
            "万里街道",
            a.venue.name,
            a.venue.kind,
            "12月22日",
            "年末手机咨询",
            None,
            None,
            HELP,
            "用机",
            "若干",
            None,
        ]
    )
    desk.put(["合计", *[None] * 9, sum(a.person_times for a in extra) + january.person_times + 10])
    return book


def supplement(plan: Plan, seed: int) -> list[Activity]:
    """Activities that only the workbook of January has; the last two are alike."""
    venues = make_venues(plan, np.random.default_rng([seed, 1]))["万里"]
    rng = np.random.default_rng([seed, 2])
    result = []
    for day in (date(2021, 11, 19), date(2021, 11, 26), date(2021, 12, 3), date(2021, 12, 10), date(2021, 12, 17)):
        venue: Venue = venues[int(rng.integers(len(venues)))]
        result.append(
            Activity(
                "万里",
                venue,
                "年末手机课堂",
                TRAINING,
                ("用机", "安全"),
                day,
                "16:00",
                "17:00",
                int(rng.integers(9, 16)),
            )
        )
    return [*result, result[-1]]


BOOKS: dict[str, Callable[[Cabinet], Workbook]] = {
    "曹杨新村街道2021年4月台账": caoyang,
    "甘泉路街道上半年明细表": ganquan,
    "石泉路6、7月": shiquan,
    "长风新村街道_志愿者登记_20210915": changfeng_volunteers,
    "长寿路街道2021年4-6月活动统计": changshou,
    "宜川路街道8月统计(1)": yichuan,
    "真如镇2021-10": zhenru,
    "万里街道上半年登记": wanli,
    "长征镇9月(定稿)": changzheng,
    "桃浦镇三季度20211009": taopu,
    "长风新村街道11月、全部": changfeng_all,
    "万里街道补录20220107": late_supplement,
}
