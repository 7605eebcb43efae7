"""What was read from a workbook, kept for the next run: a few Parquet packs in the user's cache folder.

A pack is written once and named by its own content, so that runs at the same time share no file that either changes.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import platform
import re
import tempfile
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path, PurePosixPath

import pyarrow as pa
import pyarrow.parquet as pq

from analysis.exports.entries import entry_of, reading_of
from analysis.exports.grid import Source
from analysis.exports.pieces import SCHEMA, NotKept
from analysis.exports.reading import ExportReading
from analysis.plan import Plan

VARIABLE = "SUISHENXUE_CACHE"  # another folder; empty: nothing is kept
MOST_BYTES = 512 * 1024**2
SMALL_BYTES, MOST_SMALL = 16 * 1024**2, 8  # so many small packs are made one
UNFINISHED = 3600  # seconds after which a half-written pack is left from a run that died
ENGINES = ("python-calamine", "openpyxl", "xlrd", "lxml", "numpy")
READER = ("exports", "values", "vocabulary.py", "plan.py", "plans/vocabulary.toml")
SHEET_NAMED_BY_FILE = frozenset({"csv", "html", "mhtml"})
KEYS = b"suishenxue"
PACK = re.compile(r"([0-9a-f]{16})-[0-9a-f]{64}\.parquet")  # reader and plan, content
DAMAGED = (pa.ArrowException, OSError, ValueError, TypeError, AttributeError, LookupError, StopIteration, RuntimeError)


def cache_folder() -> Path | None:
    """The user's cache folder for this program; None if the environment says that nothing is to be kept."""
    named = os.environ.get(VARIABLE)
    if named is not None:
        return Path(named) if named else None
    from platformdirs import user_cache_path

    return user_cache_path("suishenxue", appauthor=False)


@cache
def reader_version() -> str:
    """A hash of all that decides how a file is read: this reader's source, the vocabulary and the engines."""
    root = Path(__file__).parents[1]
    found = hashlib.sha256(f"{platform.python_version()} {[version(e) for e in ENGINES]}".encode())
    for path in sorted(f for name in READER for f in _files(root / name)):
        content = path.read_bytes()
        found.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode() + content)
    return found.hexdigest()


def _files(path: Path) -> Iterable[Path]:
    return path.rglob("*.py") if path.is_dir() else [path]


@dataclass
class Cache:
    """The packs that a run may use; an entry that cannot be trusted is as if it were not there."""

    folder: Path | None
    stamp: str = ""  # reader and plan: packs of another one are not looked at
    places: dict[str, tuple[Path, int]] = field(default_factory=dict)  # key of a file → its pack and row group
    opened: dict[Path, pq.ParquetFile | None] = field(default_factory=dict)
    new: dict[str, pa.Table] = field(default_factory=dict)

    def find(self, source: Source, sha256: str) -> ExportReading | None:
        """What was read from a file of this content, without a path (`reading.placed` adds it); None if unknown."""
        pack, group = self.places.get(_key(source, sha256), (None, 0))
        if pack is None:
            return None
        if pack not in self.opened:
            self.opened[pack] = _opened(pack)
        file = self.opened[pack]
        try:
            return reading_of(file.read_row_group(group, use_threads=False)) if file else None
        except DAMAGED:
            return None

    def keep(self, source: Source, sha256: str, reading: ExportReading) -> None:
        """Note a reading for `save`; one with persons or other personal data is left out."""
        if self.folder:
            with suppress(NotKept):
                self.new[_key(source, sha256)] = entry_of(reading)

    def save(self) -> None:
        """Write what is new as one pack and keep the folder small; a folder that cannot be written to does no harm."""
        if self.folder and self.new:
            with suppress(OSError):
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                _write(self.folder, self.stamp, self.new)
                self.new = {}
                self.opened = {}
                _merge_small(self.folder, self.stamp)
                _limit(self.folder)


def open_cache(folder: Path | None, plan: Plan) -> Cache:
    """The cache of a folder for this reader and this plan.

    Parameters
    ----------
    folder : need not exist; None finds and keeps nothing.
    plan : its words decide what a title or a street means.
    """
    if folder is None:
        return Cache(None)
    rules = repr(replace(plan, path=Path()))
    stamp = hashlib.sha256(f"{reader_version()} {rules}".encode()).hexdigest()[:16]
    places: dict[str, tuple[Path, int]] = {}
    for pack in _packs(folder, stamp):
        with suppress(*DAMAGED), pq.ParquetFile(pack, memory_map=False) as file:
            places |= {key: (pack, group) for group, key in enumerate(_keys(file))}
    return Cache(folder, stamp, places)


def _key(source: Source, sha256: str) -> str:
    """Content and kind; the file's name only where it names the sheet."""
    name = PurePosixPath(source.path).stem if source.kind in SHEET_NAMED_BY_FILE else ""
    return hashlib.sha256(f"{sha256}/{source.kind}/{name}".encode(errors="surrogatepass")).hexdigest()


# --- packs ----------------------------------------------------------------------------------------------------------


def _packs(folder: Path, stamp: str = "") -> list[Path]:
    """Our packs (of one reader and plan, or all); whatever else lies in the folder is left alone."""
    named = [(p, m) for p in folder.glob("*.parquet") if (m := PACK.fullmatch(p.name)) and p.is_file()]
    return sorted(p for p, m in named if stamp in ("", m[1]))


def _keys(file: pq.ParquetFile) -> list[str]:
    keys = json.loads(file.schema_arrow.metadata[KEYS])
    if len(keys) != file.num_row_groups:
        raise ValueError("keys")
    return keys


def _opened(pack: Path) -> pq.ParquetFile | None:
    """A pack in memory, if it is whole: its name holds the hash of its content."""
    try:
        content = pack.read_bytes()
        if not pack.stem.endswith(hashlib.sha256(content).hexdigest()):
            return None
        with suppress(OSError):
            os.utime(pack)  # used last: goes last
        return pq.ParquetFile(io.BytesIO(content))
    except DAMAGED:
        return None


def _write(folder: Path, stamp: str, entries: Mapping[str, pa.Table]) -> Path:
    """Write a pack under a name of its own and rename it when it is whole."""
    buffer = io.BytesIO()
    schema = SCHEMA.with_metadata({KEYS: json.dumps(list(entries)).encode()})
    with pq.ParquetWriter(buffer, schema, compression="zstd", use_dictionary=False, write_statistics=False) as writer:
        for table in entries.values():
            writer.write_table(table.replace_schema_metadata(schema.metadata), row_group_size=max(len(table), 1))
    content = buffer.getvalue()
    pack = folder / f"{stamp}-{hashlib.sha256(content).hexdigest()}.parquet"
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".new-", delete=False) as file:
        file.write(content)
    os.replace(file.name, pack)
    return pack


def _merge_small(folder: Path, stamp: str) -> None:
    """Many small packs become one; the entries of a pack that is not whole are left behind."""
    small = [p for p in _packs(folder, stamp) if p.stat().st_size < SMALL_BYTES]
    if len(small) <= MOST_SMALL:
        return
    entries: dict[str, pa.Table] = {}
    for file in filter(None, map(_opened, small)):
        with suppress(*DAMAGED):
            found = {key: file.read_row_group(i) for i, key in enumerate(_keys(file))}
            entries |= {key: table for key, table in found.items() if table.schema == SCHEMA}
    merged = _write(folder, stamp, entries)
    for pack in small:
        if pack != merged:
            pack.unlink(missing_ok=True)


def _limit(folder: Path) -> None:
    """Take away the packs used longest ago until the rest fits."""
    for left in folder.glob(".new-*"):
        if left.stat().st_mtime < time.time() - UNFINISHED:
            left.unlink(missing_ok=True)
    sizes = {p: (p.stat().st_mtime_ns, p.stat().st_size) for p in _packs(folder)}
    total = sum(size for _, size in sizes.values())
    for pack in sorted(sizes, key=lambda p: sizes[p]):
        if total <= MOST_BYTES:
            return
        pack.unlink(missing_ok=True)
        total -= sizes[pack][1]
