"""corrections.csv beside the exports: applied, listed in the repairs, and an error when it no longer matches."""

from __future__ import annotations

from datetime import date

import pytest

from tests.rules.workbooks import COUNTED, NOT_RECORD, balanced, csv_text, folder, run

N, C = NOT_RECORD, COUNTED
FILE = "20210701.xlsx"
HEAD = ["file", "sheet", "row", "record_id", "column", "from", "to", "reason", "who", "date"]
TITLES = ["活动编号", "街镇", "活动名称", "活动日期", "参加人次", "应用场景", "活动类型", "状态"]
ROWS = [
    TITLES,
    ["A1", "曹杨", "课一", date(2021, 5, 6), 25, "就医", "培训", "已通过"],
    ["A2", "长征镇", "课二", "2021-05-07", "若干", "出行", "帮办", None],
    ["A3", "某街道", "课三", date(2021, 5, 8), 7, None, None, "草稿"],
]
SUM = {"曹杨": 25}  # without corrections


def line(column, before, after, row=2, sheet="s", file=FILE, record_id="", reason="电话核实", who="民政科",
         day="2021-07-02"):
    return [file, sheet, row, record_id, column, before, after, reason, who, day]


def read(tmp_path, *lines, files=None, text=None):
    content = csv_text([HEAD, *lines]).encode("utf-8") if text is None else text
    return run(folder(tmp_path, files or {FILE: {"s": ROWS}}, {"corrections.csv": content}))


def applied(result, row, column, before, after):
    """The one repair a correction leaves; its rule names the reason and who decided."""
    repairs = result.repairs
    repairs = repairs[(repairs["row"].astype(int) == row) & (repairs["column"].astype(str) == column)]
    assert [(str(r), str(c)) for r, c in zip(repairs["raw"], repairs["clean"], strict=True)] == [(before, after)]
    assert "电话核实" in str(repairs["rule"].iloc[0])
    assert "民政科" in str(repairs["rule"].iloc[0])


def unmatched(result):
    """Error findings about corrections.csv."""
    at = result.findings[result.findings["file"].astype(str) == "corrections.csv"]
    assert set(at["severity"].astype(str)) <= {"error"}
    return sorted(int(r) for r in at["row"])


def test_without_corrections(tmp_path):
    result = run(folder(tmp_path, {FILE: {"s": ROWS}}))
    assert result.rows() == {1: N, 2: C, 3: "bad_person_times", 4: "unknown_street"}
    assert result.totals() == SUM


@pytest.mark.parametrize("title", ["参加人次", "person_times", "人次", "服务人次"])
def test_person_times_of_a_row(tmp_path, title):
    result = read(tmp_path, line(title, "25", "52"))
    assert result.rows(FILE) == {1: N, 2: C, 3: "bad_person_times", 4: "unknown_street"}
    assert result.totals() == {"曹杨": 52}
    applied(result, 2, "person_times", "25", "52")
    assert unmatched(result) == []
    assert result.statuses() == {FILE: "read", "corrections.csv": "ignored"}
    balanced(result)


def test_a_row_that_could_not_be_read(tmp_path):
    result = read(tmp_path, line("参加人次", "若干", "12", row=3))
    assert result.rows(FILE) == {1: N, 2: C, 3: C, 4: "unknown_street"}
    assert result.totals() == {"曹杨": 25, "长征": 12}
    assert result.found_rows("bad_person_times") == []


def test_two_cells_of_one_row(tmp_path):
    result = read(tmp_path, line("街镇", "某街道", "桃浦镇", row=4), line("状态", "草稿", "已通过", row=4))
    assert result.rows(FILE) == {1: N, 2: C, 3: "bad_person_times", 4: C}
    assert result.totals() == {"曹杨": 25, "桃浦": 7}
    assert result.faults(4, file=FILE) == set()
    applied(result, 4, "street", "某街道", "桃浦镇")
    applied(result, 4, "status", "草稿", "已通过")


@pytest.mark.parametrize(("title", "before", "after", "field", "value"), [
    ("街镇", "曹杨", "长寿路街道", "street", "长寿"), ("应用场景", "就医", "就医、扫码", "scenarios", "就医、扫码"),
    ("活动类型", "培训", "帮办", "service", "帮办"), ("活动名称", "课一", "扫码第一课", "activity", "扫码第一课"),
])
def test_other_columns(tmp_path, title, before, after, field, value):
    result = read(tmp_path, line(title, before, after))
    records = result.cleaned.records
    assert records.loc[records["row"] == 2, field].iloc[0] == value
    applied(result, 2, field, before, after)


@pytest.mark.parametrize("before", ["2021-05-06", "2021/5/6", "2021年5月6日"])
def test_a_date_cell_is_recognised_however_it_is_written(tmp_path, before):
    result = read(tmp_path, line("活动日期", before, "2021-06-06"))
    records = result.cleaned.records
    assert records.loc[records["row"] == 2, "activity_date"].iloc[0].date() == date(2021, 6, 6)
    assert unmatched(result) == []


def test_a_status_can_take_a_record_out(tmp_path):
    result = read(tmp_path, line("状态", "已通过", "已取消"))
    assert result.rows(FILE)[2] == "cancelled"
    assert result.totals() == {}


def test_a_blank_cell_is_filled_and_a_filled_one_blanked(tmp_path):
    result = read(tmp_path, line("应用场景", "", "安全", row=4), line("应用场景", "就医", "", row=2))
    assert list(result.cleaned.records["scenarios"]) == ["未分类", "出行", "安全"]
    assert unmatched(result) == []


def test_by_record_id_alone(tmp_path):
    result = read(tmp_path, line("参加人次", "25", "26", file="", sheet="", row="", record_id="A1"))
    assert result.totals() == {"曹杨": 26}
    applied(result, 2, "person_times", "25", "26")


def test_by_record_id_in_every_export_that_still_says_so(tmp_path):
    files = {"20210601.xlsx": {"s": [TITLES, ["A1", "曹杨", "课一", "2021-05-06", 25, None, None, None]]},
             FILE: {"s": ROWS}}
    result = read(tmp_path, line("参加人次", "25", "26", file="", sheet="", row="", record_id="A1"), files=files)
    assert result.rows("20210601.xlsx") == {1: N, 2: "superseded"}
    assert result.totals() == {"曹杨": 26}
    assert set(result.ledger.loc[result.ledger["record_id"] == "A1", "person_times"].astype(int)) == {26}
    assert "conflict" not in result.kinds()


@pytest.mark.parametrize("wrong", [
    line("参加人次", "24", "52"),  # another value stands there
    line("参加人次", "", "52"),
    line("参加人次", "25", "52", row=1),  # the header
    line("参加人次", "25", "52", row=99),
    line("参加人次", "25", "52", sheet="t"),
    line("参加人次", "25", "52", file="20210601.xlsx"),
    line("天气", "晴", "雨"),  # no such column
    line("参加人次", "25", "52", file="", sheet="", row="", record_id="A9"),
    line("参加人次", "25", "52", file="", sheet="", row="", record_id=""),
])
def test_what_no_longer_matches_is_an_error_and_changes_nothing(tmp_path, wrong):
    result = read(tmp_path, line("状态", "草稿", "已通过", row=4), wrong)
    assert unmatched(result) == [3]
    assert result.totals() == SUM
    assert result.rows(FILE) == {1: N, 2: C, 3: "bad_person_times", 4: "unknown_street"}
    assert set(result.repairs["column"].astype(str)) == {"status"}


def test_the_newest_version_says_something_else_by_now(tmp_path):
    # the correction of 25 fits an old version only; the standing one has 40: whoever corrected must look again
    files = {"20210601.xlsx": {"s": ROWS}, FILE: {"s": [TITLES,
        ["A1", "曹杨", "课一", "2021-05-06", 40, "就医", "培训", "已通过"]]}}
    result = read(tmp_path, line("参加人次", "25", "26", file="", sheet="", row="", record_id="A1"), files=files)
    assert result.rows(FILE) == {1: N, 2: C}
    assert result.totals() == {"曹杨": 40}
    assert unmatched(result) == [2]


def test_a_correction_already_made_in_the_newest_version(tmp_path):
    files = {"20210601.xlsx": {"s": ROWS}, FILE: {"s": [TITLES,
        ["A1", "曹杨", "课一", "2021-05-06", 26, "就医", "培训", "已通过"]]}}
    result = read(tmp_path, line("参加人次", "25", "26", file="", sheet="", row="", record_id="A1"), files=files)
    assert result.totals() == {"曹杨": 26}
    assert unmatched(result) == []


@pytest.mark.parametrize(("now", "total", "flagged"), [(25, 25, True), (26, 26, False)])
def test_a_corrected_row_that_a_newer_export_replaces(tmp_path, now, total, flagged):
    # the correction names a row of the older export; the newer one has not been mended: the analyst must be told
    newer = [TITLES, ["A1", "曹杨", "课一", "2021-05-06", now, "就医", "培训", "已通过"]]
    files = {"20210601.xlsx": {"s": ROWS}, FILE: {"s": newer}}
    result = read(tmp_path, line("参加人次", "25", "26", file="20210601.xlsx"), files=files)
    assert result.rows("20210601.xlsx")[2] == "superseded"
    assert result.totals() == {"曹杨": total}
    found = result.findings[result.findings["message"].astype(str).str.contains("更正")]
    assert [(f, int(r), s) for f, r, s in zip(found["file"], found["row"], found["severity"], strict=True)] == (
        [("20210601.xlsx", 2, "error")] if flagged else [])


def test_corrections_of_exports_not_yet_known(tmp_path):
    files = {"20210601.xlsx": {"s": ROWS}, FILE: {"s": ROWS}}
    raw = folder(tmp_path, files, {"corrections.csv": csv_text([HEAD, line("参加人次", "25", "26")])})
    result = run(raw, known_by=date(2021, 6, 15))
    assert result.totals() == SUM
    assert unmatched(result) == []
    assert run(raw).totals() == {"曹杨": 26}


def test_a_correction_comes_before_versions_are_compared(tmp_path):
    # once the number of A1 in the newer export is mended, the older version is no longer newest_unusable's loss
    files = {"20210601.xlsx": {"s": ROWS}, FILE: {"s": [TITLES,
        ["A1", "曹杨", "课一", "2021-05-06", "若干", "就医", "培训", "已通过"]]}}
    before = run(folder(tmp_path / "a", files))
    assert before.totals() == {}
    assert "newest_unusable" in before.kinds()
    after = read(tmp_path / "b", line("参加人次", "若干", "26"), files=files)
    assert after.totals() == {"曹杨": 26}
    assert "newest_unusable" not in after.kinds()


def test_corrections_are_applied_in_their_order(tmp_path):
    result = read(tmp_path, line("参加人次", "25", "26"), line("参加人次", "26", "27"))
    assert result.totals() == {"曹杨": 27}
    assert unmatched(result) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_an_analyst_saves_in(tmp_path, encoding):
    text = csv_text([HEAD, line("参加人次", "25", "52")]).encode(encoding)
    assert read(tmp_path, text=text).totals() == {"曹杨": 52}


def test_a_member_of_a_zip_and_a_subfolder(tmp_path):
    files = {"旧/a.zip": {"b_20210701.xlsx": {"s": ROWS}}}
    result = read(tmp_path, line("参加人次", "25", "52", file="旧/a.zip/b_20210701.xlsx"), files=files)
    assert result.totals() == {"曹杨": 52}


def test_an_empty_corrections_file_does_nothing(tmp_path):
    result = read(tmp_path, text=csv_text([HEAD]).encode())
    assert result.totals() == SUM
    assert result.flags() == set()


def test_a_file_of_corrections_that_is_none_is_an_error_not_a_crash(tmp_path):
    result = read(tmp_path, text="文件,改动\r\n20210701.xlsx,第2行改为52\r\n".encode())
    assert result.totals() == SUM
    assert unmatched(result) == [2]


def test_personal_numbers_in_a_correction_go_no_further(tmp_path):
    result = read(tmp_path, line("活动名称", "课一", "王某13912345678的课", reason="问过13987654321电话核实"))
    for frame in (result.cleaned.records, result.ledger, result.repairs, result.findings):
        text = frame.astype(str).to_csv()
        assert "13912345678" not in text
        assert "13987654321" not in text
