"""Cleaned records as a Parquet dataset for DuckDB, Dask or Spark, partitioned by programme and month (hive style).

<folder>/records/programme=<plan file>/month=2021-04/part-0.parquet and <folder>/targets/programme=<plan file>/part-0.parquet.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from analysis.arrow import arrow_column
from analysis.pipeline import Cleaned
from analysis.plan import Plan

MOMENT = pa.timestamp("ms")
_TEXTS = ("service", "scenarios", "venue", "venue_type", "activity", "status", "start_time", "end_time")
RECORDS = pa.schema(  # as in docs/method.md#records; no other column is written
    [
        *((name, pa.string()) for name in ("row_id", "file", "sheet")), ("row", pa.int32()),
        ("snapshot", MOMENT), ("first_snapshot", MOMENT),
        *((name, pa.string()) for name in ("disposition", "reason", "faults", "record_id", "street")),
        ("activity_date", pa.date32()),
        *((name, pa.int64()) for name in ("person_times", "training", "assistance")),
        *((name, pa.string()) for name in _TEXTS),
        ("recorded_at", MOMENT), ("person_level", pa.bool_()),
        ("identity", pa.int64()), ("order", pa.int64()), ("sheet_number", pa.int32()),
    ]
)  # fmt: skip
TARGETS = pa.schema(
    [
        ("place", pa.int32()), *((name, pa.string()) for name in ("street", "official_name", "code")),
        ("key", pa.string()), ("name", pa.string()), ("deadline", pa.date32()), ("goal", pa.int64()),
        ("first_day", pa.date32()), ("year", pa.int32()), ("basis", pa.string()),
    ]
)  # fmt: skip


def write_dataset(cleaned: Cleaned, plan: Plan, folder: Path) -> Path:
    """Write the records of a programme, whether they count or not, and its targets; those of other programmes stay.

    Parameters
    ----------
    cleaned : what `pipeline.settle` decided.
    plan : the programme; the name of its file without extension is the partition.
    folder : root of the dataset; made if it does not exist.

    Returns
    -------
    Path
        The root.

    Raises
    ------
    OSError : the folder cannot be written to.
    """
    records, targets = records_table(cleaned.records), targets_table(plan)
    for name, table in (("records", records), ("targets", targets)):
        root = folder / name
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=root, prefix=".new-") as place:
            new = Path(place) / "programme"
            if "month" in table.column_names:
                months = ds.partitioning(pa.schema([("month", pa.string())]), flavor="hive")
                ds.write_dataset(
                    table, new, format="parquet", partitioning=months, basename_template="part-{i}.parquet", use_threads=False
                )
            new.mkdir(exist_ok=True)
            if not len(table) or "month" not in table.column_names:
                pq.write_table(table, new / "part-0.parquet")
            old = root / f"programme={plan.path.stem}"
            if old.exists():
                shutil.rmtree(old)
            new.replace(old)
    return folder


def records_table(records: pd.DataFrame) -> pa.Table:
    """The records with the columns of `RECORDS` and `month`, the activity's (`unknown` where its date is unreadable: engines stumble over a partition without a value)."""
    columns = [_column(records[f.name], f.type) for f in RECORDS]
    dates = records["activity_date"].to_numpy().astype("datetime64[M]")
    months, codes = np.unique(dates, return_inverse=True)
    names = pa.array(["unknown" if np.isnat(m) else str(m) for m in months], pa.string())
    return pa.table(columns, schema=RECORDS).append_column("month", names.take(pa.array(codes)))


def _column(column: pd.Series, kind: pa.DataType) -> pa.Array:
    if pa.types.is_temporal(kind):
        moments = column.to_numpy().astype("datetime64[s]")
        return pa.array(moments, pa.timestamp("s")).cast(kind)
    if pa.types.is_boolean(kind):
        return pa.array(column.to_numpy(dtype=bool))
    return arrow_column(column).cast(kind)


def targets_table(plan: Plan) -> pa.Table:
    """One line for each street and target, in the plan's order."""
    lines = [
        {
            "place": place, "street": s.name, "official_name": s.official, "code": s.code,
            "key": t.key, "name": t.name, "deadline": t.deadline, "goal": s.targets[t.key],
            "first_day": plan.first_day, "year": plan.year, "basis": plan.basis,
        }
        for place, s in enumerate(plan.streets)
        for t in plan.targets
    ]  # fmt: skip
    return pa.Table.from_pylist(lines, TARGETS)
