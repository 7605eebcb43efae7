"""The what-if control of notebook 05: what it says and what happens when a slider is moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from analysis.figures import Figures
from analysis.outlook import whatif
from analysis.outlook_view import outlook_table, sentence, side_by_side, whatif_control
from tests.briefing_cases import STREETS, figures_for

WEEKS = [d.date().isoformat() for d in pd.date_range("2021-04-07", "2021-08-31", freq="7D")]  # 21 Wednesdays


@pytest.fixture(scope="module")
def month() -> Figures:
    """46 a week make 966 by 31 August, 桃浦 with 30 has 630 and 300 fewer than needed; 万里 has met its target."""
    sizes = {**dict.fromkeys(STREETS, 46), "桃浦": 30, "万里": 60}
    return figures_for("2021-08-31", {s: [(d, n) for d in WEEKS] for s, n in sizes.items()})


def test_two_classes_of_25_for_taopu(month: Figures) -> None:
    """30 days of 50 a week are 214 person-times."""
    after = whatif(month.records, month.plan, month.as_of, {"桃浦": 50}, entered=month.missing)
    old, new = (t.set_index("street").loc["桃浦", "median"] for t in (month.outlook, after))
    assert new - old == pytest.approx(214, abs=1)
    text = sentence(month.outlook, after, "桃浦", 50)
    assert text.startswith(f"桃浦每周多50人次：到期人次的中位数由{old:,}变为{new:,}，达标的可能由")
    assert "已达标" in sentence(month.outlook, after, "万里", 0)
    assert "可能由" not in sentence(month.outlook, after, "万里", 0)
    lines = side_by_side(month.outlook, after, "桃浦")
    assert lines[["street", "case"]].to_numpy().tolist() == [
        ["桃浦", "照旧"], ["桃浦", "增加后"], ["全区", "照旧"], ["全区", "增加后"]]


def test_a_chance_is_never_certain_and_a_reason_stands_where_there_is_none(month: Figures) -> None:
    sure = month.outlook.assign(chance=1.0, word="很可能")
    assert set(outlook_table(sure)["chance"]) == {"＞99%"}
    refused = month.outlook.assign(chance=None, median=pd.NA, word="", reason="项目开始不足4周，历史太短，暂不推算")
    assert set(outlook_table(refused)["word"]) == {"项目开始不足4周，历史太短，暂不推算"}
    assert sentence(refused, refused, "桃浦", 50) == "桃浦：项目开始不足4周，历史太短，暂不推算。"


def test_moving_a_slider_changes_the_answer(month: Figures) -> None:
    box = whatif_control(month)
    street, classes, people = box.children[0].children
    words, table = box.children[1:]
    assert street.value == "桃浦"  # the one that lacks most
    assert "桃浦每周多50人次" in words.value
    classes.value = 0
    assert "桃浦每周多0人次" in words.value
    street.value = "曹杨"
    people.value = 20
    classes.value = 1
    assert "曹杨每周多20人次" in words.value
    assert "增加后" in table.value


def test_after_the_deadline_the_outcome_stands(month: Figures) -> None:
    over = replace(month, as_of=date(2021, 9, 30))
    after = whatif(over.records, over.plan, over.as_of, {"桃浦": 50})
    assert sentence(over.outlook, after, "桃浦", 50) == "桃浦：逾期未达标。"
