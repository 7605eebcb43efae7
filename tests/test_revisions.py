"""Revisions between exports and the comparison of two briefings, worked out by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from analysis.pipeline import Cleaned, read_folder, settle
from analysis.plan import load_plan
from analysis.revisions import KINDS, compare, revisions

HEADER = ["活动编号", "街镇", "活动日期", "参加人次", "状态"]
APRIL = [
    ["A0000001", "曹杨", "2021-04-05", 20, "已通过"],  # changed to 25 in May
    ["A0000002", "曹杨", "2021-04-06", 10, "已通过"],  # cancelled in May
    ["A0000003", "甘泉", "2021-04-07", 30, "已通过"],  # deleted in May
    ["A0000004", "甘泉", "2021-04-08", 7, "已通过"],  # moved to 石泉 in May
    ["A0000005", "石泉", "2021-04-09", 9, "已通过"],  # moved to 9 May
    *[[f"B{i:07d}", "甘泉", "2021-04-10", 1, "已通过"] for i in range(6)],
]
MAY = [
    ["A0000001", "曹杨", "2021-04-05", 25, "已通过"],
    ["A0000002", "曹杨", "2021-04-06", 10, "已取消"],
    ["A0000004", "石泉", "2021-04-08", 7, "已通过"],
    ["A0000005", "石泉", "2021-05-09", 9, "已通过"],
    ["A0000006", "长风", "2021-04-30", 40, "已通过"],  # recorded late
    ["A0000007", "长风", "2021-05-20", 50, "已通过"],  # new, not late
    *[[f"B{i:07d}", "甘泉", "2021-04-10", 1, "已通过"] for i in range(6)],
]


def write(path: Path, exported: str, covers: str, rows: list[list[object]]) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [[f"导出时间：{exported}"], [f"统计区间：{covers}"], HEADER, *rows]:
        sheet.append(row)
    book.save(path)


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> tuple[Cleaned, Cleaned]:
    folder = tmp_path_factory.mktemp("exports")
    write(folder / "四月.xlsx", "2021-04-30 18:00:00", "2021-04-01 至 2021-04-30", APRIL)
    write(folder / "五月.xlsx", "2021-05-31 18:00:00", "2021-04-01 至 2021-05-31", MAY)
    plan = load_plan()
    read = read_folder(folder, plan)
    return settle(read, plan, date(2021, 4, 30)), settle(read, plan)


def test_every_change_between_two_exports_is_listed(months: tuple[Cleaned, Cleaned]) -> None:
    table = revisions(months[1])
    listed = {(r.street, r.activity_month, r.what, r.record_id, r.before, r.after) for r in table.itertuples()}
    assert listed == {
        ("曹杨", "2021-04", "changed", "A0000001", 20, 25),
        ("曹杨", "2021-04", "cancelled", "A0000002", 10, 0),
        ("甘泉", "2021-04", "withdrawn", "A0000003", 30, 0),
        ("甘泉", "2021-04", "moved", "A0000004", 7, 0),
        ("石泉", "2021-04", "moved", "A0000004", 0, 7),
        ("石泉", "2021-04", "moved", "A0000005", 9, 0),
        ("石泉", "2021-05", "moved", "A0000005", 0, 9),
        ("长风", "2021-04", "added_late", "A0000006", 0, 40),
    }
    assert set(table["from_snapshot"]) == {pd.Timestamp("2021-04-30 18:00:00")}
    assert set(table["to_snapshot"]) == {pd.Timestamp("2021-05-31 18:00:00")}


def test_the_comparison_adds_up_per_street(months: tuple[Cleaned, Cleaned]) -> None:
    old, new = months
    result = compare(old, new, date(2021, 4, 30), load_plan().street_names)
    table = result.streets.set_index("street")
    assert table.loc["曹杨"].to_dict() == {
        "before": 30,
        "added_late": 0,
        "changed": 5,
        "cancelled": -10,
        "withdrawn": 0,
        "moved": 0,
        "after": 25,
    }
    assert table.loc["甘泉"].to_dict() == {
        "before": 43,
        "added_late": 0,
        "changed": 0,
        "cancelled": 0,
        "withdrawn": -30,
        "moved": -7,
        "after": 6,
    }
    assert table.loc["石泉"].to_dict() == {
        "before": 9,
        "added_late": 0,
        "changed": 0,
        "cancelled": 0,
        "withdrawn": 0,
        "moved": -2,
        "after": 7,
    }
    assert table.loc["长风"].to_dict() == {
        "before": 0,
        "added_late": 40,
        "changed": 0,
        "cancelled": 0,
        "withdrawn": 0,
        "moved": 0,
        "after": 40,
    }
    assert (table["before"] + table[list(KINDS)].sum(axis=1) == table["after"]).all()
    assert len(table) == 10


def test_nothing_changes_between_a_day_and_itself(months: tuple[Cleaned, Cleaned]) -> None:
    result = compare(months[1], months[1], date(2021, 5, 31), load_plan().street_names)
    assert result.changes.empty
    assert (result.streets["before"] == result.streets["after"]).all()
