"""The output tables as files: CSV (UTF-8 with BOM, as Excel wants it) and run.json. Columns: README, "Output tables"."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv

from analysis.arrow import arrow_column
from analysis.pipeline import Cleaned
from analysis.plan import Plan

BOM = b"\xef\xbb\xbf"
VERSIONS_OF = ("suishenxue", "pandas", "numpy", "pyarrow", "python-calamine", "openpyxl", "matplotlib", "typst")


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame; dates as 2021-04-12, missing values as empty cells."""
    columns = {str(name): arrow_column(frame[name]) for name in frame.columns}
    with path.open("wb") as file:
        file.write(BOM)
        pa_csv.write_csv(pa.table(columns), file, pa_csv.WriteOptions(quoting_style="needed"))


def check_tables(cleaned: Cleaned) -> dict[str, pd.DataFrame]:
    """The tables that come from reading and cleaning alone."""
    return {"ledger": cleaned.ledger, "repairs": cleaned.repairs, "findings": cleaned.findings, "files": cleaned.files}


def write_tables(tables: Mapping[str, pd.DataFrame], folder: Path) -> None:
    """Write each table to <folder>/<name>.csv."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in tables.items():
        write_csv(frame, folder / f"{name}.csv")


def run_record(cleaned: Cleaned, plan: Plan, as_of: date) -> dict[str, object]:
    """What run.json holds: as-of, plan, completeness, input hashes, versions and counts."""
    reasons = cleaned.ledger.loc[cleaned.ledger["disposition"] == "excluded", "reason"].astype(str).value_counts()
    totals = cleaned.accounting[["rows", "counted", "excluded", "not_record"]].sum() if len(cleaned.accounting) else {}
    return {
        "as_of": as_of.isoformat(),
        "known_by": cleaned.known_by.isoformat() if cleaned.known_by else None,
        "plan": plan.path.name,
        "programme": plan.name,
        "complete": cleaned.complete,
        "sample": cleaned.sample,
        "input_sha256": cleaned.input_sha256,
        "versions": {"python": platform.python_version(), **{n: v for n in VERSIONS_OF if (v := _version(n))}},
        "counts": {
            **{str(k): int(v) for k, v in dict(totals).items()},
            "excluded_by_reason": {str(k): int(v) for k, v in sorted(reasons.items())},
            "findings": {str(k): int(v) for k, v in sorted(cleaned.findings["severity"].value_counts().items())},
        },
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def write_run(record: Mapping[str, object], folder: Path) -> None:
    """Write run.json."""
    (folder / "run.json").write_text(json.dumps(record, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
