"""Example folders for the rules of files: formats, damage, dates, coverage, street."""

from __future__ import annotations

from tests.rules import rare_formats
from tests.rules.cases import FILE, SHEET, TITLES, WITH_ID, C, Case, N, day, one_sheet, run_of
from tests.rules.formats import csv_text, edited, ods, xls, xlsx, zip_of

TYPED = [TITLES, ["曹杨", day(1), 3], ["长征", day(2), 4]]
TEXT = [TITLES, ["曹杨", "2021-05-01", 3], ["长征", "2021-05-02", 4]]
TOTALS = {"曹杨": 3, "长征": 4}
ROWS = run_of(N, C, C)
U = frozenset({"unread_file"})


def _format(name: str, file: str, make) -> Case:
    return Case(f"format_{name}", "Files: read by content, never by extension", lambda: {file: make()}, {file: ROWS}, TOTALS)


def _unread(name: str, file: str, make) -> Case:
    return Case(f"unread_{name}", "Files: encrypted, truncated, empty, not what its name says",
                lambda: {FILE: {SHEET: TYPED}, file: make()}, {FILE: ROWS}, TOTALS, U, {file: "unread"}, complete=False)


FILES = [
    _format("xlsx_named_xls", "20210701.xls", lambda: xlsx({SHEET: TYPED})),
    _format("strict_ooxml", FILE, lambda: rare_formats.strict(xlsx({SHEET: TYPED}))),
    _format("xlsb", "20210701.xlsb", lambda: rare_formats.xlsb(TEXT)),
    _format("biff_named_et", "20210701.et", lambda: xls({SHEET: TYPED})),
    _format("ods", "20210701.ods", lambda: ods({SHEET: TYPED})),
    _format("excel_2003_xml_named_xls", "20210701.xls", lambda: rare_formats.xml2003({SHEET: TYPED})),
    _format("html_named_xls", "20210701.xls", lambda: rare_formats.html_table(TEXT)),
    _format("mhtml_named_xls", "20210701.xls", lambda: rare_formats.mhtml(TEXT)),
    _format("csv_gb18030", "20210701.csv", lambda: csv_text(TEXT).encode("gb18030")),
    _format("csv_utf16_tabs_named_xls", "20210701.xls", lambda: csv_text(TEXT, separator="\t").encode("utf-16")),
    _format("wrong_dimension", FILE, lambda: edited(
        xlsx({SHEET: TYPED}), "xl/worksheets/sheet1.xml", ('<dimension ref="A1:C3"', '<dimension ref="A1"'))),
    Case("zip_with_gbk_names", "Files: a .zip of any of these (GBK names; the zip's date)",
         lambda: {"20210701.zip": zip_of({"曹杨/台账.xlsx": xlsx({SHEET: TYPED[:2]}),
                                          "长征.csv": csv_text([TEXT[0], TEXT[2]]).encode("gb18030")}, gbk=True)},
         {"20210701.zip/曹杨/台账.xlsx": run_of(N, C), "20210701.zip/长征.csv": run_of(N, C)}, TOTALS),
    Case("passed_over", "Files: passed over, and listed as ignored",
         lambda: {FILE: {SHEET: TYPED}, "~$20210701.xlsx": b"\x05lock", "README.md": "# 说明", "照片.png": rare_formats.PNG,
                  "通知.pdf": rare_formats.PDF, "Thumbs.db": b"x"},
         {FILE: ROWS}, TOTALS, frozenset(),
         dict.fromkeys(["~$20210701.xlsx", "README.md", "照片.png", "通知.pdf", "Thumbs.db"], "ignored")),
    _unread("encrypted", "加密.xlsx", lambda: rare_formats.ENCRYPTED),
    _unread("truncated", "截断.xlsx", lambda: xlsx({SHEET: TYPED})[:3000]),
    _unread("empty", "空.xlsx", lambda: b""),
    _unread("picture_named_xlsx", "图片.xlsx", lambda: rare_formats.PNG),
    _unread("rar", "包.rar", lambda: rare_formats.RAR),
    _unread("no_table", "通讯录.xlsx", lambda: xlsx({SHEET: [["街镇", "联系人"], ["曹杨", "甲"]]})),
    Case("newest_stated_date_stands", "Files: snapshot, a line above the table before the file's name",
         lambda: {"z_20210801.xlsx": {SHEET: [["导出时间：2021-06-01 09:00:00"], WITH_ID, ["A1", "曹杨", day(1), 3]]},
                  "a.xlsx": {SHEET: [WITH_ID, ["A1", "曹杨", day(1), 5], [], ["制表日期：2021-06-02"]]}},
         {"z_20210801.xlsx": run_of(N, N, "superseded"), "a.xlsx": {1: N, 2: C, 4: N}}, {"曹杨": 5}),
    Case("undated_export", "Files: snapshot unknown sorts first, flagged",
         lambda: {"z.xlsx": {SHEET: [WITH_ID, ["A1", "曹杨", day(1), 3]]},
                  "a_2021年5月.xlsx": {SHEET: [WITH_ID, ["A1", "曹杨", day(1), 5]]}},
         {"z.xlsx": run_of(N, "superseded"), "a_2021年5月.xlsx": run_of(N, C)}, {"曹杨": 5}, frozenset({"undated_export"})),
    Case("same_snapshot_other_number", "Files: equal snapshots go by path; a difference is an error",
         lambda: {"a/20210701.xlsx": {SHEET: [WITH_ID, ["A1", "曹杨", day(1), 3]]},
                  "b/20210701.xlsx": {SHEET: [WITH_ID, ["A1", "曹杨", day(1), 5]]}},
         {"a/20210701.xlsx": run_of(N, "superseded"), "b/20210701.xlsx": run_of(N, C)}, {"曹杨": 5},
         frozenset({"same_snapshot"})),
    Case("withdrawn_in_a_stated_quarter", "Files: stated coverage; the same record twice: withdrawn",
         lambda: {"20210601.xlsx": {SHEET: [WITH_ID, ["A1", "曹杨", day(1), 3], ["A2", "曹杨", day(2), 4]]},
                  FILE: {SHEET: [["统计区间：第二季度"], WITH_ID, ["A1", "曹杨", day(1), 3]]}},
         {"20210601.xlsx": run_of(N, "superseded", "withdrawn"), FILE: run_of(N, N, C)}, {"曹杨": 3}),
    Case("street_from_line_sheet_and_file", "Files: its own cell, else the stated line, the sheet's name, the file's",
         lambda: {"桃浦镇20210701.xlsx": {
             "Sheet1": [["填报单位：曹杨新村街道"], TITLES[1:], [day(1), 3]], "长征": [["单位：民政局"], TITLES[1:], [day(1), 4]],
             "5月": [TITLES[1:], [day(1), 5]]}},
         {"桃浦镇20210701.xlsx|Sheet1": run_of(N, N, C), "桃浦镇20210701.xlsx|长征": run_of(N, N, C),
          "桃浦镇20210701.xlsx|5月": run_of(N, C)}, {"曹杨": 3, "长征": 4, "桃浦": 5}),
    Case("blank_street_beside_another", "Files: line and names apply only if the column names no other street",
         one_sheet([["街镇：曹杨新村街道"], TITLES, ["曹杨", day(1), 3], [None, day(2), 4], ["长寿", day(3), 5]]),
         {FILE: run_of(N, N, C, "unknown_street", C)}, {"曹杨": 3, "长寿": 5}),
]
