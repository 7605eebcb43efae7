"""The command line: read, settle, figures, outputs. Messages to the analyst are in Chinese and never a traceback."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from analysis.pipeline import Cleaned, Folder
    from analysis.plan import Plan

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="“随申学”月度统计：从一堆 Excel 导出到图表、表格和简报。",
)

Raw = Annotated[Path, typer.Argument(help="放导出表的文件夹")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="统计截止日，如 2021-06-30")]
KnownBy = Annotated[str | None, typer.Option("--known-by", help="只用这一天及以前的导出")]
PlanFile = Annotated[Path | None, typer.Option("--plan", help="项目计划文件（TOML）")]
Out = Annotated[Path, typer.Option("--out", help="输出文件夹")]
Strict = Annotated[bool, typer.Option("--strict", help="有严重问题时不出简报，退出码为 1")]
Workers = Annotated[str | None, typer.Option("--workers", help="工作进程数，或集群地址 dask://主机:端口")]
NoCache = Annotated[bool, typer.Option("--no-cache", help="每个文件都重新读，也不留下读取结果")]

DONE, INCOMPLETE, CANNOT_RUN = 0, 1, 2


class Stop(Exception):
    """The command cannot run; the message says why, in Chinese."""


@app.command()
def report(
    raw: Raw = Path("raw_exports"),
    as_of: AsOf = None,
    known_by: KnownBy = None,
    plan: PlanFile = None,
    out: Out = Path("reports"),
    skip_notebooks: Annotated[bool, typer.Option("--skip-notebooks", help="不运行笔记本")] = False,
    strict: Strict = False,
    workers: Workers = None,
    no_cache: NoCache = False,
) -> None:
    """读取导出，生成图表、表格、简报和笔记本。"""
    from analysis.figures import figures
    from analysis.report import write_report
    from analysis.summary import summary

    day, known = _day(as_of), _day(known_by)
    programme, folder = _read(raw, plan, workers, no_cache)
    month = figures(folder, programme, day, known)
    print(summary(month.cleaned, month.as_of))
    if strict and _has_errors(month.cleaned):
        print("有严重问题（见上），按 --strict 未生成简报。", file=sys.stderr)
        raise typer.Exit(INCOMPLETE)
    target = write_report(month, out / month.as_of.isoformat(), raw, notebooks=not skip_notebooks)
    print(f"已写入 {target}")
    raise typer.Exit(DONE if month.cleaned.complete else INCOMPLETE)


@app.command()
def check(
    raw: Raw = Path("raw_exports"),
    as_of: AsOf = None,
    known_by: KnownBy = None,
    plan: PlanFile = None,
    out: Annotated[Path | None, typer.Option("--out", help="把各表写入这个文件夹")] = None,
    dataset: Annotated[
        Path | None, typer.Option("--dataset", help="把清理后的记录写成 Parquet 数据集（按项目、月份分区）")
    ] = None,
    strict: Strict = False,
    workers: Workers = None,
    no_cache: NoCache = False,
) -> None:
    """只读取和清理：读了什么、计入什么、排除什么、为什么。"""
    from analysis.figures import figures_of
    from analysis.outputs import check_tables, run_record, write_run, write_tables
    from analysis.pipeline import settle
    from analysis.summary import summary

    asked, known = _day(as_of), _day(known_by)
    programme, folder = _read(raw, plan, workers, no_cache)
    cleaned = settle(folder, programme, known)
    day = asked or cleaned.default_as_of
    if out:
        month = figures_of(cleaned, programme, day)
        write_tables({**month.tables(), **check_tables(cleaned)}, out)
        write_run(run_record(cleaned, programme, day), out)
    if dataset:
        _write_dataset(cleaned, programme, dataset)
    print(summary(cleaned, day))
    failed = not cleaned.complete or (strict and _has_errors(cleaned))
    raise typer.Exit(INCOMPLETE if failed else DONE)


@app.command()
def trace(
    raw: Raw = Path("raw_exports"),
    street: Annotated[str | None, typer.Option("--street", help="街镇")] = None,
    scenario: Annotated[str | None, typer.Option("--scenario", help="场景")] = None,
    first: Annotated[str | None, typer.Option("--from", help="起始日")] = None,
    last: Annotated[str | None, typer.Option("--to", help="截止日")] = None,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    plan: PlanFile = None,
    workers: Workers = None,
    no_cache: NoCache = False,
) -> None:
    """列出一个数字背后的每一行（文件、工作表、行号）。"""
    from analysis.pipeline import settle
    from analysis.summary import trace_text
    from analysis.trace import traced

    asked, known, start, until = map(_day, (as_of, known_by, first, last))
    programme, folder = _read(raw, plan, workers, no_cache)
    cleaned = settle(folder, programme, known)
    end = min(d for d in (asked or cleaned.default_as_of, until) if d)
    try:
        rows = traced(cleaned, programme, street, scenario, start, end)
    except ValueError as error:
        raise Stop(str(error)) from error
    print(trace_text(rows, end))


@app.command()
def compare(
    words: Annotated[list[str], typer.Argument(metavar="[RAW] OLD NEW", help="放导出表的文件夹；上次、本次简报的已知日期")],
    as_of: AsOf = None,
    plan: PlanFile = None,
    workers: Workers = None,
    no_cache: NoCache = False,
) -> None:
    """说明同一截止日的数字为什么变了（两个已知日期之间）。"""
    from analysis.pipeline import settle
    from analysis.revisions import compare as compare_runs
    from analysis.summary import comparison_text

    if len(words) not in (2, 3):
        raise Stop("用法：suishenxue compare [文件夹] 上次日期 本次日期")
    raw = Path(words[0] if len(words) == 3 else "raw_exports")
    before, after = _day(words[-2]), _day(words[-1])
    if not before or not after or before > after:
        raise Stop("OLD 应早于 NEW，写作 2021-06-30。")
    asked = _day(as_of)
    programme, folder = _read(raw, plan, workers, no_cache)
    earlier, later = settle(folder, programme, before), settle(folder, programme, after)
    day = asked or min(before, programme.last_day)
    print(comparison_text(compare_runs(earlier, later, day, programme.street_names)))


@app.command()
def sample(
    folder: Annotated[Path, typer.Argument(help="写入演示导出的文件夹")],
    seed: Annotated[int, typer.Option("--seed", help="随机种子")] = 2021,
) -> None:
    """生成一套演示导出（标明“演示数据”）。"""
    from analysis.sample import write_sample

    write_sample(folder, seed)
    print(f"已在 {folder} 写入演示导出。")


def _read(raw: Path, plan: Path | None, workers: str | None, no_cache: bool) -> tuple[Plan, Folder]:
    from analysis.exports.cache import VARIABLE, cache_folder
    from analysis.exports.worker import NoWorkers
    from analysis.pipeline import NothingToRead, read_folder
    from analysis.plan import PlanError, load_plan
    from analysis.summary import progress_bar

    if no_cache:
        os.environ[VARIABLE] = ""  # the notebooks' processes read too
    try:
        programme = load_plan(plan)
        with progress_bar() as advance:
            return programme, read_folder(
                raw, programme, workers=workers, progress=advance, cache=cache_folder()
            )
    except (PlanError, NothingToRead, NoWorkers) as error:
        raise Stop(str(error)) from error


def _write_dataset(cleaned: Cleaned, programme: Plan, folder: Path) -> None:
    from analysis.dataset import write_dataset

    try:
        write_dataset(cleaned, programme, folder)
    except OSError as error:
        raise Stop(f"数据集写不进 {folder}（{error.strerror}）。请换一个文件夹，或检查权限和磁盘空间。") from error


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Stop(f"日期“{text}”无法识别，请写作 2021-06-30。") from error


def _has_errors(cleaned: Cleaned) -> bool:
    return bool((cleaned.findings["severity"] == "error").any())


def main() -> None:
    """Entry point: a message instead of a traceback, unless --debug is given."""
    debug = "--debug" in sys.argv
    sys.argv = [a for a in sys.argv if a != "--debug"]
    try:
        app(standalone_mode=True)
    except Stop as stop:
        print(stop, file=sys.stderr)
        sys.exit(CANNOT_RUN)
    except Exception as error:
        if debug:
            raise
        print(
            f"程序出错（{type(error).__name__}），数字未生成。请加 --debug 重试，并把输出交给维护人员。",
            file=sys.stderr,
        )
        sys.exit(CANNOT_RUN)
