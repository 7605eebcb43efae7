"""Rows that may be the same record, though no rule says so: all count, with a finding."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.exports.reading import ExportReading
from analysis.findings import FINDING_COLUMNS, stacked
from analysis.identity import (
    ACTIVITY,
    CONTENT,
    Rows,
    factorise,
)
from analysis.snapshot_state import State, at_rows


def near_duplicates(state: State, identity: npt.NDArray[np.int64], reason: npt.NDArray[np.object_]) -> pd.DataFrame:
    """Equal rows within one sheet, one of them without an id and one that counts: none was taken for the other."""
    records = state.records
    valid = (reason == "") | ((reason == "superseded") & (state.own == ""))
    rows = np.flatnonzero(valid & ~records["person_level"].to_numpy())
    sheets = records["sheet_number"].to_numpy()
    rows = rows[np.isin(sheets[rows], np.unique(sheets[rows][~state.has_id[rows]]))]
    if not len(rows):
        return stacked([], FINDING_COLUMNS)
    content = factorise(sheets[rows], *(state.keys.codes[f][rows] for f in CONTENT))
    plain = pd.Series(~state.has_id[rows]).astype(int)
    earlier = plain.groupby(content).cumsum() - plain > 0  # an equal row without an id stands above
    again = earlier | (pd.Series(content).duplicated() & (plain > 0))
    again = (again & pd.Series(reason[rows] == "").groupby(content).transform("any")).to_numpy()
    return at_rows(records, "near_duplicate", rows[again], "与同表另一行内容完全相同，两行均计入，请核对是否重复登记")


def possible_revisions(
    state: State, identity: npt.NDArray[np.int64], reason: npt.NDArray[np.object_], exports: Sequence[ExportReading]
) -> pd.DataFrame:
    """Where one side has no id: the same activity in two exports with other person-times may be one record."""
    records = state.records
    rows = np.flatnonzero((reason == "") & ~records["person_level"].to_numpy())
    found: set[int] = set()
    if not state.has_id[rows].all():
        signature = state.keys.signature[rows]
        kinds = np.unique(signature)
        for i, s in enumerate(kinds):
            for t in kinds[i:]:
                both = rows[(signature == s) | (signature == t)]
                found |= set() if state.has_id[both].all() else _revised(state, both)
    return at_rows(
        records,
        "possible_revision",
        np.array(sorted(found), dtype=np.intp),
        "另一份导出中有同一活动但人次不同，两条均计入，可能是同一记录的更正，请核对",
    )


def _revised(state: State, rows: Rows) -> set[int]:
    """Rows of at most two kinds of sheets that an older export shows with other person-times."""
    keys = state.keys
    fields = [f for f in ACTIVITY if keys.has[f][rows].all()]
    frame = pd.DataFrame(
        {
            "activity": factorise(*(keys.codes[f][rows] for f in fields)),
            "order": state.order[rows],
            "count": keys.codes["person_times"][rows],
            "row": rows,
        }
    )
    spread = frame.groupby("activity")[["order", "count"]].transform("nunique")
    suspects = frame[(spread["order"] > 1) & (spread["count"] > 1)]
    found: set[int] = set()
    for _, activity in suspects.groupby("activity"):
        with_id: set[int] = set()  # person-times that older exports show, by whether the row has an id
        without: set[int] = set()
        for _, export in activity.groupby("order"):
            new = list(zip(export["row"], export["count"], state.has_id[export["row"]], strict=True))
            found |= {row for row, count, has_id in new if (without if has_id else without | with_id) - {count}}
            with_id |= {count for _, count, has_id in new if has_id}
            without |= {count for _, count, has_id in new if not has_id}
    return found
