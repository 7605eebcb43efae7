"""corrections.csv beside the exports: cell values that somebody has decided to correct, with reason and name."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.exports.coding import BLANK, Coded
from analysis.exports.privacy import mask
from analysis.findings import FINDING_COLUMNS, REPAIR_COLUMNS, finding, stacked
from analysis.values import parse_record_id, shown
from analysis.vocabulary import compared_title, load_vocabulary, squeeze

CORRECTIONS_FILE = "corrections.csv"
TITLES = {
    "文件": "file",
    "工作表": "sheet",
    "行": "row",
    "行号": "row",
    "记录编号": "record_id",
    "列": "column",
    "原值": "from",
    "新值": "to",
    "原因": "reason",
    "经办人": "who",
    "日期": "date",
}


@dataclass(frozen=True)
class Correction:
    """One line of corrections.csv; it speaks of one row (file, sheet, row) or of all rows with a record id."""

    line: int
    file: str
    sheet: str
    row: int | None
    record_id: str
    column: str  # canonical name, '' if not understood
    before: str
    after: str
    note: str


def load_corrections(folder: Path) -> list[Correction]:
    """Read corrections.csv (UTF-8 or GB18030) of a folder; an empty list if there is none."""
    path = folder / CORRECTIONS_FILE
    if not folder.is_dir() or not path.is_file():
        return []
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", errors="replace")
    reader = csv.DictReader(text.splitlines())
    return [_correction(i, line) for i, line in enumerate(reader, 2) if any(line.values())]


def _correction(number: int, line: dict[str, str]) -> Correction:
    cells = {TITLES.get(str(k).strip(), str(k).strip()): str(v or "").strip() for k, v in line.items() if k}
    title = cells.get("column", "")
    canonical = load_vocabulary().title_of.get(compared_title(title), ("", 0))[0]
    row = cells.get("row", "")
    note = "；".join(filter(None, (cells.get("reason", ""), cells.get("who", ""), cells.get("date", ""))))
    return Correction(
        number,
        cells.get("file", ""),
        cells.get("sheet", ""),
        int(row) if row.isdigit() else None,
        str(parse_record_id(cells.get("record_id") or None).value),
        canonical or title,
        cells.get("from", ""),
        cells.get("to", ""),
        str(mask(note)),
    )


def apply_corrections(
    raw: dict[str, Coded], place: pd.DataFrame, corrections: Sequence[Correction]
) -> tuple[dict[str, Coded], pd.DataFrame, pd.DataFrame]:
    """Corrected raw columns, the repairs made, and an error finding for every correction that matches nothing.

    Parameters
    ----------
    raw : raw cells by canonical column, parallel to `place`.
    place : file, sheet and row of each record row.
    corrections : lines of corrections.csv, applied in their order.
    """
    if not corrections:
        return raw, stacked([], REPAIR_COLUMNS), stacked([], FINDING_COLUMNS)
    corrected = dict(raw)
    texts = [*(str(parse_record_id(v).value) for v in raw["record_id"].values), ""]
    ids = np.array(texts, dtype=object)[raw["record_id"].codes]
    repairs, found = [], []
    for c in corrections:
        rows = _rows(c, place, ids) if c.column in corrected else np.empty(0, np.intp)
        asked, rows = rows, _with(corrected, c, rows, c.before)
        if not len(rows) or _overtaken(c, place, asked, corrected):
            found.append(
                finding(
                    "correction_unmatched",
                    CORRECTIONS_FILE,
                    "",
                    c.line,
                    "这条更正找不到对应的行，或原值已不同，未执行；请核对后修改或删去",
                )
            )
            continue
        corrected[c.column] = _set(corrected[c.column], rows, c.after)
        at = place.iloc[rows]
        repairs.append(
            pd.DataFrame(
                {
                    "file": at["file"].astype(object).to_numpy(),
                    "sheet": at["sheet"].astype(object).to_numpy(),
                    "row": at["row"].to_numpy(),
                    "column": c.column,
                    "raw": str(mask(c.before)),
                    "clean": str(mask(c.after)),
                    "rule": f"correction：{c.note}" if c.note else "correction",
                }
            )
        )
    return corrected, stacked(repairs, REPAIR_COLUMNS), stacked(found, FINDING_COLUMNS)


def left_behind(records: pd.DataFrame, repairs: pd.DataFrame) -> pd.DataFrame:
    """An error finding for every corrected row that a newer version has replaced without the correction.

    Parameters
    ----------
    records : resolved rows (identity, reason).
    repairs : all repairs; those of corrections.csv are looked at.
    """
    place = ["file", "sheet", "row"]
    corrected = repairs[repairs["rule"].astype(str).str.startswith("correction") & repairs["column"].isin(records.columns)]
    if corrected.empty:
        return stacked([], FINDING_COLUMNS)
    known = records.assign(**{c: records[c].astype(str) for c in place}, position=np.arange(len(records)))
    rows = corrected.assign(**{c: corrected[c].astype(str) for c in place}).merge(known[[*place, "position"]], on=place)
    standing = ~records["reason"].isin(["superseded", "duplicate"]).to_numpy()
    successor = pd.Series(np.flatnonzero(standing), index=records["identity"].to_numpy()[standing])
    found = []
    for c in rows.itertuples():
        old = records.iloc[c.position]
        if standing[c.position] or old["identity"] not in successor.index:
            continue
        new = records.iloc[np.max(successor.loc[[old["identity"]]])]
        if str(new[c.column]) != str(old[c.column]):
            message = f"这一行已按更正表改过，但较新的{new['file']}第{new['row']}行没有改，以后者为准；请按记录编号更正，或更正后者"
            found.append(finding("correction_unmatched", str(old["file"]), str(old["sheet"]), int(old["row"]), message))
    return stacked(found, FINDING_COLUMNS)


def _with(raw: dict[str, Coded], c: Correction, rows: np.ndarray, text: str) -> np.ndarray:
    """Rows whose cell says `text`; a date cell may be written in any way."""
    return np.array([r for r in rows if _says(raw[c.column].at(int(r)), text)], dtype=np.intp)


def _says(cell: object, text: str) -> bool:
    if squeeze(shown(cell)) == squeeze(text):
        return True
    numbers = [int(n) for n in re.findall(r"\d+", text)[:3]]
    return isinstance(cell, date) and numbers == [cell.year, cell.month, cell.day]


def _overtaken(c: Correction, place: pd.DataFrame, rows: np.ndarray, raw: dict[str, Coded]) -> bool:
    """By id: the newest export says neither the old nor the new value, so somebody must decide again."""
    if c.row is not None:
        return False
    snapshots = place["snapshot"].iloc[rows]
    dated = snapshots[snapshots.notna()]
    newest = rows[(snapshots == dated.max()).to_numpy()] if len(dated) else rows
    return not len(_with(raw, c, newest, c.before)) and not len(_with(raw, c, newest, c.after))


def _rows(c: Correction, place: pd.DataFrame, ids: np.ndarray) -> np.ndarray:
    if c.row is not None and c.file:
        match = (place["file"] == c.file) & (place["row"] == c.row)
        if c.sheet:
            match &= place["sheet"] == c.sheet
        return np.flatnonzero(match)
    return np.flatnonzero(ids == c.record_id) if c.record_id else np.empty(0, np.intp)


def _set(column: Coded, rows: np.ndarray, text: str) -> Coded:
    codes = column.codes.copy()
    codes[rows] = len(column.values) if text else BLANK
    return replace(column, codes=codes, values=[*column.values, mask(text)] if text else column.values)
