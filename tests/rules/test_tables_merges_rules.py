"""Rules of docs/method.md#tables: merged cells."""

from __future__ import annotations

import io
from datetime import date

import pytest

from tests.rules.rare_formats import html_table, xml2003
from tests.rules.workbooks import COUNTED, NOT_RECORD, Sheet, csv_text, expect, folder, ods, run, xls, xlsx

N, C = NOT_RECORD, COUNTED
FILE = "20210701.xlsx"


def day(number):
    return date(2021, 5, number)


def read(tmp_path, rows, *merges):
    return run(folder(tmp_path, {FILE: {"Sheet1": Sheet(rows, merges=merges)}}))


STREETS = [["街镇", "活动日期", "参加人次"], ["曹杨", day(1), 3], [None, day(2), 4], [None, day(3), 5],
           ["长征", day(4), 6],
           [None, day(5), 7], [None, day(6), 8]]


def test_a_merged_street_belongs_to_every_row_of_the_merge_and_only_to_those(tmp_path):
    result = read(tmp_path, STREETS, "A2:A4", "A5:A6")
    expect(result, {1: N, 2: C, 3: C, 4: C, 5: C, 6: C, 7: "unknown_street"}, {"曹杨": 12, "长征": 13}, set())


@pytest.mark.parametrize("name", ["xlsx", "xls", "ods", "Excel 2003 XML", "html"])
def test_in_every_format_that_records_merges(tmp_path, name):
    text = [[c.isoformat() if isinstance(c, date) else c for c in row] for row in STREETS]
    content = {
        "xlsx": lambda: xlsx({"a": Sheet(STREETS, merges=["A2:A4", "A5:A6"])}),
        "xls": lambda: xls({"a": Sheet(STREETS, merges=["A2:A4", "A5:A6"])}),
        "ods": lambda: ods({"a": Sheet(STREETS, merges=["A2:A4", "A5:A6"])}),
        "Excel 2003 XML": lambda: xml2003({"a": STREETS}, {(1, 0): 2, (4, 0): 1}),
        "html": lambda: html_table(text, rowspans={(1, 0): 3, (4, 0): 2}),
    }[name]()
    result = run(folder(tmp_path, {"20210701.xls": content}))
    expect(result, {1: N, 2: C, 3: C, 4: C, 5: C, 6: C, 7: "unknown_street"}, {"曹杨": 12, "长征": 13}, set())


def test_a_csv_has_lost_its_merges(tmp_path):
    text = csv_text([[c.isoformat() if isinstance(c, date) else c for c in row] for row in STREETS])
    result = run(folder(tmp_path, {"20210701.csv": text}))
    u = "unknown_street"
    expect(result, {1: N, 2: C, 3: u, 4: u, 5: C, 6: u, 7: u}, {"曹杨": 3, "长征": 6})
    messages = " ".join(result.findings["message"].astype(str)) + result.message("20210701.csv")
    assert "合并" in messages, "the analyst is told why"


LABELS = ["街镇", "服务点名称", "服务点类型", "活动名称", "活动类型", "应用场景", "活动日期", "开始时间", "结束时间",
          "状态"]


def test_every_label_column_is_filled(tmp_path):
    rows = [
        [*LABELS, "参加人次"],
        ["曹杨", "甲中心", "养老机构", "扫码课", "培训", "扫码", day(1), "09:00", "10:00", "已通过", 3],
        [*[None] * 10, 4],
        ["长征", "乙中心", "老年活动室", "就医课", "帮办", "就医", day(2), "14:00", "15:00", "已取消", 5],
        [*[None] * 10, 6],
    ]
    merges = [f"{c}{a}:{c}{a + 1}" for c in "ABCDEFGHIJ" for a in (2, 4)]
    result = read(tmp_path, rows, *merges)
    expect(result, {1: N, 2: C, 3: C, 4: "cancelled", 5: "cancelled"}, {"曹杨": 7})
    records = result.cleaned.records.sort_values("row")
    for column in ("street", "venue", "venue_type", "activity", "service", "scenarios", "activity_date", "start_time",
                   "end_time"):
        values = [str(v) for v in records[column]]
        assert values[0] == values[1] != values[2] == values[3], column


def test_a_merged_number_counts_once_and_is_flagged(tmp_path):
    rows = [["街镇", "活动日期", "参加人次"], ["曹杨", day(1), 12], ["曹杨", day(2), None], ["曹杨", day(3), None],
            ["长征", day(4), 5]]
    result = read(tmp_path, rows, "C2:C4")
    expect(result, {1: N, 2: C, 3: "bad_person_times", 4: "bad_person_times", 5: C}, {"曹杨": 12, "长征": 5},
           {"merged_number"})
    assert 2 in result.found_rows("merged_number")


def test_a_merged_part_of_the_person_times(tmp_path):
    rows = [["街镇", "活动日期", "培训人次", "帮办人次"], ["曹杨", day(1), 12, 1], ["曹杨", day(2), None, 2]]
    expect(read(tmp_path, rows, "C2:C3"), {1: N, 2: C, 3: C}, {"曹杨": 15}, {"merged_number"})


def test_a_merged_id_belongs_to_its_first_row(tmp_path):
    rows = [["活动编号", "街镇", "活动日期", "参加人次"], ["A1", "曹杨", day(1), 3], [None, "曹杨", day(2), 4],
            ["A2", "曹杨", day(3), 5]]
    result = read(tmp_path, rows, "A2:A3")
    expect(result, {1: N, 2: C, 3: C, 4: C}, {"曹杨": 12}, set())
    assert list(result.ledger.sort_values("row")["record_id"].fillna(""))[1:] == ["A1", "", "A2"]


def test_a_horizontal_merge_belongs_to_its_first_column(tmp_path):
    # date merged over the start time, and (last row) the date over the person-times, which is then blank
    rows = [["街镇", "活动日期", "开始时间", "参加人次"], ["曹杨", day(1), None, 3], ["长征", day(2), "09:00", 4],
            ["桃浦", day(3), None, None]]
    result = read(tmp_path, rows, "B2:C2", "B4:D4")
    expect(result, {1: N, 2: C, 3: C, 4: "bad_person_times"}, {"曹杨": 3, "长征": 4}, set())


def test_a_block_merge_belongs_to_all_its_rows_in_its_first_column(tmp_path):
    rows = [["街镇", "服务点名称", "活动日期", "参加人次"], ["曹杨", None, day(1), 3], [None, None, day(2), 4]]
    result = read(tmp_path, rows, "A2:B3")
    expect(result, {1: N, 2: C, 3: C}, {"曹杨": 7}, set())
    assert [v or "" for v in result.cleaned.records["venue"]] == ["", ""]


def test_a_merge_without_a_value_fills_nothing(tmp_path):
    rows = [["街镇", "活动日期", "参加人次"], ["曹杨", day(1), 3], [None, day(2), 4], [None, day(3), 5],
            ["长征", day(4), 6]]
    u = "unknown_street"
    expect(read(tmp_path, rows, "A3:A4"), {1: N, 2: C, 3: u, 4: u, 5: C}, {"曹杨": 3, "长征": 6}, set())


def test_values_stored_under_a_merge_are_ignored(tmp_path):
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("a")
        for i, row in enumerate([["街镇", "活动日期", "参加人次"], ["曹杨", "2021-05-01", 3], ["曹杨", "2021-05-02", 4],
                                 ["曹杨", "2021-05-03", 5]]):
            sheet.write_row(i, 0, row)
        sheet.merge_range("A2:A4", "曹杨")
        sheet.merge_range("C3:C4", 4)
        sheet.write("A3", "长征")
        sheet.write("C4", 9)
    result = run(folder(tmp_path, {FILE: buffer.getvalue()}))
    expect(result, {1: N, 2: C, 3: C, 4: "bad_person_times"}, {"曹杨": 7}, {"merged_number"})


def test_a_merged_street_over_a_subtotal_and_a_blank_row(tmp_path):
    rows = [["街镇", "活动日期", "参加人次"], ["曹杨", day(1), 3], [None, "小计", 3], [], [None, day(2), 4],
            [None, "小计", 4]]
    expect(read(tmp_path, rows, "A2:A6"), {1: N, 2: C, 3: N, 5: C, 6: N}, {"曹杨": 7}, set())


def test_a_merge_that_starts_in_the_header_fills_no_record(tmp_path):
    rows = [["街镇", "活动日期", "参加人次"], [None, day(1), 3], ["长征", day(2), 4]]
    expect(read(tmp_path, rows, "A1:A2"), {1: N, 2: "unknown_street", 3: C}, {"长征": 4}, set())


def test_a_merged_unreadable_street_makes_every_row_unknown(tmp_path):
    rows = [["填报街镇：曹杨"], ["街镇", "活动日期", "参加人次"], ["某街", day(1), 3], [None, day(2), 4],
            [None, day(3), 5]]
    expect(read(tmp_path, rows, "A3:A4"), {1: N, 2: N, 3: "unknown_street", 4: "unknown_street", 5: C},
           {"曹杨": 5}, set())
