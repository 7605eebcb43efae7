"""A sheet read by its distinct cells is, cell by cell, the sheet that calamine and openpyxl read; else it is not cut."""

from __future__ import annotations

import io
from datetime import date, datetime
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.exports import compact
from analysis.exports.coding import CodedSheet, code_grid
from analysis.exports.distinct import distinct_cells
from analysis.exports.grid import CellError, Source, Unreadable
from analysis.exports.xlsx import read_xlsx
from tests.exports import handmade
from tests.rules import formats

ROOT = Path(__file__).parents[2]
BOOKS = sorted(p for folder in ("tests/workbooks", "raw_exports") for p in (ROOT / folder).rglob("*.xlsx"))
STRINGS = ["曹杨", "长征", "20210000000001", "2021-05-04 09:30:00", "甲 & 乙 <丙>", "两\n行", " 前后有空 ", "合计", "#N/A"]
FORMATS = ["General", "yyyy-mm-dd", "0.00", "h:mm", "@"]  # the style's number is the place in this list
STYLES = (
    f'<styleSheet xmlns="{handmade.MAIN}"><numFmts count="2"><numFmt numFmtId="170" formatCode="yyyy-mm-dd"/>'
    '<numFmt numFmtId="171" formatCode="h:mm"/></numFmts><fonts count="1"><font/></fonts><fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="5">'
    + "".join(f'<xf numFmtId="{n}"/>' for n in (0, 170, 2, 171, 49))
    + "</cellXfs></styleSheet>"
)


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def strings(texts: list[str]) -> str:
    items = "".join(f'<si><t xml:space="preserve">{escaped(t)}</t></si>' for t in texts)
    return f'<sst xmlns="{handmade.MAIN}">{items}</sst>'


def read(content: bytes, large: int, monkeypatch: pytest.MonkeyPatch) -> list[CodedSheet]:
    monkeypatch.setattr(compact, "LARGE", large)
    sheets = read_xlsx(Source("a.xlsx", content)).sheets
    return [s if isinstance(s, CodedSheet) else code_grid(s) for s in sheets]


def cells(sheet: CodedSheet) -> dict[tuple[int, int], tuple[type, object]]:
    """Filled cells by 0-based row and column, with their types; an error cell is its text."""
    return {
        (int(r), c): (str if isinstance(v, str) else type(v), v)
        for c, column in enumerate(sheet.columns)
        for r in np.flatnonzero(column.filled())
        for v in [column.at(int(r))]
    }


def by_openpyxl(content: bytes) -> dict[tuple[int, int], object]:
    sheet = openpyxl.load_workbook(io.BytesIO(content), data_only=True).worksheets[0]
    return {
        (c.row - 1, c.column - 1): c.value for row in sheet.iter_rows() for c in row if c.value is not None and str(c.value).strip()
    }


def plain(value: object) -> object:
    """A value without the differences between the engines: dates as midnights, TRUE as text, numbers as floats."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)
    return float(value) if isinstance(value, int) else str(value) if isinstance(value, CellError) else value


@pytest.mark.parametrize("path", BOOKS, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_workbook_of_the_tests_is_read_the_same_either_way(path, monkeypatch):
    content = path.read_bytes()
    try:
        whole = read(content, 1 << 40, monkeypatch)
    except Unreadable as told:
        with pytest.raises(Unreadable, match=str(told)):
            read(content, 0, monkeypatch)
        return
    cut = read(content, 0, monkeypatch)
    assert [cells(s) for s in cut] == [cells(s) for s in whole]
    assert [(s.name, s.hidden, s.hidden_rows, s.merges, s.date1904) for s in cut] == [
        (s.name, s.hidden, s.hidden_rows, s.merges, s.date1904) for s in whole
    ]


CELL = st.one_of(
    st.integers(0, len(STRINGS) - 1).map(lambda i: (' t="s"', f"<v>{i}</v>")),
    st.integers(0, 10**9).map(lambda n: ("", f"<v>{n}</v>")),
    st.floats(0, 1e6, allow_nan=False).map(lambda x: (' s="2"', f"<v>{x!r}</v>")),
    st.integers(44200, 44560).map(lambda n: (' s="1"', f"<v>{n}</v>")),
    st.integers(1, 1439).map(lambda n: (' s="3"', f"<v>{n / 1440!r}</v>")),
    st.sampled_from(["曹杨", "甲&amp;乙", "一二三四五六七"]).map(lambda t: (' t="inlineStr"', f"<is><t>{t}</t></is>")),
    st.sampled_from(["完成", "45"]).map(lambda t: (' s="4" t="str"', f"<f>A1&amp;B1</f><v>{t}</v>")),
    st.integers(0, 99).map(lambda n: ("", f"<f>SUM(A1:A9)</f><v>{n}</v>")),
    st.sampled_from(["#N/A", "#REF!"]).map(lambda t: (' t="e"', f"<v>{t}</v>")),
    st.sampled_from([(' t="b"', "<v>1</v>"), (' s="1" t="e"', None), (' s="1" t="str"', None), (' s="1"', None), ("", None), (' s="2"', ""), (' t="s"', "<v></v>")]),
)
ROW = st.tuples(
    st.integers(1, 3),  # distance from the row before
    st.sampled_from(["", ' spans="1:9"', ' ht="20" customHeight="1"', ' hidden="1"']),
    st.lists(st.tuples(st.integers(1, 30), CELL), max_size=6),  # distance from the cell before
)


def letters(column: int) -> str:
    return openpyxl.utils.get_column_letter(column)


def sheet_of(rows: list) -> str:
    """The XML of rows as drawn by `ROW`."""
    written, number = [], 0
    for down, attributes, drawn in rows:
        number, column, line = number + down, 0, []
        for right, (tag, content) in drawn:
            column += right
            at = f'<c r="{letters(column)}{number}"{tag}'
            line.append(f"{at}/>" if content is None else f"{at}>{content}</c>")
        written.append(f'<row r="{number}"{attributes}>{"".join(line)}</row>')
    return handmade.worksheet("".join(written), after='<mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>')


@given(rows=st.lists(ROW, min_size=1, max_size=12))
@settings(max_examples=150, deadline=None)
def test_any_sheet_of_the_usual_form_is_cut_and_equals_both_engines(rows):
    xml = sheet_of(rows)
    content = handmade.xlsx(xml, STYLES, strings(STRINGS))
    assert distinct_cells(xml.encode(), by_number=True) is not None
    with pytest.MonkeyPatch.context() as patch:
        (cut,), (whole,) = read(content, 0, patch), read(content, 1 << 40, patch)
    assert cells(cut) == cells(whole)
    assert (cut.hidden_rows, cut.merges) == (whole.hidden_rows, whole.merges)
    covered = {(0, 1), (1, 0), (1, 1)}
    theirs = {k: plain(v) for k, v in by_openpyxl(content).items() if k not in covered}
    ours = {k: plain(v) for k, (_, v) in cells(cut).items() if v != "#ERROR"}  # an error without its name
    assert ours == theirs


def test_each_distinct_cell_is_handed_to_the_engine_once():
    rows = [(1, "", [(1, (' t="s"', "<v>0</v>")), (1, ("", f"<v>{i % 3}</v>"))]) for i in range(300)]
    cut = distinct_cells(sheet_of(rows).encode(), by_number=True)
    assert cut is not None
    assert cut.xml.count(b"<row ") == 3  # the string is told by its number
    assert [len(shared) for _, shared in cut.columns] == [1, 3]
    assert cut.columns[1][0].tolist() == [0, 1, 2] * 100


USUAL = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>'


@pytest.mark.parametrize("rows", [
    '<row r="2"><c r="A2"><v>2</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>',  # rows out of order
    '<row r="1"><c r="A1"><v>1</v></c></row><row r="1"><c r="B1"><v>2</v></c></row>',  # a row twice
    '<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>2</v></c></row>',  # cells out of order
    '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',  # a cell twice
    '<row r="1"><c r="A2"><v>1</v></c></row>',  # the cell's number is not the row's
    "<row><c><v>1</v></c></row>",  # places are to be counted
    "<row r='1'><c r='A1'><v>1</v></c></row>",  # other quotes
    '<row spans="1:1" r="1"><c r="A1"><v>1</v></c></row>',  # another order of attributes
    '<row r="1"><c s="0" r="A1"><v>1</v></c></row>',
    f"{USUAL}<!-- note -->",
    f"{USUAL}<ext/>",  # an element of another kind
    '<row r="1048577"><c r="A1048577"><v>1</v></c></row>',
    '<row r="1"><c r="a1"><v>1</v></c></row>',
    '<row r="x"><c r="Ax"><v>1</v></c></row>',
])  # fmt: skip
def test_what_is_out_of_the_ordinary_is_left_to_the_engine(rows):
    assert distinct_cells(handmade.worksheet(USUAL).encode(), by_number=True) is not None
    assert distinct_cells(handmade.worksheet(rows).encode(), by_number=True) is None


def test_prefixes_and_sheets_without_cells_are_left_to_the_engine():
    prefixed = handmade.worksheet(USUAL).replace("<", "<x:").replace("<x:/", "</x:").encode()
    assert distinct_cells(prefixed, by_number=True) is None
    assert distinct_cells(handmade.worksheet("").encode(), by_number=True) is None
    assert distinct_cells(b"", by_number=True) is None


@pytest.mark.parametrize(("item", "text"), [
    ("<si><t>曹杨</t></si>", "曹杨"),
    ('<si><t xml:space="preserve"> 曹杨 </t></si>', " 曹杨 "),
    ("<si><t>甲&amp;乙&lt;丙&gt;&quot;&apos;</t></si>", "甲&乙<丙>\"'"),
    ("<si><t>&amp;amp;</t></si>", "&amp;"),
])  # fmt: skip
def test_plain_shared_strings_are_read_as_the_engine_reads_them(item, text, monkeypatch):
    xml = f'<sst xmlns="{handmade.MAIN}">{item}</sst>'
    content = handmade.xlsx(handmade.worksheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'), strings=xml)
    assert compact.shared_strings(xml.encode()) == [text]
    assert cells(read(content, 0, monkeypatch)[0]) == cells(read(content, 1 << 40, monkeypatch)[0]) == {(0, 0): (str, text)}


@pytest.mark.parametrize("item", [
    "<si><r><t>曹</t></r><r><t>杨</t></r></si>", "<si><t>曹杨</t><rPh><t>cao</t></rPh></si>", "<si><t/></si>", "<si/>",
    "<si><t> 曹杨</t></si>", "<si><t>曹杨 </t></si>", "<si><t>&#26361;</t></si>", "<si><t>a_x000D_b</t></si>",
    "<si><t>a\r\nb</t></si>",
])  # fmt: skip
def test_other_shared_strings_are_left_to_the_engine(item, monkeypatch):
    xml = f'<sst xmlns="{handmade.MAIN}"><si><t>长征</t></si>{item}</sst>'
    rows = "".join(f'<row r="{i}"><c r="A{i}" t="s"><v>{i - 1}</v></c></row>' for i in (1, 2))
    content = handmade.xlsx(handmade.worksheet(rows), strings=xml)
    assert compact.shared_strings(xml.encode()) is None
    assert cells(read(content, 0, monkeypatch)[0]) == cells(read(content, 1 << 40, monkeypatch)[0])


def test_a_large_sheet_beside_a_small_one_and_one_of_another_form(monkeypatch):
    content = formats.xlsx({"大": [["甲", i] for i in range(2000)], "小": [["乙", 1]], "空": []})
    sheets = read(content, 20_000, monkeypatch)
    assert [s.name for s in sheets] == ["大", "小", "空"]
    assert [cells(s) for s in sheets] == [cells(s) for s in read(content, 1 << 40, monkeypatch)]
    assert [len(cells(s)) for s in sheets] == [4000, 2, 0]
