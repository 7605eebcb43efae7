"""Participation counted by hand: full, fractional, filtered, by venue, suppressed, in the words of another list."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.participation import (
    DIMENSIONS,
    CrosswalkError,
    co_occurrence,
    crosswalked,
    load_crosswalk,
    matrix,
    not_offered,
    participation,
    prepared,
    scenarios,
    select,
    service_mix,
    suppress,
    suppress_pairs,
    suppress_within,
    venue_use,
    venues_by_street,
)
from analysis.participation.crosswalk import DEFAULT_CROSSWALK
from analysis.plan import Plan, load_plan
from tests.made_records import made

END = date(2021, 12, 31)
LAST_SCENARIO = '[[scenarios]]\nname = "安全"\nareas = []\nreason = "信息安全列在三、保障措施，不属七类"\n'


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan()


@pytest.fixture(scope="module")
def records() -> pd.DataFrame:
    return made(
        {"street": "曹杨", "day": "2021-04-05", "n": 30, "scenarios": "就医、出行、亮码", "venue": "甲",
         "venue_type": "养老机构", "start_time": "09:30"},
        {"street": "曹杨", "day": "2021-07-01", "n": 12, "scenarios": "就医", "venue": "甲", "venue_type": "养老机构",
         "service": "帮办", "start_time": "14:00"},
        {"street": "曹杨", "day": "2021-07-03", "n": 8, "scenarios": "就医、未分类", "venue": "乙",
         "venue_type": "助餐服务点（公益基地）"},
        {"street": "桃浦", "day": "2021-06-30", "n": 20, "scenarios": "出行、亮码", "venue": "甲", "venue_type": "学校",
         "training": 15, "assistance": 5, "start_time": "09:00"},
        {"street": "桃浦", "day": "2021-12-31", "n": 10, "scenarios": "未分类", "service": "未注明"},
    )


def column(table: pd.DataFrame, key: str, value: str = "person_times") -> dict[str, float]:
    return {k: v for k, v in zip(table[key], table[value], strict=True) if v}


# --- counting -------------------------------------------------------------------------------------------------------


def test_scenarios_in_full_and_fractionally(records: pd.DataFrame, plan: Plan) -> None:
    table = scenarios(records, plan, END)
    assert list(table.columns) == ["scenario", "person_times", "fractional", "activities"]
    assert list(table["scenario"]) == [*plan.scenario_names, "未分类"]
    assert column(table, "scenario") == {"就医": 50, "出行": 50, "亮码": 50, "未分类": 18}
    assert column(table, "scenario", "fractional") == {"就医": 26, "出行": 20, "亮码": 20, "未分类": 14}
    assert column(table, "scenario", "activities") == {"就医": 3, "出行": 2, "亮码": 2, "未分类": 2}
    assert table["fractional"].sum() == records["person_times"].sum()  # 80


def test_scenarios_up_to_a_day(records: pd.DataFrame, plan: Plan) -> None:
    assert column(scenarios(records, plan, date(2021, 6, 30)), "scenario") == {"就医": 30, "出行": 50, "亮码": 50}
    assert column(scenarios(records, plan, date(2021, 6, 29)), "scenario") == {"就医": 30, "出行": 30, "亮码": 30}


def test_street_by_scenario_has_every_cell(records: pd.DataFrame, plan: Plan) -> None:
    table = participation(records, plan, by=["street", "scenario"])
    assert len(table) == 10 * 11
    wide = matrix(table, "scenario", "street")
    assert list(wide.columns) == plan.street_names
    assert wide.loc["就医", "曹杨"] == 50
    assert wide.loc["亮码", "桃浦"] == 20
    assert wide.loc["聊天"].sum() == 0


def test_share_and_per_activity(records: pd.DataFrame, plan: Plan) -> None:
    whole = participation(records, plan, by=["scenario"]).set_index("scenario")
    assert whole.loc["就医", "share"] == 50 / 80
    assert whole.loc["就医", "per_activity"] == pytest.approx(50 / 3)
    assert pd.isna(whole.loc["聊天", "per_activity"])
    assert whole.loc["聊天", "share"] == 0
    within = participation(records, plan, by=["street", "scenario"], share_of=["street"])
    within = within.set_index(["street", "scenario"])
    assert within.loc[("桃浦", "出行"), "share"] == 20 / 30
    assert pd.isna(within.loc[("万里", "出行"), "share"])


def test_service_splits_a_row_of_both_kinds(records: pd.DataFrame, plan: Plan) -> None:
    table = participation(records, plan, by=["street", "service"], share_of=["street"]).set_index(["street", "service"])
    assert table.loc["曹杨", "person_times"].to_list() == [38, 12, 0]
    assert table.loc["桃浦", "person_times"].to_list() == [15, 5, 10]
    assert table.loc["桃浦", "activities"].to_list() == [1, 1, 1]  # the class with assistance is counted under each
    assert table.loc[("桃浦", "帮办"), "share"] == 5 / 30


def test_filter_of_services_keeps_their_part_only(records: pd.DataFrame, plan: Plan) -> None:
    table = participation(records, plan, by=["scenario"], services=["帮办"])
    assert column(table, "scenario") == {"就医": 12, "出行": 5, "亮码": 5}


def test_filter_of_scenarios(records: pd.DataFrame, plan: Plan) -> None:
    full = participation(records, plan, by=["street"], scenarios=["亮码", "出行"])
    assert column(full, "street") == {"曹杨": 30, "桃浦": 20}  # each activity once
    shared = participation(records, plan, by=["street"], counting="fractional", scenarios=["亮码", "出行"])
    assert column(shared, "street") == {"曹杨": 20, "桃浦": 20}  # two of three parts, two of two
    only = participation(records, plan, by=["scenario"], counting="fractional", scenarios=["出行"])
    assert only["scenario"].to_list() == ["出行"]
    assert only["person_times"].to_list() == [20]  # 30 / 3 + 20 / 2: the parts of what was filtered away stay away
    assert only["share"].to_list() == [1.0]


def test_filters_of_streets_phases_and_dates(records: pd.DataFrame, plan: Plan) -> None:
    assert column(participation(records, plan, ["scenario"], streets=["桃浦"], phases=["启动开展"]), "scenario") == {
        "出行": 20, "亮码": 20}
    in_july = participation(records, plan, ["month"], start=date(2021, 7, 1), end=date(2021, 7, 1))
    assert in_july[["month", "person_times"]].to_numpy().tolist() == [["2021-07", 12]]
    assert len(select(records, plan, as_of=date(2021, 7, 1), streets=["曹杨"])) == 2
    assert len(select(records, plan, venue_types=["助餐服务点"])) == 1
    assert len(select(records, plan)) == 5


def test_over_time(records: pd.DataFrame, plan: Plan) -> None:
    months = participation(records, plan, ["month"], as_of=date(2021, 7, 31))
    assert months["month"].to_list() == ["2021-04", "2021-05", "2021-06", "2021-07"]
    assert months["person_times"].to_list() == [30, 0, 20, 20]
    phases = matrix(participation(records, plan, ["phase", "scenario"]), "scenario", "phase")
    assert phases.loc["就医"].to_dict() == {"启动开展": 30, "深化推进": 20, "常态化持续": 0}
    weeks = participation(records, plan, ["week"], as_of=date(2021, 4, 11))
    assert weeks["week"].dt.strftime("%m-%d").to_list() == ["03-29", "04-05"]
    assert weeks["person_times"].to_list() == [0, 30]
    assert column(participation(records, plan, ["date"]), "person_times").keys() == {8, 10, 12, 20, 30}


def test_weekday_and_hour(records: pd.DataFrame, plan: Plan) -> None:
    days = participation(records, plan, ["weekday"])
    assert column(days, "weekday") == {"周一": 30, "周三": 20, "周四": 12, "周五": 10, "周六": 8}
    assert len(days) == 7
    hours = participation(records, plan, ["hour"])
    assert hours[["hour", "person_times"]].to_numpy().tolist() == [["09时", 50], ["14时", 12], ["未注明", 18]]


def test_venue_types_of_the_plan_come_first(records: pd.DataFrame, plan: Plan) -> None:
    table = participation(records, plan, ["venue_type"])
    assert table["venue_type"].to_list() == [*plan.venue_types, "学校", "未注明"]
    assert column(table, "venue_type") == {"养老机构": 42, "助餐服务点": 8, "学校": 20, "未注明": 10}


def test_of_two_venue_types_in_a_cell_the_longer_name_counts(plan: Plan) -> None:
    records = made({"street": "曹杨", "day": "2021-04-05", "n": 5, "venue_type": "社区综合为老服务中心（养老机构）"})
    assert column(participation(records, plan, ["venue_type"]), "venue_type") == {"社区综合为老服务中心": 5}


def test_person_level_rows_are_one_activity(plan: Plan) -> None:
    person = {"street": "曹杨", "day": "2021-04-05", "n": 1, "person_level": True, "record_id": "A1",
              "scenarios": "就医、出行"}
    table = scenarios(made(person, person, person), plan, END).set_index("scenario")
    assert table.loc["就医", ["person_times", "fractional", "activities"]].to_list() == [3, 1.5, 1]
    by_service = participation(made(person, person, person), plan, ["service"])
    assert by_service[["person_times", "activities"]].to_numpy().tolist() == [[3, 1], [0, 0], [0, 0]]


def test_nothing_to_count(plan: Plan) -> None:
    empty = made()
    assert len(participation(empty, plan, ["street", "scenario"])) == 110
    assert participation(empty, plan, ["venue"]).empty
    assert participation(empty, plan, ["street", "hour"]).empty
    assert scenarios(empty, plan, END)["person_times"].sum() == 0
    assert participation(empty, plan, ["month"], as_of=date(2021, 3, 31)).empty


@pytest.mark.parametrize(("by", "counting", "filters", "named"), [
    (["town"], "full", {}, "town"), (["street", "street"], "full", {}, "street"), ("street", "full", {}, "street"),
    (["street"], "half", {}, "half"), (["street"], "full", {"streets": ["静安"]}, "静安"),
    (["street"], "full", {"scenarios": ["办事"]}, "办事"), (["street"], "full", {"phases": ["冬季"]}, "冬季"),
    (["street"], "full", {"services": ["讲座"]}, "讲座"), (["street"], "full", {"share_of": ["month"]}, "month")])
def test_a_wrong_question_is_refused(
    records: pd.DataFrame, plan: Plan, by: object, counting: object, filters: dict, named: str
) -> None:
    with pytest.raises(ValueError, match=named):
        participation(records, plan, by, counting, **filters)


def test_input_stays_as_it_is(records: pd.DataFrame, plan: Plan) -> None:
    before = records.copy(deep=True)
    participation(records, plan, ["street", "service", "scenario"], scenarios=["就医"], services=["培训"])
    venue_use(records, plan)
    crosswalked(records, plan, load_crosswalk(plan))
    pd.testing.assert_frame_equal(records, before)


def test_many_venues_are_counted_without_their_whole_table(plan: Plan) -> None:
    rows = [{"street": "曹杨", "day": "2021-04-05", "n": i, "venue": f"点{i:05}"} for i in range(1, 20_001)]
    table = participation(made(*rows), plan, ["venue", "street", "scenario"])
    assert len(table) == 20_000
    assert table["person_times"].sum() == 20_000 * 20_001 / 2
    assert table["venue"].iloc[0] == "点00001"


# --- co-occurrence, what is missing, venues -------------------------------------------------------------------------


def test_co_occurrence(records: pd.DataFrame, plan: Plan) -> None:
    both = co_occurrence(records, plan)
    assert both.loc["出行", "亮码"] == both.loc["亮码", "出行"] == 2
    assert both.loc["就医", "亮码"] == 1
    assert both.loc["就医", "就医"] == 3
    assert both.loc["就医", "未分类"] == 1
    assert co_occurrence(records, plan, "person_times", streets=["桃浦"]).loc["出行", "亮码"] == 20
    assert co_occurrence(made(), plan).to_numpy().sum() == 0


def test_not_offered(records: pd.DataFrame, plan: Plan) -> None:
    none = not_offered(records, plan)
    by_street, by_scenario = none.set_index("street")["scenario"], none.set_index("scenario")["street"]
    assert by_street["曹杨"].to_list() == ["扫码", "聊天", "缴费", "购物", "文娱", "用机", "安全"]
    assert by_scenario["亮码"].to_list() == ["甘泉", "石泉", "长风", "长寿", "宜川", "真如", "万里", "长征"]
    assert "未分类" not in set(none["scenario"])
    assert "就医" in set(not_offered(records, plan, streets=["桃浦"])["scenario"])


def test_venue_use(records: pd.DataFrame, plan: Plan) -> None:
    used = venue_use(records, plan).set_index(["street", "venue"])
    assert list(used.index) == [("曹杨", "甲"), ("曹杨", "乙"), ("桃浦", "甲")]  # 甲 of 桃浦 is another place
    first = used.loc[("曹杨", "甲")]
    assert first[["activities", "person_times", "days", "repeated"]].to_list() == [2, 42, 2, True]
    assert (first["first_day"], first["last_day"]) == (pd.Timestamp("2021-04-05"), pd.Timestamp("2021-07-01"))
    assert used.loc[("曹杨", "乙"), "venue_type"] == "助餐服务点"
    assert not used.loc[("桃浦", "甲"), "repeated"]


def test_two_activities_on_one_day_are_not_a_repeated_venue(plan: Plan) -> None:
    row = {"street": "曹杨", "day": "2021-04-05", "n": 5, "venue": "甲"}
    used = venue_use(made(row, row), plan)
    assert used[["activities", "days", "repeated"]].to_numpy().tolist() == [[2, 1, False]]


def test_venues_by_street(records: pd.DataFrame, plan: Plan) -> None:
    table = venues_by_street(records, plan).set_index("street")
    assert table.loc["曹杨"].to_list() == [2, 1, 1, 42 / 50, 0]
    assert table.loc["桃浦"].to_list() == [1, 1, 0, 0.0, 1]
    assert pd.isna(table.loc["万里", "repeated_share"])


# --- small cells ----------------------------------------------------------------------------------------------------


def cells(grid: list[list[int]]) -> pd.DataFrame:
    return pd.DataFrame([{"r": f"r{i}", "c": f"c{j}", "activities": n, "person_times": 10 * n}
                         for i, line in enumerate(grid) for j, n in enumerate(line)])


def marks(grid: list[list[int]]) -> list[str]:
    found = suppress(cells(grid), ["r", "c"])
    width = len(grid[0])
    text = "".join(m or "." for m in found["suppressed"])
    return [text[i:i + width] for i in range(0, len(text), width)]


def test_nothing_small_nothing_hidden() -> None:
    table = suppress(cells([[5, 6], [0, 9]]), ["r", "c"])
    assert (table["suppressed"] == "").all()
    assert table["person_times"].to_list() == [50, 60, 0, 90]


def test_one_small_cell_takes_the_cheapest_rectangle_with_it() -> None:
    assert marks([[4, 50, 9], [60, 70, 80], [30, 90, 10]]) == ["主.次", "...", "次.次"]


def test_two_small_cells_protect_each_other_only_in_a_circle() -> None:
    assert marks([[1, 2, 30], [40, 50, 60]]) == ["主主.", "次次."]
    assert marks([[1, 2, 30], [3, 4, 60]]) == ["主主.", "主主."]


def test_a_chain_between_two_circles_is_found() -> None:
    # Two full circles of four cells, joined by one small cell: every row and column hides two or more, yet the joining
    # cell follows from the totals until it lies on a circle of its own.
    grid = [[1, 1, 3, 9, 9], [1, 1, 20, 20, 20], [20, 20, 1, 1, 20], [20, 20, 1, 1, 20]]
    found = np.array([list(line) for line in marks(grid)])
    assert exactly_known(grid, found == "主") == [(0, 2)]
    assert not exactly_known(grid, found != ".")


def test_hidden_cells_never_follow_from_the_totals() -> None:
    rng = np.random.default_rng(7)
    for _ in range(60):
        grid = rng.poisson(rng.choice([3, 8]), size=rng.integers(2, 7, size=2)).tolist()
        hidden = np.array([[m != "." for m in line] for line in marks(grid)])
        assert not exactly_known(grid, hidden), grid


def exactly_known(grid: list[list[int]], hidden: np.ndarray) -> list[tuple[int, int]]:
    """Small cells that linear algebra recovers from the totals of rows and columns and the cells that are shown."""
    places = list(zip(*np.nonzero(hidden), strict=True))
    if not places:
        return []
    rows = [[float(p[axis] == k) for p in places] for axis in (0, 1) for k in range(hidden.shape[axis])]
    system = np.array(rows)
    rank = np.linalg.matrix_rank(system)
    return [p for i, p in enumerate(places) if 0 < grid[p[0]][p[1]] < 5
            and np.linalg.matrix_rank(np.vstack([system, np.eye(len(places))[i]])) == rank]


def test_a_cell_of_0_is_hidden_only_when_no_other_will_do() -> None:
    # The way round through 8, 9, 7, 6, 6 costs 36 activities, fewer than any that crosses a 0.
    assert marks([[3, 0, 8], [0, 7, 9], [6, 6, 0]]) == ["主.次", ".次次", "次次."]
    assert marks([[3, 0], [0, 7]]) == ["主次", "次次"]


def test_a_single_line_hides_a_second_cell() -> None:
    table = pd.DataFrame({"scenario": list("abcd"), "activities": [4, 9, 6, 0], "person_times": [40, 90, 60, 0],
                          "share": [0.2, 0.5, 0.3, 0.0]})
    found = suppress(table, ["scenario"])
    assert found["suppressed"].to_list() == ["主", "", "次", ""]
    assert found["person_times"].isna().to_list() == [True, False, True, False]
    assert found["share"].isna().to_list() == [True, False, True, False]
    assert table["person_times"].to_list() == [40, 90, 60, 0]
    two = suppress(table.assign(activities=[4, 9, 1, 0]), ["scenario"])
    assert two["suppressed"].to_list() == ["主", "", "主", ""]


def test_suppression_of_one_street_is_a_line(records: pd.DataFrame, plan: Plan) -> None:
    table = participation(records, plan, ["street", "scenario"], streets=["曹杨"])
    hidden = suppress(table, ["street", "scenario"]).set_index("scenario")
    assert hidden.loc[["就医", "出行", "亮码", "未分类"], "suppressed"].to_list() == ["主"] * 4
    assert hidden.loc["聊天", "person_times"] == 0


def test_suppression_needs_one_or_two_dimensions_and_one_line_a_cell() -> None:
    table = cells([[1, 2]])
    with pytest.raises(ValueError, match="一维或二维"):
        suppress(table, [])
    with pytest.raises(ValueError, match="只有一行"):
        suppress(table, ["r"])


# --- crosswalk ------------------------------------------------------------------------------------------------------


def test_the_areas_of_the_state_council(records: pd.DataFrame, plan: Plan) -> None:
    crosswalk = load_crosswalk(plan)
    assert [a.name for a in crosswalk.areas] == ["应急", "出行", "就医", "消费", "文体", "办事", "智能产品"]
    assert "国办发〔2020〕45号" in crosswalk.source
    translated, areas = crosswalked(records, plan, crosswalk)
    table = scenarios(translated, areas, END)
    assert column(table, "scenario") == {"应急": 50, "出行": 50, "就医": 50, "未分类": 18}


def test_scenarios_of_one_area_count_once_in_it(plan: Plan) -> None:
    records = made({"street": "曹杨", "day": "2021-04-05", "n": 30, "scenarios": "缴费、购物、安全"})
    translated, areas = crosswalked(records, plan, load_crosswalk(plan))
    table = scenarios(translated, areas, END)
    assert column(table, "scenario") == {"消费": 30, "未分类": 30}  # 安全 lies outside the seven areas
    assert column(table, "scenario", "fractional") == {"消费": 15, "未分类": 15}


@pytest.mark.parametrize(("old", "new", "named"), [
    ('areas = ["应急"]', 'areas = ["防疫"]', "防疫"), ('name = "聊天"', 'name = "唠嗑"', "唠嗑"),
    ("source = ", "sources = ", "source"), ('areas = ["文体"]', "", "areas"),
    (LAST_SCENARIO, "", "安全"),
    ('name = "办事"', 'name = "应急"', "重名")])
def test_a_wrong_crosswalk_names_the_key(tmp_path: Path, plan: Plan, old: str, new: str, named: str) -> None:
    text = DEFAULT_CROSSWALK.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "crosswalk.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CrosswalkError, match=named):
        load_crosswalk(plan, path)


def test_a_missing_crosswalk_is_said(tmp_path: Path, plan: Plan) -> None:
    with pytest.raises(CrosswalkError, match="打不开"):
        load_crosswalk(plan, tmp_path / "none.toml")


def test_every_pair_of_dimensions_adds_up_to_the_whole(records: pd.DataFrame, plan: Plan) -> None:
    for by in combinations(DIMENSIONS, 2):
        assert participation(records, plan, by, "fractional")["person_times"].sum() == pytest.approx(80), by


# --- person-level sheets --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lists() -> pd.DataFrame:
    """One class of three people on a person-level sheet, and two plain activities."""
    person = {"street": "曹杨", "day": "2021-04-05", "n": 1, "venue": "甲", "start_time": "09:30", "person_level": True}
    return made(
        person, person, {**person, "service": "帮办", "scenarios": "就医、出行"},
        {"street": "曹杨", "day": "2021-04-06", "n": 20, "scenarios": "就医", "training": 15, "assistance": 5},
        {"street": "桃浦", "day": "2021-05-06", "n": 10, "scenarios": "出行"},
    )


def test_rows_of_one_person_level_activity_are_one_activity_in_every_cell(lists: pd.DataFrame, plan: Plan) -> None:
    assert column(participation(lists, plan, ["street"]), "street", "activities") == {"曹杨": 2, "桃浦": 1}
    assert column(participation(lists, plan, ["scenario"]), "scenario", "activities") == {"就医": 2, "出行": 2}
    assert column(participation(lists, plan, ["service"]), "service", "activities") == {"培训": 3, "帮办": 2}
    assert participation(lists, plan, [])["activities"].to_list() == [3]
    assert column(participation(lists, plan, ["venue"]), "venue", "activities") == {"甲": 1, "未注明": 2}
    cells = participation(lists, plan, ["street", "service"]).set_index(["street", "service"])["activities"]
    assert cells.loc["曹杨"].to_list() == [2, 2, 0]


def test_an_activity_of_two_chosen_services_counts_once(lists: pd.DataFrame, plan: Plan) -> None:
    both = participation(lists, plan, ["street"], services=["培训", "帮办"])
    assert both.loc[both["street"] == "曹杨", ["person_times", "activities"]].to_numpy().tolist() == [[23, 2]]
    assisted = participation(lists, plan, ["street"], services=["帮办"])
    assert column(assisted, "street", "activities") == {"曹杨": 2}
    assert column(assisted, "street") == {"曹杨": 6}


def test_prepared_records_tell_activities_apart(lists: pd.DataFrame, plan: Plan) -> None:
    lean = prepared(lists.assign(note="x"), plan)
    assert "note" not in lean
    for by in (["scenario"], ["street", "service"], ["month", "weekday", "hour"]):
        pd.testing.assert_frame_equal(participation(lean, plan, by), participation(lists, plan, by))


# --- training and assistance ----------------------------------------------------------------------------------------


def test_service_mix(records: pd.DataFrame, plan: Plan) -> None:
    mix = service_mix(records, plan).set_index("street")
    assert mix.loc["曹杨"].to_list() == [38, 12, 0, 12 / 50]
    assert mix.loc["桃浦"].to_list() == [15, 5, 10, 5 / 20]  # 10 that are neither are not in the share
    assert pd.isna(mix.loc["万里", "assistance_share"])
    hidden = service_mix(records, plan, hide_small=True).set_index("street")
    assert hidden.loc[["曹杨", "桃浦"], ["training", "assistance", "assistance_share"]].isna().all(axis=None)


def test_small_pairs_and_small_venues_are_hidden(records: pd.DataFrame, plan: Plan) -> None:
    pairs = suppress_pairs(co_occurrence(records, plan))
    assert pd.isna(pairs.loc["就医", "出行"])  # one activity
    assert pairs.loc["聊天", "购物"] == 0
    used = venue_use(records, plan)
    assert suppress_within(used, "street", "venue")["person_times"].isna().all()
    assert suppress_within(used.head(0), "street", "venue").empty
