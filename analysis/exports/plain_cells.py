"""Record ids and times of entry are different in every row. Those in the platform's own form need no cleaning: they leave
their column for an array, and the column keeps the cells that somebody has to look at."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis.exports.coding import BLANK, Coded, Mask, without_blanks
from analysis.values import is_plain_id, plain_moments

Moments = npt.NDArray[np.datetime64]


def take_ids(column: Coded) -> tuple[pa.StringArray, Coded]:
    """Plain ids by row ('' elsewhere), and the column without them."""
    plain = np.fromiter(map(is_plain_id, column.values), dtype=bool, count=len(column.values))
    texts = pa.array([v if p else "" for v, p in zip(column.values, plain, strict=True)] + [""], pa.string())
    codes = np.where(column.codes == BLANK, len(column.values), column.codes)
    return texts.take(pa.array(codes)), _without(column, plain)


def take_moments(column: Coded) -> tuple[Moments, Coded]:
    """Plain moments by row (NaT elsewhere), and the column without them."""
    found = plain_moments(column.values)
    return np.append(found, np.datetime64("NaT", "s"))[column.codes], _without(column, ~np.isnat(found))


def _without(column: Coded, plain: Mask) -> Coded:
    return without_blanks(column.codes, [None if p else v for v, p in zip(column.values, plain, strict=True)])


def with_ids(column: Coded, ids: pa.StringArray) -> Coded:
    """The column as it was before `take_ids`."""
    coded = pc.dictionary_encode(ids)
    return _with(column, coded.indices.to_numpy(), coded.dictionary.to_pylist(), pc.not_equal(ids, "").to_numpy(False))


def with_moments(column: Coded, moments: Moments) -> Coded:
    """The column as it was before `take_moments`."""
    codes, distinct = pd.factorize(moments)
    texts = [str(v).replace("T", " ") for v in distinct.astype("datetime64[s]")]
    return _with(column, codes, texts, ~np.isnat(moments))


def _with(column: Coded, codes: npt.NDArray[np.integer], texts: list[str], plain: Mask) -> Coded:
    return Coded(np.where(plain, codes + len(column.values), column.codes).astype(np.int32), [*column.values, *texts])
