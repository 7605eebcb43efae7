"""Columns of a frame as Arrow arrays, as the CSV files show them."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa


def arrow_column(column: pd.Series) -> pa.Array:
    """Text of categories and objects, dates as 2021-04-12, missing values as null."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        values = pa.array([str(c) for c in column.cat.categories], pa.string())
        codes = column.cat.codes.to_numpy()
        return values.take(pa.array(codes, mask=codes < 0, type=pa.int32()))
    if isinstance(column.dtype, pd.StringDtype):
        return pa.array(column)
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
