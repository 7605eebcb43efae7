"""The Parquet dataset: its layout, and that other engines get the same figures from it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest

from analysis.dataset import RECORDS, write_dataset
from analysis.outputs import write_csv
from analysis.pipeline import Cleaned, read_and_clean
from analysis.plan import load_plan
from analysis.progress import progress
from tests.rules.test_privacy import Planted, leaks
from tests.rules.test_privacy import exports as personal_exports
from tests.rules.workbooks import folder

ROOT = Path(__file__).parents[1]
QUERY = (ROOT / "docs" / "progress.sql").read_text(encoding="utf-8")
PLAN = load_plan()
HEADER = ["活动编号", "街镇", "服务点名称", "活动名称", "活动日期", "开始时间", "活动类型", "参加人次", "状态"]
ACTIVITIES = [
    ["A1", "曹杨", "一点", "课", "2021-04-05", "09:00", "培训", 480, "已通过"],
    ["A2", "曹杨", "一点", "课", "2021-06-30", "09:00", "帮办", 20, "已通过"],  # 500 on the day of the deadline
    ["A3", "长风", "二点", "课", "2021-06-29", "09:00", "培训", 499, "已通过"],
    ["A4", "长风", "二点", "课", "2021-07-01", "09:00", "", 1, "已通过"],  # a day late
    ["A5", "长风", "二点", "课", "2021-07-02", "09:00", "培训", 5, "已取消"],
    ["A6", "没有这个街镇", "", "课", "2021-05-02", "09:00", "培训", 7, "已通过"],
    ["A7", "桃浦", "", "课", "某日", "09:00", "培训", 7, "已通过"],
    ["A8", "长征", "三点", "课", "2021-10-12", "09:00", "培训", 1000, "已通过"],
]
PERSONS = [["活动编号", "街镇", "服务点名称", "活动名称", "活动日期", "开始时间", "姓名"]]
PERSONS += [["L1", "真如", "四点", "课", "2021-05-06", "14:00", f"甲{i}"] for i in range(3)]
PERSONS += [["", "真如", "四点", "课", "2021-05-07", "14:00", f"乙{i}"] for i in range(4)]
PERSONS += [["", "真如", "四点", "课", "2021-05-07", "15:00", "丙"], ["", "万里", "四点", "课", "2021-05-07", "15:00", "丙"]]
DAYS = [date(2021, 3, 31), date(2021, 4, 1), date(2021, 5, 7), date(2021, 6, 29), date(2021, 6, 30), date(2021, 7, 1),
        date(2021, 8, 31), date(2021, 9, 30), date(2021, 10, 12), date(2021, 12, 31), date(2022, 1, 31)]


@pytest.fixture(scope="module")
def cleaned(tmp_path_factory: pytest.TempPathFactory) -> Cleaned:
    books = {"台账_20220101.xlsx": {"明细": [HEADER, *ACTIVITIES], "名单": PERSONS}}
    return read_and_clean(folder(tmp_path_factory.mktemp("exports"), books), PLAN, workers=1)


def queried(root: Path, as_of: date, programme: str = "putuo_2021") -> pd.DataFrame:
    """What the documented query gives."""
    with duckdb.connect() as db:
        for name, levels in (("records", "*/*/*"), ("targets", "*/*")):
            files = f"{root}/{name}/{levels}.parquet"
            db.execute(f"CREATE VIEW {name} AS FROM read_parquet('{files}', hive_partitioning = true)")
        return db.execute(QUERY, {"as_of": as_of, "programme": programme}).df()


def same(ours: pd.DataFrame, theirs: pd.DataFrame, place: Path) -> None:
    """Equal as CSV files, numbers to twelve digits."""
    for name, frame in (("a.csv", ours), ("b.csv", theirs)):
        write_csv(frame, place / name)
    a, b = (pd.read_csv(place / name, dtype={"code": str}) for name in ("a.csv", "b.csv"))
    pd.testing.assert_frame_equal(a, b, check_dtype=False, rtol=1e-12, atol=1e-12)


# --- DuckDB ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("basis", ["phased", "linear", "calendar"])
def test_the_query_gives_progress_csv(basis: str, cleaned: Cleaned, tmp_path: Path) -> None:
    plan = replace(PLAN, basis=basis)
    root = write_dataset(cleaned, plan, tmp_path / "dataset")
    for day in DAYS:
        same(queried(root, day), progress(cleaned.records, plan, day), tmp_path)


def test_the_query_gives_the_figures_worked_out_by_hand(cleaned: Cleaned, tmp_path: Path) -> None:
    root = write_dataset(cleaned, PLAN, tmp_path)
    half = queried(root, date(2021, 7, 1)).set_index("street")
    assert half.loc["曹杨", ["person_times", "training", "assistance", "unstated"]].tolist() == [500, 480, 20, 0]
    assert half.loc["长风", ["person_times", "unstated", "activities"]].tolist() == [500, 1, 2]
    assert [str(half.loc[s, "half_year_reached"])[:10] for s in ("曹杨", "长风")] == ["2021-06-30", "2021-07-01"]
    assert half.loc["长风", "half_year_person_times"] == 499
    assert half.loc["真如", ["person_times", "activities"]].tolist() == [8, 3]  # a list of eight persons, three activities
    assert half.loc["万里", ["person_times", "activities"]].tolist() == [1, 1]
    assert half.loc["桃浦", "person_times"] == 0
    end = queried(root, date(2021, 12, 31)).set_index("street")
    assert end.loc["长征", "status_text"] == "逾期补足（10月12日）"
    assert end.loc["长征", "rank"] == 1
    assert end.loc["曹杨", ["status", "gap"]].tolist() == ["逾期未达标", 500]


def test_a_street_without_a_target(cleaned: Cleaned, tmp_path: Path) -> None:
    streets = tuple(replace(s, targets={"half_year": 0, "annual": 0}) if s.name in ("长风", "甘泉") else s for s in PLAN.streets)
    plan = replace(PLAN, streets=streets)
    root = write_dataset(cleaned, plan, tmp_path / "dataset")
    for day in DAYS:
        same(queried(root, day), progress(cleaned.records, plan, day), tmp_path)


# --- the command ----------------------------------------------------------------------------------------------------


def check(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "analysis", "check", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def test_the_command_writes_dataset_and_tables_that_agree(tmp_path: Path) -> None:
    sample = ROOT / "raw_exports" / "sample"
    done = check(sample, "--as-of", "2021-08-31", "--out", tmp_path / "tables", "--dataset", tmp_path / "dataset")
    assert done.returncode == 0, done.stderr
    table = pd.read_csv(tmp_path / "tables" / "progress.csv", dtype={"code": str})
    write_csv(queried(tmp_path / "dataset", date(2021, 8, 31)), tmp_path / "query.csv")
    theirs = pd.read_csv(tmp_path / "query.csv", dtype={"code": str})
    assert table["person_times"].sum() > 0
    pd.testing.assert_frame_equal(theirs, table, check_dtype=False, rtol=1e-12)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    raw = folder(tmp_path, {"20210701.csv": "街镇,活动日期,参加人次\n曹杨,2021-04-05,20\n"})
    done = check(raw, "--dataset", tmp_path / "file")
    assert done.returncode == 2
    assert "数据集写不进" in done.stderr
    assert "Traceback" not in done.stderr


# --- layout ---------------------------------------------------------------------------------------------------------


def months(root: Path, programme: str) -> list[str]:
    return sorted(p.name for p in (root / "records" / f"programme={programme}").iterdir())


def test_partitions_are_programme_and_month(cleaned: Cleaned, tmp_path: Path) -> None:
    root = write_dataset(cleaned, PLAN, tmp_path)
    assert months(root, "putuo_2021") == [
        "month=2021-04", "month=2021-05", "month=2021-06", "month=2021-07", "month=2021-10",
        "month=unknown",  # 某日
    ]
    whole = pq.read_table(root / "records")
    assert set(whole.column_names) == {*RECORDS.names, "programme", "month"}
    assert len(whole) == len(cleaned.records)
    by_id = {r["record_id"]: r for r in whole.to_pylist()}
    assert (by_id["A5"]["disposition"], by_id["A5"]["reason"]) == ("excluded", "cancelled")
    assert by_id["A7"]["activity_date"] is None
    assert by_id["A2"]["row_id"] == "台账_20220101.xlsx|明细|3"
    assert by_id["A1"]["activity_date"] == date(2021, 4, 5)


def test_a_new_run_replaces_its_own_programme_and_no_other(cleaned: Cleaned, tmp_path: Path) -> None:
    other = replace(PLAN, path=Path("changning_2021.toml"))
    write_dataset(cleaned, PLAN, tmp_path)
    write_dataset(cleaned, other, tmp_path)
    fewer = replace(cleaned, records=cleaned.records[cleaned.records["record_id"] == "A1"])
    write_dataset(fewer, PLAN, tmp_path)
    assert months(tmp_path, "putuo_2021") == ["month=2021-04"]
    assert len(months(tmp_path, "changning_2021")) == 6
    assert queried(tmp_path, date(2021, 12, 31))["person_times"].sum() == 480
    assert queried(tmp_path, date(2021, 12, 31), "changning_2021")["person_times"].sum() == 2009
    assert not list(tmp_path.rglob(".new-*"))


def test_a_programme_without_records_is_an_empty_table(cleaned: Cleaned, tmp_path: Path) -> None:
    write_dataset(replace(cleaned, records=cleaned.records.iloc[:0]), PLAN, tmp_path)
    assert len(pq.read_table(tmp_path / "records")) == 0
    assert len(pq.read_table(tmp_path / "targets")) == 20


def test_no_planted_number_or_name_is_in_the_dataset(tmp_path: Path) -> None:
    planted = Planted()
    plan = load_plan()
    found = read_and_clean(folder(tmp_path, personal_exports(planted)), plan, workers=1)
    text = str(pq.read_table(write_dataset(found, plan, tmp_path / "dataset") / "records").to_pylist())
    assert "长寿" in text
    assert leaks(planted, text) == []


# --- Dask -----------------------------------------------------------------------------------------------------------


def test_dask_reads_it(cleaned: Cleaned, tmp_path: Path) -> None:
    import dask.dataframe as dd

    root = write_dataset(cleaned, PLAN, tmp_path)
    records = dd.read_parquet(root / "records")
    counted = records[records["disposition"] == "counted"]
    by_street = counted.groupby("street")["person_times"].sum().compute()
    ours = progress(cleaned.records, PLAN, date(2021, 12, 31)).set_index("street")["person_times"]
    assert {s: n for s, n in by_street.items() if n} == {s: n for s, n in ours.items() if n}
    april = dd.read_parquet(root / "records", filters=[("month", "==", "2021-04")])
    assert april["person_times"].sum().compute() == 480
