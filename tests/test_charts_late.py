"""The chart of late records: lengths, words for every outcome, and a layout whose words never touch."""

from __future__ import annotations

from datetime import date
from itertools import combinations

import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from analysis.charts import Chart, Context, draw_all, late, style, use_style
from analysis.charts.late import finding
from analysis.late import BY_TIME, SHARE_COLUMNS, Lateness
from tests.briefing_cases import PLAN, entered_late
from tests.chart_frames import PUTUO, TWENTY, plan_of
from tests.test_charts_layout import _boxes, _inside, _touch

AUGUST = Context(PUTUO, date(2021, 8, 31), complete=False, sample=True)
SHARES = Lateness(pd.DataFrame([("全区", i, s, 0, 0, 9) for i, s in enumerate((0.0, 0.62, 0.9, 0.99, 1.0, 1.0))],
                               columns=SHARE_COLUMNS), BY_TIME)


def entry_of(names: list[str], **streets: tuple[int, int, str]) -> pd.DataFrame:
    """Entered, missing and word of each street; 序时 is 837."""
    rows = [(s, *streets.get(s, (900, 30, ""))) for s in names]
    frame = pd.DataFrame(rows, columns=["street", "person_times", "missing", "word"])
    return frame.assign(due=837.0, missing=frame["missing"].astype("Int64"))


TOLD = entry_of(PUTUO.street_names, 桃浦=(600, 40, "落后"), 万里=(800, 60, "可能尚未录入"), 曹杨=(2500, 0, ""))


def drawn(entry: pd.DataFrame, context: Context = AUGUST) -> Chart:
    with use_style():
        return late(entry, SHARES, context)


@pytest.mark.parametrize("slide", [False, True], ids=["page", "slide"])
@pytest.mark.parametrize("names", [PUTUO.street_names, TWENTY, TWENTY[:1]])
def test_words_neither_touch_nor_leave_the_sheet(names: list[str], slide: bool) -> None:
    words = {"桃浦": (9, 12345, "可能尚未录入"), "曹杨": (54321, 0, "")}
    entry = entry_of(names, **{s: w for s, w in words.items() if s in names})
    chart = drawn(entry, Context(plan_of(names), date(2021, 8, 31), complete=False, sample=True, slide=slide))
    boxes = _boxes(chart.figure)
    width, height = chart.figure.bbox.width, chart.figure.bbox.height
    assert not [text for text, *edges in boxes if not _inside(edges, width, height)]
    assert not [(a[0], b[0]) for a, b in combinations(boxes, 2) if _touch(a, b)]


def test_bars_are_as_long_as_their_figures() -> None:
    """曹杨 2,500, seven of 900 + 30, then 万里 800 + 60, then 桃浦 600 + 40: entered solid, missing hatched behind it."""
    chart = drawn(TOLD)
    bars = [a for a in chart.figure.axes[0].get_children() if isinstance(a, Rectangle) and a.get_x() > 20]
    first = next(t.get_position()[1] for t in chart.figure.axes[0].texts if t.get_text() == "累计人次")
    bars = sorted((b for b in bars if b.get_y() > first), key=lambda b: (b.get_y(), b.get_x()))
    solid = [b for b in bars if to_hex(b.get_facecolor()) == style.PART.lower()]
    hatched = [b for b in bars if b.get_hatch() and to_hex(b.get_edgecolor()) == style.MET.lower()]
    unit = solid[0].get_width() / 2500
    assert [b.get_width() for b in solid] == pytest.approx([n * unit for n in (2500, *[900] * 7, 800, 600)])
    assert [b.get_width() for b in hatched] == pytest.approx([n * unit for n in (0, *[30] * 7, 60, 40)])
    assert [b.get_x() for b in hatched] == pytest.approx([b.get_x() + b.get_width() for b in solid])


def test_titles_for_every_outcome() -> None:
    assert finding(TOLD, AUGUST) == "约有310人次可能尚未录入，加上这部分万里可达到序时进度，桃浦仍不够"
    names = PUTUO.street_names
    assert finding(entry_of(names), AUGUST) == "约有300人次可能尚未录入，不算这部分各街镇也都达到序时进度"
    behind = entry_of(names, 桃浦=(1, 30, "落后"))
    assert finding(behind, AUGUST) == "约有300人次可能尚未录入，加上这部分桃浦仍没有达到序时进度"
    perhaps = entry_of(names, 桃浦=(990, 30, "可能尚未录入"))
    assert finding(perhaps, Context(PUTUO, date(2021, 9, 30))) == "约有300人次可能尚未录入，加上这部分桃浦可完成年度指标"


def test_drawn_only_while_something_is_probably_missing() -> None:
    """Entered a week late: on 31 July 42 a street are missing; by 31 October nothing; on 31 May it is not known."""
    days = {"2021-07-31": "2021-07-31", "2021-05-31": "2021-05-31"}
    shown = {}
    for as_of, known_by in [*days.items(), ("2021-07-30", "2021-10-31")]:
        f = entered_late(as_of, known_by)
        shown[as_of] = {c.name: c for c in draw_all(f, Context(PLAN, f.as_of))}
    assert "late" not in shown["2021-05-31"]
    assert "late" not in shown["2021-07-30"]
    assert shown["2021-07-31"]["late"].title.startswith("约有420人次可能尚未录入")
    assert "约420人次" in shown["2021-07-31"]["outlook"].note
