"""Files made to break a reader: each gives its rows or a message, and the others are read all the same."""

from __future__ import annotations

import faulthandler
import os
import struct
import time
import zipfile

import pytest

from analysis.exports.engines import open_workbook
from analysis.exports.files import Passed, sort_content
from analysis.exports.files import _Budget as Budget
from analysis.exports.grid import Source, Unreadable
from analysis.exports.package import check_limits
from analysis.exports.worker import Outcome, attempt, read_all
from tests.exports import handmade
from tests.exports.test_engines import cells, only
from tests.rules import formats, rare_formats

ROWS = [["街镇", "日期", "人次"], ["曹杨", "4月1日", 12], ["长征", "4月2日", 13]]
CELL = '<c r="A1"><v>1</v></c>'


def refused(content: bytes, name: str = "a.xlsx") -> str:
    """The message of a file that is not read, whichever door turns it away."""
    (found,) = sort_content(name, content, "", Budget(), 0)
    if isinstance(found, Passed):
        assert found.status == "unread"
        return found.message
    with pytest.raises(Unreadable) as caught:
        open_workbook(found)
    return str(caught.value)


@pytest.mark.parametrize("far", ["XFD1048576", "A1048576", "XFD2000"])
def test_one_far_cell(far):
    """20 million cells are the limit: XFD1048576 is 17 billion, XFD2000 33 million, A1048576 one million."""
    row = "".join(c for c in far if c.isdigit())
    content = handmade.xlsx(
        handmade.worksheet(f'<row r="1">{CELL}</row><row r="{row}"><c r="{far}"><v>2</v></c></row>')
    )
    assert len(content) < 3000
    if far == "A1048576":
        assert cells(only(content)) == {(1, 1): 1, (1048576, 1): 2}
    else:
        assert "区域过大" in refused(content)


def test_far_cells_that_only_have_a_style_do_not_count():
    far = '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    assert cells(only(handmade.xlsx(handmade.worksheet(f'<row r="1">{CELL}</row>{far}')))) == {(1, 1): 1}


def test_far_cells_in_other_formats():
    down = '<table:table-row table:number-rows-repeated="1000000"><table:table-cell/></table:table-row>'
    wide = '<table:table-cell table:number-columns-repeated="900" office:value-type="float" office:value="1"/>'
    row = f'<table:table-row table:number-rows-repeated="1000000">{wide}</table:table-row>'
    assert "区域过大" in refused(handmade.ods(f'<table:table table:name="a">{down}{row}</table:table>'))
    lines = "".join(f"<tr><td colspan=1000>{i}</td></tr>" for i in range(20_001))
    assert "区域过大" in refused(f"<html><table>{lines}</table></html>".encode())


def test_a_million_styled_empty_rows_are_no_rows():
    rows = "".join(f'<row r="{i}"><c r="A{i}" s="0"/></row>' for i in range(2, 300_002))
    assert cells(only(handmade.xlsx(handmade.worksheet(f'<row r="1">{CELL}</row>{rows}')))) == {(1, 1): 1}


def test_bombs_are_told_before_they_are_inflated():
    sheet = handmade.worksheet(f'<row r="1">{CELL}</row>' + " " * 30_000_000)
    content = handmade.xlsx(sheet)
    assert len(content) < 40_000
    assert "过大" in refused(content)


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"])
@pytest.mark.parametrize("size", [10, 100_000])
def test_a_part_of_another_length_than_declared(part, size):
    strings = f'<sst xmlns="{handmade.MAIN}"><si><t>{"曹杨" * 50}</t></si></sst>'
    content = handmade.xlsx(handmade.worksheet(f'<row r="1">{CELL}</row>'), strings=strings)
    assert cells(only(content)) == {(1, 1): 1}
    assert "损坏" in refused(handmade.with_declared_size(content, part, size))


def test_a_wrong_checksum():
    content = bytearray(handmade.xlsx(handmade.worksheet(f'<row r="1">{CELL}</row>')))
    central = content.rindex(b"xl/worksheets/sheet1.xml") - 46
    content[central + 16] ^= 1
    assert "损坏" in refused(bytes(content))


def test_part_names_that_differ_only_in_case():
    parts = handmade.parts(handmade.worksheet(f'<row r="1">{CELL}</row>'))
    assert "重名" in refused(formats.zip_of({**parts, "XL/Worksheets/Sheet1.xml": b"<worksheet/>"}))


def test_two_rows_of_one_number():
    row = '<row r="1"><c r="A1"><v>{}</v></c></row>'
    assert "损坏" in refused(handmade.xlsx(handmade.worksheet(row.format(1) + row.format(2))))


def test_sheets_of_one_name_or_none():
    content = handmade.xlsx(handmade.worksheet(f'<row r="1">{CELL}</row>'))
    with_two = handmade.parts(handmade.worksheet(f'<row r="1">{CELL}</row>'))
    sheet = b'<sheet name="\xe8\xa1\xa8" sheetId="1" r:id="rId1"/>'
    for change, word in ((sheet + sheet, "同名"), (b"", "没有工作表")):
        book = with_two["xl/workbook.xml"].replace(sheet, change)
        assert book != with_two["xl/workbook.xml"]
        assert word in refused(handmade.with_members(content, {"xl/workbook.xml": book}))


def test_entities_neither_grow_nor_reach_out_of_the_file(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("机密", encoding="utf-8")
    grow = "".join(f'<!ENTITY x{i} "{f"&x{i - 1};" * 10}">' for i in range(1, 10))
    for entities in (f'<!ENTITY x0 "a">{grow}', f'<!ENTITY x9 SYSTEM "{secret.as_uri()}">'):
        head = f'<?xml version="1.0"?><!DOCTYPE a [{entities}]>'
        table = '<table:table table:name="a"><table:table-row><table:table-cell office:value-type="string">'
        table += "<text:p>&x9;</text:p></table:table-cell></table:table-row></table:table>"
        content = handmade.with_members(handmade.ods(""), {"content.xml": head.encode() + handmade.content_xml(table)})
        xml2003 = rare_formats.xml2003({"a": [["&x9;"]]}).replace(b"&amp;x9;", b"&x9;").split(b"?>", 1)[1]
        sheet = head + handmade.worksheet('<row r="1"><c r="A1" t="inlineStr"><is><t>&x9;</t></is></c></row>')
        for made in (content, head.encode() + xml2003, handmade.xlsx(sheet)):
            try:
                shown = str(open_workbook(Source("a", made)).sheets)
            except Unreadable as error:
                shown = str(error)
            assert "机密" not in shown
            assert len(shown) < 10_000


def test_deep_nesting():
    deep = 100_000
    for content in (
        b"<html>" + b"<div>" * deep + b"<table><tr><td>x</td></tr></table>",
        b"<html>" + b"<table><tr><td>" * deep + b"</td></tr></table>" * deep,
        b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'>" + b"<a>" * deep,
        handmade.ods("<table:table>" * deep),
    ):
        outcome = attempt(open_workbook, Source("a", content))
        assert outcome[0] is not None or "请" in outcome[1]


def test_directories_of_ole_files_that_run_in_circles():
    content = bytearray(rare_formats.compound(["Workbook"]))
    struct.pack_into("<II", content, 512, 1, 1)  # the allocation table points at itself
    struct.pack_into("<IIII", content, 44, 0xFFFFFFF0, 1, 0, 4096)  # four billion sectors of it
    struct.pack_into("<II", content, 68, 0, 0xFFFFFFF0)
    assert refused(bytes(content), "a.xls")


# --- cut off -------------------------------------------------------------------------------------------------------

LONG = [ROWS[0], *([f"街{i}", "4月1日", i] for i in range(1, 400))]
WHOLE = {
    "a.xlsx": formats.xlsx({"a": LONG}), "a.xls": formats.xls({"a": LONG}), "a.ods": formats.ods({"a": LONG}),
    "a.xlsb": rare_formats.xlsb(LONG), "a.xml": rare_formats.xml2003({"a": LONG}),
    "a.htm": rare_formats.html_table(LONG), "a.mht": rare_formats.mhtml(LONG),
    "a.zip": formats.zip_of({"a.xlsx": formats.xlsx({"a": LONG})}),
}  # fmt: skip


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_cut_off_anywhere_is_read_whole_or_not_at_all(name):
    content = WHOLE[name]
    for tenth in range(1, 10):
        assert refused(content[: len(content) * tenth // 10], name)
    if name.endswith(("xlsx", "xlsb", "ods", "zip", "xml")):
        assert refused(content[:-1], name)
    else:  # the last bytes are padding or closing tags
        assert cells(only(content[:-1], name)) == cells(only(content, name))


# --- workers -------------------------------------------------------------------------------------------------------


def behave(source: Source) -> object:
    """A reader that does what the file says."""
    word = source.content.decode()
    if word == "die":
        faulthandler.disable()
        os.abort()
    if word == "leave":
        os._exit(3)
    if word == "hang":
        time.sleep(600)
    if word == "eat":
        return len([bytearray(64 * 1024**2) for _ in range(64)])
    if word == "refuse":
        raise Unreadable("请另存")
    if word == "fault":
        raise KeyError("张三 13800000000")
    if word == "panic":
        raise BaseException("张三")
    if word == "unsendable":
        return lambda: None
    return word


def run(*words: str, **options) -> list[Outcome]:
    sources = (Source(f"{i}-{w}", w.encode()) for i, w in enumerate(words))
    return list(read_all(sources, behave, **{"workers": 2, "timeout": 60, **options}))


def test_results_come_in_order():
    words = [str(i) for i in range(40)]
    assert [o.value for o in run(*words)] == words
    assert run() == []


@pytest.mark.parametrize("word", ["die", "leave", "refuse", "fault", "panic", "unsendable"])
def test_one_bad_file_is_its_own_finding(word):
    outcomes = run("a", word, "b", word, "c")
    assert [o.value for o in outcomes] == ["a", None, "b", None, "c"]
    assert [bool(o.problem) for o in outcomes] == [False, True, False, True, False]
    assert all(o.path in o.problem and "请" in o.problem for o in outcomes if o.problem)
    assert not any(secret in o.problem for o in outcomes for secret in ("张三", "138"))


def test_a_file_that_hangs_is_given_up():
    outcomes = run("a", "hang", "b", timeout=1)
    assert [o.value for o in outcomes] == ["a", None, "b"]
    assert "1 秒" in outcomes[1].problem


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="memory is limited on Linux")
def test_a_file_that_eats_memory_is_given_up():
    outcomes = run("a", "eat", "b", memory_limit=512 * 1024**2)
    assert [o.value for o in outcomes] == ["a", None, "b"]
    assert "过大" in outcomes[1].problem


def test_leaving_early_stops_the_workers():
    outcomes = read_all([Source(w, w.encode()) for w in ("a", "hang", "hang", "hang")], behave, workers=2, timeout=600)
    assert next(outcomes).value == "a"
    outcomes.close()


def test_a_message_names_no_text_of_the_file():
    with pytest.raises(Unreadable) as caught:
        only(rare_formats.xml2003({"a": [["张三"]]})[:-20])
    assert "张三" not in str(caught.value)


def test_zip_directory_longer_than_any_honest_one():
    content = bytearray(formats.zip_of({"a.csv": b"x"}))
    end = content.rindex(b"PK\x05\x06")
    struct.pack_into("<I", content, end + 12, 500 * 1024**2)
    assert refused(bytes(content), "a.zip")


@pytest.mark.parametrize(
    ("inflated", "packed", "passes"),
    [
        (399, 3, True),
        (401, 20, False),
        (600, 60, True),
        (1500, 90, True),
        (1600, 99, False),
        (9, 0.01, True),
        (11, 0.05, False),
    ],
)
def test_how_much_may_be_inflated_in_megabytes(inflated, packed, passes):
    """400 MB; up to 1,536 MB if squeezed at most 20 to one, as a million rows are; a part over 10 MB at most 200 to one."""
    info = zipfile.ZipInfo("xl/worksheets/sheet1.xml")
    info.file_size, info.compress_size = int(inflated * 1024**2), int(packed * 1024**2)
    if passes:
        check_limits([info])
    else:
        with pytest.raises(Unreadable, match="过大"):
            check_limits([info])
