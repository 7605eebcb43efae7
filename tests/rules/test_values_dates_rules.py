"""Rules of docs/method.md#values: dates of activities, the programme's days, and dates beyond the export."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tests.rules.workbooks import COUNTED, NOT_RECORD, Sheet, csv_text, expect, folder, run, xlsx

N, C = NOT_RECORD, COUNTED
FILE = "随申学.xlsx"
DAY = date(2021, 4, 12)


def table(cells):
    """One record per date cell, told apart by its activity."""
    return [["街镇", "活动名称", "参加人次", "活动日期"], *(["曹杨", f"课{i}", 3, cell] for i,
        cell in enumerate(cells))]


def read(tmp_path, cells, **options):
    return run(folder(tmp_path, {FILE: xlsx({"s": table(cells)}, **options)}))


def days(result):
    """Dates of the ledger's record rows, in order."""
    return [None if v != v or v is None or v == "" else str(v)[:10] for v in result.ledger["activity_date"]][1:]


TEXTS = [
    "2021-04-12", "2021-4-12", "2021/4/12", "2021/04/12", "2021.4.12", "2021.04.12", "20210412", "2021年4月12日",
    "2021年04月12日",
    "2021年4月12日(周一)", "2021年4月12日（星期一）", "2021年4月12日 周一", "4月12日", "4月12日（周一）", "4.12",
    "4/12", "44298",
    "２０２１－０４－１２", "２０２１年４月１２日", "４月１２日", "４．１２", "二〇二一年四月十二日",
    "二○二一年四月十二日", "2021-04-12 09:30", "2021-04-12 09:30:00",
    "2021/4/12 9:30", "2021年4月12日 9:30", "2021年4月12日9:30", "2021-04-12 09:30-11:00", "4月12日 14:00",
    "2021-04-12T09:30:00",
    " 2021-04-12 ", "2021 年 4 月 12 日", "20210412 09:30",
]
TYPED = [DAY, datetime(2021, 4, 12), datetime(2021, 4, 12, 9, 30), datetime(2021, 4, 12, 23, 59, 59), 44298, 44298.5,
         20210412, 4.12]


def test_accepted_dates(tmp_path):
    cells = [*TYPED, *TEXTS]
    result = read(tmp_path, cells)
    assert dict(zip(map(str, cells), days(result), strict=False)) == dict.fromkeys(map(str, cells), "2021-04-12")
    assert days(result) == ["2021-04-12"] * len(cells)
    expect(result, {1: N, **{i + 2: C for i in range(len(cells))}}, {"曹杨": 3 * len(cells)}, {"undated_export"})


def test_accepted_texts_in_a_csv(tmp_path):
    result = run(folder(tmp_path, {"随申学.csv": csv_text(table(TEXTS))}))
    assert dict(zip(TEXTS, days(result), strict=True)) == dict.fromkeys(TEXTS, "2021-04-12")


@pytest.mark.parametrize("serial", [42836, "42836", DAY])
def test_serials_of_a_1904_workbook(tmp_path, serial):
    result = read(tmp_path, [serial, "2021-04-12"], date1904=True)
    assert days(result) == ["2021-04-12", "2021-04-12"]


@pytest.mark.parametrize("number_format", ['yyyy"年"m"月"d"日"', 'm"月"d"日"', "[$-804]yyyy/m/d aaaa", "General", "@",
                                           "0.00", "yyyy-mm-dd;@"])
def test_the_number_format_of_a_serial_does_not_matter(tmp_path, number_format):
    sheet = Sheet(table([44298, 44299]), formats={"D2": number_format})
    result = run(folder(tmp_path, {FILE: {"s": sheet}}))
    assert days(result) == ["2021-04-12", "2021-04-13"]
    assert result.totals() == {"曹杨": 6}


PERIODS = ["2021年4月12日-14日", "4月12日、19日", "2021-04-12至2021-04-14", "4月12日-4月14日", "2021年4月12日至4月14日",
           "4月12日-14日",
           "2021/4/12-2021/4/14", "4月12日、4月19日、4月26日", "2021年4月12日，19日"]


def test_a_period_or_a_list_is_its_first_day_and_a_repair(tmp_path):
    result = read(tmp_path, [*PERIODS, "2021-04-12"])
    assert days(result) == ["2021-04-12"] * (len(PERIODS) + 1)
    assert set(result.rows().values()) == {N, C}
    assert set(result.repairs["raw"].astype(str)) == set(PERIODS)
    assert set(result.repairs["clean"].astype(str).str[:10]) == {"2021-04-12"}


@pytest.mark.parametrize(("number", "day", "ambiguous"), [
    (4.1, "2021-04-01", True), (5.2, "2021-05-02", True), (6.3, "2021-06-03", True), (12.3, "2021-12-03", True),
    (4.4, "2021-04-04", False), (5.9, "2021-05-09", False), (4.12, "2021-04-12", False), (11.25, "2021-11-25", False),
    (10.11, "2021-10-11", False),
])
def test_a_number_month_dot_day(tmp_path, number, day, ambiguous):
    result = read(tmp_path, [number, "2021-05-01"])
    assert days(result) == [day, "2021-05-01"]
    expect(result, {1: N, 2: C, 3: C}, {"曹杨": 6}, {"undated_export"} | ({"ambiguous_date"} if ambiguous else set()))
    assert result.found_rows("ambiguous_date") == ([2] if ambiguous else [])


BAD = ["2021-04", "2021年4月", "4月", "每周一", "4月31日", "2021-02-30", "2021-13-01", "上旬", "待定", 19999, 80000,
       "80000", 4, 4.31, 13.1,
       "周一", "NA", "2021", 2021, "第二周", -44298, "4月每周三"]


def test_not_accepted_dates(tmp_path):
    result = read(tmp_path, [*BAD, None])
    assert dict(zip(map(str, BAD), [result.rows()[i + 2] for i in range(len(BAD))],
                    strict=True)) == dict.fromkeys(map(str, BAD), "bad_date")
    assert result.rows() == {1: N, **{i + 2: "bad_date" for i in range(len(BAD) + 1)}}
    assert result.totals() == {}
    assert days(result) == [None] * (len(BAD) + 1)


OUTSIDE = [date(2021, 3, 31), date(2022, 1, 1), "2020-04-12", "3月31日", "2022年4月12日", 20000, 79999, "20000", 3.5]


def test_outside_the_programme(tmp_path):
    result = read(tmp_path, [date(2021, 4, 1), *OUTSIDE, date(2021, 12, 31), "12月31日", "4.1"])
    n = len(OUTSIDE)
    assert result.rows() == {1: N, 2: C, **{i + 3: "outside_programme" for i in range(n)}, n + 3: C, n + 4: C, n + 5: C}
    assert result.totals() == {"曹杨": 12}
    assert result.complete


AFTER = [date(2021, 6, 30), date(2021, 7, 1), date(2021, 12, 31), date(2022, 1, 1)]


@pytest.mark.parametrize("key", ["导出时间", "下载时间"])
@pytest.mark.parametrize("stamp", ["2021-06-30 08:00:00", "2021-06-30"])
def test_later_than_a_stated_export_time(tmp_path, key, stamp):
    result = run(folder(tmp_path, {FILE: {"s": [[f"{key}：{stamp}"], *table(AFTER)]}}))
    expect(result, {1: N, 2: N, 3: C, 4: "future_date", 5: "future_date", 6: "outside_programme"}, {"曹杨": 3}, set())


@pytest.mark.parametrize("key", ["截至", "打印时间", "制表时间", "制表日期", "填报日期"])
def test_later_than_a_weaker_date(tmp_path, key):
    result = run(folder(tmp_path, {FILE: {"s": [[f"{key}：2021-06-30"], *table(AFTER)]}}))
    expect(result, {1: N, 2: N, 3: C, 4: C, 5: C, 6: "outside_programme"}, {"曹杨": 9}, {"after_snapshot"})


def test_later_than_the_date_in_the_name(tmp_path):
    result = run(folder(tmp_path, {"20210630.xlsx": {"s": table(AFTER)}}))
    expect(result, {1: N, 2: C, 3: C, 4: C, 5: "outside_programme"}, {"曹杨": 9}, {"after_snapshot"})


def test_an_undated_export_has_no_later(tmp_path):
    expect(read(tmp_path, AFTER), {1: N, 2: C, 3: C, 4: C, 5: "outside_programme"}, {"曹杨": 9}, {"undated_export"})


def test_an_export_time_decides_over_a_weaker_date(tmp_path):
    lines = [["导出时间：2021-07-05 08:00"], ["截至2021年6月30日"]]
    result = run(folder(tmp_path, {FILE: {"s": [*lines, *table(AFTER)]}}))
    expect(result, {1: N, 2: N, 3: N, 4: C, 5: C, 6: "future_date", 7: "outside_programme"}, {"曹杨": 6}, set())
