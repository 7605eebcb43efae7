"""Findings that help: what counts but should be looked at, and the one-screen summary of `check`."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date

import pytest

from tests.rules.workbooks import COUNTED, NOT_RECORD, expect, folder, run

N, C = NOT_RECORD, COUNTED
FILE = "20210701.xlsx"
TITLES = ["活动编号", "街镇", "服务点", "服务点类型", "活动名称", "活动日期", "参加人次", "录入时间"]


def rec(number, **changes):
    cells = {"活动编号": f"PT{number:06d}", "街镇": "曹杨", "服务点": "甲居委", "服务点类型": "老年活动室",
             "活动名称": f"课{number}",
             "活动日期": date(2021, 5, 1 + number % 28), "参加人次": 7, "录入时间": None, **changes}
    return [cells[t] for t in TITLES]


def read(tmp_path, *records, lines=()):
    return run(folder(tmp_path, {FILE: {"s": [*([x] for x in lines), TITLES, *records]}}))


@pytest.mark.parametrize(("count", "flagged"), [(29, False), (30, False), (31, True), (200, True)])
def test_a_large_session_is_over_the_plans_limit(tmp_path, count, flagged):
    result = read(tmp_path, rec(1), rec(2, 参加人次=count))
    expect(result, {1: N, 2: C, 3: C}, {"曹杨": 7 + count}, {"large_session"} if flagged else set())
    assert result.found_rows("large_session") == ([3] if flagged else [])


@pytest.mark.parametrize("word", ["入户", "上门", "老人家中"])
@pytest.mark.parametrize("column", ["活动名称", "服务点", "服务点类型"])
def test_a_visit_at_home_counts_and_is_flagged(tmp_path, word, column):
    result = read(tmp_path, rec(1), rec(2, **{column: f"{word}指导"}))
    assert result.rows() == {1: N, 2: C, 3: C}
    assert result.totals() == {"曹杨": 14}
    assert result.found_rows("home_visit") == [3]
    assert result.flags() - {"unlisted_venue"} == {"home_visit"}


def test_a_record_entered_long_after_its_day(tmp_path):
    result = read(tmp_path, rec(1, 活动日期=date(2021, 5, 3), 录入时间="2021-05-04 09:00"),
                  rec(2, 活动日期=date(2021, 4, 6), 录入时间="2021-06-29 09:00"))
    expect(result, {1: N, 2: C, 3: C}, {"曹杨": 14}, {"late_record"})
    assert result.found_rows("late_record") == [3]


@pytest.mark.parametrize(("kind", "flagged"), [
    *((v, False) for v in ("养老机构", "长者照护之家", "社区综合为老服务中心", "老年日间照护机构", "助餐服务点",
                           "老年活动室")), (None, False),
    ("商场", True), ("学校", True),
])
def test_venue_types_of_the_notice(tmp_path, kind, flagged):
    expect(read(tmp_path, rec(1, 服务点类型=kind)), {1: N, 2: C}, {"曹杨": 7}, {"unlisted_venue"} if flagged else set())


def test_a_long_run_of_round_numbers(tmp_path):
    rounded = [rec(i, 参加人次=20, 活动日期=date(2021, 5, i)) for i in range(1, 16)]
    result = read(tmp_path / "a", *rounded)
    assert result.totals() == {"曹杨": 300}
    assert result.flags() == {"round_numbers"}
    mixed = [rec(i, 参加人次=20 if i % 2 else 13, 活动日期=date(2021, 5, i)) for i in range(1, 16)]
    assert read(tmp_path / "b", *mixed).flags() == set()


def two_months(tmp_path, before, after):
    """The same quarter exported twice: person-times of three activities then and now."""
    files = {}
    for name, counts in (("20210701.xlsx", before), ("20210801.xlsx", after)):
        rows = [rec(i, 参加人次=n) for i, n in enumerate(counts)]
        files[name] = {"s": [["统计区间：2021-04-01 至 2021-06-30"], TITLES, *rows]}
    return run(folder(tmp_path, files))


@pytest.mark.parametrize(("after", "total", "flagged"), [([7, 8, 9], 24, False), ([7, 8, 12], 27, False),
    ([7, 8, 3], 18, True),
                                                         ([7, 8], 15, True)])
def test_an_export_whose_figures_fall_below_last_months(tmp_path, after, total, flagged):
    result = two_months(tmp_path, [7, 8, 9], after)
    assert result.totals() == {"曹杨": total}
    assert result.flags() == ({"falls_below"} if flagged else set())
    if flagged:
        message = str(result.found("falls_below")["message"].iloc[0])
        assert "24" in message
        assert str(total) in message


def test_every_finding_says_where_and_in_chinese(tmp_path):
    result = read(tmp_path, rec(1, 参加人次=200), rec(2, 服务点="入户"), rec(3, 街镇="长凤"), rec(4, 活动日期="每周一"),
                  rec(5, 参加人次="若干"))
    assert result.rows() == {1: N, 2: C, 3: C, 4: "unknown_street", 5: "bad_date", 6: "bad_person_times"}
    assert {"large_session", "home_visit", "unknown_street", "bad_date", "bad_person_times"} <= result.kinds()
    for _, line in result.findings.iterrows():
        assert line["file"] == FILE
        assert line["severity"] in ("error", "warning", "note")
        assert re.search("[\u4e00-\u9fff]", line["message"])


def check(raw, *options):
    command = [sys.executable, "-m", "analysis", "check", str(raw), *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, encoding="utf-8")


def test_check_prints_one_screen(tmp_path):
    bad = [rec(100 + i, 街镇="某街道") for i in range(30)]
    rows = [TITLES, rec(1, 参加人次=1200), rec(2), *bad, rec(3, 参加人次="若干"), rec(4, 活动日期="每周一"),
            ["合计", None, None, None, None, None, 99]]
    raw = folder(tmp_path, {FILE: {"s": rows}, "说明.md": "x", "坏.xlsx": b"PK\x03\x04"})
    done = check(raw)
    assert done.returncode == 1
    lines = done.stdout.strip().splitlines()
    assert len(lines) <= 24
    assert "1,207" in done.stdout  # person-times
    assert "36" in done.stdout  # rows: 1 header + 34 records + 1 total
    for number in ("计入 2", "排除 32", "非记录 2"):
        assert number in done.stdout
    assert "数据不完整" in done.stdout
    assert sum(bool(re.match(r"\s*\d+\.", x)) for x in lines) <= 10
    assert "Traceback" not in done.stdout + done.stderr


def test_check_of_a_good_folder(tmp_path):
    raw = folder(tmp_path, {FILE: {"s": [TITLES, rec(1), rec(2)]}})
    done = check(raw, "--out", str(tmp_path / "out"))
    assert done.returncode == 0
    assert "14" in done.stdout
    assert "数据不完整" not in done.stdout
    assert {p.name for p in (tmp_path / "out").iterdir()} >= {"ledger.csv", "repairs.csv", "findings.csv", "files.csv"}
    assert (tmp_path / "out" / "ledger.csv").read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("prepare", ["missing", "empty"])
def test_check_that_cannot_run(tmp_path, prepare):
    raw = tmp_path / "raw"
    if prepare == "empty":
        raw.mkdir()
    done = check(raw)
    assert done.returncode == 2
    assert re.search("[\u4e00-\u9fff]", done.stderr + done.stdout)
    assert "Traceback" not in done.stdout + done.stderr
