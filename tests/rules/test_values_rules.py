"""Rules of docs/method.md#values: what a cell may hold, field by field; the dates have a module of their own."""

from __future__ import annotations

from datetime import date
from itertools import combinations

import pytest

from tests.rules.workbooks import COUNTED, NOT_RECORD, csv_text, expect, folder, run

N, C = NOT_RECORD, COUNTED
FILE = "20210701.xlsx"
DAYS = [date(2021, 4 + i // 28, 1 + i % 28) for i in range(80)]


def read(tmp_path, rows):
    return run(folder(tmp_path, {FILE: {"s": rows}}))


def column(tmp_path, title, cells):
    """A table with one row per cell of the column; other columns are valid."""
    base = {"街镇": "万里", "参加人次": 3}
    rest = {k: v for k, v in base.items() if k != title}
    rows = [["活动日期", *rest, title], *([day, *rest.values(), cell] for day, cell in zip(DAYS, cells, strict=False))]
    assert len(rows) == len(cells) + 1
    return read(tmp_path, rows)


def repaired(result, name):
    """Raw texts in repairs.csv of one column."""
    rows = result.repairs[result.repairs["column"].astype(str).isin(name)]
    return set(rows["raw"].astype(str))


STREETS = {
    "曹杨": ["曹杨", "曹杨新村街道", "曹杨街道", "上海市普陀区曹杨新村街道", "普陀区曹杨", "上海市曹杨新村街道办事处",
             "曹杨社区", "曹楊新村街道",
           "曹 杨 新 村 街 道", "曹\u200b杨", "　曹杨新村街道　", "曹杨新村\n街道", "普陀区曹杨新村街道人民政府"],
    "甘泉": ["甘泉", "甘泉路街道", "甘泉街道"],
    "石泉": ["石泉", "石泉路街道", "石泉街道", "石泉路街道办事处"],
    "长风": ["长风", "长风新村街道", "长风街道", "長風新村街道"],
    "长寿": ["长寿", "长寿路街道", "长寿街道", "長壽路街道", "⻓寿路街道"],
    "宜川": ["宜川", "宜川路街道", "宜川街道"],
    "真如": ["真如", "真如镇街道", "真如镇", "真如街道", "真如鎮街道", "真如镇人民政府"],
    "万里": ["万里", "万里街道", "萬里街道"],
    "长征": ["长征", "长征镇", "⻓征镇", "長征鎮", "长征镇人民政府", "普陀区长征镇"],
    "桃浦": ["桃浦", "桃浦镇", "桃浦鎮", "桃 浦 镇"],
}
NEAR = {"曹扬新村街道": "曹杨", "曹杨新邨街道": "曹杨", "长凤新村街道": "长风", "长寿路街到": "长寿",
        "甘泉路街": "甘泉", "甘石路街道": "甘泉",
        "宜川路街道处": "宜川", "真如镇街": "真如", "万里街": "万里", "长证镇": "长征", "桃蒲镇": "桃浦",
        "上海市普陀区曹扬新村街道": "曹杨"}
UNKNOWN = [None, "长凤", "长风路街道", "长风镇", "龙泉路街道", "泉路街道", "曹家渡街道", "普陀区", "上海市",
           "曹杨、长征", "曹杨新村街道/长征镇", "甘泉石泉",
           "不详", "其他", "街道", 310107005.5, "长", "中山北路", "长征街道"]


@pytest.mark.parametrize("street", STREETS)
def test_names_of_a_street(tmp_path, street):
    names = STREETS[street]
    result = column(tmp_path, "街镇", names)
    expect(result, {1: N, **{i + 2: C for i in range(len(names))}}, {street: 3 * len(names)}, set())


def test_a_unique_official_name_at_distance_one_is_a_repair(tmp_path):
    result = column(tmp_path, "街镇", list(NEAR))
    assert result.rows() == {1: N, **{i + 2: C for i in range(len(NEAR))}}
    assert list(result.ledger["street"].astype(str))[1:] == list(NEAR.values())
    assert repaired(result, ["street", "街镇"]) == set(NEAR)


def test_exact_names_are_no_repairs(tmp_path):
    result = column(tmp_path, "街镇", ["曹杨", "曹杨新村街道", "曹杨街道"])
    assert len(result.repairs) == 0


def test_what_is_not_a_street(tmp_path):
    result = column(tmp_path, "街镇", UNKNOWN)
    assert result.rows() == {1: N, **{i + 2: "unknown_street" for i in range(len(UNKNOWN))}}
    assert result.totals() == {}
    assert result.complete


@pytest.mark.parametrize(("text", "candidates"), [
    ("长凤", ["长风", "长寿", "长征"]), ("龙泉路街道", ["甘泉", "石泉"]), ("曹杨、长征", ["曹杨", "长征"]),
    ("长风路街道", ["长风", "长寿"]),
])
def test_the_finding_names_the_candidates(tmp_path, text, candidates):
    result = column(tmp_path, "街镇", [text, "曹杨"])
    found = result.found("unknown_street")
    assert set(result.severities("unknown_street")) == {"error"}
    assert all(any(c in message for message in found["message"].astype(str)) for c in candidates)


GOOD_NUMBERS = {25: 25, "25": 25, "25.0": 25, "２５": 25, "1,025": 1025, "１，０２５": 1025, "25人": 25, "25名": 25,
                "25人次": 25, " 25 ": 25, "２５人次": 25, "25 人": 25, 1: 1}
REPAIRED_NUMBERS = {"约25人": 25, "25人左右": 25, "约25": 25, "二十五": 25, "12+13": 25, "十二": 12, "一百零五": 105,
                    "12＋13": 25}
BAD_NUMBERS = [None, 0, "0", "0人", -5, "-5", 12.5, "12.5", "若干", "无", "二十多人", "25-30", "20~30人", "NA", "null",
               "None", "-", "#",
               "十几", "25人/场x2", "12+", "1,02", "√", "25 30", "25\n30", "二五", "五六人", "三四十人"]


def test_numbers(tmp_path):
    result = column(tmp_path, "参加人次", list(GOOD_NUMBERS))
    assert result.rows() == {1: N, **{i + 2: C for i in range(len(GOOD_NUMBERS))}}
    assert [int(v) for v in result.ledger["person_times"][1:]] == list(GOOD_NUMBERS.values())
    assert result.total() == sum(GOOD_NUMBERS.values())


def test_repaired_numbers(tmp_path):
    result = column(tmp_path, "参加人次", [*REPAIRED_NUMBERS, 25, "25"])
    assert [int(v) for v in result.ledger["person_times"][1:]] == [*REPAIRED_NUMBERS.values(), 25, 25]
    assert repaired(result, ["person_times", "参加人次"]) == set(REPAIRED_NUMBERS)
    assert result.total() == 25 * 6 + 12 + 105 + 50


def test_what_is_not_a_number_of_person_times(tmp_path):
    result = column(tmp_path, "参加人次", BAD_NUMBERS)
    assert result.rows() == {1: N, **{i + 2: "bad_person_times" for i in range(len(BAD_NUMBERS))}}
    assert result.totals() == {}


def test_an_error_or_an_uncalculated_formula_is_never_a_blank(tmp_path):
    rows = [["街镇", "活动日期", "参加人次", "状态"], ["曹杨", DAYS[0], "#N/A", None], ["曹杨", DAYS[1], "=1+2", None],
            ["曹杨", "#REF!", 3, None], ["#N/A", DAYS[3], 3, None], ["曹杨", DAYS[4], 3, "#N/A"],
            ["曹杨", DAYS[5], 3, None]]
    result = read(tmp_path, rows)
    expect(result, {1: N, 2: "bad_person_times", 3: "bad_person_times", 4: "bad_date", 5: "unknown_street",
                    6: "unknown_status", 7: C}, {"曹杨": 3}, {"error_cell"})
    assert set(result.found_rows("error_cell")) >= {2, 3, 4, 5}


ORDER = "就医、出行、亮码、扫码、聊天、缴费、购物、文娱、用机、安全"
SCENARIOS = {
    "就医": "就医", "就医、出行": "就医、出行", "出行,就医": "就医、出行", "出行，就医": "就医、出行",
    "就医;出行": "就医、出行", "就医；出行": "就医、出行",
    "就医/出行": "就医、出行", "就医+出行": "就医、出行", "就医&出行": "就医、出行", "就医和出行": "就医、出行",
    "就医及出行": "就医、出行", "就医 出行": "就医、出行",
    "就医出行": "就医、出行", "1.就医 2.出行": "就医、出行", "①就医②出行": "就医、出行", "1、就医2、出行": "就医、出行",
    "就医\n出行": "就医、出行",
    "就医、就医": "就医", "安全用机文娱购物缴费聊天扫码亮码出行就医": ORDER, "健康码": "亮码", "挂号": "就医",
    "看病": "就医", "看病挂号": "就医", "打车": "出行",
    "公交": "出行", "扫一扫": "扫码", "微信": "聊天", "网购": "购物", "交费": "缴费", "水电煤": "缴费", "娱乐": "文娱",
    "手机操作": "用机", "防诈": "安全",
    "反诈": "安全", "微信、网购和就医": "就医、聊天、购物", None: "未分类", "就医、": "就医",
}
PARTLY_UNKNOWN = {"炒股": "未分类", "就医、炒股": "就医、未分类", "炒股＋出行": "出行、未分类"}


def test_scenarios(tmp_path):
    result = column(tmp_path, "应用场景", list(SCENARIOS))
    assert dict(zip(SCENARIOS, result.cleaned.records["scenarios"], strict=True)) == SCENARIOS
    expect(result, {1: N, **{i + 2: C for i in range(len(SCENARIOS))}}, {"万里": 3 * len(SCENARIOS)}, set())


def test_an_unknown_part_of_scenarios_is_unclassified_and_flagged(tmp_path):
    result = column(tmp_path, "应用场景", ["就医", *PARTLY_UNKNOWN])
    assert list(result.cleaned.records["scenarios"]) == ["就医", *PARTLY_UNKNOWN.values()]
    expect(result, {1: N, 2: C, 3: C, 4: C, 5: C}, {"万里": 12}, {"unknown_scenario"})
    assert set(result.found_rows("unknown_scenario")) <= {3, 4, 5}


SERVICES = {"培训": "培训", "授课": "培训", "讲座": "培训", "课程": "培训", "教学": "培训", "帮办": "帮办",
            "代办": "帮办", "帮办服务": "帮办", "咨询": "帮办",
            "一对一": "帮办", " 培 训 ": "培训", "其他": "未注明", None: "未注明", "参观": "未注明"}


def test_services(tmp_path):
    result = column(tmp_path, "活动类型", list(SERVICES))
    records = result.cleaned.records
    assert dict(zip(SERVICES, records["service"], strict=True)) == SERVICES
    assert result.totals() == {"万里": 3 * len(SERVICES)}
    assert (int(records["training"].sum()), int(records["assistance"].sum())) == (3 * 6, 3 * 5)


STATUSES = {
    C: [None, "已通过", "审核通过", "通过", "已完成", "已结束", "正常", " 已 通过 "],
    "cancelled": ["已取消", "作废", "已作废", "取消", "已删除", "审核不通过", "不通过", "驳回", "拒绝"],
    "pending": ["草稿", "待审核", "审核中", "未提交"],
    "unknown_status": ["处理中", "?", "未知", "已取消（雨）x", "0"],
}


@pytest.mark.parametrize("verdict", STATUSES)
def test_statuses(tmp_path, verdict):
    cells = STATUSES[verdict]
    result = column(tmp_path, "状态", cells)
    assert result.rows() == {1: N, **{i + 2: verdict for i in range(len(cells))}}
    assert result.totals() == ({"万里": 3 * len(cells)} if verdict == C else {})


BROKEN = {"unknown_street": ("街镇", "某街道"), "bad_date": ("活动日期", "每周一"),
          "bad_person_times": ("参加人次", "若干"),
          "cancelled": ("状态", "已取消")}  # in the order that decides the reason


def test_the_first_fault_is_the_reason_and_all_are_kept(tmp_path):
    groups = [g for n in range(1, 5) for g in combinations(BROKEN, n)]
    titles = ["街镇", "活动日期", "参加人次", "状态", "活动名称"]
    rows = [titles]
    for i, group in enumerate(groups):
        cells = {"街镇": "曹杨", "活动日期": DAYS[i], "参加人次": 3, "状态": "已通过", "活动名称": f"课{i}"}
        rows.append(list({**cells, **dict(BROKEN[f] for f in group)}.values()))
    result = read(tmp_path, rows)
    assert result.rows() == {1: N, **{i + 2: group[0] for i, group in enumerate(groups)}}
    for i, group in enumerate(groups):
        assert result.faults(i + 2) == set(group)


@pytest.mark.parametrize(("day", "reason"), [("2021-03-31", "outside_programme"), ("2021-07-01", "future_date")])
def test_dates_rank_between_street_and_person_times(tmp_path, day, reason):
    rows = [["导出时间：2021-06-30 10:00"], ["街镇", "活动日期", "参加人次", "状态"], ["某街道", day, 0, "草稿"],
            ["曹杨", day, 0, "草稿"], ["曹杨", "2021-06-30", 0, "草稿"]]
    result = read(tmp_path, rows)
    assert result.rows() == {1: N, 2: N, 3: "unknown_street", 4: reason, 5: "bad_person_times"}
    assert result.faults(3) == {"unknown_street", reason, "bad_person_times", "pending"}
    assert result.faults(4) == {reason, "bad_person_times", "pending"}


TITLES = ["记录编号", "街镇", "活动日期", "参加人次"]


@pytest.mark.parametrize("text", ["20210412000123", "20210412000123.0", '="20210412000123"', " 20210412000123 ",
                                  "２０２１０４１２０００１２３"])
def test_an_id_as_number_equals_the_id_as_text(tmp_path, text):
    old = [TITLES, [20210412000123, "曹杨", date(2021, 4, 12), 3], [20210412000124, "曹杨", date(2021, 4, 12), 9]]
    new = csv_text([TITLES, [text, "曹杨", "2021-04-12", "4"]])
    result = run(folder(tmp_path, {"20210601.xlsx": {"s": old}, "20210701.csv": new}))
    assert result.rows("20210601.xlsx") == {1: N, 2: "superseded", 3: C}
    assert result.rows("20210701.csv") == {1: N, 2: C}
    assert set(result.cleaned.records["record_id"].astype(str)) == {"20210412000123", "20210412000124"}


@pytest.mark.parametrize("none", [None, "无", "-", "/", "暂无"])
def test_no_id(tmp_path, none):
    rows = [TITLES, [none, "曹杨", date(2021, 4, 12), 3], [none, "曹杨", date(2021, 4, 13), 4],
            ["A10001", "曹杨", date(2021, 4, 14), 5]]
    result = read(tmp_path, rows)
    expect(result, {1: N, 2: C, 3: C, 4: C}, {"曹杨": 12}, set())
    assert list(result.cleaned.records["record_id"].astype(str)) == ["", "", "A10001"]


@pytest.mark.parametrize("damaged", ["2.02E+13", "2.02104E+13", 2021041200012345, 1234567890123456789])
def test_damaged_ids_are_no_ids(tmp_path, damaged):
    rows = [TITLES, [damaged, "曹杨", date(2021, 4, 12), 3], [damaged, "曹杨", date(2021, 4, 13), 4],
            ["A10001", "曹杨", date(2021, 4, 14), 5]]
    expect(read(tmp_path, rows), {1: N, 2: C, 3: C, 4: C}, {"曹杨": 12}, {"damaged_id"})


@pytest.mark.parametrize("ids", [[1, 2], ["1", "2"], [1021, 1022], ["0017", "0018"], ["00001", "00002"]])
def test_a_column_of_sequence_numbers_is_no_id(tmp_path, ids):
    old = [TITLES, [ids[0], "曹杨", date(2021, 4, 12), 3], [ids[1], "曹杨", date(2021, 4, 13), 4]]
    new = [TITLES, [ids[0], "曹杨", date(2021, 4, 14), 5], [ids[1], "曹杨", date(2021, 4, 13), 4]]
    result = run(folder(tmp_path, {"20210601.xlsx": {"s": old}, FILE: {"s": new}}))
    assert result.rows("20210601.xlsx") == {1: N, 2: C, 3: "superseded"}
    assert result.rows(FILE) == {1: N, 2: C, 3: C}
    assert result.totals() == {"曹杨": 12}
    assert result.flags() == {"sequence_as_id"}
