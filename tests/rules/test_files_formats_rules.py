"""Rules of docs/method.md#files: read by content, never by extension."""

from __future__ import annotations

from datetime import date

import pytest

from tests.rules.rare_formats import html_table, mhtml, strict, xlsb, xml2003
from tests.rules.workbooks import COUNTED, NOT_RECORD, csv_text, edited, expect, folder, ods, run, xls, xlsx, zip_of

TITLES = ["活动编号", "街镇", "活动日期", "参加人次"]
TYPED = [
    TITLES,
    ["A1", "曹杨新村街道", date(2021, 4, 12), 25],
    ["A2", "长征镇", date(2021, 5, 3), 12],
    ["A3", "桃浦镇", date(2021, 5, 4), 0],
]
TEXT = [TITLES, ["A1", "曹杨新村街道", "2021-04-12", "25"], ["A2", "长征镇", "2021-05-03", "12"],
        ["A3", "桃浦镇", "2021-05-04", "0"]]
ROWS = {1: NOT_RECORD, 2: COUNTED, 3: COUNTED, 4: "bad_person_times"}
TOTALS = {"曹杨": 25, "长征": 12}
COMMA, TAB = csv_text(TEXT), csv_text(TEXT, separator="\t")
MACRO = ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
         "application/vnd.ms-excel.sheet.macroEnabled.main+xml")

FORMATS = {
    "xlsx": lambda: xlsx({"数据": TYPED}),
    "strict xlsx": lambda: strict(xlsx({"数据": TYPED})),
    "xlsm": lambda: edited(xlsx({"数据": TYPED}), "[Content_Types].xml", MACRO),
    "xlsb": lambda: xlsb(TEXT[:1] + [[*r[:3], int(r[3])] for r in TEXT[1:]]),
    "xls": lambda: xls({"数据": TYPED}),
    "ods": lambda: ods({"数据": TYPED}),
    "Excel 2003 XML": lambda: xml2003({"数据": TYPED}),
    "html": lambda: html_table(TEXT),
    "html in GBK": lambda: html_table(TEXT, "gbk"),
    "mhtml": lambda: mhtml(TEXT),
    "csv UTF-8": lambda: COMMA.encode(),
    "csv UTF-8 with BOM": lambda: COMMA.encode("utf-8-sig"),
    "csv GB18030": lambda: COMMA.encode("gb18030"),
    "csv UTF-16": lambda: COMMA.encode("utf-16"),
    "csv UTF-16 big-endian": lambda: b"\xfe\xff" + COMMA.encode("utf-16-be"),
    "csv line feeds": lambda: csv_text(TEXT, end="\n").encode(),
    "csv semicolons": lambda: csv_text(TEXT, separator=";").encode(),
    "tsv UTF-8": lambda: TAB.encode(),
    "tsv UTF-16": lambda: TAB.encode("utf-16"),
    "tsv GB18030": lambda: TAB.encode("gb18030"),
}


@pytest.mark.parametrize("extension", ["xlsx", "xls", "csv", "XLSX", "et", "txt"])
@pytest.mark.parametrize("name", FORMATS)
def test_every_format_under_any_name_gives_the_same_rows(tmp_path, name, extension):
    file = f"随申学_20210701.{extension}"
    result = run(folder(tmp_path, {file: FORMATS[name]()}))
    expect(result, ROWS, TOTALS, set())
    assert result.statuses() == {file: "read"}
    assert result.complete


@pytest.mark.parametrize("separator", [",", "\t"])
def test_quoted_cells_of_text_files_keep_separators_and_line_breaks(tmp_path, separator):
    rows = [["街镇", "活动名称", "活动日期", "参加人次"],
            ["曹杨", f"学{separator}用\n手机\"课\"", "2021-04-12", "1,025"],
            ["长征", "b", "2021-04-13", "7"]]
    result = run(folder(tmp_path, {"20210701.csv": csv_text(rows, separator)}))
    assert list(result.rows().values()) == [NOT_RECORD, COUNTED, COUNTED]
    assert result.totals() == {"曹杨": 1025, "长征": 7}


def test_subfolders_at_any_depth(tmp_path):
    one = [["街镇", "活动日期", "参加人次"], ["曹杨", date(2021, 4, 12), 3]]
    two = [["街镇", "活动日期", "参加人次"], ["长征", date(2021, 4, 12), 4]]
    raw = folder(tmp_path, {"四月/一/20210501.xlsx": {"a": one}, "五月/20210601.xlsx": {"a": two}})
    result = run(raw)
    assert result.statuses() == {"四月/一/20210501.xlsx": "read", "五月/20210601.xlsx": "read"}
    assert result.verdicts() == {
        ("四月/一/20210501.xlsx", "a", 1): NOT_RECORD, ("四月/一/20210501.xlsx", "a", 2): COUNTED,
        ("五月/20210601.xlsx", "a", 1): NOT_RECORD, ("五月/20210601.xlsx", "a", 2): COUNTED,
    }
    assert result.totals() == {"曹杨": 3, "长征": 4}


def members():
    one = [["街镇", "活动日期", "参加人次"], ["曹杨", date(2021, 4, 12), 3]]
    two = [["街镇", "活动日期", "参加人次"], ["长征", "2021-04-12", "4"]]
    three = [one[0], ["桃浦", date(2021, 4, 13), 5]]
    return {"曹杨/一.xlsx": xlsx({"a": one}), "二_20210615.csv": csv_text(two).encode(), "三.xls": xls({"a": three})}


@pytest.mark.parametrize("gbk", [False, True])
@pytest.mark.parametrize("name", ["打包20210701.zip", "打包20210701.rar.zip", "打包20210701.xlsx"])
def test_zip_of_exports(tmp_path, gbk, name):
    result = run(folder(tmp_path, {name: zip_of(members(), gbk)}))
    assert {k: v for k, v in result.statuses().items() if k != name} == {
        f"{name}/曹杨/一.xlsx": "read", f"{name}/二_20210615.csv": "read", f"{name}/三.xls": "read"}
    assert result.totals() == {"曹杨": 3, "桃浦": 5, "长征": 4}
    assert result.reasons() == {}
    assert result.snapshot(f"{name}/曹杨/一.xlsx").date() == date(2021, 7, 1), "a file without a date takes the zip's"
    assert result.snapshot(f"{name}/二_20210615.csv").date() == date(2021, 6, 15), "its own date comes first"
    assert result.complete


def test_zip_passes_over_and_reports_members_like_a_folder(tmp_path):
    others = {"readme.md": b"x", "~$a.xlsx": b"lock", "__MACOSX/._a.xlsx": b"\0\5\x16\7", "坏.xlsx": b"PK\3\4"}
    inside = {**members(), **others}
    result = run(folder(tmp_path, {"20210701.zip": zip_of(inside)}))
    statuses = {k.removeprefix("20210701.zip/"): v for k, v in result.statuses().items() if k != "20210701.zip"}
    assert statuses == {
        "曹杨/一.xlsx": "read", "二_20210615.csv": "read", "三.xls": "read", "坏.xlsx": "unread",
        "readme.md": "ignored", "~$a.xlsx": "ignored", "__MACOSX/._a.xlsx": "ignored",
    }
    assert result.totals() == {"曹杨": 3, "桃浦": 5, "长征": 4}
    assert not result.complete


def test_1904_dates_and_serial_numbers(tmp_path):
    # 2021-04-12 is day 44298 from 1900 and 42836 from 1904.
    rows = [["街镇", "活动日期", "参加人次"], ["曹杨", date(2021, 4, 12), 3], ["曹杨", 42836, 4], ["曹杨", "42836", 5]]
    result = run(folder(tmp_path, {"20210701.xlsx": xlsx({"a": rows}, date1904=True)}))
    assert result.rows() == {1: NOT_RECORD, 2: COUNTED, 3: COUNTED, 4: COUNTED}
    assert list(result.ledger["activity_date"].astype(str).str[:10])[1:] == ["2021-04-12"] * 3


def test_html_page_with_a_title_table_before_the_data(tmp_path):
    page = (b"<html><body><table><tr><td>title</td></tr></table>" + html_table(TEXT).split(b"<body>")[1])
    result = run(folder(tmp_path, {"20210701.xls": page}))
    assert result.totals() == TOTALS
    assert list(result.reasons().values()) == ["bad_person_times"]


def test_phonetic_guides_are_no_text(tmp_path):
    guide = '<rPh sb="0" eb="2"><t>chang zheng</t></rPh><phoneticPr fontId="1"/>'
    text = "&#38271;&#24449;&#38215;"  # 长征镇 as openpyxl writes it
    content = edited(xlsx({"数据": TYPED}), "xl/worksheets/sheet1.xml", (f"<t>{text}</t>", f"<t>{text}</t>{guide}"))
    expect(run(folder(tmp_path, {"20210701.xlsx": content})), ROWS, TOTALS, set())


def test_chart_sheets_and_very_hidden_sheets(tmp_path):
    import io

    from openpyxl import Workbook

    book = Workbook()
    book.active.title = "数据"
    for row in TYPED:
        book.active.append(row)
    book.create_chartsheet("图表")
    hidden = book.create_sheet("旧")
    for row in (TITLES, ["B1", "甘泉", date(2021, 4, 1), 2]):
        hidden.append(row)
    hidden.sheet_state = "veryHidden"
    buffer = io.BytesIO()
    book.save(buffer)
    result = run(folder(tmp_path, {"20210701.xlsx": buffer.getvalue()}))
    assert result.rows(sheet="数据") == ROWS
    assert result.rows(sheet="旧") == {1: NOT_RECORD, 2: COUNTED}
    assert result.totals() == {**TOTALS, "甘泉": 2}
    assert result.flags() == {"hidden_sheet"}
    assert result.complete
