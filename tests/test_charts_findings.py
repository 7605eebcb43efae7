"""Titles: one wording for each outcome, worked out by hand from a few records."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from analysis.charts import Chart, Context, calendar, district, league, pace, scenarios, small_multiples, timeline
from analysis.charts.wording import difference, one_goal, signed
from analysis.plan import Plan
from tests.chart_frames import PUTUO, figures_of, plan_of, records_of

Rows = list[tuple[str, str, int]]
THREE = ["长风", "万里", "桃浦"]
PLAN = plan_of(THREE)  # 500 by 30 June, 1,000 by 30 September, each
ON_TIME: Rows = [("长风", "2021-06-10", 600), ("长风", "2021-08-20", 400),
                 ("万里", "2021-06-20", 500), ("万里", "2021-09-30", 500),
                 ("桃浦", "2021-06-30", 500), ("桃浦", "2021-09-01", 700)]
MIXED: Rows = [("长风", "2021-06-10", 1000), ("万里", "2021-06-20", 900), ("万里", "2021-10-24", 100),
               ("桃浦", "2021-05-20", 400), ("桃浦", "2021-11-20", 547)]


def _charts(rows: Rows, as_of: date, plan: Plan = PLAN) -> dict[str, Chart]:
    context = Context(plan, as_of)
    f = figures_of(records_of([(s, d, n, "就医") for s, d, n in rows]), context)
    drawn = [small_multiples(f.daily, f.progress, context), league(f.progress, context),
             timeline(f.records, f.progress, context), district(f.district_daily, context),
             pace(f.daily, f.progress, context)]
    return {chart.name: chart for chart in drawn}


@pytest.mark.parametrize(("rows", "as_of", "titles"), [
    pytest.param(ON_TIME, date(2021, 12, 31), {
        "small_multiples": "到9月30日，3个街镇全部按期满1,000人次",
        "league": "3个街镇全部按期满1,000人次，最后是万里（9月30日）",
        "timeline": "长风8月20日最早满1,000人次，最后一个在9月30日，全部未误期",
        "district": "全区9月30日满3,000人次，正好在期限当天",
        "pace": "3个街镇全部满1,000人次",
    }, id="all met"),
    pytest.param(MIXED, date(2021, 12, 31), {
        "small_multiples": "到9月30日，长风按期满1,000人次，万里后来补足，桃浦至今未满",
        "league": "9月30日2个街镇共差700人次，桃浦占八成以上",  # 600 of 700
        "timeline": "万里晚24天才满1,000人次，桃浦至今未满，长风按期",
        "district": "到9月30日，全区距3,000人次差700，至12月31日仍差53",
        "pace": "期限已过，桃浦仍未满1,000人次，差53人次",
    }, id="one on time, one late, one not"),
    pytest.param([("桃浦", "2021-05-20", 400), ("万里", "2021-06-20", 500)], date(2021, 9, 30), {
        "small_multiples": "到9月30日，3个街镇全部未满1,000人次",
        "league": "9月30日3个街镇全部未满1,000人次，共差2,100人次",
        "district": "到9月30日，全区距3,000人次差2,100",
        "pace": "到9月30日，长风、桃浦、万里未满1,000人次，共差2,100人次",
    }, id="none met on the day of the deadline"),
    pytest.param(MIXED, date(2021, 8, 31), {
        "small_multiples": "距9月30日还有30天，长风已满1,000人次，桃浦、万里未满",
        "league": "8月31日2个街镇共还差700人次，桃浦占八成以上",
        "timeline": "长风6月10日最早满1,000人次，桃浦、万里未满",
        "district": "全区比序时进度少211人次，余下30天每天需24人次",  # 序时 1,500 + 1,500 × 62/92 = 2,510.9
        "pace": "桃浦低于序时进度43.7个百分点；照近28天的速度，桃浦、万里到期达不到指标",  # 400 against 836.96
    }, id="before the last deadline"),
    pytest.param([("长风", "2021-04-20", 300), ("万里", "2021-05-01", 200)], date(2021, 5, 10), {
        "small_multiples": "距6月30日还有51天，3个街镇全部未满500人次",
        "league": "5月10日各街镇共还差1,000人次，桃浦差得最多（500）",
        "timeline": "距6月30日还有51天，长风最快（完成60.0%），桃浦最慢（0.0%）",
        "district": "全区比序时进度少159人次，余下51天每天需20人次",  # 序时 1,500 × 40/91 = 659.3
        # 万里: 200 in 28 days is 7.1 a day, needed are 300 in 51 days
        "pace": "2个街镇低于序时进度，桃浦低44.0个百分点；照近28天的速度，桃浦到期达不到指标",
    }, id="before the first deadline"),
    pytest.param([], date(2021, 7, 31), dict.fromkeys(
        ("small_multiples", "league", "timeline", "district", "pace"), "截至7月31日，还没有计入的活动记录",
    ), id="no data"),
])
def test_titles(rows: Rows, as_of: date, titles: dict[str, str]) -> None:
    charts = _charts(rows, as_of)
    assert {name: charts[name].title for name in titles} == titles


def test_all_met_ahead_of_the_deadline() -> None:
    rows = [*ON_TIME[:4], ("桃浦", "2021-06-30", 1200), ("万里", "2021-07-02", 600)]
    charts = _charts(rows, date(2021, 9, 1))
    assert charts["small_multiples"].title == "距9月30日还有29天，3个街镇全部满1,000人次"
    assert charts["league"].title == "3个街镇全部提前满1,000人次，最后是长风（8月20日）"
    assert charts["district"].title == "全区8月20日满3,000人次，比期限早41天"
    assert charts["pace"].title == "3个街镇全部达到序时进度；照近28天的速度都能按期达标"


def test_district_late_and_street_by_street_gap_not_filled_by_others() -> None:
    rows = [("长风", "2021-05-01", 2500), ("万里", "2021-10-10", 600)]
    charts = _charts(rows, date(2021, 12, 31))
    assert charts["district"].title == "全区10月10日满3,000人次，比期限晚10天"
    assert charts["league"].title == "9月30日2个街镇未满1,000人次，共差2,000人次"


def test_timeline_counts_the_late() -> None:
    rows = [*MIXED, ("桃浦", "2021-12-01", 53)]  # 桃浦 62 days late
    assert _charts(rows, date(2021, 12, 31))["timeline"].title == "2个街镇逾期满1,000人次，桃浦晚62天，长风按期"
    early = _charts(MIXED, date(2021, 10, 1))
    assert early["timeline"].title == "长风6月10日最早满1,000人次，共1个按期，桃浦、万里未满"


def test_only_street_is_called_by_its_name() -> None:
    plan = plan_of(["桃浦"])
    assert _charts([("桃浦", "2021-05-01", 999)], date(2021, 9, 30), plan)["small_multiples"].title == (
        "到9月30日，桃浦未满1,000人次")
    assert _charts([("桃浦", "2021-05-01", 1000)], date(2021, 9, 30), plan)["timeline"].title == (
        "桃浦5月1日满1,000人次，按期")


def test_streets_with_unlike_targets_complete_a_target_by_name() -> None:
    plan = plan_of(THREE, step=10)
    assert one_goal(plan, plan.targets[0]) is None
    charts = _charts([("长风", "2021-05-01", 5000)], date(2021, 12, 31), plan)
    assert charts["small_multiples"].title == "到9月30日，长风按期完成年度指标，桃浦、万里至今未完成"


def test_percentage_never_rounds_up_to_a_missed_target() -> None:
    plan = plan_of(THREE, [("annual", "年度指标", date(2021, 9, 30), 10000)])
    charts = _charts([("长风", "2021-05-01", 9996)], date(2021, 8, 31), plan)
    assert charts["timeline"].title == "距9月30日还有30天，长风最快（完成99.9%），万里最慢（0.0%）"
    assert "100" not in charts["timeline"].title


def _participation(rows: list[tuple[str, str, int, str]], as_of: date = date(2021, 12, 31)) -> str:
    return scenarios(records_of(rows), Context(PLAN, as_of)).title


def test_scenario_titles() -> None:
    every = "、".join(PUTUO.scenario_names)
    full = [(street, "2021-05-06", 10, every) for street in THREE]
    assert _participation([]) == "截至12月31日，还没有计入的活动记录"
    assert _participation([("长风", "2021-05-06", 10, "未分类")]) == "活动记录都没有注明应用场景"
    assert _participation([*full, ("长风", "2021-05-07", 30, "扫码"), ("长风", "2021-05-07", 20, "聊天")]) == (
        "扫码、聊天人次最多，安全最少；开展活动的街镇各场景都有")
    without = every.replace("、安全", "")
    assert _participation([("长风", "2021-05-06", 30, "就医"), ("长风", "2021-05-06", 10, without)]) == (
        "就医、出行人次最多，安全还没有开展过")
    assert _participation([*full[:2], ("桃浦", "2021-05-06", 20, every.replace("就医、出行、", ""))]) == (
        "亮码、扫码人次最多，出行最少；桃浦有2个场景没开展过")


def _rhythm(days: list[tuple[str, str]], as_of: date) -> str:
    return calendar(records_of([(s, d, 10, "就医") for s, d in days]), Context(PLAN, as_of)).title


def test_calendar_titles() -> None:
    # 2021-04-03 and 2021-04-10 are Saturdays
    april = [(s, f"2021-04-{d:02d}") for s in THREE for d in (3, 8, 9, 10)]
    assert _rhythm([], date(2021, 4, 12)) == "截至4月12日，还没有计入的活动记录"
    assert _rhythm(april, date(2021, 4, 12)) == "12场活动，50%在周一至周五；没有街镇停过两周"
    assert _rhythm(april, date(2021, 5, 1)) == "12场活动，50%在周一至周五；长风停得最久，4月11日至今共21天"
    later = [*april, *[(s, "2021-04-20") for s in THREE[:2]], ("桃浦", "2021-04-30")]
    assert _rhythm(later, date(2021, 4, 30)) == "15场活动，60%在周一至周五；桃浦停得最久，4月11日至4月29日共19天"
    assert _rhythm(april[:4], date(2021, 4, 12)) == "4场活动，50%在周一至周五；万里、桃浦没有活动"


def test_marks_and_sources_stand_on_every_chart() -> None:
    context = Context(PLAN, date(2021, 8, 31), complete=False, sample=True)
    chart = league(figures_of(records_of([]), context).progress, context)
    words = [t.get_text() for ax in chart.figure.axes for t in ax.texts]
    assert {"演示数据", "数据不完整"} <= set(words)
    assert "截至2021年8月31日" in chart.note
    assert "序时进度按阶段指标逐日推算" in chart.note
    clean = Context(PLAN, date(2021, 8, 31))
    plain = league(figures_of(records_of([]), clean).progress, clean)
    assert "演示" not in plain.note
    assert not {"演示数据", "数据不完整"} & {t.get_text() for ax in plain.figure.axes for t in ax.texts}


@pytest.mark.parametrize(("basis", "words"), [
    ("linear", "从首日到末个期限逐日推算"), ("calendar", "按已过月数占全年月数推算"),
])
def test_basis_is_printed(basis: str, words: str) -> None:
    context = Context(PLAN, date(2021, 8, 31), basis=basis)
    assert words in district(figures_of(records_of([]), context).district_daily, context).note


def test_numbers_in_words() -> None:
    assert (difference(731, 1000), difference(1208, 1000), difference(1000, 1000)) == ("差269", "超208", "刚满")
    assert (signed(-0.04, 1), signed(0.04, 1), signed(-1234.4), signed(12.36, 1)) == ("−0.1", "0.0", "−1,234", "+12.4")


def test_frames_are_left_as_they_were() -> None:
    context = Context(PLAN, date(2021, 8, 31))
    f = figures_of(records_of([(s, d, n, "就医") for s, d, n in MIXED]), context)
    before = {name: getattr(f, name).copy(deep=True) for name in ("records", "daily", "progress", "district_daily")}
    small_multiples(f.daily, f.progress, context)
    league(f.progress, context)
    timeline(f.records, f.progress, context)
    district(f.district_daily, context)
    pace(f.daily, f.progress, context)
    scenarios(f.records, context)
    calendar(f.records, context)
    for name, frame in before.items():
        pd.testing.assert_frame_equal(getattr(f, name), frame)
