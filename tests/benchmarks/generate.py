"""Write the benchmark sets: folders of exports with 16 columns, title rows, mixed dates, totals and merges.

The sheet's XML is written directly; the same seed gives the same bytes, and what the set counts is known.
"""

from __future__ import annotations

import argparse
import json
import zipfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np

from analysis.plan import load_plan
from tests.benchmarks.mess import Codes, Rows, draw_rows, moments, stacked, tables
from tests.benchmarks.skeleton import HEAD, MAIN, skeleton

SETS = {"small": (100, 200), "medium": (20, 10_000), "large": (10, 100_000)}  # books × record rows
REPEATED = 0.01  # share of a book's records that stand again, with another number, in the next book
FIRST_EXPORT = datetime(2022, 1, 20, 8)
COLUMNS = {
    "record_id": "记录编号", "street": "街镇", "venue": "服务点名称", "venue_type": "服务点类型",
    "activity": "活动名称", "service": "活动类型", "scenarios": "应用场景", "date": "活动日期",
    "start": "开始时间", "end": "结束时间", "count": "参加人次", "status": "状态",
    "recorded_at": "录入时间", "volunteer": "志愿者姓名", "phone": "联系电话", "remark": "备注",
}
MERGED = {"B": "street", "C": "venue"}
LETTERS = "ABCDEFGHIJKLMNOP"
ROW = '<row r="%d">' + "".join(f'<c r="{letter}%d%s' for letter in LETTERS) + "</row>"
EMPTY = '" s="1"/>'


@dataclass(frozen=True)
class Truth:
    """What a set holds and what of it counts."""

    books: int
    rows: int
    counted: int
    person_times: int
    by_street: dict[str, int]


def write_set(folder: Path, books: int, rows: int, seed: int = 2021, workers: int = 2) -> Truth:
    """Write a set of exports into a folder.

    Parameters
    ----------
    folder : is made if it does not exist.
    books, rows : number of workbooks, and of record rows in each (at least 100).
    seed : the same seed gives the same bytes.
    workers : processes that write.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(workers) as pool:
        added = list(pool.map(partial(_write_book, folder, rows, seed), range(books)))
    by_street = np.sum([w for w, _ in added], axis=0).tolist()
    names = load_plan().street_names
    counted = sum(n for _, n in added)
    return Truth(books, books * rows, counted, sum(by_street), dict(zip(names, by_street, strict=True)))


def subtotal_every(rows: int) -> int:
    """Record rows between two subtotals."""
    return 50 if rows <= 1000 else 500


# --- which records stand in which book ------------------------------------------------------------------------------


def _write_book(folder: Path, rows: int, seed: int, book: int) -> tuple[Codes, int]:
    """Write one book; what it adds to each street, and how many records it adds to those that count."""
    own = _first_seen(rows, seed, book)
    whole, ids, worth = own, _ids(book, np.arange(len(own))), own.by_street()
    if book:
        previous = _first_seen(rows, seed, book - 1)
        at = _repeated(previous, rows)
        old = previous.take(at)
        new = old.renumbered(np.random.default_rng([seed, book, 2]))
        whole, ids, worth = stacked(new, own), _ids(book - 1, at) + ids, worth + new.by_street() - old.by_street()
    _save(folder / f"随申学_{book:03d}.xlsx", _Book(whole, ids, book, len(whole) - len(own)).parts())
    return worth, int((own.worth > 0).sum())


def _first_seen(rows: int, seed: int, book: int) -> Rows:
    """The records that no earlier book has."""
    again = int(rows * REPEATED) if book else 0
    return draw_rows(np.random.default_rng([seed, book, 1]), rows - again, subtotal_every(rows))


def _repeated(own: Rows, rows: int) -> Codes:
    """Rows that count, outside of merged blocks: they stand again in the next book."""
    alone = ~own.block & ~np.append(own.block[1:], False)
    return np.flatnonzero(alone & (own.worth > 0))[: int(rows * REPEATED)]


def _ids(book: int, rows: Codes) -> list[str]:
    return [f"2021{book:03d}{i:07d}" for i in rows.tolist()]


# --- the sheet ------------------------------------------------------------------------------------------------------


class _Book:
    """The parts of one workbook."""

    def __init__(self, rows: Rows, ids: list[str], book: int, again: int) -> None:
        self.rows, self.ids, self.book, self.again = rows, ids, book, again
        self.inline = book % 5 == 4  # some programs write text into the cells instead of the shared table
        self.shared: dict[str, int] = {}
        self.merges = ["A1:P1"]

    def parts(self) -> dict[str, str]:
        """All parts of the workbook by name."""
        sheet = self._sheet()
        strings = "".join(f'<si><t xml:space="preserve">{escape(t)}</t></si>' for t in self.shared)
        return skeleton(sheet, f'{HEAD}<sst {MAIN} uniqueCount="{len(self.shared)}">{strings}</sst>')

    def _sheet(self) -> str:
        moment = FIRST_EXPORT + timedelta(hours=self.book)
        above = ["长者数字生活“随申学”活动记录（演示数据）", f"导出时间：{moment:%Y-%m-%d %H:%M:%S}"]
        above += ["性能测试用，全部虚构"] * (self.book % 3)
        lines = [self._line(r, [text]) for r, text in enumerate(above, 1)]
        lines.append(self._line(len(lines) + 1, list(COLUMNS.values())))
        lines += self._body(len(lines) + 1)
        merges = "".join(f'<mergeCell ref="{m}"/>' for m in self.merges)
        return (
            f'{HEAD}<worksheet {MAIN}><dimension ref="A1:P{len(lines)}"/><sheetData>{"".join(lines)}</sheetData>'
            f'<mergeCells count="{len(self.merges)}">{merges}</mergeCells></worksheet>'
        )

    def _body(self, first: int) -> list[str]:
        """The record rows, a subtotal after every so many, and the total."""
        n = len(self.ids)
        every = subtotal_every(n)
        bounds = [0, *range(self.again + every, n, every), n]
        numbers = np.arange(n) + first + np.searchsorted(bounds[1:-1], np.arange(n), side="right")
        self._merge_blocks(numbers)
        cells = zip(*(self._column(name) for name in COLUMNS), strict=True)
        records = [ROW % _woven(r, row) for r, row in zip(numbers.tolist(), cells, strict=True)]
        lines: list[str] = []
        for start, stop in pairwise(bounds):
            lines += records[start:stop]
            lines.append(self._total(first + len(lines), "小计", start, stop))
        return [*lines, self._total(first + len(lines), "合计", 0, n)]

    def _total(self, row: int, word: str, start: int, stop: int) -> str:
        return self._line(row, [None, word, *[None] * 8, int(self.rows.readable[start:stop].sum())])

    def _merge_blocks(self, numbers: Codes) -> None:
        edges = np.diff(np.concatenate([[False], self.rows.block, [False]]).astype(np.int8))
        for start, stop in zip(np.flatnonzero(edges == 1) - 1, np.flatnonzero(edges == -1) - 1, strict=True):
            self.merges += [f"{c}{numbers[start]}:{c}{numbers[stop]}" for c in MERGED]

    def _column(self, name: str) -> list[str]:
        """The cells of a column, each distinct one written once."""
        if name == "record_id":
            return [self._cell(i) for i in self.ids]
        if name == "recorded_at":
            return [self._cell(m) for m in moments(self.rows)]
        distinct, inverse = np.unique(self.rows.codes[name], return_inverse=True)
        table = tables()[name]
        cells = [self._cell(table[d], 2 + d % 2) for d in distinct.tolist()]
        column = [cells[i] for i in inverse.tolist()]
        if name in MERGED.values():
            for i in np.flatnonzero(self.rows.block):
                column[i] = EMPTY
        return column

    def _cell(self, value: object, date_style: int = 2) -> str:
        """What stands behind the cell's address."""
        if value is None or value == "":
            return EMPTY
        if isinstance(value, float):
            return f'" s="{date_style}"><v>{value:.0f}</v></c>'
        if isinstance(value, int):
            return f'"><v>{value}</v></c>'
        if self.inline:
            return f'" t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'
        return f'" t="s"><v>{self.shared.setdefault(str(value), len(self.shared))}</v></c>'

    def _line(self, row: int, values: Sequence[object]) -> str:
        """A row outside the records."""
        filled = [(c, v) for c, v in zip(LETTERS, values, strict=False) if v is not None]
        return f'<row r="{row}">{"".join(f"""<c r="{c}{row}{self._cell(v)}""" for c, v in filled)}</row>'


def _woven(row: int, cells: Sequence[str]) -> tuple[object, ...]:
    """The row's number before each of its cells, and once for the row itself."""
    values: list[object] = [row] * (2 * len(cells) + 1)
    values[2::2] = cells
    return tuple(values)


def _save(path: Path, parts: dict[str, str]) -> None:
    with zipfile.ZipFile(path, "w") as package:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, (2022, 1, 1, 0, 0, 0))
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            package.writestr(entry, text.encode())


def main() -> None:
    """Write the sets named on the command line, each with its truth beside it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("sets", nargs="*", default=list(SETS), help=f"of {', '.join(SETS)}; default all")
    parser.add_argument("--seed", type=int, default=2021)
    options = parser.parse_args()
    for name in options.sets:
        truth = write_set(options.folder / name, *SETS[name], seed=options.seed)
        text = json.dumps(asdict(truth), ensure_ascii=False)
        (options.folder / f"{name}.json").write_text(text, encoding="utf-8")
        print(name, text)


if __name__ == "__main__":
    main()
