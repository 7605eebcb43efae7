"""Nothing overlaps, nothing leaves the page, in any shape that a programme can have."""

from __future__ import annotations

from datetime import date
from itertools import combinations

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from analysis.charts import Context, draw_all, use_style
from analysis.plan import Plan
from tests.chart_frames import PUTUO, TWENTY, figures_of, plan_of, records_of, steady

NUMBERS = [1711, 1634, 1520, 1418, 1377, 1298, 1386, 1302, 1109, 947, 480, 30, 3000, 999, 1000, 1001, 640, 820, 2100,
           12]
UNLIKE = dict(zip(TWENTY, NUMBERS, strict=True))
THREE = [("q1", "一季指标", date(2021, 5, 31), 300), ("q2", "二季指标", date(2021, 8, 31), 700),
         ("q3", "三季指标", date(2021, 10, 31), 1000)]


def _totals(plan: Plan, **changed: int) -> dict[str, int]:
    return {s: UNLIKE[s] for s in plan.street_names} | changed


CASES = {
    "programme over": (PUTUO, date(2021, 12, 31), {}),
    "day of the last deadline": (PUTUO, date(2021, 9, 30), {}),
    "five days after the last deadline": (PUTUO, date(2021, 10, 5), {}),
    "between the deadlines": (PUTUO, date(2021, 8, 31), {}),
    "before the first deadline": (PUTUO, date(2021, 5, 10), {}),
    "first day": (PUTUO, date(2021, 4, 1), {}),
    "nothing and 300 %": (PUTUO, date(2021, 12, 31), {"长风": 3000, "桃浦": 0, "曹杨": 12}),
    "1300 %": (PUTUO, date(2021, 12, 31), {"长风": 13000, "桃浦": 3}),
    "one street": (plan_of(TWENTY[:1]), date(2021, 12, 31), {}),
    "two streets": (plan_of(TWENTY[:2]), date(2021, 7, 15), {}),
    "twenty streets": (plan_of(TWENTY), date(2021, 12, 31), {}),
    "twenty streets with targets of their own": (plan_of(TWENTY, step=10), date(2021, 8, 20), {}),
    "three targets": (plan_of(TWENTY[:13], THREE), date(2021, 9, 15), {}),
    "one target": (plan_of(TWENTY[:7], THREE[2:]), date(2021, 11, 30), {}),
    "no records": (PUTUO, date(2021, 7, 31), None),
}


ON_SLIDES = ("programme over", "between the deadlines", "nothing and 300 %", "twenty streets",
             "twenty streets with targets of their own", "three targets")


@pytest.mark.parametrize(("case", "slide"), [*((c, False) for c in CASES), *((c, True) for c in ON_SLIDES)])
def test_words_neither_touch_nor_leave_the_sheet(case: str, slide: bool) -> None:
    plan, as_of, changed = CASES[case]
    records = records_of([]) if changed is None else steady(plan, _totals(plan, **changed))
    context = Context(plan, as_of, complete=False, sample=True, slide=slide)
    for chart in draw_all(figures_of(records, context), context):
        boxes = _boxes(chart.figure)
        assert boxes, chart.name
        width, height = chart.figure.bbox.width, chart.figure.bbox.height
        outside = [text for text, *edges in boxes if not _inside(edges, width, height)]
        assert not outside, f"{chart.name}: {outside}"
        touching = [(a[0], b[0]) for a, b in combinations(boxes, 2) if _touch(a, b)]
        assert not touching, f"{chart.name}: {touching}"


@pytest.mark.parametrize("slide", [False, True], ids=["page", "slide"])
def test_sheets_have_the_size_of_their_medium(slide: bool) -> None:
    context = Context(PUTUO, date(2021, 12, 31), slide=slide)
    for chart in draw_all(figures_of(steady(PUTUO, _totals(PUTUO)), context), context):
        width, height = (side * 25.4 for side in chart.figure.get_size_inches())
        if slide:
            assert width / height == pytest.approx(16 / 9, rel=0.01)
        else:
            assert width == pytest.approx(156)  # A4 less 28 and 26 mm (GB/T 9704-2012)
            assert height <= 215, chart.name  # A4 less 37 and 35 mm, and a heading


def _boxes(figure: Figure) -> list[tuple[str, float, float, float, float]]:
    """Every text with the area of its characters: from matplotlib's own width, and the em box around the baseline."""
    with use_style():
        FigureCanvasAgg(figure)
        renderer = figure.canvas.get_renderer()
        boxes = []
        for text in (t for ax in figure.axes for t in ax.texts if t.get_text()):
            extent, size = text.get_window_extent(renderer), text.get_fontsize() * figure.dpi / 72
            baseline = text.get_transform().transform(text.get_position())[1]
            boxes.append((text.get_text(), extent.x0, baseline - 0.12 * size, extent.x1, baseline + 0.84 * size))
    return boxes


def _inside(edges: list[float], width: float, height: float) -> bool:
    left, bottom, right, top = edges
    return left > -0.5 and bottom > -0.5 and right < width + 0.5 and top < height + 0.5


def _touch(a: tuple[str, float, float, float, float], b: tuple[str, float, float, float, float]) -> bool:
    slack = 0.6  # pixels at 100 dpi, 0.15 mm
    return min(a[3], b[3]) - max(a[1], b[1]) > slack and min(a[4], b[4]) - max(a[2], b[2]) > slack
