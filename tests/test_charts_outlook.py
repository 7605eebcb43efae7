"""Charts of the outlook and of revisions: what is drawn is what was counted, and no words touch."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from analysis.charts import Chart, Context, style, use_style
from analysis.charts.outlook import FILLS, by_chance, finding, outlook
from analysis.charts.revisions import bridge, revisions
from analysis.outlook import DISTRICT, RANGES, fan, percent_words
from analysis.outlook import outlook as outlook_of
from analysis.revisions import REVISION_COLUMNS
from tests.chart_frames import PUTUO, TWENTY, figures_of, plan_of, records_of, steady
from tests.test_charts_layout import CASES, _boxes, _inside, _totals, _touch

AUGUST = Context(PUTUO, date(2021, 8, 31), sample=True)
TOTALS = {s: 900 + 100 * i for i, s in enumerate(PUTUO.street_names)}


def draw(records: pd.DataFrame, context: Context) -> Chart:
    plan, as_of = context.plan, context.as_of
    figures: SimpleNamespace = figures_of(records, context)
    with use_style():
        return outlook(outlook_of(records, plan, as_of), fan(records, plan, as_of), figures.district_daily, context)


def changes(*rows: tuple[str, str, int, int]) -> pd.DataFrame:
    """Revisions from (street, what, before, after)."""
    lines = [(s, "2021-06", what, "", b, a, pd.NaT, pd.NaT) for s, what, b, a in rows]
    return pd.DataFrame(lines, columns=REVISION_COLUMNS)


def today(**figures: int) -> pd.Series:
    return pd.Series({s: figures.get(s, 1000) for s in PUTUO.street_names})


MOVED = changes(("曹杨", "added_late", 0, 30), ("曹杨", "added_late", 0, 12), ("曹杨", "changed", 25, 20),
                ("桃浦", "cancelled", 40, 0), ("万里", "withdrawn", 18, 0), ("长征", "moved", 22, 0),
                ("真如", "moved", 0, 22))


def rectangles(figure: Figure, face: str, hatch: bool = False) -> list[Rectangle]:
    found = [a for a in figure.axes[0].get_children() if isinstance(a, Rectangle) and a.get_y() > 20]
    return [r for r in found if to_hex(r.get_facecolor()) == to_hex(face) and bool(r.get_hatch()) is hatch]


def layout_faults(chart: Chart) -> list[object]:
    boxes = _boxes(chart.figure)
    width, height = chart.figure.bbox.width, chart.figure.bbox.height
    outside = [text for text, *edges in boxes if not _inside(edges, width, height)]
    return [*outside, *((a[0], b[0]) for a, b in combinations(boxes, 2) if _touch(a, b))]


# --- layout -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slide", [False, True], ids=["page", "slide"])
@pytest.mark.parametrize("case", CASES)
def test_outlook_words_neither_touch_nor_leave_the_sheet(case: str, slide: bool) -> None:
    plan, as_of, changed = CASES[case]
    records = records_of([]) if changed is None else steady(plan, _totals(plan, **changed))
    assert not layout_faults(draw(records, Context(plan, as_of, complete=False, sample=True, slide=slide)))


@pytest.mark.parametrize("slide", [False, True], ids=["page", "slide"])
@pytest.mark.parametrize(("names", "rows"), [
    (PUTUO.street_names, MOVED), (PUTUO.street_names, MOVED[:0]), (TWENTY, MOVED), (TWENTY[:1], MOVED[:2]),
    (PUTUO.street_names, MOVED.assign(before=MOVED["before"] * 90, after=MOVED["after"] * 90)),
    (PUTUO.street_names, MOVED.rename(columns={"before": "after", "after": "before"})),
])
def test_revision_words_neither_touch_nor_leave_the_sheet(names: list[str], rows: pd.DataFrame, slide: bool) -> None:
    table = bridge(rows, pd.Series(9000, index=names))
    context = Context(plan_of(names), date(2021, 8, 31), complete=False, sample=True, slide=slide)
    with use_style():
        assert not layout_faults(revisions(table, context, date(2021, 8, 31), date(2021, 12, 31)))


# --- outlook ----------------------------------------------------------------------------------------------------------


def test_bars_and_ranges_stand_where_their_figures_are() -> None:
    chart = draw(steady(PUTUO, TOTALS), AUGUST)
    streets = by_chance(chart.table)
    done = rectangles(chart.figure, style.PART)
    done = sorted((r for r in done if r.get_width() > 5), key=lambda r: r.get_y())
    unit = done[0].get_width() / streets["person_times"][0]
    assert [r.get_width() for r in done] == pytest.approx((streets["person_times"] * unit).tolist())
    zero = done[0].get_x()
    for share in RANGES:
        boxes = sorted(rectangles(chart.figure, FILLS[share]), key=lambda r: r.get_y())
        low, high = (streets[f"{end}{share}"].to_numpy(dtype=float) for end in ("low", "high"))
        assert [r.get_x() for r in boxes] == pytest.approx(zero + low * unit)
        assert [r.get_width() for r in boxes] == pytest.approx((high - low) * unit)


def test_a_narrower_range_is_thicker_and_stands_before_a_wider_one() -> None:
    chart = draw(steady(PUTUO, TOTALS), AUGUST)
    by_share = [rectangles(chart.figure, FILLS[share])[0] for share in RANGES]
    assert [r.get_height() for r in by_share] == sorted((r.get_height() for r in by_share), reverse=True)
    assert [r.get_zorder() for r in by_share] == sorted((r.get_zorder() for r in by_share), reverse=True)


def test_the_fan_ends_at_the_ranges_of_the_district() -> None:
    chart = draw(steady(PUTUO, TOTALS), AUGUST)
    ax = next(a for a in chart.figure.axes if a.get_label() == "fan")
    whole = chart.table.set_index("street").loc[DISTRICT]
    for share, bands in zip(FILLS, ax.collections, strict=True):
        vertices = bands.get_paths()[0].vertices
        ends = vertices[np.isclose(vertices[:, 0], vertices[:, 0].max()), 1]
        assert (ends.min(), ends.max()) == (whole[f"low{share}"], whole[f"high{share}"])
    assert ax.lines[0].get_ydata()[-1] == whole["median"]
    assert ax.lines[1].get_ydata()[-1] == whole["person_times"]


def test_chances_are_never_rounded_to_certainty() -> None:
    assert [percent_words(c) for c in (0.0, 0.004, 0.005, 0.5, 0.994, 0.996, 1.0)] == [
        "＜1%", "＜1%", "1%", "50%", "99%", "＞99%", "＞99%"]


def said(**words: tuple[str, float]) -> pd.DataFrame:
    names = [*PUTUO.street_names, DISTRICT]
    rows = [words.get(n, words.get("rest", ("有可能", 0.5))) for n in names]
    return pd.DataFrame({"street": names, "word": [w for w, _ in rows], "chance": pd.array([c for _, c in rows], "Float64"),
                         "target": [1000] * 10 + [10_000], "reason": ["" if w else "历史太短" for w, _ in rows]})


def test_titles_for_every_outcome() -> None:
    sure, none = ("已达标", 1.0), ("", None)
    assert finding(said(rest=sure), AUGUST) == "全区已满10,000人次；街镇中10个已达标"
    mixed = said(rest=("很可能", 0.9), 桃浦=("不太可能", 0.1), 万里=none, 曹杨=sure, 全区=("有可能", 0.63))
    assert finding(mixed, AUGUST) == (
        "全区有可能（63%）在9月30日前满10,000人次；街镇中1个已达标，7个很可能达标，1个不太可能，1个暂不推算")
    assert finding(said(rest=none), AUGUST) == "历史太短，还不能推算9月30日前能否完成年度指标"
    over = said(rest=("按期达标", 1.0), 桃浦=("逾期未达标", 0.0), 万里=("逾期补足", 0.0))
    assert finding(over, Context(PUTUO, date(2021, 9, 30))) == "年度指标期限已过：8个街镇按期达标，2个没有"


def test_a_refusal_says_why_in_the_row() -> None:
    records = steady(PUTUO, {s: n for s, n in TOTALS.items() if s != "桃浦"})
    texts = [t.get_text() for t in draw(records, AUGUST).figure.axes[0].texts]
    assert texts.count("至今没有活动记录，无从推算") == 1


def test_the_footnote_says_what_is_counted_as_not_entered_yet() -> None:
    records = steady(PUTUO, TOTALS)
    daily = figures_of(records, AUGUST).district_daily
    args = outlook_of(records, PUTUO, AUGUST.as_of), fan(records, PUTUO, AUGUST.as_of), daily, AUGUST
    with use_style():
        assert "可能尚未录入的约120人次" in outlook(*args, pd.DataFrame({"street": ["曹杨", "甘泉"], "missing": [100.2, 20.0]})).note
        assert "尚未录入" not in outlook(*args, pd.DataFrame({"street": ["曹杨"], "missing": [0.2]})).note
        assert "没有计入可能尚未录入的人次，结果可能偏低" in outlook(*args, pd.DataFrame({"street": [], "missing": []})).note


# --- revisions --------------------------------------------------------------------------------------------------------


def test_the_bridge_by_hand() -> None:
    table = bridge(MOVED, today()).set_index("street")
    assert table.loc["曹杨"].tolist() == [963, 42, -5, 0, 0, 0, 1000]
    assert table.loc["桃浦"].tolist() == [1040, 0, 0, -40, 0, 0, 1000]
    assert table.loc["长征", ["before", "moved"]].tolist() == [1022, -22]
    assert table.loc["真如", ["before", "moved"]].tolist() == [978, 22]
    assert table.loc["石泉"].tolist() == [1000, 0, 0, 0, 0, 0, 1000]
    assert table["moved"].sum() == 0


def test_the_bridge_refuses_what_it_cannot_add_up() -> None:
    with pytest.raises(ValueError, match="浦东"):
        bridge(changes(("浦东", "changed", 1, 2)), today())
    with pytest.raises(ValueError, match="renamed"):
        bridge(changes(("曹杨", "renamed", 1, 2)), today())
    wrong = bridge(MOVED, today()).assign(after=lambda t: t["after"] + (t["street"] == "宜川"))
    with pytest.raises(ValueError, match="宜川"):
        revisions(wrong, AUGUST, date(2021, 8, 31), date(2021, 9, 30))


def test_the_steps_of_the_bridge_lead_from_the_old_figure_to_the_new() -> None:
    """+42, −5, −40, −18, 0: the bars are as long as that, and each starts where the one before it ended."""
    with use_style():
        chart = revisions(bridge(MOVED, today()), AUGUST, date(2021, 8, 31), date(2021, 9, 30))
    wide = sheet_top_rows(chart)
    unit = wide[0].get_width() / 42
    assert [r.get_width() for r in wide] == pytest.approx([42 * unit, 5 * unit, 40 * unit, 18 * unit])
    starts = [wide[0].get_x() + wide[0].get_width(), *(r.get_x() for r in wide[1:])]
    assert [r.get_x() + r.get_width() for r in wide[1:]] == pytest.approx(starts[:-1])
    assert "全区人次比上期所报少21，变动最大的一项是补录（增42）" in chart.title
    assert "长征由1,022到1,000（改街镇或日期−22）" in chart.alt


def sheet_top_rows(chart: Chart) -> list[Rectangle]:
    """Bars of the district's bridge, which stand above the streets' table."""
    table_top = next(t.get_position()[1] for t in chart.figure.axes[0].texts if t.get_text() == "各街镇")
    bars = rectangles(chart.figure, style.MET) + rectangles(chart.figure, style.PAPER, hatch=True)
    key = chart.figure.axes[0].texts
    first = next(t.get_position()[1] for t in key if t.get_text() == "全区上期")
    return sorted((r for r in bars if first < r.get_y() < table_top), key=lambda r: r.get_y())


def test_titles_of_revisions() -> None:
    def title(rows: pd.DataFrame) -> str:
        with use_style():
            return revisions(bridge(rows, today()), AUGUST, date(2021, 8, 31), date(2021, 9, 30)).title

    assert title(MOVED[:0]) == "截至8月31日的人次与上期所报一致，没有变动"
    assert title(MOVED[-2:]) == "截至8月31日的全区人次没有变，只在街镇之间移动"
    assert title(MOVED[:1]) == "截至8月31日的全区人次比上期所报多30，变动最大的一项是补录（增30）"
    assert title(changes(("曹杨", "added_late", 0, 9), ("曹杨", "cancelled", 9, 0))).startswith(
        "截至8月31日的全区人次与上期所报相等，")
