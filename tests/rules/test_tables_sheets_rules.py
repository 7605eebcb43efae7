"""Rules of docs/method.md#tables: several sheets, hidden ones, notes, sheets that are not understood, broken cells."""

from __future__ import annotations

import io
from datetime import date

import pytest

from tests.rules.workbooks import COUNTED, NOT_RECORD, Sheet, csv_text, edited, expect, folder, run, xlsx

N, C = NOT_RECORD, COUNTED
TITLES = ["街镇", "活动日期", "参加人次"]
FILE = "20210701.xlsx"


def day(number, month=5):
    return date(2021, month, number)


def read(tmp_path, rows, **sheet):
    return run(folder(tmp_path, {FILE: {"Sheet1": Sheet(rows, **sheet)}}))


def test_sheets_by_month(tmp_path):
    sheets = {"4月": [TITLES, ["曹杨", day(1, 4), 3]], "5月": [TITLES, ["曹杨", day(1), 3]], "6月": [TITLES]}
    result = run(folder(tmp_path, {FILE: sheets}))
    assert result.verdicts() == {(FILE, "4月", 1): N, (FILE, "4月", 2): C, (FILE, "5月", 1): N, (FILE, "5月", 2): C,
                                 (FILE, "6月", 1): N}
    assert result.totals() == {"曹杨": 6}
    assert result.flags() == set()
    assert result.complete


def test_sheets_by_street(tmp_path):
    sheets = {"曹杨新村街道": [TITLES[1:], [day(1), 3]], "长征": [TITLES[1:], [day(1), 4]]}
    result = run(folder(tmp_path, {FILE: sheets}))
    assert result.totals() == {"曹杨": 3, "长征": 4}
    assert result.flags() == set()


@pytest.mark.parametrize("order", [["全部", "曹杨", "长征"], ["曹杨", "长征", "全部"]])
@pytest.mark.parametrize("ids", [True, False])
def test_a_sheet_of_all_beside_street_sheets_counts_once(tmp_path, order, ids):
    head = ["活动编号", *TITLES] if ids else TITLES
    one, two = [(["A1"] if ids else []) + ["曹杨", day(1), 3], (["A2"] if ids else []) + ["长征", day(2), 4]]
    sheets = {"全部": [head, one, two], "曹杨": [head, one], "长征": [head, two]}
    result = run(folder(tmp_path, {FILE: {name: sheets[name] for name in order}}))
    # the sheet whose name comes later in text order stands: 全 < 曹 < 长
    assert result.verdicts() == {
        (FILE, "全部", 1): N, (FILE, "全部", 2): "duplicate", (FILE, "全部", 3): "duplicate",
        (FILE, "曹杨", 1): N, (FILE, "曹杨", 2): C, (FILE, "长征", 1): N, (FILE, "长征", 2): C,
    }
    assert result.totals() == {"曹杨": 3, "长征": 4}
    assert result.flags() == set()


def test_a_summary_sheet_is_never_counted(tmp_path):
    sheets = {"汇总": [["街镇", "培训人次", "帮办人次", "合计"], ["曹杨", 2, 1, 3], ["长征", 4, 0, 4],
                     ["合计", 6, 1, 7]],
              "明细": [TITLES, ["曹杨", day(1), 3], ["长征", day(2), 4]]}
    result = run(folder(tmp_path, {FILE: sheets}))
    assert result.rows(sheet="汇总") == {1: N, 2: N, 3: N, 4: N}
    assert result.rows(sheet="明细") == {1: N, 2: C, 3: C}
    assert result.totals() == {"曹杨": 3, "长征": 4}
    assert result.complete


def test_hidden_sheets_are_read_and_flagged(tmp_path):
    sheets = {"显示": [TITLES, ["曹杨", day(1), 3]], "隐藏": Sheet([TITLES, ["长征", day(2), 4]], hidden=True)}
    result = run(folder(tmp_path, {FILE: sheets}))
    assert result.totals() == {"曹杨": 3, "长征": 4}
    assert result.flags() == {"hidden_sheet"}
    assert list(result.found("hidden_sheet")["sheet"].astype(str)) == ["隐藏"]


def test_hidden_rows_are_read_and_flagged(tmp_path):
    rows = [TITLES, ["曹杨", day(1), 3], ["长征", day(2), 4], ["长征", day(3), 5], ["桃浦", day(4), 6]]
    result = read(tmp_path, rows, hidden_rows=[3, 4])
    expect(result, {1: N, 2: C, 3: C, 4: C, 5: C}, {"曹杨": 3, "长征": 9, "桃浦": 6}, {"hidden_rows"})


def test_a_wrong_dimension_hides_no_rows(tmp_path):
    content = xlsx({"a": [TITLES, ["曹杨", day(1), 3], ["长征", day(2), 4]]})
    content = edited(content, "xl/worksheets/sheet1.xml", ('<dimension ref="A1:C3"', '<dimension ref="A1"'))
    expect(run(folder(tmp_path, {FILE: content})), {1: N, 2: C, 3: C}, {"曹杨": 3, "长征": 4}, set())


# --- notes ------------------------------------------------------------------------------------------------------------

NOTES = [
    ["以上数据由街镇填报"], [None, "均为线下活动"], ["备注：", "五月因疫情减少"], ["注：含帮办", "见附件"],
    ["说明", "以平台为准"],
    ["填表人：王某", "2021-06-30前报送"], ["制表：李某", None, "科室"], ["审核人", "张某"],
    ["数据来源：公益上海平台", "随申学模块"],
]


@pytest.mark.parametrize("note", NOTES)
@pytest.mark.parametrize("place", ["inside", "below"])
def test_notes_are_not_records(tmp_path, note, place):
    records = [["曹杨", day(1), 3], ["长征", day(2), 4]]
    rows = [TITLES, records[0], note, records[1]] if place == "inside" else [TITLES, *records, [], note]
    verdicts = {1: N, 2: C, 3: N, 4: C} if place == "inside" else {1: N, 2: C, 3: C, 5: N}
    expect(read(tmp_path, rows), verdicts, {"曹杨": 3, "长征": 4}, set())


def test_a_row_with_nothing_but_a_sequence_number_and_one_cell_is_a_note(tmp_path):
    rows = [["序号", *TITLES], [1, "曹杨", day(1), 3], [2, "长征", None, None], [3, None, None, None],
            [4, None, None, 5],
            [5, None, day(2), None]]
    result = read(tmp_path, rows)
    expect(result, {1: N, 2: C, 3: N, 4: N, 5: "unknown_street", 6: "unknown_street"}, {"曹杨": 3}, set())
    assert result.faults(5) == {"unknown_street", "bad_date"}
    assert result.faults(6) == {"unknown_street", "bad_person_times"}


def test_two_filled_cells_without_date_and_number_are_a_record(tmp_path):
    rows = [["街镇", "活动名称", "活动日期", "参加人次"], ["曹杨", "扫码课", None, None], ["曹杨", "扫码课", None, 3],
            ["曹杨", "就医课", day(1), 4]]
    result = read(tmp_path, rows)
    expect(result, {1: N, 2: "bad_date", 3: "bad_date", 4: C}, {"曹杨": 4}, set())
    assert result.faults(2) == {"bad_date", "bad_person_times"}


def test_a_note_word_before_a_valid_number_or_date_is_a_record(tmp_path):
    rows = [["活动名称", "街镇", "活动日期", "参加人次"], ["说明会", "曹杨", day(1), 3],
            ["注射预约课", "长征", day(2), 4],
            ["备注", "曹杨", None, 5]]
    expect(read(tmp_path, rows), {1: N, 2: C, 3: C, 4: "bad_date"}, {"曹杨": 3, "长征": 4}, set())


# --- not understood ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [
    [["街镇", "活动日期", "活动名称"], ["曹杨", day(1), "扫码"], ["长征", day(2), "就医"]],
    [["曹杨", day(1), 3], ["曹杨", day(2), 4], ["长征", day(3), 5]],
    [["曹杨", "2021-05-01", 3], ["曹杨", "2021/5/2", 4], ["长征", "2021年5月3日", 5]],
])
def test_dates_without_person_times_or_without_a_header_are_not_understood(tmp_path, rows):
    result = run(folder(tmp_path, {FILE: {"好": [TITLES, ["桃浦", day(4), 6]], "坏": rows}}))
    assert result.rows(sheet="好") == {1: N, 2: C}
    assert result.rows(sheet="坏") == dict.fromkeys(range(1, len(rows) + 1), N)
    assert result.totals() == {"桃浦": 6}
    assert result.flags() == {"sheet_not_understood"}
    assert list(result.found("sheet_not_understood")["sheet"].astype(str)) == ["坏"]
    assert not result.complete


@pytest.mark.parametrize("rows", [
    [["街镇", "负责人", "完成数"], ["曹杨", "甲", 3]], [["街镇", "目标"], ["曹杨", 1000]], [],
    [["曹杨", day(1), 3], ["长征", day(2), 4]],
])
def test_a_sheet_without_dates_or_with_two_loose_ones_is_simply_no_activity_table(tmp_path, rows):
    result = run(folder(tmp_path, {FILE: {"好": [TITLES, ["桃浦", day(4), 6]], "别的": rows}}))
    assert result.totals() == {"桃浦": 6}
    assert result.flags() == set()
    assert result.complete


def test_a_file_of_only_a_sheet_not_understood_is_incomplete(tmp_path):
    rows = [["街镇", "活动日期", "活动名称"], ["曹杨", day(1), "扫码"]]
    result = run(folder(tmp_path, {FILE: {"a": rows}, "20210601.xlsx": {"a": [TITLES, ["桃浦", day(4), 6]]}}))
    assert result.totals() == {"桃浦": 6}
    assert not result.complete


# --- error cells and formulas -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#VALUE!", "#DIV/0!"])
@pytest.mark.parametrize(("column", "reason"), [(0, "unknown_street"), (1, "bad_date"), (2, "bad_person_times")])
def test_an_error_in_a_needed_cell_is_unreadable_not_blank(tmp_path, error, column, reason):
    bad = ["曹杨", day(1), 3]
    bad[column] = error
    # the stated street must not stand in for an unreadable street
    rows = [["街镇：曹杨新村街道"], TITLES, bad, ["曹杨", day(2), 4]]
    result = read(tmp_path, rows)
    expect(result, {1: N, 2: N, 3: reason, 4: C}, {"曹杨": 4}, {"error_cell"})
    assert result.found_rows("error_cell") == [3]


def test_an_error_in_one_part_of_the_person_times(tmp_path):
    rows = [["街镇", "活动日期", "培训人次", "帮办人次"], ["曹杨", day(1), 3, "#N/A"], ["曹杨", day(2), 4, None]]
    expect(read(tmp_path, rows), {1: N, 2: "bad_person_times", 3: C}, {"曹杨": 4}, {"error_cell"})


def test_error_cells_that_fill_a_row_are_no_blank_row(tmp_path):
    rows = [TITLES, ["#REF!", "#REF!", "#REF!"], ["曹杨", day(2), 4]]
    result = read(tmp_path, rows)
    expect(result, {1: N, 2: "unknown_street", 3: C}, {"曹杨": 4}, {"error_cell"})
    assert result.faults(2) == {"unknown_street", "bad_date", "bad_person_times"}


def test_a_formula_without_a_cached_value_is_unreadable(tmp_path):
    rows = [TITLES, ["曹杨", day(1), "=1+2"], ["=A2", day(2), 4], ["曹杨", day(3), 5]]
    result = read(tmp_path, rows)
    expect(result, {1: N, 2: "bad_person_times", 3: "unknown_street", 4: C}, {"曹杨": 5}, {"error_cell"})
    assert result.found_rows("error_cell") == [2, 3]


def test_a_formula_with_a_cached_value_is_that_value(tmp_path):
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("a")
        sheet.write_row(0, 0, TITLES)
        sheet.write_row(1, 0, ["曹杨", "2021-05-01"])
        sheet.write_formula("C2", "=1+2", value=3)
        sheet.write_formula("A3", "=A2", value="曹杨")
        sheet.write_row(2, 1, ["2021-05-02", 4])
    expect(run(folder(tmp_path, {FILE: buffer.getvalue()})), {1: N, 2: C, 3: C}, {"曹杨": 7}, set())


def test_an_error_text_in_a_csv(tmp_path):
    text = csv_text([TITLES, ["曹杨", "2021-05-01", "#N/A"], ["曹杨", "2021-05-02", "4"]])
    expect(run(folder(tmp_path, {"20210701.csv": text})), {1: N, 2: "bad_person_times", 3: C}, {"曹杨": 4})


def test_a_formula_whose_cached_value_is_an_empty_text_is_a_blank(tmp_path):
    content = xlsx({"a": [["街镇：曹杨新村街道"], TITLES, ['=IF(1,"","x")', day(1), 3]]})
    formula = '<f>IF(1,"","x")</f>'
    content = edited(content, "xl/worksheets/sheet1.xml",
                     (f'<c r="A3">{formula}<v></v></c>', f'<c r="A3" t="str">{formula}<v></v></c>'))
    expect(run(folder(tmp_path, {FILE: content})), {1: N, 2: N, 3: C}, {"曹杨": 3}, set())


@pytest.mark.parametrize("position", [0, 1, 2])
def test_a_blank_needed_cell_is_no_error_cell(tmp_path, position):
    row = ["曹杨", day(1), 3]
    row[position] = None
    reason = ["unknown_street", "bad_date", "bad_person_times"][position]
    expect(read(tmp_path, [TITLES, row, ["长征", day(2), 4]]), {1: N, 2: reason, 3: C}, {"长征": 4}, set())


def test_a_summary_by_days_beside_the_details_is_not_counted_and_said(tmp_path):
    sheets = {"汇总": [["街镇", "日期", "人次"], ["曹杨", day(1), 7]],
              "明细": [["街镇", "活动名称", "活动日期", "参加人次"], ["曹杨", "甲课", day(1), 3], ["曹杨", "乙课", day(1), 4]]}
    result = run(folder(tmp_path, {FILE: sheets}))
    assert result.rows(sheet="汇总") == {1: N, 2: N}
    assert result.totals() == {"曹杨": 7}
    assert "汇总" in " ".join(result.findings["message"].astype(str))


def test_a_sheet_named_summary_that_holds_the_details_is_counted(tmp_path):
    rows = [["街镇", "活动名称", "活动日期", "参加人次"], ["曹杨", "甲课", day(1), 3], ["曹杨", "乙课", day(1), 4]]
    result = run(folder(tmp_path, {FILE: {"5月汇总": rows, "补录": [TITLES, ["长征", day(2), 5]]}}))
    assert result.totals() == {"曹杨": 7, "长征": 5}
    assert run(folder(tmp_path / "b", {FILE: {"汇总": [TITLES, ["长征", day(2), 5]]}})).totals() == {"长征": 5}


@pytest.mark.parametrize("separator", ["|", "，", ";"])
def test_rows_squeezed_into_one_column_are_not_understood(tmp_path, separator):
    lines = [[separator.join(r)] for r in (["街镇", "活动日期", "参加人次"], ["曹杨", "2021-05-01", "3"])]
    result = run(folder(tmp_path, {FILE: {"好": [TITLES, ["桃浦", day(4), 6]], "坏": lines}}))
    assert result.totals() == {"桃浦": 6}
    assert result.flags() == {"sheet_not_understood"}
    assert not result.complete
