"""HTML and MHTML tables that platforms save under the name .xls, laid out in rows as Excel does."""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from email import policy
from email.message import Message
from pathlib import PurePosixPath

from lxml import etree, html

from analysis.exports.cells import Rows, text_cell
from analysis.exports.grid import Grid, Merge, Source, Unreadable, Workbook
from analysis.exports.messages import DAMAGED, NO_TABLE, TOO_SPARSE
from analysis.exports.sheetxml import MAX_CELLS
from analysis.exports.text import decode

MAX_SPAN = 1000  # as browsers do
_BLOCKS = frozenset({
    "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "caption", "center", "section", "article",
    "header", "footer", "form", "tr", "td", "th",
})
_SKIPPED = frozenset({"script", "style", "head", "title", "template", "noscript", "xml"})
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.I)
_BLANKS = re.compile(r"[ \t\r\n]+")
_SHORTENED = re.compile(r"\s*(?:#+|-?\d+(?:\.\d+)?E[+-]?\d+)\s*", re.I)
_TABLE_START, _TABLE_END = re.compile(r"<table[\s>]", re.I), re.compile(r"</table\s*>", re.I)
_SHEET_NAME = re.compile(r"<x:Name>([^<]*)</x:Name>", re.I)


def read_html(source: Source) -> Workbook:
    """Read the tables of a web page as one sheet.

    Raises
    ------
    Unreadable : no table, or unknown encoding.
    """
    text, notes = decode_page(source.content)
    names = _SHEET_NAME.findall(text)
    grid = page_grid(text, names[0] if len(names) == 1 else PurePosixPath(source.path).stem)
    if grid is None:
        raise Unreadable(NO_TABLE)
    return Workbook("html", (grid,), notes)


def read_mhtml(source: Source) -> Workbook:
    """Read a web archive: each of its pages with a table is a sheet."""
    message = email.message_from_bytes(source.content, policy=policy.compat32)
    if any(part.defects for part in message.walk()):
        raise Unreadable(DAMAGED)
    pages = [decode_page(body) for body in _pages(message)]
    names = [n for text, _ in pages for n in _SHEET_NAME.findall(text)]
    grids = [g for g in (page_grid(text, "") for text, _ in pages) if g is not None]
    if not grids:
        raise Unreadable(NO_TABLE)
    if len(names) != len(grids):
        stem = PurePosixPath(source.path).stem
        names = [stem] if len(grids) == 1 else [f"{stem} {i}" for i in range(1, len(grids) + 1)]
    sheets = tuple(Grid(n, g.rows, g.merges, False, g.hidden_rows) for n, g in zip(names, grids, strict=True))
    return Workbook("mhtml", sheets, tuple(dict.fromkeys(note for _, notes in pages for note in notes)))


def _pages(message: Message) -> Iterator[bytes]:
    for part in message.walk():
        if part.get_content_type() == "text/html":
            body = part.get_payload(decode=True)
            if isinstance(body, bytes):
                yield body


def decode_page(content: bytes) -> tuple[str, tuple[str, ...]]:
    """A page's bytes as other text; a stated foreign set (Big5) counts, GBK and UTF-8 are mixed up."""
    stated = _CHARSET.search(content[:8192])
    name = stated.group(1).decode("ascii", "replace").lower() if stated else ""
    if not name.startswith(("gb", "x-gb", "utf", "unicode", "cp936")) and name:
        for encoding in ("utf-8", name):
            try:
                return content.decode(encoding), ()
            except (UnicodeDecodeError, LookupError):
                continue
    return decode(content)


def page_grid(text: str, name: str) -> Grid | None:
    """Text lines and tables of a page, one below the other; None if it has no table."""
    body = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.lstrip("\ufeff"))
    if len(_TABLE_START.findall(body)) > len(_TABLE_END.findall(body)):  # cut off: the last rows are not there
        raise Unreadable(DAMAGED)
    try:
        root = html.document_fromstring(body, parser=html.HTMLParser(huge_tree=False, no_network=True, recover=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(DAMAGED) from error
    page = _Page()
    page.walk(root)
    page.end_line()
    if not page.tables:
        return None
    return Grid(name, page.rows, tuple(page.merges), False, frozenset(page.hidden))


class _Page:
    """The rows of a page as they are gathered."""

    def __init__(self) -> None:
        self.rows: Rows = []
        self.merges: list[Merge] = []
        self.hidden: set[int] = set()
        self.tables = self.size = 0
        self.line: list[str] = []

    def walk(self, element: etree._Element) -> None:
        """Lines of text become rows of one cell; a table around other tables is only their frame."""
        if not isinstance(element.tag, str) or element.tag.split(":")[-1] in _SKIPPED:
            return
        if element.tag == "table" and element.find(".//table") is None:
            self.end_line()
            self.table(element)
            return
        block = element.tag in _BLOCKS or element.tag == "br"
        if block:
            self.end_line()
        self.line.append(element.text or "")
        for child in element:
            self.walk(child)
            self.line.append(child.tail or "")
        if block:
            self.end_line()

    def end_line(self) -> None:
        text = _one_line("".join(self.line))
        self.line.clear()
        if text:
            self.rows.append([text])

    def table(self, table: etree._Element) -> None:
        for caption in table.findall("caption"):
            self.rows.append([cell_text(caption)])
        trs = list(table.iter("tr"))
        top, last = len(self.rows), len(self.rows) + len(trs) - 1
        taken: dict[int, int] = {}  # column → last row that a cell above reaches
        for at, tr in enumerate(trs, start=top):
            self.rows.append(self.cells(tr, at, last, taken))
            self.size += len(self.rows[-1])
            if self.size > MAX_CELLS:
                raise Unreadable(TOO_SPARSE)
            if "display:none" in re.sub(r"\s", "", tr.get("style", "").lower()) or tr.get("hidden") is not None:
                self.hidden.add(at)
        self.tables += 1

    def cells(self, tr: etree._Element, at: int, last: int, taken: dict[int, int]) -> list[object]:
        cells: list[object] = []
        for cell in tr.iterchildren("td", "th"):
            while taken.get(len(cells), -1) >= at:
                cells.append(None)
            column = len(cells)
            cells.append(cell_value(cell))
            across, down = min(_span(cell, "colspan"), MAX_SPAN), min(_span(cell, "rowspan"), last - at + 1)
            cells.extend([None] * (across - 1))
            if down > 1:
                taken.update(dict.fromkeys(range(column, column + across), at + down - 1))
            if down > 1 or across > 1:
                self.merges.append((at, column, at + down - 1, column + across - 1))
        return cells


def _span(cell: etree._Element, name: str) -> int:
    text = cell.get(name)
    if text is None:
        return 1
    text = text.strip()
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 8 else 1


def cell_value(cell: etree._Element) -> object:
    """The text of a cell; where Excel only shows it shortened, the number it stored beside."""
    text, stored = cell_text(cell), cell.get("x:num")
    if stored and _SHORTENED.fullmatch(text):
        try:
            return float(stored)
        except ValueError:
            return text
    return text_cell(text) if text else None


def cell_text(cell: etree._Element) -> str:
    """Text as a browser shows it: source line breaks are blanks, <br> is a line break."""
    if not len(cell):
        return _one_line(cell.text or "")
    return "\n".join(map(_one_line, "".join(_pieces(cell)).split("\x00"))).strip("\n")


def _one_line(text: str) -> str:
    return _BLANKS.sub(" ", text).strip(" ")


def _pieces(element: etree._Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _SKIPPED:
            block = child.tag == "br" or child.tag in _BLOCKS
            if block:
                yield "\x00"
            yield from _pieces(child)
            if block and child.tag != "br":
                yield "\x00"
        yield child.tail or ""
