"""Office Open XML workbooks (.xlsx, .xlsm, strict): values by calamine, else openpyxl; the rest from the sheet XML."""

from __future__ import annotations

import io
import posixpath
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree
from python_calamine import CalamineWorkbook, PasswordError

from analysis.exports.cells import Rows, calamine_rows, plain_rows, put_cells
from analysis.exports.coding import CodedSheet
from analysis.exports.compact import is_large, read_compact
from analysis.exports.grid import Grid, Source, Unreadable, Workbook
from analysis.exports.messages import DAMAGED, ENCRYPTED, NO_SHEETS, SAME_NAMES
from analysis.exports.package import Package, open_package
from analysis.exports.sheetxml import SheetMarks, read_marks

STEPPED_IN = "calamine 无法打开，改用 openpyxl 读取"


@dataclass(frozen=True)
class SheetEntry:
    """One worksheet as the workbook lists it."""

    name: str
    part: str
    hidden: bool


def read_xlsx(source: Source) -> Workbook:
    """Open a workbook.

    Raises
    ------
    Unreadable : neither engine can open it, or it breaks a limit.
    """
    package = open_package(source.content)
    entries, date1904 = worksheet_entries(package)
    compact = _compact(package, entries, date1904)
    if compact is not None:
        return Workbook(source.kind or "xlsx", compact)
    marks = [read_marks(package.read(e.part)) for e in entries]
    package.check("xl/sharedStrings.xml", "xl/styles.xml")
    durations = _has_durations(package)
    notes: tuple[str, ...] = ()
    try:
        rows = _by_calamine(source.content, entries)
        rough = [durations or m.has_booleans for m in marks]
    except EngineError:
        rows, notes, rough = _by_openpyxl(source.content, entries), (STEPPED_IN,), [True] * len(entries)
    sheets = tuple(
        _grid(e, plain_rows(r) if again else r, m, date1904)
        for e, r, m, again in zip(entries, rows, marks, rough, strict=True)
    )
    return Workbook(source.kind or "xlsx", sheets, notes)


def _compact(package: Package, entries: list[SheetEntry], date1904: bool) -> tuple[Grid | CodedSheet, ...] | None:
    """Large sheets by their distinct cells; None where this does not pay or an engine gives up."""
    if not is_large(package, [e.part for e in entries]):
        return None
    sheets = [(e.name, e.part, e.hidden) for e in entries]
    try:
        found = read_compact(package, sheets, date1904, lambda content: _by_calamine(content, entries))
    except EngineError:
        return None
    return tuple(found) if found is not None else None


class EngineError(Exception):
    """An engine gave up on a file; another may do better."""


def _grid(entry: SheetEntry, rows: Rows, marks: SheetMarks, date1904: bool) -> Grid:
    put_cells(rows, marks.cells)
    return Grid(entry.name, rows, marks.merges, entry.hidden, marks.hidden_rows, date1904)


def guarded(call: Callable[[], list[Rows]]) -> list[Rows]:
    """Run an engine; a Rust panic is no `Exception`, and any failure means the next engine."""
    try:
        return call()
    except (Unreadable, KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except PasswordError as error:
        raise Unreadable(ENCRYPTED) from error
    except BaseException as error:
        raise EngineError(type(error).__name__) from None


def _by_calamine(content: bytes, entries: list[SheetEntry]) -> list[Rows]:
    def read() -> list[Rows]:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            return [calamine_rows(book.get_sheet_by_name(e.name)) for e in entries]

    return guarded(read)


def _by_openpyxl(content: bytes, entries: list[SheetEntry]) -> list[Rows]:
    import openpyxl  # slow to import, rarely needed

    def read() -> list[Rows]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
            found = []
            for entry in entries:
                sheet = book[entry.name]
                sheet.reset_dimensions()
                found.append([list(row) for row in sheet.iter_rows(values_only=True)])
            return found

    try:
        return guarded(read)
    except EngineError as error:
        raise Unreadable(DAMAGED) from error


def parse_xml(data: bytes) -> etree._Element:
    """A small part of a workbook as a tree; entities and outside files are never followed."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(DAMAGED) from error


def local(element: etree._Element) -> str:
    """An element's name without its namespace (strict files use other ones)."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def attribute(element: etree._Element, name: str) -> str:
    """An attribute by its name without namespace."""
    return next((str(v) for k, v in element.attrib.items() if etree.QName(k).localname == name), "")


def relations(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """The relations of a part: id → (last word of the type, target part)."""
    folder, name = posixpath.split(part)
    found = package.find(posixpath.join(folder, "_rels", f"{name}.rels"))
    if found is None:
        return {}
    return {
        r.get("Id", ""): (
            r.get("Type", "").rsplit("/", 1)[-1],
            posixpath.normpath(posixpath.join("/", folder, r.get("Target", "").replace("\\", "/"))).lstrip("/"),
        )
        for r in parse_xml(package.read(found))
        if isinstance(r.tag, str) and r.get("TargetMode") != "External"
    }


def workbook_part(package: Package) -> str:
    main = [target for kind, target in relations(package, "").values() if kind == "officeDocument"]
    return next((t for t in main if package.find(t)), "xl/workbook.xml")


def worksheet_entries(package: Package) -> tuple[list[SheetEntry], bool]:
    """The worksheets in the workbook's order, and whether dates count from 1904."""
    part = workbook_part(package)
    root, links = parse_xml(package.read(part)), relations(package, part)
    entries = []
    for sheet in (e for e in root.iter() if local(e) == "sheet"):
        kind, target = links.get(attribute(sheet, "id"), ("", ""))
        if kind == "worksheet":
            entries.append(SheetEntry(sheet.get("name", ""), target, sheet.get("state", "visible") != "visible"))
    if not entries:
        raise Unreadable(NO_SHEETS)
    if len({e.name for e in entries}) < len(entries):
        raise Unreadable(SAME_NAMES)
    properties = next((e for e in root.iter() if local(e) == "workbookPr"), None)
    return entries, properties is not None and properties.get("date1904", "0") in {"1", "true", "on"}


def _has_durations(package: Package) -> bool:
    """Whether any number format counts hours past a day ([h]:mm), which the engine returns as a time span."""
    part = package.find("xl/styles.xml")
    styles = package.read(part) if part else b""
    return re.search(rb'numFmtId="46"|\[(?:h|m|s)', styles, re.I) is not None
