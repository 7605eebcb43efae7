"""explorer.html and the exported notebooks, opened as the recipient of an e-mail would."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page

from analysis.explorer import write_explorer
from analysis.figures import Figures, figures
from analysis.notebooks import run_notebooks
from analysis.pipeline import read_folder
from analysis.plan import load_plan

SAMPLE = Path(__file__).parents[2] / "raw_exports" / "sample"


@pytest.fixture(scope="module")
def month() -> Figures:
    plan = load_plan()
    return figures(read_folder(SAMPLE, plan), plan)


@pytest.fixture(scope="module")
def notebook_pages(month: Figures, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return run_notebooks(month, SAMPLE, tmp_path_factory.mktemp("notebooks"))


@pytest.fixture
def explorer(month: Figures, tmp_path: Path, page: Page) -> Page:
    path = tmp_path / "explorer.html"
    write_explorer(month, path)
    assert path.stat().st_size < 3_000_000
    page.goto(path.as_uri())
    return page


def matrix(page: Page) -> pd.DataFrame:
    rows = page.locator("#matrix tr").all()
    cells = [[c.inner_text() for c in r.locator("th, td").all()] for r in rows]
    frame = pd.DataFrame(cells[1:], columns=cells[0]).set_index("场景")
    return frame.map(lambda t: float(t.replace(",", "")))


def test_the_page_shows_the_figures_of_the_tables(explorer: Page, month: Figures, away: list[str]) -> None:
    shown = matrix(explorer)
    expected = month.scenarios.set_index("scenario")
    assert (shown["合计"].drop("活动合计") == expected["person_times"]).all()
    assert shown.loc["活动合计", "合计"] == month.progress["person_times"].sum()
    by_street = month.progress.set_index("street")["person_times"]
    assert (shown.loc["活动合计"].drop("合计") == by_street).all()
    assert away == []
    assert "演示数据" in explorer.inner_text("#marks")


def test_fractional_counting_is_that_of_the_tables(explorer: Page, month: Figures) -> None:
    explorer.select_option("#counting", "fractional")
    shown = matrix(explorer)["合计"].drop("活动合计")
    expected = month.scenarios.set_index("scenario")["fractional"]
    assert ((shown - expected).abs() < 0.06).all()
    assert "均摊" in explorer.inner_text("#how")


def test_what_did_a_street_do_in_the_second_quarter(explorer: Page, month: Figures) -> None:
    for street in month.plan.street_names:
        if street != "桃浦":
            explorer.get_by_label(street, exact=True).uncheck()
    explorer.select_option("#period", label="2021年第二季度")
    rows = month.records[(month.records["street"] == "桃浦") & (month.records["activity_date"] <= "2021-06-30")]
    assert f"共{len(rows)}场、{int(rows['person_times'].sum())}人次" in explorer.inner_text("#sentence")
    done = {s for text in rows["scenarios"].astype(str) for s in text.split("、")}
    shown = matrix(explorer)["桃浦"].drop("活动合计")
    assert set(shown[shown > 0].index) == done


def test_which_street_never_did_a_scenario(explorer: Page, month: Figures) -> None:
    explorer.select_option("#period", label="4月")
    april = month.records[month.records["activity_date"] <= "2021-04-30"]
    did = set(april.loc[april["scenarios"].astype(str).str.contains("亮码"), "street"].astype(str))
    none = [s for s in month.plan.street_names if s not in did]
    text = explorer.inner_text("#missing")
    assert (f"亮码：{'、'.join(none)}" in text) if none else ("亮码" not in text)


def test_who_assists_most(explorer: Page, month: Figures) -> None:
    p = month.progress.set_index("street")
    best = (p["assistance"] / (p["training"] + p["assistance"])).idxmax()
    assert f"帮办占比最高的是{best}" in explorer.inner_text("#sentence")
    assert explorer.locator("#services tbody tr").first.inner_text().startswith(best)


def test_the_keyboard_reaches_every_control_and_reset_restores(explorer: Page) -> None:
    before = explorer.inner_text("#sentence")
    count = explorer.locator("#controls input, #controls select, #controls button").count()
    reached = set()
    for _ in range(count + 3):
        explorer.keyboard.press("Tab")
        reached.add(
            explorer.evaluate(
                "[...document.querySelectorAll('#controls input, #controls select, #controls button')].indexOf(document.activeElement)"
            )
        )
    assert set(range(count)) <= reached
    explorer.get_by_label("曹杨", exact=True).uncheck()
    assert explorer.inner_text("#sentence") != before
    explorer.click("#restore")
    assert explorer.inner_text("#sentence") == before


def test_exported_notebooks_open_offline(notebook_pages: list[Path], page: Page, away: list[str]) -> None:
    assert len(notebook_pages) == 5
    for path in notebook_pages:
        text = path.read_text(encoding="utf-8")
        assert str(SAMPLE.parent.parent) not in text, f"{path.name} holds a path of this machine"
        page.goto(path.as_uri())
        assert page.locator("h1").first.is_visible()
        assert "演示数据" in page.inner_text("[role=note]")
        assert not page.locator(".input pre").first.is_visible()
        for image in page.locator("main img").all():
            assert image.get_attribute("alt")
            assert image.evaluate("i => i.complete && i.naturalWidth > 300")
        page.click("#toggle")
        assert page.locator(".input pre").first.is_visible()
        page.set_viewport_size({"width": 390, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 400, f"{path.name} is wider than a phone"
        page.set_viewport_size({"width": 1280, "height": 1400})
    assert away == []


def test_tables_of_an_exported_notebook_can_be_sorted(month: Figures, notebook_pages: list[Path], page: Page) -> None:
    path = next(p for p in notebook_pages if p.stem == "02_street_progress")
    page.goto(path.as_uri())
    table = page.locator("table.sortable").first
    table.get_by_role("button", name="人次", exact=True).click()
    column = [int(c.inner_text().replace(",", "")) for c in table.locator("tbody td:nth-child(3)").all()]
    assert column == sorted(column)
    assert sum(column) == month.progress["person_times"].sum()
