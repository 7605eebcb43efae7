"""Where the time of `check` and of `report` goes: seconds of each stage, of this process and of its workers."""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Stages:
    """Stages in their order: name, seconds on the clock, processor seconds here and in finished children."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, float, float, float]] = []

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        clock, before = time.perf_counter(), os.times()
        yield
        after = os.times()
        own = after.user + after.system - before.user - before.system
        children = after.children_user + after.children_system - before.children_user - before.children_system
        self.lines.append((name, time.perf_counter() - clock, own, children))

    def table(self) -> str:
        head = "| stage | seconds | CPU here | CPU in workers |\n|---|---|---|---|\n"
        return head + "".join(f"| {n} | {s:.2f} | {own:.2f} | {children:.2f} |\n" for n, s, own, children in self.lines)


def check(folder: Path, out: Path) -> str:
    """The stages of `check`, in the order of the command."""
    stages = Stages()
    with stages.stage("imports"):
        from analysis.figures import figures_of
        from analysis.outputs import check_tables, run_record, write_run, write_tables
        from analysis.pipeline import read_folder, settle
        from analysis.plan import load_plan
        from analysis.summary import summary

        plan = load_plan()
    with stages.stage("reading, in worker processes"):
        read = read_folder(folder, plan)
    with stages.stage("cleaning, versions, ledger"):
        cleaned = settle(read, plan)
    with stages.stage("figures and revisions"):
        month = figures_of(cleaned, plan, cleaned.default_as_of)
        tables = {**month.tables(), **check_tables(cleaned)}
    with stages.stage("writing CSV and run.json, summary"):
        write_tables(tables, out)
        write_run(run_record(cleaned, plan, month.as_of), out)
        summary(cleaned, month.as_of)
    return stages.table()


def report(folder: Path, out: Path) -> str:
    """The stages of `report --skip-notebooks`."""
    stages = Stages()
    with stages.stage("imports"):
        from analysis import briefing, briefing_docx, chart_pack, explorer, outputs, tables
        from analysis.charts import Context, draw_all, save_all
        from analysis.figures import figures
        from analysis.pipeline import read_folder
        from analysis.plan import load_plan

        plan = load_plan()
    with stages.stage("reading, in worker processes"):
        read = read_folder(folder, plan)
    with stages.stage("cleaning and figures, also as last month knew them"):
        month = figures(read, plan)
    with stages.stage("CSV"):
        outputs.write_tables({**month.tables(), **outputs.check_tables(month.cleaned)}, out / "data")
    with stages.stage("charts drawn"):
        charts = draw_all(month, Context(plan, month.as_of, month.cleaned.complete, month.cleaned.sample))
    with stages.stage("charts saved"):
        save_all(charts, out / "charts")
    with stages.stage("chart pack and briefing, PDF"):
        chart_pack.write_chart_pack(out / "charts", charts, out / "charts.pdf")
        briefing.write_pdf(month, charts, out / "charts", out / "briefing.pdf")
    with stages.stage("briefing, Word"):
        briefing_docx.write_docx(month, charts, out / "charts", out / "briefing.docx")
    with stages.stage("tables.xlsx"):
        tables.write_xlsx(month, out / "tables.xlsx")
    with stages.stage("explorer.html"):
        explorer.write_explorer(month, out / "explorer.html")
    return stages.table()


def main() -> None:
    """Print the table of one command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["check", "report"])
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "raw_exports" / "sample")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        print({"check": check, "report": report}[options.command](options.folder, Path(temporary)), end="")


if __name__ == "__main__":
    main()
