"""Rules of docs/method.md#totals: total rows are control totals, not records."""

from __future__ import annotations

from datetime import date

import pytest

from tests.rules.workbooks import COUNTED, NOT_RECORD, Sheet, expect, folder, run

N, C = NOT_RECORD, COUNTED
TITLES = ["街镇", "活动名称", "活动日期", "参加人次"]
FILE = "20210701.xlsx"
WRONG = {"control_total"}


def rec(street, number, count, **extra):
    return [street, f"课{number}", date(2021, 5, number), count, *extra.values()]


def total(word, count):
    return [word, None, None, count]


def read(tmp_path, rows, merges=()):
    return run(folder(tmp_path, {FILE: {"Sheet1": Sheet(rows, merges=merges)}}))


WORDS = ["小计", "合计", "总计", "共计", "累计", "本月合计", "承前页"]


@pytest.mark.parametrize("word", [*WORDS, "合 计", "总　计", "小 计：", "合计:", "本 月 合 计"])
@pytest.mark.parametrize(("stated", "flags"), [(7, set()), (8, WRONG)])
def test_total_words_with_blanks_in_them(tmp_path, word, stated, flags):
    rows = [TITLES, rec("曹杨", 1, 3), rec("曹杨", 2, 4), total(word, stated)]
    result = read(tmp_path, rows)
    expect(result, {1: N, 2: C, 3: C, 4: N}, {"曹杨": 7}, flags)
    assert result.found_rows("control_total") == ([4] if flags else [])


@pytest.mark.parametrize("word", ["其中", "其中：培训", "过次页"])
def test_unchecked_total_words(tmp_path, word):
    rows = [TITLES, rec("曹杨", 1, 3), rec("曹杨", 2, 4), total(word, 99)]
    expect(read(tmp_path, rows), {1: N, 2: C, 3: C, 4: N}, {"曹杨": 7}, set())


@pytest.mark.parametrize("row", [
    ["合计", None, None, 7], [None, "合计", None, 7], [None, None, "合计", 7], ["合计", None, None, "7人次"],
    ["合计", None, None, "7"], ["合计", "2场", None, 7], ["曹杨合计", None, None, 7], ["曹杨", "小计", None, 7],
    ["共2场7人次", None, None, None], ["共2场 7人次", None, None, None], ["合计：2场，7人次", None, None, None],
])
def test_total_in_any_cell_and_as_text(tmp_path, row):
    rows = [TITLES, rec("曹杨", 1, 3), rec("曹杨", 2, 4), row]
    expect(read(tmp_path, rows), {1: N, 2: C, 3: C, 4: N}, {"曹杨": 7}, set())


def test_total_as_text_that_is_wrong(tmp_path):
    rows = [TITLES, rec("曹杨", 1, 3), rec("曹杨", 2, 4), ["共25场625人次"]]
    expect(read(tmp_path, rows), {1: N, 2: C, 3: C, 4: N}, {"曹杨": 7}, WRONG)


def test_total_in_the_sequence_column(tmp_path):
    rows = [["序号", *TITLES], [1, *rec("曹杨", 1, 3)], [2, *rec("曹杨", 2, 4)], ["合计", None, None, None, 7]]
    expect(read(tmp_path, rows), {1: N, 2: C, 3: C, 4: N}, {"曹杨": 7}, set())


def test_total_over_a_horizontal_merge(tmp_path):
    rows = [TITLES, rec("曹杨", 1, 3), rec("曹杨", 2, 4), ["合计", None, None, 7]]
    expect(read(tmp_path, rows, ["A4:C4"]), {1: N, 2: C, 3: C, 4: N}, {"曹杨": 7}, set())


def test_subtotals_sum_since_the_last_subtotal_or_header(tmp_path):
    rows = [TITLES, rec("曹杨", 1, 3), rec("曹杨", 2, 4), total("小计", 7), rec("长征", 3, 5), total("小计", 5),
            TITLES, rec("桃浦", 4, 6), total("小计", 6), total("合计", 18)]
    expect(read(tmp_path, rows), {1: N, 2: C, 3: C, 4: N, 5: C, 6: N, 7: N, 8: C, 9: N, 10: N},
           {"曹杨": 7, "长征": 5, "桃浦": 6}, set())


def test_a_running_subtotal_is_wrong(tmp_path):
    rows = [TITLES, rec("曹杨", 1, 3), total("小计", 3), rec("长征", 3, 5), total("小计", 8)]
    result = read(tmp_path, rows)
    expect(result, {1: N, 2: C, 3: N, 4: C, 5: N}, {"曹杨": 3, "长征": 5}, WRONG)
    assert result.found_rows("control_total") == [5]


@pytest.mark.parametrize("word", ["合计", "总计", "共计", "累计", "本月合计", "承前页"])
@pytest.mark.parametrize(("second", "flags"), [(5, set()), (8, set()), (14, set()), (9, WRONG), (11, WRONG)])
def test_grand_totals_since_the_previous_or_so_far_or_of_the_sheet(tmp_path, word, second, flags):
    # rows 3 | 5 | 6: since the previous total 5, so far 8, the whole sheet 14
    rows = [TITLES, rec("曹杨", 1, 3), total(word, 3), rec("长征", 2, 5), total(word, second),
            rec("桃浦", 3, 6)]
    result = read(tmp_path, rows)
    expect(result, {1: N, 2: C, 3: N, 4: C, 5: N, 6: C}, {"曹杨": 3, "长征": 5, "桃浦": 6}, flags)
    assert result.found_rows("control_total") == ([5] if flags else [])


def test_the_previous_total_is_of_the_same_word(tmp_path):
    # 本月合计 6 = 2 + 4 since the last 本月合计, though an 累计 and a 小计 stand between
    rows = [TITLES, rec("曹杨", 1, 3), total("本月合计", 3), total("累计", 3), rec("长征", 2, 2), total("小计", 5),
            rec("长征", 3, 4), total("本月合计", 6), total("累计", 9)]
    expect(read(tmp_path, rows), {1: N, 2: C, 3: N, 4: N, 5: C, 6: N, 7: C, 8: N, 9: N}, {"曹杨": 3, "长征": 6}, set())


@pytest.mark.parametrize(("stated", "flags"), [(14, set()), (15, WRONG)])
def test_total_above_the_rows(tmp_path, stated, flags):
    rows = [TITLES, total("合计", stated), rec("曹杨", 1, 3), rec("长征", 2, 5), rec("桃浦", 3, 6)]
    expect(read(tmp_path, rows), {1: N, 2: N, 3: C, 4: C, 5: C}, {"曹杨": 3, "长征": 5, "桃浦": 6}, flags)


def test_total_above_the_header(tmp_path):
    rows = [["共3场14人次"], TITLES, rec("曹杨", 1, 3), rec("长征", 2, 5), rec("桃浦", 3, 6)]
    expect(read(tmp_path, rows), {1: N, 2: N, 3: C, 4: C, 5: C}, {"曹杨": 3, "长征": 5, "桃浦": 6}, set())


@pytest.mark.parametrize("word", ["小计", "合计"])
@pytest.mark.parametrize(("stated", "flags"), [(12, set()), (7, set()), (20, set()), (3, WRONG)])
def test_totals_over_all_readable_rows_or_over_the_counted_ones(tmp_path, word, stated, flags):
    # counted 3 + 4; readable too: a cancelled 5 (12 in all) and one of an unknown street 8 (20 in all)
    rows = [[*TITLES, "状态"], [*rec("曹杨", 1, 3), "已通过"], [*rec("曹杨", 2, 4), None],
            [*rec("曹杨", 3, 5), "已取消"]]
    verdicts = {1: N, 2: C, 3: C, 4: "cancelled", 5: N}
    if stated == 20:
        rows.append([*rec("某街道", 4, 8), None])
        verdicts = {1: N, 2: C, 3: C, 4: "cancelled", 5: "unknown_street", 6: N}
    rows.append([*total(word, stated), None])
    expect(read(tmp_path, rows), verdicts, {"曹杨": 7}, flags)


def test_rows_with_unreadable_numbers_are_in_neither_sum(tmp_path):
    rows = [TITLES, rec("曹杨", 1, 3), rec("曹杨", 2, "若干"), rec("曹杨", 4, 4), total("合计", 7)]
    expect(read(tmp_path, rows), {1: N, 2: C, 3: "bad_person_times", 4: C, 5: N}, {"曹杨": 7}, set())


def test_carried_forward_and_carried_over(tmp_path):
    rows = [TITLES, rec("曹杨", 1, 3), rec("曹杨", 2, 4), total("过次页", 7), TITLES, total("承前页", 7),
            rec("长征", 3, 5), total("合计", 12)]
    expect(read(tmp_path, rows), {1: N, 2: C, 3: C, 4: N, 5: N, 6: N, 7: C, 8: N}, {"曹杨": 7, "长征": 5}, set())


def test_total_of_parts_under_a_two_row_header(tmp_path):
    head = [["街镇", "活动日期", "参加人次", None], [None, None, "培训", "帮办"]]
    rows = [*head, ["曹杨", date(2021, 5, 1), 3, 4], ["长征", date(2021, 5, 2), None, 5], ["合计", None, 3, 9]]
    merges = ["A1:A2", "B1:B2", "C1:D1"]
    expect(read(tmp_path / "a", rows, merges), {1: N, 2: N, 3: C, 4: C, 5: N}, {"曹杨": 7, "长征": 5}, set())
    rows[-1] = ["合计", None, 3, 10]
    expect(read(tmp_path / "b", rows, merges), {1: N, 2: N, 3: C, 4: C, 5: N}, {"曹杨": 7, "长征": 5}, WRONG)


@pytest.mark.parametrize("name", ["累计学时奖励课", "智能手机合计算账", "共25场系列课第3场", "其中一课：扫码"])
def test_an_activity_whose_name_holds_such_a_word_is_a_record(tmp_path, name):
    rows = [TITLES, rec("曹杨", 1, 3), ["曹杨", name, date(2021, 5, 2), 4], total("合计", 7)]
    expect(read(tmp_path, rows), {1: N, 2: C, 3: C, 4: N}, {"曹杨": 7}, set())


def test_a_total_row_with_a_month_or_a_date_is_no_record(tmp_path):
    rows = [TITLES, rec("曹杨", 1, 3), ["小计", None, "2021年5月", 3], rec("长征", 2, 4),
            ["合计", None, date(2021, 5, 31), 7]]
    expect(read(tmp_path, rows), {1: N, 2: C, 3: N, 4: C, 5: N}, {"曹杨": 3, "长征": 4}, set())


def test_totals_without_a_number_are_not_checked(tmp_path):
    rows = [TITLES, rec("曹杨", 1, 3), ["合计", "1场", None, None], ["小计"]]
    expect(read(tmp_path, rows), {1: N, 2: C, 3: N, 4: N}, {"曹杨": 3}, set())


def test_totals_do_not_reach_across_sheets(tmp_path):
    sheets = {"4月": [TITLES, rec("曹杨", 1, 3), total("合计", 3)],
              "5月": [TITLES, rec("长征", 2, 4), total("合计", 4)]}
    result = run(folder(tmp_path, {FILE: sheets}))
    assert result.rows(sheet="4月") == result.rows(sheet="5月") == {1: N, 2: C, 3: N}
    assert result.totals() == {"曹杨": 3, "长征": 4}
    assert result.flags() == set()


@pytest.mark.parametrize("word", [
    "5月小计", "本页小计", "本页合计", "曹杨新村街道合计", "第二季度累计", "全区总计", "合计人次", "合计（人次）", "小计(人次)：",
])
def test_total_words_with_something_before_or_behind(tmp_path, word):
    rows = [TITLES, rec("曹杨", 1, 3), rec("曹杨", 2, 4), total(word, 7)]
    expect(read(tmp_path / "a", rows), {1: N, 2: C, 3: C, 4: N}, {"曹杨": 7}, set())
    rows[-1] = total(word, 99)
    expect(read(tmp_path / "b", rows), {1: N, 2: C, 3: C, 4: N}, {"曹杨": 7}, WRONG)


@pytest.mark.parametrize("word", ["小计", "合计", "累计3次", "共25场625人次"])
def test_such_a_word_in_the_remarks_of_a_record(tmp_path, word):
    rows = [[*TITLES, "备注"], [*rec("曹杨", 1, 3), word], [*rec("曹杨", 2, 4), None], [*total("合计", 7), "已核"]]
    expect(read(tmp_path, rows), {1: N, 2: C, 3: C, 4: N}, {"曹杨": 7}, set())


def test_a_total_formula_without_a_cached_value_is_no_record(tmp_path):
    rows = [TITLES, rec("曹杨", 1, 3), rec("曹杨", 2, 4), total("合计", "=SUM(D2:D3)")]
    result = read(tmp_path, rows)
    assert result.rows() == {1: N, 2: C, 3: C, 4: N}
    assert "control_total" not in result.kinds()


def test_totals_of_a_sheet_whose_rows_are_duplicates(tmp_path):
    rows = [TITLES, rec("曹杨", 1, 3), rec("长征", 2, 4), total("合计", 7)]
    sheets = {"全部": rows, "曹杨": [TITLES, rec("曹杨", 1, 3), total("小计", 3)],
              "长征": [TITLES, rec("长征", 2, 4), total("小计", 4)]}
    result = run(folder(tmp_path, {FILE: sheets}))
    assert result.rows(sheet="全部") == {1: N, 2: "duplicate", 3: "duplicate", 4: N}
    assert result.totals() == {"曹杨": 3, "长征": 4}
    assert result.flags() == set()
