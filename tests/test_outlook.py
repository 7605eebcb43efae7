"""The outlook on records whose future is known by construction."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.outlook import COLUMNS, DISTRICT, fan, outlook, whatif
from analysis.paths import Paths, day_weights, simulate, working_days
from analysis.plan import Plan, load_plan
from tests.made_records import made, sessions

OTHER = Path(__file__).parent / "plans" / "yunxi_2023.toml"
AUG31 = date(2021, 8, 31)
RANGE_COLUMNS = ["low95", "low80", "low50", "median", "high50", "high80", "high95"]


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan()


def weekly(plan: Plan, sizes: dict[str, int], until: date = AUG31) -> pd.DataFrame:
    """One session of a street's size every Wednesday (21 of them up to 31 August)."""
    weeks = (until - date(2021, 4, 7)).days // 7 + 1
    return made(*(row for street, n in sizes.items() for row in sessions(street, "2021-04-07", [n] * weeks, every=7)))


def line(table: pd.DataFrame, street: str) -> pd.Series:
    return table.set_index("street").loc[street]


def same(plan: Plan, n: int) -> dict[str, int]:
    return dict.fromkeys(plan.street_names, n)


def test_columns_and_order(plan: Plan) -> None:
    table = outlook(weekly(plan, same(plan, 40)), plan, AUG31)
    assert list(table.columns) == COLUMNS
    assert list(table["street"]) == [*plan.street_names, DISTRICT]
    assert set(table["target"][:10]) == {1000}
    assert table["target"].iloc[10] == 10_000
    assert (table["reason"] == "").all()


def test_ranges_hold_one_another_and_never_fall_below_what_is_done(plan: Plan) -> None:
    table = outlook(weekly(plan, same(plan, 40)), plan, AUG31)
    ranges = table[RANGE_COLUMNS].to_numpy(dtype=float)
    assert (np.diff(ranges, axis=1) >= 0).all()
    assert (table["low95"] >= table["person_times"]).all()


def test_a_steady_street_goes_on_as_before(plan: Plan) -> None:
    """21 Wednesdays of 40 are 840 by 31 August; the five of September bring 200."""
    row = line(outlook(weekly(plan, same(plan, 40)), plan, AUG31), "曹杨")
    assert row["person_times"] == 840
    assert row["median"] == pytest.approx(1040, abs=30)
    assert row["low80"] < 1040 < row["high80"]


@pytest.mark.parametrize(("size", "word"), [(60, "已达标"), (46, "很可能"), (38, "有可能"), (25, "不太可能")])
def test_words(plan: Plan, size: int, word: str) -> None:
    """By 31 August 60 a week make 1,260; 46 make 966 (five more weeks: 1,196), 38 make 798 (988), 25 make 525 (650)."""
    assert line(outlook(weekly(plan, same(plan, size)), plan, AUG31), "桃浦")["word"] == word


def test_chance_is_certain_only_when_met(plan: Plan) -> None:
    table = outlook(weekly(plan, same(plan, 60)), plan, AUG31)
    assert (table["chance"] == 1.0).all()


def test_the_district_lies_within_the_sum_of_its_streets(plan: Plan) -> None:
    table = outlook(weekly(plan, same(plan, 40)), plan, AUG31)
    streets, whole = table.iloc[:10], line(table, DISTRICT)
    assert whole["person_times"] == 8400
    assert streets["low80"].sum() <= whole["low80"] <= whole["high80"] <= streets["high80"].sum()
    assert whole["median"] == pytest.approx(10_400, abs=150)


def test_the_seed_decides(plan: Plan) -> None:
    records = weekly(plan, same(plan, 40))
    first = outlook(records, plan, AUG31)
    pd.testing.assert_frame_equal(first, outlook(records, plan, AUG31))
    assert not first.equals(outlook(records, plan, AUG31, seed=7))


def test_the_order_of_records_plays_no_part(plan: Plan) -> None:
    records = weekly(plan, same(plan, 40))
    pd.testing.assert_frame_equal(outlook(records, plan, AUG31), outlook(records[::-1], plan, AUG31))


def test_the_future_is_not_looked_at(plan: Plan) -> None:
    until_september = weekly(plan, same(plan, 40), date(2021, 9, 30))
    pd.testing.assert_frame_equal(outlook(until_september, plan, AUG31),
                                  outlook(weekly(plan, same(plan, 40)), plan, AUG31))


def test_input_is_left_alone(plan: Plan) -> None:
    records = weekly(plan, same(plan, 40))
    before = records.copy(deep=True)
    outlook(records, plan, AUG31)
    pd.testing.assert_frame_equal(records, before)


# --- refusals ---------------------------------------------------------------------------------------------------------


def test_refuses_before_four_weeks(plan: Plan) -> None:
    records = weekly(plan, same(plan, 40), date(2021, 4, 28))
    early = outlook(records, plan, date(2021, 4, 27))  # the 27th day
    assert early["chance"].isna().all()
    assert early[RANGE_COLUMNS].isna().all(axis=None)
    assert set(early["reason"]) == {"项目开始不足4周，历史太短，暂不推算"}
    assert set(early["word"]) == {""}
    assert (outlook(records, plan, date(2021, 4, 28))["reason"] == "").all()


def test_refuses_a_street_without_activities_or_with_one_week(plan: Plan) -> None:
    sizes = {s: 40 for s in plan.street_names if s not in ("桃浦", "万里")}
    records = pd.concat([weekly(plan, sizes), made({"street": "万里", "day": "2021-08-18", "n": 30})])
    table = outlook(records, plan, AUG31)
    assert line(table, "桃浦")["reason"] == "至今没有活动记录，无从推算"
    assert line(table, "万里")["reason"] == "只有1周有活动，不足2周，暂不推算"
    assert line(table, "万里")["person_times"] == 30
    assert pd.isna(line(table, "万里")["chance"])
    assert line(table, DISTRICT)["reason"] == ""


def test_refuses_the_district_when_most_streets_are_refused(plan: Plan) -> None:
    table = outlook(weekly(plan, dict.fromkeys(plan.street_names[:4], 40)), plan, AUG31)
    assert line(table, DISTRICT)["reason"] == "6个街镇历史太短，全区暂不推算"
    assert pd.isna(line(table, DISTRICT)["median"])
    assert line(table, plan.street_names[0])["reason"] == ""


def test_no_records_at_all(plan: Plan) -> None:
    table = outlook(made(), plan, AUG31)
    assert (table["reason"] != "").all()
    assert (table["person_times"] == 0).all()


def test_after_the_deadline_the_outcome_stands(plan: Plan) -> None:
    """25 Wednesdays to 30 September: 1,000 with 40, 975 with 39, which becomes 1,014 on 6 October."""
    records = weekly(plan, {"曹杨": 40, "甘泉": 39}, date(2021, 10, 6))
    records = records[~((records["street"] == "甘泉") & (records["activity_date"] == "2021-04-07"))]
    table = outlook(records, plan, date(2021, 9, 30))
    assert (line(table, "曹杨")["chance"], line(table, "曹杨")["word"]) == (1.0, "按期达标")
    assert (line(table, "甘泉")["chance"], line(table, "甘泉")["word"]) == (0.0, "逾期未达标")
    assert set(table["reason"]) == {"期限已过，结果已定"}
    later = pd.concat([records, made({"street": "甘泉", "day": "2021-10-08", "n": 50})])
    assert line(outlook(later, plan, date(2021, 10, 8)), "甘泉")["word"] == "逾期补足"
    assert line(outlook(later, plan, date(2021, 10, 8)), "甘泉")["chance"] == 0.0


# --- what the method is made of ---------------------------------------------------------------------------------------


def test_days_off_and_the_weeks_before_a_deadline_have_their_own_weight(plan: Plan) -> None:
    """Nothing on days off: the two weeks of "a quarter" that are mixed in leave a small weight. Before 30 June: +10 %."""
    grid = np.zeros((10, 60), dtype=np.int64)
    weights = day_weights(grid, plan, date(2021, 5, 30))
    by_day = dict(zip((plan.first_day + timedelta(days=i) for i in range(91)), weights, strict=True))
    assert by_day[date(2021, 5, 12)] == 1.0  # a Wednesday
    assert by_day[date(2021, 5, 8)] == 1.0  # a Saturday that was worked to make up for 1 May
    assert by_day[date(2021, 5, 3)] == by_day[date(2021, 5, 9)] < 0.25  # a holiday like a Sunday
    assert by_day[date(2021, 6, 2)] == 1.0
    assert by_day[date(2021, 6, 3)] == pytest.approx(1.1)  # the first of the 28 days


def test_the_known_rush_replaces_the_guess(plan: Plan) -> None:
    """All ten streets were three times as busy on working days before 30 June; the guess of 1.1 counts as much."""
    days = [plan.first_day + timedelta(days=i) for i in range(140)]
    grid = np.tile(np.where(working_days(days), 10, 0), (10, 1))
    grid[:, 63:91] *= 3
    weights = day_weights(grid, plan, days[-1])
    rest = weights[(date(2021, 5, 3) - plan.first_day).days]
    before, during = (_day_weight(days[a:b], rest) for a, b in ((0, 63), (63, 91)))
    rush = (grid[0, 63:91].sum() / during) / (grid[0, :63].sum() / before)
    assert weights[(date(2021, 9, 15) - plan.first_day).days] == pytest.approx(np.sqrt(rush * 1.1))
    assert rush == pytest.approx(3, rel=0.02)  # only the weight of days off is between


def _day_weight(days: list[date], rest: float) -> float:
    working = int(working_days(days).sum())
    return working + rest * (len(days) - working)


def test_a_short_history_leans_on_the_other_streets(plan: Plan) -> None:
    """Two own weeks of 10 beside nine streets of 40: more than its own pace, less than theirs."""
    rest = {s: 40 for s in plan.street_names if s != "桃浦"}
    short = weekly(plan, {"桃浦": 10})
    long = outlook(pd.concat([weekly(plan, rest), short]), plan, AUG31)
    recent = short[short["activity_date"] >= "2021-08-18"]
    table = outlook(pd.concat([weekly(plan, rest), recent]), plan, AUG31)
    gained = {name: line(t, "桃浦")["median"] - line(t, "桃浦")["person_times"] for name, t in
              (("short", table), ("long", long))}
    assert gained["long"] < gained["short"] < 200


def test_every_week_lacking_is_drawn_again(plan: Plan) -> None:
    """Of the newest two weeks nothing is entered: two more weeks of 40 are expected than without knowing it."""
    known = weekly(plan, same(plan, 40), date(2021, 8, 17))
    ends = [pd.Timestamp(2021, 8, 31), pd.Timestamp(2021, 8, 24)]
    entered = pd.DataFrame([(s, e, 0.0) for s in plan.street_names for e in ends], columns=["street", "week_end", "share"])
    plain, corrected = outlook(known, plan, AUG31), outlook(known, plan, AUG31, entered=entered)
    assert line(corrected, "曹杨")["person_times"] == line(plain, "曹杨")["person_times"] == 760
    assert line(corrected, "曹杨")["median"] == pytest.approx(1040, abs=40)
    assert line(plain, "曹杨")["median"] < 940
    all_there = outlook(known, plan, AUG31, entered=entered.assign(share=1.0))
    assert line(all_there, "曹杨")["median"] == pytest.approx(line(plain, "曹杨")["median"], abs=25)


def test_continuations_keep_whole_sessions_and_common_weeks(plan: Plan) -> None:
    """All streets closed in the same weeks: their continuations rise and fall together."""
    grid = np.zeros((10, 91 + 62), dtype=np.int64)
    grid[:, 6:91:7] = 40
    grid[:, 97:153:14] = 40
    paths = simulate(Paths.of(grid, plan, AUG31), np.random.default_rng(1), 2000).sum(axis=2)
    assert (paths >= 0).all()
    assert np.corrcoef(paths)[0, 1] > 0.4


# --- the fan ----------------------------------------------------------------------------------------------------------


def test_the_fan_opens_from_today_to_the_range_of_the_deadline(plan: Plan) -> None:
    records = weekly(plan, same(plan, 40))
    opened, table = fan(records, plan, AUG31), outlook(records, plan, AUG31)
    days = [f"2021-09-{d:02}" for d in (7, 14, 21, 28, 30)]
    assert opened[opened["street"] == "曹杨"]["date"].tolist() == [pd.Timestamp(d) for d in ("2021-08-31", *days)]
    first, last = opened[opened["date"] == "2021-08-31"], opened[opened["date"] == "2021-09-30"]
    assert (first[RANGE_COLUMNS].to_numpy() == table[["person_times"]].to_numpy()).all()
    assert (last[RANGE_COLUMNS].to_numpy() == table[RANGE_COLUMNS].to_numpy()).all()
    assert (opened.groupby("street")[RANGE_COLUMNS].diff().dropna() >= 0).all(axis=None)


def test_no_fan_without_an_outlook_or_after_the_deadline(plan: Plan) -> None:
    records = weekly(plan, {"曹杨": 40, "甘泉": 40}, date(2021, 9, 30))
    assert fan(records, plan, AUG31)["street"].unique().tolist() == ["曹杨", "甘泉"]
    assert fan(records, plan, date(2021, 9, 30)).empty


# --- what if ----------------------------------------------------------------------------------------------------------


def test_what_if_two_classes_of_25_a_week(plan: Plan) -> None:
    """30 days of 50 a week are 214 more person-times, with the same random numbers."""
    records = weekly(plan, same(plan, 30))
    plain, more = outlook(records, plan, AUG31), whatif(records, plan, AUG31, {"桃浦": 50})
    for column in RANGE_COLUMNS:
        assert line(more, "桃浦")[column] - line(plain, "桃浦")[column] == pytest.approx(214, abs=1)
        assert line(more, "曹杨")[column] == line(plain, "曹杨")[column]
        assert line(more, DISTRICT)[column] - line(plain, DISTRICT)[column] == pytest.approx(214, abs=1)
    assert line(more, "桃浦")["chance"] > line(plain, "桃浦")["chance"]


def test_what_if_refuses_unknown_streets_and_fewer_people(plan: Plan) -> None:
    records = weekly(plan, same(plan, 30))
    with pytest.raises(ValueError, match="没有街镇：浦东"):
        whatif(records, plan, AUG31, {"浦东": 50})
    with pytest.raises(ValueError, match="不能小于0"):
        whatif(records, plan, AUG31, {"桃浦": -1})


def test_other_programmes() -> None:
    """Nothing of the outlook knows this district: another plan with other streets and targets works."""
    other = load_plan(OTHER)
    street, first = other.street_names[0], other.first_day
    as_of = other.targets[-1].deadline - timedelta(days=21)
    weeks = (as_of - first).days // 7
    records = made(*(r for s in other.street_names for r in sessions(s, str(first), [20] * weeks, every=7)))
    table = outlook(records, other, as_of)
    assert list(table["street"]) == [*other.street_names, DISTRICT]
    assert line(table, street)["person_times"] == 20 * weeks
