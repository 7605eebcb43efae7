"""Why a figure has changed: between exports (revisions.csv) and between two briefings (compare)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis.ledger import AccountingError
from analysis.pipeline import Cleaned, counted

REVISION_COLUMNS = ["street", "activity_month", "what", "record_id", "before", "after", "from_snapshot", "to_snapshot"]
KINDS = {
    "added_late": "补录",
    "changed": "更正人次",
    "cancelled": "取消或不再有效",
    "withdrawn": "平台已删除",
    "moved": "改街镇或日期",
}


@dataclass(frozen=True)
class Comparison:
    """Two figures for one date and what lies between them; `streets` adds up per street, `changes` is per record."""

    as_of: date
    old_known_by: date
    new_known_by: date
    changes: pd.DataFrame  # REVISION_COLUMNS + file, sheet, row
    streets: pd.DataFrame  # street, before, one column per kind, after


def revisions(cleaned: Cleaned) -> pd.DataFrame:
    """Changes of records from export to export.

    Returns
    -------
    DataFrame
        REVISION_COLUMNS. `before` and `after` are person-times; a moved record has a line where it left and one where
        it arrived, so that the sum of after − before is the change of each street's figure.
    """
    records, events = cleaned.records, cleaned.events
    if events.empty:
        return pd.DataFrame(columns=REVISION_COLUMNS)
    table = _with_ids(_changes(_steps(records, events)), records).astype({"street": "str"})[REVISION_COLUMNS]
    by = ["to_snapshot", "street", "activity_month", "record_id", "after"]
    return table.sort_values(by, kind="stable", na_position="first", ignore_index=True)


def _changes(steps: pd.DataFrame) -> pd.DataFrame:
    parts = [_added(steps), _withdrawn(steps), _restored(steps), *_edited(steps)]
    table = pd.concat(parts, ignore_index=True)
    return table[table["before"] != table["after"]]


def _steps(records: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Each event with the version before it. Person-level rows that an activity-level row covers have no part."""
    ordered = events.sort_values(["identity", "order"], kind="stable").reset_index(drop=True)
    last = ordered.groupby("identity")["row"].transform("last").to_numpy(dtype=np.int64)
    reasons = records["reason"].astype(object).to_numpy()
    covered = (last >= 0) & (reasons[np.where(last >= 0, last, 0)] == "superseded")
    ordered = ordered[~covered].reset_index(drop=True)
    same = ordered["identity"].eq(ordered["identity"].shift())
    row = ordered["row"].to_numpy(dtype=np.int64)
    before = np.where(same, np.roll(row, 1), -2)  # -2: first seen, -1: withdrawn
    version = np.where(row >= 0, row, np.where(before >= 0, before, 0))
    snapshots = _snapshot_by_order(records)
    steps = _described(records, np.where(before >= 0, before, version), "old").join(_described(records, version, "new"))
    to = ordered["order"].map(snapshots)
    return steps.assign(row=row, before_row=before, to_snapshot=to, from_snapshot=_previous(to, snapshots))


def _snapshot_by_order(records: pd.DataFrame) -> pd.Series:
    return records.drop_duplicates("order").set_index("order")["snapshot"]


def _previous(to: pd.Series, snapshots: pd.Series) -> pd.Series:
    """The newest date of an export before each date; NaT if there is none."""
    known = np.sort(snapshots.dropna().unique())
    at = np.searchsorted(known, to.to_numpy(), side="left") - 1
    values = (
        np.where(at >= 0, known[np.maximum(at, 0)], np.datetime64("NaT"))
        if len(known)
        else np.full(len(to), np.datetime64("NaT"))
    )
    return pd.Series(values.astype("datetime64[s]"), index=to.index).where(to.notna())


def _described(records: pd.DataFrame, rows: np.ndarray, prefix: str) -> pd.DataFrame:
    valid = (records["faults"].cat.codes == records["faults"].cat.categories.get_indexer([""])[0]).to_numpy()
    count = np.where(valid, records["person_times"].fillna(0).to_numpy(dtype=np.int64), 0)
    return pd.DataFrame(
        {
            f"{prefix}_street": records["street"].array[rows],
            f"{prefix}_date": records["activity_date"].to_numpy()[rows],
            f"{prefix}_count": count[rows],
            f"{prefix}_position": rows,
        }
    )


def _lines(steps: pd.DataFrame, what: str, side: str, before: object, after: object) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "street": steps[f"{side}_street"],
            "activity_month": _months(steps[f"{side}_date"]),
            "what": what,
            "before": before,
            "after": after,
            "from_snapshot": steps["from_snapshot"],
            "to_snapshot": steps["to_snapshot"],
            "old_position": steps["old_position"],
            "new_position": steps["new_position"],
        }
    )


def _with_ids(table: pd.DataFrame, records: pd.DataFrame) -> pd.DataFrame:
    """The id of the newer version, else that of the older one."""
    ids = pa.array(records["record_id"], pa.string())
    new, old = (ids.take(pa.array(table[f"{side}_position"].to_numpy())) for side in ("new", "old"))
    return table.assign(record_id=pd.array(pc.if_else(pc.equal(new, ""), old, new), dtype="str"))


def _months(dates: pd.Series) -> pd.Series:
    """Months as 2021-04, '' for a missing date; each distinct one is written once."""
    codes, months = pd.factorize(dates.to_numpy().astype("datetime64[M]"))
    texts = pd.Series([*(str(m)[:7] for m in months.astype("datetime64[M]")), ""], dtype="str")
    return texts.take(codes).set_axis(dates.index)


def _added(steps: pd.DataFrame) -> pd.DataFrame:
    """First seen in an export although the activity lies before the previous export's date."""
    first = steps[(steps["before_row"] == -2) & steps["from_snapshot"].notna()]
    late = first[first["new_date"] <= first["from_snapshot"]]
    return _lines(late, "added_late", "new", 0, late["new_count"])


def _withdrawn(steps: pd.DataFrame) -> pd.DataFrame:
    gone = steps[(steps["row"] == -1) & (steps["before_row"] >= 0)]
    return _lines(gone, "withdrawn", "old", gone["old_count"], 0)


def _restored(steps: pd.DataFrame) -> pd.DataFrame:
    back = steps[(steps["row"] >= 0) & (steps["before_row"] == -1)]
    return _lines(back, "added_late", "new", 0, back["new_count"])


def _edited(steps: pd.DataFrame) -> list[pd.DataFrame]:
    both = steps[(steps["row"] >= 0) & (steps["before_row"] >= 0)]
    elsewhere = (both["old_street"] != both["new_street"]) | (both["old_date"] != both["new_date"])
    moved = both[elsewhere & (both["old_count"] > 0) & (both["new_count"] > 0)]
    rest = both.drop(moved.index)
    dropped = rest[(rest["new_count"] == 0)]
    changed = rest[(rest["new_count"] > 0)]
    return [
        _lines(moved, "moved", "old", moved["old_count"], 0),
        _lines(moved, "moved", "new", 0, moved["new_count"]),
        _lines(dropped, "cancelled", "old", dropped["old_count"], 0),
        _lines(changed, "changed", "new", changed["old_count"], changed["new_count"]),
    ]


# --- two briefings --------------------------------------------------------------------------------------------------


def compare(old: Cleaned, new: Cleaned, as_of: date, streets: list[str]) -> Comparison:
    """Explain the difference between two figures for the same date to the last person-time.

    Parameters
    ----------
    old, new : the same folder as known on two days (`known_by`).
    as_of : date of both figures.
    streets : all streets, in the order wanted.

    Raises
    ------
    AccountingError : earlier figure + changes ≠ today's figure (a fault of this program).
    """
    identity = new.records.set_index("row_id")["identity"]
    before = _standing(old, as_of, identity)
    after = _standing(new, as_of, identity)
    latest = (
        new.records.sort_values("order", kind="stable").drop_duplicates("identity", keep="last").set_index("identity")
    )
    merged = before.merge(after, on="identity", how="outer", suffixes=("_old", "_new"))
    changes = pd.concat([_change(merged, latest, as_of)], ignore_index=True)
    table = _bridge(before, after, changes, streets)
    return Comparison(as_of, _known(old), _known(new), changes, table)


def _known(cleaned: Cleaned) -> date:
    return cleaned.known_by or cleaned.default_as_of


def _standing(cleaned: Cleaned, as_of: date, identity: pd.Series) -> pd.DataFrame:
    rows = counted(cleaned.records)
    rows = rows[rows["activity_date"] <= pd.Timestamp(as_of)]
    frame = pd.DataFrame(
        {
            "identity": identity.reindex(rows["row_id"]).to_numpy(),
            "street": rows["street"].astype(object).to_numpy(),
            "day": rows["activity_date"].to_numpy(),
            "count": rows["person_times"].to_numpy(dtype=np.int64),
            "record_id": rows["record_id"].to_numpy(),
            "file": rows["file"].astype(object).to_numpy(),
            "sheet": rows["sheet"].astype(object).to_numpy(),
            "row": rows["row"].to_numpy(),
            "snapshot": rows["snapshot"].to_numpy(),
        }
    )
    return frame.assign(k=frame.groupby("identity").cumcount())


def _change(merged: pd.DataFrame, latest: pd.DataFrame, as_of: date) -> pd.DataFrame:
    pairs = merged[(merged["k_old"].isna()) | (merged["k_new"].isna()) | (merged["k_old"] == merged["k_new"])]
    lines = []
    for p in pairs.itertuples():
        had, has = pd.notna(p.count_old), pd.notna(p.count_new)
        if had and has and p.street_old == p.street_new:
            if p.count_old != p.count_new:
                lines.append(_line(p, "changed", "new", p.count_old, p.count_new))
        elif had and has:
            lines += [_line(p, "moved", "old", p.count_old, 0), _line(p, "moved", "new", 0, p.count_new)]
        elif has:
            lines.append(_line(p, "added_late", "new", 0, p.count_new))
        else:
            lines.append(_line(p, _why_gone(latest.loc[p.identity], as_of), "old", p.count_old, 0))
    return pd.DataFrame(lines, columns=[*REVISION_COLUMNS, "file", "sheet", "row"])


def _why_gone(version: pd.Series, as_of: date) -> str:
    if version["reason"] == "withdrawn":
        return "withdrawn"
    return (
        "moved"
        if version["disposition"] == "counted" and version["activity_date"] > pd.Timestamp(as_of)
        else "cancelled"
    )


def _line(p: Any, what: str, side: str, before: float, after: float) -> list[object]:
    get = lambda name, s=side: getattr(p, f"{name}_{s}")  # noqa: E731
    return [
        get("street"),
        pd.Timestamp(get("day")).strftime("%Y-%m"),
        what,
        get("record_id"),
        int(before),
        int(after),
        p.snapshot_old,
        p.snapshot_new,
        get("file"),
        get("sheet"),
        int(get("row")),
    ]


def _bridge(before: pd.DataFrame, after: pd.DataFrame, changes: pd.DataFrame, streets: list[str]) -> pd.DataFrame:
    table = pd.DataFrame({"street": streets})
    table["before"] = before.groupby("street")["count"].sum().reindex(streets, fill_value=0).to_numpy()
    delta = changes.assign(delta=changes["after"].astype(int) - changes["before"].astype(int))
    for kind in KINDS:
        of_kind = delta[delta["what"] == kind].groupby("street")["delta"].sum()
        table[kind] = of_kind.reindex(streets, fill_value=0).astype(int).to_numpy()
    table["after"] = after.groupby("street")["count"].sum().reindex(streets, fill_value=0).to_numpy()
    if not (table["before"] + table[list(KINDS)].sum(axis=1) == table["after"]).all():
        raise AccountingError(table.to_string())
    return table
