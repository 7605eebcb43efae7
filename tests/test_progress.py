"""Figures of streets and district against examples worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from analysis import progress as p
from analysis.plan import Plan, load_plan
from analysis.schedule import days_left, expected, expected_share
from tests.made_records import made, sessions

OTHER = Path(__file__).parent / "plans" / "yunxi_2023.toml"
AUG31 = date(2021, 8, 31)
SUMS = ["person_times", "training", "assistance", "unstated", "activities"]


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan()


@pytest.fixture(scope="module")
def other() -> Plan:
    return load_plan(OTHER)


def row(records: pd.DataFrame, plan: Plan, as_of: date, street: str = "曹杨", basis: str | None = None) -> pd.Series:
    return p.progress(records, plan, as_of, basis).set_index("street").loc[street]


# --- 序时进度 ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("basis", "rounded"), [("phased", 837), ("linear", 836), ("calendar", 667)])
def test_expected_at_the_end_of_august(plan: Plan, basis: str, rounded: int) -> None:
    assert round(expected(plan, "曹杨", AUG31, basis)) == rounded
    assert expected(plan, None, AUG31, basis) == pytest.approx(10 * expected(plan, "曹杨", AUG31, basis))


@pytest.mark.parametrize(("day", "phased", "linear", "calendar"), [
    (date(2021, 3, 31), 0, 0, 0),  # nothing is expected before the first day, not even the calendar's 250
    (date(2021, 4, 1), 500 / 91, 1000 / 183, 250),
    (date(2021, 4, 30), 500 * 30 / 91, 1000 * 30 / 183, 1000 * 4 / 12),
    (date(2021, 6, 29), 500 * 90 / 91, 1000 * 90 / 183, 1000 * 5 / 12),
    (date(2021, 6, 30), 500, 1000 * 91 / 183, 500),
    (date(2021, 7, 1), 500 + 500 / 92, 1000 * 92 / 183, 500),
    (date(2021, 7, 20), 500 + 500 * 20 / 92, 1000 * 111 / 183, 500),  # July has not ended
    (date(2021, 9, 30), 1000, 1000, 750),
    (date(2021, 11, 30), 1000, 1000, 1000 * 11 / 12),  # 91.7 %
    (date(2021, 12, 31), 1000, 1000, 1000),
    (date(2022, 1, 15), 1000, 1000, 1000),
])
def test_expected_day_by_day(plan: Plan, day: date, phased: float, linear: float, calendar: float) -> None:
    found = [expected(plan, "桃浦", day, b) for b in ("phased", "linear", "calendar")]
    assert found == pytest.approx([phased, linear, calendar])


def test_expected_share_is_of_the_target_in_force(plan: Plan) -> None:
    assert expected_share(plan, date(2021, 6, 30)) == 1.0
    assert expected_share(plan, date(2021, 7, 1)) == pytest.approx((500 + 500 / 92) / 1000)
    assert expected_share(plan, date(2021, 7, 1), street="桃浦") == pytest.approx((500 + 500 / 92) / 1000)


def test_expected_of_streets_with_their_own_targets(other: Plan) -> None:
    mid = date(2023, 4, 15)  # day 46 of 92 to the spring deadline, of 245 to the last one
    assert [expected(other, s, mid, "phased") for s in other.street_names] == [100, 0, 50]
    assert expected(other, None, mid, "phased") == 150
    assert expected(other, "东溪", mid) == pytest.approx(600 * 46 / 245)  # the plan's own basis is linear
    assert expected(other, "南岭", date(2023, 8, 1), "phased") == 100  # the target does not grow after spring
    assert pd.isna(expected_share(other, mid, street="西溪"))


def test_unknown_basis_or_street_is_refused(plan: Plan) -> None:
    with pytest.raises(ValueError, match="weekly"):
        expected(plan, "曹杨", AUG31, "weekly")
    with pytest.raises(ValueError, match="静安"):
        expected(plan, "静安", AUG31)


@pytest.mark.parametrize(("day", "left"), [(date(2021, 9, 29), 1), (date(2021, 9, 30), 0), (date(2021, 10, 5), 0)])
def test_days_left_are_from_the_day_after_to_the_deadline(plan: Plan, day: date, left: int) -> None:
    assert days_left(plan.targets[1], day) == left


# --- daily ----------------------------------------------------------------------------------------------------------


def test_daily_has_every_street_and_day(plan: Plan) -> None:
    records = made({"street": "曹杨", "day": "2021-04-02", "n": 20}, {"street": "曹杨", "day": "2021-04-02", "n": 5},
                   {"street": "曹杨", "day": "2021-04-04", "n": 7}, {"street": "桃浦", "day": "2021-04-01", "n": 3},
                   {"street": "桃浦", "day": "2021-04-05", "n": 99})
    daily = p.daily(records, plan, date(2021, 4, 4))
    assert list(daily.columns) == ["street", "date", "person_times", "cumulative"]
    assert len(daily) == 10 * 4
    assert list(daily["street"].unique()) == plan.street_names
    by_street = daily.set_index("street")
    assert by_street.loc["曹杨", "person_times"].to_list() == [0, 25, 0, 7]
    assert by_street.loc["曹杨", "cumulative"].to_list() == [0, 25, 25, 32]
    assert by_street.loc["桃浦", "cumulative"].to_list() == [3, 3, 3, 3]
    assert by_street.loc["万里", "cumulative"].to_list() == [0, 0, 0, 0]
    whole = p.district_daily(records, plan, date(2021, 4, 4))
    assert whole["cumulative"].to_list() == [3, 28, 28, 35]
    assert whole["date"].dt.strftime("%m-%d").to_list() == ["04-01", "04-02", "04-03", "04-04"]


def test_daily_before_the_first_day_is_empty(plan: Plan) -> None:
    records = made({"street": "曹杨", "day": "2021-04-02", "n": 20})
    assert p.daily(records, plan, date(2021, 3, 31)).empty
    assert p.district_daily(records, plan, date(2021, 3, 31)).empty


def test_what_is_not_counted_counts_nowhere(plan: Plan) -> None:
    records = made({"street": "曹杨", "day": "2021-04-02", "n": 20}, {"street": "曹杨", "day": "2021-04-02", "n": 5},
                   {"street": "", "day": "2021-04-02", "n": 7}, {"street": "曹杨", "day": "2021-03-31", "n": 9})
    records["disposition"] = ["counted", "excluded", "counted", "counted"]
    assert row(records, plan, date(2021, 4, 30))["person_times"] == 20
    assert p.district(records, plan, date(2021, 4, 30)).person_times == 20
    assert p.daily(records, plan, date(2021, 4, 30))["person_times"].sum() == 20


# --- progress -------------------------------------------------------------------------------------------------------


def test_progress_of_a_street_in_august(plan: Plan) -> None:
    records = made({"street": "曹杨", "day": "2021-06-30", "n": 480}, {"street": "曹杨", "day": "2021-07-01", "n": 30},
                   {"street": "曹杨", "day": "2021-08-31", "n": 200, "service": "帮办"},
                   {"street": "曹杨", "day": "2021-08-31", "n": 10, "service": "未注明"},
                   {"street": "曹杨", "day": "2021-09-01", "n": 500})
    found = row(records, plan, AUG31)
    assert found["official_name"] == "曹杨新村街道"
    assert found["code"] == "310107005"
    assert found[SUMS].to_list() == [720, 510, 200, 10, 4]
    assert found[["half_year_target", "annual_target", "target"]].to_list() == [500, 1000, 1000]
    assert found["target_name"] == "年度指标"
    assert found["attainment"] == 0.72
    assert found["gap"] == 280
    assert found["days_left"] == 30
    assert found["required_per_day"] == pytest.approx(280 / 30)
    assert found["points"] == pytest.approx(72 - 83.6956, abs=1e-3)
    assert found["status"] == found["status_text"] == "未达序时"
    assert found["half_year_person_times"] == 480
    assert found["half_year_reached"] == pd.Timestamp("2021-07-01")
    assert pd.isna(found["annual_reached"])
    assert pd.isna(found["annual_person_times"])
    assert found["last_activity"] == pd.Timestamp("2021-08-31")


def test_a_row_with_both_kinds_of_service_is_one_activity(plan: Plan) -> None:
    records = made({"street": "曹杨", "day": "2021-04-02", "n": 30, "training": 20, "assistance": 10})
    found = row(records, plan, date(2021, 4, 30))
    assert found[SUMS].to_list() == [30, 20, 10, 0, 1]


def test_the_rows_of_a_person_level_sheet_are_one_activity(plan: Plan) -> None:
    person = {"street": "曹杨", "day": "2021-04-02", "n": 1, "person_level": True, "venue": "甲"}
    with_id = {**person, "record_id": "A1"}
    records = made(person, person, {**person, "venue": "乙"}, with_id, {**with_id, "venue": "丙"},
                   {"street": "曹杨", "day": "2021-04-02", "n": 6})
    found = row(records, plan, date(2021, 4, 30))
    assert found["person_times"] == 11
    assert found["activities"] == 4  # at 甲 without id, at 乙, A1 wherever it was, and the plain row


@pytest.mark.parametrize(("day", "n", "status"), [
    (date(2021, 6, 29), 500, "已达标"), (date(2021, 6, 29), 495, "达序时"), (date(2021, 6, 29), 494, "未达序时"),
    (date(2021, 6, 30), 500, "按期达标"), (date(2021, 6, 30), 499, "逾期未达标"),
    (date(2021, 7, 1), 506, "达序时"), (date(2021, 7, 1), 505, "未达序时"), (date(2021, 7, 1), 1000, "已达标"),
    (date(2021, 9, 30), 1000, "按期达标"), (date(2021, 9, 30), 999, "逾期未达标"),
    (date(2021, 12, 31), 1000, "按期达标"), (date(2021, 12, 31), 999, "逾期未达标"),
])
def test_status_by_day(plan: Plan, day: date, n: int, status: str) -> None:
    """On 29 June 494.51 are expected, on 1 July 505.43; the day of a deadline is over at its end."""
    assert row(made({"street": "曹杨", "day": "2021-04-01", "n": n}), plan, day)["status"] == status


def test_a_target_met_after_its_deadline_is_made_up_late(plan: Plan) -> None:
    records = made({"street": "曹杨", "day": "2021-09-30", "n": 999}, {"street": "曹杨", "day": "2021-10-12", "n": 1})
    found = row(records, plan, date(2021, 10, 12))
    assert found["status"] == "逾期补足"
    assert found["status_text"] == "逾期补足（10月12日）"
    assert found["annual_person_times"] == 999
    assert row(records, plan, date(2021, 10, 11))["status"] == "逾期未达标"
    in_time = made({"street": "曹杨", "day": "2021-09-30", "n": 1000})
    assert row(in_time, plan, date(2021, 10, 12))["status_text"] == "按期达标（9月30日）"


def test_required_per_day_is_zero_when_met_and_empty_once_the_deadline_has_passed(plan: Plan) -> None:
    met = made({"street": "曹杨", "day": "2021-04-01", "n": 1000})
    short = made({"street": "曹杨", "day": "2021-04-01", "n": 900})
    for day in (AUG31, date(2021, 9, 30), date(2021, 12, 1)):
        assert row(met, plan, day)["required_per_day"] == 0
        assert row(met, plan, day)["required_note"] == ""
    assert row(short, plan, date(2021, 9, 29))["required_per_day"] == 100
    for day in (date(2021, 9, 30), date(2021, 12, 1)):
        assert pd.isna(row(short, plan, day)["required_per_day"])
        assert row(short, plan, day)["required_note"] == "期限已过"


def test_half_year_and_annual_target_at_the_turn(plan: Plan) -> None:
    records = made({"street": "曹杨", "day": "2021-04-01", "n": 600})
    before, after = row(records, plan, date(2021, 6, 30)), row(records, plan, date(2021, 7, 1))
    assert (before["target"], before["attainment"], before["gap"]) == (500, 1.2, 0)
    assert (after["target"], after["attainment"], after["gap"]) == (1000, 0.6, 400)


def test_a_street_at_300_percent(plan: Plan) -> None:
    found = row(made({"street": "曹杨", "day": "2021-04-01", "n": 3000}), plan, date(2021, 12, 31))
    assert found["attainment"] == 3.0
    assert found["gap"] == 0
    assert found["rank"] == 1


def test_rank_by_attainment_with_shared_places(plan: Plan) -> None:
    sizes = {"曹杨": 100, "甘泉": 300, "石泉": 100, "长风": 200, "桃浦": 300}
    records = made(*({"street": s, "day": "2021-04-01", "n": n} for s, n in sizes.items()))
    table = p.progress(records, plan, date(2021, 5, 1)).set_index("street")
    assert list(table.index) == plan.street_names  # the notice's order stays
    assert table["rank"].to_dict() == {"甘泉": 1, "桃浦": 1, "长风": 3, "曹杨": 4, "石泉": 4, "长寿": 6, "宜川": 6,
                                       "真如": 6, "万里": 6, "长征": 6}


def test_rank_of_equal_attainment_goes_by_person_times_and_no_target_comes_last(other: Plan) -> None:
    records = made({"street": "东溪", "day": "2023-03-02", "n": 100}, {"street": "南岭", "day": "2023-03-02", "n": 50},
                   {"street": "西溪", "day": "2023-03-02", "n": 900})
    table = p.progress(records, other, date(2023, 5, 1)).set_index("street")
    assert table["attainment"].to_list()[::2] == [0.5, 0.5]
    assert table["rank"].to_dict() == {"东溪": 1, "南岭": 2, "西溪": 3}


def test_a_target_of_0_is_met_without_a_rate(other: Plan) -> None:
    found = row(made(), other, date(2023, 4, 15), "西溪")
    assert pd.isna(found["attainment"])
    assert p.percent(found["attainment"]) == "—"
    assert (found["gap"], found["required_per_day"], found["status"]) == (0, 0, "已达标")
    assert found["spring_reached"] == pd.Timestamp("2023-03-01")
    assert row(made(), other, date(2023, 5, 31), "西溪")["status"] == "按期达标"


def test_no_records_at_all(plan: Plan) -> None:
    empty = made()
    for day in (date(2021, 3, 31), date(2021, 4, 1), AUG31, date(2021, 12, 31)):
        table = p.progress(empty, plan, day)
        assert len(table) == 10
        assert (table["person_times"] == 0).all()
        assert (table["rank"] == 1).all()
    assert set(p.progress(empty, plan, date(2021, 4, 1))["status"]) == {"未达序时"}
    assert set(p.progress(empty, plan, date(2021, 3, 31))["status"]) == {"达序时"}  # nothing is due yet


def test_the_programme_of_one_street(plan: Plan) -> None:
    one = replace(plan, streets=plan.streets[:1], targets=tuple(replace(t, district=d) for t, d in
                                                              zip(plan.targets, (500, 1000), strict=True)))
    found = p.district(made({"street": "曹杨", "day": "2021-04-01", "n": 700}), one, AUG31)
    assert (found.person_times, found.gap, found.streets_behind, found.streets_met) == (700, 300, 1, 0)


def test_the_basis_changes_the_light_and_nothing_else(plan: Plan) -> None:
    records = made({"street": "曹杨", "day": "2021-04-01", "n": 700})
    assert row(records, plan, AUG31)["status"] == "未达序时"
    by_calendar = row(records, plan, AUG31, basis="calendar")
    assert by_calendar["status"] == "达序时"
    assert by_calendar["gap"] == 300


def test_figures_leave_their_input_alone(plan: Plan) -> None:
    records = made(*sessions("曹杨", "2021-04-01", [10, 20, 30]))
    before = records.copy(deep=True)
    p.progress(records, plan, AUG31)
    p.daily(records, plan, AUG31)
    p.district(records, plan, AUG31)
    pd.testing.assert_frame_equal(records, before)


# --- district -------------------------------------------------------------------------------------------------------


def test_the_district_in_august(plan: Plan) -> None:
    sizes = {"曹杨": 1300, "甘泉": 1000, "石泉": 900, "长风": 837, "长寿": 836}
    records = made(*({"street": s, "day": "2021-04-01", "n": n} for s, n in sizes.items()))
    found = p.district(records, plan, AUG31)
    assert found.person_times == 4873
    assert (found.target, found.target_name, found.deadline) == (10000, "年度指标", date(2021, 9, 30))
    assert found.attainment == pytest.approx(0.4873)
    assert found.expected == pytest.approx(8369.565, abs=1e-3)
    assert found.gap == 5127
    assert found.streets_gap == 100 + 163 + 164 + 5 * 1000  # the surplus of 曹杨 fills no other's gap
    assert found.required_per_day == pytest.approx(5127 / 30)
    assert found.status == "未达序时"
    assert (found.streets_met, found.streets_on_time, found.streets_behind, found.streets_failed) == (2, 2, 6, 0)


def test_the_district_after_the_last_deadline(plan: Plan) -> None:
    rows = [{"street": s, "day": "2021-09-30", "n": 990} for s in plan.street_names]
    short = p.district(made(*rows), plan, date(2021, 10, 31))
    assert (short.status, short.required_per_day, short.reached, short.streets_failed) == ("逾期未达标", None, None, 10)
    late = p.district(made(*rows, {"street": "桃浦", "day": "2021-10-20", "n": 100}), plan, date(2021, 10, 31))
    assert (late.status, late.required_per_day, late.reached) == ("逾期补足", 0.0, date(2021, 10, 20))
    assert (late.streets_met, late.streets_failed, late.streets_gap) == (1, 9, 90)


# --- comparison and percent -----------------------------------------------------------------------------------------


def test_change_since_the_last_briefing(plan: Plan) -> None:
    records = made({"street": "曹杨", "day": "2021-07-01", "n": 500}, {"street": "甘泉", "day": "2021-07-01", "n": 400},
                   {"street": "甘泉", "day": "2021-08-15", "n": 200})
    earlier, later = p.progress(records, plan, date(2021, 7, 31)), p.progress(records, plan, AUG31)
    change = p.change_since(earlier, later).set_index("street")
    assert change.loc["甘泉", ["rank", "rank_before", "rank_change"]].to_list() == [1, 2, 1]
    assert change.loc["曹杨", ["rank", "rank_before", "rank_change"]].to_list() == [2, 1, -1]
    assert change.loc["甘泉", "person_times_change"] == 200
    assert change.loc["甘泉", "attainment_change"] == pytest.approx(20)
    assert change.loc["桃浦", ["rank_change", "person_times_change"]].to_list() == [0, 0]
    assert change["same_target"].all()


def test_change_across_the_turn_of_the_target_compares_no_rates(plan: Plan) -> None:
    records = made({"street": "曹杨", "day": "2021-06-01", "n": 500}, {"street": "曹杨", "day": "2021-07-10", "n": 100})
    earlier, later = p.progress(records, plan, date(2021, 6, 30)), p.progress(records, plan, date(2021, 7, 31))
    change = p.change_since(earlier, later)
    assert change["attainment_change"].isna().all()
    assert not change["same_target"].any()
    assert change.loc[0, "person_times_change"] == 100


def test_change_of_a_street_that_was_not_there_before(plan: Plan) -> None:
    later = p.progress(made(), plan, AUG31)
    change = p.change_since(later[later["street"] != "桃浦"], later).set_index("street")
    assert pd.isna(change.loc["桃浦", "rank_change"])
    assert change.loc["曹杨", "rank_change"] == 0


@pytest.mark.parametrize(("share", "text"), [
    (0.0, "0.0%"), (0.837, "83.7%"), (0.8366, "83.7%"), (0.9994, "99.9%"), (0.9996, "99.9%"), (0.99999, "99.9%"),
    (1.0, "100.0%"), (1.0004, "100.0%"), (1.0006, "100.1%"), (3.0, "300.0%"), (12.345, "1,234.5%"), (0.0005, "0.1%"),
    (0.1425, "14.3%"), (float("nan"), "—")])
def test_percent(share: float, text: str) -> None:
    assert p.percent(share) == text


def test_percent_never_rounds_up_to_another_missed_reference() -> None:
    assert p.percent(0.83666, ref=0.837) == "83.6%"
    assert p.percent(0.837, ref=0.837) == "83.7%"
    assert p.percent(1.1999, ref=1.2) == "119.9%"
