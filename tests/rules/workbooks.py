"""Builds folders of exports for the rule tests and reads them with the pipeline.

`folder(tmp_path, {"随申学_20210701.xlsx": {"Sheet1": rows}, "b.csv": "街镇,…", "c.zip": {...}})` writes the files,
`run(path)` reads them and answers questions about what became of each row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from tests.rules.formats import Sheet, csv_text, edited, ods, xls, xlsx, zip_of

NOT_RECORD, COUNTED = "not_record", "counted"
REASONS = {
    "superseded", "duplicate", "withdrawn", "cancelled", "pending", "unknown_status", "unknown_street", "bad_date",
    "outside_programme", "future_date", "bad_person_times",
}
Content = Any  # {sheet name: rows or Sheet} for a workbook, {member: content} for a .zip, text (UTF-8), bytes, or rows


def folder(tmp_path: Path, *files: Mapping[str, Content]) -> Path:
    """Write files (names may hold "/") below `tmp_path` / "raw" and return that folder."""
    raw = tmp_path / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    for group in files:
        for name, content in group.items():
            path = raw / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(encoded(name, content))
    return raw


def encoded(name: str, content: Content) -> bytes:
    """The bytes of one file; a dict is a workbook in the format of the name's extension, or a zip's members."""
    if isinstance(content, bytes):
        return content
    if isinstance(content, str):
        return content.encode("utf-8")
    extension = name.rsplit(".", 1)[-1].lower()
    if not isinstance(content, Mapping):
        return csv_text(content).encode("utf-8") if extension == "csv" else xlsx({"Sheet1": content})
    if extension == "zip":
        return zip_of({member: encoded(member, inner) for member, inner in content.items()})
    return {"xls": xls, "ods": ods}.get(extension, xlsx)(content)


@dataclass(frozen=True)
class Result:
    """What became of a folder; `cleaned` is the pipeline's own answer."""

    cleaned: Any
    plan: Any

    @property
    def ledger(self) -> pd.DataFrame:
        return self.cleaned.ledger

    @property
    def repairs(self) -> pd.DataFrame:
        return self.cleaned.repairs

    @property
    def findings(self) -> pd.DataFrame:
        return self.cleaned.findings

    @property
    def files(self) -> pd.DataFrame:
        return self.cleaned.files

    @property
    def complete(self) -> bool:
        return bool(self.cleaned.complete)

    @cached_property
    def progress(self) -> pd.DataFrame:
        """progress.csv's table at the programme's last day."""
        from analysis.progress import progress

        counted = self.cleaned.records[self.cleaned.records["disposition"] == COUNTED]
        return progress(counted, self.plan, self.plan.last_day)

    def total(self, street: str | None = None) -> int:
        """Counted person-times of the ledger, of one street (short name) or of all."""
        rows = self.ledger[self.ledger["disposition"] == COUNTED]
        if street is not None:
            rows = rows[rows["street"].astype(str) == street]
        return int(pd.to_numeric(rows["person_times"]).sum())

    def totals(self) -> dict[str, int]:
        """Counted person-times by street, streets without any left out."""
        streets = self.ledger.loc[self.ledger["disposition"] == COUNTED, "street"].astype(str).unique()
        return {s: self.total(s) for s in sorted(streets)}

    def verdicts(self) -> dict[tuple[str, str, int], str]:
        """Every ledger row: (file, sheet, row) → "counted", "not_record" or the reason of its exclusion."""
        led = self.ledger
        disposition = led["disposition"].astype(str)
        verdict = led["reason"].astype(str).where(disposition == "excluded", disposition)
        keys = zip(led["file"].astype(str), led["sheet"].astype(str), led["row"].astype(int), strict=True)
        found = dict(zip(keys, verdict, strict=True))
        assert len(found) == len(led), "a row stands in the ledger twice"
        return found

    def rows(self, file: str = "", sheet: str = "") -> dict[int, str]:
        """Verdicts by row number of one file and sheet (may be left out if there is only one)."""
        chosen = {k: v for k, v in self.verdicts().items() if file in ("", k[0]) and sheet in ("", k[1])}
        assert len({k[:2] for k in chosen}) <= 1, f"several sheets: {sorted({k[:2] for k in chosen})}"
        return {k[2]: v for k, v in chosen.items()}

    def reasons(self) -> dict[tuple[str, str, int], str]:
        """Excluded rows: (file, sheet, row) → reason."""
        return {k: v for k, v in self.verdicts().items() if v not in (COUNTED, NOT_RECORD)}

    def faults(self, row: int, file: str = "", sheet: str = "") -> set[str]:
        """All faults of one row."""
        led = self.ledger
        chosen = led[(led["row"].astype(int) == row) & (led["file"].astype(str).eq(file) | (file == ""))
                     & (led["sheet"].astype(str).eq(sheet) | (sheet == ""))]
        assert len(chosen) == 1, f"{len(chosen)} ledger rows"
        text = chosen["faults"].iloc[0]
        return set() if pd.isna(text) else set(str(text).split())

    def kinds(self) -> set[str]:
        """Kinds of all findings."""
        return set(self.findings["kind"].astype(str))

    def flags(self) -> set[str]:
        """Kinds of findings beyond those that only repeat why a row was excluded."""
        return self.kinds() - REASONS

    def found(self, kind: str) -> pd.DataFrame:
        """Findings of one kind."""
        return self.findings[self.findings["kind"].astype(str) == kind]

    def found_rows(self, kind: str) -> list[int]:
        """Row numbers of the findings of one kind, sorted."""
        return sorted(int(r) for r in pd.to_numeric(self.found(kind)["row"]).dropna())

    def severities(self, kind: str) -> set[str]:
        """Severities of the findings of one kind."""
        return set(self.found(kind)["severity"].astype(str))

    def statuses(self) -> dict[str, str]:
        """file → read / unread / ignored."""
        return dict(zip(self.files["file"].astype(str), self.files["status"].astype(str), strict=True))

    def snapshot(self, file: str) -> pd.Timestamp:
        """The date a file's content is of; NaT if unknown."""
        value = self.files.loc[self.files["file"].astype(str) == file, "snapshot"].iloc[0]
        return pd.NaT if value is None or value == "" else pd.Timestamp(value)

    def message(self, file: str) -> str:
        """What files.csv tells the analyst of one file."""
        return str(self.files.loc[self.files["file"].astype(str) == file, "message"].iloc[0])


def expect(
    result: Result, rows: Mapping[int, str], totals: Mapping[str, int], flags: set[str] | None = None, **where: str
) -> None:
    """Compare the whole ledger of one sheet, the counted totals by street and (if given) all other findings."""
    assert result.rows(**where) == rows
    assert result.totals() == totals
    assert result.flags() == flags if flags is not None else True
    balanced(result)


def balanced(result: Result) -> None:
    """Every row read is counted, excluded or not a record, in the ledger and in the files table alike."""
    for _, line in result.cleaned.accounting.iterrows():
        assert line["rows"] == line["counted"] + line["excluded"] + line["not_record"]
    verdicts = result.verdicts()
    assert int(result.cleaned.accounting["rows"].sum()) == len(verdicts)
    assert int(result.cleaned.accounting["counted"].sum()) == list(verdicts.values()).count(COUNTED)


def run(raw: Path, known_by: date | None = None, plan: Any = None, **options: Any) -> Result:
    """Read and clean a folder in this process; options go to `read_and_clean`, one worker unless said otherwise."""
    from analysis.pipeline import read_and_clean
    from analysis.plan import load_plan

    plan = plan or load_plan()
    return Result(read_and_clean(raw, plan, known_by, **{"workers": 1, **options}), plan)


__all__ = [
    "COUNTED", "NOT_RECORD", "REASONS", "Result", "Sheet", "balanced", "csv_text", "edited", "expect", "folder", "ods",
    "run", "xls", "xlsx", "zip_of",
]
