"""A workbook with large sheets, read by its distinct cells: the engine opens a small workbook that stands for it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from xml.sax.saxutils import unescape

import numpy as np

from analysis.exports.cells import Rows, plain_rows, put_cells
from analysis.exports.coding import CodedSheet, cover_merges, without_blanks
from analysis.exports.distinct import DistinctCells, distinct_cells
from analysis.exports.grid import Grid
from analysis.exports.package import Package
from analysis.exports.sheetxml import SheetMarks, read_frame, read_marks

LARGE = 1024 * 1024  # bytes of a sheet's XML from which this pays
ENTITIES = {"&quot;": '"', "&apos;": "'"}
NEEDED = re.compile(r"(?:^|/)_rels/|^\[content_types\]|workbook[^/]*\.xml$|styles[^/]*\.xml$", re.I)
END = "</t></si>"
NEXT_STRING = re.compile('</t></si><si><t(?: xml:space="preserve")?>')


def shared_strings(xml: bytes) -> list[str] | None:
    """The texts of xl/sharedStrings.xml where each is one plain run; None where only an engine should tell."""
    first, last = xml.find(b"<si><t"), xml.rfind(b"</t></si>")
    if first < 0 or any(odd in xml for odd in (b"\r", b"_x", b"<t> ", b"<t>\n", b"<t>\t")):
        return None
    body = END + xml[first : last + len(END)].decode()
    if any(f"{b}</t>" in body for b in " \n\t") and re.search(r"<t>[^<]*[ \n\t]</t>", body):
        return None
    before, *parts = NEXT_STRING.split(body[: -len(END)])
    if before or body.count("<") - 2 != 4 * len(parts) or xml.count(b"<si") != len(parts):
        return None
    ands = body.count("&")
    if ands and ands != sum(body.count(e) for e in ("&amp;", "&lt;", "&gt;", *ENTITIES)):
        return None
    return [unescape(p, ENTITIES) if "&" in p else p for p in parts] if ands else parts


@dataclass(frozen=True)
class Part:
    """One worksheet: what stands for it in the small workbook, and what stands beside its cells."""

    xml: bytes
    marks: SheetMarks
    cut: DistinctCells | None


def is_large(package: Package, parts: Sequence[str]) -> bool:
    """Whether any sheet is so large that cutting it pays."""
    found = [package.find(p) for p in parts]
    return any(f and package.parts[f].file_size >= LARGE for f in found)


def read_compact(
    package: Package, sheets: Sequence[tuple[str, str, bool]], date1904: bool, read: Callable[[bytes], list[Rows]]
) -> list[Grid | CodedSheet] | None:
    """Every sheet of a workbook; None if no large one could be cut.

    Parameters
    ----------
    package : the workbook's parts.
    sheets : name, part and whether it is hidden, of each worksheet.
    read : opens a workbook and returns the rows of each of those sheets.
    """
    texts = package.find("xl/sharedStrings.xml")
    strings = shared_strings(package.read(texts)) if texts else []
    parts = [_part(package.read(part), strings is not None) for _, part, _ in sheets]
    if not any(p.cut for p in parts):
        return None
    whole = strings is None or not all(p.cut for p in parts)
    content = _small_workbook(package, {part: p.xml for (_, part, _), p in zip(sheets, parts, strict=True)}, texts if whole else None)
    return [
        _coded(name, hidden, rows, p, strings or [], date1904)
        if p.cut
        else Grid(name, put_cells(plain_rows(rows), p.marks.cells), p.marks.merges, hidden, p.marks.hidden_rows, date1904)
        for (name, _, hidden), p, rows in zip(sheets, parts, read(content), strict=True)
    ]


def _part(xml: bytes, by_number: bool) -> Part:
    cut = distinct_cells(xml, by_number) if len(xml) >= LARGE else None
    if cut is None:
        return Part(xml, read_marks(xml), None)
    frame = read_frame(xml, rows=not cut.bare_rows)
    return Part(cut.xml, replace(frame, cells=read_marks(cut.xml).cells), cut)


def _small_workbook(package: Package, sheets: Mapping[str, bytes], texts: str | None) -> bytes:
    """The workbook with other sheets and only the parts that tell what its cells mean."""
    other = {package.find(part): xml for part, xml in sheets.items()}
    with io.BytesIO() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for name in package.parts:
                if name in other:
                    archive.writestr(name, other[name])
                elif name == texts or NEEDED.search(name):
                    archive.writestr(name, package.read(name))
        return file.getvalue()


def _coded(name: str, hidden: bool, rows: Rows, part: Part, strings: list[str], date1904: bool) -> CodedSheet:
    """Put the distinct cells back into their columns."""
    assert part.cut is not None
    cells = [row[0] if row else None for row in put_cells(plain_rows(rows), part.marks.cells)]
    columns, used = [], 0
    for codes, shared in part.cut.columns:
        own = int(np.count_nonzero(shared < 0))
        mine = iter(cells[used : used + own] + [None] * max(0, used + own - len(cells)))  # engines cut blank ends
        columns.append(without_blanks(codes, [strings[i] if i >= 0 else next(mine) for i in shared.tolist()]))
        used += own
    columns = cover_merges(columns, part.marks.merges)
    return CodedSheet(name, columns, part.cut.length, part.marks.merges, hidden, part.marks.hidden_rows, date1904, True)
