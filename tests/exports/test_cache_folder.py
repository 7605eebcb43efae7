"""The folder of the cache: its size, several runs at once, where it is, and that no personal data is in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from analysis.exports import cache as cache_module
from analysis.exports.cache import VARIABLE, Cache, cache_folder, open_cache
from analysis.exports.grid import Source
from analysis.exports.lines import Stated
from analysis.exports.reading import ExportReading
from analysis.exports.sheet_reading import SheetReading
from analysis.plan import load_plan
from tests.exports.readings import form, form_of, packs, read
from tests.rules.test_privacy import Planted, leaks
from tests.rules.test_privacy import exports as personal_exports
from tests.rules.workbooks import folder

ROOT = Path(__file__).parents[2]
WORKBOOKS = ROOT / "tests" / "workbooks"
ROWS = [["活动编号", "街镇", "活动日期", "参加人次"], ["A1", "曹杨", "2021-04-05", 20]]


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "cache"


# --- size -----------------------------------------------------------------------------------------------------------


def made(number: int) -> ExportReading:
    """A small reading that can be told from others."""
    sheet = SheetReading(f"表{number}", False, "other", "", np.arange(number, dtype=np.int32), np.empty(0, np.int32))
    return ExportReading("", "xlsx", (sheet,), Stated(), None, (None,), ((),), (), False, False)


def store(kept: Path, *numbers: int) -> None:
    cache = open_cache(kept, load_plan())
    for n in numbers:
        cache.keep(Source("a.xlsx", b"", "xlsx"), str(n), made(n))
    cache.save()


def held(cache: Cache, number: int) -> bool:
    found = cache.find(Source("b.xlsx", b"", "xlsx"), str(number))
    assert found is None or form_of(found) == form_of(made(number))
    return found is not None


def test_the_packs_used_longest_ago_go_first(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in (1, 2, 3):
        store(kept, n)
        for pack in packs(kept):
            os.utime(pack, ns=(0, pack.stat().st_mtime_ns - 10**12))
    assert held(open_cache(kept, load_plan()), 1)  # used just now
    size = max(p.stat().st_size for p in packs(kept))
    monkeypatch.setattr(cache_module, "MOST_BYTES", 3 * size + 50)
    store(kept, 4)
    cache = open_cache(kept, load_plan())
    assert [held(cache, n) for n in (1, 2, 3, 4)] == [True, False, True, True]
    monkeypatch.setattr(cache_module, "MOST_BYTES", 10)
    store(kept, 5)
    assert packs(kept) == []


def test_files_of_others_in_the_folder_are_never_taken_away(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.mkdir()
    others = [kept / "调查数据.parquet", kept / "a.csv", kept / "0123456789abcdef-x.parquet"]
    for path in others:
        path.write_bytes(bytes(100))
        os.utime(path, (0, 0))
    monkeypatch.setattr(cache_module, "MOST_BYTES", 10)
    for n in range(1, 12):
        store(kept, n)
    assert sorted(p.name for p in kept.iterdir()) == sorted(p.name for p in others)


def test_many_small_packs_become_one(kept: Path) -> None:
    for n in range(1, 20):
        store(kept, n)
        assert len(packs(kept)) <= cache_module.MOST_SMALL
    cache = open_cache(kept, load_plan())
    assert all(held(cache, n) for n in range(1, 20))
    assert not list(kept.glob(".new-*"))


def test_what_a_dead_run_left_half_written_is_cleared_away_later(kept: Path) -> None:
    store(kept, 1)
    old, young = kept / ".new-old", kept / ".new-young"
    for path in (old, young):
        path.write_bytes(b"x")
    os.utime(old, (0, 0))
    store(kept, 2)
    assert not old.exists()
    assert young.exists()


# --- two at once ----------------------------------------------------------------------------------------------------


def hammer(kept: Path, own: int) -> int:
    """Store, merge and find again and again beside others; how many were found (each checked)."""
    found = 0
    for round_ in range(12):
        store(kept, *(1 + (own + round_ + i) % 15 for i in range(3)))
        cache = open_cache(kept, load_plan())
        found += sum(held(cache, n) for n in range(1, 16))
    return found


def test_several_processes_at_once_do_no_harm(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        found = list(pool.map(partial(hammer, kept), range(3)))
    assert all(found)
    cache = open_cache(kept, load_plan())
    assert sum(held(cache, n) for n in range(1, 16)) > 0
    assert not list(kept.glob(".new-*"))


def command(*arguments: object, cache: Path | str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-m", "analysis", *map(str, arguments)], cwd=ROOT, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, VARIABLE: str(cache)})


def tables(out: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(out.iterdir())}


def test_two_commands_at_once_and_one_later_write_the_same_tables(tmp_path: Path, kept: Path) -> None:
    raw = shutil.copytree(WORKBOOKS, tmp_path / "raw")
    alone = command("check", raw, "--no-cache", "--out", tmp_path / "plain", cache=kept)
    alone.communicate()
    assert alone.returncode == 1  # there are unreadable examples
    assert not kept.exists()
    both = [command("check", raw, "--out", tmp_path / name, cache=kept) for name in "ab"]
    for running in both:
        assert "Traceback" not in running.communicate()[1]
    command("check", raw, "--out", tmp_path / "later", cache=kept).communicate()
    assert packs(kept)
    for name in ("a", "b", "later"):
        assert tables(tmp_path / name) == tables(tmp_path / "plain")


# --- where it is, and what is in it ---------------------------------------------------------------------------------


def test_the_folder_is_the_user_s_own_and_can_be_named_or_done_without(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "x"))
    assert cache_folder() == tmp_path / "x"
    monkeypatch.setenv(VARIABLE, "")
    assert cache_folder() is None
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "own"))
    if sys.platform == "linux":
        assert cache_folder() == tmp_path / "own" / "suishenxue"


def test_no_cache_holds_for_the_processes_of_the_notebooks_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from analysis.cli import _read

    monkeypatch.setenv(VARIABLE, str(tmp_path / "cache"))
    raw = folder(tmp_path, {"20210701.xlsx": ROWS})
    _read(raw, None, "1", no_cache=True)
    assert os.environ[VARIABLE] == ""
    assert not (tmp_path / "cache").exists()


@pytest.mark.skipif(os.name != "posix", reason="rights of the file system")
def test_only_its_owner_may_look_into_the_cache(kept: Path) -> None:
    store(kept, 1)
    assert kept.stat().st_mode & 0o077 == 0
    assert packs(kept)[0].stat().st_mode & 0o077 == 0


def test_no_planted_number_or_name_is_kept(tmp_path: Path, kept: Path) -> None:
    planted = Planted()
    files = personal_exports(planted)
    book = files["20210701.xlsx"]
    book["活动"][3][13:16] = ["志愿者姓名", "联系电话", "联系人"]  # without names of participants the sheet may be kept
    without_totals = [row for row in book["活动"] if not any("计" in str(cell)[:2] for cell in row)]
    planted.secrets.append("13912345678")
    with_total = [*without_totals, ["合计", *[None] * 9, "13912345678人次"]]
    split = {"1_20210701.xlsx": {"活动": without_totals}, "2_20210701.xlsx": {"数字": book["数字"]},
             "3_20210701.xlsx": {"名单": book["名单"]}, "4_20210701.xlsx": {"活动": with_total},
             "20210702.csv": files["20210702.csv"]}
    raw = folder(tmp_path, split)
    assert form(read(raw, kept)) == form(read(raw))
    (pack,) = packs(kept)
    groups = pq.ParquetFile(pack)
    assert groups.num_row_groups == 3  # not the list of persons, nor the sheet with a phone number in a total
    whole = str([groups.read_row_group(i).to_pylist() for i in range(3)]) + str(groups.schema_arrow.metadata)
    assert "曹杨" in whole
    assert "长征" in whole
    assert leaks(planted, whole) == []
    assert not any(name.split("_")[0] in whole for name in ("制表人", "填报单位"))  # lines of text are not kept
