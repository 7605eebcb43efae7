"""JupyterLab on loopback, driven as the analyst would: open, run all, choose, export."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
NAMES = sorted(p.name for p in NOTEBOOKS.glob("*.ipynb"))
PATIENCE = 120_000


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A server with copies of the notebooks; its address and folder."""
    folder = tmp_path_factory.mktemp("lab")
    for name in NAMES:
        text = (NOTEBOOKS / name).read_text(encoding="utf-8")
        (folder / name).write_text(
            text.replace('out = \\"reports\\"', f'out = \\"{folder.as_posix()}\\"'), encoding="utf-8"
        )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        "--ip=127.0.0.1",
        f"--port={port}",
        "--ServerApp.port_retries=0",
        "--IdentityProvider.token=",
        f"--ServerApp.root_dir={folder}",
        "--LabApp.news_url=",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    environment = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8"}
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
    page.goto(f"{address}/lab/tree/{name}?reset")
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=PATIENCE)
    expect(page.locator("#jp-main-statusbar")).to_contain_text("Idle", timeout=PATIENCE)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator(".lm-Menu-itemLabel", has_text=re.compile("^Run All Cells$")).click()
    page.wait_for_function(
        """() => {
        const cells = [...document.querySelectorAll('.jp-CodeCell')];
        return cells.length && cells.every(c => /\\[\\d+\\]/.test(c.querySelector('.jp-InputPrompt')?.textContent || ''));
    }""",
        timeout=PATIENCE,
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_runs_without_error_and_shows_its_charts(
    page: Page, lab: tuple[str, Path], name: str, away: list[str]
) -> None:
    open_and_run(page, lab[0], name)
    assert (
        page.locator(
            "[data-mime-type='application/vnd.jupyter.error'], [data-mime-type='application/vnd.jupyter.stderr']"
        ).count()
        == 0
    )
    expect(page.locator("[role=note]").first).to_contain_text("演示数据", timeout=PATIENCE)
    for image in page.locator(".jp-OutputArea-output img").all():
        assert image.evaluate("i => i.naturalWidth") > 200
    assert not [u for u in away if "127.0.0.1" not in u and not u.startswith("https://jupyterlab")]


def test_choosing_changes_sentence_table_and_chart_and_export_writes_files(page: Page, lab: tuple[str, Path]) -> None:
    address, folder = lab
    open_and_run(page, address, "04_scenario_explorer.ipynb")
    sentence = page.locator(".sentence")
    expect(sentence).to_be_visible(timeout=PATIENCE)
    before, image = sentence.inner_text(), page.locator("img.widget-image").get_attribute("src")
    streets = page.locator(".widget-select-multiple", has_text="街镇").locator("select")
    streets.select_option("桃浦")
    expect(sentence).not_to_have_text(before, timeout=PATIENCE)
    expect(page.locator("img.widget-image")).not_to_have_attribute("src", image or "", timeout=PATIENCE)
    page.get_by_role("button", name="导出当前选择").click()
    expect(page.get_by_text("已写入：")).to_be_visible(timeout=PATIENCE)
    assert {p.suffix for p in folder.glob("场景探索_*")} == {".xlsx", ".pdf"}
    page.get_by_role("button", name="恢复全部").click()
    expect(sentence).to_have_text(before, timeout=PATIENCE)


def test_the_keyboard_alone_reaches_every_control(page: Page, lab: tuple[str, Path]) -> None:
    open_and_run(page, lab[0], "04_scenario_explorer.ipynb")
    expect(page.locator(".sentence")).to_be_visible(timeout=PATIENCE)
    page.locator(".widget-dropdown select").first.focus()
    controls = ".jupyter-widgets select, .jupyter-widgets input, button.jupyter-button"
    count = page.locator(controls).count()
    reached = {0}
    for _ in range(count + 2):
        page.keyboard.press("Tab")
        reached.add(page.evaluate(f"[...document.querySelectorAll({controls!r})].indexOf(document.activeElement)"))
    assert set(range(count)) <= reached
