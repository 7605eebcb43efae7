"""reports/<as-of>/: the month's outputs, one step a line."""

from __future__ import annotations

import logging
import shutil
import tempfile
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from analysis import briefing, briefing_docx, chart_pack, explorer, outputs, tables
from analysis.charts import Context, draw_all, save_all
from analysis.figures import Figures
from analysis.notebooks import run_notebooks
from analysis.summary import summary

LOG = logging.getLogger("suishenxue")


def write_report(figures: Figures, folder: Path, raw: Path, notebooks: bool = True) -> Path:
    """Write everything of one month into a folder; it replaces an earlier run only once it is complete.

    Parameters
    ----------
    figures : all figures as of a day.
    folder : where the month's outputs belong, e.g. reports/2021-06-30.
    raw : the folder of exports, which the notebooks read again.
    notebooks : also execute the notebooks and export them as HTML.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".report-") as work:
        new = Path(work) / folder.name
        new.mkdir()
        log = _log_to(new / "log.txt")
        with ThreadPoolExecutor(1) as background:
            running = background.submit(run_notebooks, figures, raw, new / "notebooks") if notebooks else None
            _write_all(figures, new)
            _wait(running)
        log.close()
        LOG.removeHandler(log)
        if folder.exists():
            shutil.rmtree(folder)
        new.replace(folder)
    return folder


def _write_all(figures: Figures, folder: Path) -> None:
    LOG.info(summary(figures.cleaned, figures.as_of))
    outputs.write_tables({**figures.tables(), **outputs.check_tables(figures.cleaned)}, folder / "data")
    outputs.write_run(outputs.run_record(figures.cleaned, figures.plan, figures.as_of), folder / "data")
    context = Context(figures.plan, figures.as_of, figures.cleaned.complete, figures.cleaned.sample)
    charts = draw_all(figures, context)
    save_all(charts, folder / "charts")
    LOG.info("图 %d 张", len(charts))
    chart_pack.write_chart_pack(folder / "charts", charts, folder / "charts.pdf")
    briefing.write_pdf(figures, charts, folder / "charts", folder / "briefing.pdf")
    briefing_docx.write_docx(figures, charts, folder / "charts", folder / "briefing.docx")
    tables.write_xlsx(figures, folder / "tables.xlsx")
    explorer.write_explorer(figures, folder / "explorer.html")
    LOG.info("简报、表格、网页已生成")


def _wait(running: Future[list[Path]] | None) -> None:
    if running is not None:
        LOG.info("笔记本 %d 本", len(running.result()))


def _log_to(path: Path) -> logging.Handler:
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%Y-%m-%d %H:%M:%S"))
    LOG.addHandler(handler)
    LOG.setLevel(logging.INFO)
    return handler
