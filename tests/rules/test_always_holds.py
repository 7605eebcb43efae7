"""What always holds: the accounting of rows (docs/method.md#ledger), and figures that do not depend on order or names of files."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.rules.workbooks import COUNTED, NOT_RECORD, balanced, folder, run

SLOW = settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
STREETS = ["曹杨", "长寿路街道", "长征镇", "某街道", None]
DATES = [date(2021, 4, 12), "2021年5月6日", 44298, "5.7", "每周一", date(2022, 1, 3), None]
COUNTS = [3, "12人", "二十五", 0, "若干", None]
STATUSES = ["已通过", None, "已取消", "草稿", "奇怪"]
IDS = ["A1", "A2", "A3", "无", None]
TITLES = ["活动编号", "街镇", "活动名称", "活动日期", "参加人次", "状态"]
LINES = [[], ["随申学活动明细"], ["统计区间：2021-04-01 至 2021-06-30"],
         ["统计时间：2021年第二季度", None, "街镇：长征镇"]]

records = st.tuples(st.sampled_from(IDS), st.sampled_from(STREETS), st.sampled_from(["扫码课", "就医课"]),
                    st.sampled_from(DATES),
                    st.sampled_from(COUNTS), st.sampled_from(STATUSES)).map(list)
others = st.sampled_from([[], ["合计", None, None, None, 15], TITLES, ["备注：雨天改期"],
                          [None, "小计", None, None, "7"]])


@st.composite
def sheets(draw):
    """One to three sheets of a file, in a drawn order; names do not name a street."""
    names = draw(st.permutations(["4月", "5月", "汇编"]))[: draw(st.integers(1, 3))]
    body = st.lists(st.one_of(records, records, records, others), min_size=1, max_size=7)
    return {n: [["随申学"], draw(st.sampled_from(LINES)), TITLES, *draw(body)] for n in names}


@st.composite
def exports(draw):
    """Up to three exports with distinct stated times: their names say nothing."""
    files = {}
    for i in range(draw(st.integers(1, 3))):
        content = draw(sheets())
        stamp = [[f"导出时间：2021-1{i}-01 08:00"]]
        files[f"导出{'乙甲丙'[i]}.xlsx"] = {n: stamp + rows for n, rows in content.items()}
    return files


def reading(files):
    with tempfile.TemporaryDirectory() as place:
        return run(folder(Path(place), files))


def filled_rows(files):
    """(file, sheet, row) of every row with a filled cell, counted without the reader."""
    return {(f, s, i) for f, content in files.items() for s, rows in content.items() for i, row in enumerate(rows, 1)
            if any(c is not None for c in row)}


def figures(result):
    """What a briefing is made of: counted rows by street, date, scenarios and service."""
    counted = result.cleaned.records[result.cleaned.records["disposition"] == COUNTED]
    by = ["street", "activity_date", "scenarios", "service"]
    return {tuple(map(str, k)): int(v) for k, v in counted.groupby(by, observed=True)["person_times"].sum().items()}


@SLOW
@given(exports())
def test_every_filled_row_is_accounted_for_once(files):
    result = reading(files)
    verdicts = result.verdicts()
    assert set(verdicts) == filled_rows(files)
    balanced(result)
    accounting = result.cleaned.accounting
    by_sheet = Counter(key[:2] for key in verdicts)
    assert {(r["file"], r["sheet"]): r["rows"] for _, r in accounting.iterrows()} == by_sheet
    for kind in (COUNTED, NOT_RECORD):
        assert int(accounting[kind].sum()) == sum(v == kind for v in verdicts.values())
    assert result.total() == int(result.progress["person_times"].sum())


@SLOW
@given(exports())
def test_every_figure_opens_to_its_rows(files):
    result = reading(files)
    records = result.cleaned.records
    counted = records[records["disposition"] == COUNTED]
    addresses = set(zip(counted["file"].astype(str), counted["sheet"].astype(str), counted["row"].astype(int),
                        strict=True))
    assert addresses == {k for k, v in result.verdicts().items() if v == COUNTED}
    assert len(addresses) == len(counted)
    assert {k for k, v in result.verdicts().items() if v not in (COUNTED, NOT_RECORD)} == set(zip(
        *(records.loc[records["disposition"] != COUNTED, c].astype(t) for c,
          t in (("file", str), ("sheet", str), ("row", int))),
        strict=True))


@SLOW
@given(exports(), st.randoms(use_true_random=False))
def test_the_order_of_sheets_and_files_changes_nothing(files, random):
    shuffled = {}
    for name in random.sample(list(files), len(files)):
        names = random.sample(list(files[name]), len(files[name]))
        shuffled[name] = {n: files[name][n] for n in names}
    one, two = reading(files), reading(shuffled)
    assert one.verdicts() == two.verdicts()
    assert figures(one) == figures(two)
    assert Counter(one.findings["kind"]) == Counter(two.findings["kind"])
    pd.testing.assert_frame_equal(one.progress, two.progress)


@SLOW
@given(exports(), st.permutations(["一.xlsx", "子/二.xlsx", "Z三.xlsx"]))
def test_renaming_files_changes_no_figure(files, names):
    renamed = dict(zip(files, names, strict=False))
    one, two = reading(files), reading({renamed[n]: content for n, content in files.items()})
    assert {(renamed[f], s, r): v for (f, s, r), v in one.verdicts().items()} == two.verdicts()
    assert figures(one) == figures(two)
    assert Counter(one.findings["kind"]) == Counter(two.findings["kind"])


@SLOW
@given(exports(), st.data())
def test_a_copy_under_another_name_changes_no_figure(files, data):
    copied = data.draw(st.sampled_from(list(files)))
    for name in ("0副本.xlsx", "终稿/副本.xlsx"):
        one, two = reading(files), reading({**files, name: files[copied]})
        assert figures(one) == figures(two)
        assert "same_snapshot" not in two.kinds() - one.kinds()
        both = two.verdicts()
        for (f, s, r), verdict in one.verdicts().items():
            if f == copied and verdict == COUNTED:  # one of the two counts, the other is superseded by it
                assert {both[f, s, r], both[name, s, r]} == {COUNTED, "superseded"}


@SLOW
@given(st.lists(st.sampled_from(STREETS), min_size=2, max_size=5), st.data())
def test_rows_in_another_order_give_the_same_figures(streets, data):
    rows = [[f"B{i}", s, f"课{i}", data.draw(st.sampled_from(DATES)), data.draw(st.sampled_from(COUNTS)),
             data.draw(st.sampled_from(STATUSES))] for i, s in enumerate(streets)]
    shuffled = data.draw(st.permutations(rows))
    stamp = ["导出时间：2021-12-01 08:00"]
    one, two = (reading({"a.xlsx": {"s": [stamp, TITLES, *r]}}) for r in (rows, shuffled))
    assert figures(one) == figures(two)
    assert sorted(one.verdicts().values()) == sorted(two.verdicts().values())


# -- clean tables -----------------------------------------------------------------------------------------------------
CLEAN = ["记录编号", "街镇", "服务点名称", "服务点类型", "活动名称", "活动类型", "应用场景", "活动日期", "开始时间",
         "结束时间", "参加人次", "状态", "录入时间"]
OFFICIAL = {"曹杨": "曹杨新村街道", "甘泉": "甘泉路街道", "石泉": "石泉路街道", "长风": "长风新村街道",
            "长寿": "长寿路街道", "宜川": "宜川路街道",
            "真如": "真如镇街道", "万里": "万里街道", "长征": "长征镇", "桃浦": "桃浦镇"}
SCENARIOS = ["就医", "出行", "亮码", "扫码", "聊天", "缴费", "购物", "文娱", "用机", "安全"]


@st.composite
def clean_rows(draw):
    rows = []
    for i in range(draw(st.integers(1, 8))):
        day = date(2021, 4, 1) + timedelta(days=draw(st.integers(0, 180)))
        chosen = draw(st.sets(st.sampled_from(SCENARIOS), min_size=1, max_size=4))
        scenarios = "、".join(s for s in SCENARIOS if s in chosen)
        hour = draw(st.integers(8, 16))
        rows.append([f"PT2021{i:08d}", draw(st.sampled_from(list(OFFICIAL))),
                     draw(st.sampled_from(["甲居委活动室", "乙中心"])),
                     draw(st.sampled_from(["老年活动室", "助餐服务点"])), f"第{i + 1}课",
                     draw(st.sampled_from(["培训", "帮办"])), scenarios,
                     day, f"{hour:02d}:00", f"{hour + 1:02d}:30", draw(st.integers(1, 29)), "已通过",
                     datetime(day.year, day.month, day.day, 18, 30)])
    return rows


def as_rows(records):
    """Records as the cells of a clean table."""
    columns = ["record_id", "street", "venue", "venue_type", "activity", "service", "scenarios", "activity_date",
               "start_time",
               "end_time", "person_times", "status", "recorded_at"]
    rows = [[v.to_pydatetime() if isinstance(v, pd.Timestamp) else v for v in row]
            for row in records[columns].astype(object).itertuples(index=False)]
    for row in rows:
        row[7], row[10] = row[7].date(), int(row[10])
    return rows


@SLOW
@given(clean_rows(), st.sampled_from(["short", "official"]))
def test_cleaning_a_clean_table_changes_nothing(rows, names):
    given_rows = [[r[0], OFFICIAL[r[1]] if names == "official" else r[1], *r[2:]] for r in rows]
    result = reading({"20211001.xlsx": {"s": [CLEAN, *given_rows]}})
    assert as_rows(result.cleaned.records) == rows
    assert set(result.rows().values()) == {COUNTED, NOT_RECORD}
    assert len(result.repairs) == 0
    assert result.flags() <= {"round_numbers"}
    again = reading({"20211001.xlsx": {"s": [CLEAN, *as_rows(result.cleaned.records)]}})
    assert as_rows(again.cleaned.records) == rows
    assert figures(again) == figures(result)


@SLOW
@given(exports())
def test_what_was_cleaned_is_clean(files):
    once = reading(files)
    counted = once.cleaned.records[once.cleaned.records["disposition"] == COUNTED]
    if counted.empty:
        return
    rows = [[f"R{i:06d}", *row[1:]] for i, row in enumerate(as_rows(counted.assign(status="已通过", recorded_at=None)))]
    twice = reading({"20211231.xlsx": {"s": [CLEAN, *rows]}})
    assert twice.totals() == once.totals()
    assert len(twice.repairs) == 0
    assert set(twice.rows().values()) == {COUNTED, NOT_RECORD}


def test_the_same_folder_twice_gives_the_same_tables(tmp_path):
    files = {"导出.xlsx": {"s": [TITLES, ["A1", "曹杨", "扫码课", "2021年5月6日", "约12人", None],
                                 ["A1", "曹杨", "扫码课", "2021年5月6日", 3, None]]}}
    raw = folder(tmp_path, files)
    shutil.copytree(raw, tmp_path / "again")
    one, two = run(raw).cleaned, run(tmp_path / "again").cleaned
    for name in ("records", "ledger", "repairs", "findings", "files", "accounting"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name))
