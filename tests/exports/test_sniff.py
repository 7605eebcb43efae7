"""What a file is, by content; its name decides only over pictures, PDFs and Word files."""

from __future__ import annotations

import pytest

from analysis.exports.sniff import sniff
from tests.exports import handmade
from tests.rules import formats, rare_formats

ROWS = [["街镇", "活动日期", "参加人次"], ["曹杨", "2021-04-12", 25]]
TEXT = formats.csv_text(ROWS)
XLSX = formats.xlsx({"a": ROWS})
XLS = formats.xls({"a": ROWS})

READABLE = [
    ("xlsx", XLSX),
    ("xlsx", rare_formats.strict(XLSX)),
    ("xlsm", handmade.with_members(XLSX, {"xl/vbaProject.bin": b"\0"})),
    ("xlsb", rare_formats.xlsb(ROWS)),
    ("xls", XLS),
    ("xls", handmade.biff2(ROWS[:1], "gbk")),
    ("ods", formats.ods({"a": ROWS})),
    ("ods", handmade.content_xml("<table:table/>").replace(b"-content", b"")),
    ("xml2003", rare_formats.xml2003({"a": ROWS})),
    ("html", rare_formats.html_table(ROWS)),
    ("html", "\ufeff\r\n<TABLE><TR><TD>街镇</TD></TR></TABLE>".encode()),
    ("html", rare_formats.html_table(ROWS, "gbk")),
    ("html", rare_formats.html_table(ROWS).decode().encode("utf-16")),
    ("mhtml", rare_formats.mhtml(ROWS)),
    ("csv", TEXT.encode()),
    ("csv", TEXT.encode("utf-8-sig")),
    ("csv", TEXT.encode("gb18030")),
    ("csv", TEXT.encode("utf-16")),
    ("csv", TEXT.encode("utf-16-le")),
    ("csv", TEXT.encode("utf-16-be")),
    ("csv", "导出时间: 2021-07-01\n街镇,活动日期\n".encode()),
    ("csv", b"PK,a\n1,2\n"),
    ("csv", b"BM,a\n1,2\n"),
    ("csv", "<街镇>,人次\n曹杨,3\n".encode()),
    ("html", "导出时间：2021-07-01\n<table><tr><td>街镇</td></tr></table>".encode()),
]


@pytest.mark.parametrize(("kind", "content"), READABLE, ids=[f"{i}-{k}" for i, (k, _) in enumerate(READABLE)])
@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.csv", "a.et", "a", "a.pdf", "a.docx", "a.dat"])
def test_readable_under_any_name(kind, content, name):
    verdict = sniff(name, content)
    assert (verdict.status, verdict.kind) == ("read", kind)


@pytest.mark.parametrize("name", ["a.zip", "a.xlsx", "a"])
def test_zip_of_exports(name):
    assert sniff(name, formats.zip_of({"a.xlsx": XLSX})).status == "zip"


DOCUMENTS = [
    ("a.png", rare_formats.PNG),
    ("a.JPG", rare_formats.JPEG),
    ("a.jpeg", rare_formats.JPEG),
    ("a.gif", b"GIF89a" + bytes(20)),
    ("a.bmp", b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0" + bytes(56)),
    ("a.webp", b"RIFF\x10\0\0\0WEBPVP8 "),
    ("a.tif", b"II*\0" + bytes(9)),
    ("a.heic", b"\0\0\0\x18ftypheic" + bytes(9)),
    ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    ("a.pdf", rare_formats.PDF),
    ("a.docx", rare_formats.docx()),
    ("a.doc", rare_formats.compound(["WordDocument", "1Table"])),
    ("a.wps", rare_formats.compound(["WordDocument"])),
    ("a.rtf", b"{\\rtf1 x}"),
    ("a.doc", b"{\\rtf1 x}"),
    ("a.ppt", rare_formats.compound(["PowerPoint Document"])),
]


@pytest.mark.parametrize(("name", "content"), DOCUMENTS, ids=[n for n, _ in DOCUMENTS])
def test_documents_are_passed_over_under_their_own_name_only(name, content):
    assert sniff(name, content).status == "ignored"
    for wrong in ("a.xlsx", "a.csv", "a"):
        verdict = sniff(wrong, content)
        assert verdict.status == "unread"
        assert "请" in verdict.message


UNREAD = {
    "encrypted xlsx": (rare_formats.ENCRYPTED, "密码"),
    "outlook message": (rare_formats.MSG, "附件"),
    "mail": (rare_formats.EML, "附件"),
    "rar": (rare_formats.RAR, "解压"),
    "7z": (rare_formats.SEVEN_ZIP, "解压"),
    "gzip": (b"\x1f\x8b\x08" + bytes(30), "解压"),
    "empty": (b"", "空文件"),
    "blanks": (b"\xef\xbb\xbf \r\n\t", "空文件"),
    "zeros": (bytes(4096), "空文件"),
    "truncated": (XLSX[:2000], "损坏"),
    "half a directory": (XLSX[:-200], "损坏"),
    "empty zip": (formats.zip_of({}), "没有文件"),
    "other ole": (rare_formats.compound(["Catalog"]), "不是表格"),
    "broken ole": (XLS[:600], "损坏"),
    "sylk": (b"ID;PWXL;N;E\nC;Y1;X1;K1\n", "另存"),
    "other xml": (b"<?xml version='1.0'?><a/>", "XML"),
    "binary": (bytes(range(256)) * 20, "不是表格"),
    "encrypted ods": (
        formats.zip_of(
            {
                "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
                "content.xml": b"\x93\x01",
                "META-INF/manifest.xml": b"<manifest:encryption-data/>",
            }
        ),
        "密码",
    ),
    "numbers": (formats.zip_of({"Index/Document.iwa": b"\0", "Metadata/Properties.plist": b"x"}), "不是表格"),
    "epub": (formats.zip_of({"mimetype": b"application/epub+zip", "a.xhtml": b"<html/>"}), "不是表格"),
}


@pytest.mark.parametrize("what", UNREAD)
@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.zip"])
def test_unread_with_a_word_on_what_to_do(what, name):
    content, word = UNREAD[what]
    verdict = sniff(name, content)
    assert verdict.status == "unread"
    assert word in verdict.message
    assert "请" in verdict.message


def test_a_web_archive_saved_by_a_browser_is_told_from_mail_by_its_name():
    saved = b"From: <Saved by Blink>\r\nSubject: a\r\nMIME-Version: 1.0\r\n"
    saved += b"Content-Type: multipart/related; boundary=x\r\n\r\n--x--"
    assert sniff("a.mhtml", saved).kind == "mhtml"
    assert sniff("a.xls", saved).kind == "mhtml"
    assert sniff("a.eml", saved).status == "unread"
    assert sniff("a.xls", b"Received: by x\r\n" + saved).status == "unread"


def test_a_word_file_with_a_workbook_in_it_is_no_workbook():
    nested = formats.zip_of(
        {
            "[Content_Types].xml": b"<Types/>",
            "word/document.xml": b"<w/>",
            "word/embeddings/a.xlsx": XLSX,
        }
    )
    assert sniff("a.docx", nested).status == "ignored"
    assert sniff("a.xlsx", nested).status == "unread"
