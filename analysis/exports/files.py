"""The files of a folder of exports, one by one: what is read, what is passed over and why, zips expanded."""

from __future__ import annotations

import os
import re
import stat
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from analysis.exports.grid import Source, Unreadable
from analysis.exports.lines import name_date
from analysis.exports.messages import EMPTY_ZIP, LINKED, NOT_OPENED, TOO_DEEP, TOO_LARGE, TOO_MANY, named
from analysis.exports.package import MAX_FILE, MAX_INFLATED, MAX_PARTS, check_directory, inflate, too_dense
from analysis.exports.sniff import sniff

MAX_DEPTH = 3  # a zip in a zip in a zip
_README = re.compile(r"readme([._-][a-z]{2}([_-][a-z]+)?)?(\.(txt|rst|docx?|pdf|html?))?")
SAMPLE = "sample"  # raw_exports/sample must never be added to the real exports beside it


@dataclass(frozen=True)
class Passed:
    """A file that is not read: `ignored` (no export) or `unread` (the run is then incomplete)."""

    path: str
    status: str
    message: str


def unread(path: str, message: str) -> Passed:
    """A file that should have been read; its message names it."""
    return Passed(path, "unread", named(path, message))


@dataclass
class _Budget:
    """What may still be taken from one zip, over all its levels."""

    size: int = MAX_INFLATED
    members: int = MAX_PARTS


def walk(folder: Path) -> Iterator[Source | Passed]:
    """Every file of a folder and its subfolders, in the order of their paths; a zip gives its members.

    Parameters
    ----------
    folder : the folder of exports.

    Yields
    ------
    Source : a file that an engine can open, with its bytes and its kind.
    Passed : a file that is passed over or cannot be read, with a message in Chinese.

    Raises
    ------
    NotADirectoryError : there is no such folder.
    """
    if not folder.is_dir():
        raise NotADirectoryError(str(folder))
    yield from _folder(folder, "")


def _folder(folder: Path, prefix: str) -> Iterator[Source | Passed]:
    try:
        entries = sorted(os.scandir(folder), key=lambda e: e.name)
    except OSError:
        yield unread(prefix.rstrip("/"), NOT_OPENED)
        return
    for entry in entries:
        path = prefix + shown_name(entry.name)
        reason = passed_over(entry.name, nested=bool(prefix))
        if reason:
            yield Passed(path, "ignored", reason)
        elif not prefix and entry.name == SAMPLE and entry.is_dir():
            yield Passed(path, "ignored", "演示数据的文件夹，已跳过；要看演示，请直接指定它")
        elif entry.is_dir(follow_symlinks=False):
            yield from _folder(Path(entry.path), f"{path}/")
        elif entry.is_dir():
            yield unread(path, LINKED)
        else:
            yield from _file(Path(entry.path), path)


def shown_name(name: str) -> str:
    """A file name as text: names in GBK bytes (copied from an old Windows) are decoded."""
    raw = os.fsencode(name)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def passed_over(name: str, nested: bool = True) -> str:
    """Why a file is passed over by its name alone; empty if it is not."""
    lower = name.lower()
    if lower.startswith("~$"):
        return "Excel / WPS 的临时锁文件，已跳过"
    if lower.startswith(".") or lower in {"thumbs.db", "desktop.ini", "__macosx"}:
        return "系统或隐藏文件，已跳过"
    if lower.endswith(".md") or _README.fullmatch(lower):
        return "说明文件，已跳过"
    if lower == "corrections.csv":
        return "更正文件只在最上层文件夹有效，此处未使用" if nested else "更正文件，不是导出"
    return ""


def _file(path: Path, relative: str) -> Iterator[Source | Passed]:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            yield Passed(relative, "ignored", "不是普通文件，已跳过")
            return
        if status.st_size > MAX_FILE:
            yield unread(relative, TOO_LARGE)
            return
        content = path.read_bytes()
    except OSError:
        yield unread(relative, NOT_OPENED)
        return
    yield from sort_content(relative, content, "", _Budget(), 0)


def sort_content(path: str, content: bytes, parent: str, budget: _Budget, depth: int) -> Iterator[Source | Passed]:
    """One file's bytes: a source, a passed-over file, or the members of a zip."""
    verdict = sniff(path, content)
    if verdict.status == "zip":
        yield from _zip(path, content, parent, budget, depth + 1)
    elif verdict.status == "read":
        yield Source(path, content, verdict.kind, parent)
    else:
        yield Passed(path, "ignored", verdict.message) if verdict.status == "ignored" else unread(path, verdict.message)


def _zip(path: str, content: bytes, parent: str, budget: _Budget, depth: int) -> Iterator[Source | Passed]:
    """A member without a date of its own takes the zip's: `parent` is the nearest zip whose name has one."""
    if depth > MAX_DEPTH:
        yield unread(path, TOO_DEEP)
        return
    try:
        infos = check_directory(content)
    except Unreadable as error:
        yield unread(path, str(error))
        return
    budget.members -= len(infos)
    if budget.members < 0 or sum(i.file_size for i in infos) > budget.size:
        yield unread(path, TOO_MANY)
        return
    budget.size -= sum(i.file_size for i in infos)
    if not infos:
        yield unread(path, EMPTY_ZIP)
    dated = path if name_date(path) or not parent else parent
    seen: dict[str, int] = {}
    for name, info in sorted(((member_name(i), i) for i in infos), key=lambda pair: pair[0]):
        seen[name] = seen.get(name, 0) + 1
        label = f"{path}/{name}" if seen[name] == 1 else f"{path}/{name} ({seen[name]})"
        yield from _member(label, name, content, info, dated, budget, depth)


def _member(
    label: str, name: str, content: bytes, info: zipfile.ZipInfo, parent: str, budget: _Budget, depth: int
) -> Iterator[Source | Passed]:
    reason = next((r for r in map(passed_over, name.split("/")) if r), "")
    if reason:
        yield Passed(label, "ignored", reason)
        return
    if too_dense(info) or info.file_size > MAX_FILE:
        yield unread(label, TOO_LARGE)
        return
    try:
        data = inflate(content, info)
    except Unreadable as error:
        yield unread(label, str(error))
        return
    yield from sort_content(label, data, parent, budget, depth)


def member_name(info: zipfile.ZipInfo) -> str:
    """A member's path: its Unicode name if it has one, else UTF-8, else GBK (Windows), never leading out of the zip."""
    if info.flag_bits & 0x800:
        name = info.filename
    else:
        raw = info.orig_filename.encode("cp437", "replace")
        name = _unicode_path(info.extra) or _decoded(raw)
    steps = [s for s in name.replace("\\", "/").split("\x00")[0].split("/") if s not in {"", ".", ".."}]
    return "/".join(steps) or "无名文件"


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("cp437")


def _unicode_path(extra: bytes) -> str | None:
    """The Info-ZIP Unicode path (field 0x7075)."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        if kind == 0x7075 and size > 5:
            return extra[at + 9 : at + 4 + size].decode("utf-8", "replace")
        at += 4 + size
    return None
