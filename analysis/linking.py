"""Rows without an id take the identity of the equal row in another sheet or an older export."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analysis.exports.coding import Mask
from analysis.identity import (
    Rows,
    pair_by_content,
)
from analysis.snapshot_state import State


def link_by_content(state: State, identity: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Rows without an id take the identity of the equal row in another sheet of the file, then in an older export."""
    identity = identity.copy()
    fresh = np.flatnonzero(identity < 0)
    identity[fresh] = identity.max(initial=-1) + 1 + np.arange(len(fresh))
    plain = ~state.records["person_level"].to_numpy() | (state.records["person"] == "").to_numpy()
    if not len(fresh) or not plain.any() or state.has_id[plain].all():
        return identity
    parent = np.arange(identity.max() + 1)
    rows = np.flatnonzero(plain)
    rows = rows[np.lexsort((state.records["row"].to_numpy()[rows], state.sheet_rank[rows], state.order[rows]))]
    for order in np.unique(state.order[rows]):
        here = rows[state.order[rows] == order]
        _link_units(state, identity, parent, here, state.sheet_rank[here])
    _link_units(state, identity, parent, rows, state.order[rows])
    return _roots(parent)[identity]


def _link_units(
    state: State,
    identity: npt.NDArray[np.int64],
    parent: npt.NDArray[np.int64],
    rows: Rows,
    unit: npt.NDArray[np.int64],
) -> None:
    """Walk the units (sheets of a file, or exports) in order and pair each with what stands before it."""
    units = np.unique(unit)
    if len(units) < 2:
        return
    pool = np.empty(0, dtype=np.intp)
    for u in units:
        new = rows[unit == u]
        roots_new, roots_pool = _find(parent, identity[new]), _find(parent, identity[pool])
        free_pool = pool[~np.isin(roots_pool, roots_new)]
        first = _first_of(roots_new)
        free_new = new[~np.isin(roots_new, roots_pool) & first]
        for old, same in pair_by_content(free_pool, free_new, state.has_id, state.keys):
            _union(parent, identity[old], identity[same])
        both = np.concatenate([pool, new])
        pool = newest_of(_find(parent, identity), both, keep_order=True)


def _first_of(roots: npt.NDArray[np.int64]) -> Mask:
    """Last row of each identity within one unit: only it takes part in pairing."""
    mask = np.zeros(len(roots), dtype=bool)
    mask[len(roots) - 1 - np.unique(roots[::-1], return_index=True)[1]] = True
    return mask


def _find(parent: npt.NDArray[np.int64], items: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    roots = parent[items]
    while not np.array_equal(parent[roots], roots):
        roots = parent[roots]
    return roots


def _union(parent: npt.NDArray[np.int64], a: npt.NDArray[np.int64], b: npt.NDArray[np.int64]) -> None:
    parent[_find(parent, b)] = _find(parent, a)


def _roots(parent: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return _find(parent, np.arange(len(parent)))


def newest_of(identity: npt.NDArray[np.int64], rows: Rows, keep_order: bool = False) -> Rows:
    """The last of `rows` for each identity."""
    reverse = rows[::-1]
    _, index = np.unique(identity[reverse], return_index=True)
    chosen = reverse[index]
    return rows[np.isin(rows, chosen)] if keep_order else chosen
