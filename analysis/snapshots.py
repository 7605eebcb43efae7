"""One version of each record: superseded, duplicate and withdrawn rows. Rules: docs/method.md, "The same record twice"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.exports.coding import Mask
from analysis.exports.reading import ExportReading
from analysis.findings import FINDING_COLUMNS, findings, stacked
from analysis.identity import (
    ACTIVITY,
    COMPARED,
    CONTENT,
    Keys,
    Rows,
    factorise,
    identify_by_id,
    identify_persons,
    pair_by_content,
)

UNUSABLE = ("unknown_street", "bad_date", "outside_programme", "future_date", "bad_person_times", "unknown_status")
GUARD_RECORDS, GUARD_SHARE = 5, 0.2


@dataclass(frozen=True)
class Resolved:
    """`records` with identity, reason and disposition; `events` is the history of every record over the exports.

    events: identity, order (of the export), row (position in records, -1 = withdrawn).
    """

    records: pd.DataFrame
    events: pd.DataFrame
    findings: pd.DataFrame


@dataclass(frozen=True)
class _State:
    records: pd.DataFrame
    keys: Keys
    order: npt.NDArray[np.int64]  # export order of each row: by snapshot (unknown first), then by path
    sheet_rank: npt.NDArray[np.int64]
    has_id: Mask
    own: npt.NDArray[np.object_]


def resolve(records: pd.DataFrame, keys: Keys, exports: Sequence[ExportReading]) -> Resolved:
    """Decide for every row whether it stands.

    Parameters
    ----------
    records : clean rows with their own faults.
    keys : codes of the compared fields.
    exports : all exports; their order plays no part.
    """
    state = _state(records, keys, exports)
    found: list[pd.DataFrame] = []
    identity, reused = identify_by_id(records, keys, state.order)
    identity = identify_persons(records, keys, identity)
    identity = _link_by_content(state, identity)
    found.append(_at(records, "id_reused", reused, "同一编号用在不同街镇、不同日期的记录上，均计入，请核对编号"))
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
    newest = _newest_of(identity, versions[last])
    found += _version_findings(state, identity, versions, last, newest)
    conflict = np.union1d(conflict, _content_conflicts(state, identity, versions))
    found.append(_at(records, "conflict", conflict, "同一记录出现两次且内容不同，以后一次为准，请核对"))
    gone, events, guard = _withdraw(state, identity, versions, exports)
    reason[gone] = "withdrawn"
    found.append(guard)
    superseded, difference = _persons_under_activities(state, identity, reason)
    reason[superseded] = "superseded"
    found.append(difference)
    final = np.where(reason == "", state.own, reason)
    found += [_near_duplicates(state, identity, final), _possible_revisions(state, identity, final, exports)]
    first = records.groupby(identity)["snapshot"].transform("min") if len(records) else records["snapshot"]
    resolved = records.assign(
        identity=identity,
        order=state.order,
        reason=pd.Categorical(pd.array(final, dtype="str")),
        first_snapshot=first,
        disposition=pd.Categorical.from_codes((final != "").astype(np.int8), ["counted", "excluded"]),
    )
    return Resolved(resolved, events, stacked(found, FINDING_COLUMNS))


def export_order(exports: Sequence[ExportReading]) -> dict[str, int]:
    """Position of each export: unknown dates first, then by date, equal dates by path."""
    key = {e.path: (e.snapshot is not None, e.snapshot.isoformat() if e.snapshot else "", e.path) for e in exports}
    return {path: i for i, path in enumerate(sorted(key, key=lambda p: key[p]))}


def _state(records: pd.DataFrame, keys: Keys, exports: Sequence[ExportReading]) -> _State:
    position = export_order(exports)
    order = np.array([position[f] for f in records["file"].cat.categories], dtype=np.int64)[records["file"].cat.codes]
    names = list(records["sheet"].cat.categories)
    rank = {n: i for i, n in enumerate(sorted(names))}
    sheet_rank = np.array([rank[n] for n in names], dtype=np.int64)[records["sheet"].cat.codes]
    own = records["own_reason"].astype(object).to_numpy()
    return _State(records, keys, order, sheet_rank, (records["record_id"] != "").to_numpy(), own)


def _at(records: pd.DataFrame, kind: str, rows: Rows, message: str | list[str]) -> pd.DataFrame:
    at = records.iloc[rows]
    messages = [message] * len(rows) if isinstance(message, str) else message
    return findings(
        kind,
        at["file"].astype(object).to_numpy(),
        at["sheet"].astype(object).to_numpy(),
        at["row"].to_numpy(),
        messages,
    )


# --- identity by content --------------------------------------------------------------------------------------------


def _link_by_content(state: _State, identity: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
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
    state: _State,
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
        pool = _newest_of(_find(parent, identity), both, keep_order=True)


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


def _newest_of(identity: npt.NDArray[np.int64], rows: Rows, keep_order: bool = False) -> Rows:
    """The last of `rows` for each identity."""
    reverse = rows[::-1]
    _, index = np.unique(identity[reverse], return_index=True)
    chosen = reverse[index]
    return rows[np.isin(rows, chosen)] if keep_order else chosen


# --- within one export ----------------------------------------------------------------------------------------------


def _duplicates(state: _State, identity: npt.NDArray[np.int64]) -> tuple[Rows, Rows]:
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
    state: _State, identity: npt.NDArray[np.int64], versions: Rows, last: Mask, newest: Rows
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
        _at(state.records, "newest_unusable", np.unique(successor[bad]), text),
        _at(state.records, "same_snapshot", np.unique(successor[equal]), same),
    ]


def _content_conflicts(state: _State, identity: npt.NDArray[np.int64], versions: Rows) -> Rows:
    """Across exports, rows matched by content that differ in status or scenarios."""
    a, b = versions[:-1], versions[1:]
    same = (
        (identity[a] == identity[b])
        & ~(state.has_id[a] & state.has_id[b])
        & ~state.records["person_level"].to_numpy()[a]
    )
    return a[same][state.keys.differ(a[same], b[same], ("status", "scenarios"))]


def _withdraw(
    state: _State, identity: npt.NDArray[np.int64], versions: Rows, exports: Sequence[ExportReading]
) -> tuple[Rows, pd.DataFrame, pd.DataFrame]:
    """Replay the exports in order: a record missing from an export that covers it was deleted on the platform."""
    n = int(identity.max(initial=-1)) + 1
    latest = np.full(n, -1, dtype=np.int64)
    withdrawn = np.zeros(n, dtype=bool)
    by_order = versions[np.argsort(state.order[versions], kind="stable")]
    bounds = np.searchsorted(state.order[by_order], np.arange(len(exports) + 1))
    all_rows = np.argsort(state.order, kind="stable")
    all_bounds = np.searchsorted(state.order[all_rows], np.arange(len(exports) + 1))
    events, found = [], []
    position = export_order(exports)
    for export in sorted(exports, key=lambda e: position[e.path]):
        k = position[export.path]
        new = by_order[bounds[k] : bounds[k + 1]]
        if export.stated.coverage and export.snapshot and (latest >= 0).any():
            rows = all_rows[all_bounds[k] : all_bounds[k + 1]]
            missing, blocked = _missing(state, identity, export, rows, latest, withdrawn)
            withdrawn[missing] = True
            events.append(pd.DataFrame({"identity": missing, "order": k, "row": -1}))
            found += blocked
        latest[identity[new]] = new
        withdrawn[identity[new]] = False
        events.append(pd.DataFrame({"identity": identity[new], "order": k, "row": new}))
    history = (
        stacked(events, ["identity", "order", "row"]) if events else pd.DataFrame(columns=["identity", "order", "row"])
    )
    return latest[withdrawn], history, stacked(found, FINDING_COLUMNS)


def _missing(
    state: _State,
    identity: npt.NDArray[np.int64],
    export: ExportReading,
    rows: Rows,
    latest: npt.NDArray[np.int64],
    withdrawn: Mask,
) -> tuple[npt.NDArray[np.int64], list[pd.DataFrame]]:
    """Identities that the export withdraws, and the findings where the guard keeps them."""
    records = state.records
    standing = np.flatnonzero((latest >= 0) & ~withdrawn)
    at = latest[standing]
    dates = records["activity_date"].to_numpy()[at]
    snapshots = records["snapshot"].to_numpy()[at]
    older = np.isnat(snapshots) | (snapshots < np.datetime64(export.snapshot, "s"))
    periods = [(np.datetime64(first, "s"), np.datetime64(last, "s")) for first, last in export.stated.coverages]
    inside = older & np.any([(dates >= first) & (dates <= last) for first, last in periods], axis=0)
    standing, at = standing[inside], at[inside]
    streets = records["street"].astype(object).to_numpy()
    scope = _scope(export, set(streets[rows]) - {""})
    gone = ~np.isin(standing, identity[rows])
    ids = records["record_id"].to_numpy()
    gone &= ~((ids[at] != "") & np.isin(ids[at], ids[rows]))
    unreadable = pd.Series(state.own[rows]).isin(UNUSABLE[:2] + UNUSABLE[4:]).to_numpy() | np.array(
        [
            any(f in str(x).split() for f in ("bad_date", "unknown_street", "bad_person_times", "unknown_status"))
            for x in records["faults"].iloc[rows]
        ],
        dtype=bool,
    )
    doubtful = set(streets[rows][unreadable])
    partly = any(s.state == "not_understood" or s.left for s in export.sheets) or "" in doubtful
    result, found = [], []
    for street in sorted(scope):
        of_street = streets[at] == street
        lost = standing[of_street & gone]
        if not len(lost):
            continue
        total = int(of_street.sum())
        if partly or street in doubtful or (len(lost) > GUARD_RECORDS and len(lost) > GUARD_SHARE * total):
            why = (
                "本表有读不懂的行或工作表"
                if partly or street in doubtful
                else f"占应有记录{total}条的{len(lost) / total:.0%}"
            )
            message = f"{street}有{len(lost)}条较早的记录在本表的统计区间内却不在表中（{why}），未作删除处理，仍计入，请核对是否导出不全"
            found.append(findings("mass_withdrawal", [export.path], [""], [None], [message]))
        else:
            result.append(lost)
    return (np.concatenate(result) if result else np.empty(0, np.int64)), found


def _scope(export: ExportReading, appearing: set[object]) -> set[str]:
    """The street an export speaks for: the stated one, else those that appear in it."""
    stated = set(export.stated_streets)
    return stated or {str(s) for s in appearing}


# --- person-level sheets --------------------------------------------------------------------------------------------


def _persons_under_activities(
    state: _State, identity: npt.NDArray[np.int64], reason: npt.NDArray[np.object_]
) -> tuple[Rows, pd.DataFrame]:
    """Person-level rows of an activity that also has an activity-level row: that row counts."""
    records = state.records
    person = records["person_level"].to_numpy()
    if not person.any() or person.all():
        return np.empty(0, np.intp), stacked([], FINDING_COLUMNS)
    stands = reason == ""
    usable = ~np.isin(
        state.own,
        ("unknown_street", "bad_date", "bad_person_times", "outside_programme", "future_date", "unknown_status"),
    )
    activities = np.flatnonzero(stands & ~person & usable)
    persons = np.flatnonzero(stands & person)
    activity_of = np.full(len(records), -1, dtype=np.int64)
    ids = records["record_id"].to_numpy()
    by_id = {ids[a]: a for a in activities if ids[a]}
    activity_of[persons] = [by_id.get(ids[p], -1) if ids[p] else -1 for p in persons]
    loose = persons[activity_of[persons] < 0]
    for s in np.unique(state.keys.signature[loose]):
        for t in np.unique(state.keys.signature[activities]):
            a = activities[state.keys.signature[activities] == t]
            p = loose[(state.keys.signature[loose] == s) & (activity_of[loose] < 0)]
            _match_activities(state, a, p, activity_of)
    covered = persons[activity_of[persons] >= 0]
    counted = covered[state.own[covered] == ""]
    tally = pd.Series(1, index=activity_of[counted]).groupby(level=0).sum()
    count = records["person_times"].to_numpy(dtype=float, na_value=np.nan)
    differing = [(a, int(n)) for a, n in tally.items() if n != count[a]]
    found = _at(
        records,
        "person_level_difference",
        np.array([a for a, _ in differing], dtype=np.intp),
        [f"本行记{count[a]:.0f}人次，名单为{n}人，以本行为准，请核对" for a, n in differing],
    )
    return covered, found


def _match_activities(state: _State, activities: Rows, persons: Rows, activity_of: npt.NDArray[np.int64]) -> None:
    if not len(activities) or not len(persons):
        return
    keys, both = state.keys, np.concatenate([activities, persons])
    fields = [f for f in ACTIVITY if keys.has[f][activities[0]] and keys.has[f][persons[0]]]
    content = factorise(*(keys.codes[f][both] for f in fields))
    owner = dict(zip(content[: len(activities)], activities, strict=True))
    for row, c in zip(persons, content[len(activities) :], strict=True):
        a = owner.get(c)
        if a is not None and not (state.has_id[a] and state.has_id[row]):
            activity_of[row] = a


# --- what may be the same -------------------------------------------------------------------------------------------


def _near_duplicates(state: _State, identity: npt.NDArray[np.int64], reason: npt.NDArray[np.object_]) -> pd.DataFrame:
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
    return _at(records, "near_duplicate", rows[again], "与同表另一行内容完全相同，两行均计入，请核对是否重复登记")


def _possible_revisions(
    state: _State, identity: npt.NDArray[np.int64], reason: npt.NDArray[np.object_], exports: Sequence[ExportReading]
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
    return _at(
        records,
        "possible_revision",
        np.array(sorted(found), dtype=np.intp),
        "另一份导出中有同一活动但人次不同，两条均计入，可能是同一记录的更正，请核对",
    )


def _revised(state: _State, rows: Rows) -> set[int]:
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


__all__ = ["COMPARED", "Resolved", "export_order", "resolve"]
