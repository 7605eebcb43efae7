"""Comma-, tab- or semicolon-separated text in the encodings that Chinese offices send."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import PurePosixPath
from typing import cast

from analysis.exports.cells import Rows, text_cell
from analysis.exports.grid import Grid, Source, Unreadable, Workbook
from analysis.exports.messages import OPEN_QUOTE, UNKNOWN_ENCODING
from analysis.exports.sniff import HEAD, wide_encoding

LOST_CHARACTERS = "有 {} 处文字损坏，显示为“\ufffd”"
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\x00\x00", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
)
DELIMITERS = (",", "\t", ";")
MAX_LOSS = 0.1  # of the characters beyond ASCII; more means another encoding


def decode(content: bytes) -> tuple[str, tuple[str, ...]]:
    """Bytes as text, with a warning where characters are lost.

    Raises
    ------
    Unreadable : no known encoding fits.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _lenient(content, encoding)
    wide = wide_encoding(content[:HEAD])
    if wide:
        return _lenient(content, wide)
    for encoding in ("utf-8", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8" or not _mostly_utf8(content):
            return text, ()
    return _lenient(content, "utf-8" if _mostly_utf8(content) else "gb18030")


def _mostly_utf8(content: bytes) -> bool:
    """UTF-8 with a few bytes broken often passes as GB18030, and then every character is another one."""
    text = content.decode("utf-8", "replace")
    return _lost(text) < MAX_LOSS


def _lost(text: str) -> float:
    beyond = len(re.sub(r"[\x00-\x7f]", "", text))
    return text.count("\ufffd") / beyond if beyond else 0.0


def _lenient(content: bytes, encoding: str) -> tuple[str, tuple[str, ...]]:
    text = content.decode(encoding, "replace")
    if _lost(text) >= MAX_LOSS:
        raise Unreadable(UNKNOWN_ENCODING)
    lost = text.count("\ufffd")
    return text, (LOST_CHARACTERS.format(lost),) if lost else ()


def read_text(source: Source) -> Workbook:
    """Split a text file into cells, one sheet named after the file.

    Raises
    ------
    Unreadable : unknown encoding, or a quote that is never closed.
    """
    text, notes = decode(source.content)
    text, delimiter = _hinted(text)
    rows = split_rows(text, delimiter or find_delimiter(text))
    name = PurePosixPath(source.path).stem
    return Workbook("csv", (Grid(name, rows, has_merge_information=False),), notes)


def _hinted(text: str) -> tuple[str, str]:
    """Excel takes a first line "sep=;" as an instruction and does not show it."""
    hint = re.match(r'"?sep=([,;\t|])"?\r?\n', text, re.I)
    return (text[hint.end() :], hint.group(1)) if hint else (text, "")


def find_delimiter(text: str) -> str:
    """The delimiter that most lines have most often, outside quotes."""
    lines = [re.sub(r'"[^"]*"', "", line) for line in text[:HEAD].splitlines()[:200] if line.strip()]
    best = {d: _agreement([line.count(d) for line in lines]) for d in DELIMITERS}
    return max(DELIMITERS, key=lambda d: best[d])


def _agreement(counts: list[int]) -> int:
    """Columns beyond the first, weighed by the lines that agree on them: a list inside a cell agrees less often."""
    common = Counter(c for c in counts if c).most_common()
    return max((columns * lines * lines for columns, lines in common), default=0)


def split_rows(text: str, delimiter: str) -> Rows:
    """Rows of cells as text; a quoted line break stays in its cell."""
    csv.field_size_limit(10 * 1024**2)
    try:
        rows = cast(Rows, list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)))
    except csv.Error as error:
        raise Unreadable(OPEN_QUOTE) from error
    width = Counter(map(len, rows)).most_common(1)[0][0] if rows else 0
    if width > 1 and '"' in text and any(_swallowed(cell, delimiter, width) for row in rows for cell in row):
        raise Unreadable(OPEN_QUOTE)
    return [[text_cell(cast(str, c)) for c in row] for row in rows] if "#" in text else rows


def _swallowed(cell: object, delimiter: str, width: int) -> bool:
    """A line break with a whole line of the table behind it: a quote was left open."""
    if not isinstance(cell, str) or "\n" not in cell:
        return False
    return any(line.count(delimiter) >= width - 1 for line in cell.splitlines())
