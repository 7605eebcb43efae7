"""Which rows are the same record: by id, else by content. Rules: docs/method.md#same-record."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.exports.coding import Mask

Rows = npt.NDArray[np.intp]
CONTENT = ("street", "venue", "activity", "activity_date", "start_time", "end_time", "service", "person_times")
ACTIVITY = ("street", "venue", "activity", "activity_date", "start_time")
COMPARED = (*CONTENT, "venue_type", "scenarios", "status")
ALWAYS = ("street", "activity_date", "person_times")


@dataclass(frozen=True)
class Keys:
    """Codes of the compared fields (equal code = equal value) and which of them each row's sheet has."""

    codes: dict[str, npt.NDArray[np.int64]]
    has: dict[str, Mask]
    signature: npt.NDArray[np.int32]  # rows of equal signature have the same columns

    def differ(self, a: Rows, b: Rows, fields: tuple[str, ...] = COMPARED) -> Mask:
        """Pairs of rows that differ in a field which both have."""
        result = np.zeros(len(a), dtype=bool)
        for f in fields:
            result |= (self.codes[f][a] != self.codes[f][b]) & self.has[f][a] & self.has[f][b]
        return result


def compare_keys(records: pd.DataFrame, raw: dict[str, npt.NDArray[np.int64]], present: list[frozenset[str]]) -> Keys:
    """Codes of the compared fields.

    Parameters
    ----------
    records : clean rows.
    raw : codes of the raw street, date and person-times cells, which stand in where the clean value is missing.
    present : per sheet number the fields it has.
    """
    codes = {}
    for name in COMPARED:
        column = records[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            clean = column.cat.codes.to_numpy().astype(np.int64)
            missing = is_blank(column)
        else:
            clean, missing = _integers(column)
        if name in raw:
            clean = np.where(missing, -2 - raw[name], clean)
        codes[name] = clean
    sheets = records["sheet_number"].to_numpy()
    has = {name: np.array([name in ALWAYS or name in p for p in present], dtype=bool)[sheets] for name in COMPARED}
    kinds = sorted(set(present), key=sorted)
    signature = np.array([kinds.index(p) for p in present], dtype=np.int32)[sheets]
    return Keys(codes, has, signature)


def is_blank(column: pd.Series) -> Mask:
    """Rows of a categorical of texts that hold none."""
    return (column.cat.categories == "").take(column.cat.codes.to_numpy()) if len(column) else np.zeros(0, dtype=bool)


def _integers(column: pd.Series) -> tuple[npt.NDArray[np.int64], Mask]:
    missing = column.isna().to_numpy()
    if str(column.dtype).startswith("datetime"):
        return column.to_numpy().astype("datetime64[s]").astype(np.int64), missing
    return column.fillna(0).astype("int64").to_numpy(), missing


def factorise(*columns: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """One code per distinct combination of codes."""
    combined = np.zeros(len(columns[0]) if columns else 0, dtype=np.int64)
    for column in columns:
        if len(column) and not np.ptp(column):
            continue  # one value tells nothing apart
        codes = pd.factorize(column)[0].astype(np.int64)
        combined = pd.factorize(combined * (int(codes.max(initial=0)) + 1) + codes)[0].astype(np.int64)
    return combined


def identify_by_id(
    records: pd.DataFrame, keys: Keys, order: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], Rows]:
    """Identity codes of rows with an id (-1 without); rows whose id was used for another record.

    The same id with another street and another date is not a version; an unreadable street or date is not "another".
    """
    ids = pd.factorize(records["record_id"])[0].astype(np.int64)
    has_id = (records["record_id"] != "").to_numpy()
    person = pd.factorize(records["person"])[0].astype(np.int64)
    cluster = np.zeros(len(records), dtype=np.int64)
    street, day = keys.codes["street"], keys.codes["activity_date"]
    reused: list[int] = []
    known = ~is_blank(records["street"]) & records["activity_date"].notna().to_numpy() & has_id
    suspects = _several(ids[known], street[known]) & _several(ids[known], day[known])
    if suspects:
        rows = np.flatnonzero(has_id & np.isin(ids, list(suspects)))
        for group in pd.Series(rows).groupby(ids[rows]).groups.values():
            members = rows[np.asarray(group)]
            at = records.iloc[members]
            members = members[np.lexsort((at["row"].to_numpy(), at["sheet"].astype(str).to_numpy(), order[members]))]
            numbers = _clusters(members, street, day, records)
            cluster[members] = numbers
            if max(numbers) > 0:
                reused += members.tolist()
    identity = np.full(len(records), -1, dtype=np.int64)
    identity[has_id] = factorise(ids[has_id], cluster[has_id], person[has_id])
    return identity, np.array(sorted(reused), dtype=np.intp)


def _several(ids: npt.NDArray[np.int64], values: npt.NDArray[np.int64]) -> set[int]:
    """Ids that stand beside more than one value."""
    first = np.zeros(int(ids.max(initial=-1)) + 1, dtype=np.int64)
    first[ids] = values
    return set(ids[values != first[ids]].tolist())


def _clusters(
    members: Rows, street: npt.NDArray[np.int64], day: npt.NDArray[np.int64], records: pd.DataFrame
) -> list[int]:
    """Rows of one id sorted into records: a row joins the first one in which some row shares its street or its date.

    A row whose street or date is unreadable comes last and founds no record of its own beside others.
    """
    known_street = (records["street"].iloc[members] != "").to_numpy()
    known_day = records["activity_date"].iloc[members].notna().to_numpy()
    readable = known_street & known_day
    groups: list[list[int]] = []
    numbers = [0] * len(members)
    for i in np.argsort(~readable, kind="stable").tolist():
        shared = (
            g
            for g, group in enumerate(groups)
            if any(
                (known_street[i] and known_street[j] and street[members[i]] == street[members[j]])
                or (known_day[i] and known_day[j] and day[members[i]] == day[members[j]])
                for j in group
            )
        )
        numbers[i] = next(shared, 0 if groups and not readable[i] else len(groups))
        if numbers[i] == len(groups):
            groups.append([])
        groups[numbers[i]].append(i)
    return numbers


def identify_persons(records: pd.DataFrame, keys: Keys, identity: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Person-level rows without an id: the activity's content and the person."""
    rows = np.flatnonzero((identity < 0) & records["person_level"].to_numpy() & (records["person"] != "").to_numpy())
    if not len(rows):
        return identity
    person = pd.factorize(records["person"].iloc[rows])[0].astype(np.int64)
    found = identity.copy()
    found[rows] = identity.max(initial=-1) + 1 + factorise(*(keys.codes[f][rows] for f in ACTIVITY), person)
    return found


def pair_by_content(old: Rows, new: Rows, has_id: Mask, keys: Keys) -> list[tuple[Rows, Rows]]:
    """The k-th row of `old` pairs with the k-th equal row of `new`, where at least one of the two has no id."""
    pairs: list[tuple[Rows, Rows]] = []
    old_left, new_left = old, new
    for new_with_id, old_with_id in ((False, False), (False, True), (True, False)):
        for s_new in np.unique(keys.signature[new_left]):
            for s_old in np.unique(keys.signature[old_left]):
                a = old_left[(keys.signature[old_left] == s_old) & (has_id[old_left] == old_with_id)]
                b = new_left[(keys.signature[new_left] == s_new) & (has_id[new_left] == new_with_id)]
                if not len(a) or not len(b):
                    continue
                found_old, found_new = _pair(a, b, keys)
                if len(found_old):
                    pairs.append((found_old, found_new))
                    old_left = old_left[~np.isin(old_left, found_old)]
                    new_left = new_left[~np.isin(new_left, found_new)]
    return pairs


def _pair(a: Rows, b: Rows, keys: Keys) -> tuple[Rows, Rows]:
    fields = [f for f in CONTENT if keys.has[f][a[0]] and keys.has[f][b[0]]]
    both = np.concatenate([a, b])
    content = factorise(*(keys.codes[f][both] for f in fields))
    old, new = (codes * len(both) + _ordinal(codes) for codes in (content[: len(a)], content[len(a) :]))
    _, in_old, in_new = np.intersect1d(old, new, assume_unique=True, return_indices=True)
    return a[in_old], b[in_new]


def _ordinal(codes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """0 for the first row of each code, 1 for the second …"""
    order = np.argsort(codes, kind="stable")
    ordered = codes[order]
    number = np.empty(len(codes), dtype=np.int64)
    number[order] = np.arange(len(codes)) - np.searchsorted(ordered, ordered)
    return number
