"""What is drawn is what was counted: lengths, positions and shapes."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Polygon, Rectangle

from analysis.charts import Context, calendar, district, league, pace, scenarios, small_multiples, style, timeline
from analysis.charts.calendar import longest_silence
from analysis.charts.milestones import milestones
from analysis.charts.pace import pace_table
from analysis.charts.scenarios import shade_level
from tests.chart_frames import figures_of, plan_of, records_of

PLAN = plan_of(["长风", "万里", "桃浦"])
RECORDS = records_of([
    ("长风", "2021-06-10", 600, "就医"), ("长风", "2021-08-20", 600, "出行"),
    ("万里", "2021-06-20", 499, "就医、出行"), ("万里", "2021-07-05", 1, "就医"), ("万里", "2021-10-24", 700, "就医"),
    ("桃浦", "2021-05-20", 250, "安全"), ("桃浦", "2021-11-20", 500, "安全"),
])
OVER = Context(PLAN, date(2021, 12, 31))
AUGUST = Context(PLAN, date(2021, 8, 31))


def _rectangles(figure: Figure, face: str, hatch: bool = False) -> list[Rectangle]:
    """Rectangles of the body in one colour; those of the key stand above 20 mm."""
    found = [a for a in figure.axes[0].get_children() if isinstance(a, Rectangle) and a.get_y() > 20]
    return [r for r in found if to_hex(r.get_facecolor()) == to_hex(face) and bool(r.get_hatch()) is hatch]


def test_league_bars_are_as_long_as_their_figures() -> None:
    chart = league(figures_of(RECORDS, OVER).progress, OVER)
    met = sorted(r.get_width() for r in _rectangles(chart.figure, style.MET))
    scale = met[0] / 600  # 长风 at both deadlines: 600 and 1,200
    assert met == pytest.approx([600 * scale, 1200 * scale])
    short = sorted(r.get_width() for r in _rectangles(chart.figure, style.LATE_FILL))
    gaps = sorted(r.get_width() for r in _rectangles(chart.figure, style.PAPER, hatch=True))
    # 桃浦 250 and 250, 万里 499 and 500; the gap of one person-time is drawn 0.9 mm wide, at the cost of its bar
    assert short == pytest.approx([250 * scale, 250 * scale, 500 * scale - 0.9, 500 * scale])
    assert gaps == pytest.approx([0.9, 250 * scale, 500 * scale, 750 * scale])


def test_league_bars_end_at_the_target_line() -> None:
    chart = league(figures_of(RECORDS, OVER).progress, OVER)
    ends = {round(r.get_x() + r.get_width(), 3) for r in _rectangles(chart.figure, style.PAPER, hatch=True)}
    drawn = chart.figure.axes[0].get_lines()
    lines = {round(line.get_xdata()[0], 3) for line in drawn if line.get_color() == style.INK}
    assert len(ends) == 2
    assert ends <= lines


def test_league_shows_the_path_only_before_the_deadline() -> None:
    def dashed(context: Context) -> set[float]:
        figure = league(figures_of(RECORDS, context).progress, context).figure
        return {line.get_xdata()[0] for line in figure.axes[0].get_lines()
                if line.is_dashed() and line.get_ydata()[0] > 20}
    assert len(dashed(AUGUST)) == 1
    assert not dashed(OVER)


def test_each_small_panel_has_its_own_line_and_the_others_behind_it() -> None:
    f = figures_of(RECORDS, OVER)
    chart = small_multiples(f.daily, f.progress, OVER)
    panels = {ax.get_label(): ax for ax in chart.figure.axes[1:]}
    assert list(panels) == ["长风", "万里", "桃浦"]  # by rank
    for street, total in {"长风": 1200, "万里": 1200, "桃浦": 750}.items():
        (line,) = (item for item in panels[street].get_lines() if item.get_color() == style.MET)
        assert line.get_ydata()[0] == 0
        assert line.get_ydata()[-1] == total
        assert len(line.get_ydata()) == 275 + 1  # every day of the programme, from nothing
        assert len(panels[street].collections[0].get_segments()) == 2
        assert panels[street].get_ylim() == panels["长风"].get_ylim()


@pytest.mark.parametrize(("total", "highest"), [(2500, 2500), (3000, 3000), (13000, 3200)])
def test_a_line_far_above_its_target_fits_and_a_monstrous_one_is_cut(total: int, highest: int) -> None:
    f = figures_of(records_of([("长风", "2021-05-01", total, "就医")]), OVER)
    axes = small_multiples(f.daily, f.progress, OVER).figure.axes[1]
    assert axes.get_ylim()[1] == pytest.approx(highest * 1.22)


def test_shape_of_a_target_tells_its_state() -> None:
    f = figures_of(RECORDS, OVER)
    figure = small_multiples(f.daily, f.progress, OVER).figure
    diamonds = [a for a in figure.axes[0].get_children() if isinstance(a, Polygon) and a.get_xy()[:, 1].min() > 20]
    faces = [to_hex(d.get_facecolor()) for d in diamonds]
    assert faces.count(to_hex(style.MET)) == 2  # solid: 长风 twice on time
    assert faces.count(to_hex(style.PAPER)) == 4  # hollow
    assert faces.count(to_hex(style.LATE)) == 3  # the solid halves: 万里 twice late, 桃浦 late for the first target


def test_milestones_by_hand() -> None:
    f = figures_of(RECORDS, OVER)
    marks = milestones(f.progress, PLAN, OVER.as_of).set_index(["street", "key"])
    expected = {
        ("长风", "half_year"): (600, 0, "on_time", 0), ("长风", "annual"): (1200, 0, "on_time", 0),
        ("万里", "half_year"): (499, 1, "late", 5), ("万里", "annual"): (500, 500, "late", 24),
        ("桃浦", "half_year"): (250, 250, "late", 143), ("桃浦", "annual"): (250, 750, "missed", 0),
    }
    found = {key: tuple(marks.loc[key, ["value", "gap", "state", "days_late"]]) for key in expected}
    assert found == expected
    august = milestones(figures_of(RECORDS, AUGUST).progress, PLAN, AUGUST.as_of).set_index(["street", "key"])
    assert tuple(august.loc[("万里", "annual"), ["value", "gap", "state"]]) == (500, 500, "pending")
    assert august.loc[("长风", "annual"), "reached"] == pd.Timestamp("2021-08-20")


def test_district_difference_is_nothing_after_the_last_deadline() -> None:
    chart = district(figures_of(RECORDS, OVER).district_daily, OVER)
    table = chart.table.set_index("date")
    # 序时 of three streets on 31 August: 3 × (500 + 500 × 62/92) = 2,510.87; done 600 + 600 + 500 + 250 = 1,950
    assert table.loc["2021-08-31", "difference"] == pytest.approx(1950 - 2510.87, abs=0.01)
    assert table.loc["2021-09-30", "difference"] == pytest.approx(1950 - 3000)
    assert table.loc["2021-10-01":, "difference"].isna().all()
    weekly = next(ax for ax in chart.figure.axes if ax.get_label() == "weekly")
    assert sum(bar.get_height() for bar in weekly.patches[2:]) == 3150  # after the two shaded phases


def test_timeline_strips_change_on_the_days_of_the_targets() -> None:
    f = figures_of(RECORDS, OVER)
    figure = timeline(f.records, f.progress, OVER).figure
    overdue = [r.get_width() for r in _rectangles(figure, style.LATE_FILL, hatch=True)]
    done = [r.get_width() for r in _rectangles(figure, style.MET)]
    day = next(w for w in done if w == max(done)) / 134  # 长风: 20 August to 31 December
    # 万里 late 4 days before 5 July, and 1 to 23 October; 桃浦 1 July to 19 November, and 1 October to 31 December
    assert sorted(overdue) == pytest.approx(sorted([4 * day, 23 * day, 142 * day, 92 * day]))
    assert sorted(done) == pytest.approx([69 * day, 134 * day])


def test_scenario_table_counts_an_activity_in_full_for_each_scenario() -> None:
    table = scenarios(RECORDS, OVER).table.set_index("scenario")
    assert table["person_times"].to_dict() == {
        "就医": 600 + 499 + 1 + 700, "出行": 600 + 499, "安全": 750,
        **dict.fromkeys(("亮码", "扫码", "聊天", "缴费", "购物", "文娱", "用机"), 0)}
    assert table.loc["安全", ["启动开展", "深化推进", "常态化持续"]].tolist() == [250, 0, 500]
    assert table.loc["就医", ["长风", "万里", "桃浦"]].tolist() == [600, 1200, 0]
    early = scenarios(RECORDS, AUGUST).table.set_index("scenario")
    assert pd.isna(early.loc["安全", "常态化持续"])


@pytest.mark.parametrize(("value", "level"), [(0, 0), (1, 1), (20, 1), (21, 2), (100, 5), (99, 5), (80, 4), (81, 5)])
def test_shades_go_by_fifths(value: int, level: int) -> None:
    assert shade_level(value, 100) == level


def test_calendar_squares_grow_with_the_activities() -> None:
    rows = [("长风", "2021-04-06", 5, "就医")] + [("长风", "2021-04-07", 5, "就医")] * 2
    rows += [("长风", "2021-04-08", 5, "就医")] * 4
    figure = calendar(records_of(rows), OVER).figure
    sides = {}
    for patch in (a for a in figure.axes[0].get_children() if isinstance(a, PathPatch)):
        corners = patch.get_path().vertices[:4]
        sides[to_hex(patch.get_facecolor())] = float(np.ptp(corners[:, 0]))
    small, middle, large = (sides[step.lower()] for step in style.STEPS)
    assert small < middle < large


@pytest.mark.parametrize(("days", "as_of", "silence"), [
    ([], date(2021, 4, 3), (date(2021, 4, 1), date(2021, 4, 3))),
    (["2021-04-01", "2021-04-02"], date(2021, 4, 2), None),
    (["2021-04-05"], date(2021, 4, 20), (date(2021, 4, 6), date(2021, 4, 20))),
    (["2021-04-10", "2021-04-12"], date(2021, 4, 13), (date(2021, 4, 1), date(2021, 4, 9))),
])
def test_longest_silence(days: list[str], as_of: date, silence: tuple[date, date] | None) -> None:
    counts = pd.DataFrame({"date": pd.to_datetime(days)})
    assert longest_silence(counts, PLAN, as_of) == silence


def test_pace_by_hand() -> None:
    f = figures_of(RECORDS, AUGUST)
    table = pace_table(f.daily, f.progress, AUGUST).set_index("street")
    assert table.loc["长风", "recent"] == pytest.approx(600 / 28)  # 4 to 31 August
    assert table.loc["万里", "recent"] == 0
    assert table.loc["万里", "required_per_day"] == pytest.approx(500 / 30)
    assert table.loc["万里", "points"] == pytest.approx((500 - 836.9565) / 10, abs=0.001)
    assert table["status"].to_dict() == {"长风": "已达标", "万里": "未达序时", "桃浦": "未达序时"}
    later = figures_of(RECORDS, Context(PLAN, date(2021, 11, 30)))
    after = pace_table(later.daily, later.progress, Context(PLAN, date(2021, 11, 30))).set_index("street")
    assert after.loc["桃浦", "days_needed"] == pytest.approx(250 / (500 / 28))
    assert pd.isna(after.loc["桃浦", "required_per_day"])


def test_pace_bars_stand_left_of_the_line_when_behind() -> None:
    f = figures_of(RECORDS, AUGUST)
    figure = pace(f.daily, f.progress, AUGUST).figure
    (ahead,) = _rectangles(figure, style.MET)[-1:]
    behind = _rectangles(figure, style.PAPER, hatch=True)
    assert len(behind) == 2
    assert all(r.get_x() + r.get_width() == pytest.approx(ahead.get_x()) for r in behind)
    widths = sorted(r.get_width() for r in behind)
    assert widths[1] / widths[0] == pytest.approx((836.9565 - 250) / (836.9565 - 500), rel=1e-4)
