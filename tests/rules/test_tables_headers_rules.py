"""Rules of docs/method.md#tables: where the header is, how many rows it has, parts of the person-times."""

from __future__ import annotations

from datetime import date

import pytest

from tests.rules.workbooks import COUNTED, NOT_RECORD, Sheet, csv_text, expect, folder, run

N, C = NOT_RECORD, COUNTED
TITLES = ["街镇", "活动日期", "参加人次"]
FILE = "20210701.xlsx"


def day(number):
    return date(2021, 5, number)


def read(tmp_path, rows, merges=(), **sheet):
    return run(folder(tmp_path, {FILE: {"Sheet1": Sheet(rows, merges=merges, **sheet)}}))


def test_title_rows_blank_rows_and_notes_above(tmp_path):
    rows = [
        ["普陀区长者数字生活“随申学”活动记录"], [], ["注：本表由街镇填报，日期、人次必填"], [None, "2021年5月"],
        [], TITLES, ["曹杨", day(1), 3], ["长征", day(2), 4],
    ]
    expect(read(tmp_path, rows, ["A1:C1"]), {1: N, 3: N, 4: N, 6: N, 7: C, 8: C}, {"曹杨": 3, "长征": 4}, set())


@pytest.mark.parametrize("at", [1, 2, 15, 29, 30])
def test_header_in_any_of_the_first_30_rows(tmp_path, at):
    rows = [["说明"] for _ in range(at - 1)] + [TITLES, ["曹杨", day(1), 3], ["长征", day(2), 4]]
    verdicts = {**dict.fromkeys(range(1, at + 1), N), at + 1: C, at + 2: C}
    expect(read(tmp_path, rows), verdicts, {"曹杨": 3, "长征": 4}, set())


def test_header_after_blank_rows_and_columns_keeps_the_sheets_own_numbers(tmp_path):
    rows = [[], [], [], [None, None, *TITLES], [None, None, "曹杨", day(1), 3]]
    expect(read(tmp_path, rows), {4: N, 5: C}, {"曹杨": 3}, set())


def test_header_below_row_30_is_not_understood(tmp_path):
    rows = [["说明"] for _ in range(30)] + [TITLES] + [["曹杨", day(i), 3] for i in (1, 2, 3)]
    result = read(tmp_path, rows)
    assert result.totals() == {}
    assert "sheet_not_understood" in result.kinds()
    assert not result.complete


TWO_ROWS = [["街镇", "活动日期", "参加人次", None], [None, None, "培训", "帮办"]]
TWO_MERGES = ["A1:A2", "B1:B2", "C1:D1"]


def parts_of(result):
    records = result.cleaned.records.sort_values("row")
    return {r.row: (r.training, r.assistance) for r in records[records["disposition"] == COUNTED].itertuples()}


def test_two_row_header_adds_both_kinds(tmp_path):
    rows = [*TWO_ROWS, ["曹杨", day(1), 3, 4], ["曹杨", day(2), None, 4], ["曹杨", day(3), 3, 0],
            ["长征", day(4), 0, 5]]
    result = read(tmp_path, rows, TWO_MERGES)
    expect(result, {1: N, 2: N, 3: C, 4: C, 5: C, 6: C}, {"曹杨": 14, "长征": 5}, set())
    assert parts_of(result) == {3: (3, 4), 4: (0, 4), 5: (3, 0), 6: (0, 5)}


@pytest.mark.parametrize(("training", "assistance"), [
    (None, None), (0, 0), (0, None), (3, "若干"), ("若干", 4), (3, -1), (3, 1.5), ("-", 0),
])
def test_without_a_valid_child_or_with_an_unreadable_one(tmp_path, training, assistance):
    rows = [*TWO_ROWS, ["曹杨", day(1), training, assistance], ["长征", day(2), 3, 4]]
    expect(read(tmp_path, rows, TWO_MERGES), {1: N, 2: N, 3: "bad_person_times", 4: C}, {"长征": 7}, set())


@pytest.mark.parametrize("word", ["小计", "合计", "小 计"])
@pytest.mark.parametrize(("stated", "flags"), [(7, set()), (8, {"control_total"}), (None, set())])
def test_child_total_is_checked_not_added(tmp_path, word, stated, flags):
    head = [["街镇", "活动日期", "参加人次", None, None], [None, None, "培训", "帮办", word]]
    rows = [*head, ["曹杨", day(1), 3, 4, stated], ["长征", day(2), 5, None, 5]]
    result = read(tmp_path, rows, ["A1:A2", "B1:B2", "C1:E1"])
    expect(result, {1: N, 2: N, 3: C, 4: C}, {"曹杨": 7, "长征": 5}, flags)
    assert result.found_rows("control_total") == ([3] if flags else [])


def test_scenario_children_are_marks_and_not_added(tmp_path):
    rows = [
        ["街镇", "活动日期", "参加人次", None, "应用场景", None, None],
        [None, None, "培训", "帮办", "就医", "出行", "扫码"],
        ["曹杨", day(1), 3, 4, "√", None, 1], ["长征", day(2), 5, None, 12, 0, None],
        ["桃浦", day(3), 6, None, None, None, None],
    ]
    result = read(tmp_path, rows, ["A1:A2", "B1:B2", "C1:D1", "E1:G1"])
    expect(result, {1: N, 2: N, 3: C, 4: C, 5: C}, {"曹杨": 7, "长征": 5, "桃浦": 6}, set())
    assert list(result.cleaned.records.sort_values("row")["scenarios"]) == ["就医、扫码", "就医", "未分类"]


def test_scenario_children_of_the_person_times_are_not_added_either(tmp_path):
    rows = [["街镇", "活动日期", "参加人次", None, None, None], [None, None, "培训", "帮办", "就医", "出行"],
            ["曹杨", day(1), 3, 4, 5, 2]]
    result = read(tmp_path, rows, ["A1:A2", "B1:B2", "C1:F1"])
    expect(result, {1: N, 2: N, 3: C}, {"曹杨": 7}, set())
    assert list(result.cleaned.records["scenarios"]) == ["就医、出行"]


def test_three_row_header(tmp_path):
    rows = [
        ["活动情况", None, "服务情况", None, None], ["街镇", "活动日期", "参加人次", None, "备注"],
        [None, None, "培训", "帮办", None], ["曹杨", day(1), 3, 4, "好"], ["长征", day(2), 5, 6, None],
    ]
    result = read(tmp_path, rows, ["A1:B1", "C1:E1", "A2:A3", "B2:B3", "C2:D2", "E2:E3"])
    expect(result, {1: N, 2: N, 3: N, 4: C, 5: C}, {"曹杨": 7, "长征": 11}, set())


def test_two_row_header_in_a_csv(tmp_path):
    rows = [["街镇", "活动日期", "参加人次", None], [None, None, "培训", "帮办"], ["曹杨", "2021-05-01", 3, 4]]
    result = run(folder(tmp_path, {"20210701.csv": csv_text(rows)}))
    assert result.rows() == {1: N, 2: N, 3: C}
    assert result.totals() == {"曹杨": 7}


def test_merged_labels_under_a_title_row_are_not_a_deeper_header(tmp_path):
    rows = [["随申学活动记录", None, None], TITLES, ["曹杨", day(1), 3]]
    expect(read(tmp_path, rows, ["A1:C1"]), {1: N, 2: N, 3: C}, {"曹杨": 3}, set())


@pytest.mark.parametrize("titles", [["培训人次", "帮办人次"], ["参加人次（培训）", "参加人次（帮办）"],
                                    ["参加人次(培训)", "参加人次(帮办服务)"], ["培训\n人次", "帮办服务人次"]])
def test_parts_in_one_row_are_added(tmp_path, titles):
    rows = [["街镇", "活动日期", *titles], ["曹杨", day(1), 3, 4], ["长征", day(2), None, 5], ["长征", day(3), 6, "x"]]
    result = read(tmp_path, rows)
    expect(result, {1: N, 2: C, 3: C, 4: "bad_person_times"}, {"曹杨": 7, "长征": 5}, set())
    assert parts_of(result) == {2: (3, 4), 3: (0, 5)}


@pytest.mark.parametrize("plain", ["人次", "参加人次", "服务人次"])
@pytest.mark.parametrize(("stated", "flags"), [(7, set()), (9, {"control_total"})])
def test_a_plain_column_wins_over_parts_and_checks_them(tmp_path, plain, stated, flags):
    rows = [["街镇", "活动日期", "培训人次", "帮办人次", plain], ["曹杨", day(1), 3, 4, stated],
            ["长征", day(2), 5, None, 5]]
    result = read(tmp_path, rows)
    expect(result, {1: N, 2: C, 3: C}, {"曹杨": stated, "长征": 5}, flags)
    assert result.found_rows("control_total") == ([2] if flags else [])


def test_training_person_times_alone_are_the_person_times(tmp_path):
    rows = [["街镇", "活动日期", "培训人次"], ["曹杨", day(1), 3], ["长征", day(2), 0]]
    expect(read(tmp_path, rows), {1: N, 2: C, 3: "bad_person_times"}, {"曹杨": 3}, set())


def test_header_rows_repeated_on_every_print_page(tmp_path):
    rows = [TITLES, ["曹杨", day(1), 3], ["长征", day(2), 4], TITLES, ["曹杨", day(3), 5], [],
            TITLES, ["桃浦", day(4), 6]]
    expect(read(tmp_path, rows), {1: N, 2: C, 3: C, 4: N, 5: C, 7: N, 8: C}, {"曹杨": 8, "长征": 4, "桃浦": 6}, set())


def test_two_row_header_repeated_with_title_and_page_number(tmp_path):
    rows = [["活动记录"], *TWO_ROWS, ["曹杨", day(1), 3, 4], ["第1页"], ["活动记录"], *TWO_ROWS,
            ["长征", day(2), 5, 6]]
    merges = ["A2:A3", "B2:B3", "C2:D2", "A7:A8", "B7:B8", "C7:D7"]
    expect(read(tmp_path, rows, merges), {1: N, 2: N, 3: N, 4: C, 5: N, 6: N, 7: N, 8: N, 9: C},
           {"曹杨": 7, "长征": 11},
           set())


def test_a_second_table_below_with_other_columns(tmp_path):
    rows = [TITLES, ["曹杨", day(1), 3], [], ["活动日期", "参加人次", "备注", "街镇"], [day(2), 4, "好", "长征"]]
    expect(read(tmp_path, rows), {1: N, 2: C, 4: N, 5: C}, {"曹杨": 3, "长征": 4}, set())


def test_blank_rows_inside(tmp_path):
    rows = [TITLES, ["曹杨", day(1), 3], [], [None, "  ", "　"], ["长征", day(2), 4], [], ["桃浦", day(3), 5]]
    verdicts = {k: v for k, v in read(tmp_path, rows).rows().items() if k != 4}
    assert verdicts == {1: N, 2: C, 5: C, 7: C}
    assert read(tmp_path, rows).totals() == {"曹杨": 3, "长征": 4, "桃浦": 5}


def test_a_small_table_beside_the_activity_table(tmp_path):
    rows = [[*TITLES, None, "街镇", "完成数"], ["曹杨", day(1), 3, None, "曹杨", 300],
            ["长征", day(2), 4, None, "长征", 400],
            [None, None, None, None, "合计", 700]]
    result = read(tmp_path, rows)
    expect(result, {1: N, 2: C, 3: C, 4: N}, {"曹杨": 3, "长征": 4})


def test_two_activity_tables_side_by_side_say_what_was_left(tmp_path):
    rows = [[*TITLES, None, *TITLES], ["曹杨", day(1), 3, None, "长征", day(2), 4],
            ["曹杨", day(3), 5, None, "长征", day(4), 6]]
    result = read(tmp_path, rows)
    expect(result, {1: N, 2: C, 3: C}, {"曹杨": 8})
    assert result.flags(), "the second table must not vanish silently"


def test_a_repeated_header_typed_a_little_differently(tmp_path):
    rows = [TITLES, ["曹杨", day(1), 3], ["街 镇", "活动日期（必填）", "参加人次*"], ["长征", day(2), 4]]
    expect(read(tmp_path, rows), {1: N, 2: C, 3: N, 4: C}, {"曹杨": 3, "长征": 4}, set())


def test_kinds_over_sessions_and_person_times(tmp_path):
    # the kinds are the parents here: their person-times are the parts, sessions are not added
    rows = [["街镇", "活动日期", "培训", None, "帮办", None], [None, None, "场次", "人次", "场次", "人次"],
            ["曹杨", day(1), 1, 3, 2, 4], ["长征", day(2), None, None, 1, 5]]
    result = read(tmp_path, rows, ["A1:A2", "B1:B2", "C1:D1", "E1:F1"])
    expect(result, {1: N, 2: N, 3: C, 4: C}, {"曹杨": 7, "长征": 5})
    assert parts_of(result) == {3: (3, 4), 4: (0, 5)}


@pytest.mark.parametrize("children", [("合计", "其中：女"), ("其中：女", "合计")])
def test_a_total_child_without_parts_is_the_number(tmp_path, children):
    numbers = [7 if c == "合计" else 4 for c in children]
    rows = [["街镇", "活动日期", "参加人次", None], [None, None, *children], ["曹杨", day(1), *numbers]]
    expect(read(tmp_path, rows, ["A1:A2", "B1:B2", "C1:D1"]), {1: N, 2: N, 3: C}, {"曹杨": 7})


def test_other_children_of_the_person_times_are_added_too(tmp_path):
    rows = [["街镇", "活动日期", "活动类型", "参加人次", None, None], [None, None, None, "男", "女", "合计"],
            ["曹杨", day(1), "培训", 3, 4, 7], ["长征", day(2), "帮办", None, 5, 5]]
    result = read(tmp_path, rows, ["A1:A2", "B1:B2", "C1:C2", "D1:F1"])
    expect(result, {1: N, 2: N, 3: C, 4: C}, {"曹杨": 7, "长征": 5}, set())
    assert parts_of(result) == {3: (7, 0), 4: (0, 5)}


def test_a_number_of_people_is_no_plain_column_beside_parts(tmp_path):
    rows = [["街镇", "活动日期", "培训人次", "帮办人次", "参加人数"], ["曹杨", day(1), 3, 4, 6]]
    result = read(tmp_path, rows)
    expect(result, {1: N, 2: C}, {"曹杨": 7})
    assert "headcount" not in result.kinds()


@pytest.mark.parametrize(("titles", "merges"), [
    ([["街镇", "活动日期", "参加人数", None], [None, None, "培训", "帮办"]], ["A1:A2", "B1:B2", "C1:D1"]),
    ([["街镇", "活动日期", "参加人数（培训）", "参加人数（帮办）"]], []),
])
def test_parts_of_a_number_of_people_are_flagged(tmp_path, titles, merges):
    result = read(tmp_path, [*titles, ["曹杨", day(1), 3, 4]], merges)
    assert result.totals() == {"曹杨": 7}
    assert result.flags() == {"headcount"}


def test_an_explained_column_list_above_is_not_the_header(tmp_path):
    rows = [["字段", "活动日期", "参加人次"], ["要求", "必填", "整数"], [], TITLES, ["曹杨", day(1), 3]]
    expect(read(tmp_path, rows), {1: N, 2: N, 4: N, 5: C}, {"曹杨": 3}, set())


def test_children_that_add_no_column_are_still_the_header(tmp_path):
    rows = [["街镇", "活动时间", None, "参加人次"], [None, "日期", "时间", None], ["曹杨", day(1), "9:00", 3]]
    expect(read(tmp_path, rows, ["A1:A2", "B1:C1", "D1:D2"]), {1: N, 2: N, 3: C}, {"曹杨": 3})
