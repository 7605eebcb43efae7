"""Late records against delays that are known by construction."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from analysis.late import BY_EXPORT, BY_TIME, lateness, missing, standing
from analysis.outlook import DISTRICT
from analysis.plan import Plan, load_plan
from analysis.progress import progress

JUL31 = date(2021, 7, 31)
FIRST = pd.Timestamp(2021, 4, 1)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan()


def records(plan: Plan, delays: tuple[int, ...], now: str = "2021-07-31 18:00", n: int = 10) -> pd.DataFrame:
    """Every street has a session of n on every day; the k-th day's is entered delays[k % len] days later at noon."""
    days = pd.date_range(FIRST, pd.Timestamp(now).normalize(), unit="s")
    delay = pd.to_timedelta(np.resize(delays, len(days)), unit="D") + pd.Timedelta(hours=12)
    one = pd.DataFrame({"activity_date": days, "recorded_at": days + delay, "person_times": n})
    frame = pd.concat([one.assign(street=s) for s in plan.street_names], ignore_index=True)
    frame = frame[frame["recorded_at"] <= pd.Timestamp(now)]
    return frame.assign(snapshot=pd.Timestamp(now), first_snapshot=pd.Timestamp(now)).astype({"person_times": "Int64"})


def seen_by_exports(frame: pd.DataFrame, exports: list[str]) -> pd.DataFrame:
    """The same without 录入时间: each record's first export is the first one made after it was entered."""
    days = pd.DatetimeIndex(exports)
    at = days.searchsorted(frame["recorded_at"])
    kept = frame[at < len(days)]
    current = kept.assign(first_snapshot=days[at[at < len(days)]], snapshot=days[-1], recorded_at=pd.NaT,
                          disposition="counted")
    older = [current[current["first_snapshot"] <= d].assign(snapshot=d, disposition="excluded") for d in days[:-1]]
    return pd.concat([current, *older], ignore_index=True)


def shares(late_shares: pd.DataFrame, street: str = DISTRICT) -> list[float]:
    return late_shares[late_shares["street"] == street].sort_values("weeks_ago")["share"].tolist()


def test_everything_entered_on_the_day_is_known_at_once(plan: Plan) -> None:
    late = lateness(records(plan, (0,)), plan, JUL31)
    assert (late.basis, late.reason) == (BY_TIME, "")
    assert shares(late.shares) == [1.0] * 6


def test_a_week_of_delay_hides_the_newest_week(plan: Plan) -> None:
    """Entered seven days later: nothing of the newest week is known, all of the one before it."""
    late = lateness(records(plan, (7,)), plan, JUL31)
    assert shares(late.shares) == [0.0, 1.0, 1.0, 1.0, 1.0, 1.0]


def test_three_days_of_delay_hide_three_of_seven_days(plan: Plan) -> None:
    late = lateness(records(plan, (3,)), plan, JUL31)
    assert shares(late.shares) == pytest.approx([4 / 7, 1, 1, 1, 1, 1])


def test_delays_that_differ_are_averaged(plan: Plan) -> None:
    """Every other day's session is entered ten days later: of the newest week 1/2; of the one before it, the half
    entered at once and the late ones of days 10 to 13 ago, that is (7 + 4) / 14 over the two kinds of weeks."""
    late = lateness(records(plan, (0, 10)), plan, JUL31)
    first, second, *rest = shares(late.shares)
    assert first == pytest.approx(1 / 2, abs=0.04)
    assert second == pytest.approx(11 / 14, abs=0.04)
    assert rest == [1.0] * 4


def test_a_street_with_its_own_habit_keeps_most_of_it(plan: Plan) -> None:
    slow, fast = records(plan, (7,)), records(plan, (0,))
    mixed = pd.concat([fast[fast["street"] != "桃浦"], slow[slow["street"] == "桃浦"]])
    late = lateness(mixed, plan, JUL31)
    assert shares(late.shares)[0] == pytest.approx(0.9)
    looks, own = 11, 70  # the weeks that end on 9 April to 18 June, each of 70 person-times
    assert set(late.shares["observed"]) == {looks}
    assert shares(late.shares, "桃浦")[0] == pytest.approx(150 * 0.9 / (150 + own * looks))


def test_without_times_of_entry_the_exports_tell(plan: Plan) -> None:
    """Exports at the end of the day, three days' delay: 4 of the newest 7 days are in the first export after them."""
    exports = [f"2021-{d} 18:00" for d in ("04-14", "05-05", "05-31", "06-10", "07-31")]
    late = lateness(seen_by_exports(records(plan, (3,)), exports), plan, JUL31)
    assert (late.basis, late.reason) == (BY_EXPORT, "")
    assert shares(late.shares)[:2] == pytest.approx([4 / 7, 1.0])
    assert late.shares["observed"].iloc[-1] == 4


def test_refuses_with_too_few_exports(plan: Plan) -> None:
    exports = ["2021-04-30 18:00", "2021-05-31 18:00", "2021-07-31 18:00"]
    late = lateness(seen_by_exports(records(plan, (3,)), exports), plan, JUL31)
    assert late.reason == "距最新导出满6周的导出只有2个，不足3个，无法推算录入的快慢"
    assert late.shares.empty
    assert missing(records(plan, (3,)), plan, JUL31, late).empty


def test_refuses_with_too_few_weeks_and_without_dates_of_export(plan: Plan) -> None:
    early = lateness(records(plan, (1,), "2021-06-15 18:00"), plan, date(2021, 6, 15))
    assert early.reason.startswith("距最新导出满6周的周次只有")
    undated = records(plan, (1,)).assign(snapshot=pd.NaT)
    assert lateness(undated, plan, JUL31).reason == "没有带导出日期的记录，无法推算录入的快慢"


def test_what_is_missing(plan: Plan) -> None:
    """70 a week; a delay of seven days hides the newest week: 70 are missing, and 0 of every other week."""
    known = records(plan, (7,))
    table = missing(known, plan, JUL31, lateness(known, plan, JUL31))
    of_street = table[table["street"] == "桃浦"].set_index("week_end")
    assert of_street["missing"].tolist() == pytest.approx([70, 0, 0, 0, 0, 0])
    assert of_street.loc["2021-07-31", ["person_times", "share"]].tolist() == [0, 0.0]
    assert of_street.loc["2021-07-24", "person_times"] == 70


def test_days_after_a_streets_newest_export_are_not_known_at_all(plan: Plan) -> None:
    known = records(plan, (0,))
    stale = known["street"] == "桃浦"
    known = known[~stale | (known["activity_date"] <= "2021-07-17")]
    known.loc[known["street"] == "桃浦", "snapshot"] = pd.Timestamp("2021-07-17 18:00")
    table = missing(known, plan, JUL31, lateness(known, plan, JUL31)).set_index(["street", "week_end"])
    assert table.loc["桃浦", "share"].tolist() == [0, 0, 1, 1, 1, 1]
    assert table.loc["桃浦", "missing"].tolist() == pytest.approx([70, 70, 0, 0, 0, 0])
    assert table.loc["曹杨", "missing"].sum() == 0


def told(known: pd.DataFrame, plan: Plan, as_of: date) -> pd.DataFrame:
    """What `standing` says of each street."""
    known = known.assign(training=0, assistance=0)
    lacking = missing(known, plan, as_of, lateness(known, plan, as_of))
    return standing(progress(known, plan, as_of), lacking).set_index("street")


def test_behind_or_not_entered_yet(plan: Plan) -> None:
    """By 31 July 122 days have passed; entered seven days later, 115 of them are known.

    序时 is 500 + 500 × 31 / 92 = 668.5. With 6 a day 690 are entered: fine. With 5 a day it is 575, and 35 missing do
    not help: behind. Street 万里 with 6 a day but without four of its days has 666; the 42 missing lift it to 708.
    """
    known = records(plan, (7,), n=6)
    known.loc[known["street"] == "桃浦", "person_times"] = 5
    table = told(known.drop(index=known.index[known["street"] == "万里"][:4]), plan, JUL31)
    assert table.loc["曹杨", ["person_times", "word"]].tolist() == [690, ""]
    assert table.loc["桃浦", ["person_times", "missing", "word"]].tolist() == [575, 35, "落后"]
    assert table.loc["万里", ["person_times", "missing", "word"]].tolist() == [666, 42, "可能尚未录入"]
    assert table.loc["万里", "due"] == pytest.approx(668.48, abs=0.01)


def test_from_the_deadline_on_the_target_counts(plan: Plan) -> None:
    """On 30 September 183 days have passed, 176 are known; a week is 7 n. n = 5: 880 + 35 of 1,000; n = 6 met with
    1,056; 石泉 with n = 6 but without eleven days has 990, and the 42 missing lift it to 1,032."""
    day = date(2021, 9, 30)
    known = records(plan, (7,), "2021-09-30 23:00", n=6)
    known.loc[known["street"] == "桃浦", "person_times"] = 5
    table = told(known.drop(index=known.index[known["street"] == "石泉"][:11]), plan, day)
    assert table.loc["曹杨", ["person_times", "word"]].tolist() == [1056, ""]
    assert table.loc["桃浦", ["person_times", "due", "missing", "word"]].tolist() == [880, 1000, 35, "落后"]
    assert table.loc["石泉", ["person_times", "missing", "word"]].tolist() == [990, 42, "可能尚未录入"]


def test_without_knowledge_of_delays_nothing_is_told_apart(plan: Plan) -> None:
    known = records(plan, (7,), n=5).assign(training=0, assistance=0)
    late = lateness(known[known["activity_date"] > "2021-06-30"], plan, JUL31)
    assert late.reason
    table = standing(progress(known, plan, JUL31), missing(known, plan, JUL31, late))
    assert set(table["word"]) == {""}
    assert table["missing"].isna().all()


def test_random_delays_are_found_again(plan: Plan) -> None:
    """Delays of a geometric law with mean 4 days: of a week, the share known at its end is worked out by hand."""
    rng = np.random.default_rng(3)
    quit_at = 0.2
    delays = tuple(int(d) for d in rng.geometric(quit_at, 5000) - 1)
    parts = [records(plan, tuple(np.roll(delays, 97 * k)), n=1) for k in range(20)]
    late = lateness(pd.concat(parts), plan, JUL31)
    ages = np.arange(7)
    expected = [np.mean(1 - (1 - quit_at) ** (7 * week + ages + 1)) for week in range(3)]
    assert shares(late.shares)[:3] == pytest.approx(expected, abs=0.03)
