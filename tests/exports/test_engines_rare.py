"""OpenDocument, Excel 2003 XML, web pages and .xlsb: the ways they have of their own to repeat, skip and hide."""

from __future__ import annotations

import struct
from datetime import datetime, time

import pytest

from analysis.exports.grid import Unreadable
from tests.exports import handmade
from tests.exports.test_engines import cells, errors, only, opened
from tests.rules import rare_formats


def table(rows: str, name: str = "明细", style: str = "") -> str:
    return f'<table:table table:name="{name}"{f" table:style-name={style!r}" if style else ""}>{rows}</table:table>'


def row(content: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{content}</table:table-row>"


def text(content: str, attributes: str = "") -> str:
    kind = 'office:value-type="string"'
    return f"<table:table-cell {kind} {attributes}><text:p>{content}</text:p></table:table-cell>"


BLANK = "<table:table-cell/>"


def test_ods_repeats_and_the_endless_tail():
    rows = (
        row(text("街镇", 'table:number-columns-repeated="2"'))
        + row(BLANK, 'table:number-rows-repeated="3"')
        + row('<table:table-cell table:number-columns-repeated="2"/>' + text("曹杨"), 'table:number-rows-repeated="2"')
        + row('<table:table-cell table:number-columns-repeated="16384"/>', 'table:number-rows-repeated="1048570"')
    )
    assert cells(only(handmade.ods(table(rows)))) == {
        (1, 1): "街镇", (1, 2): "街镇", (5, 3): "曹杨", (6, 3): "曹杨",
    }  # fmt: skip


def test_ods_text_is_read_without_its_comment():
    comment = "<office:annotation><text:p>批注</text:p></office:annotation>"
    inside = '甲<text:s text:c="2"/>乙<text:tab/>丙<text:line-break/><text:span>丁</text:span>'
    kind = 'office:value-type="string"'
    cell = f"<table:table-cell {kind}>{comment}<text:p>{inside}</text:p><text:p>戊</text:p></table:table-cell>"
    assert cells(only(handmade.ods(table(row(cell))))) == {(1, 1): "甲  乙\t丙\n丁\n戊"}


def test_ods_values_errors_and_formulas():
    rows = row(
        '<table:table-cell office:value-type="date" office:date-value="2021-04-12T09:30:00"/>'
        '<table:table-cell office:value-type="time" office:time-value="PT09H30M00S"/>'
        '<table:table-cell office:value-type="boolean" office:boolean-value="true"/>'
        '<table:table-cell office:value-type="percentage" office:value="0.5"><text:p>50%</text:p></table:table-cell>'
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" calcext:value-type="error">'
        "<text:p>#DIV/0!</text:p></table:table-cell>"
        '<table:table-cell table:formula="of:=A1"/>'
    )
    grid = only(handmade.ods(table(rows)))
    assert errors(grid) == {(1, 5): "#DIV/0!", (1, 6): "#公式无值"}
    assert grid.rows[0][:4] == [datetime(2021, 4, 12, 9, 30), time(9, 30), "TRUE", 0.5]


def test_ods_hidden_and_filtered_rows_and_hidden_sheets():
    styles = '<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>'
    rows = (
        "<table:table-header-rows>" + row(text("街镇")) + "</table:table-header-rows>"
        + row(text("曹杨"), 'table:visibility="filter"') + row(text("长征"))
        + row(text("桃浦"), 'table:visibility="collapse"')
    )  # fmt: skip
    book = opened(handmade.ods(table(rows) + table(row(text("x")), "藏", "ta2"), styles))
    assert [(g.name, g.hidden, g.hidden_rows) for g in book.sheets] == [
        ("明细", False, {1, 3}),
        ("藏", True, frozenset()),
    ]


def test_ods_flat_file():
    content = handmade.content_xml(table(row(text("街镇")))).replace(b"document-content", b"document")
    book = opened(content, "a.fods")
    assert (book.kind, book.sheets[0].rows) == ("ods", [["街镇"]])


def spreadsheet(rows: str, options: str = "", book: str = "") -> bytes:
    space = "urn:schemas-microsoft-com:office:"
    return (
        f'<?xml version="1.0"?><Workbook xmlns="{space}spreadsheet" xmlns:ss="{space}spreadsheet">'
        f'{book}<Worksheet ss:Name="明细"><Table>{rows}</Table>{options}</Worksheet></Workbook>'
    ).encode()


def data(value: str, kind: str = "String") -> str:
    return f'<Data ss:Type="{kind}">{value}</Data>'


def test_xml2003_places_types_and_states():
    grid = only(spreadsheet(
        f'<Row ss:Index="2"><Cell ss:Index="3">{data("街镇")}</Cell><Cell>{data("4.5", "Number")}</Cell></Row>'
        f'<Row ss:Hidden="1" ss:Span="1"><Cell>{data("1", "Boolean")}</Cell></Row>'
        f'<Row><Cell>{data("2021-04-12T09:30:00.000", "DateTime")}</Cell>'
        f'<Cell>{data("1899-12-31T09:30:00.000", "DateTime")}</Cell>'
        f'<Cell>{data("#N/A", "Error")}</Cell><Cell ss:Formula="=1+1"/></Row>',
        '<x:WorksheetOptions xmlns:x="urn:schemas-microsoft-com:office:excel"><x:Visible>SheetHidden</x:Visible>'
        "</x:WorksheetOptions>",
    ))  # fmt: skip
    assert errors(grid) == {(5, 3): "#N/A", (5, 4): "#公式无值"}
    assert {k: v for k, v in cells(grid).items() if k not in errors(grid)} == {
        (2, 3): "街镇", (2, 4): 4.5, (3, 1): "TRUE", (5, 1): datetime(2021, 4, 12, 9, 30), (5, 2): time(9, 30),
    }  # fmt: skip
    assert (grid.hidden, grid.hidden_rows, grid.date1904) == (True, {2, 3}, False)


def test_xml2003_mends_a_bare_ampersand_and_control_characters_only():
    assert only(spreadsheet(f"<Row><Cell>{data('A & B &lt; C')}</Cell></Row>")).rows == [["A & B < C"]]
    assert only(spreadsheet(f"<Row><Cell>{data('甲&#11;乙&#10;丙')}</Cell></Row>")).rows == [["甲乙\n丙"]]
    with pytest.raises(Unreadable):
        only(spreadsheet(f"<Row><Cell>{data('甲')}</Cell></Row>")[:-40])


def test_xml2003_counting_from_1904():
    book = '<ExcelWorkbook xmlns="urn:schemas-microsoft-com:office:excel"><Date1904/></ExcelWorkbook>'
    assert only(spreadsheet("", book=book)).date1904


def page(body: str) -> bytes:
    return (
        f"<html><head><meta charset=utf-8><title>x</title><style>td</style></head><body>{body}</body></html>".encode()
    )


def test_html_text_above_a_table_is_a_row():
    grid = only(page("<h1>活动<br>明细</h1><p>导出时间：2021-07-01</p><table><tr><th>街镇<tr><td>曹杨</table>说明"))
    assert grid.rows == [["活动"], ["明细"], ["导出时间：2021-07-01"], ["街镇"], ["曹杨"], ["说明"]]


def test_html_spans_cover_the_cells_they_say():
    grid = only(page(
        "<table><tr><td rowspan=2>街镇</td><td colspan=2>参加人次</td></tr><tr><td>培训</td><td>帮办</td></tr>"
        "<tr><td rowspan=99>曹杨</td><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></table>"
    ))  # fmt: skip
    assert grid.rows == [["街镇", "参加人次", None], [None, "培训", "帮办"], ["曹杨", "1", "2"], [None, "3", "4"]]
    assert set(grid.merges) == {(0, 0, 1, 0), (0, 1, 0, 2), (2, 0, 3, 0)}


def test_html_cells():
    grid = only(page(
        "<table><tr><td> 甲\n乙 </td><td>丙<br>丁</td><td>&lt;&nbsp;&amp;</td><td x:num='20210412000123'>2.02E+13</td>"
        "<td x:num='25'>25</td><td>#REF!</td></tr><tr style='mso-x:1; display : none'><td>藏</td></tr></table>"
    ))  # fmt: skip
    assert grid.rows == [["甲 乙", "丙\n丁", "<\xa0&", 20210412000123.0, "25", "#REF!"], ["藏"]]
    assert errors(grid) == {(1, 6): "#REF!"}
    assert grid.hidden_rows == {1}


def test_html_frames_around_tables_and_several_tables():
    inner = "<table><tr><td>街镇</td></tr><tr><td>曹杨</td></tr></table>"
    assert only(page(f"<table><tr><td>标题</td></tr><tr><td>{inner}</td></tr></table>")).rows == [
        ["标题"],
        ["街镇"],
        ["曹杨"],
    ]
    assert only(page(inner + inner)).rows == [["街镇"], ["曹杨"]] * 2


@pytest.mark.parametrize("charset", ["gb2312", "utf-8", "gbk"])
def test_html_character_sets(charset):
    content = rare_formats.html_table([["街镇"], ["曹杨"]], charset)
    assert only(content).rows == [["街镇"], ["曹杨"]]
    assert only(content.replace(b"charset=", b"x=")).rows == [["街镇"], ["曹杨"]]
    assert only(content.replace(charset.encode(), b"utf-8" if charset != "utf-8" else b"gbk")).rows == [
        ["街镇"],
        ["曹杨"],
    ]


def test_html_without_a_table_or_cut_off():
    with pytest.raises(Unreadable, match="没有表格"):
        only(page("<frameset><frame src='a.files/sheet001.htm'></frameset>"))
    with pytest.raises(Unreadable, match="不完整"):
        only(page("<table><tr><td>街镇</td></tr><tr><td>曹杨</td></tr></table>")[:-30])


def test_mhtml_of_several_sheets():
    frames = "<xml><x:ExcelWorksheet><x:Name>四月</x:Name></x:ExcelWorksheet><x:Name>五月</x:Name></xml>"
    bodies = [page(frames).decode(), *(page(f"<table><tr><td>{t}</td></tr></table>").decode() for t in ("甲", "乙"))]
    parts = "".join(
        f"--B\r\nContent-Type: text/html; charset=utf-8\r\nContent-Location: {i}.htm\r\n\r\n{b}\r\n"
        for i, b in enumerate(bodies)
    )
    content = f"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=B\r\n\r\n{parts}--B--\r\n".encode()
    book = opened(content, "a.xls")
    assert book.kind == "mhtml"
    assert [(g.name, g.rows) for g in book.sheets] == [("四月", [["甲"]]), ("五月", [["乙"]])]
    with pytest.raises(Unreadable):
        opened(content[:-90], "a.xls")


def record(kind: int, content: bytes) -> bytes:
    code = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return code + bytes([len(content)]) + content


def test_xlsb_errors_merges_and_hidden_rows():
    def start(number: int, hidden: bool) -> bytes:
        return record(0x00, struct.pack("<IIHBBBI", number, 0, 300, 0, 0x10 if hidden else 0, 0, 0))

    cell = struct.pack("<II", 1, 0)
    sheet = (
        record(0x81, b"") + record(0x94, struct.pack("<4I", 0, 0, 0, 0)) + record(0x91, b"")
        + start(2, True) + record(0x05, cell + struct.pack("<d", 7)) + record(0x03, struct.pack("<IIB", 3, 0, 0x2A))
        + start(4, False) + record(0x0B, struct.pack("<IIB", 0, 0, 0x17) + bytes(10)) + record(0x04, cell + b"\1")
        + record(0x92, b"") + record(176, struct.pack("<4I", 2, 4, 1, 1)) + record(0x82, b"")
    )  # fmt: skip
    grid = only(handmade.with_members(rare_formats.xlsb([["x"]]), {"xl/worksheets/sheet1.bin": sheet}))
    assert errors(grid) == {(3, 4): "#N/A", (5, 1): "#REF!"}
    assert {k: v for k, v in cells(grid).items() if k not in errors(grid)} == {(3, 2): 7, (5, 2): "TRUE"}
    assert (grid.merges, grid.hidden_rows) == (((2, 1, 4, 1),), {2})
