"""Arrays and cells of any type as lines of an Arrow table that Parquet can hold, and back with every cell's type."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import accumulate
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from analysis.exports.coding import Coded
from analysis.exports.grid import CellError

SCHEMA = pa.schema([("numbers", pa.large_binary()), ("texts", pa.list_(pa.string())), ("kinds", pa.large_binary())])
TYPES: tuple[type, ...] = (str, CellError, int, float, datetime, date, time, type(None))  # a kind is a place in this list
_TO_TEXT: dict[type, Callable[[Any], str]] = {
    str: str, CellError: str, int: str, float: repr, type(None): lambda _: "",
    datetime: datetime.isoformat, date: date.isoformat, time: time.isoformat,
}  # fmt: skip
_FROM_TEXT: dict[type, Callable[[str], object]] = {
    str: str, CellError: CellError, int: int, float: float, type(None): lambda _: None,
    datetime: datetime.fromisoformat, date: date.fromisoformat, time: time.fromisoformat,
}  # fmt: skip
_KIND = {t: i for i, t in enumerate(TYPES)}


class NotKept(ValueError):
    """A reading that must not, or cannot, be kept."""


@dataclass(frozen=True)
class Piece:
    """One array of a sheet and the cells that it numbers; either may be empty."""

    array: npt.NDArray[Any] = field(default_factory=lambda: np.empty(0, np.int32))
    values: list[object] | pa.StringArray = field(default_factory=list)


@dataclass(frozen=True)
class Stored:
    """A line of the table."""

    numbers: bytes
    texts: pa.StringArray
    kinds: bytes

    def array(self, kind: str) -> npt.NDArray[Any]:
        return np.frombuffer(self.numbers, f"<{kind}").copy()  # what is read can be written to

    def cells(self) -> list[object]:
        texts = self.texts.to_pylist()
        if not any(self.kinds):
            return texts
        return [_FROM_TEXT[TYPES[k]](t) for t, k in zip(texts, self.kinds, strict=True)]

    def coded(self) -> Coded:
        return Coded(self.array("i4"), self.cells())


def packed(pieces: Sequence[Piece]) -> pa.Table:
    """One line a piece: its numbers as bytes, its cells as texts, and the type of each cell.

    Raises
    ------
    NotKept : a cell is of a type that would not come back as it was.
    """
    try:
        kinds = [_kinds(p) for p in pieces]
        texts = [_texts(p, k) for p, k in zip(pieces, kinds, strict=True)]
        offsets = pa.array(list(accumulate(map(len, texts), initial=0)), pa.int32())
        lists = pa.ListArray.from_arrays(offsets, pa.concat_arrays(texts))
    except (KeyError, ValueError, TypeError, pa.ArrowException) as error:  # an odd type, half a surrogate pair, 2 GiB
        raise NotKept("cells") from error
    numbers = pa.array([p.array.astype(_little(p.array.dtype)).tobytes() for p in pieces], pa.large_binary())
    return pa.table([numbers, lists, pa.array(kinds, pa.large_binary())], schema=SCHEMA)


def _little(dtype: np.dtype) -> np.dtype:
    """How numbers are stored: codes in 4 bytes, moments as seconds in 8."""
    return np.dtype("<i8" if dtype.kind == "M" else "?" if dtype.kind == "b" else "<i4")


def _kinds(piece: Piece) -> bytes:
    return b"" if isinstance(piece.values, pa.Array) else bytes(_KIND[t] for t in map(type, piece.values))


def _texts(piece: Piece, kinds: bytes) -> pa.StringArray:
    if isinstance(piece.values, pa.Array):
        return piece.values
    return pa.array([_TO_TEXT[type(v)](v) for v in piece.values] if any(kinds) else piece.values, pa.string())


def unpacked(table: pa.Table) -> Iterator[Stored]:
    """The lines that `packed` made.

    Raises
    ------
    ValueError : it did not make this table.
    """
    if table.schema != SCHEMA:
        raise ValueError("no entry")
    numbers, texts, kinds = (table[name] for name in SCHEMA.names)
    lists = texts.combine_chunks()
    bounds, flat = lists.offsets.to_numpy(), lists.values
    for line, (n, k) in enumerate(zip(numbers.to_pylist(), kinds.to_pylist(), strict=True)):
        yield Stored(n, flat[bounds[line] : bounds[line + 1]], k)
