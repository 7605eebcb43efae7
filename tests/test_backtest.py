"""The back-test: scores by hand, years that repeat, and a small run of the whole."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from analysis.backtest import LINE, OUTLOOK, PATH, backtest, forecasts_of_year
from analysis.backtest.delays import AS_ENTERED, CORRECTED, late_forecasts, late_year
from analysis.backtest.report import BEHAVIOUR_WORDS, late_report, report
from analysis.backtest.rivals import share_of_path, straight_line
from analysis.backtest.scores import calibration, coverage, interval_score, summary
from analysis.backtest.years import BEHAVIOURS, made_year
from analysis.outlook import DISTRICT
from analysis.plan import Plan, load_plan


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan()


@pytest.fixture(scope="module")
def forecasts(plan: Plan) -> pd.DataFrame:
    return backtest(plan, range(1, 4))


def test_interval_score_by_hand() -> None:
    """80 %: ten for every person-time outside. 100–120 with 110: 20; with 95: 20 + 50; with 123: 20 + 30."""
    low, high = pd.Series([100, 100, 100]), pd.Series([120, 120, 120])
    assert interval_score(low, high, pd.Series([110, 95, 123]), 0.8).tolist() == pytest.approx([20, 70, 50])


def test_coverage_counts_the_ends() -> None:
    rows = pd.DataFrame({"low80": [10, 10, 10, 10], "high80": [20, 20, 20, 20], "actual": [10, 20, 9, 21]})
    assert coverage(rows, 80) == 0.5


def test_calibration_by_hand() -> None:
    bins = calibration(np.array([0.0, 0.05, 0.1, 0.95, 1.0]), np.array([False, True, True, True, False]))
    assert bins["forecasts"].tolist() == [2, 1, 0, 0, 0, 0, 0, 0, 0, 2]
    assert bins["stated"].iloc[[0, 1, 9]].tolist() == pytest.approx([0.025, 0.1, 0.975])
    assert bins["came_true"].iloc[[0, 1, 9]].tolist() == [0.5, 1.0, 0.5]
    assert bins["stated"].iloc[2:9].isna().all()


def test_summary_by_hand() -> None:
    rows = pd.DataFrame({"method": ["a", "a"], "chance": [0.5, 1.0], "met": [True, True], "median": [90, 130],
                         "actual": [100, 110], **{f"low{s}": [95, 115] for s in (50, 80, 95)},
                         **{f"high{s}": [105, 140] for s in (50, 80, 95)}})
    row = summary(rows, ["method"]).iloc[0]
    assert (row["forecasts"], row["coverage80"], row["bias"], row["error"]) == (2, 0.5, 5.0, 15.0)
    assert row["score80"] == pytest.approx((10 + 25 + 50) / 2)
    assert row["brier"] == pytest.approx(0.125)


def test_a_straight_line_by_hand(plan: Plan) -> None:
    """Four weeks of 10, 20, 30, 40 before 31 August: 25 a week for 30 days."""
    grid = np.zeros((10, 153), dtype=np.int64)
    grid[0, [-25, -18, -11, -4]] = 10, 20, 30, 40
    table = straight_line(grid, plan, date(2021, 8, 31))
    left, spread = 30 / 7, np.std([10, 20, 30, 40], ddof=1)
    assert table["median"][0] == pytest.approx(100 + 25 * left)
    half = 1.2815515655 * spread * np.sqrt(left + left**2 / 4)
    assert table["high80"][0] == pytest.approx(100 + 25 * left + half)
    assert table["low95"][0] == pytest.approx(max(100 + 25 * left - 1.9599639845 * half / 1.2815515655, 100))
    assert table["chance"][0] < 1e-6


def test_the_share_of_the_path_by_hand(plan: Plan) -> None:
    """Half of 序时 on 31 August: half of the target on 30 September, and no spread when it kept to the path."""
    grid = np.zeros((10, 153), dtype=np.int64)
    grid[0, -1] = 418
    table = share_of_path(grid, plan, date(2021, 8, 31))
    due = 500 + 500 * 62 / 92
    assert table["median"][0] == pytest.approx(1000 * 418 / due)
    assert (table["median"][1], table["high95"][1], table["chance"][1]) == (0, 0, 0)


def test_years_repeat_and_differ(plan: Plan) -> None:
    first, again, other = made_year(plan, 5), made_year(plan, 5), made_year(plan, 6)
    assert (first.grid == again.grid).all()
    assert first.behaviours == again.behaviours
    assert first.grid.sum() != other.grid.sum()
    assert first.grid.shape == (10, 275)
    assert (first.grid >= 0).all()


@pytest.mark.parametrize("behaviour", list(BEHAVIOURS))
def test_every_behaviour_gives_plausible_years(plan: Plan, behaviour: str) -> None:
    """Ten streets that aim at about the target end somewhere around it, and no day has hundreds of classes."""
    year = made_year(plan, 11, (behaviour,))
    assert set(year.behaviours) == {behaviour}
    assert 300 < np.median(year.grid[:, :183].sum(axis=1)) < 2200
    assert year.grid.max() < 1200


def test_behaviours_do_what_they_say(plan: Plan) -> None:
    lines = {name: made_year(plan, 3, (name,)).grid.sum(axis=0) for name in ("rush", "early", "summer_gap")}
    assert lines["rush"][63:91].sum() > lines["rush"][:63].sum()
    assert lines["early"][:91].sum() > lines["early"][91:183].sum()
    assert lines["summer_gap"][112:132].sum() < lines["summer_gap"][70:90].sum()


def test_forecasts_of_the_whole(forecasts: pd.DataFrame) -> None:
    assert set(forecasts["method"]) == {OUTLOOK, LINE, PATH}
    assert len(forecasts[forecasts["method"] == OUTLOOK]) == len(forecasts[forecasts["method"] == LINE])
    assert forecasts["weeks_left"].between(1, 14).all()
    assert not forecasts["as_of"].isin(pd.to_datetime(["2021-06-30", "2021-09-30"])).any()
    assert (forecasts["behaviour"] == DISTRICT).sum() == 3 * len(
        forecasts[(forecasts["behaviour"] == DISTRICT) & (forecasts["method"] == OUTLOOK)])


def test_the_truth_is_the_figure_of_the_deadline(plan: Plan) -> None:
    grid = np.zeros((10, 275), dtype=np.int64)
    grid[:, 6::7] = 40  # 12 or 13 by 30 June: days 6 … 90 are 13; to 30 September (day 182) 26
    rows = forecasts_of_year(grid, plan, 1)
    ours = rows[(rows["method"] == OUTLOOK) & (rows["place"] == 0)].set_index("as_of")
    assert ours.loc["2021-05-05", ["actual", "met"]].tolist() == [520, True]
    assert ours.loc["2021-07-07", ["actual", "met"]].tolist() == [1040, True]


def test_the_range_holds_about_what_it_says(forecasts: pd.DataFrame) -> None:
    """A few years only; docs/method.md has the whole table."""
    streets = forecasts[(forecasts["method"] == OUTLOOK) & (forecasts["behaviour"] != DISTRICT)]
    assert 0.70 < coverage(streets, 80) < 0.92
    assert coverage(streets, 50) < coverage(streets, 80) < coverage(streets, 95)


def test_the_report_says_who_is_better_whatever_it_is(forecasts: pd.DataFrame) -> None:
    text = report(forecasts)
    assert all(f"表{i}" in text for i in range(1, 5))
    assert "街镇：展望的80%区间得分" in text
    worse = forecasts.copy()
    ours = worse["method"] == OUTLOOK
    worse.loc[ours, "high80"] = worse.loc[ours, "high80"] + 5000
    assert f"不如“{LINE}”" in report(worse)
    assert set(BEHAVIOUR_WORDS) == set(BEHAVIOURS)


def test_late_years_are_entered_after_they_are_held(plan: Plan) -> None:
    year = late_year(plan, 2)
    delay = year["recorded_at"] - year["activity_date"]
    assert (delay > pd.Timedelta(0)).all()
    assert delay.max() > pd.Timedelta(days=14)
    assert year["person_times"].sum() == made_year(plan, 2).grid.sum()


def test_late_forecasts_are_corrected_only_where_enough_was_seen(plan: Plan) -> None:
    """At the first look, after twelve weeks, six whole weeks are old enough only if the year began at once."""
    rows = pd.concat([late_forecasts(plan, seed) for seed in (1, 2)])
    unknown = rows[~rows["known"]]
    assert 0 < len(unknown) < len(rows) / 3
    plain, corrected = (unknown[unknown["method"] == m] for m in (AS_ENTERED, CORRECTED))
    assert plain["median"].tolist() == corrected["median"].tolist()
    assert not unknown["unrecorded"].any()
    known = rows[rows["known"]].groupby("method")["median"].mean()
    assert known[AS_ENTERED] < known[CORRECTED]
    text = late_report(rows)
    assert "无从推算快慢时：照已录入推算" in text
    assert "无从推算快慢时：计入" not in text
