"""Rules of docs/method.md#files: stated coverage and stated street."""

from __future__ import annotations

from datetime import date

import pytest

from tests.rules.workbooks import COUNTED, NOT_RECORD, expect, folder, run

WITH_STREET = ["活动编号", "街镇", "活动日期", "参加人次"]
PLAIN = ["活动日期", "参加人次"]


def covered(tmp_path, line, missing_day):
    """A record of an old export is missing in a new one that states a coverage: its verdict."""
    old = [WITH_STREET, ["A1", "曹杨", date(2021, 5, 6), 3], ["A2", "曹杨", missing_day, 4]]
    new = [[line], WITH_STREET, ["A1", "曹杨", date(2021, 5, 6), 3]]
    result = run(folder(tmp_path, {"20210901.xlsx": {"s": old}, "20211001.xlsx": {"s": new}}))
    assert result.rows("20210901.xlsx")[2] == "superseded"
    assert result.rows("20211001.xlsx") == {1: NOT_RECORD, 2: NOT_RECORD, 3: COUNTED}
    return result.rows("20210901.xlsx")[3], result


SECOND_QUARTER = [
    "统计区间：2021-04-01 至 2021-06-30",
    "统计区间:2021-04-01至2021-06-30",
    "统计区间：2021年4月1日—2021年6月30日",
    "统计区间：2021年4月1日-6月30日",
    "统计区间：2021.4.1-2021.6.30",
    "统计区间：2021/04/01~2021/06/30",
    "统计区间：20210401-20210630",
    "统计区间：2021-04-01 00:00:00 至 2021-06-30 23:59:59",
    "统计时间：2021年4-6月",
    "统计时间：2021年4月-6月",
    "统计时间：2021年4月至2021年6月",
    "活动时间范围：第二季度",
    "活动时间范围：2021年第二季度",
    "活动时间范围：２０２１年第２季度",
]


@pytest.mark.parametrize("line", SECOND_QUARTER)
def test_coverage_reaches_from_its_first_to_its_last_day(tmp_path, line):
    for i, (day, verdict) in enumerate([(date(2021, 4, 1), "withdrawn"), (date(2021, 6, 30), "withdrawn"),
                                        (date(2021, 7, 1), COUNTED)]):
        assert covered(tmp_path / str(i), line, day)[0] == verdict


def test_coverage_of_one_month(tmp_path):
    assert covered(tmp_path / "a", "统计区间：2021年6月", date(2021, 6, 30))[0] == "withdrawn"
    assert covered(tmp_path / "b", "统计区间：2021年6月", date(2021, 5, 31))[0] == COUNTED


def test_without_a_stated_coverage_nothing_is_withdrawn(tmp_path):
    verdict, result = covered(tmp_path, "随申学活动记录", date(2021, 6, 1))
    assert verdict == COUNTED
    assert result.totals() == {"曹杨": 7}


def test_coverage_is_told_in_the_files_table(tmp_path):
    raw = folder(tmp_path, {"20210701.xlsx": {"s": [[SECOND_QUARTER[0]], PLAIN, [date(2021, 5, 6), 3]]}})
    coverage = str(run(raw).files["coverage"].iloc[0])
    assert "2021-04-01" in coverage
    assert "2021-06-30" in coverage


@pytest.mark.parametrize("line", [
    "街镇：曹杨新村街道", "填报单位：曹杨新村街道办事处", "单位：上海市普陀区曹杨新村街道", "填报街镇：曹杨",
    "填报街镇: 曹杨街道", "街镇：曹杨新村街道        统计人：王某", "填报单位（盖章）：曹杨新村街道",
])
def test_stated_street_of_a_table_without_a_street_column(tmp_path, line):
    rows = [["随申学活动记录表"], [line], PLAIN, [date(2021, 5, 6), 3], [date(2021, 5, 7), 4]]
    result = run(folder(tmp_path, {"20210701.xlsx": {"Sheet1": rows}}))
    expect(result, {1: NOT_RECORD, 2: NOT_RECORD, 3: NOT_RECORD, 4: COUNTED, 5: COUNTED}, {"曹杨": 7}, set())


def test_stated_street_in_two_cells(tmp_path):
    rows = [["填报单位：", "曹杨新村街道"], PLAIN, [date(2021, 5, 6), 3]]
    result = run(folder(tmp_path, {"20210701.xlsx": {"Sheet1": rows}}))
    expect(result, {1: NOT_RECORD, 2: NOT_RECORD, 3: COUNTED}, {"曹杨": 3}, set())


LINE, SHEET, FILE = "街镇：曹杨新村街道", "长征", "桃浦镇20210701.xlsx"


@pytest.mark.parametrize(
    ("line", "sheet", "file", "street"),
    [
        (LINE, SHEET, FILE, "曹杨"),
        ("随申学", SHEET, FILE, "长征"),
        ("单位：民政局", SHEET, FILE, "长征"),
        ("随申学", "Sheet1", FILE, "桃浦"),
        ("单位：民政局", "Sheet1", FILE, "桃浦"),
        ("随申学", "长征镇4月", "20210701.xlsx", "长征"),
        ("随申学", "Sheet1", "曹杨新村街道随申学（2021年6月）.xlsx", "曹杨"),
    ],
)
@pytest.mark.parametrize("column", ["absent", "blank"])
def test_line_then_sheet_then_file(tmp_path, line, sheet, file, street, column):
    titles, blank = (["街镇", *PLAIN], [None]) if column == "blank" else (PLAIN, [])
    rows = [[line], titles, [*blank, date(2021, 5, 6), 3], [*blank, date(2021, 5, 7), 4]]
    result = run(folder(tmp_path, {file: {sheet: rows}}))
    expect(result, {1: NOT_RECORD, 2: NOT_RECORD, 3: COUNTED, 4: COUNTED}, {street: 7}, set())


def test_none_of_them_is_unknown_street(tmp_path):
    rows = [["单位：民政局"], PLAIN, [date(2021, 5, 6), 3]]
    result = run(folder(tmp_path, {"20210701.xlsx": {"Sheet1": rows}}))
    expect(result, {1: NOT_RECORD, 2: NOT_RECORD, 3: "unknown_street"}, {}, set())


def test_own_cell_comes_first_and_an_unreadable_one_never_falls_back(tmp_path):
    rows = [[LINE], ["街镇", *PLAIN], ["曹杨", date(2021, 5, 6), 3], ["某街道", date(2021, 5, 7), 4],
            [None, date(2021, 5, 8), 5]]
    result = run(folder(tmp_path, {"20210701.xlsx": {"Sheet1": rows}}))
    expect(result, {1: NOT_RECORD, 2: NOT_RECORD, 3: COUNTED, 4: "unknown_street", 5: COUNTED}, {"曹杨": 8}, set())


@pytest.mark.parametrize(("line", "sheet", "file"), [
    (LINE, "Sheet1", "20210701.xlsx"), ("随申学", "曹杨", "20210701.xlsx"), ("随申学", "Sheet1", "曹杨20210701.xlsx"),
])
def test_a_column_that_names_another_street_leaves_blanks_unknown(tmp_path, line, sheet, file):
    rows = [[line], ["街镇", *PLAIN], ["曹杨", date(2021, 5, 6), 3], [None, date(2021, 5, 7), 4],
            ["长寿路街道", date(2021, 5, 8), 5]]
    result = run(folder(tmp_path, {file: {sheet: rows}}))
    expect(result, {1: NOT_RECORD, 2: NOT_RECORD, 3: COUNTED, 4: "unknown_street", 5: COUNTED}, {"曹杨": 3, "长寿": 5},
           set())


def test_the_line_of_one_sheet_does_not_reach_another(tmp_path):
    sheets = {
        "曹杨": [["街镇：长征镇"], PLAIN, [date(2021, 5, 6), 3]],
        "4月": [PLAIN, [date(2021, 4, 6), 5]],
        "桃浦镇": [PLAIN, [date(2021, 5, 6), 7]],
    }
    result = run(folder(tmp_path, {"20210701.xlsx": sheets}))
    assert result.rows(sheet="曹杨") == {1: NOT_RECORD, 2: NOT_RECORD, 3: COUNTED}
    assert result.rows(sheet="4月") == {1: NOT_RECORD, 2: "unknown_street"}
    assert result.rows(sheet="桃浦镇") == {1: NOT_RECORD, 2: COUNTED}
    assert result.totals() == {"长征": 3, "桃浦": 7}


def test_street_of_a_member_of_a_zip_with_gbk_names(tmp_path):
    from tests.rules.workbooks import xlsx, zip_of

    content = zip_of({"长风新村街道.xlsx": xlsx({"Sheet1": [PLAIN, [date(2021, 5, 6), 3]]})}, gbk=True)
    result = run(folder(tmp_path, {"20210701.zip": content}))
    assert result.totals() == {"长风": 3}


def test_a_unit_of_measure_is_no_street(tmp_path):
    rows = [["街镇：曹杨新村街道", None, "单位：人次"], PLAIN, [date(2021, 5, 6), 3]]
    expect(run(folder(tmp_path, {"20210701.xlsx": {"Sheet1": rows}})), {1: NOT_RECORD, 2: NOT_RECORD, 3: COUNTED},
           {"曹杨": 3}, set())


def test_street_and_date_in_one_line(tmp_path):
    rows = [["填报单位：曹杨新村街道   填报日期：2021-07-02"], PLAIN, [date(2021, 5, 6), 3]]
    result = run(folder(tmp_path, {"随申学.xlsx": {"Sheet1": rows}}))
    expect(result, {1: NOT_RECORD, 2: NOT_RECORD, 3: COUNTED}, {"曹杨": 3}, set())
    assert result.snapshot("随申学.xlsx").date() == date(2021, 7, 2)


def test_a_line_of_two_streets_names_none(tmp_path):
    rows = [["街镇：曹杨新村街道、长风新村街道"], PLAIN, [date(2021, 5, 6), 3]]
    expect(run(folder(tmp_path, {"20210701.xlsx": {"Sheet1": rows}})),
           {1: NOT_RECORD, 2: NOT_RECORD, 3: "unknown_street"}, {}, set())


def test_the_line_may_stand_below_the_table(tmp_path):
    rows = [PLAIN, [date(2021, 5, 6), 3], [], ["填报单位：曹杨新村街道"]]
    expect(run(folder(tmp_path, {"20210701.xlsx": {"Sheet1": rows}})), {1: NOT_RECORD, 2: COUNTED, 4: NOT_RECORD},
           {"曹杨": 3}, set())


def test_tables_one_below_the_other_each_under_its_own_line(tmp_path):
    rows = [["街镇：曹杨新村街道"], PLAIN, [date(2021, 5, 6), 3], PLAIN, [date(2021, 5, 7), 4], [],
            ["街镇：长征镇"], PLAIN, [date(2021, 5, 8), 5]]
    expect(run(folder(tmp_path, {"20210701.xlsx": {"Sheet1": rows}})),
           {1: NOT_RECORD, 2: NOT_RECORD, 3: COUNTED, 4: NOT_RECORD, 5: COUNTED, 7: NOT_RECORD, 8: NOT_RECORD, 9: COUNTED},
           {"曹杨": 7, "长征": 5}, set())
