"""The made-up year: it repeats, it is believable, and what it adds up to is known."""

import re
import zipfile
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from analysis.pipeline import Cleaned, counted, read_and_clean
from analysis.plan import load_plan
from analysis.sample import sample_truth, write_sample

COMMITTED = Path(__file__).parents[1] / "raw_exports" / "sample"
MONTH_ENDS = ("0430", "0531", "0630", "0731", "0831", "0930", "1031", "1130", "1231")
PASSED = "已通过"


@pytest.fixture(scope="module")
def truth() -> pd.DataFrame:
    return sample_truth()


@pytest.fixture(scope="module")
def cleaned() -> Cleaned:
    return read_and_clean(COMMITTED, load_plan())


@pytest.fixture(scope="module")
def exports() -> list[pd.DataFrame]:
    """The nine district exports as plain tables, read without the product's own reader."""
    tables = []
    for day in MONTH_ENDS:
        rows = CalamineWorkbook.from_path(COMMITTED / f"随申学_2021{day}.xlsx").get_sheet_by_index(0).to_python()
        tables.append(pd.DataFrame(rows[4:], columns=rows[3]).set_index("记录编号"))
    return tables


def workbooks(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.xlsx"))


def parts(path: Path) -> list[tuple[str, tuple[int, ...], bytes]]:
    """Names, times and contents inside a workbook: what does not depend on the machine's zlib."""
    with zipfile.ZipFile(path) as package:
        return [(p.filename, p.date_time, package.read(p)) for p in package.infolist()]


# --- it repeats -----------------------------------------------------------------------------------------------------


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_sample(tmp_path / name, seed=5)
    write_sample(tmp_path / "c", seed=6)
    files = [p.relative_to(tmp_path / "a") for p in workbooks(tmp_path / "a")]
    assert files == [p.relative_to(tmp_path / "b") for p in workbooks(tmp_path / "b")]
    assert all((tmp_path / "a" / f).read_bytes() == (tmp_path / "b" / f).read_bytes() for f in files)
    last = "随申学_20211231.xlsx"
    assert (tmp_path / "a" / last).read_bytes() != (tmp_path / "c" / last).read_bytes()


def test_the_seed_still_makes_the_committed_set(tmp_path: Path) -> None:
    write_sample(tmp_path)
    names = [p.relative_to(COMMITTED) for p in workbooks(COMMITTED)]
    assert names == [p.relative_to(tmp_path) for p in workbooks(tmp_path)]
    differing = [str(n) for n in names if parts(tmp_path / n) != parts(COMMITTED / n)]
    assert differing == []


def test_the_committed_set_is_small_and_complete() -> None:
    files = workbooks(COMMITTED)
    assert sum(f.stat().st_size for f in files) < 800_000
    assert sorted(f.name for f in files if f.parent == COMMITTED) == [f"随申学_2021{d}.xlsx" for d in MONTH_ENDS]
    assert sum(f.parent.name == "街镇台账" for f in files) == 12


def test_every_sheet_says_in_its_title_that_it_is_made_up() -> None:
    for path in workbooks(COMMITTED):
        for sheet in load_workbook(path).worksheets:
            assert "演示数据" in sheet["A1"].value, f"{path.name} {sheet.title}"


def test_persons_and_telephone_numbers_are_plainly_invented() -> None:
    """No text looks like a mobile number; every name of a person says 演示."""
    for path in workbooks(COMMITTED):
        book = CalamineWorkbook.from_path(path)
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", str(rows))
            for header in rows[:5]:
                for c in [i for i, title in enumerate(header) if title in ("姓名", "志愿者姓名")]:
                    people = [r[c] for r in rows[rows.index(header) + 1 :] if r[c]]
                    assert people
                    assert all(str(p).startswith("演示") for p in people)


# --- it is believable -----------------------------------------------------------------------------------------------


def test_a_year_of_the_programmes_size(truth: pd.DataFrame) -> None:
    assert 700 <= len(truth) <= 900
    assert 10_000 <= truth["person_times"].sum() <= 14_000
    assert truth["person_times"].min() >= 1
    assert set(truth["street"]) == set(load_plan().street_names)
    assert truth["date"].between("2021-04-01", "2021-12-31").all()


def test_streets_differ(truth: pd.DataFrame) -> None:
    def by(day: str) -> pd.Series:
        return truth[truth["date"] <= day].groupby("street")["person_times"].sum()

    half, annual = by("2021-06-30") >= 500, by("2021-09-30") >= 1000
    assert set(half.index[~half]) == {"石泉", "万里", "桃浦"}
    assert set(annual.index[~annual]) == {"万里", "桃浦"}
    assert by("2021-12-31")["桃浦"] < 1000 <= by("2021-12-31")["万里"]
    assert by("2021-07-31")["长风"] >= 1000
    assert truth.loc[truth["street"] == "长征", "date"].max() <= pd.Timestamp("2021-09-10")


def test_weekdays_holidays_and_deadlines_show(truth: pd.DataFrame) -> None:
    days = pd.date_range("2021-04-01", "2021-12-30")
    daily = truth.groupby("date")["person_times"].sum().reindex(days, fill_value=0)
    weekday = days.day_of_week
    assert daily[weekday < 5].mean() > 3 * daily[weekday >= 5].mean()
    assert daily["2021-10-01":"2021-10-07"].sum() < 60
    assert daily["2021-06-19":"2021-06-30"].mean() > 1.5 * daily["2021-06-01":"2021-06-18"].mean()
    assert daily["2021-09-19":"2021-09-30"].mean() > 1.5 * daily["2021-09-01":"2021-09-18"].mean()


def test_records_come_late_change_and_go(exports: list[pd.DataFrame]) -> None:
    late = changed = deleted = cancelled = 0
    for (old, new), end in zip(pairwise(exports), MONTH_ENDS, strict=False):
        same = old.index.intersection(new.index)
        new_ids = new.index.difference(old.index)
        late += (new.loc[new_ids, "活动日期"] <= f"2021-{end[:2]}-{end[2:]}").sum()
        changed += (old.loc[same, "参加人次"] != new.loc[same, "参加人次"]).sum()
        cancelled += ((old.loc[same, "状态"] == PASSED) & (new.loc[same, "状态"] == "已取消")).sum()
        deleted += len(old.index.difference(new.index))
    assert late >= 50
    assert changed >= 10
    assert cancelled >= 4
    assert 3 <= deleted <= 20


def test_nothing_is_recorded_before_it_happened(exports: list[pd.DataFrame]) -> None:
    last = exports[-1]
    assert (last["录入时间"] >= last["活动日期"] + " " + last["结束时间"]).all()
    assert last.index.is_unique
    assert (last.index.str[:8] == last["录入时间"].str[:10].str.replace("-", "")).all()


# --- what it adds up to ---------------------------------------------------------------------------------------------


def test_truth_is_what_the_last_export_shows_and_six_later_activities(
    truth: pd.DataFrame, exports: list[pd.DataFrame]
) -> None:
    last = exports[-1][exports[-1]["状态"] == PASSED]
    later = truth[(truth["street"] == "万里") & (truth["scenarios"] == "用机、安全")].tail(6)
    assert len(truth) == len(last) + 6
    assert truth["person_times"].sum() == last["参加人次"].sum() + later["person_times"].sum()


@pytest.mark.parametrize("day", ["2021-06-30", "2021-09-30", "2021-12-31"])
def test_the_pipeline_counts_the_truth(day: str, truth: pd.DataFrame, cleaned: Cleaned) -> None:
    records = counted(cleaned.records)
    records = records[records["activity_date"] <= day].astype({"street": str})
    expected = truth[truth["date"] <= day]
    by_street = records.groupby("street")["person_times"].sum().astype(int).to_dict()
    assert by_street == expected.groupby("street")["person_times"].sum().to_dict()
    assert len(records) == len(expected)


def test_the_pipeline_finds_each_activity(truth: pd.DataFrame, cleaned: Cleaned) -> None:
    """Dates, numbers, scenarios and services too, not only sums."""
    columns = ["street", "date", "person_times", "scenarios", "service"]
    records = counted(cleaned.records).rename(columns={"activity_date": "date"})[columns].astype(str)
    found = sorted(records.itertuples(index=False, name=None))
    assert found == sorted(truth.astype(str).itertuples(index=False, name=None))


def test_every_sort_of_row_occurs(cleaned: Cleaned) -> None:
    assert cleaned.complete
    assert cleaned.sample
    assert cleaned.default_as_of.isoformat() == "2021-12-31"
    assert set(cleaned.records["reason"].astype(str)) == {
        "", "superseded", "duplicate", "withdrawn", "cancelled", "pending", "unknown_street", "bad_date",
        "outside_programme", "bad_person_times",
    }
    assert set(cleaned.repairs["rule"]) >= {"look_alike", "approximate", "chinese_numeral", "sum"}
    assert set(cleaned.findings["kind"]) >= {
        "near_duplicate", "large_session", "home_visit", "unknown_scenario", "control_total", "bad_date", "conflict",
        "headcount", "hidden_rows", "hidden_sheet", "merged_number", "undated_export", "late_record", "ambiguous_date",
        "person_level_difference", "unknown_column", "unknown_street",
    }
    assert not set(cleaned.findings["kind"]) & {"mass_withdrawal", "id_reused", "sheet_not_understood", "unread_file"}


def test_no_name_or_telephone_number_leaves_the_reader(cleaned: Cleaned) -> None:
    tables = (cleaned.records, cleaned.ledger, cleaned.repairs, cleaned.findings, cleaned.files)
    shown = "".join(t.astype(str).to_csv() for t in tables)
    assert "100-0000" not in shown
    assert "演示学员" not in shown
    assert "演示甲" not in shown
