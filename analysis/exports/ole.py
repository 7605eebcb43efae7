"""The directory of an OLE compound file (.xls, .doc, .msg, an encrypted .xlsx): the names under its root."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from itertools import islice

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST_SECTOR = 0xFFFFFFFA
_NO_ENTRY = 0xFFFFFFFF
_ENTRY = 128
MAX_ENTRIES = 20_000


def root_names(content: bytes) -> frozenset[str]:
    """The streams and storages directly under the root; empty if the directory cannot be followed."""
    try:
        return _root_names(content)
    except (struct.error, ValueError, IndexError):
        return frozenset()


def is_sound(content: bytes) -> bool:
    """Whether all sectors are there (a cut-off download lacks the last ones) and no chain runs in a circle."""
    if not content.startswith(SIGNATURE):
        return True
    try:
        size = 1 << min(struct.unpack_from("<H", content, 30)[0], 12)
        fat = _allocation(content, size)
        small = b"".join(_chain(content, fat, struct.unpack_from("<I", content, 60)[0], size))
    except (struct.error, ValueError, IndexError):
        return False
    table = struct.unpack(f"<{len(small) // 4}I", small[: len(small) // 4 * 4])
    return len(content) % size == 0 and not _runs_in_circles(fat) and not _runs_in_circles(table)


def _runs_in_circles(table: Sequence[int]) -> bool:
    visited = [0] * len(table)
    for start in range(len(table)):
        at = start
        while at < len(table) and not visited[at]:
            visited[at] = start + 1
            at = table[at]
        if at < len(table) and visited[at] == start + 1:
            return True
    return False


def _root_names(content: bytes) -> frozenset[str]:
    shift = struct.unpack_from("<H", content, 30)[0]
    if shift not in (9, 12):
        return frozenset()
    size = 1 << shift
    fat = _allocation(content, size)
    directory = b"".join(islice(_chain(content, fat, struct.unpack_from("<I", content, 48)[0], size), 20_000))
    entries = [directory[i : i + _ENTRY] for i in range(0, min(len(directory), _ENTRY * MAX_ENTRIES), _ENTRY)]
    names, seen, waiting = set(), set(), [struct.unpack_from("<I", entries[0], 76)[0]]
    while waiting:
        index = waiting.pop()
        if index == _NO_ENTRY or index in seen or index >= len(entries):
            continue
        seen.add(index)
        entry = entries[index]
        length = struct.unpack_from("<H", entry, 64)[0]
        names.add(entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace"))
        waiting += struct.unpack_from("<II", entry, 68)
    return frozenset(names)


def _allocation(content: bytes, size: int) -> list[int]:
    """The sector table, through the list in the header and its continuation."""
    count, = struct.unpack_from("<I", content, 44)
    sectors = [s for s in struct.unpack_from("<109I", content, 76) if s < _LAST_SECTOR]
    following, = struct.unpack_from("<I", content, 68)
    per, seen = size // 4, set()
    while following < _LAST_SECTOR and following not in seen and len(sectors) < count:
        seen.add(following)
        *more, following = struct.unpack_from(f"<{per}I", content, (following + 1) * size)
        sectors += [s for s in more if s < _LAST_SECTOR]
    table: list[int] = []
    for sector in sectors[: len(content) // size // per + 2]:  # no file needs more, and a hostile one names millions
        piece = content[(sector + 1) * size : (sector + 2) * size]
        table += struct.unpack(f"<{len(piece) // 4}I", piece[: len(piece) // 4 * 4])
    return table


def _chain(content: bytes, fat: list[int], sector: int, size: int) -> Iterator[bytes]:
    seen: set[int] = set()
    while sector < _LAST_SECTOR and sector not in seen:
        seen.add(sector)
        yield content[(sector + 1) * size : (sector + 2) * size]
        sector = fat[sector]
