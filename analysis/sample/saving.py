"""Write a workbook with the same bytes every time: openpyxl puts the current time into the file."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

from openpyxl import Workbook

MOMENT = (2021, 12, 31, 0, 0, 0)
STATED = b"2021-12-31T00:00:00Z"
AUTHOR = "演示数据"


def save(book: Workbook, path: Path) -> None:
    """Save a workbook under a fixed time, author and order of parts."""
    book.properties.creator = AUTHOR
    book.properties.title = AUTHOR
    buffer = io.BytesIO()
    book.save(buffer)
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(path, "w") as new:
        for part in old.infolist():
            new.writestr(_entry(part.filename), _timeless(part.filename, old.read(part)), compresslevel=9)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, MOMENT)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    return entry


def _timeless(name: str, content: bytes) -> bytes:
    if name != "docProps/core.xml":
        return content
    return re.sub(rb"(<dcterms:(created|modified)[^>]*>)[^<]*", rb"\g<1>" + STATED, content)
