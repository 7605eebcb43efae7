"""Rules of docs/method.md#files: the snapshot of an export, and which of two exports is the newer."""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd
import pytest

from tests.rules.workbooks import COUNTED, NOT_RECORD, csv_text, expect, folder, run

TITLES = ["活动编号", "街镇", "活动日期", "参加人次"]


def table(*records):
    return [TITLES, *records]


A1 = ["A1", "曹杨", date(2021, 4, 12), 3]
BASE = table(A1)


def snapshot_of(tmp_path, name, rows):
    result = run(folder(tmp_path, {name: {"a": rows}}))
    assert result.totals() == {"曹杨": 3}
    return result.snapshot(name), result


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("随申学_20210701.xlsx", date(2021, 7, 1)),
        ("20210401-20210630.xlsx", date(2021, 6, 30)),
        ("2021-06.xlsx", date(2021, 6, 30)),
        ("2021年6月.xlsx", date(2021, 6, 30)),
        ("2021年 6 月.xlsx", date(2021, 6, 30)),
        ("2021年4月随申学.xlsx", date(2021, 4, 30)),
        ("随申学2021年7月5日导出.xlsx", date(2021, 7, 5)),
        ("随申学2021-07-05.xlsx", date(2021, 7, 5)),
        ("随申学2021.7.5.xlsx", date(2021, 7, 5)),
        ("2021-07-05(1).xlsx", date(2021, 7, 5)),
        ("2021年4-6月.xlsx", date(2021, 6, 30)),
        ("2021年4月-2021年6月.xlsx", date(2021, 6, 30)),
        ("20210401至20210630(20210705导出).xlsx", date(2021, 7, 5)),
        ("导出20210705093012.xlsx", date(2021, 7, 5)),
        ("2021第2次_20210701_修改3.xlsx", date(2021, 7, 1)),
    ],
)
def test_last_date_in_the_file_name_at_its_days_end(tmp_path, name, day):
    snapshot, result = snapshot_of(tmp_path, name, BASE)
    assert snapshot.date() == day
    assert name == "导出20210705093012.xlsx" or (snapshot.hour, snapshot.minute) == (23, 59)
    assert result.flags() == set()


@pytest.mark.parametrize(
    "name", ["随申学.xlsx", "随申学13812345678.xlsx", "随申学第3次.xlsx", "99999999.xlsx", "20211345.xlsx"]
)
def test_without_a_date_the_export_is_flagged(tmp_path, name):
    snapshot, result = snapshot_of(tmp_path, name, BASE)
    assert pd.isna(snapshot)
    assert result.flags() == {"undated_export"}
    assert result.complete


@pytest.mark.parametrize(
    ("line", "stamp"),
    [
        (["导出时间：2021-07-01 09:12:33"], datetime(2021, 7, 1, 9, 12, 33)),
        (["导出时间:2021/7/1 9:12"], datetime(2021, 7, 1, 9, 12)),
        (["导出时间", "2021-07-01 09:12:33"], datetime(2021, 7, 1, 9, 12, 33)),
        (["导出时间：", datetime(2021, 7, 1, 9, 12, 33)], datetime(2021, 7, 1, 9, 12, 33)),
        (["公益上海 导出时间：2021-07-01 09:12:33 共1条"], datetime(2021, 7, 1, 9, 12, 33)),
        (["下载时间：2021年7月1日 09:12"], datetime(2021, 7, 1, 9, 12)),
        (["导出时间：2021-07-01"], date(2021, 7, 1)),
        (["截至2021年6月30日"], date(2021, 6, 30)),
        (["（截至：2021年6月30日）"], date(2021, 6, 30)),
        (["打印时间：2021-07-02 08:00"], datetime(2021, 7, 2, 8, 0)),
        (["制表时间：2021.7.2"], date(2021, 7, 2)),
        (["制表日期：２０２１年７月２日"], date(2021, 7, 2)),
        (["填报日期：20210702"], date(2021, 7, 2)),
        (["填表人：张某", None, "制表日期：2021-07-02"], date(2021, 7, 2)),
    ],
)
@pytest.mark.parametrize("place", ["above", "below"])
def test_stated_date_wins_over_the_name(tmp_path, line, stamp, place):
    rows = [["随申学活动记录"], line, *BASE] if place == "above" else [*BASE, [], line]
    snapshot, result = snapshot_of(tmp_path, "随申学_20211001.xlsx", rows)
    if isinstance(stamp, datetime):
        assert snapshot == pd.Timestamp(stamp)
    else:
        assert (snapshot.date(), snapshot.hour, snapshot.minute) == (stamp, 23, 59)
    assert set(result.rows().values()) == {NOT_RECORD, COUNTED}
    assert list(result.rows().values()).count(COUNTED) == 1


def test_export_date_wins_over_weaker_ones_even_if_older(tmp_path):
    rows = [["打印时间：2021-09-01 08:00"], ["导出时间：2021-07-01 09:12:33"], *BASE, ["制表日期：2021-08-01"]]
    snapshot, _ = snapshot_of(tmp_path, "随申学.xlsx", rows)
    assert snapshot == pd.Timestamp(2021, 7, 1, 9, 12, 33)


@pytest.mark.parametrize("key", ["导出时间", "制表日期"])
def test_of_several_the_newest(tmp_path, key):
    rows = [[f"{key}：2021-07-03 10:00"], *BASE, [f"{key}：2021-07-01 10:00"]]
    snapshot, _ = snapshot_of(tmp_path, "随申学.xlsx", rows)
    assert snapshot == pd.Timestamp(2021, 7, 3, 10, 0)


def test_dates_of_the_records_are_not_the_exports_date(tmp_path):
    rows = [*TITLES, "录入时间"], [*A1, "2021-04-13 10:00"]
    snapshot, _ = snapshot_of(tmp_path, "随申学.xlsx", rows)
    assert pd.isna(snapshot)


def test_line_in_a_csv(tmp_path):
    text = "导出时间：2021-07-01 09:12:33\r\n\r\n" + csv_text([TITLES, ["A1", "曹杨", "2021-04-12", "3"]])
    result = run(folder(tmp_path, {"a.csv": text}))
    assert result.snapshot("a.csv") == pd.Timestamp(2021, 7, 1, 9, 12, 33)
    expect(result, {1: NOT_RECORD, 3: NOT_RECORD, 4: COUNTED}, {"曹杨": 3}, set())


def newer(*numbers):
    """Two exports of record A1 with these person-times."""
    return [table(["A1", "曹杨", date(2021, 4, 12), n]) for n in numbers]


@pytest.mark.parametrize(
    ("older", "younger"),
    [
        ("z_20210601.xlsx", "a_20210701.xlsx"),
        ("z_2021年6月.xlsx", "a_20210701.xlsx"),
        ("z_20210629.xlsx", "a_2021-06.xlsx"),
        ("z.xlsx", "a_20210401.xlsx"),
    ],
)
def test_newest_snapshot_stands_and_unknown_sorts_first(tmp_path, older, younger):
    first, second = newer(3, 5)
    result = run(folder(tmp_path, {older: {"s": first}, younger: {"s": second}}))
    assert result.rows(older) == {1: NOT_RECORD, 2: "superseded"}
    assert result.rows(younger) == {1: NOT_RECORD, 2: COUNTED}
    assert result.totals() == {"曹杨": 5}


def test_a_date_without_a_time_is_that_days_end(tmp_path):
    timed, untimed = newer(3, 5)
    raw = folder(tmp_path, {"z.xlsx": {"s": [["导出时间：2021-07-01 18:30:00"], *timed]},
                            "a.xlsx": {"s": [["导出时间：2021-07-01"], *untimed]}})
    result = run(raw)
    assert result.rows("z.xlsx") == {1: NOT_RECORD, 2: NOT_RECORD, 3: "superseded"}
    assert result.rows("a.xlsx") == {1: NOT_RECORD, 2: NOT_RECORD, 3: COUNTED}
    assert result.totals() == {"曹杨": 5}


@pytest.mark.parametrize(("second", "flags"), [(3, set()), (5, {"same_snapshot"})])
def test_equal_snapshots_go_by_path(tmp_path, second, flags):
    one, two = newer(3, second)
    result = run(folder(tmp_path, {"甲/20210701.xlsx": {"s": one}, "a/20210701.xlsx": {"s": two}}))
    assert result.rows("a/20210701.xlsx") == {1: NOT_RECORD, 2: "superseded"}
    assert result.rows("甲/20210701.xlsx") == {1: NOT_RECORD, 2: COUNTED}
    assert result.totals() == {"曹杨": 3}
    assert result.flags() == flags
    assert result.severities("same_snapshot") <= {"error"}


def test_different_records_in_equal_snapshots_are_no_finding(tmp_path):
    one, two = table(A1), table(["A2", "长征", date(2021, 4, 12), 4])
    result = run(folder(tmp_path, {"a_20210701.xlsx": {"s": one}, "b_20210701.xlsx": {"s": two}}))
    assert result.totals() == {"曹杨": 3, "长征": 4}
    assert result.flags() == set()


def test_known_by_leaves_out_newer_exports(tmp_path):
    first, second = newer(3, 5)
    raw = folder(tmp_path, {"20210601.xlsx": {"s": first}, "20210701.xlsx": {"s": second}})
    assert run(raw, known_by=date(2021, 6, 30)).totals() == {"曹杨": 3}
    assert run(raw, known_by=date(2021, 7, 1)).totals() == {"曹杨": 5}


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("2021-4-1至2021-6-30.xlsx", date(2021, 6, 30)),
        ("2021年4月1日-6月30日.xlsx", date(2021, 6, 30)),
        ("2021年4月1日-30日.xlsx", date(2021, 4, 30)),
        ("2021.04-2021.06.xlsx", date(2021, 6, 30)),
        ("2021年4月至6月.xlsx", date(2021, 6, 30)),
    ],
)
def test_a_period_in_the_name_ends_with_its_last_day(tmp_path, name, day):
    assert snapshot_of(tmp_path, name, BASE)[0].date() == day


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("数据截至2021年6月30日24时", date(2021, 6, 30)),
        ("截至6月30日", date(2021, 6, 30)),
        ("截至2021年6月", date(2021, 6, 30)),
        ("导出时间：2021年07月01日09时12分", date(2021, 7, 1)),
        ("导出时间：2021-07-01T09:12:33", date(2021, 7, 1)),
        ("导出时间：20210701 09:12", date(2021, 7, 1)),
        ("填报单位：曹杨新村街道   填报日期：2021-07-02", date(2021, 7, 2)),
        ("制 表 日 期：2021-07-02", date(2021, 7, 2)),
    ],
)
def test_other_ways_to_state_the_date(tmp_path, line, day):
    assert snapshot_of(tmp_path, "随申学.xlsx", [[line], *BASE])[0].date() == day


@pytest.mark.parametrize("line", ["截至目前", "导出时间：", "导出时间：见封面", "打印时间：—"])
def test_a_line_without_a_date_leaves_the_name(tmp_path, line):
    assert snapshot_of(tmp_path, "20210701.xlsx", [[line], *BASE])[0].date() == date(2021, 7, 1)


def test_a_cover_sheet_states_the_date_of_the_file(tmp_path):
    sheets = {"封面": [["随申学活动台账"], ["导出时间：2021-07-01 09:12:33"]], "数据": BASE}
    result = run(folder(tmp_path, {"随申学.xlsx": sheets}))
    assert result.snapshot("随申学.xlsx") == pd.Timestamp(2021, 7, 1, 9, 12, 33)
    assert result.flags() == set()
