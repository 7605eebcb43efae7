"""What is kept of a folder gives the same result, only faster, and never harms: each rule of docs/scale.md, "Cache"."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings

from analysis import pipeline
from analysis.exports import cache as cache_module
from analysis.exports.cache import KEYS, open_cache
from analysis.exports.engines import READERS
from analysis.exports.grid import Source
from analysis.exports.pieces import SCHEMA
from analysis.exports.worker import read_all
from analysis.pipeline import settle
from analysis.plan import load_plan
from tests.exports.readings import form, packs, read
from tests.rules import rare_formats
from tests.rules.test_always_holds import exports
from tests.rules.workbooks import csv_text, folder, ods, xls, xlsx, zip_of

ROOT = Path(__file__).parents[2]
WORKBOOKS = ROOT / "tests" / "workbooks"
ROWS = [["活动编号", "街镇", "活动日期", "参加人次"], ["A1", "曹杨", "2021-04-05", 20], ["A2", None, "2021-05-06", "约8人"]]


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Paths of the files that were read, not found in the cache."""
    paths: list[str] = []

    def noted(sources: Iterator[Source]) -> Iterator[Source]:
        for source in sources:
            paths.append(source.path)
            yield source

    monkeypatch.setattr(pipeline, "read_all", lambda sources, *a, **k: read_all(noted(sources), *a, **k))
    return paths


# --- the same result ------------------------------------------------------------------------------------------------


def test_every_example_workbook_is_the_same_from_the_cache(tmp_path: Path, kept: Path, opened: list[str]) -> None:
    raw = shutil.copytree(WORKBOOKS, tmp_path / "raw")
    plain = form(read(raw))
    assert form(read(raw, kept)) == plain
    opened.clear()
    assert form(read(raw, kept)) == plain
    held = {r.path for r in read(raw).readings if any(s.persons is not None or s.named is not None for s in r.sheets)}
    unread = {p.path for p in read(raw).passed}
    opened.clear()
    read(raw, kept)
    assert set(opened) - unread == held  # lists of persons, and what no engine can open, are read every time


@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(exports())
def test_drawn_exports_are_the_same_with_and_without_cache(files: dict) -> None:
    with tempfile.TemporaryDirectory() as place:
        raw, kept = folder(Path(place), files), Path(place, "cache")
        plain, cold, warm = read(raw), read(raw, kept), read(raw, kept)
        assert form(cold) == form(plain)
        assert form(warm) == form(plain)
        ours, theirs = settle(warm, load_plan()), settle(plain, load_plan())
        for table in ("records", "ledger", "repairs", "findings", "files", "accounting"):
            pd.testing.assert_frame_equal(getattr(ours, table), getattr(theirs, table))


FORMATS = {
    "xlsx": xlsx({"表": ROWS}), "xlsm": xlsx({"表": ROWS}), "xls": xls({"表": ROWS}), "ods": ods({"表": ROWS}),
    "xlsb": rare_formats.xlsb(ROWS), "xml2003": rare_formats.xml2003({"表": ROWS}), "csv": csv_text(ROWS).encode(),
    "html": rare_formats.html_table(ROWS), "mhtml": rare_formats.mhtml(ROWS),
}  # fmt: skip


@pytest.mark.parametrize("kind", FORMATS)
def test_the_same_content_under_another_name_gives_what_that_name_says(kind: str, tmp_path: Path, kept: Path) -> None:
    """Date and street of a name, and the sheet of a text file, which is named after the file."""
    content, end = FORMATS[kind], "xls" if kind == "xml2003" else kind
    read(folder(tmp_path / "a", {f"曹杨_20210601.{end}": content}), kept)
    names = {f"长风_20210701.{end}": content, f"汇总.{end}": content, f"无.{end}": content}
    zipped = zip_of({f"表.{end}": content, f"长征、曹杨.{end}": content})
    raw = folder(tmp_path / "b", {**names, "真如_20210801.zip": zipped})
    assert form(read(raw, kept)) == form(read(raw))
    assert form(read(raw, kept)) == form(read(raw))
    assert set(FORMATS) == set(READERS)


# --- only new files are read ----------------------------------------------------------------------------------------


def test_a_rerun_reads_only_new_files(tmp_path: Path, kept: Path, opened: list[str]) -> None:
    raw = folder(tmp_path, {f"2021070{i}.xlsx": [*ROWS, ["A3", "长风", "2021-05-07", i]] for i in range(1, 6)})
    read(raw, kept)
    assert len(opened) == 5
    opened.clear()
    folder(tmp_path, {"20210708.xlsx": [*ROWS, ["A4", "长征", "2021-05-07", 7]]})
    (raw / "20210701.xlsx").rename(raw / "改名_20210709.xlsx")
    assert form(read(raw, kept)) == form(read(raw))
    assert opened[:1] == ["20210708.xlsx"]
    assert opened[1:] == sorted(p.name for p in raw.iterdir())  # the comparison without cache


def test_no_worker_starts_when_everything_is_known(tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = folder(tmp_path, {"20210701.xlsx": ROWS})
    first = form(read(raw, kept))

    def no_pool(*_: object, **__: object) -> None:
        raise AssertionError("a worker was wanted")

    monkeypatch.setattr("pebble.pool.process.ProcessPool.schedule", no_pool)
    monkeypatch.setattr("pebble.pool.process.start_workers", no_pool, raising=False)
    assert form(read(raw, kept)) == first


def test_another_plan_vocabulary_or_reader_is_another_cache(
    tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = folder(tmp_path, {"20210701.xlsx": ROWS})
    read(raw, kept)
    plan = load_plan()
    assert open_cache(kept, plan).places
    assert open_cache(kept, replace(plan, path=Path("moved.toml"))).places
    assert not open_cache(kept, replace(plan, year=2022)).places
    assert not open_cache(kept, replace(plan, home_words=(*plan.home_words, "家中"))).places
    monkeypatch.setattr(cache_module, "reader_version", lambda: "another")
    assert not open_cache(kept, plan).places


# --- the reader's version -------------------------------------------------------------------------------------------

LOADED = """import pkgutil, sys
import analysis.exports
for m in pkgutil.iter_modules(analysis.exports.__path__):
    __import__(f"analysis.exports.{m.name}")
print(*(m.__file__ for n, m in sys.modules.items() if n.startswith("analysis.") and m.__file__), sep="\\n")"""
VERSION = "from analysis.exports.cache import reader_version; print(reader_version())"


def python(code: str, root: Path = ROOT) -> str:
    return subprocess.run([sys.executable, "-c", code], cwd=root, env={**os.environ, "PYTHONPATH": str(root)},
                          capture_output=True, text=True, check=True).stdout.strip()


def test_the_version_covers_every_module_that_reads() -> None:
    analysis = ROOT / "analysis"
    covered = {f for name in cache_module.READER for f in cache_module._files(analysis / name)}
    loaded = {Path(line) for line in python(LOADED).splitlines()}
    assert len(loaded) > 30
    assert loaded <= covered
    assert analysis / "plans" / "vocabulary.toml" in covered


@pytest.mark.parametrize("part", ["exports/titles.py", "values/dates.py", "plans/vocabulary.toml", "exports/entries.py"])
def test_any_change_of_the_reader_or_its_words_is_another_version(part: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "analysis", tmp_path / "analysis", ignore=shutil.ignore_patterns("__pycache__", "fonts"))
    same = python(VERSION, tmp_path)
    assert same == python(VERSION)
    with (tmp_path / "analysis" / part).open("a", encoding="utf-8") as file:
        file.write("# another\n")
    assert python(VERSION, tmp_path) != same


# --- what is not whole, or not ours ---------------------------------------------------------------------------------


def flipped(content: bytes) -> bytes:
    at = len(content) // 3
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


DAMAGES = {
    "one bit": flipped, "cut off": lambda c: c[: len(c) // 2], "the end cut off": lambda c: c[:-1],
    "empty": lambda _: b"", "other bytes": lambda _: b"PAR1" + bytes(99) + b"PAR1", "more": lambda c: c + b"\x00",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_pack_is_ignored(damage: str, tmp_path: Path, kept: Path, opened: list[str]) -> None:
    raw = folder(tmp_path, {"20210701.xlsx": ROWS, "20210702.csv": csv_text(ROWS)})
    plain = form(read(raw))
    read(raw, kept)
    (pack,) = packs(kept)
    pack.write_bytes(DAMAGES[damage](pack.read_bytes()))
    opened.clear()
    assert form(read(raw, kept)) == plain
    assert len(opened) == 2
    opened.clear()
    assert form(read(raw, kept)) == plain
    assert opened == []  # written again


def named_by_content(folder: Path, stamp: str, table: pa.Table) -> None:
    """A pack whose checksum is right."""
    pq.write_table(table, folder / "x")
    content = (folder / "x").read_bytes()
    (folder / "x").rename(folder / f"{stamp}-{hashlib.sha256(content).hexdigest()}.parquet")


def test_foreign_files_in_the_folder_are_ignored(tmp_path: Path, kept: Path, opened: list[str]) -> None:
    raw = folder(tmp_path, {"20210701.xlsx": ROWS})
    plain = form(read(raw))
    read(raw, kept)
    (pack,) = packs(kept)
    stamp, keys = pack.stem.partition("-")[0], pq.read_schema(pack).metadata[KEYS]
    pack.unlink()
    (kept / f"{stamp}-notes.parquet").write_text("不是缓存", encoding="utf-8")
    (kept / f"{stamp}-{'0' * 64}.parquet").mkdir()
    (kept / f"{stamp}-{'1' * 64}.parquet").write_bytes(b"PAR1")
    (kept / "readme.txt").write_text("别人的文件", encoding="utf-8")
    named_by_content(kept, stamp, pa.table({"a": [1]}))
    named_by_content(kept, stamp, pa.table({"a": [1]}).replace_schema_metadata({KEYS: keys}))
    for texts in ([], ["{}"], ["不是 JSON"], ['{"sheets": 5}'], ['{"kind": "xlsx", "sheets": [{"home": true}]}']):
        line = pa.table([[b""], [texts], [bytes(len(texts))]], schema=SCHEMA.with_metadata({KEYS: keys}))
        named_by_content(kept, stamp, line)
        before = set(packs(kept))
        opened.clear()
        assert form(read(raw, kept)) == plain
        assert opened == ["20210701.xlsx"]
        for new in set(packs(kept)) - before:
            new.unlink()


def test_a_folder_that_cannot_be_written_to_does_no_harm(
    tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch, opened: list[str]
) -> None:
    raw = folder(tmp_path, {"20210701.xlsx": ROWS})
    plain = form(read(raw))
    occupied = tmp_path / "a file, no folder"
    occupied.write_bytes(b"")
    assert form(read(raw, occupied)) == plain
    read(raw, kept)

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "read-only")

    for name in ("os.utime", "os.replace", "tempfile.NamedTemporaryFile"):
        monkeypatch.setattr(f"analysis.exports.cache.{name}", refused)
    folder(tmp_path, {"20210702.xlsx": [*ROWS, ["A3", "长风", "2021-05-07", 3]]})
    opened.clear()
    assert len(read(raw, kept).readings) == 2
    assert opened == ["20210702.xlsx"]  # what was there before still helps
