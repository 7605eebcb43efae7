"""`check` against an analyst's notebook, a polars script and the time to inflate: alternating runs, a table in docs/scale.md."""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from statistics import median

from tests.benchmarks.generate import SETS, write_set

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


def measure(name: str, folder: Path, out: Path) -> tuple[float, float]:
    """Seconds of a whole process and MiB of its largest process."""
    options = ["--out", str(out)] if name == "check" else [str(out)]
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, *COMMANDS[name], str(folder), *options], cwd=ROOT, stdout=subprocess.DEVNULL,
                               env={**os.environ, "POLARS_MAX_THREADS": "2"})
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in ((0, 1) if name == "check" else (0,)):
        raise SystemExit(f"{name}: exit status {process.returncode}")
    return seconds, usage.ru_maxrss / 1024


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


def bench(folder: Path, name: str, runs: int) -> list[str]:
    """Lines of the table for one set."""
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
    ours = median(s for s, _ in taken["check"])
    lines = []
    for command, measured in taken.items():
        seconds = median(s for s, _ in measured)
        lines.append(f"| {name} | {command} | {seconds:.2f} | {ours / seconds:.2f} | {max(m for _, m in measured):.0f} |\n")
    return lines


def main() -> None:
    """Measure and write the table between the marks in docs/scale.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one run, sets up to 200,000 rows")
    parser.add_argument("--sets", nargs="*", choices=SETS)
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "benchmarks")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    runs = 1 if options.quick else 5
    table = [f"Machine: {os.cpu_count()} cores; runs per command: {runs}; load at the start: {os.getloadavg()[0]:.1f}.\n\n",
             "| set | command | seconds (median) | check ÷ command | MiB, largest process |\n|---|---|---|---|---|\n"]
    for name in options.sets or ([*SETS][:2] if options.quick else SETS):
        table += bench(options.folder, name, runs)
    text = "".join(table)
    print(text)
    page = ROOT / "docs" / "scale.md"
    before, _, rest = page.read_text(encoding="utf-8").partition(START)
    page.write_text(before + START + text + END + rest.partition(END)[2], encoding="utf-8")


if __name__ == "__main__":
    main()
