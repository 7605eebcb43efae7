"""The commands, their messages and exit codes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

HEADER = ["活动编号", "街镇", "活动日期", "参加人次", "应用场景"]
ROWS = [["A0000001", "曹杨", "2021-04-05", 20, "就医"], ["A0000002", "长风", "2021-05-06", 10, "出行"]]


def book(path: Path, rows: list[list[object]] = ROWS, header: list[str] = HEADER) -> None:
    workbook = openpyxl.Workbook()
    for row in [header, *rows]:
        workbook.active.append(row)
    workbook.save(path)


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "analysis", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parent.parent)


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    folder.mkdir()
    book(folder / "随申学_20210531.xlsx")
    return folder


def test_check_writes_the_tables_of_the_contract(exports: Path, tmp_path: Path) -> None:
    done = run("check", exports, "--out", tmp_path / "data")
    assert done.returncode == 0, done.stderr
    assert "累计 30 人次" in done.stdout
    names = {p.name for p in (tmp_path / "data").iterdir()}
    assert names == {
        "progress.csv",
        "daily.csv",
        "scenarios.csv",
        "ledger.csv",
        "repairs.csv",
        "findings.csv",
        "files.csv",
        "revisions.csv",
        "run.json",
    }
    assert (tmp_path / "data" / "ledger.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    progress = pd.read_csv(tmp_path / "data" / "progress.csv").set_index("street")
    assert len(progress) == 10
    assert progress.loc["曹杨", "person_times"] == 20


def test_the_same_folder_gives_the_same_bytes(exports: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert run("check", exports, "--out", tmp_path / name).returncode == 0
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name


def test_an_unread_file_gives_1_and_is_named(exports: Path) -> None:
    (exports / "坏的.xlsx").write_bytes(b"")
    done = run("check", exports)
    assert done.returncode == 1
    assert "坏的.xlsx" in done.stdout
    assert "数据不完整" in done.stdout


def test_an_excluded_row_is_not_enough_for_1_unless_strict(exports: Path) -> None:
    book(exports / "随申学_20210601.xlsx", [["A0000003", "没有这个街镇", "2021-05-07", 5, "就医"]])
    assert run("check", exports).returncode == 0
    assert run("check", exports, "--strict").returncode == 1


@pytest.mark.parametrize(
    "arguments",
    [("check", "没有这个文件夹"), ("check", ".", "--as-of", "2021-13-01"), ("check", ".", "--plan", "没有.toml")],
)
def test_what_cannot_run_gives_2_and_a_message_without_traceback(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [
    ("check", "没有", "--as-of", "2021-13-01"), ("report", "没有", "--known-by", "2021-13-01"),
    ("trace", "没有", "--from", "2021-13-01"), ("compare", "没有", "2021-05-31", "2021-06-30", "--as-of", "2021-13-01"),
])  # fmt: skip
def test_a_wrong_date_is_told_before_any_file_is_read(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert "2021-13-01" in done.stderr
    assert "文件夹" not in done.stderr


def test_an_empty_folder_gives_2(tmp_path: Path) -> None:
    done = run("check", tmp_path)
    assert done.returncode == 2
    assert "没有可读的导出表" in done.stderr


def test_trace_names_file_sheet_and_row(exports: Path) -> None:
    done = run("trace", exports, "--street", "曹杨新村街道", "--as-of", "2021-05-31")
    assert done.returncode == 0, done.stderr
    assert "共 1 条记录，20 人次" in done.stdout
    assert "随申学_20210531.xlsx\tSheet\t第2行\tA0000001" in done.stdout
    assert run("trace", exports, "--scenario", "出行").stdout.count("第3行") == 1
    assert run("trace", exports, "--street", "浦东").returncode == 2


def test_compare_explains_a_changed_figure(exports: Path) -> None:
    book(exports / "随申学_20210630.xlsx", [["A0000001", "曹杨", "2021-04-05", 23, "就医"]])
    done = run("compare", exports, "2021-05-31", "2021-06-30")
    assert done.returncode == 0, done.stderr
    assert "曹杨：20 +3（更正人次） = 23" in done.stdout
    assert "随申学_20210630.xlsx Sheet 第2行" in done.stdout


def test_as_of_and_known_by(exports: Path, tmp_path: Path) -> None:
    run("check", exports, "--as-of", "2021-04-30", "--out", tmp_path / "april")
    assert pd.read_csv(tmp_path / "april" / "progress.csv")["person_times"].sum() == 20
    ledger = pd.read_csv(tmp_path / "april" / "ledger.csv")
    assert (ledger["disposition"] == "counted").sum() == 2


def test_compare_reads_raw_exports_if_no_folder_is_given(exports: Path) -> None:
    command = [sys.executable, "-m", "analysis", "compare", "2021-05-31", "2021-06-30"]
    root = Path(__file__).parent.parent
    exports.rename(exports.parent / "raw_exports")
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=exports.parent, env={**os.environ, "PYTHONPATH": str(root)})
    assert done.returncode == 0, done.stderr
    assert "曹杨：20 ±0 = 20" in done.stdout
