"""`check` against an analyst's notebook, a polars script and the time to inflate: alternating runs, tables in docs/scale.md.

Every run starts a process and ends when its files are written; `check` keeps nothing from one run to the next, except
where a rerun is measured.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from statistics import median

from tests.benchmarks.generate import SETS, write_set
from tests.benchmarks.memory import PeakMemory

ROOT = Path(__file__).parents[2]
START, END = "<!-- measured -->\n", "<!-- /measured -->"
INFLATE = """import sys, pathlib, zipfile
from {module} import decompress
for p in sorted(pathlib.Path(sys.argv[1]).glob("*.xlsx")):
    with zipfile.ZipFile(p) as z, open(p, "rb") as f:
        for i in z.infolist():
            if "worksheets/sheet" in i.filename:
                f.seek(i.header_offset + 26)
                sizes = f.read(4)
                f.seek(int.from_bytes(sizes[:2], "little") + int.from_bytes(sizes[2:], "little"), 1)
                decompress(f.read(i.compress_size), -15)
"""
COMMANDS = {
    "check": ["-m", "analysis", "check"],
    "notebook": ["-m", "tests.benchmarks.notebook_rival"],
    "polars": ["-m", "tests.benchmarks.polars_rival"],
    "inflate zlib": ["-c", INFLATE.format(module="zlib")],
    "inflate isal": ["-c", INFLATE.format(module="isal.isal_zlib")],
}


def timed(words: Sequence[str], cache: str = "") -> tuple[float, float]:
    """Seconds of a whole process, and MiB of it and its children at most; `cache` is the folder of what was read."""
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, *words], cwd=ROOT, stdout=subprocess.DEVNULL,
                               env={**os.environ, "POLARS_MAX_THREADS": "2", "SUISHENXUE_CACHE": cache})
    memory = PeakMemory(process.pid)
    memory.start()
    process.wait()
    seconds = time.perf_counter() - started
    if process.returncode not in (0, 1):
        raise SystemExit(f"{words}: exit status {process.returncode}")
    return seconds, memory.stop()


def measure(name: str, folder: Path, out: Path) -> tuple[float, float]:
    """Seconds and MiB of one command on one set."""
    return timed([*COMMANDS[name], str(folder), *(["--out", str(out)] if name == "check" else [str(out)])])


def totals(name: str, out: Path) -> dict[str, int]:
    """Person-times by street that a run wrote."""
    if name != "check":
        return json.loads((out / "totals.json").read_text(encoding="utf-8"))
    with (out / "progress.csv").open(encoding="utf-8-sig", newline="") as file:
        return {line["street"]: int(line["person_times"]) for line in csv.DictReader(file)}


def prepared(folder: Path, name: str) -> dict[str, int]:
    """Write a set unless it stands there; what each street should have."""
    truth = folder / f"{name}.json"
    if not truth.exists():
        truth.write_text(json.dumps(asdict(write_set(folder / name, *SETS[name])), ensure_ascii=False), encoding="utf-8")
    return json.loads(truth.read_text(encoding="utf-8"))["by_street"]


def bench(folder: Path, name: str, runs: int) -> dict[str, tuple[float, float]]:
    """Median seconds and most MiB of every command on one set."""
    expected = prepared(folder, name)
    rivals = [c for c in COMMANDS if c != "notebook" or name == "small"]
    taken: dict[str, list[tuple[float, float]]] = {c: [] for c in rivals}
    with tempfile.TemporaryDirectory() as temporary:
        for _ in range(runs):
            for command in rivals:
                out = Path(temporary, command)
                taken[command].append(measure(command, folder / name, out))
                if not command.startswith("inflate") and totals(command, out) != expected:
                    raise SystemExit(f"{command} on {name}: wrong totals {totals(command, out)} != {expected}")
    return {c: (median(s for s, _ in found), max(m for _, m in found)) for c, found in taken.items()}


def lines(name: str, found: Mapping[str, tuple[float, float]]) -> str:
    """Lines of the table for one set."""
    ours = found["check"][0]
    return "".join(f"| {name} | {c} | {s:.2f} | {ours / s:.2f} | {m:.0f} |\n" for c, (s, m) in found.items())


def growth(found: Mapping[str, Mapping[str, tuple[float, float]]]) -> str:
    """Exponents of time and memory of `check` between sets: 1 is in proportion to the rows."""
    rows = {name: books * number for name, (books, number) in SETS.items() if name in found}
    text = ""
    for small, large in pairwise(rows):
        factor = math.log(rows[large] / rows[small])
        time_, memory = (math.log(found[large]["check"][i] / found[small]["check"][i]) / factor for i in (0, 1))
        text += f"{rows[small]:,} → {rows[large]:,} rows: time grows with exponent {time_:.2f}, memory with {memory:.2f}.\n"
    return text


def again(folder: Path, runs: int) -> str:
    """Seconds of `check` on the small set when all workbooks but one were read before."""
    books = sorted((folder / "small").glob("*.xlsx"))
    taken = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as temporary:
            known, out, cache = (Path(temporary, n) for n in ("known", "out", "cache"))
            known.mkdir()
            for book in books[:-1]:
                shutil.copy(book, known)
            words = [*COMMANDS["check"], str(known), "--out", str(out)]
            timed(words, str(cache))
            shutil.copy(books[-1], known)
            taken.append(timed(words, str(cache))[0])
    return f"Rerun of the small set with one new workbook, the others known: {median(taken):.2f} s.\n"


def reports(runs: int) -> str:
    """Seconds of `report` on the sample, without and with notebooks."""
    text = ""
    for options, said in ((["--skip-notebooks"], "without notebooks"), ([], "with notebooks")):
        taken = []
        for _ in range(runs):
            with tempfile.TemporaryDirectory() as temporary:
                words = ["-m", "analysis", "report", str(ROOT / "raw_exports" / "sample"), "--out", temporary, *options]
                taken.append(timed(words)[0])
        text += f"`report` on the sample, {said}: {median(taken):.2f} s.\n"
    return text


def main() -> None:
    """Measure and write the table between the marks in docs/scale.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one run, sets up to 200,000 rows")
    parser.add_argument("--runs", type=int, default=5, help="runs of each command")
    parser.add_argument("--sets", nargs="*", choices=SETS)
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "benchmarks")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    runs = 1 if options.quick else options.runs
    table = [f"Machine: {os.cpu_count()} cores; runs per command: {runs}; load at the start: {os.getloadavg()[0]:.1f}.\n\n",
             "| set | command | seconds (median) | check ÷ command | MiB at most |\n|---|---|---|---|---|\n"]
    found = {}
    for name in options.sets or ([*SETS][:2] if options.quick else SETS):
        found[name] = bench(options.folder, name, runs)
        table.append(lines(name, found[name]))
    rest = [growth(found), again(options.folder, runs) if "small" in found else "", reports(runs)]
    text = "".join([*table, *(f"\n{part}" for part in rest if part)])
    print(text)
    page = ROOT / "docs" / "scale.md"
    before, _, after = page.read_text(encoding="utf-8").partition(START)
    page.write_text(before + START + text + END + after.partition(END)[2], encoding="utf-8")


if __name__ == "__main__":
    main()
