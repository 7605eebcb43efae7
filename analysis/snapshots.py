"""One version of each record: superseded, duplicate and withdrawn rows. Rules: docs/method.md#same-record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.doubts import near_duplicates, possible_revisions
from analysis.exports.coding import Mask
from analysis.exports.reading import ExportReading
from analysis.findings import FINDING_COLUMNS, stacked
from analysis.identity import (
    Keys,
    Rows,
    factorise,
    identify_by_id,
    identify_persons,
)
from analysis.linking import link_by_content, newest_of
from analysis.person_lists import persons_under_activities
from analysis.snapshot_state import UNUSABLE, State, at_rows, state_of
from analysis.withdrawals import withdraw


@dataclass(frozen=True)
class Resolved:
    """`records` with identity, reason and disposition; `events` is the history of every record over the exports.

    events: identity, order (of the export), row (position in records, -1 = withdrawn).
    """

    records: pd.DataFrame
    events: pd.DataFrame
    findings: pd.DataFrame


def resolve(records: pd.DataFrame, keys: Keys, exports: Sequence[ExportReading]) -> Resolved:
    """Decide for every row whether it stands.

    Parameters
    ----------
    records : clean rows with their own faults.
    keys : codes of the compared fields.
    exports : all exports; their order plays no part.
    """
    state = state_of(records, keys, exports)
    found: list[pd.DataFrame] = []
    identity, reused = identify_by_id(records, keys, state.order)
    identity = identify_persons(records, keys, identity)
    identity = link_by_content(state, identity)
    found.append(at_rows(records, "id_reused", reused, "同一编号用在不同街镇、不同日期的记录上，均计入，请核对编号"))
    duplicate, stander = _duplicates(state, identity)
    named = records["named"].to_numpy()
    others = (named[duplicate] != named[stander]) & (named[duplicate] != "") & (named[stander] != "")
    conflict = duplicate[keys.differ(duplicate, stander) | others]
    reason = np.full(len(records), "", dtype=object)
    reason[duplicate] = "duplicate"
    versions = np.flatnonzero(reason == "")
    versions = versions[np.lexsort((state.order[versions], identity[versions]))]
    last = np.append(identity[versions][1:] != identity[versions][:-1], True) if len(versions) else np.empty(0, bool)
    reason[versions[~last]] = "superseded"
    newest = newest_of(identity, versions[last])
    found += _version_findings(state, identity, versions, last, newest)
    conflict = np.union1d(conflict, _content_conflicts(state, identity, versions))
    found.append(at_rows(records, "conflict", conflict, "同一记录出现两次且内容不同，以后一次为准，请核对"))
    gone, events, guard = withdraw(state, identity, versions, exports)
    reason[gone] = "withdrawn"
    found.append(guard)
    superseded, difference = persons_under_activities(state, identity, reason)
    reason[superseded] = "superseded"
    found.append(difference)
    final = np.where(reason == "", state.own, reason)
    found += [near_duplicates(state, identity, final), possible_revisions(state, identity, final, exports)]
    first = records.groupby(identity)["snapshot"].transform("min") if len(records) else records["snapshot"]
    resolved = records.assign(
        identity=identity,
        order=state.order,
        reason=pd.Categorical(pd.array(final, dtype="str")),
        first_snapshot=first,
        disposition=pd.Categorical.from_codes((final != "").astype(np.int8), ["counted", "excluded"]),
    )
    return Resolved(resolved, events, stacked(found, FINDING_COLUMNS))


# --- within one export ----------------------------------------------------------------------------------------------


def _duplicates(state: State, identity: npt.NDArray[np.int64]) -> tuple[Rows, Rows]:
    """Rows that repeat a record of the same file, with the row that stands in their place."""
    group = factorise(identity, state.order)
    size = np.bincount(group, minlength=1)
    rows = np.flatnonzero(size[group] > 1)
    if not len(rows):
        return rows, rows
    frame = pd.DataFrame(
        {
            "position": rows,
            "group": group[rows],
            "sheet": state.sheet_rank[rows],
            "row": state.records["row"].to_numpy()[rows],
            "recorded": state.records["recorded_at"].to_numpy()[rows],
        }
    ).sort_values(["group", "sheet", "row"])
    heads = frame.groupby(["group", "sheet"]).tail(1)
    unknown = heads["recorded"].isna().groupby(heads["group"]).transform("any")
    heads = heads.assign(key=heads["recorded"].where(~unknown)).sort_values(
        ["group", "key", "sheet"], na_position="first"
    )
    stands = heads.groupby("group").tail(1).set_index("group")["position"]
    stander = frame["group"].map(stands).to_numpy(dtype=np.intp)
    positions = frame["position"].to_numpy(dtype=np.intp)
    lost = positions != stander
    return positions[lost], stander[lost]


# --- across exports -------------------------------------------------------------------------------------------------


def _version_findings(
    state: State, identity: npt.NDArray[np.int64], versions: Rows, last: Mask, newest: Rows
) -> list[pd.DataFrame]:
    """newest_unusable: an older version was valid. same_snapshot: exports of one date disagree."""
    older = versions[~last]
    stands = np.full(int(identity.max(initial=-1)) + 1, -1, dtype=np.int64)
    stands[identity[newest]] = newest
    successor = stands[identity[older]]
    bad = np.isin(state.own[successor], UNUSABLE) & (state.own[older] == "")
    snapshot = state.records["snapshot"].to_numpy().astype("datetime64[s]").astype(np.int64)
    equal = (snapshot[older] == snapshot[successor]) & state.keys.differ(older, successor)
    text = "最新一份导出中此记录无法使用（较早的一份可用），暂不计入，请改正后重试"
    same = "同一日期的两份导出对此记录说法不同，以文件名靠后的一份为准，请核对"
    return [
        at_rows(state.records, "newest_unusable", np.unique(successor[bad]), text),
        at_rows(state.records, "same_snapshot", np.unique(successor[equal]), same),
    ]


def _content_conflicts(state: State, identity: npt.NDArray[np.int64], versions: Rows) -> Rows:
    """Across exports, rows matched by content that differ in status or scenarios."""
    a, b = versions[:-1], versions[1:]
    same = (
        (identity[a] == identity[b])
        & ~(state.has_id[a] & state.has_id[b])
        & ~state.records["person_level"].to_numpy()[a]
    )
    return a[same][state.keys.differ(a[same], b[same], ("status", "scenarios"))]
