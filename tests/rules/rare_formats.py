"""Bytes of formats no Python library writes (or not this way), and of files that must not be read."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from typing import Any

from tests.rules.formats import Rows, zip_of

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000") + bytes(64) + bytes.fromhex("ffd9")
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
RAR = b"Rar!\x1a\x07\x01\x00" + bytes(64)
SEVEN_ZIP = b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(64)
EML = (
    "From: a@example.org\r\nTo: b@example.org\r\nSubject: export\r\nDate: Thu, 1 Jul 2021 09:00:00 +0800\r\n"
    "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n见附件\r\n"
).encode()


def xml2003(sheets: Mapping[str, Rows], merge_down: Mapping[tuple[int, int], int] | None = None) -> bytes:
    """Excel 2003 XML; `merge_down` maps a 0-based (row, column) to the number of further rows of the merge."""
    merges = merge_down or {}
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n<?mso-application progid="Excel.Sheet"?>\n'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
    ]
    for name, rows in sheets.items():
        parts.append(f'<Worksheet ss:Name="{escape(name)}"><Table>')
        for i, row in enumerate(rows):
            cells = []
            for j, cell in enumerate(row):
                if cell is None or any(c == j and r < i <= r + down for (r, c), down in merges.items()):
                    continue
                down = f' ss:MergeDown="{merges[i, j]}"' if (i, j) in merges else ""
                kind, text = _xml_value(cell)
                cells.append(f'<Cell ss:Index="{j + 1}"{down}><Data ss:Type="{kind}">{escape(text)}</Data></Cell>')
            parts.append(f"<Row>{''.join(cells)}</Row>")
        parts.append("</Table></Worksheet>")
    return ("".join(parts) + "</Workbook>").encode()


def _xml_value(cell: Any) -> tuple[str, str]:
    if isinstance(cell, date):
        return "DateTime", f"{cell.isoformat()}T00:00:00.000"
    return ("Number", str(cell)) if isinstance(cell, int | float) else ("String", str(cell))


def html_table(rows: Rows, charset: str = "utf-8", rowspans: Mapping[tuple[int, int], int] | None = None) -> bytes:
    """A table as a web page, as many systems export it under the name .xls."""
    spans = rowspans or {}
    lines = []
    for i, row in enumerate(rows):
        cells = "".join(
            f"<td{f' rowspan={spans[i, j]}' if (i, j) in spans else ''}>{escape('' if c is None else str(c))}</td>"
            for j, c in enumerate(row)
            if not any(b == j and a < i < a + n for (a, b), n in spans.items())
        )
        lines.append(f"<tr>{cells}</tr>")
    page = (
        f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}"></head>'
        f"<body><table border=1>{''.join(lines)}</table></body></html>"
    )
    return page.encode(charset)


def mhtml(rows: Rows) -> bytes:
    """The same page as a single-file web archive."""
    body = base64.encodebytes(html_table(rows)).decode()
    return (
        'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="----=_Next"\r\n\r\n'
        "------=_Next\r\nContent-Location: file:///C:/sheet.htm\r\nContent-Transfer-Encoding: base64\r\n"
        f'Content-Type: text/html; charset="utf-8"\r\n\r\n{body}\r\n------=_Next--\r\n'
    ).encode()


def strict(content: bytes) -> bytes:
    """An .xlsx rewritten in the namespaces of strict Office Open XML."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {i.filename: archive.read(i) for i in archive.infolist()}
    changes = (
        (b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
        (b"http://schemas.openxmlformats.org/officeDocument/2006/", b"http://purl.oclc.org/ooxml/officeDocument/"),
    )
    for name, part in members.items():
        for old, new in changes:
            part = part.replace(old, new)
        members[name] = part
    return zip_of(members)


def xlsb(rows: Rows) -> bytes:
    """A binary workbook of one sheet 数据 with text and numbers."""
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    book = _record(0x83) + _record(0x8F) + _record(0x9C, struct.pack("<II", 0, 1) + _wide("rId1") + _wide("数据"))
    sheet = _record(0x81) + _record(0x94, struct.pack("<IIII", 0, len(rows) - 1, 0, max(map(len, rows)) - 1))
    sheet += _record(0x91)
    for i, row in enumerate(rows):
        sheet += _record(0x00, struct.pack("<IIHBBBI", i, 0, 300, 0, 0, 0, 0))
        for j, cell in enumerate(row):
            head = struct.pack("<II", j, 0)
            if isinstance(cell, int | float):
                sheet += _record(0x05, head + struct.pack("<d", cell))
            elif cell is not None:
                sheet += _record(0x06, head + _wide(str(cell)))
    sheet += _record(0x92) + _record(0x82)
    return zip_of({
        "[Content_Types].xml": (
            f'<?xml version="1.0"?><Types xmlns="{package}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="bin" '
            'ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>'
        ).encode(),
        "_rels/.rels": (
            f'<?xml version="1.0"?><Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
            f'Type="{relation}/officeDocument" Target="xl/workbook.bin"/></Relationships>'
        ).encode(),
        "xl/workbook.bin": book + _record(0x90) + _record(0x84),
        "xl/_rels/workbook.bin.rels": (
            f'<?xml version="1.0"?><Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
            f'Type="{relation}/worksheet" Target="worksheets/sheet1.bin"/></Relationships>'
        ).encode(),
        "xl/worksheets/sheet1.bin": sheet,
    })


def _record(kind: int, content: bytes = b"") -> bytes:
    code = bytes([kind]) if kind < 0x80 else bytes([kind, 1])
    size, length = len(content), b""
    while True:
        length += bytes([size & 0x7F | (0x80 if size > 0x7F else 0)])
        size >>= 7
        if not size:
            return code + length + content


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def compound(streams: Sequence[str]) -> bytes:
    """An OLE compound file with empty streams of these names (an encrypted workbook, an Outlook message)."""
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<I", 0) + b"\xff" * (108 * 4)
    fat = struct.pack("<II", 0xFFFFFFFD, 0xFFFFFFFE) + b"\xff" * (126 * 4)
    entries = [_entry("Root Entry", 5, 1)]
    entries += [_entry(n, 2, -1, i + 2 if i + 1 < len(streams) else -1) for i, n in enumerate(streams)]
    entries += [bytes(128)] * (4 - len(entries))
    return header + fat + b"".join(entries[:4])


def _entry(name: str, kind: int, child: int, right: int = -1) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    entry = text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1) + struct.pack("<iii", -1, right, child)
    return entry + bytes(36) + struct.pack("<IQ", 0xFFFFFFFE, 0)


ENCRYPTED = compound(["EncryptionInfo", "EncryptedPackage"])
MSG = compound(["__properties_version1.0", "__substg1.0_001A001F"])


def encrypted_xls(content: bytes) -> bytes:
    """A BIFF workbook that states it is encrypted: a FILEPASS record behind its first BOF."""
    start = content.index(bytes.fromhex("0908100000060500"))
    return content[: start + 20] + struct.pack("<HH", 0x2F, 4) + b"\1\0\1\0" + content[start + 28 :]


def docx() -> bytes:
    """A Word document."""
    from docx import Document

    buffer = io.BytesIO()
    document = Document()
    document.add_paragraph("通知")
    document.save(buffer)
    return buffer.getvalue()
