"""The plan file: what it must hold, what it must not contradict, and that another plan needs no code."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from analysis.plan import DEFAULT_PLAN, PlanError, load_plan

OTHER = Path(__file__).parent / "plans" / "yunxi_2023.toml"


def changed(tmp_path: Path, *swaps: tuple[str, str]) -> Path:
    """The plan of Putuo with some text replaced, once each."""
    text = DEFAULT_PLAN.read_text(encoding="utf-8")
    for old, new in swaps:
        assert old in text, f"the plan no longer holds {old!r}"
        text = text.replace(old, new, 1)
    path = tmp_path / "plan.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_putuo_2021_is_what_the_notice_says() -> None:
    plan = load_plan()
    assert plan.street_names == ["曹杨", "甘泉", "石泉", "长风", "长寿", "宜川", "真如", "万里", "长征", "桃浦"]
    assert plan.scenario_names == ["就医", "出行", "亮码", "扫码", "聊天", "缴费", "购物", "文娱", "用机", "安全"]
    assert [(t.name, t.deadline, t.district) for t in plan.targets] == [
        ("半年指标", date(2021, 6, 30), 5000), ("年度指标", date(2021, 9, 30), 10000)]
    assert all(s.targets == {"half_year": 500, "annual": 1000} for s in plan.streets)
    assert [(p.start, p.end) for p in plan.phases] == [
        (date(2021, 4, 1), date(2021, 6, 30)), (date(2021, 7, 1), date(2021, 9, 30)),
        (date(2021, 10, 1), date(2021, 12, 31))]
    assert {s.name: s.code for s in plan.streets} == {
        "曹杨": "310107005", "长风": "310107014", "长寿": "310107015", "甘泉": "310107016", "石泉": "310107017",
        "宜川": "310107020", "万里": "310107021", "真如": "310107022", "长征": "310107102", "桃浦": "310107103"}


@pytest.mark.parametrize(("day", "name"), [
    (date(2021, 3, 1), "半年指标"), (date(2021, 6, 30), "半年指标"), (date(2021, 7, 1), "年度指标"),
    (date(2021, 9, 30), "年度指标"), (date(2021, 10, 1), "年度指标"), (date(2021, 12, 31), "年度指标")])
def test_the_target_in_force_changes_after_the_deadline_day(day: date, name: str) -> None:
    assert load_plan().target_in_force(day).name == name


@pytest.mark.parametrize(("old", "new", "named"), [
    ('district = "普陀区"', "", "district"),
    ("year = 2021", 'year = "2021"', "year"),
    ("year = 2021", "year = true", "year"),
    ("first_day = 2021-04-01", 'first_day = "2021-04-01"', "first_day"),
    ("first_day = 2021-04-01", "first_day = 2021-04-01T00:00:00", "first_day"),
    ('basis = "phased"', 'basis = "weekly"', "basis"),
    ('basis = "phased"', 'basiss = "phased"', "basis"),
    ('name = "启动开展"', 'nam = "启动开展"', "phases[1].name"),
    ("start = 2021-07-01", "start = 2021-06-30", "phases"),
    ("start = 2021-07-01", "start = 2021-07-02", "phases"),
    ("end = 2021-06-30", "end = 2021-03-30", "phases"),
    ("end = 2021-12-31", "end = 2021-12-30", "phases"),
    ("first_day = 2021-04-01", "first_day = 2021-03-01", "first_day"),
    ("district = 5000", "district = 4999", "half_year"),
    ("district = 10000", "district = 10001", "annual"),
    ("deadline = 2021-09-30", "deadline = 2021-06-30", "targets"),
    ("deadline = 2021-09-30", "deadline = 2022-01-01", "targets"),
    ("targets = { half_year = 500, annual = 1000 }", "targets = { half_year = 500 }", "streets.targets"),
    ("targets = { half_year = 500, annual = 1000 }", "targets = { half_year = 1500, annual = 1000 }", "half_year"),
    ("targets = { half_year = 500, annual = 1000 }", 'targets = { half_year = "500", annual = 1000 }', "half_year"),
    ('aliases = ["曹杨街道"]', 'aliases = ["甘泉街道"]', "streets"),
    ('aliases = ["曹杨街道"]', 'aliases = ["甘泉"]', "streets"),
    ('aliases = ["曹杨街道"]', "aliases = [1]", "streets[1].aliases"),
    ('aliases = ["曹杨街道"]', 'aliases = [""]', "streets[1].aliases"),
    ('code = "310107016"', 'code = "310107005"', "streets.code"),
    ('synonyms = ["挂号", "看病"]', 'synonyms = ["挂号", "打车"]', "scenarios"),
    ('synonyms = ["授课", ', 'synonyms = ["咨询", ', "services"),
    ('pending = ["草稿"', 'pending = ["作废"', "statuses"),
    ('counted = [', 'count = [', "statuses.counted"),
    ('home_words', 'homewords', "venues.home_words"),
])
def test_a_wrong_plan_names_the_key(tmp_path: Path, old: str, new: str, named: str) -> None:
    with pytest.raises(PlanError) as error:
        load_plan(changed(tmp_path, (old, new)))
    assert named in str(error.value)
    assert "计划文件" in str(error.value)


def test_the_later_target_may_not_be_smaller(tmp_path: Path) -> None:
    swaps = [("targets = { half_year = 500, annual = 1000 }", "targets = { half_year = 1500, annual = 1000 }"),
             ("district = 5000", "district = 6000")]
    with pytest.raises(PlanError, match="曹杨"):
        load_plan(changed(tmp_path, *swaps))


def test_a_missing_or_broken_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="打不开"):
        load_plan(tmp_path / "none.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("name = ", encoding="utf-8")
    with pytest.raises(PlanError, match=r"broken\.toml"):
        load_plan(broken)
    gb = tmp_path / "gb.toml"
    gb.write_bytes('name = "随申学"'.encode("gb18030"))
    with pytest.raises(PlanError, match="UTF-8"):
        load_plan(gb)


def test_another_plan_is_read() -> None:
    plan = load_plan(OTHER)
    assert plan.street_names == ["东溪", "西溪", "南岭"]
    assert plan.target_in_force(date(2023, 6, 1)).name == "全年指标"
    assert [s.targets["spring"] for s in plan.streets] == [200, 0, 100]


def test_another_plan_needs_no_code(tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    raw.mkdir()
    book = openpyxl.Workbook()
    for row in (["活动编号", "街镇", "活动日期", "参加人次", "应用场景", "活动类型", "状态"],
                ["Y00000001", "东溪街道", "2023-03-05", 20, "看病、付款", "培训", "有效"],
                ["Y00000002", "西溪新城", "2023-04-06", 30, "网约车", "陪办", "有效"],
                ["Y00000003", "南岭镇", "2023-04-07", 40, "就医", "课堂", "无效"],
                ["Y00000004", "曹杨新村街道", "2023-04-07", 50, "挂号", "课堂", "有效"],
                ["Y00000005", "东溪", "2023-02-28", 60, "挂号", "课堂", "有效"]):
        book.active.append(row)
    book.save(raw / "云溪_20230430.xlsx")
    command = [sys.executable, "-m", "analysis", "check", str(raw), "--plan", str(OTHER), "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parent.parent)
    assert done.returncode == 0, done.stderr
    progress = pd.read_csv(out / "progress.csv").set_index("street")
    assert list(progress.index) == ["东溪", "西溪", "南岭"]
    assert progress["person_times"].to_list() == [20, 30, 0]
    assert progress["training"].to_list() == [20, 0, 0]
    assert progress["assistance"].to_list() == [0, 30, 0]
    assert progress["spring_target"].to_list() == [200, 0, 100]
    scenarios = pd.read_csv(out / "scenarios.csv").set_index("scenario")
    assert scenarios["person_times"].to_dict() == {"挂号": 20, "打车": 30, "支付": 20, "未分类": 0}
    ledger = pd.read_csv(out / "ledger.csv").dropna(subset="reason").set_index("record_id")["reason"]
    assert ledger.to_dict() == {
        "Y00000003": "cancelled", "Y00000004": "unknown_street", "Y00000005": "outside_programme"}
