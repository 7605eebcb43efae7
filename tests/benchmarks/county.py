"""What one county's year costs, and what its dataset costs a hundred times over: a table in docs/scale.md."""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median

import duckdb
from distributed import LocalCluster

from analysis.pipeline import read_folder
from analysis.plan import load_plan
from tests.benchmarks.generate import write_set
from tests.benchmarks.run import ROOT, timed

BOOKS, ROWS = 36, 10_000  # 10⁹ rows among 2,800 counties are 357,000 each
COPIES, RUNS = 100, 3
START, END = "<!-- county -->\n", "<!-- /county -->"
QUERY = ROOT / "docs" / "progress.sql"
BY_MONTH = """SELECT programme, month, street, count(*), sum(person_times) FROM records
              WHERE disposition = 'counted' GROUP BY ALL"""


def size(folder: Path) -> str:
    """MiB of all files of a folder."""
    return f"{sum(p.stat().st_size for p in folder.rglob('*') if p.is_file()) / 1024**2:,.0f} MiB"


def checks(raw: Path, place: Path) -> list[tuple[str, str]]:
    """`check` with tables and dataset, all files unknown and all known."""
    taken: dict[str, list[tuple[float, float]]] = {"unknown": [], "known": []}
    words = ["-m", "analysis", "check", str(raw), "--out", str(place / "tables"), "--dataset", str(place / "dataset")]
    for _ in range(RUNS):
        shutil.rmtree(place / "cache", ignore_errors=True)
        for found in taken.values():
            found.append(timed(words, str(place / "cache")))
    return [(f"`check --out --dataset`, all workbooks {name}", f"{median(s for s, _ in found):.1f} s, {max(m for _, m in found):,.0f} MiB")
            for name, found in taken.items()]


def readings(raw: Path) -> list[tuple[str, str]]:
    """Reading alone, in two processes of this machine and in two worker processes of a Dask cluster on it."""
    plan, taken = load_plan(), {}
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster:
        address = cluster.scheduler_address.replace("tcp://", "dask://")
        for _ in range(RUNS):
            for workers in (2, address):
                taken.setdefault(workers, []).append(seconds(lambda w=workers: read_folder(raw, plan, workers=w)))
    names = ("two processes", "two Dask workers on the same machine")
    return [(f"reading alone, {name}", f"{median(t):.1f} s") for name, t in zip(names, taken.values(), strict=True)]


def queries(dataset: Path, place: Path) -> list[tuple[str, str]]:
    """DuckDB with two threads on as many programmes as there are copies (hard links: each is read)."""
    for name in ("records", "targets"):
        for i in range(COPIES):
            shutil.copytree(dataset / name / "programme=putuo_2021", place / name / f"programme=c{i}", copy_function=os.link)
    with duckdb.connect() as db:
        db.execute("SET threads = 2")
        for name, levels in (("records", "*/*/*"), ("targets", "*/*")):
            files = f"{place}/{name}/{levels}.parquet"
            db.execute(f"CREATE VIEW {name} AS FROM read_parquet('{files}', hive_partitioning = true)")
        rows = db.execute("SELECT count(*) FROM records").fetchone()[0]
        values = {"as_of": date(2021, 12, 31), "programme": "c42"}
        one = median(seconds(lambda: db.execute(QUERY.read_text(encoding="utf-8"), values).fetchall()) for _ in range(RUNS))
        every = median(seconds(lambda: db.execute(BY_MONTH).fetchall()) for _ in range(RUNS))
    return [(f"docs/progress.sql for one of {COPIES} programmes ({rows:,} rows)", f"{one:.2f} s"),
            ("counted rows and person-times of them all by programme, month and street", f"{every:.2f} s")]


def seconds(what: Callable[[], object]) -> float:
    started = time.perf_counter()
    what()
    return time.perf_counter() - started


def main() -> None:
    """Measure and write the table between the marks in docs/scale.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "benchmarks")
    raw = parser.parse_args().folder / "county"
    if not raw.exists():
        write_set(raw, BOOKS, ROWS)
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(dir=raw.parent) as temporary:
        place = Path(temporary)
        lines = checks(raw, place) + readings(raw) + queries(place / "dataset", place / "copies")
        lines += [("exports, cache, dataset on disk", ", ".join(size(p) for p in (raw, place / "cache", place / "dataset")))]
    text = (f"Machine: {os.cpu_count()} cores; {BOOKS} workbooks × {ROWS:,} rows; medians of {RUNS} runs; load at the start: {load:.1f}.\n\n"
            "| | |\n|---|---|\n" + "".join(f"| {what} | {cost} |\n" for what, cost in lines))
    print(text)
    page = ROOT / "docs" / "scale.md"
    before, _, after = page.read_text(encoding="utf-8").partition(START)
    page.write_text(before + START + text + END + after.partition(END)[2], encoding="utf-8")


if __name__ == "__main__":
    main()
