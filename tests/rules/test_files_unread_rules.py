"""Rules of docs/method.md#files: what is passed over, what is unread, and that the others are read all the same."""

from __future__ import annotations

from datetime import date

import pytest

from tests.rules import rare_formats
from tests.rules.workbooks import COUNTED, NOT_RECORD, Sheet, balanced, edited, expect, folder, run, xls, xlsx, zip_of

GOOD = [["街镇", "活动日期", "参加人次"], ["曹杨", date(2021, 4, 12), 3], ["长征", date(2021, 4, 13), 4]]
OTHER = [["街镇", "活动日期", "参加人次"], ["桃浦", date(2021, 4, 14), 29]]
TOTALS = {"曹杨": 3, "长征": 4}

PASSED_OVER = {
    "~$随申学_20210701.xlsx": b"\x05admin" + bytes(160),
    "~$四月.xlsx": xlsx({"a": OTHER}),
    ".DS_Store": b"\0\0\0\1Bud1",
    ".隐藏.xlsx": xlsx({"a": OTHER}),
    "Thumbs.db": rare_formats.compound(["Catalog", "1"]),
    "desktop.ini": b"[.ShellClassInfo]\r\n",
    "README": b"notes",
    "README.md": b"# notes",
    "readme.txt": b"notes",
    "说明.md": "# 说明".encode(),
    "corrections.csv": b"file,sheet,row,record_id,column,from,to,reason,who,date\n",
    "通知.pdf": rare_formats.PDF,
    "照片.png": rare_formats.PNG,
    "照片.JPG": rare_formats.JPEG,
    "照片.jpeg": rare_formats.JPEG,
    "通知.docx": rare_formats.docx(),
}


@pytest.mark.parametrize("name", PASSED_OVER)
def test_passed_over_files_are_listed_and_leave_the_run_complete(tmp_path, name):
    result = run(folder(tmp_path, {"20210701.xlsx": {"a": GOOD}, name: PASSED_OVER[name]}))
    assert result.statuses() == {"20210701.xlsx": "read", name: "ignored"}
    expect(result, {1: NOT_RECORD, 2: COUNTED, 3: COUNTED}, TOTALS, set())
    assert result.complete


def test_passed_over_files_in_subfolders(tmp_path):
    passed_over = {"六月/Thumbs.db": b"x", "六月/.~lock.a.xlsx#": b"x"}
    result = run(folder(tmp_path, {"六月/20210701.xlsx": {"a": GOOD}}, passed_over))
    assert result.statuses() == {"六月/20210701.xlsx": "read", **dict.fromkeys(passed_over, "ignored")}
    assert result.complete


def bomb() -> bytes:
    """A workbook of a few KB whose sheet inflates to 30 MB."""
    return edited(xlsx({"a": OTHER}), "xl/worksheets/sheet1.xml", ("</sheetData>", " " * 30_000_000 + "</sheetData>"))


def two_parts_of_one_name() -> bytes:
    import io
    import warnings
    import zipfile

    buffer = io.BytesIO(xlsx({"a": OTHER}))
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")
    return buffer.getvalue()


UNREAD = {
    "加密.xlsx": lambda: rare_formats.ENCRYPTED,
    "加密.xls": lambda: rare_formats.encrypted_xls(xls({"a": OTHER})),
    "截断.xlsx": lambda: xlsx({"a": OTHER})[:3000],
    "截断.xls": lambda: xls({"a": OTHER})[:1500],
    "截断.zip": lambda: zip_of({"a.xlsx": xlsx({"a": OTHER})})[:2000],
    "空.xlsx": lambda: b"",
    "空.csv": lambda: b"",
    "只有BOM.csv": lambda: b"\xef\xbb\xbf",
    "空包.zip": lambda: zip_of({}),
    "图片.xlsx": lambda: rare_formats.PNG,
    "图片.csv": lambda: rare_formats.JPEG,
    "文件.xlsx": lambda: rare_formats.PDF,
    "文件.xls": rare_formats.docx,
    "图片.pdf": lambda: rare_formats.PNG,
    "炸弹.xlsx": bomb,
    "重复部件.xlsx": two_parts_of_one_name,
    "包.rar": lambda: rare_formats.RAR,
    "包.7z": lambda: rare_formats.SEVEN_ZIP,
    "包.zip": lambda: rare_formats.RAR,
    "信.eml": lambda: rare_formats.EML,
    "信.msg": lambda: rare_formats.MSG,
    "空白.xlsx": lambda: xlsx({"Sheet1": []}),
    "通讯录.xlsx": lambda: xlsx({"Sheet1": [["街镇", "联系人"], ["曹杨", "甲"]]}),
    "说明.csv": lambda: "本周工作安排\n一、走访\n二、总结\n".encode(),
    "乱码.xlsx": lambda: bytes(range(256)) * 8,
}


@pytest.mark.parametrize("name", UNREAD)
def test_unread_files_are_named_and_the_others_are_read(tmp_path, name):
    result = run(folder(tmp_path, {"20210701.xlsx": {"a": GOOD}, name: UNREAD[name]()}))
    statuses = {k: v for k, v in result.statuses().items() if not k.startswith(f"{name}/")}
    assert statuses == {"20210701.xlsx": "read", name: "unread"}
    assert result.rows("20210701.xlsx", "a") == {1: NOT_RECORD, 2: COUNTED, 3: COUNTED}
    assert result.totals() == TOTALS
    assert not result.complete
    assert "unread_file" in result.kinds()
    assert list(result.found("unread_file")["file"].astype(str)) == [name]
    assert "请" in result.message(name), "says what to do"
    balanced(result)


def test_the_message_names_the_file(tmp_path):
    result = run(folder(tmp_path, {"六月/加密.xlsx": UNREAD["加密.xlsx"](), "20210701.xlsx": {"a": GOOD}}))
    assert "加密.xlsx" in result.found("unread_file")["message"].iloc[0]


@pytest.mark.parametrize("name", ["加密.xlsx", "加密.xls"])
def test_encrypted_files_say_what_to_do(tmp_path, name):
    result = run(folder(tmp_path, {name: UNREAD[name](), "20210701.xlsx": {"a": GOOD}}))
    assert "密码" in result.message(name)
    assert ".xlsx" in result.message(name)


def test_encrypted_zip_is_unread(tmp_path):
    content = bytearray(zip_of({"20210701.csv": b"a,b\n"}))
    for signature, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        content[content.index(signature) + flags] |= 1
    result = run(folder(tmp_path, {"包.zip": bytes(content), "20210701.xlsx": {"a": GOOD}}))
    assert {s for k, s in result.statuses().items() if k.startswith("包.zip")} == {"unread"}
    assert not result.complete
    assert result.totals() == TOTALS


def test_a_summary_alone_is_read_but_holds_no_records(tmp_path):
    rows = [["2021年上半年随申学汇总"], ["街镇", "人次"], ["曹杨", 300], ["长征", 400], ["合计", 700]]
    result = run(folder(tmp_path, {"汇总_20210701.xlsx": {"汇总": rows}, "20210701.xlsx": {"a": GOOD}}))
    assert result.statuses() == {"汇总_20210701.xlsx": "read", "20210701.xlsx": "read"}
    assert result.rows("汇总_20210701.xlsx") == dict.fromkeys([1, 2, 3, 4, 5], NOT_RECORD)
    assert result.totals() == TOTALS
    assert result.complete


def test_a_bad_file_does_not_change_the_figures_of_a_folder(tmp_path):
    csv = [["街镇", "活动日期", "参加人次"], ["桃浦", "2021-05-01", 9]]
    good = {"a/20210601.xlsx": {"a": GOOD}, "b/20210701.csv": csv}
    raw = folder(tmp_path, good, {name: make() for name, make in UNREAD.items()}, PASSED_OVER)
    result = run(raw)
    assert result.totals() == {**TOTALS, "桃浦": 9}
    top = {k: v for k, v in result.statuses().items() if k.count("/") == 0 or k in good}
    assert top == {
        **dict.fromkeys(UNREAD, "unread"), **dict.fromkeys(PASSED_OVER, "ignored"), **dict.fromkeys(good, "read")
    }


def test_a_workbook_with_hidden_extra_sheets_without_dates_is_read(tmp_path):
    sheets = {"数据": GOOD, "字典": Sheet([["街镇"], ["曹杨"], ["长征"]], hidden=True)}
    result = run(folder(tmp_path, {"20210701.xlsx": sheets}))
    assert result.rows("20210701.xlsx", "数据") == {1: NOT_RECORD, 2: COUNTED, 3: COUNTED}
    assert result.rows("20210701.xlsx", "字典") == dict.fromkeys([1, 2, 3], NOT_RECORD)
    assert result.totals() == TOTALS
    assert result.complete
