"""Workbooks written part by part, for what the libraries would never write."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence

from tests.rules.formats import zip_of

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = (
    f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
    'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override '
    'PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)

STRINGS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


def relations(*targets: tuple[str, str]) -> bytes:
    """A relations part: (last word of the type, target)."""
    lines = "".join(
        f'<Relationship Id="rId{i}" Type="{RELATION}/{kind}" Target="{target}"/>'
        for i, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{lines}</Relationships>'.encode()


def worksheet(cells: str, after: str = "", before: str = "") -> str:
    """A sheet's XML around its rows."""
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{cells}</sheetData>{after}</worksheet>'


def parts(sheet: str | bytes, styles: str = "", strings: str = "", date1904: bool = False) -> dict[str, bytes]:
    """The parts of an .xlsx with one sheet 表."""
    targets = [("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")]
    book = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{RELATION}"><workbookPr date1904="{int(date1904)}"/>'
        '<sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    found = {
        "[Content_Types].xml": TYPES.encode(),
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": book.encode(),
        "xl/styles.xml": (styles or f'<styleSheet xmlns="{MAIN}"/>').encode(),
        "xl/worksheets/sheet1.xml": sheet if isinstance(sheet, bytes) else sheet.encode(),
    }
    if strings:
        targets.append(("sharedStrings", "sharedStrings.xml"))
        found["xl/sharedStrings.xml"] = strings.encode()
        listed = TYPES.replace("</Types>", f'<Override PartName="/xl/sharedStrings.xml" ContentType="{STRINGS_TYPE}"/></Types>')
        found["[Content_Types].xml"] = listed.encode()
    return {**found, "xl/_rels/workbook.xml.rels": relations(*targets)}


def xlsx(sheet: str | bytes, styles: str = "", strings: str = "", date1904: bool = False) -> bytes:
    """An .xlsx with one sheet 表."""
    return zip_of(parts(sheet, styles, strings, date1904))


def formats(*ids: int) -> str:
    """Styles with one cell format per built-in number format; style i uses ids[i]."""
    lines = "".join(f'<xf numFmtId="{i}" applyNumberFormat="1"/>' for i in ids)
    return f'<styleSheet xmlns="{MAIN}"><cellXfs count="{len(ids)}">{lines}</cellXfs></styleSheet>'


def biff2(rows: Sequence[Sequence[str]], encoding: str) -> bytes:
    """A raw BIFF2 stream (Excel 2, no OLE file around it) of text cells in an 8-bit encoding, without a code page."""
    stream = struct.pack("<HHHH", 0x0009, 4, 2, 0x10)
    for i, row in enumerate(rows):
        for j, text in enumerate(row):
            raw = text.encode(encoding)
            stream += struct.pack("<HHHH3sB", 0x0004, 8 + len(raw), i, j, b"\0\0\0", len(raw)) + raw
    return stream + struct.pack("<HH", 0x000A, 0)


def content_xml(body: str, styles: str = "") -> bytes:
    """The content part of an .ods around its tables."""
    names = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "table", "text", "style")
    )
    calc = ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    return (
        f"<office:document-content{names}{calc}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    ).encode()


def ods(body: str, styles: str = "") -> bytes:
    """An .ods of these tables."""
    return zip_of(
        {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": content_xml(body, styles)}
    )


def with_members(content: bytes, changes: Mapping[str, bytes]) -> bytes:
    """A zip with members replaced or added."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {i.filename: archive.read(i) for i in archive.infolist()}
    return zip_of({**members, **changes})


def with_declared_size(content: bytes, name: str, size: int) -> bytes:
    """A zip whose directory (and local header) states another inflated size for one member."""
    changed = bytearray(content)
    raw = name.encode()
    local = content.index(raw) - 30
    central = content.rindex(raw) - 46
    struct.pack_into("<I", changed, local + 22, size)
    struct.pack_into("<I", changed, central + 24, size)
    return bytes(changed)
