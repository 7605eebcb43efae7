"""Readings in a form that can be compared: every value with its type, persons by who is the same."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from analysis.exports.reading import ExportReading
from analysis.pipeline import Folder, read_folder
from analysis.plan import load_plan


def plain(value: object, hashes: dict[object, int]) -> object:
    """A value as nested tuples; hashes of persons, whose key is new in every run, are numbered in order of appearance."""
    if is_dataclass(value):
        return tuple((f.name, _field(f.name, getattr(value, f.name), hashes)) for f in fields(value))
    if isinstance(value, np.ndarray):
        return str(value.dtype), tuple(value.tolist())
    if isinstance(value, pa.Array):
        return str(value.type), tuple(value.to_pylist())
    if isinstance(value, dict):
        return tuple((k, plain(v, hashes)) for k, v in value.items())
    if isinstance(value, list | tuple):
        return type(value), tuple(plain(v, hashes) for v in value)
    if isinstance(value, frozenset):
        return tuple(sorted(map(str, value)))
    return type(value), repr(value)


def _field(name: str, value: object, hashes: dict[object, int]) -> object:
    if name in ("persons", "named") and value is not None:
        return tuple(hashes.setdefault(v, len(hashes)) for v in value)
    return plain(value, hashes)


def form(folder: Folder) -> object:
    """All that `read_folder` gives."""
    hashes: dict[object, int] = {}
    return ([plain(r, hashes) for r in folder.readings], folder.passed, folder.sha256, folder.corrections)


def form_of(reading: ExportReading) -> object:
    return plain(reading, {})


def read(raw: Path, cache: Path | None = None) -> Folder:
    return read_folder(raw, load_plan(), workers=2, cache=cache)


def packs(kept: Path) -> list[Path]:
    """The packs of a cache folder."""
    return sorted(p for p in kept.glob("*.parquet") if p.is_file())
