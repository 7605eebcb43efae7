"""Cases in which a total could be wrong without a word: each is right now, or said."""

from __future__ import annotations

from pathlib import Path

from tests.rules.workbooks import folder, run

HEADER = ["活动编号", "街镇", "活动日期", "姓名", "参加人次"]


def test_two_persons_under_one_id_beside_a_number_are_a_conflict(tmp_path: Path) -> None:
    rows = [HEADER, ["A0000001", "曹杨", "2021-04-12", "王一", 1], ["A0000001", "曹杨", "2021-04-12", "李二", 1]]
    result = run(folder(tmp_path, {"随申学_20210430.xlsx": {"明细": rows}}))
    assert list(result.ledger["reason"].astype(str)) == ["", "duplicate", ""]
    conflict = result.findings[result.findings["kind"] == "conflict"]
    assert list(conflict["row"]) == [2]
    assert not result.findings["message"].str.contains("王一|李二").any()


def test_the_same_person_twice_under_one_id_is_no_conflict(tmp_path: Path) -> None:
    rows = [HEADER, ["A0000001", "曹杨", "2021-04-12", "王一", 1], ["A0000001", "曹杨", "2021-04-12", "王一", 1]]
    result = run(folder(tmp_path, {"随申学_20210430.xlsx": {"明细": rows}}))
    assert "conflict" not in set(result.findings["kind"])


def test_a_blank_row_between_parents_and_children(tmp_path: Path) -> None:
    rows = [["街镇", "活动日期", "参加人次", None], [None] * 4, [None, None, "培训", "帮办"], ["曹杨", "2021-04-12", 3, 4]]
    result = run(folder(tmp_path, {"随申学_20210430.xlsx": {"明细": rows}}))
    counted = result.ledger[result.ledger["disposition"] == "counted"]
    assert list(counted["row"]) == [4]
    assert list(counted["person_times"]) == [7]


def test_a_period_in_unknown_words_is_said(tmp_path: Path) -> None:
    rows = [["统计区间：上半年"], ["街镇", "活动日期", "参加人次"], ["曹杨", "2021-04-12", 3]]
    result = run(folder(tmp_path, {"随申学_20210430.xlsx": {"明细": rows}}))
    assert "coverage_not_understood" in set(result.findings["kind"])
    rows[0] = ["统计区间：2021年4月"]
    assert "coverage_not_understood" not in set(run(folder(tmp_path, {"随申学_20210430.xlsx": {"明细": rows}})).findings["kind"])
