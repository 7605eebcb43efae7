"""What an analyst's notebook does, as a script: pandas, openpyxl and a function applied to every cell."""

import json
import re
import sys
import unicodedata
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd

from tests.benchmarks.street_names import STREETS

PASSED = {"已通过", "审核通过", "已完成", ""}


def street(cell: object) -> str | None:
    """Short name of a street."""
    text = re.sub(r"[\s\u200b]", "", str(cell))
    return STREETS.get(re.sub(r"^上海市|^普陀区|办事处$", "", re.sub(r"^上海市", "", text)))


def day(cell: object) -> date | None:
    """Date of an activity."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, int | float) and cell == cell:
        return date(1899, 12, 30) + timedelta(days=int(cell)) if cell < 100_000 else None
    text = str(cell)
    for pattern in (r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})", r"^(\d{4})(\d{2})(\d{2})$", r"^()(\d{1,2})[/月](\d{1,2})"):
        found = re.search(pattern, text)
        if found:
            return date(int(found[1] or 2021), int(found[2]), int(found[3]))
    return None


def person_times(cell: object) -> int:
    """Person-times, 0 if it is no whole number."""
    found = re.fullmatch(r"约?(\d+)(人|人次)?", unicodedata.normalize("NFKC", str(cell)).strip())
    return int(found[1]) if found else 0


def read_book(path: Path) -> pd.DataFrame:
    """Record rows of one export."""
    raw = pd.read_excel(path, header=None, engine="openpyxl")
    top = raw.index[raw[0] == "记录编号"][0]
    table = raw.iloc[top + 1 :].set_axis(raw.iloc[top].tolist(), axis=1)
    table = table[table["记录编号"].notna()].copy()
    table["街镇"] = table["街镇"].ffill()
    return table


def main(folder: Path, out: Path) -> None:
    """Totals by street, and by street and day."""
    table = pd.concat([read_book(p) for p in sorted(folder.glob("*.xlsx"))], ignore_index=True)
    table = table.drop_duplicates("记录编号", keep="last")
    table["street"] = table["街镇"].apply(street)
    table["day"] = table["活动日期"].apply(day)
    table["person_times"] = table["参加人次"].apply(person_times)
    table = table[table["状态"].fillna("").isin(PASSED) & table["street"].notna() & table["day"].notna() & (table["person_times"] > 0)]
    daily = table.groupby(["street", "day"], as_index=False)["person_times"].sum()
    out.mkdir(parents=True, exist_ok=True)
    daily.to_csv(out / "daily.csv", index=False, encoding="utf-8-sig")
    totals = {k: int(v) for k, v in table.groupby("street")["person_times"].sum().items()}
    (out / "totals.json").write_text(json.dumps(totals, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
