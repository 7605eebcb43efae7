"""Execute the notebooks on a month's exports and export them as offline HTML pages."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from analysis.figures import Figures

FOLDER = Path(__file__).parent.parent / "notebooks"
WIDGET = "application/vnd.jupyter.widget-view+json"
NO_WIDGET = "<p><em>这里的选项需在 JupyterLab 中操作（make lab）；不用 JupyterLab 的，可打开 explorer.html。</em></p>"
PAGE = Path(__file__).parent / "notebook_page.html"


def run_notebooks(figures: Figures, raw: Path, folder: Path, workers: int = 2) -> list[Path]:
    """Run every notebook with the month's parameters and write <name>.html.

    Parameters
    ----------
    figures : as-of date, known-by date and plan are handed to the notebooks.
    raw : folder of exports.
    folder : where the pages go.

    Raises
    ------
    RuntimeError : a notebook failed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    known_by = figures.cleaned.known_by
    parameters: dict[str, object] = {
        "raw": str(raw.resolve()),
        "as_of": figures.as_of.isoformat(),
        "plan": str(figures.plan.path.resolve()),
        "known_by": known_by.isoformat() if known_by else None,
        "out": str(folder.parent.resolve()),
    }
    names = sorted(FOLDER.glob("*.ipynb"))
    with ProcessPoolExecutor(workers, initializer=_silent) as pool:
        return list(pool.map(partial(_run, parameters=parameters, folder=folder), names))


def _silent() -> None:
    """Kernels inherit this process's standard error and would write their warnings between the analyst's lines."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def _run(path: Path, parameters: dict[str, object], folder: Path) -> Path:
    import nbformat
    from papermill.execute import PapermillExecutionError, execute_notebook

    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
    executed = folder / f".{path.name}"
    try:
        execute_notebook(
            str(path), str(executed), parameters, kernel_name="python3", progress_bar=False, cwd=str(FOLDER)
        )
        target = folder / f"{path.stem}.html"
        target.write_text(page_of(nbformat.read(executed, as_version=4), path.stem), encoding="utf-8")
    except PapermillExecutionError as error:
        raise RuntimeError(f"笔记本 {path.name} 运行失败：{error.ename}") from error
    finally:
        executed.unlink(missing_ok=True)
    return target


def page_of(notebook: Any, name: str) -> str:
    """A notebook as one self-contained page: code folded away, tables sortable, readable on a phone and in print."""
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(template_name="basic", exclude_input_prompt=True, exclude_output_prompt=True)
    body, _ = exporter.from_notebook_node(_without_parameters(notebook))
    title = next((c.source.splitlines()[0].lstrip("# ") for c in notebook.cells if c.cell_type == "markdown"), name)
    return PAGE.read_text(encoding="utf-8").replace("{{title}}", _escaped(title)).replace("{{body}}", body)


def _without_parameters(notebook: Any) -> Any:
    """The cell that papermill adds holds paths of this machine: it stays out of the page."""
    from copy import deepcopy

    shown = deepcopy(notebook)
    shown.cells = [
        c for c in shown.cells if not {"parameters", "injected-parameters"} & set(c.metadata.get("tags", []))
    ]
    for output in (o for c in shown.cells for o in c.get("outputs", [])):
        if WIDGET in output.get("data", {}):
            output["data"] = {"text/html": NO_WIDGET}
    return shown


def _escaped(text: str) -> str:
    import html

    return html.escape(text)
