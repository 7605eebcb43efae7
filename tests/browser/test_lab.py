"""JupyterLab on loopback, driven as the analyst would: open, run all, choose, sort, export."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import nbformat
import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect

PROJECT = Path(__file__).parents[2]
NAMES = sorted(p.name for p in (PROJECT / "notebooks").glob("*.ipynb"))
PATIENCE = 120_000
ALL_RAN = """() => jupyterapp.shell.currentWidget.content.widgets.every(
    cell => cell.model.type !== "code" || cell.model.executionCount && cell.model.executionState !== "running")"""
CONTROLS = ".jupyter-widgets select, .jupyter-widgets input, button.jupyter-button"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A server as `make lab` starts it, on copies of notebooks and method; its address and folder."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(PROJECT / "docs", folder / "docs")
    (folder / "notebooks").mkdir()
    for name in NAMES:
        notebook = nbformat.read(PROJECT / "notebooks" / name, as_version=4)
        for cell in (c for c in notebook.cells if c.cell_type == "code"):
            cell.update(execution_count=None, outputs=[])  # what the tests see comes from their own run
            cell.source = cell.source.replace('out = "reports"', f'out = "{(folder / "out").as_posix()}"')
        nbformat.write(notebook, folder / "notebooks" / name)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "jupyterlab", f"--config={PROJECT / 'lab' / 'jupyter_lab_config.py'}", "--no-browser",
        "--allow-root", f"--port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token=",
        f"--ServerApp.root_dir={folder}", "--LabApp.expose_app_in_browser=True",
    ]
    environment = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8",
                   **{k: v for k, v in os.environ.items() if k == "PYTHONPATH"}}
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment)
    assert server.stderr
    for line in server.stderr:
        if f"127.0.0.1:{port}" in line:
            break
    yield f"http://127.0.0.1:{port}", folder
    server.terminate()
    server.communicate(timeout=30)
    shutil.rmtree(folder, ignore_errors=True)


def open_and_run(page: Page, address: str, name: str) -> None:
    urllib.request.urlopen(f"{address}/api", timeout=30).read()
    page.goto(f"{address}/lab/tree/notebooks/{name}?reset")
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=PATIENCE)
    expect(page.locator("#jp-main-statusbar")).to_contain_text(re.compile("Idle|空闲"), timeout=PATIENCE)
    page.locator(".lm-MenuBar-itemLabel", has_text=re.compile("^(Run|运行)$")).click()
    page.locator(".lm-Menu-item[data-command='runmenu:run-all']").click()
    page.wait_for_function(ALL_RAN, timeout=PATIENCE)


def column(table: Locator, number: int) -> list[int]:
    return [int(c.inner_text().replace(",", "")) for c in table.locator(f"tbody td:nth-child({number})").all()]


def chart(page: Page) -> Locator:
    return page.locator(".jupyter-widgets .chart img")


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_runs_without_error_and_shows_its_charts(
    page: Page, lab: tuple[str, Path], name: str, away: list[str]
) -> None:
    open_and_run(page, lab[0], name)
    said = "[data-mime-type='application/vnd.jupyter.error'], [data-mime-type='application/vnd.jupyter.stderr']"
    assert page.locator(said).count() == 0
    expect(page.locator("[role=note]").first).to_contain_text("演示数据", timeout=PATIENCE)
    for image in page.locator(".jp-OutputArea-output img").all():
        assert image.evaluate("i => i.naturalWidth") > 200
        assert image.get_attribute("alt")
    assert away == [], "JupyterLab asked for something beyond this machine"


def test_choosing_changes_sentence_table_and_chart_and_export_writes_files(page: Page, lab: tuple[str, Path]) -> None:
    address, folder = lab
    open_and_run(page, address, "04_scenario_explorer.ipynb")
    sentence, table = page.locator(".sentence"), page.locator(".jupyter-widgets table.sortable")
    expect(sentence).to_contain_text("人次", timeout=PATIENCE)
    before, drawn = sentence.text_content() or "", chart(page).get_attribute("src")
    columns = table.locator("th").count()
    page.get_by_label("桃浦", exact=True).check()
    expect(sentence).to_contain_text("桃浦", timeout=PATIENCE)
    expect(table.locator("th")).to_have_count(2, timeout=PATIENCE)
    expect(chart(page)).not_to_have_attribute("src", drawn or "", timeout=PATIENCE)
    page.get_by_label("时间").select_option(label="2021年第二季度")
    expect(sentence).to_contain_text("2021年4月1日至6月30日", timeout=PATIENCE)
    page.get_by_role("button", name="导出当前选择").click()
    expect(page.get_by_text("已写入")).to_be_visible(timeout=PATIENCE)
    written = sorted((folder / "out").glob("场景探索_*桃浦*"))
    assert [p.suffix for p in written] == [".pdf", ".xlsx"]
    cells = [c for row in openpyxl.load_workbook(written[1])["选择"].iter_rows(min_row=2, values_only=True) for c in row]
    assert cells[1::2] == column(table, 2)
    page.get_by_role("button", name="恢复全部").click()
    expect(sentence).to_have_text(before, timeout=PATIENCE)
    expect(table.locator("th")).to_have_count(columns, timeout=PATIENCE)


def test_days_measure_and_hiding_follow_at_once(page: Page, lab: tuple[str, Path]) -> None:
    open_and_run(page, lab[0], "04_scenario_explorer.ipynb")
    sentence, table = page.locator(".sentence"), page.locator(".jupyter-widgets table.sortable")
    page.get_by_label("时间").select_option(label="2021年第二季度")
    expect(sentence).to_contain_text("2021年4月1日至6月30日", timeout=PATIENCE)
    page.get_by_label("从", exact=True).fill("2021-05-01")
    expect(sentence).to_contain_text("2021年5月1日至6月30日", timeout=PATIENCE)
    expect(page.get_by_label("时间").locator("option:checked")).to_contain_text("自定", timeout=PATIENCE)
    page.get_by_label("数值").select_option(label="占比")
    expect(table.locator("tbody td").nth(1)).to_contain_text("%", timeout=PATIENCE)
    page.get_by_label("隐去少于5场的格").check()
    expect(page.get_by_text("空格就是隐去的")).to_be_visible(timeout=PATIENCE)
    assert "" in table.locator("tbody td").all_text_contents()


def test_a_click_or_the_enter_key_on_a_title_sorts_a_table(page: Page, lab: tuple[str, Path]) -> None:
    open_and_run(page, lab[0], "02_street_progress.ipynb")
    table = page.locator(".jp-OutputArea-output table.sortable").first
    title = table.get_by_role("button", name="人次", exact=True)
    title.click()
    up = column(table, 3)
    assert up == sorted(up)
    assert len(set(up)) > 1
    title.press("Enter")
    assert column(table, 3) == sorted(up, reverse=True)


def test_a_table_of_the_controls_sorts_too(page: Page, lab: tuple[str, Path]) -> None:
    open_and_run(page, lab[0], "04_scenario_explorer.ipynb")
    table = page.locator(".jupyter-widgets table.sortable")
    expect(table).to_be_visible(timeout=PATIENCE)
    table.get_by_role("button", name="桃浦").click()
    shown = column(table, 11)
    assert shown == sorted(shown)


def test_the_code_can_be_copied_and_runs_in_a_new_cell(page: Page, lab: tuple[str, Path]) -> None:
    open_and_run(page, lab[0], "04_scenario_explorer.ipynb")
    page.get_by_label("桃浦", exact=True).check()
    code = page.locator(".copy-code pre")
    expect(code).to_contain_text("streets=['桃浦']", timeout=PATIENCE)
    page.get_by_role("button", name="复制", exact=True).click()
    expect(page.get_by_role("button", name="已复制")).to_be_visible(timeout=PATIENCE)
    copied = page.evaluate("getSelection().toString()")
    assert copied.strip() == (code.text_content() or "").strip()
    page.evaluate("""async source => {
        const cells = jupyterapp.shell.currentWidget.content;
        cells.activeCellIndex = cells.widgets.length - 1;
        await jupyterapp.commands.execute("notebook:insert-cell-below");
        cells.activeCell.model.sharedModel.setSource(source);
        await jupyterapp.commands.execute("notebook:run-cell");
    }""", copied)
    result = page.locator(".jp-CodeCell").last.locator("table.dataframe")
    expect(result).to_be_visible(timeout=PATIENCE)
    assert "桃浦" in (result.text_content() or "")


def test_a_figure_links_to_its_definition(page: Page, lab: tuple[str, Path]) -> None:
    open_and_run(page, lab[0], "02_street_progress.ipynb")
    page.get_by_role("link", name="完成率、缺口、所需日均").click()
    definition = page.locator(".jp-MarkdownViewer h3", has_text="完成率、缺口、所需日均")
    expect(definition).to_be_in_viewport(timeout=PATIENCE)


def test_the_keyboard_alone_reaches_every_control(page: Page, lab: tuple[str, Path]) -> None:
    open_and_run(page, lab[0], "04_scenario_explorer.ipynb")
    expect(page.locator(".sentence")).to_be_visible(timeout=PATIENCE)
    page.locator(".widget-dropdown select").first.focus()
    count = page.locator(CONTROLS).count()
    place = f"[...document.querySelectorAll({CONTROLS!r})].indexOf(document.activeElement)"
    reached = {0}
    for _ in range(count + 12):  # a date takes Tab four times
        page.keyboard.press("Tab")
        reached.add(page.evaluate(place))
    assert set(range(count)) <= reached
    page.get_by_label("桃浦", exact=True).focus()
    page.keyboard.press("Space")
    expect(page.locator(".sentence")).to_contain_text("桃浦", timeout=PATIENCE)
