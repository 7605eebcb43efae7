"""explorer.html and the exported notebooks, opened as the recipient of an e-mail would."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from analysis.explore import Choice
from analysis.explore.words import sentence
from analysis.explorer import write_explorer
from analysis.figures import Figures, figures
from analysis.notebooks import run_notebooks
from analysis.outputs import write_tables
from analysis.participation import matrix, not_offered, participation, service_mix
from analysis.pipeline import read_folder
from analysis.plan import load_plan
from tests.made_records import made

SAMPLE = Path(__file__).parents[2] / "raw_exports" / "sample"
CONTROLS = "#controls input, #controls select, #controls button"
MEASURES = {"n": "person_times", "a": "activities", "per": "per_activity", "share": "share"}
SECOND_QUARTER = {"start": date(2021, 4, 1), "end": date(2021, 6, 30)}


@pytest.fixture(scope="module")
def month() -> Figures:
    plan = load_plan()
    return figures(read_folder(SAMPLE, plan), plan)


@pytest.fixture(scope="module")
def notebook_pages(month: Figures, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return run_notebooks(month, SAMPLE, tmp_path_factory.mktemp("report") / "notebooks")


def opened(page: Page, month: Figures, folder: Path) -> Page:
    path = folder / "explorer.html"
    write_explorer(month, path)
    assert path.stat().st_size < 3_000_000
    page.goto(path.as_uri())
    return page


@pytest.fixture
def explorer(month: Figures, tmp_path: Path, page: Page) -> Page:
    return opened(page, month, tmp_path)


def table_of(page: Page, selector: str) -> pd.DataFrame:
    """A table as it is shown, with its first column as index; numbers as numbers, shares as fractions."""
    lines = page.locator(selector).locator("tr").evaluate_all("rows => rows.map(r => [...r.cells].map(c => c.textContent))")
    frame = pd.DataFrame(lines[1:], columns=lines[0])
    return frame.set_index(frame.columns[0]).map(number)


def number(text: str) -> float | str | None:
    plain = text.replace(",", "").replace("%", "")
    if not plain.replace(".", "", 1).isdigit():
        return text or None
    return float(plain) / (100 if text.endswith("%") else 1)


def choose(page: Page, *names: str) -> None:
    for name in names:
        page.get_by_label(name, exact=True).check()


def test_the_page_shows_the_figures_of_the_csv_files(
    explorer: Page, month: Figures, away: list[str], tmp_path: Path
) -> None:
    write_tables(month.tables(), tmp_path)
    scenarios = pd.read_csv(tmp_path / "scenarios.csv", encoding="utf-8-sig").set_index("scenario")
    progress = pd.read_csv(tmp_path / "progress.csv", encoding="utf-8-sig").set_index("street")
    shown = table_of(explorer, "#matrix")
    assert shown["合计"].drop("活动合计").to_dict() == scenarios["person_times"].to_dict()
    assert shown.loc["活动合计"].drop("合计").to_dict() == progress["person_times"].to_dict()
    explorer.select_option("#measure", "a")
    shown = table_of(explorer, "#matrix")
    assert shown["合计"].drop("活动合计").to_dict() == scenarios["activities"].to_dict()
    assert shown.loc["活动合计"].drop("合计").to_dict() == progress["activities"].to_dict()
    services = table_of(explorer, "#services").loc[progress.index]
    assert services[["培训", "帮办", "合计"]].to_numpy().tolist() == (
        progress[["training", "assistance", "person_times"]].to_numpy().tolist())
    assert away == []
    assert "演示数据" in explorer.inner_text("#marks")


@pytest.mark.parametrize(("ticked", "settings", "filters"), [
    ((), {}, {}),
    ((), {"counting": "fractional"}, {"counting": "fractional"}),
    (("桃浦", "曹杨"), {"period": "2021年第二季度"}, {"streets": ["曹杨", "桃浦"], **SECOND_QUARTER}),
    (("亮码", "就医"), {"service": "帮办", "counting": "fractional"},
     {"scenarios": ["就医", "亮码"], "services": ["帮办"], "counting": "fractional"}),
    (("长寿",), {"venue": "老年活动室", "period": "2021年9月"},
     {"streets": ["长寿"], "venue_types": ["老年活动室"], "start": date(2021, 9, 1), "end": date(2021, 9, 30)}),
])
@pytest.mark.parametrize("measure", MEASURES)
def test_filters_give_the_figures_of_the_library(
    explorer: Page, month: Figures, ticked: tuple[str, ...], settings: dict[str, str], filters: dict[str, object], measure: str
) -> None:
    choose(explorer, *ticked)
    for name, label in settings.items():
        explorer.locator(f"#{name}").select_option(value=label if name == "counting" else None,
                                                   label=None if name == "counting" else label)
    explorer.select_option("#measure", measure)
    counted = participation(
        month.records, month.plan, ["scenario", "street"], share_of=["street"], as_of=month.as_of, **filters)  # type: ignore[arg-type]
    expected = matrix(counted, "scenario", "street", MEASURES[measure])
    shown = table_of(explorer, "#matrix").drop(index="活动合计", columns="合计")
    assert list(shown.index) == list(expected.index)
    assert list(shown.columns) == list(expected.columns)
    tolerance = 0.00051 if measure == "share" else 0.051
    gaps = (shown.astype(float) - expected.astype(float)).abs()
    assert gaps.max().max() <= tolerance
    assert (shown.isna() == expected.isna()).all(axis=None)


@pytest.mark.parametrize(("ticked", "settings", "choice"), [
    ((), {}, Choice()),
    (("桃浦",), {"period": "2021年第二季度"}, Choice(streets=("桃浦",), **SECOND_QUARTER)),
    (("曹杨", "甘泉", "石泉", "长风"), {"counting": "各场景均摊"},
     Choice(streets=("曹杨", "甘泉", "石泉", "长风"), counting="fractional")),
    (("安全", "未分类"), {"service": "帮办"}, Choice(scenarios=("安全", "未分类"), services=("帮办",))),
    (("万里",), {"period": "2021年12月", "venue": "养老机构"},
     Choice(streets=("万里",), venue_types=("养老机构",), start=date(2021, 12, 1), end=date(2021, 12, 31))),
])
def test_the_sentence_is_that_of_the_notebook(
    explorer: Page, month: Figures, ticked: tuple[str, ...], settings: dict[str, str], choice: Choice
) -> None:
    choose(explorer, *ticked)
    for name, label in settings.items():
        explorer.locator(f"#{name}").select_option(label=label)
    assert explorer.inner_text("#sentence") == sentence(month, choice)


def test_rows_of_one_person_level_activity_are_one_activity(month: Figures, tmp_path: Path, page: Page) -> None:
    """By hand: a list of three people (two in training, one assisted) and two plain activities."""
    row = {"street": "曹杨", "day": "2021-04-05", "n": 1, "scenarios": "就医", "venue": "甲", "start_time": "09:30"}
    records = made(
        {**row, "training": 1}, {**row, "training": 1}, {**row, "service": "帮办", "training": 0, "assistance": 1},
        {"street": "曹杨", "day": "2021-04-06", "n": 20, "scenarios": "就医、出行"},
        {"street": "桃浦", "day": "2021-05-06", "n": 10, "scenarios": "出行"},
    ).assign(person_level=[True, True, True, False, False], activity="课")
    explorer = opened(page, replace(month, records=records), tmp_path)
    assert explorer.inner_text("#sentence").startswith("普陀区10个街镇，2021年4月1日至12月31日：共3场、33人次")
    explorer.select_option("#measure", "a")
    assert table_of(explorer, "#matrix").loc["就医", ["曹杨", "合计"]].tolist() == [2, 2]
    explorer.select_option("#service", label="帮办")
    assert table_of(explorer, "#matrix").loc["活动合计", ["曹杨", "桃浦", "合计"]].tolist() == [1, 0, 1]


def test_columns_can_be_months_or_venue_types(explorer: Page, month: Figures) -> None:
    for option, dimension in (("month", "month"), ("venue", "venue_type")):
        explorer.select_option("#columns", option)
        expected = matrix(participation(month.records, month.plan, ["scenario", dimension], as_of=month.as_of),
                          "scenario", dimension)
        shown = table_of(explorer, "#matrix").drop(index="活动合计", columns="合计")
        assert shown.astype(int).to_numpy().tolist() == expected.to_numpy().tolist()
        assert list(shown.columns) == list(expected.columns)


def test_which_street_never_did_a_scenario(explorer: Page, month: Figures) -> None:
    assert explorer.inner_text("#missing-answer") == "各街镇都做过10个场景"
    choose(explorer, "亮码")
    assert explorer.inner_text("#missing-answer") == "各街镇都做过亮码"
    explorer.click("#restore")
    explorer.locator("#period").select_option(label="2021年4月")
    never = not_offered(month.records, month.plan, as_of=month.as_of, start=date(2021, 4, 1), end=date(2021, 4, 30))
    assert len(never)
    lists = never.groupby("scenario", sort=False)["street"].agg("、".join)
    text = explorer.inner_text("#missing-answer").removeprefix("没做过的：")
    assert dict(part.split("：") for part in text.split("；")) == lists.to_dict()


def test_who_assists_most(explorer: Page, month: Figures) -> None:
    mix = service_mix(month.records, month.plan, as_of=month.as_of).set_index("street")
    best = mix["assistance_share"].astype(float).idxmax()
    assert f"帮办占比最高的是{best}" in explorer.inner_text("#sentence")
    assert table_of(explorer, "#services").index[0] == best


def test_the_keyboard_alone_chooses_and_reset_restores(explorer: Page) -> None:
    before = explorer.inner_text("#sentence")
    count = explorer.locator(CONTROLS).count()
    reached = set()
    for _ in range(count + 3):
        explorer.keyboard.press("Tab")
        reached.add(explorer.evaluate(f"[...document.querySelectorAll({CONTROLS!r})].indexOf(document.activeElement)"))
    assert set(range(count)) <= reached
    explorer.get_by_label("曹杨", exact=True).focus()
    explorer.keyboard.press("Space")
    assert explorer.inner_text("#sentence").startswith("曹杨，")
    explorer.locator("#restore").focus()
    explorer.keyboard.press("Enter")
    assert explorer.inner_text("#sentence") == before


def test_the_page_fits_a_phone(explorer: Page) -> None:
    explorer.set_viewport_size({"width": 390, "height": 800})
    assert explorer.evaluate("document.documentElement.scrollWidth") <= 390
    for control in explorer.locator(CONTROLS).all():
        box = control.bounding_box()
        assert box
        assert box["x"] + box["width"] <= 390


def test_every_way_of_counting_is_explained(explorer: Page) -> None:
    assert "全计" in explorer.inner_text("#how")
    explorer.select_option("#counting", "fractional")
    choose(explorer, "亮码")
    assert "没选的场景分得的不转移过来" in explorer.inner_text("#how")
    explorer.select_option("#measure", "share")
    explorer.locator("#service").select_option(label="帮办")
    assert "占比的分母" in explorer.inner_text("#how")
    assert "只计帮办的人次" in explorer.inner_text("#how")


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


def test_every_link_of_the_exported_notebooks_leads_somewhere(notebook_pages: list[Path], page: Page) -> None:
    folder = notebook_pages[0].parent
    (folder.parent / "explorer.html").touch()
    page.goto((folder / "method.html").as_uri())
    anchors = set(page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)"))
    for path in notebook_pages:
        page.goto(path.as_uri())
        links = page.evaluate("[...document.querySelectorAll('main a[href], nav a[href]')].map(a => a.getAttribute('href'))")
        assert any(x.startswith("method.html#") for x in links), f"{path.name} links to no definition"
        for link in links:
            file, _, anchor = link.partition("#")
            assert not file or (folder / file).exists(), f"{path.name}: {link}"
            assert file != "method.html" or not anchor or anchor in anchors, f"{path.name}: {link}"
    page.get_by_role("link", name="速度与趋势").or_(page.locator(".definition a")).first.click()
    assert "/method.html#" in page.url


def test_notebooks_and_report_show_the_same_figures(month: Figures, notebook_pages: list[Path], page: Page, tmp_path: Path) -> None:
    write_tables({**month.tables(), "files": month.cleaned.files}, tmp_path)
    csv = {n: pd.read_csv(tmp_path / f"{n}.csv", encoding="utf-8-sig") for n in ("progress", "scenarios", "files")}
    by_name = {p.stem: p for p in notebook_pages}
    page.goto(by_name["02_street_progress"].as_uri())
    shown = table_of(page, "table.sortable >> nth=0").reset_index().set_index("街镇")
    progress = csv["progress"].set_index("street").loc[shown.index]
    assert shown["人次"].tolist() == progress["person_times"].tolist()
    assert shown["缺口"].tolist() == progress["gap"].tolist()
    assert shown["状态"].tolist() == progress["status"].tolist()
    assert (shown["完成率"] - progress["attainment"]).abs().max() < 0.00051
    page.goto(by_name["04_scenario_explorer"].as_uri())
    shown = table_of(page, "table.sortable >> nth=0")
    assert shown[["人次", "场次"]].to_numpy().tolist() == csv["scenarios"][["person_times", "activities"]].to_numpy().tolist()
    page.goto(by_name["01_data_quality"].as_uri())
    shown = table_of(page, "table.sortable >> nth=0")
    assert shown[["行数", "计入", "排除"]].to_numpy().tolist() == csv["files"][["rows", "counted", "excluded"]].to_numpy().tolist()


def test_tables_of_an_exported_notebook_can_be_sorted(month: Figures, notebook_pages: list[Path], page: Page) -> None:
    page.goto(next(p for p in notebook_pages if p.stem == "02_street_progress").as_uri())
    table = page.locator("table.sortable").first
    title = table.get_by_role("button", name="人次", exact=True)
    title.click()
    column = [int(c.inner_text().replace(",", "")) for c in table.locator("tbody td:nth-child(3)").all()]
    assert column == sorted(column)
    assert sum(column) == month.progress["person_times"].sum()
    expect(table.locator("th").nth(2)).to_have_attribute("aria-sort", "ascending")
    title.press("Enter")
    again = [int(c.inner_text().replace(",", "")) for c in table.locator("tbody td:nth-child(3)").all()]
    assert again == column[::-1]
