"""Rules of docs/method.md#files and #tables in combination: sheets as the streets really keep them."""

from __future__ import annotations

from datetime import date

from tests.rules.workbooks import COUNTED, NOT_RECORD, Sheet, csv_text, expect, folder, run, xlsx, zip_of

N, C = NOT_RECORD, COUNTED
FILE = "20210701.xlsx"
HEAD = [["序号", "街镇", "活动日期", "参加人次", None, None], [None, None, None, "培训", "帮办", "小计"]]
HEAD_MERGES = ["A{0}:A{1}", "B{0}:B{1}", "C{0}:C{1}", "D{0}:F{0}"]


def day(number):
    return date(2021, 5, number)


def head_merges(row):
    return [m.format(row, row + 1) for m in HEAD_MERGES]


def print_pages():
    """Two-row header, repeated; merged streets; 小计 per street; 合计 at the end; a signature line."""
    return [
        ["普陀区随申学活动明细表"],  # 1
        ["导出时间：2021-07-01 09:00", None, "统计区间：2021-04-01 至 2021-06-30"],  # 2
        *HEAD,  # 3, 4
        [1, "曹杨", day(1), 3, 4, 7],  # 5
        [2, None, day(2), 5, None, 5],  # 6
        [None, "小计", None, 8, 4, 12],  # 7
        [3, "长征镇", day(3), 6, 0, 6],  # 8
        [4, None, day(4), "若干", 1, 1],  # 9
        *HEAD,  # 10, 11
        [5, "长征镇", day(5), None, 2, 2],  # 12
        [None, "小计", None, None, 2, 2],  # 13
        [],  # 14
        [None, "合计", None, 14, 6, 20],  # 15
        ["填表人：王某", None, "审核人：李某"],  # 16
    ]


PRINT_VERDICTS = {1: N, 2: N, 3: N, 4: N, 5: C, 6: C, 7: N, 8: C, 9: "bad_person_times", 10: N, 11: N, 12: C, 13: N,
                  15: N, 16: N}
PRINT_MERGES = [*head_merges(3), "B5:B6", "B8:B9", *head_merges(10), "A1:F1"]


def test_two_row_header_merged_street_subtotals_and_repeated_header(tmp_path):
    sheet = Sheet(print_pages(), merges=PRINT_MERGES)
    result = run(folder(tmp_path, {"随申学.xlsx": {"Sheet1": sheet}}))
    expect(result, PRINT_VERDICTS, {"曹杨": 12, "长征": 8}, set())
    assert result.cleaned.default_as_of == date(2021, 7, 1)


def test_the_same_sheet_with_every_total_wrong(tmp_path):
    rows = print_pages()
    for i in (7, 13, 15):
        rows[i - 1][5] = 99
        rows[i - 1][3] = 90
    result = run(folder(tmp_path, {"随申学.xlsx": {"Sheet1": Sheet(rows, merges=PRINT_MERGES)}}))
    expect(result, PRINT_VERDICTS, {"曹杨": 12, "长征": 8}, {"control_total"})
    assert set(result.found_rows("control_total")) == {7, 13, 15}


def test_the_same_sheet_as_csv_loses_the_merged_streets(tmp_path):
    rows = [[c.isoformat() if isinstance(c, date) else c for c in row] for row in print_pages()]
    result = run(folder(tmp_path, {"随申学.csv": csv_text(rows)}))
    verdicts = {**PRINT_VERDICTS, 6: "unknown_street", 9: "unknown_street"}
    assert result.rows() == verdicts
    assert result.totals() == {"曹杨": 7, "长征": 8}


def test_hidden_rows_under_a_merge_in_a_hidden_sheet(tmp_path):
    rows = [["街镇", "活动日期", "参加人次"], ["曹杨", day(1), 3], [None, day(2), 4], [None, day(3), 5],
            ["合计", None, 12]]
    sheets = {"说明": [["请勿修改"]], "数据": Sheet(rows, merges=["A2:A4"], hidden=True, hidden_rows=[3, 5])}
    result = run(folder(tmp_path, {FILE: sheets}))
    expect(result, {1: N, 2: C, 3: C, 4: C, 5: N}, {"曹杨": 12}, {"hidden_sheet", "hidden_rows"}, sheet="数据")
    assert result.rows(sheet="说明") == {1: N}


def test_merged_number_over_two_streets_and_a_total(tmp_path):
    # one number for a class of two streets: counted once, and the 合计 of the readable rows is right
    rows = [["街镇", "活动日期", "参加人次"], ["曹杨", day(1), 12], ["长征", day(1), None], ["桃浦", day(2), 5],
            ["合计", None, 17]]
    result = run(folder(tmp_path, {FILE: {"a": Sheet(rows, merges=["C2:C3", "B2:B3"])}}))
    expect(result, {1: N, 2: C, 3: "bad_person_times", 4: C, 5: N}, {"曹杨": 12, "桃浦": 5}, {"merged_number"})


def test_scenario_columns_two_row_header_and_stated_street(tmp_path):
    rows = [
        ["填报单位：石泉路街道", None, None, None, None, "制表日期：2021-07-02"],
        ["活动日期", "应用场景", None, None, "参加人次", None],
        [None, "就医", "出行", "扫码", "培训", "帮办"],
        [day(1), "√", None, "√", 3, 4], [day(2), None, "是", None, None, 5], ["合计", 1, 1, 1, 3, 9],
    ]
    sheet = Sheet(rows, merges=["A2:A3", "B2:D2", "E2:F2"])
    result = run(folder(tmp_path, {"报表.xlsx": {"Sheet1": sheet}}))
    expect(result, {1: N, 2: N, 3: N, 4: C, 5: C, 6: N}, {"石泉": 12}, set())
    assert list(result.cleaned.records.sort_values("row")["scenarios"]) == ["就医、扫码", "出行"]
    assert result.snapshot("报表.xlsx").date() == date(2021, 7, 2)


def test_zip_of_street_folders_with_a_summary_and_a_cover(tmp_path):
    def book(street, *counts):
        records = [[day(i), n] for i, n in enumerate(counts, start=1)]
        table = [["活动日期", "参加人次"], *records, ["合计", sum(counts)]]
        return xlsx({"封面": [[f"{street}随申学台账"]], "汇总": [["月份", "人次"], ["5月", sum(counts)]],
                     "明细": [[f"街镇：{street}"], *table]})

    content = zip_of({"曹杨/台账.xlsx": book("曹杨新村街道", 3, 4), "长风/台账.xlsx": book("长风新村街道", 5),
                      "汇总.csv": csv_text([["街镇", "人次"], ["曹杨", 7], ["长风", 5]]).encode("gb18030")}, gbk=True)
    result = run(folder(tmp_path, {"2021年5月.zip": content}))
    assert result.rows("2021年5月.zip/曹杨/台账.xlsx", "明细") == {1: N, 2: N, 3: C, 4: C, 5: N}
    assert result.rows("2021年5月.zip/长风/台账.xlsx", "明细") == {1: N, 2: N, 3: C, 4: N}
    assert set(result.rows("2021年5月.zip/长风/台账.xlsx", "汇总").values()) == {N}
    assert result.totals() == {"曹杨": 7, "长风": 5}
    assert result.flags() == set()
    assert result.snapshot("2021年5月.zip/曹杨/台账.xlsx").date() == date(2021, 5, 31)
    assert result.complete


def test_order_of_files_and_sheets_and_a_copy_change_no_figure(tmp_path):
    one = [["活动编号", "街镇", "活动日期", "参加人次"], ["A1", "曹杨", day(1), 3], ["A2", "长征", day(2), 4]]
    two = [["街镇", "活动日期", "参加人次"], ["桃浦", day(3), 5], ["桃浦", day(4), 6]]
    plain = run(folder(tmp_path / "1", {"a_20210701.xlsx": {"x": one, "y": two}}))
    turned = run(folder(tmp_path / "2", {"z_20210701.xlsx": {"y": two, "x": one}}))
    copied = run(folder(tmp_path / "3", {"a_20210701.xlsx": {"x": one, "y": two},
                                         "b_20210701.xlsx": xlsx({"x": one, "y": two})}))
    assert plain.totals() == turned.totals() == copied.totals() == {"曹杨": 3, "桃浦": 11, "长征": 4}
    assert "same_snapshot" not in copied.kinds()
    assert list(copied.reasons().values()) == ["superseded"] * 4
