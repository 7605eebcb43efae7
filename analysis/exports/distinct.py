"""A large worksheet's XML → the distinct cells of each column and which row has which, without looking at what they mean.

Most of the cells of an export repeat. The XML is cut into cells with array operations; each distinct cell goes once into a
small worksheet, which the engine then reads in place of the large one: what a cell means stays with the engine.
Anything out of the ordinary (prefixes, other quotes, comments, rows out of order) → None, and the engine reads the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.exports.coding import BLANK, Codes

Places = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]

PIECE = 2 * 1024**2  # bytes of XML cut at a time: what stays in the processor's cache
MOST_CELLS, MOST_ROWS = 20_000_000, 1_048_576
SHORT = 7  # bytes of a value that fit into a key beside the number of its tag
LONG = np.uint64(0xFF << 56)  # marks keys that number a longer text
ODD = 0  # the "tag" of a cell that is kept whole
HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


@dataclass(frozen=True)
class DistinctCells:
    """The columns of a sheet as codes of their distinct cells.

    A cell is the number of a shared string, or, where `shared` is -1, the next row of the small worksheet (in column A).
    """

    columns: list[tuple[Codes, Places]]  # codes of the rows; of each code the number of its shared string or -1
    xml: bytes
    length: int
    bare_rows: bool  # no row has any attribute but its number


@dataclass(frozen=True)
class _Cells:
    """Cells of one piece: row and column (0-based), number of the tag's attributes, key of the value."""

    row: Codes
    column: Codes
    key: Words
    bare_rows: bool


class _Unusual(Exception):
    """Something that the array operations do not understand."""


def distinct_cells(xml: bytes, by_number: bool) -> DistinctCells | None:
    """Cut a worksheet into its distinct cells; None if anything about it is unusual.

    Parameters
    ----------
    xml : the part of the worksheet, inflated.
    by_number : give shared strings by their number; else they are cells of the small worksheet as well.
    """
    first, last = xml.find(b"<sheetData>"), xml.find(b"</sheetData>")
    if first < 0 or last < first:
        return None
    tags: dict[bytes, int] = {b"<": ODD}  # no attributes start so
    texts: dict[bytes, int] = {}
    try:
        pieces = [_cut(xml, start, end, tags, texts) for start, end in _pieces(xml, first + len(b"<sheetData>"), last)]
        return _gathered(pieces, list(tags), list(texts), by_number)
    except (_Unusual, IndexError, ValueError):  # the last two: tags that end where none should
        return None


def _pieces(xml: bytes, start: int, last: int) -> list[tuple[int, int]]:
    """Spans of whole rows."""
    ends = [start]
    while ends[-1] < last:
        found = xml.find(b"</row>", min(ends[-1] + PIECE, last), last)
        ends.append(last if found < 0 else found + len(b"</row>"))
    return list(pairwise(ends))


def _require(condition: bool | np.bool_) -> None:
    if not condition:
        raise _Unusual


def _cut(xml: bytes, start: int, end: int, tags: dict[bytes, int], texts: dict[bytes, int]) -> _Cells:
    """The cells of a span of whole rows; every tag in it is accounted for."""
    piece = xml[start:end] + b"<" + bytes(40)  # room to look ahead from the last tag
    text = np.frombuffer(piece, np.uint8)
    words: Words = np.ndarray((len(text) - 8,), "<u8", piece, strides=(1,))
    opens = np.flatnonzero(text[: end - start + 1] == ord("<"))
    kind = text[opens[:-1] + 1]
    rows, cells = np.flatnonzero(kind == ord("r")), np.flatnonzero(kind == ord("c"))
    if not len(rows):
        _require(len(opens) == 1)
        return _Cells(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.uint64), True)
    _require(np.all(_starts(words[opens[rows]], b'<row r="')))
    number, digits, count = _row_numbers(words, opens[rows] + 8)
    at = opens[cells]
    _require(np.all(_starts(words[at], b'<c r="')) and (not len(cells) or cells[0] > rows[0]))
    which = np.repeat(np.arange(len(rows)), np.diff(np.append(np.searchsorted(cells, rows), len(cells))))
    column, after = _references(words, text, at + 6, digits[which], count[which])
    following = opens[cells + 1]
    valued, ended = _valued(words, opens, cells), text[following - 1] == ord(">")
    plain = valued & ended & (following - 1 - after <= 24)
    closed = ended & (text[following - 2] == ord("/"))
    styled = (after == following - 2) | _starts(words[after], b' s="') & (following - after <= 11)  # and nothing else
    empty = closed & ~valued & styled
    odd = np.flatnonzero(~plain & ~empty)
    ends = _ends(piece, at[odd], following[odd], closed[odd])
    inside = int((np.searchsorted(opens, ends) - cells[odd] - 1).sum())
    row_ends = int(np.count_nonzero(_starts(words[opens[:-1]], b"</row>")))
    _require(len(opens) - 1 == len(rows) + row_ends + len(cells) + 3 * int(plain.sum()) + inside)
    _require(row_ends + int(np.count_nonzero(text[opens[rows + 1] - 2] == ord("/"))) >= len(rows))  # or <row r="5"/>
    keys = np.empty(len(cells), np.uint64)
    keys[plain] = _plain_keys(piece, words, opens, cells[plain], after[plain], following[plain], tags, texts)
    keys[odd] = [_long_key(texts, piece[a:b], ODD) for a, b in zip(after[odd].tolist(), ends.tolist(), strict=True)]
    bare = bool(np.all(text[opens[rows] + 9 + count] == ord(">")))
    return _Cells(number[which[~empty]].astype(np.int32) - 1, column[~empty], keys[~empty], bare)


MASKS = np.array([(1 << 8 * n) - 1 for n in range(9)], np.uint64)
QUOTES, ONES, TOPS = (np.uint64(byte * 0x0101010101010101) for byte in (ord('"'), 1, 0x80))


def _starts(words: Words, text: bytes) -> npt.NDArray[np.bool_]:
    """Words whose first bytes are a text of at most eight."""
    return words & MASKS[len(text)] == np.uint64(int.from_bytes(text, "little"))


def _row_numbers(words: Words, at: Places) -> tuple[Places, Words, Places]:
    """Row numbers, their digits as bytes, and how many; rows ascend."""
    word = words[at]
    differs = word ^ QUOTES
    zero = (differs - ONES) & ~differs & TOPS
    count = (np.bitwise_count((zero & (~zero + np.uint64(1))) - np.uint64(1)) // 8).astype(np.int64)
    _require(np.all((zero != 0) & (count > 0)))
    digits = word & MASKS[count]
    number = np.zeros(len(at), np.int64)
    for place in range(int(count.max())):
        digit = (digits >> np.uint64(8 * place)).astype(np.uint8).astype(np.int64) - ord("0")
        inside = place < count
        _require(np.all((digit[inside] >= 0) & (digit[inside] <= 9)))
        number[inside] = number[inside] * 10 + digit[inside]
    _require(np.all(np.diff(number) > 0) and number[0] >= 1 and number[-1] <= MOST_ROWS)
    return number, digits, count


def _references(words: Words, text: npt.NDArray[np.uint8], at: Places, digits: Words, count: Places) -> tuple[Codes, Places]:
    """Columns of cells (0-based), and where the attributes after r="B12" start; the number must be the row's."""
    first, second, third = text[at], text[at + 1], text[at + 2]
    two = second >= ord("A")
    three = two & (third >= ord("A"))
    letters = 1 + two.astype(np.int64) + three
    number = first.astype(np.int32) - 64
    for more, letter in ((two, second), (three, third)):
        number = np.where(more, number * 26 + letter - 64, number)
    _require(np.all((first >= ord("A")) & (first <= ord("Z")) & (second <= ord("Z")) & (~two | (third <= ord("Z")))))
    start = at + letters
    _require(np.all(words[start] & MASKS[count] == digits) and np.all(text[start + count] == ord('"')))
    return (number - 1).astype(np.int32), start + count + 1


def _valued(words: Words, opens: Places, cells: Places) -> npt.NDArray[np.bool_]:
    """Cells that hold nothing but <v>…</v>."""
    padded = np.append(opens, [opens[-1]] * 3)
    value, value_end, cell_end = padded[cells + 1], padded[cells + 2], padded[cells + 3]
    return _starts(words[value], b"<v>") & _starts(words[value_end], b"</v></c>") & (cell_end == value_end + 4)


def _ends(piece: bytes, at: Places, following: Places, closed: npt.NDArray[np.bool_]) -> Places:
    """Where cells that are kept whole end."""
    places = zip(at.tolist(), following.tolist(), closed.tolist(), strict=True)
    return np.array([f if c else piece.index(b"</c>", a) + 4 for a, f, c in places], np.int64)


def _plain_keys(piece: bytes, words: Words, opens: Places, cells: Places, after: Places, following: Places, tags: dict[bytes, int], texts: dict[bytes, int]) -> Words:
    """Keys of cells with a value: its bytes beside the number of the tag, or the number of a longer text."""
    start, end = following + 3, opens[cells + 2]
    tag = _tag_numbers(piece, words, after, following - 1, tags)
    length = end - start
    keys = words[start] & MASKS[np.minimum(length, 8)] | tag << np.uint64(56)
    for i in np.flatnonzero(length > SHORT).tolist():
        keys[i] = _long_key(texts, piece[start[i] : end[i]], int(tag[i]))
    return keys


def _long_key(texts: dict[bytes, int], text: bytes, tag: int) -> int:
    return int(LONG) | texts.setdefault(text, len(texts)) << 8 | tag


def _tag_numbers(piece: bytes, words: Words, start: Places, end: Places, tags: dict[bytes, int]) -> Words:
    """The attributes of each cell's tag (style, type) as a number; a sheet has few different ones."""
    codes = np.zeros(len(start), np.int64)
    for offset in (0, 8, 16):
        left = np.clip(end - start - offset, 0, 8)
        if not left.any():
            break
        here, _ = pd.factorize(words[start + offset] & MASKS[left])
        codes, _ = pd.factorize(codes * (int(here.max()) + 1) + here)
    places = np.full(int(codes.max(initial=-1)) + 1, -1, np.int64)
    places[codes[::-1]] = np.arange(len(codes))[::-1]
    number = np.array([tags.setdefault(piece[start[i] : end[i]], len(tags)) for i in places], np.uint64)
    _require(len(tags) < 255)
    return number[codes]


def _gathered(pieces: list[_Cells], tags: list[bytes], texts: list[bytes], by_number: bool) -> DistinctCells:
    """Sort cells by column and give each distinct one a number."""
    _require(len(pieces) > 0)
    row, column, key = (np.concatenate([getattr(p, name) for p in pieces]) for name in ("row", "column", "key"))
    _require(np.all((np.diff(row) > 0) | (np.diff(row) == 0) & (np.diff(column) > 0)))
    length, width = int(row.max(initial=-1)) + 1, int(column.max(initial=-1)) + 1
    _require(length * width <= MOST_CELLS)
    order = np.argsort(column.astype(np.int16), kind="stable")
    bounds = np.searchsorted(column[order], np.arange(width + 1))
    is_shared = np.array([by_number and b' t="s"' in t for t in tags] + [False] * (256 - len(tags)))
    columns: list[tuple[Codes, Places]] = []
    lines: list[bytes] = []
    for first, last in pairwise(bounds):
        chosen = order[first:last]
        codes, distinct = pd.factorize(key[chosen])
        full = np.full(length, BLANK, np.int32)
        full[row[chosen]] = codes
        value = (distinct & MASKS[SHORT]).view("S8")
        shared = np.full(len(distinct), -1)
        told = is_shared[distinct >> np.uint64(56)] & np.strings.isdigit(value)
        shared[told] = value[told].astype(np.int64)
        columns.append((full, shared))
        lines += _lines(distinct[~told], tags, texts, len(lines))
    _require(len(lines) < MOST_ROWS)
    return DistinctCells(columns, b"".join([HEAD, *lines, b"</sheetData></worksheet>"]), length, all(p.bare_rows for p in pieces))


def _lines(keys: Words, tags: list[bytes], texts: list[bytes], count: int) -> list[bytes]:
    """One row of the small worksheet for each distinct cell."""
    lines = []
    for number, key in enumerate(keys.tolist(), count + 1):
        if key >= int(LONG):
            tag, text = key & 0xFF, texts[(key & ~int(LONG)) >> 8]
        else:
            tag, text = key >> 56, (key & 0xFF_FFFF_FFFF_FFFF).to_bytes(SHORT, "little").rstrip(b"\0")
        rest = text if tag == ODD else b"%s><v>%s</v></c>" % (tags[tag], text)
        lines.append(b'<row r="%d"><c r="A%d"%s</row>' % (number, number, rest))
    return lines
