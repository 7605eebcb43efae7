"""Execute the notebooks on a month's exports and export them as offline HTML pages."""

from __future__ import annotations

import html
import os
import re
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from analysis.figures import Figures

FOLDER = Path(__file__).parent.parent / "notebooks"
METHOD = Path(__file__).parent.parent / "docs" / "method.md"
WIDGET = "application/vnd.jupyter.widget-view+json"
LAB_ONLY = {"parameters", "injected-parameters", "lab-only"}
NO_WIDGET = (
    "<p>这里的选项要在 JupyterLab 里操作（make lab）。不装 JupyterLab，也可以在"
    '<a href="../explorer.html">场景查询</a>（explorer.html）里按街镇、场景、时间查。</p>'
)
PAGE = Path(__file__).parent / "notebook_page.html"


def run_notebooks(figures: Figures, raw: Path, folder: Path, workers: int = 2) -> list[Path]:
    """Run every notebook with the month's parameters and write <name>.html, with the method they link to beside them.

    Parameters
    ----------
    figures : as-of date, known-by date and plan are handed to the notebooks.
    raw : folder of exports.
    folder : where the pages go.

    Returns
    -------
    The pages of the notebooks.

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
    with ProcessPoolExecutor(workers, initializer=_prepare) as pool:
        method = pool.submit(_write_method, folder / "method.html")
        pages = list(pool.map(partial(_run, parameters=parameters, folder=folder), names))
        method.result()
        return pages


def _prepare() -> None:
    """Kernels inherit this process's standard error and would write their warnings between the analyst's lines."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]  # a second to import; it only checks addresses


def _write_method(path: Path) -> None:
    path.write_text(method_page(), encoding="utf-8")


def _run(path: Path, parameters: dict[str, object], folder: Path) -> Path:
    from papermill.execute import PapermillExecutionError, execute_notebook

    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
    executed = folder / f".{path.name}"
    try:
        execute_notebook(
            str(path), str(executed), parameters, kernel_name="python3", progress_bar=False, cwd=str(FOLDER)
        )
        target = folder / f"{path.stem}.html"
        target.write_text(page_of(_read(executed), path.stem), encoding="utf-8")
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
    return _page(body.replace('href="../docs/method.md', 'href="method.html'), _title(notebook, name), name)


def method_page() -> str:
    """docs/method.md as a page; links to files that are not beside it become plain text."""
    from nbconvert.filters.markdown_mistune import markdown2html_mistune

    body = markdown2html_mistune(METHOD.read_text(encoding="utf-8"))
    body = re.sub(r'<a href="(?!#)[^"]*">(.*?)</a>', r"\1", body)
    return _page(f'<article class="method">{body}</article>', "方法：每个数字怎么来", "method")


def _page(body: str, title: str, name: str) -> str:
    pages = [*((p.stem, _title(_read(p), p.stem).partition("：")[0]) for p in sorted(FOLDER.glob("*.ipynb"))), ("method", "方法")]
    links = [f'<a href="{stem}.html"{" aria-current=page" if stem == name else ""}>{html.escape(text)}</a>' for stem, text in pages]
    links.append('<a href="../explorer.html">场景查询</a>')
    page = PAGE.read_text(encoding="utf-8")
    for mark, text in (("title", html.escape(title)), ("links", "\n".join(links)), ("body", body)):
        page = page.replace("{{" + mark + "}}", text)
    return page


def _read(path: Path) -> Any:
    import nbformat

    return nbformat.read(path, as_version=4)


def _title(notebook: Any, name: str) -> str:
    return next((c.source.splitlines()[0].lstrip("# ") for c in notebook.cells if c.cell_type == "markdown"), name)


def _without_parameters(notebook: Any) -> Any:
    """Cells for JupyterLab only, and those that papermill adds, which hold paths of this machine, stay out of the page."""
    from copy import deepcopy

    shown = deepcopy(notebook)
    shown.metadata.pop("widgets", None)
    shown.cells = [c for c in shown.cells if not LAB_ONLY & set(c.metadata.get("tags", []))]
    for output in (o for c in shown.cells for o in c.get("outputs", [])):
        if WIDGET in output.get("data", {}):
            output["data"] = {"text/html": NO_WIDGET}
    return shown

