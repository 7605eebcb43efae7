"""A fixed budget of damaged workbooks: each mutation gives the right rows or a message, and never a crash or a hang.

Containers have checksums, so a changed byte must show; .xls, text and web pages have none, and there a changed digit is
simply another digit: only the door's answer is asked for.
"""

from __future__ import annotations

import random
from datetime import date, datetime

import pytest

from analysis.exports.engines import open_workbook
from analysis.exports.files import Passed, sort_content
from analysis.exports.files import _Budget as Budget
from analysis.exports.grid import Source
from analysis.exports.worker import Outcome, read_all
from tests.rules import formats, rare_formats

MUTATIONS = 150
ROWS = [
    ["编号", "街镇", "日期", "人次"],
    *([f"A{i}", "曹杨", date(2021, 4, 1 + i % 30), i * 7 % 40 + 1] for i in range(60)),
]
SHEETS = {"明细": formats.Sheet(ROWS, ["B2:B9"], hidden_rows=[5])}
CHECKED = {
    "a.xlsx": formats.xlsx(SHEETS),
    "a.ods": formats.ods(SHEETS),
    "a.xlsb": rare_formats.xlsb([[str(c) if isinstance(c, date) else c for c in row] for row in ROWS]),
    "a.zip": formats.zip_of({"b.csv": formats.csv_text(ROWS).encode()}),
}
UNCHECKED = {
    "a.xls": formats.xls(SHEETS),
    "a.xml": rare_formats.xml2003({"明细": ROWS}),
    "a.htm": rare_formats.html_table(ROWS),
    "a.mht": rare_formats.mhtml(ROWS),
    "a.csv": formats.csv_text(ROWS).encode("gb18030"),
}


def mutations(content: bytes, seed: str) -> list[bytes]:
    """Bits flipped, bytes replaced, pieces cut, doubled and overwritten, at places that the seed fixes."""
    chance = random.Random(seed)
    made = []
    for i in range(MUTATIONS):
        changed = bytearray(content)
        at = chance.randrange(len(changed)) if i % 2 else chance.randrange(min(4096, len(changed)))
        length = chance.choice([1, 2, 4, 16, 64])
        kind = chance.randrange(5)
        if kind == 0:
            changed[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            changed[at : at + length] = bytes(chance.randrange(256) for _ in changed[at : at + length])
        elif kind == 2:
            del changed[at : at + length]
        elif kind == 3:
            changed[at:at] = changed[at : at + length]
        else:
            changed[at : at + length] = chance.choice([b"\0", b"\xff"]) * len(changed[at : at + length])
        made.append(bytes(changed))
    return made


def shown(source: Source) -> list[list[object]]:
    """The rows as they count: a date as its day, a blank as nothing at a row's end."""
    rows = []
    for grid in open_workbook(source).sheets:
        for row in grid.rows:
            cells = [_plain(v) for v in row]
            while cells and cells[-1] is None:
                cells.pop()
            rows.append(cells)
    return rows


def _plain(value: object) -> object:
    if isinstance(value, date):  # a lost style leaves the serial number, which counts as the same day
        return float((datetime(value.year, value.month, value.day) - datetime(1899, 12, 30)).days)
    return None if value == "" else value


def answers(name: str, contents: list[bytes]) -> list[Passed | Outcome]:
    """What the door says to each content."""
    sources: list[Source] = []
    passed: list[Passed | Outcome] = []
    for i, content in enumerate(contents):
        for found in sort_content(f"{i}/{name}", content, "", Budget(), 0):
            (passed if isinstance(found, Passed) else sources).append(found)  # type: ignore[arg-type]
    return passed + list(read_all(sources, shown, workers=2, timeout=60))


@pytest.mark.parametrize("name", [*CHECKED, *UNCHECKED])
def test_every_mutation_gets_an_answer(name):
    content = {**CHECKED, **UNCHECKED}[name]
    (right,) = answers(name, [content])
    assert isinstance(right, Outcome)
    assert right.value
    found = answers(name, mutations(content, name))
    assert len(found) >= MUTATIONS
    for answer in found:
        if isinstance(answer, Passed):
            assert answer.status in {"unread", "ignored"}
            assert answer.message
        elif answer.problem:
            assert answer.path in answer.problem
            assert "程序出错" not in answer.problem
        elif name in CHECKED and answer.path.count("/") == right.path.count("/"):
            assert answer.value == right.value
    if name in CHECKED:
        assert sum(isinstance(a, Passed) or bool(a.problem) for a in found) > MUTATIONS // 4
