"""The output tables as files: CSV (UTF-8 with BOM, as Excel wants it) and run.json. Columns: README, "Output tables"."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv

from analysis.pipeline import Cleaned
from analysis.plan import Plan

BOM = b"\xef\xbb\xbf"
VERSIONS_OF = ("suishenxue", "pandas", "numpy", "pyarrow", "python-calamine", "openpyxl", "matplotlib", "typst")


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame; dates as 2021-04-12, missing values as empty cells."""
    columns = {str(name): _arrow(frame[name]) for name in frame.columns}
    with path.open("wb") as file:
        file.write(BOM)
        pa_csv.write_csv(pa.table(columns), file, pa_csv.WriteOptions(quoting_style="needed"))


def _arrow(column: pd.Series) -> pa.Array:
    if isinstance(column.dtype, pd.CategoricalDtype):
        values = pa.array([str(c) for c in column.cat.categories], pa.string())
        codes = column.cat.codes.to_numpy()
        return values.take(pa.array(codes, mask=codes < 0, type=pa.int32()))
    if str(column.dtype).startswith("datetime"):
        return _dates(column)
    if pd.api.types.is_bool_dtype(column.dtype):
        return pa.array(column.astype(bool).to_numpy()).cast(pa.string())
    if pd.api.types.is_integer_dtype(column.dtype):
        missing = column.isna().to_numpy()
        return pa.array(column.fillna(0).to_numpy(dtype=np.int64), mask=missing)
    if pd.api.types.is_float_dtype(column.dtype):
        numbers = column.to_numpy(dtype=float, na_value=np.nan)
        return pa.array(numbers, mask=np.isnan(numbers))
    return pa.array(
        [None if v is None or v is pd.NaT or v is pd.NA or v != v else _text(v) for v in column], pa.string()
    )


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _dates(column: pd.Series) -> pa.Array:
    """Distinct moments are formatted once; a time of day is shown only where one of the column is not midnight."""
    codes, unique = pd.factorize(column)
    with_time = any(t.time() != pd.Timestamp(0).time() for t in unique)
    texts = [t.strftime("%Y-%m-%d %H:%M:%S" if with_time else "%Y-%m-%d") for t in unique]
    return pa.array(texts, pa.string()).take(pa.array(codes, mask=codes < 0, type=pa.int64()))


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
