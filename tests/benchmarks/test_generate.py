"""The benchmark books: the same seed gives the same mess, and what they count is known."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from analysis.pipeline import Cleaned, counted, read_and_clean
from analysis.plan import load_plan
from tests.benchmarks.generate import Truth, write_set

BOOKS, ROWS = 6, 150  # the fifth book writes its text into the cells


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("set")


@pytest.fixture(scope="module")
def truth(folder: Path) -> Truth:
    return write_set(folder, BOOKS, ROWS, seed=7)


@pytest.fixture(scope="module")
def cleaned(folder: Path, truth: Truth) -> Cleaned:
    return read_and_clean(folder, load_plan())


def test_the_same_seed_writes_the_same_bytes(folder: Path, truth: Truth, tmp_path: Path) -> None:
    assert write_set(tmp_path / "again", BOOKS, ROWS, seed=7, workers=1) == truth
    assert write_set(tmp_path / "other", BOOKS, ROWS, seed=8) != truth
    for path in folder.iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()


def test_the_pipeline_counts_what_the_set_is_worth(truth: Truth, cleaned: Cleaned) -> None:
    records = counted(cleaned.records)
    assert cleaned.complete
    assert len(cleaned.records) == truth.rows == BOOKS * ROWS
    assert len(records) == truth.counted
    sums = records.groupby(records["street"].astype(str))["person_times"].sum().astype(int)
    assert sums.to_dict() == truth.by_street
    assert int(sums.sum()) == truth.person_times


def test_subtotals_and_totals_are_right(cleaned: Cleaned) -> None:
    """150 rows have a subtotal after each 50 and a total; a title row or more, the header, and no other row."""
    assert "control_total" not in set(cleaned.findings["kind"])
    assert (cleaned.accounting["not_record"].between(7, 10)).all()


def test_the_usual_mess_is_in_it(folder: Path, cleaned: Cleaned) -> None:
    reasons = set(cleaned.records["reason"].astype(str))
    assert reasons >= {"superseded", "cancelled", "pending"}
    assert reasons & {"bad_date", "bad_person_times", "unknown_street"}
    sheets = [load_workbook(p).worksheets[0] for p in sorted(folder.iterdir())]
    assert all("演示数据" in s["A1"].value and s.max_column == 16 for s in sheets)
    merges = [m for s in sheets for m in s.merged_cells.ranges if m.min_row > 1]
    assert {m.coord[0] for m in merges} == {"B", "C"}
    assert {type(c.value).__name__ for s in sheets for c in s["H"][4:-2]} >= {"datetime", "str"}


def test_all_text_is_read_from_both_ways_of_storing_it(folder: Path, truth: Truth) -> None:
    """The fifth book has no shared table, the others have; both show the same columns."""
    shared, inline = (load_workbook(folder / f"随申学_00{n}.xlsx").worksheets[0] for n in (1, 4))
    titles = [[c.value for c in row] for s in (shared, inline) for row in s.iter_rows() if row[0].value == "记录编号"]
    assert titles[0] == titles[1]
    assert len(titles) == 2
