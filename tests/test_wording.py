"""Every outcome has its sentence.

序时 by hand: on 15 May 45 of 91 days have passed, 500 × 45 / 91 = 247.25 a street.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from analysis.figures import Figures, LastBriefing
from analysis.standing import standing
from analysis.wording import bulletin, prospects, sections, style
from tests.briefing_cases import PLAN, STREETS, comparison, entered_late, evenly, figures_for, standing_for


def both(day: str, number: int, later: str, more: dict[str, int]) -> dict[str, list[tuple[str, int]]]:
    """Every street had `number` on a day and some had more on a later day."""
    counts = evenly(day, number)
    return {name: [*days, *([(later, more[name])] if name in more else [])] for name, days in counts.items()}


OUTCOMES = {
    "no data": ("2021-05-15", evenly("2021-05-10", 0), "截至5月15日，全区还没有计入的活动记录"),
    "on pace": ("2021-05-15", evenly("2021-05-10", 248), "距半年指标期限还有46天，10个街镇全部达到序时进度"),
    # 9 × 300 + 100 = 2,800 of 5,000 is 56.0 %, 序时 49.5 %.
    "one behind": ("2021-05-15", evenly("2021-05-10", 300, 桃浦=100), "距半年指标期限还有46天，全区达到序时进度，但桃浦未达序时"),
    # 9 × 248 + 100 = 2,332 is 46.64 %, 序时 49.4505 %: 2.8 points below.
    "district behind": ("2021-05-15", evenly("2021-05-10", 248, 桃浦=100),
                        "距半年指标期限还有46天，全区低于序时2.8个百分点，桃浦未达序时"),
    "all behind": ("2021-05-15", evenly("2021-05-10", 200, 桃浦=100),
                   "距半年指标期限还有46天，10个街镇全部低于序时进度，桃浦差得最多"),
    # 6 × 300 + 460 = 2,260 is 45.2 %.
    "four behind": ("2021-05-15", evenly("2021-05-10", 300, 桃浦=100, 万里=110, 真如=120, 曹杨=130),
                    "距半年指标期限还有46天，全区低于序时4.3个百分点，4个街镇未达序时，桃浦差得最多"),
    "met early": ("2021-05-15", evenly("2021-05-10", 500), "10个街镇全部提前完成半年指标，距期限还有46天"),
    "deadline day, all met": ("2021-09-30", evenly("2021-05-10", 1000), "10个街镇全部按期完成年度指标"),
    "deadline day, some missed": ("2021-09-30", evenly("2021-05-10", 1000, 桃浦=731, 万里=812),
                                  "到9月30日，8个街镇按期完成年度指标，桃浦、万里未完成，共差457人次"),
    "deadline day, none met": ("2021-09-30", evenly("2021-05-10", 999), "到9月30日，10个街镇全部未完成年度指标，共差10人次"),
    "past, all met on time": ("2021-10-31", evenly("2021-05-10", 1000), "10个街镇全部按期完成年度指标"),
    "past, some late": ("2021-10-31", both("2021-05-10", 900, "2021-09-30", dict.fromkeys(STREETS[:8], 100))
                        | {n: [("2021-05-10", 900), ("2021-10-03", 100)] for n in STREETS[8:]},
                        "10个街镇全部完成年度指标，其中长征、桃浦逾期"),
    "past, all late": ("2021-10-31", evenly("2021-10-02", 1000), "10个街镇全部完成年度指标，但都逾期"),
    "past, one missing": ("2021-10-31", evenly("2021-05-10", 1000, 桃浦=982), "年度指标期限已过31天，9个街镇按期完成，桃浦还差18人次"),
    "past, none met": ("2021-10-31", evenly("2021-05-10", 990), "年度指标期限已过31天，10个街镇全部未完成，共差100人次"),
}


@pytest.mark.parametrize("name", OUTCOMES)
def test_finding_says_each_outcome(name: str) -> None:
    day, counts, expected = OUTCOMES[name]
    assert bulletin.finding(standing_for(day, counts)) == expected


@pytest.mark.parametrize("name", OUTCOMES)
def test_sentences_are_written_in_chinese_style(name: str) -> None:
    day, counts, _ = OUTCOMES[name]
    s = standing_for(day, counts)
    for tell in (bulletin.overall, bulletin.laggards, bulletin.shortfall, bulletin.needed):
        text = tell(s)
        assert text.endswith("。"), text
        assert not re.search(r"[一-鿿][,;:.!?()]|[,;:!?()][一-鿿]| ", text), text
        assert not re.search("。。|，。|nan", text, re.IGNORECASE), text


def test_before_a_deadline_the_district_is_measured_against_序时() -> None:
    s = standing_for("2021-05-15", evenly("2021-05-10", 248, 桃浦=100))
    assert bulletin.overall(s) == ("截至2021年5月15日，全区开展活动10场，累计服务2,332人次（培训2,332、帮办0），为半年指标5,000人次的46.6%；"
                                   "序时进度49.5%，低于序时2.8个百分点。9个街镇达到序时进度，1个未达到。")
    assert bulletin.laggards(s) == "桃浦完成20.0%，低于序时29.5个百分点。"
    # 247.25 − 100 rounded up; 9 × 252 + 400.
    assert bulletin.shortfall(s) == "比序时，桃浦少148人次；10个街镇距半年指标合计还差2,668人次，最多的是桃浦（400人次）。"
    # 2,668 over 46 days is 58.0; the last 28 days (from 18 April) had 2,332: 83.3 a day. 桃浦: 400 / 46 = 8.7, had 3.57.
    assert bulletin.needed(s) == ("到6月30日还有46天，10个街镇每天合计需58人次，近28天日均83.2人次。"
                                  "需要提速的1个街镇每天应达：桃浦8.7（近期3.5）。")


def test_on_pace_nobody_is_named_and_the_pace_suffices() -> None:
    s = standing_for("2021-05-15", evenly("2021-05-10", 300))
    assert bulletin.laggards(s) == "没有，10个街镇全部达到序时进度。"
    assert bulletin.needed(s) == "到6月30日还有46天，10个街镇每天合计需44人次，近28天日均107.1人次。照近期速度，各街镇都能按期完成。"


def test_met_early_looks_to_the_next_target() -> None:
    s = standing_for("2021-05-15", evenly("2021-05-10", 500, 曹杨=620))
    assert bulletin.shortfall(s) == "没有缺口，全区超出半年指标120人次。"
    assert bulletin.needed(s) == "半年指标已无缺口，下一节点是9月30日的年度指标，全区10,000人次。"
    assert "10个街镇全部提前完成。" in bulletin.overall(s)


def test_exactly_met_is_neither_short_nor_over() -> None:
    s = standing_for("2021-09-30", evenly("2021-05-10", 1000))
    assert bulletin.shortfall(s) == "没有缺口，全区正好完成年度指标。"
    assert bulletin.needed(s) == "年度指标已无缺口，按方案持续开展服务至12月31日。"


def test_after_the_deadline_no_daily_pace_is_asked_for() -> None:
    s = standing_for("2021-10-31", evenly("2021-05-10", 1000, 桃浦=731, 万里=812, 曹杨=990, 甘泉=995, 石泉=999))
    assert bulletin.laggards(s).startswith("桃浦完成73.1%，差269人次；万里完成81.2%，差188人次；")
    assert bulletin.shortfall(s) == "5个街镇距年度指标合计还差473人次，其中桃浦、万里差457人次，占96.6%。"
    assert bulletin.needed(s) == "期限已过，不再计算所需日均；桃浦、万里、曹杨、甘泉、石泉尽快补足473人次。"


def test_on_the_deadline_day_the_target_is_met_or_missed() -> None:
    s = standing_for("2021-06-30", evenly("2021-05-10", 500, 桃浦=499))
    assert bulletin.finding(s) == "到6月30日，9个街镇按期完成半年指标，桃浦未完成，差1人次"
    assert bulletin.laggards(s) == "桃浦完成99.8%，差1人次。"
    assert bulletin.needed(s) == "今日到期，桃浦尽快补足1人次。"


def test_programme_over() -> None:
    done = standing_for("2021-12-31", evenly("2021-05-10", 1000))
    assert bulletin.needed(done) == "项目期已于12月31日结束，年度指标全部完成。"
    missed = standing_for("2021-12-31", evenly("2021-05-10", 1000, 桃浦=999))
    assert bulletin.needed(missed) == "项目期已于12月31日结束，桃浦最终未完成年度指标。"
    assert bulletin.finding(missed) == "年度指标期限已过92天，9个街镇按期完成，桃浦还差1人次"


def test_an_earlier_target_is_told_with_dates() -> None:
    counts = evenly("2021-06-01", 500, 长寿=0, 宜川=0, 桃浦=0) | {"长寿": [("2021-07-06", 500)], "宜川": [("2021-07-02", 500)]}
    f = figures_for("2021-08-31", counts)
    ended = standing(f.progress, f.daily, PLAN, f.as_of, PLAN.targets[0])
    assert bulletin.milestone(ended) == "到6月30日，7个街镇按期完成，2个逾期补足（宜川7月2日、长寿7月6日），桃浦至今未补足。"


@pytest.mark.parametrize(("counts", "expected"), [
    (evenly("2021-06-01", 500), "到6月30日，10个街镇全部按期完成。"),
    (evenly("2021-06-01", 499), "到6月30日，10个街镇全部未按期完成，至今未补足。"),
    (evenly("2021-07-01", 500, 桃浦=0), "到6月30日，没有街镇按期完成，9个逾期补足"),
])
def test_an_earlier_target_met_by_all_by_none_or_late(counts: dict[str, list[tuple[str, int]]], expected: str) -> None:
    f = figures_for("2021-08-31", counts)
    told = bulletin.milestone(standing(f.progress, f.daily, PLAN, f.as_of, PLAN.targets[0]))
    assert told.startswith(expected)


def test_a_missed_target_never_reads_as_met() -> None:
    assert [style.percent(x) for x in (0.9996, 0.99999, 1.0, 0.8366, 3.0)] == ["99.9%", "99.9%", "100.0%", "83.7%", "300.0%"]
    assert [style.signed(x) for x in (-0.01, 0.0, 0.04, 3.25, -12.34)] == ["−0.1", "0.0", "0.0", "+3.2", "−12.3"]
    assert (style.daily(4.21), style.pace(4.29)) == ("4.3", "4.2")


def test_dates_carry_a_foreign_year() -> None:
    assert style.day(date(2021, 9, 30)) == "2021年9月30日"
    assert style.day(date(2021, 9, 30), PLAN) == "9月30日"
    assert style.day(date(2022, 1, 5), PLAN) == "2022年1月5日"


def test_remarks_of_the_progress_table() -> None:
    s = standing_for("2021-10-31", evenly("2021-09-20", 1000, 桃浦=0, 万里=900) | {"真如": [("2021-10-04", 1000)]})
    told = {b.name: sections.remark(b, s) for b in s.streets}
    assert (told["曹杨"], told["真如"], told["桃浦"]) == ("9月20日达到", "10月4日，晚4天", "没有计入的记录")
    assert told["万里"] == "近28天无活动"
    needed = {b.name: sections.required(b, s) for b in s.streets}
    assert (needed["曹杨"], needed["万里"]) == ("0", "—")


@pytest.mark.parametrize(("rank", "before", "expected"), [(3, 5, "3（↑2）"), (3, 1, "3（↓2）"), (3, 3, "3（—）"), (3, None, "3")])
def test_rank_and_its_change(rank: int, before: int | None, expected: str) -> None:
    assert sections.rank_change(rank, before) == expected


def test_since_the_last_briefing_splits_new_activity_from_corrections() -> None:
    s = standing_for("2021-07-31", {"曹杨": [("2021-05-10", 115), ("2021-07-10", 35)]})
    assert sections.since_last(s, comparison(added_late=18, changed=-3)) == (
        "上期（截至6月30日）100人次，本期150人次。其后开展的活动新增35人次；上期数因记录修订净增15人次（2条：补录+18、更正人次−3）。")
    assert sections.reasons(comparison(changed=-3)) == "修订：曹杨2021-05更正人次10→7人次（b.xlsx第9行）。"


def test_since_the_last_briefing_without_corrections_or_without_a_last_one() -> None:
    s = standing_for("2021-07-31", {"曹杨": [("2021-05-10", 100)]})
    assert sections.since_last(s, comparison()) == "上期（截至6月30日）100人次，本期100人次。其后开展的活动新增0人次；上期数没有修订。"
    assert sections.since_last(s, None) == "没有可比的上期（上期指至少早20天的一次导出）。"
    known_later = replace(comparison(changed=5), old_known_by=date(2021, 7, 5))
    assert "按7月5日所知" in sections.since_last(s, known_later)


def test_streets_whose_standing_changed() -> None:
    s = standing_for("2021-05-15", evenly("2021-05-10", 300))
    before = pd.DataFrame({"street": STREETS, "status": ["未达序时", "未达序时"] + ["达序时"] * 8})
    assert sections.crossings(before, s) == "曹杨、甘泉由“未达序时”转为“达序时”。"
    assert sections.crossings(before.assign(status="达序时"), s) == "各街镇状态与上期相同。"


def scenario_frame(**numbers: int) -> pd.DataFrame:
    names = [*PLAN.scenario_names, "未分类"]
    return pd.DataFrame({"scenario": names, "person_times": [numbers.get(n, 0) for n in names]})


@pytest.mark.parametrize(("numbers", "expected"), [
    ({}, "还没有计入的活动记录。"),
    ({"扫码": 60}, "扫码（60人次）最多，就医、出行、亮码、聊天、缴费、购物、文娱、用机、安全还没有开展。各条记录都注明了场景。"),
    ({"未分类": 5}, "计入的活动都没有注明应用场景。"),
    (dict.fromkeys(PLAN.scenario_names, 10) | {"扫码": 90, "聊天": 80, "安全": 5}, "扫码（90人次）、聊天（80人次）最多，安全最少（5人次）。各条记录都注明了场景。"),
    ({"扫码": 60, "聊天": 30, "未分类": 10}, "扫码（60人次）、聊天（30人次）最多，就医、出行、亮码、缴费、购物、文娱、用机、安全还没有开展。没有注明场景的占全部人次的10.0%。"),
])
def test_scenarios_in_words(numbers: dict[str, int], expected: str) -> None:
    assert sections.scenario_text(scenario_frame(**numbers), PLAN, 100) == expected


def test_what_was_read_adds_up_in_words() -> None:
    f = figures_for("2021-05-15", evenly("2021-05-10", 300), complete=False)
    assert sections.reading(f.cleaned) == (
        "读取导出文件1个，1个未能读取；共15行＝计入10行、排除1行、非记录4行（表头、合计、说明等）。排除原因：被较新的导出取代1行。核对没有发现问题。")
    assert sections.unread(f.cleaned) == ["加密.xlsx：文件有密码，请保存为无密码的 .xlsx 后重试"]


def test_marks_and_notices() -> None:
    assert style.marks(True, False) == [] == style.notices(True, False)
    assert style.marks(False, True) == ["数据不完整", "演示数据"]
    assert [n[:5] for n in style.notices(False, True)] == ["数据不完整", "演示数据："]


def outlook_frame(**words: str) -> pd.DataFrame:
    """Each street with a word and a chance to match; the others have met the target."""
    chances = {"很可能": 0.9, "有可能": 0.5, "不太可能": 0.004, "": float("nan")}
    lines = [{"street": n, "chance": chances.get(words.get(n, ""), 1.0), "word": words.get(n, "已达标"), "reason": "",
              "low80": 900, "high80": 1100, "median": 1000} for n in [*STREETS, "全区"]]
    return pd.DataFrame(lines)


def test_outlook_names_the_likely_the_possible_and_the_unlikely() -> None:
    s = standing_for("2021-08-31", evenly("2021-05-10", 800))
    told = outlook_frame(曹杨="很可能", 甘泉="有可能", 桃浦="不太可能", 全区="有可能")
    assert prospects.outlook_text(told, s) == (
        "照近期做法推算，到9月30日很可能完成年度指标的1个（曹杨），有可能的1个（甘泉），不太可能的1个（桃浦）。"
        "全区有可能（50%）完成10,000人次，到期约1,000人次，八成把握在900至1,100之间。")
    met = outlook_frame(桃浦="不太可能")
    assert prospects.outlook_text(met, s) == "照近期做法推算，到9月30日不太可能完成年度指标的1个（桃浦）。"


def test_outlook_refused_or_needless() -> None:
    s = standing_for("2021-04-10", evenly("2021-04-05", 8))
    short = outlook_frame().assign(word="", reason="项目开始不足4周，历史太短，暂不推算", chance=float("nan"))
    assert prospects.outlook_text(short, s) == "项目开始不足4周，历史太短，暂不推算。"
    assert prospects.outlook_text(outlook_frame(), s) == "各街镇都已完成指标。"


def told_late(f: Figures) -> str:
    return prospects.late_text(f, standing(f.progress, f.daily, PLAN, f.as_of))


def test_behind_is_told_apart_from_not_entered_yet() -> None:
    """31 July: 115 of 122 days are known, 序时 is 668.5; a week of 10 streets with 6 a day is 420 less what is named."""
    fine = told_late(entered_late("2021-07-31", "2021-07-31"))
    assert fine == "最近一周的活动通常只录入0.0%，据此约有420人次可能尚未录入。"
    # 桃浦 575 + 35; 420 − 7.
    assert told_late(entered_late("2021-07-31", "2021-07-31", 桃浦=5)) == (
        "最近一周的活动通常只录入0.0%，据此约有413人次可能尚未录入。未达序时的桃浦加上这部分仍不够，属“落后”。")
    # A delay of 14 days: 108 days are known, 648 of 668.5, and 84 missing: all but 桃浦 (540 + 70) may be there.
    assert told_late(entered_late("2021-07-31", "2021-07-31", 14, 桃浦=5)) == (
        "最近一周的活动通常只录入0.0%，据此约有826人次可能尚未录入。"
        "未达序时的街镇中，9个街镇加上这部分可达序时，属“可能尚未录入”；桃浦仍不够，属“落后”。")


def test_on_the_deadline_day_it_is_the_target_that_counts() -> None:
    """30 September: 169 of 183 days are known: 1,014 with 6 a day; 桃浦 has 845, and 70 missing."""
    assert told_late(entered_late("2021-09-30", "2021-09-30", 14, 桃浦=5)).endswith(
        "未完成的桃浦加上这部分仍不够，属“落后”。")


def test_late_records_are_refused_with_a_reason_or_all_there() -> None:
    """Six weeks before 31 May is 19 April: only the weeks that end on 11 and 18 April are complete by now."""
    assert told_late(entered_late("2021-05-31", "2021-05-31")) == (
        "距最新导出满6周的周次只有2个，不足6个，无法推算录入的快慢，本期不区分。")
    assert told_late(entered_late("2021-07-31", "2021-10-31")) == "按录入习惯，截至7月31日的活动应已录齐。"


def test_an_export_older_than_the_day_is_said() -> None:
    f = entered_late("2021-07-31", "2021-07-20", 0)
    assert told_late(f).startswith("各街镇最新导出早于截至日（最早7月20日），其后的活动还看不到。")


def test_who_has_stopped_whether_met_or_not() -> None:
    counts = evenly("2021-11-20", 1000) | {"曹杨": [("2021-08-05", 1500)], "桃浦": [], "万里": [("2021-10-30", 10)]}
    f = figures_for("2021-11-30", counts)
    s = standing(f.progress, f.daily, PLAN, f.as_of)
    assert prospects.stopped_text(f.pace, f.entry, s) == (
        "近28天没有计入活动的2个：曹杨（按期达标，最近一次8月5日）、万里（逾期未达标，最近一次10月30日）；"
        "至今没有计入活动的1个：桃浦。")
    busy = figures_for("2021-11-30", evenly("2021-11-20", 10))
    assert prospects.stopped_text(busy.pace, busy.entry, s) == "各街镇近28天都有活动。"


def test_who_changes_light_under_another_basis() -> None:
    """31 August: 836.96 phased, 836.07 linear, 666.67 by months; 667 is enough for the last only, 836 too."""
    f = figures_for("2021-08-31", evenly("2021-05-10", 900, 桃浦=667, 万里=836, 真如=600))
    s = standing(f.progress, f.daily, PLAN, f.as_of)
    assert prospects.bases_text(f.bases, s) == (
        "按直线序时，判断都不变；按月序时，万里、桃浦由“未达序时”转为“达序时”。")


def test_growth_since_the_last_briefing() -> None:
    now, then = figures_for("2021-07-31", evenly("2021-05-10", 300) | {"桃浦": [("2021-05-10", 300), ("2021-07-05", 80)]}), (
        figures_for("2021-06-30", evenly("2021-05-10", 300, 曹杨=310)))
    f = replace(now, recall=lambda: LastBriefing(then.progress, comparison(added_late=1)))
    s = standing(f.progress, f.daily, PLAN, f.as_of)
    text = sections.growth(f.change, f.comparison, s)
    assert text.startswith("各街镇人次较上期（截至6月30日）：桃浦+80、甘泉持平、")
    assert text.endswith("、曹杨−10。")
    assert sections.growth(None, None, s) == ""
