"""The briefing of the sample: three to five pages at every date that matters, and one clear page on what lies ahead."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pymupdf
import pytest

from analysis import briefing
from analysis.charts import Context, draw_all, save
from analysis.figures import Figures, figures
from analysis.pipeline import Folder, read_folder
from analysis.plan import load_plan

SAMPLE = Path(__file__).parent.parent / "raw_exports" / "sample"
PLAN = load_plan()


@pytest.fixture(scope="module")
def folder() -> Folder:
    return read_folder(SAMPLE, PLAN)


def pages(month: Figures, out: Path) -> list[str]:
    charts = draw_all(month, Context(PLAN, month.as_of, month.cleaned.complete, month.cleaned.sample))
    for chart in charts:
        save(chart, out)
    briefing.write_pdf(month, charts, out, out / "briefing.pdf")
    return [re.sub(r"\s", "", page.get_text()) for page in pymupdf.open(out / "briefing.pdf")]


@pytest.mark.parametrize(("as_of", "known_by"), [
    (date(2021, 6, 30), None), (date(2021, 8, 31), date(2021, 9, 5)), (date(2021, 9, 30), date(2021, 10, 9)),
    (date(2021, 12, 31), None)])
def test_three_to_five_pages(folder: Folder, tmp_path: Path, as_of: date, known_by: date | None) -> None:
    month = figures(folder, PLAN, as_of, known_by)
    told = pages(month, tmp_path)
    assert 3 <= len(told) <= 5
    if as_of != date(2021, 8, 31):
        assert not any("节奏：要多快才来得及" in page for page in told)
        return
    (ahead,) = [page for page in told if "展望：到9月30日能否完成" in page]
    lacking = f"{month.entry['missing'].sum():,}人次"
    assert "八成" in ahead  # of the chart's fan
    for words in ("节奏：要多快才来得及", "各街镇的节奏（截至2021年8月31日）", "落后还是未录入：", f"约有{lacking}可能尚未录入",
                  f"可能尚未录入的约{lacking}", "换一种序时算法："):
        assert words in ahead, words


def test_every_output_shows_the_same_outlook(folder: Folder) -> None:
    """Charts, briefing and tables take the frames of `Figures`; what is not entered yet counts in them."""
    month = figures(folder, PLAN, date(2021, 8, 31), date(2021, 9, 5))
    assert month.outlook is month.outlook
    chart = next(c for c in draw_all(month, Context(PLAN, month.as_of)) if c.name == "outlook")
    assert chart.table is month.outlook
    last = month.fan[(month.fan["date"] == "2021-09-30") & (month.fan["street"] == "全区")].iloc[0]
    whole = month.outlook.set_index("street").loc["全区"]
    assert [last[c] for c in ("low80", "median", "high80")] == [whole[c] for c in ("low80", "median", "high80")]
    assert month.missing["missing"].sum() > 100
