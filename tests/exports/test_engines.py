"""Every format gives the same cells under Excel's row numbers, with its merges, hidden rows and error cells."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from analysis.exports.coding import CodedSheet
from analysis.exports.engines import open_workbook
from analysis.exports.grid import CellError, Grid, Source, Unreadable, Workbook
from tests.exports import handmade
from tests.rules import formats, rare_formats
from tests.rules.formats import Sheet

ROWS = [
    ["导出时间：2021-07-01"],
    [],
    ["街镇", "活动日期", "参加人次", "备注"],
    ["曹杨", date(2021, 4, 12), 25, "NA"],
    [],
    [None, "2021.4.13", 0.5, "甲\n乙"],
]
# by hand: Excel's row 1 is rows[0]; a date is midnight, a whole number equals its float
EXPECTED = {
    (1, 1): "导出时间：2021-07-01", (3, 1): "街镇", (3, 2): "活动日期", (3, 3): "参加人次", (3, 4): "备注",
    (4, 1): "曹杨", (4, 2): datetime(2021, 4, 12), (4, 3): 25, (4, 4): "NA",
    (6, 2): "2021.4.13", (6, 3): 0.5, (6, 4): "甲\n乙",
}  # fmt: skip


def opened(content: bytes, name: str = "四月.xlsx") -> Workbook:
    return open_workbook(Source(name, content))


def cells(sheet: Grid | CodedSheet) -> dict[tuple[int, int], object]:
    """The filled cells by Excel's row and column numbers; a date as its midnight."""
    rows = sheet.rows if isinstance(sheet, Grid) else zip(*(c.objects() for c in sheet.columns), strict=True)
    return {
        (i, j): datetime(v.year, v.month, v.day) if type(v) is date else v
        for i, row in enumerate(rows, start=1)
        for j, v in enumerate(row, start=1)
        if v not in (None, "")
    }


def only(content: bytes, name: str = "四月.xlsx") -> Grid | CodedSheet:
    (grid,) = opened(content, name).sheets
    return grid


def errors(grid: Grid) -> dict[tuple[int, int], str]:
    return {k: str(v) for k, v in cells(grid).items() if isinstance(v, CellError)}


SHEETS = {"明细": ROWS}
BINARY = {
    "xlsx": formats.xlsx(SHEETS), "strict": rare_formats.strict(formats.xlsx(SHEETS)), "xls": formats.xls(SHEETS),
    "ods": formats.ods(SHEETS), "xml2003": rare_formats.xml2003(SHEETS),
}  # fmt: skip


@pytest.mark.parametrize("kind", BINARY)
def test_cells_keep_their_place_and_type(kind):
    book = opened(BINARY[kind])
    assert book.kind == kind.replace("strict", "xlsx")
    assert [g.name for g in book.sheets] == ["明细"]
    assert cells(book.sheets[0]) == EXPECTED
    assert not any(isinstance(v, bool) for v in cells(book.sheets[0]).values())


def test_xlsb():
    grid = only(rare_formats.xlsb([["街镇", None, "人次"], [], ["曹杨", 44298.5, 25]]))
    assert cells(grid) == {(1, 1): "街镇", (1, 3): "人次", (3, 1): "曹杨", (3, 2): 44298.5, (3, 3): 25}


TEXT_ROWS = [["街镇", "活动日期", "人次"], [], ["曹杨", "2021-04-12", "1,025"], ["长征", '说"好"', "甲\n乙"]]
TEXT_CELLS = {
    (1, 1): "街镇", (1, 2): "活动日期", (1, 3): "人次", (3, 1): "曹杨", (3, 2): "2021-04-12", (3, 3): "1,025",
    (4, 1): "长征", (4, 2): '说"好"', (4, 3): "甲\n乙",
}  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_text(encoding, separator):
    content = formats.csv_text(TEXT_ROWS, separator).encode(encoding)
    book = opened(content, "六月/曹杨_20210701.csv")
    assert (book.kind, book.warnings) == ("csv", ())
    (grid,) = book.sheets
    assert grid.name == "曹杨_20210701"
    assert not grid.has_merge_information
    assert cells(grid) == TEXT_CELLS


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end):
    grid = only(formats.csv_text([["街镇", "人次"], [], ["曹杨", 3]], ",", end).encode())
    assert cells(grid) == {(1, 1): "街镇", (1, 2): "人次", (3, 1): "曹杨", (3, 2): "3"}


def test_one_column_and_commas_in_sentences():
    assert cells(only("街镇\n曹杨\n".encode())) == {(1, 1): "街镇", (2, 1): "曹杨"}
    text = "说明;含,逗号\n街镇;人次\n曹杨;3\n长征;4\n"
    assert cells(only(text.encode()))[4, 2] == "4"


def test_the_separator_hint_is_no_row():
    assert cells(only("sep=;\n街镇;人,次\n曹杨;3\n".encode())) == {
        (1, 1): "街镇", (1, 2): "人,次", (2, 1): "曹杨", (2, 2): "3",
    }  # fmt: skip


def test_text_ids_and_error_words_of_text_files():
    grid = only('编号,人次\n"=""20210412000123""",#N/A\n007,#1\n'.encode())
    assert cells(grid)[2, 1] == '="20210412000123"'
    assert errors(grid) == {(2, 2): "#N/A"}
    assert cells(grid)[3, 1] == "007"


def test_a_quote_left_open_swallows_no_rows_silently():
    lines = ["街镇,日期,人次,备注", "曹杨,2021-04-12,3,好", '长征,2021-04-13,4,"没有关上', "桃浦,2021-04-14,5,好"]
    with pytest.raises(Unreadable, match="引号"):
        only("\n".join(lines).encode())
    with pytest.raises(Unreadable, match="引号"):
        only("\n".join([*lines, '长风,2021-04-15,6,"好"']).encode())


def test_a_few_broken_characters_are_told_and_the_rest_read():
    content = ("街镇,人次,备注\n" + "曹杨,3,很好很好很好很好\n" * 9).encode()
    book = opened(content[:-2] + b"\n", "a.csv")
    assert "1 处" in book.warnings[0]
    assert cells(book.sheets[0])[1, 1] == "街镇"
    assert cells(book.sheets[0])[9, 2] == "3"


def test_no_known_encoding():
    with pytest.raises(Unreadable, match="编码"):
        only(b"\xff,\xfd\xff\n" * 20)


MERGED = Sheet(
    [["街镇", "日期", "人次"], ["曹杨", "4月1日", 1], [None, None, 2], [None, "4月3日", 3]], ["A2:A4", "B2:B3"]
)


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods", "xml2003", "html"])
def test_merges(kind):
    rows = MERGED.rows
    content = {
        "xlsx": lambda: formats.xlsx({"a": MERGED}), "xls": lambda: formats.xls({"a": MERGED}),
        "ods": lambda: formats.ods({"a": MERGED}),
        "xml2003": lambda: rare_formats.xml2003({"a": rows}, {(1, 0): 2, (1, 1): 1}),
        "html": lambda: rare_formats.html_table(rows, rowspans={(1, 0): 3, (1, 1): 2}),
    }[kind]()  # fmt: skip
    grid = only(content)
    assert set(grid.merges) == {(1, 0, 3, 0), (1, 1, 2, 1)}
    assert {k: v for k, v in cells(grid).items() if k[1] == 3} in (
        {(1, 3): "人次", (2, 3): n, (3, 3): m, (4, 3): k} for n, m, k in [(1, 2, 3), ("1", "2", "3")]
    )
    assert cells(grid)[4, 2] == "4月3日"


HIDDEN = Sheet([["街镇"], ["曹杨"], ["长征"], ["桃浦"]], hidden_rows=[2, 4])


@pytest.mark.parametrize("write", [formats.xlsx, formats.xls, formats.ods])
def test_hidden_rows(write):
    assert only(write({"a": HIDDEN})).hidden_rows == {1, 3}


@pytest.mark.parametrize("write", [formats.xlsx, formats.xls])
def test_hidden_sheets(write):
    book = opened(write({"看": Sheet([["街镇"]]), "藏": Sheet([["曹杨"]], hidden=True)}))
    assert [(g.name, g.hidden) for g in book.sheets] == [("看", False), ("藏", True)]


def test_1904_and_chinese_date_formats():
    ids = [14, 22, *range(27, 37), *range(50, 59)]
    sheet = handmade.worksheet("".join(
        f'<row r="{i}"><c r="A{i}" s="{i - 1}"><v>42836</v></c></row>' for i in range(1, len(ids) + 1)
    ))  # fmt: skip
    # by hand: day 42836 of 1900 is 11 April 2017; 1904 counts 1,462 days later, 12 April 2021
    grid = only(handmade.xlsx(sheet, handmade.formats(*ids)))
    assert set(cells(grid).values()) == {datetime(2017, 4, 11)}
    grid = only(handmade.xlsx(sheet, handmade.formats(*ids), date1904=True))
    assert grid.date1904
    assert set(cells(grid).values()) == {datetime(2021, 4, 12)}
    assert len(cells(grid)) == len(ids)


def test_times_of_day_and_hours_beyond_a_day():
    sheet = handmade.worksheet(
        '<row r="1"><c r="A1" s="0"><v>0.375</v></c><c r="B1" s="1"><v>0.375</v></c>'
        '<c r="C1" s="1"><v>1.25</v></c></row>'
    )
    assert only(handmade.xlsx(sheet, handmade.formats(20, 46))).rows == [[time(9), time(9), 1.25]]


def test_a_wrong_dimension_hides_no_row():
    rows = "".join(f'<row r="{i}"><c r="A{i}"><v>{i}</v></c></row>' for i in range(1, 6))
    for said in ("A1", "A1:A2", "A1:XFD1048576", "C9:D9"):
        content = handmade.xlsx(handmade.worksheet(rows, before=f'<dimension ref="{said}"/>'))
        assert only(content).rows == [[1.0], [2.0], [3.0], [4.0], [5.0]]


ERROR_ROW = (
    '<row r="3"><c r="A3" t="e"><v>#N/A</v></c><c r="B3"><f>1+1</f></c><c r="C3"><f>A1</f><v></v></c>'
    '<c r="D3" t="str"><f>IF(1,"")</f><v></v></c><c r="E3"><f>1+1</f><v>2</v></c><c r="F3" t="b"><v>1</v></c>'
    '<c r="G3" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="H3"><f t="shared" si="0"/></c></row>'
)


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s,
        lambda s: s.replace("r=", "x=").replace('x="3"', 'r="3"'),
        lambda s: s.replace('"', "'") if "IF" not in s else s.replace('IF(1,"")', "B1"),
    ],
)
def test_errors_and_formulas_without_a_value(change):
    grid = only(handmade.xlsx(handmade.worksheet(change(ERROR_ROW))))
    assert errors(grid) == {
        (3, 1): "#N/A",
        (3, 2): "#公式无值",
        (3, 3): "#公式无值",
        (3, 7): "#DIV/0!",
        (3, 8): "#公式无值",
    }
    assert {k: v for k, v in cells(grid).items() if not isinstance(v, CellError)} == {(3, 5): 2, (3, 6): "TRUE"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_prefixed_sheets_in_other_encodings(encoding):
    sheet = (
        f'<x:worksheet xmlns:x="{handmade.MAIN}"><x:sheetData>'
        '<x:row r="2" hidden="1"><x:c r="B2" t="e"><x:v>#REF!</x:v></x:c>'
        '<x:c r="C2" t="inlineStr"><x:is><x:t>曹杨</x:t></x:is></x:c></x:row></x:sheetData>'
        '<x:mergeCells><x:mergeCell ref="C2:D3"/></x:mergeCells></x:worksheet>'
    )
    grid = only(handmade.xlsx(f'<?xml version="1.0" encoding="{encoding}"?>{sheet}'.encode(encoding)))
    assert errors(grid) == {(2, 2): "#REF!"}
    assert cells(grid)[2, 3] == "曹杨"
    assert (grid.merges, grid.hidden_rows) == (((1, 2, 2, 3),), {1})


def test_long_numbers_stay_numbers_and_text_stays_text():
    sheet = handmade.worksheet(
        '<row r="1"><c r="A1"><v>20210412000123456</v></c>'
        '<c r="B1" t="inlineStr"><is><t xml:space="preserve"> 007 </t></is></c></row>'
    )
    assert only(handmade.xlsx(sheet)).rows == [[20210412000123456.0, " 007 "]]


def test_xls_errors_booleans_and_old_chinese_text():
    import io

    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("a")
    sheet.row(1).set_cell_error(0, 0x2A)
    sheet.row(1).set_cell_boolean(1, True)
    buffer = io.BytesIO()
    book.save(buffer)
    assert only(buffer.getvalue()).rows == [[], [CellError("#N/A"), "TRUE"]]
    assert errors(only(buffer.getvalue())) == {(2, 1): "#N/A"}
    assert only(handmade.biff2([["街镇", "人次"], ["曹杨", "3"]], "gbk")).rows == [["街镇", "人次"], ["曹杨", "3"]]
