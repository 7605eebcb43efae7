"""What a file is, by its content; its name only decides whether a picture, PDF or Word file is what it says."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from analysis.exports import ole
from analysis.exports.grid import Unreadable
from analysis.exports.messages import (
    ARCHIVE,
    DAMAGED,
    EMPTY,
    EMPTY_ZIP,
    ENCRYPTED,
    MAIL,
    NOT_AS_NAMED,
    NOT_TABLE,
    OLD_TEXT,
    OTHER_XML,
    TOO_LARGE,
)
from analysis.exports.package import MAX_FILE, Package, check_directory, open_package, part_name

HEAD = 65_536


@dataclass(frozen=True)
class Verdict:
    """What to do with a file: `read` as `kind`, expand a `zip`, or list it as `ignored` / `unread` with a message."""

    status: str
    kind: str = ""
    message: str = ""


@dataclass(frozen=True)
class _Document:
    """A kind of file that is no export: passed over when its name says what it is."""

    title: str
    suffixes: frozenset[str]


def _document(title: str, *suffixes: str) -> _Document:
    return _Document(title, frozenset(suffixes))


PDF = _document("PDF", ".pdf")
PICTURE = _document(
    "图片", ".png", ".jpg", ".jpeg", ".jfif", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".heic", ".heif", ".svg",
    ".ico", ".emf", ".wmf",
)
WORD = _document("Word 文档", ".doc", ".docx", ".docm", ".dot", ".dotx", ".wps", ".wpt", ".rtf", ".odt", ".ofd")
SLIDES = _document("演示文稿", ".ppt", ".pptx", ".pptm", ".pps", ".ppsx", ".dps", ".odp")

_SIGNATURES: tuple[tuple[bytes, _Document], ...] = (
    (b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PICTURE), (b"\xff\xd8\xff", PICTURE), (b"GIF8", PICTURE),
    (b"II*\x00", PICTURE), (b"MM\x00*", PICTURE), (b"\x00\x00\x01\x00", PICTURE), (b"{\\rtf", WORD),
    (b"\xd7\xcd\xc6\x9a", PICTURE), (b"\x01\x00\x00\x00\x6c\x00\x00\x00", PICTURE),
)
_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"\xfd7zXZ\x00", b"BZh", b"MSCF", b"\x28\xb5\x2f\xfd")
_RAW_BIFF = re.compile(rb"\x09(?:\x00[\x04\x06]|\x02[\x06\x04]|\x04[\x06\x04]|\x08[\x04-\x20])\x00")
_MAIL_HEADER = re.compile(r"^(?:mime-version|received|message-id|x-mailer|return-path):", re.I | re.M)
_MAIL_ONLY = re.compile(r"^(?:received|message-id|return-path|to|delivered-to|x-mailer):", re.I | re.M)


def sniff(name: str, content: bytes) -> Verdict:
    """Say what a file is and whether it can be read.

    Parameters
    ----------
    name : the file's name (any path); only its suffix is looked at.
    content : the whole file.
    """
    if len(content) > MAX_FILE:
        return Verdict("unread", message=TOO_LARGE)
    if not content.strip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n"):
        return Verdict("unread", message=EMPTY)
    suffix = PurePosixPath(name).suffix.lower()
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zipped(suffix, content)
    if content.startswith(ole.SIGNATURE):
        return _compound(suffix, content)
    if _RAW_BIFF.match(content):
        return Verdict("read", "xls")
    if content.startswith(_ARCHIVES) or content[257:262] == b"ustar":
        return Verdict("unread", message=ARCHIVE)
    document = _signature(content)
    return _passed(document, suffix) if document else _text(suffix, content)


def _signature(content: bytes) -> _Document | None:
    for start, document in _SIGNATURES:
        if content.startswith(start):
            return document
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return PICTURE
    if content[4:8] == b"ftyp" and content[8:12] in {b"heic", b"heix", b"mif1", b"msf1", b"avif"}:
        return PICTURE
    if content[:2] == b"BM" and content[6:10] == b"\x00\x00\x00\x00":
        return PICTURE
    return None


def _passed(document: _Document, suffix: str) -> Verdict:
    if suffix in document.suffixes:
        return Verdict("ignored", message=f"{document.title}，不是导出表格，已跳过")
    return Verdict("unread", message=NOT_AS_NAMED.format(document.title))


def _zipped(suffix: str, content: bytes) -> Verdict:
    try:
        return _by_parts(suffix, content, {part_name(i).lower() for i in check_directory(content)})
    except Unreadable as error:
        return Verdict("unread", message=str(error))


def _by_parts(suffix: str, content: bytes, names: set[str]) -> Verdict:
    if not names:
        return Verdict("unread", message=EMPTY_ZIP)
    if "[content_types].xml" in names:
        return _office(suffix, content, names)
    if "content.xml" in names and ("mimetype" in names or "meta-inf/manifest.xml" in names):
        return _open_document(suffix, open_package(content))
    if "mimetype" in names or any(n.endswith((".iwa", "index.zip")) for n in names):
        return Verdict("unread", message=NOT_TABLE)
    return Verdict("zip", "zip")


def _office(suffix: str, content: bytes, names: set[str]) -> Verdict:
    if "word/document.xml" in names:
        return _passed(WORD, suffix)
    if "ppt/presentation.xml" in names:
        return _passed(SLIDES, suffix)
    if any(n.startswith("xl/") for n in names) or any(n.rsplit("/", 1)[-1].startswith("workbook") for n in names):
        open_package(content)
        if any(n.endswith("workbook.bin") for n in names):
            return Verdict("read", "xlsb")
        return Verdict("read", "xlsm" if "xl/vbaproject.bin" in names else "xlsx")
    return Verdict("unread", message=NOT_TABLE)


def _open_document(suffix: str, package: Package) -> Verdict:
    kind = b"".join(package.read(n) for n in ("mimetype", "META-INF/manifest.xml") if package.find(n))
    if b"encryption-data" in kind:
        return Verdict("unread", message=ENCRYPTED)
    if b"opendocument.spreadsheet" in kind:
        return Verdict("read", "ods")
    return _passed(SLIDES if b"presentation" in kind else WORD, suffix)


def _compound(suffix: str, content: bytes) -> Verdict:
    names = ole.root_names(content)
    if "EncryptedPackage" in names:
        return Verdict("unread", message=ENCRYPTED)
    if any(n.lower() in {"workbook", "book"} for n in names):
        return Verdict("read", "xls")
    if "WordDocument" in names:
        return _passed(WORD, suffix)
    if "PowerPoint Document" in names:
        return _passed(SLIDES, suffix)
    if any(n.startswith(("__substg1.0", "__properties_version1.0")) for n in names):
        return Verdict("unread", message=MAIL)
    return Verdict("unread", message=NOT_TABLE if names else DAMAGED)


def _text(suffix: str, content: bytes) -> Verdict:
    if suffix in {".eml", ".msg"}:
        return Verdict("unread", message=MAIL)
    head = head_text(content)
    if head is None:
        return Verdict("unread", message=NOT_TABLE)
    start = head.lstrip("\ufeff \t\r\n")
    if re.match(r"<[!?a-z]", start, re.I):
        return _markup(suffix, start.lower())
    if _MAIL_HEADER.search(head[:4096]) and re.match(r"[A-Za-z-]+:", start):
        return _mail(suffix, start)
    if re.search(r"<table[\s>].*?<tr[\s>]", start, re.I | re.S):
        return Verdict("read", "html")
    if start.startswith(("ID;P", "TABLE\r\n0,1", "TABLE\n0,1")):
        return Verdict("unread", message=OLD_TEXT)
    return Verdict("read", "csv")


def _mail(suffix: str, start: str) -> Verdict:
    headers = re.split(r"\r?\n\r?\n", start, maxsplit=1)[0]
    web_page = re.search(r"multipart/related|text/html", headers, re.I)
    if web_page and (suffix in {".mht", ".mhtml"} or not _MAIL_ONLY.search(headers)):
        return Verdict("read", "mhtml")
    return Verdict("unread", message=MAIL)


def _markup(suffix: str, head: str) -> Verdict:
    if "microsoft-com:office:spreadsheet" in head and "<html" not in head:
        return Verdict("read", "xml2003")
    if "<office:document" in head:
        return Verdict("read", "ods")
    if re.search(r"<(?:html|!doctype html|table|body|meta|tr|div|style|head)\b", head):
        return Verdict("read", "html")
    if "<svg" in head:
        return _passed(PICTURE, suffix)
    return Verdict("unread", message=OTHER_XML)


def head_text(content: bytes) -> str | None:
    """The first 64 KB as text for looking at, or None if the bytes are no text."""
    head = content[:HEAD]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    wide = wide_encoding(head)
    if wide:
        return head.decode(wide, "replace")
    controls = len(re.findall(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", head))
    if controls > len(head) / 1000 + 2:
        return None
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(head, final=len(content) <= HEAD)
    except UnicodeDecodeError:
        return head.decode("gb18030", "replace")


def wide_encoding(head: bytes) -> str | None:
    """UTF-16 without a byte-order mark: nearly every ASCII character brings a zero byte on one side."""
    even, odd = head[0:4096:2].count(0), head[1:4096:2].count(0)
    half = max(len(head[:4096]) // 2, 1)
    if max(even, odd) < 0.1 * half or min(even, odd) > 0.01 * half:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"
