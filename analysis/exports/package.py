"""A zip container (.xlsx, .xlsb, .ods, a zip of files) opened with limits; no part inflates beyond its said size."""

from __future__ import annotations

import io
import struct
import zipfile
from dataclasses import dataclass

from isal import isal_zlib

from analysis.exports.grid import Unreadable
from analysis.exports.messages import DAMAGED, DOUBLED, MEMBER_ENCRYPTED, TOO_LARGE, UNKNOWN_METHOD

MAX_FILE = 100 * 1024**2
MAX_INFLATED = 400 * 1024**2
MAX_HONEST, HONEST_RATIO = 1536 * 1024**2, 20  # a million rows inflate to 600 MB, but only ten to one
MAX_PARTS = 5000
MAX_RATIO = 200
RATIO_FROM = 10 * 1024**2  # a small part may compress as well as it likes
MAX_DIRECTORY = 4 * 1024**2  # 5,000 entries with long names

STORED, DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED
LOCAL_HEADER = b"PK\x03\x04"


@dataclass(frozen=True)
class Package:
    """The parts of a zip container by name, and the bytes they are cut from."""

    content: bytes
    parts: dict[str, zipfile.ZipInfo]

    def __contains__(self, name: object) -> bool:
        return name in self.parts

    def find(self, name: str) -> str | None:
        """A part by its name as stored, else by its name in any case (part names ignore case)."""
        if name in self.parts:
            return name
        wanted = name.lower()
        return next((n for n in self.parts if n.lower() == wanted), None)

    def read(self, name: str) -> bytes:
        """One part, inflated and checked.

        Raises
        ------
        Unreadable : the part is missing, encrypted, longer than declared, or its checksum is wrong.
        """
        found = self.find(name)
        if found is None:
            raise Unreadable(DAMAGED)
        return inflate(self.content, self.parts[found])

    def check(self, *names: str) -> None:
        """Inflate parts that only an engine will read: it checks neither their length nor, always, their sum."""
        for name in names:
            if self.find(name):
                self.read(name)


def open_package(content: bytes) -> Package:
    """Read the directory of a workbook's container and check it against the limits, without inflating anything.

    Raises
    ------
    Unreadable : no directory (truncated), too many parts, too large, or a part name twice.
    """
    infos = check_directory(content)
    check_limits(infos)
    parts = {part_name(i): i for i in infos}
    if len({n.lower() for n in parts}) < len(infos):
        raise Unreadable(DOUBLED)
    return Package(content, parts)


def part_name(info: zipfile.ZipInfo) -> str:
    return info.filename.replace("\\", "/").lstrip("/")


def check_directory(content: bytes) -> list[zipfile.ZipInfo]:
    """Every file in a zip's directory; the directory's length is checked before it is parsed."""
    if directory_size(content) > MAX_DIRECTORY:
        raise Unreadable(TOO_LARGE)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [i for i in archive.infolist() if not i.filename.endswith("/")]
    except Exception as error:  # zipfile raises whatever a broken field leads it to
        raise Unreadable(DAMAGED) from error


def directory_size(content: bytes) -> int:
    end = content.rfind(b"PK\x05\x06", max(0, len(content) - 66_000))
    return int.from_bytes(content[end + 12 : end + 16], "little") if end >= 0 else 0


def check_limits(infos: list[zipfile.ZipInfo]) -> None:
    """Parts ≤ 5,000, inflated ≤ 400 MB (more at a ratio of real data), no part over 10 MB squeezed over 200 to one."""
    inflated, packed = sum(i.file_size for i in infos), sum(i.compress_size for i in infos)
    limit = MAX_HONEST if inflated <= HONEST_RATIO * packed else MAX_INFLATED
    if len(infos) > MAX_PARTS or inflated > limit:
        raise Unreadable(TOO_LARGE)
    if any(too_dense(i) for i in infos):
        raise Unreadable(TOO_LARGE)


def too_dense(info: zipfile.ZipInfo) -> bool:
    return info.file_size > RATIO_FROM and info.file_size > MAX_RATIO * max(info.compress_size, 1)


def inflate(content: bytes, info: zipfile.ZipInfo) -> bytes:
    """The bytes of one entry: never more than its directory line declares, and with the right checksum."""
    if info.flag_bits & 0x1:
        raise Unreadable(MEMBER_ENCRYPTED)
    start = info.header_offset
    if content[start : start + 4] != LOCAL_HEADER:
        raise Unreadable(DAMAGED)
    start += 30 + sum(struct.unpack_from("<HH", content, start + 26))
    packed = memoryview(content)[start : start + info.compress_size]
    if info.compress_type == STORED:
        data = bytes(packed[: info.file_size])
    elif info.compress_type == DEFLATED:
        data = _inflated(packed, info.file_size)
    else:
        data = _by_zipfile(content, info)
    if len(data) != info.file_size or isal_zlib.crc32(data) != info.CRC:
        raise Unreadable(DAMAGED)
    return data


def _inflated(packed: memoryview, size: int) -> bytes:
    if not size:
        return b""
    stream = isal_zlib.decompressobj(-15)
    try:
        data = stream.decompress(packed, size + 1)
    except isal_zlib.error as error:  # type: ignore[misc]  # the stub calls it a variable
        raise Unreadable(DAMAGED) from error
    return data if len(data) >= size else data + stream.flush()[: size + 1]


def _by_zipfile(content: bytes, info: zipfile.ZipInfo) -> bytes:
    """Rare methods (bzip2, LZMA) of archives; workbooks never use them."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(info) as part:
            return part.read(info.file_size + 1)
    except Exception as error:
        raise Unreadable(UNKNOWN_METHOD) from error
