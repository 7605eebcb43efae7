"""Small cells: counts of few activities hidden in what leaves the bureau, and enough others that no total reveals them.

Rule: a cell of 1 to 4 activities is hidden (primary). The totals of rows and columns are taken to be known. Hidden
cells are the edges of a graph between rows and columns, and a cell can be worked out from the totals exactly when it is
a bridge of that graph. So for every small cell the cells of fewest activities that close a circle through it are hidden
too (secondary).
Source of the rule for totals: Gusfield, "A graph theoretic approach to statistical data security", SIAM J. Comput. 17
(1988), pp. 552–571.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush

import numpy as np
import numpy.typing as npt
import pandas as pd

SMALLEST = 5
PRIMARY, SECONDARY = "主", "次"
Mask = npt.NDArray[np.bool_]


def suppress(
    table: pd.DataFrame, by: Sequence[str], values: Sequence[str] | None = None, smallest: int = SMALLEST,
    count: str = "activities",
) -> pd.DataFrame:
    """Hide small cells of a long table of one or two dimensions.

    Parameters
    ----------
    table : columns of `by`, the count of activities and the figures; one line per cell.
    by : the one or two dimensions; the totals over each of them are taken to be known.
    values : columns to hide, default all numeric ones.
    smallest : the fewest activities that may be shown; 0 activities are no small cell.
    count : the column that counts activities.

    Returns
    -------
    A new frame: hidden figures are NA, suppressed is '主' (small itself), '次' (to protect another) or ''.

    Raises
    ------
    ValueError : not one or two dimensions, or two lines for one cell.
    """
    if len(by) not in (1, 2):
        raise ValueError("小单元格隐去只用于一维或二维表。")
    if table.duplicated(list(by)).any():
        raise ValueError(f"{'、'.join(by)} 的每一格应只有一行。")
    row, rows = pd.factorize(table[by[0]])
    column, columns = pd.factorize(table[by[1]]) if len(by) == 2 else (np.zeros(len(table), int), [0])
    activities = np.zeros((len(rows), len(columns)))
    activities[row, column] = table[count].to_numpy(dtype=float)
    small = (activities > 0) & (activities < smallest)
    hidden = _protect_line(small, activities) if 1 in small.shape else _protect_table(small, activities)
    marks = np.select([small[row, column], hidden[row, column]], [PRIMARY, SECONDARY], "")
    numeric = values if values is not None else [c for c in table.select_dtypes("number").columns if c not in by]
    shown = {c: _nullable(table[c]).mask(marks != "") for c in numeric}
    return table.assign(**shown, suppressed=marks)


def suppress_within(table: pd.DataFrame, group: str, by: str, smallest: int = SMALLEST) -> pd.DataFrame:
    """Hide small cells of a long table whose groups are tables of their own, each with a known total."""
    parts = [suppress(part, [by], smallest=smallest) for _, part in table.groupby(group, sort=False, observed=True)]
    return pd.concat(parts) if parts else suppress(table, [by], smallest=smallest)


def suppress_pairs(table: pd.DataFrame, smallest: int = SMALLEST) -> pd.DataFrame:
    """Hide small cells of `co_occurrence`: its rows and columns have no totals, so none follows from others."""
    return table.astype("Int64").mask((table > 0) & (table < smallest))


def _protect_line(small: Mask, activities: npt.NDArray[np.float64]) -> Mask:
    """A single hidden cell of a line follows from the line's total: hide the smallest other one with it."""
    hidden = small.copy()
    if hidden.sum() == 1 and hidden.size > 1:
        hidden.flat[int(np.where(hidden, np.inf, _costs(activities)).argmin())] = True
    return hidden


def _costs(activities: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """What is lost by hiding a cell; one of 0, which is often known anyway, only where no other will do."""
    return np.where(activities > 0, activities, activities.sum() + 1)


def _protect_table(small: Mask, activities: npt.NDArray[np.float64]) -> Mask:
    hidden = small.copy()
    costs = _costs(activities)
    for row, column in zip(*np.nonzero(small), strict=True):
        for cell in _circle(hidden, costs, int(row), int(column)):
            hidden[cell] = True
    return hidden


def _circle(hidden: Mask, costs: npt.NDArray[np.float64], row: int, column: int) -> list[tuple[int, int]]:
    """The cells of least cost that link a cell's row to its column without itself; hidden ones cost nothing."""
    weights = np.where(hidden, 0.0, costs)
    weights[row, column] = np.inf
    rows = len(weights)
    reached: dict[int, tuple[float, int]] = {}
    queue: list[tuple[float, int, int]] = [(0.0, row, row)]
    while queue:
        cost, node, before = heappop(queue)
        if node in reached:
            continue
        reached[node] = (cost, before)
        steps = weights[node] if node < rows else weights[:, node - rows]
        for i in np.flatnonzero(np.isfinite(steps)):
            heappush(queue, (cost + steps[i], int(i) + (rows if node < rows else 0), node))
    path, node = [], rows + column
    while node != row and node in reached:
        before = reached[node][1]
        path.append((min(node, before), max(node, before) - rows))
        node = before
    return path


def _nullable(column: pd.Series) -> pd.Series:
    return column.astype("Int64") if pd.api.types.is_integer_dtype(column.dtype) else column.astype("Float64")
