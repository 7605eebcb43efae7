"""Pace by hand: lights on the three bases, what is needed per day, working day and session, the last four weeks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from analysis.pace import bases, pace, recent, required, working_days
from analysis.plan import Plan, load_plan
from tests.made_records import made, sessions

AUG31 = date(2021, 8, 31)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan()


def of(table: pd.DataFrame, street: str = "曹杨") -> pd.Series:
    return table.set_index("street").loc[street]


def test_who_changes_light_under_which_basis(plan: Plan) -> None:
    sizes = {"曹杨": 1000, "甘泉": 837, "石泉": 836, "长风": 836, "长寿": 667, "宜川": 666}
    records = made(*({"street": s, "day": "2021-04-01", "n": n} for s, n in sizes.items()),
                   {"street": "长风", "day": "2021-04-02", "n": 1})
    table = bases(records, plan, AUG31).set_index("street")
    status = table[["status_phased", "status_linear", "status_calendar"]]
    assert status.loc["曹杨"].to_list() == ["已达标"] * 3
    assert status.loc["甘泉"].to_list() == ["达序时"] * 3
    assert status.loc["石泉"].to_list() == ["未达序时", "未达序时", "达序时"]  # 836 of 836.96 and of 836.07
    assert status.loc["长寿"].to_list() == ["未达序时", "未达序时", "达序时"]  # 667 of 666.67
    assert status.loc["宜川"].to_list() == ["未达序时"] * 3
    assert table["changes"].to_dict() == {s: s in ("石泉", "长寿") for s in plan.street_names}
    assert table.loc["石泉", "points_linear"] == pytest.approx(83.6 - 83.60656, abs=1e-4)


@pytest.mark.parametrize(("first", "last", "number"), [
    (date(2021, 9, 1), date(2021, 9, 30), 22),  # 20 and 21 off (中秋), 18 and 26 worked
    (date(2021, 9, 18), date(2021, 9, 19), 1),  # a working Saturday
    (date(2021, 10, 1), date(2021, 10, 9), 2),  # National Day week; Friday 8, working Saturday 9
    (date(2021, 4, 25), date(2021, 4, 25), 1), (date(2021, 6, 14), date(2021, 6, 14), 0),
    (date(2021, 9, 30), AUG31, 0)])
def test_working_days_of_2021(first: date, last: date, number: int) -> None:
    assert working_days(first, last) == (number, "")


def test_a_year_that_the_calendar_does_not_cover_is_said() -> None:
    assert working_days(date(2003, 12, 30), date(2004, 1, 10)) == (None, "工作日历未包含2003年，无法按工作日计算")


def test_required_per_day_working_day_and_session(plan: Plan) -> None:
    table = of(required(made(*sessions("曹杨", "2021-04-05", [10, 20, 30, 340])), plan, AUG31))
    assert table["gap"] == 600
    assert (table["days_left"], table["working_days_left"]) == (30, 22)
    assert table["required_per_day"] == 20
    assert table["required_per_working_day"] == pytest.approx(600 / 22)
    assert table["usual_session"] == 25  # the median: one large event moves it little
    assert table["sessions_needed"] == 24
    assert table["note"] == ""


def test_sessions_needed_are_whole(plan: Plan) -> None:
    table = of(required(made(*sessions("曹杨", "2021-04-05", [7])), plan, AUG31))
    assert table["sessions_needed"] == 142  # 993 / 7 = 141.9


def test_a_person_level_activity_is_one_session(plan: Plan) -> None:
    person = {"street": "曹杨", "day": "2021-04-05", "n": 1, "person_level": True, "venue": "甲"}
    records = made(*[person] * 8, {"street": "曹杨", "day": "2021-04-06", "n": 12})
    assert of(required(records, plan, AUG31))["usual_session"] == 10  # median of 8 and 12


def test_nothing_is_required_of_a_street_that_has_met_its_target(plan: Plan) -> None:
    for day in (AUG31, date(2021, 12, 31)):
        table = of(required(made({"street": "曹杨", "day": "2021-04-05", "n": 1500}), plan, day))
        needed = table[["gap", "required_per_day", "required_per_working_day", "sessions_needed"]]
        assert needed.to_list() == [0, 0, 0, 0]
        assert table["note"] == "已达标"


def test_after_the_deadline_nothing_can_be_required(plan: Plan) -> None:
    table = of(required(made({"street": "曹杨", "day": "2021-04-05", "n": 900}), plan, date(2021, 10, 1)))
    assert table[["required_per_day", "required_per_working_day", "sessions_needed"]].isna().all()
    assert table["gap"] == 100
    assert table["note"] == "期限已过"


def test_a_street_without_activities_has_no_usual_session(plan: Plan) -> None:
    table = of(required(made(), plan, AUG31))
    assert pd.isna(table["usual_session"])
    assert pd.isna(table["sessions_needed"])
    assert "尚无活动" in table["note"]
    assert table["required_per_day"] == pytest.approx(1000 / 30)


def test_days_left_without_a_working_day(plan: Plan) -> None:
    sunday = replace(plan, targets=(plan.targets[0], replace(plan.targets[1], deadline=date(2021, 9, 12))))
    table = of(required(made({"street": "曹杨", "day": "2021-04-05", "n": 990}), sunday, date(2021, 9, 10)))
    assert table["required_per_day"] == 5
    assert pd.isna(table["required_per_working_day"])
    assert table["note"] == "剩余天数里没有工作日"


def test_a_plan_beyond_the_calendar(plan: Plan) -> None:
    later = load_plan(Path(__file__).parent / "plans" / "yunxi_2023.toml")
    targets = tuple(replace(t, deadline=t.deadline.replace(year=2043)) for t in later.targets)
    later = replace(later, targets=targets, first_day=date(2043, 3, 1), last_day=date(2043, 11, 30))
    table = of(required(made({"street": "东溪", "day": "2043-03-02", "n": 10}), later, date(2043, 3, 31)), "东溪")
    assert pd.isna(table["working_days_left"])
    assert pd.isna(table["required_per_working_day"])
    assert table["required_per_day"] == pytest.approx(190 / 61)
    assert table["note"] == "工作日历未包含2043年，无法按工作日计算"


def test_the_last_four_weeks(plan: Plan) -> None:
    records = made({"street": "曹杨", "day": "2021-08-03", "n": 100}, {"street": "曹杨", "day": "2021-08-04", "n": 20},
                   {"street": "曹杨", "day": "2021-08-31", "n": 8}, {"street": "甘泉", "day": "2021-08-03", "n": 50})
    table = recent(records, plan, AUG31)
    assert of(table)[["recent_person_times", "recent_activities", "recent_per_day"]].to_list() == [28, 2, 1.0]
    assert of(table)[["days_since", "trend"]].to_list() == [0, "进行中"]
    # 3 August is the 29th day counted back: outside.
    assert of(table, "甘泉")[["recent_activities", "days_since", "trend"]].to_list() == [0, 28, "已停"]
    assert of(table, "桃浦")["trend"] == "未开始"
    assert pd.isna(of(table, "桃浦")["days_since"])


def test_the_window_is_shorter_at_the_start(plan: Plan) -> None:
    records = made({"street": "曹杨", "day": "2021-04-01", "n": 30})
    assert of(recent(records, plan, date(2021, 4, 3)))["recent_per_day"] == 10
    assert of(recent(made(), plan, date(2021, 3, 31)))["recent_per_day"] == 0


def test_a_street_at_150_percent_that_stopped_is_visible(plan: Plan) -> None:
    records = made({"street": "曹杨", "day": "2021-08-05", "n": 1500},
                   {"street": "甘泉", "day": "2021-11-20", "n": 1500})
    table = pace(records, plan, date(2021, 11, 30))
    assert of(table)[["status", "trend"]].to_list() == ["按期达标", "已停"]
    assert of(table, "甘泉")[["status", "trend"]].to_list() == ["逾期补足", "进行中"]


def test_enough_compares_the_recent_pace_with_the_needed_one(plan: Plan) -> None:
    records = made({"street": "曹杨", "day": "2021-08-31", "n": 560}, {"street": "甘泉", "day": "2021-08-31", "n": 400})
    table = pace(records, plan, AUG31)
    assert of(table)["enough"]  # 560 / 28 = 20 a day; 440 / 30 = 14.7 needed
    assert not of(table, "甘泉")["enough"]  # 14.3 a day; 20 needed
    assert pace(records, plan, date(2021, 9, 30))["enough"].isna().all()


def test_pace_of_an_empty_frame(plan: Plan) -> None:
    for day in (date(2021, 3, 31), AUG31, date(2021, 12, 31)):
        table = pace(made(), plan, day)
        assert table["street"].to_list() == plan.street_names
        assert (table["trend"] == "未开始").all()
