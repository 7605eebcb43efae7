"""Rules of docs/method.md#columns: which title means what, doubled columns, status columns, scenario marks, unknown columns."""

from __future__ import annotations

from datetime import date, datetime
from itertools import product

import pytest

from tests.rules.workbooks import COUNTED, NOT_RECORD, csv_text, expect, folder, run

N, C = NOT_RECORD, COUNTED
FILE = "20210701.xlsx"
BASE = {"街镇": "曹杨", "活动日期": date(2021, 5, 6), "参加人次": 3}


def read(tmp_path, rows, name=FILE):
    return run(folder(tmp_path, {name: {"s": rows}}))


def one_row(cells):
    """A table of one record."""
    return [list(cells), list(cells.values())]


def record(result):
    assert len(result.cleaned.records) == 1
    return result.cleaned.records.iloc[0]


def with_title(canonical, title, value):
    """The base record with one column under another title."""
    cells = {k: v for k, v in BASE.items() if k != canonical}
    return one_row({**cells, title: value})


ID_TITLES = ["记录编号", "活动编号", "编号", "记录ID", "活动ID", "记录号"]
STREET_TITLES = ["街镇", "街道", "所属街镇", "所属街道", "街镇名称", "街道（镇）", "街道/镇"]
DATE_TITLES = ["活动日期", "活动时间", "日期", "开展日期", "服务日期"]
COUNT_TITLES = ["参加人次", "服务人次", "人次", "参与人次", "培训人次"]
HEAD_TITLES = ["参加人数", "参与人数", "人数"]
TEXT_TITLES = {
    "venue": ["服务点名称", "服务点", "活动地点", "地点", "场所名称", "公益基地", "基地名称"],
    "venue_type": ["服务点类型", "场所类型", "基地类型"],
    "activity": ["活动名称", "活动主题", "培训主题", "课程名称"],
    "service": ["活动类型", "服务类型", "服务方式", "类别"],
    "scenarios": ["应用场景", "场景", "服务场景", "场景类型"],
    "status": ["状态", "审核状态", "记录状态"],
}
VALUES = {"venue": "金沙居委", "venue_type": "老年活动室", "activity": "扫码第一课", "service": "帮办",
          "scenarios": "就医",
          "status": "已通过"}


@pytest.mark.parametrize("title", ID_TITLES)
def test_every_title_of_record_id(tmp_path, title):
    result = read(tmp_path, one_row({**BASE, title: "A1"}))
    assert record(result)["record_id"] == "A1"
    expect(result, {1: N, 2: C}, {"曹杨": 3}, set())


@pytest.mark.parametrize("title", STREET_TITLES)
def test_every_title_of_street(tmp_path, title):
    expect(read(tmp_path, with_title("街镇", title, "长征镇")), {1: N, 2: C}, {"长征": 3}, set())


@pytest.mark.parametrize("title", DATE_TITLES)
def test_every_title_of_activity_date(tmp_path, title):
    result = read(tmp_path, with_title("活动日期", title, date(2021, 5, 7)))
    assert record(result)["activity_date"].date() == date(2021, 5, 7)
    expect(result, {1: N, 2: C}, {"曹杨": 3}, set())


@pytest.mark.parametrize("title", COUNT_TITLES)
def test_every_title_of_person_times(tmp_path, title):
    expect(read(tmp_path, with_title("参加人次", title, 8)), {1: N, 2: C}, {"曹杨": 8}, set())


@pytest.mark.parametrize("title", HEAD_TITLES)
def test_a_number_of_people_counts_but_is_flagged(tmp_path, title):
    expect(read(tmp_path, with_title("参加人次", title, 8)), {1: N, 2: C}, {"曹杨": 8}, {"headcount"})


@pytest.mark.parametrize(("people", "times"), list(product(HEAD_TITLES, COUNT_TITLES)))
def test_a_number_of_people_is_not_used_beside_person_times(tmp_path, people, times):
    cells = {"街镇": "曹杨", "活动日期": date(2021, 5, 6), people: 8, times: 11}
    result = read(tmp_path, one_row(cells))
    assert result.totals() == {"曹杨": 11}
    assert "headcount" not in result.kinds()


@pytest.mark.parametrize(("column", "title"), [(c, t) for c, titles in TEXT_TITLES.items() for t in titles])
def test_every_title_of_a_text_column(tmp_path, column, title):
    result = read(tmp_path, one_row({**BASE, title: VALUES[column]}))
    assert record(result)[column] == VALUES[column]
    expect(result, {1: N, 2: C}, {"曹杨": 3}, set())


@pytest.mark.parametrize("title", ["录入时间", "填报时间", "提交时间", "创建时间"])
def test_every_title_of_recorded_at(tmp_path, title):
    result = read(tmp_path, one_row({**BASE, title: "2021-05-07 10:20"}))
    assert record(result)["recorded_at"] == datetime(2021, 5, 7, 10, 20)
    expect(result, {1: N, 2: C}, {"曹杨": 3}, set())


def test_start_and_end_time(tmp_path):
    result = read(tmp_path, one_row({**BASE, "开始时间": "9:30", "结束时间": "11:00"}))
    assert (record(result)["start_time"], record(result)["end_time"]) == ("09:30", "11:00")
    expect(result, {1: N, 2: C}, {"曹杨": 3}, set())


@pytest.mark.parametrize("title", ["备注", "说明"])
def test_remarks_are_known_and_kept_nowhere(tmp_path, title):
    result = read(tmp_path, one_row({**BASE, title: "雨天改期独有词"}))
    expect(result, {1: N, 2: C}, {"曹杨": 3}, set())
    for frame in (result.cleaned.records, result.ledger, result.repairs, result.findings, result.files):
        assert "独有词" not in frame.astype(str).to_csv()


@pytest.mark.parametrize("title", [
    "活动 日期", "　活动日期　", "活动\n日期", "活动\r\n日期", "*活动日期", "活动日期*", "＊活动日期",
    "活动日期（必填）", "活动日期(年/月/日)",
    "活动日期【必填】", "活动日期[必填]", "活动日期\n（yyyy-mm-dd）", "* 活动日期 (必填)", "活动\u200b日期",
])
def test_marks_that_do_not_matter_in_a_title(tmp_path, title):
    expect(read(tmp_path, with_title("活动日期", title, date(2021, 5, 7))), {1: N, 2: C}, {"曹杨": 3}, set())


@pytest.mark.parametrize(("canonical", "title", "value"), [
    ("街镇", "街道(镇)", "曹杨"), ("街镇", "街道／镇", "曹杨"), ("街镇", "街道 / 镇", "曹杨"),
    ("街镇", "所 属 街 镇", "曹杨"),
    ("参加人次", "参加人次（人次）", 3), ("参加人次", "人 次", 3), ("编号", "记录ＩＤ", "A1"),
    ("编号", "活动编号（唯一）", "A1"),
])
def test_marks_that_do_not_matter_in_other_titles(tmp_path, canonical, title, value):
    expect(read(tmp_path, with_title(canonical, title, value)), {1: N, 2: C}, {"曹杨": 3}, set())


def test_the_sequence_number_is_no_id(tmp_path):
    titles = ["序号", "街镇", "活动日期", "参加人次"]
    old = [titles, [1, "曹杨", date(2021, 5, 6), 3], [2, "曹杨", date(2021, 5, 7), 4]]
    new = [titles, [1, "长征", date(2021, 5, 8), 5], [2, "曹杨", date(2021, 5, 7), 4]]
    result = run(folder(tmp_path, {"20210601.xlsx": {"s": old}, FILE: {"s": new}}))
    assert result.rows("20210601.xlsx") == {1: N, 2: C, 3: "superseded"}
    assert result.rows(FILE) == {1: N, 2: C, 3: C}
    assert result.totals() == {"曹杨": 7, "长征": 5}
    assert result.flags() == set()


def test_without_a_street_anywhere(tmp_path):
    rows = [["活动日期", "参加人次"], [date(2021, 5, 6), 3], [date(2021, 5, 7), 4]]
    expect(read(tmp_path, rows), {1: N, 2: "unknown_street", 3: "unknown_street"}, {}, set())


def test_a_date_column_without_person_times_is_not_understood(tmp_path):
    result = read(tmp_path, [["街镇", "活动日期", "课时"], ["曹杨", date(2021, 5, 6), 3]])
    assert (result.totals(), result.complete) == ({}, False)
    assert "sheet_not_understood" in result.kinds()


def test_a_file_without_a_date_column_is_unread(tmp_path):
    result = read(tmp_path, [["街镇", "活动名称", "备注"], ["曹杨", "扫码课", "未定"]])
    assert (result.totals(), result.complete) == ({}, False)
    assert result.statuses() == {FILE: "unread"}


EARLIER_WINS = [
    ("记录编号", "A1", "活动编号", "B1", "record_id", "A1"),
    ("街镇", "曹杨", "所属街道", "长征", "street", "曹杨"),
    ("服务点名称", "甲点", "活动地点", "乙点", "venue", "甲点"),
    ("服务点类型", "老年活动室", "场所类型", "助餐服务点", "venue_type", "老年活动室"),
    ("活动名称", "甲课", "培训主题", "乙课", "activity", "甲课"),
    ("活动类型", "培训", "类别", "帮办", "service", "培训"),
    ("应用场景", "就医", "场景", "出行", "scenarios", "就医"),
    ("参加人次", 3, "服务人次", 4, "person_times", 3),
    ("服务人次", 3, "人次", 4, "person_times", 3),
]


@pytest.mark.parametrize(("title", "value", "other", "other_value", "column", "expected"), EARLIER_WINS)
@pytest.mark.parametrize("swapped", [False, True])
def test_of_two_columns_the_earlier_title_wins(tmp_path, title, value, other, other_value, column, expected, swapped):
    pair = [(title, value), (other, other_value)]
    cells = {**{k: v for k, v in BASE.items() if (column, k) not in {("street", "街镇"), ("person_times", "参加人次")}},
             **dict(pair[::-1] if swapped else pair)}
    result = read(tmp_path, one_row(cells))
    assert record(result)[column] == expected
    assert result.totals() == {"曹杨": 3}
    messages = " ".join(result.findings["message"].astype(str))
    assert title in messages
    assert other in messages


@pytest.mark.parametrize("order", [["活动日期", "活动时间"], ["活动时间", "活动日期"]])
def test_the_date_wins_over_the_time_of_the_activity(tmp_path, order):
    values = {"活动日期": date(2021, 5, 6), "活动时间": date(2021, 6, 6)}
    result = read(tmp_path, one_row({"街镇": "曹杨", "参加人次": 3, **{t: values[t] for t in order}}))
    assert record(result)["activity_date"].date() == date(2021, 5, 6)


RANKED = ["已取消", "草稿", "奇怪", "已通过", None]  # in the order in which they decide
VERDICTS = {"已取消": "cancelled", "草稿": "pending", "奇怪": "unknown_status", "已通过": C, None: C}


def test_several_status_columns(tmp_path):
    pairs = list(product(RANKED, RANKED))
    rows = [["街镇", "活动日期", "参加人次", "状态", "审核状态"],
            *(["曹杨", date(2021, 5, 1 + i), 3, a, b] for i, (a, b) in enumerate(pairs))]
    expected = {2 + i: VERDICTS[min(pair, key=RANKED.index)] for i, pair in enumerate(pairs)}
    result = read(tmp_path, rows)
    assert result.rows() == {1: N, **expected}
    assert result.totals() == {"曹杨": 4 * 3}


def test_three_status_columns_under_any_title(tmp_path):
    rows = [["街镇", "活动日期", "参加人次", "记录状态", "状态", "审核状态"],
            ["曹杨", date(2021, 5, 1), 3, "正常", "已完成", "审核不通过"],
            ["曹杨", date(2021, 5, 2), 4, "已删除", "草稿", "已通过"],
            ["曹杨", date(2021, 5, 3), 5, "正常", "已完成", "已通过"]]
    result = read(tmp_path, rows)
    assert result.rows() == {1: N, 2: "cancelled", 3: "cancelled", 4: C}
    assert result.totals() == {"曹杨": 5}


SCENARIOS = ["就医", "出行", "亮码", "扫码", "聊天", "缴费", "购物", "文娱", "用机", "安全"]


@pytest.mark.parametrize("mark", ["√", "✓", 1, "1", "是", 12, "12"])
def test_one_column_per_scenario(tmp_path, mark):
    marks = [mark if s in ("出行", "安全") else None for s in SCENARIOS]
    rows = [["街镇", "活动日期", "参加人次", *SCENARIOS], ["曹杨", date(2021, 5, 6), 12, *marks],
            ["曹杨", date(2021, 5, 7), 12, *[None] * 10], ["曹杨", date(2021, 5, 8), 12, *[mark] * 10]]
    result = read(tmp_path, rows)
    assert list(result.cleaned.records["scenarios"]) == ["出行、安全", "未分类", "、".join(SCENARIOS)]
    expect(result, {1: N, 2: C, 3: C, 4: C}, {"曹杨": 36}, set())


@pytest.mark.parametrize("mark", [0, "0", None, "否", "×"])
def test_scenario_columns_that_say_no(tmp_path, mark):
    rows = [["街镇", "活动日期", "参加人次", "就医", "出行"], ["曹杨", date(2021, 5, 6), 12, mark, "√"]]
    assert record(read(tmp_path, rows))["scenarios"] == "出行"


def test_scenario_columns_are_not_person_times(tmp_path):
    rows = [["街镇", "活动日期", "参加人次", "就医", "出行"], ["曹杨", date(2021, 5, 6), 12, 5, 7],
            ["曹杨", date(2021, 5, 7), None, 5, 7]]
    expect(read(tmp_path, rows), {1: N, 2: C, 3: "bad_person_times"}, {"曹杨": 12}, set())


@pytest.mark.parametrize("titles", [["培训人次", "帮办人次"], ["参加人次（培训）", "参加人次（帮办）"]])
def test_parts_in_one_header_row_are_added(tmp_path, titles):
    rows = [["街镇", "活动日期", *titles], ["曹杨", date(2021, 5, 6), 3, 4], ["曹杨", date(2021, 5, 7), 5, None],
            ["曹杨", date(2021, 5, 8), 0, 6], ["曹杨", date(2021, 5, 9), None, None],
            ["曹杨", date(2021, 5, 10), 3, "若干"]]
    result = read(tmp_path, rows)
    expect(result, {1: N, 2: C, 3: C, 4: C, 5: "bad_person_times", 6: "bad_person_times"}, {"曹杨": 18})
    counted = result.cleaned.records[result.cleaned.records["disposition"] == C]
    assert list(zip(counted["training"], counted["assistance"], strict=True)) == [(3, 4), (5, 0), (0, 6)]


@pytest.mark.parametrize(("stated", "flags"), [(7, set()), (9, {"control_total"})])
@pytest.mark.parametrize("plain", ["参加人次", "人次", "服务人次"])
def test_a_plain_column_wins_over_its_parts(tmp_path, stated, flags, plain):
    rows = [["街镇", "活动日期", "培训人次", "帮办人次", plain], ["曹杨", date(2021, 5, 6), 3, 4, stated]]
    result = read(tmp_path, rows)
    assert result.totals() == {"曹杨": stated}
    assert result.kinds() & {"control_total"} == flags


def test_unknown_columns_are_listed_once_per_file(tmp_path):
    rows = [["街镇", "活动日期", "参加人次", "天气"], ["曹杨", date(2021, 5, 6), 3, "晴"],
            ["曹杨", date(2021, 5, 7), 4, "雨"]]
    other = [rows[0], ["长征", date(2021, 5, 8), 5, "晴"]]
    result = run(folder(tmp_path, {FILE: {"4月": rows, "5月": other}, "20210702.csv": csv_text(
        [rows[0], ["桃浦", "2021-05-09", 6, "晴"]])}))
    found = result.found("unknown_column")
    named = found[found["message"].astype(str).str.contains("天气")]
    assert sorted(named["file"].astype(str)) == [FILE, "20210702.csv"]
    assert result.totals() == {"曹杨": 7, "长征": 5, "桃浦": 6}
    assert result.flags() == {"unknown_column"}
    assert result.severities("unknown_column") <= {"note", "warning"}
