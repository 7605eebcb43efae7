"""Rules of docs/method.md#same-record, 1 to 3: by id across and within exports, and by content where an id is missing."""

from __future__ import annotations

from datetime import date

import pytest

from tests.rules.workbooks import COUNTED, NOT_RECORD, folder, run

N, C = NOT_RECORD, COUNTED
E1, E2, E3 = "20210601.xlsx", "20210701.xlsx", "20210801.xlsx"
TITLES = ["活动编号", "街镇", "活动名称", "活动日期", "参加人次", "状态"]


def day(number, month=5):
    return date(2021, month, number)


def rec(number, street, when, count, status="已通过", activity="扫码课"):
    return [number, street, activity, when, count, status]


def table(*records, titles=TITLES):
    return [titles, *records]


def read(tmp_path, *exports, titles=TITLES):
    """Each export is a list of records or a dict of sheets; the first is the oldest."""
    names = [E1, E2, E3]
    files = {n: e if isinstance(e, dict) else {"s": table(*e, titles=titles)} for n,
             e in zip(names, exports, strict=False)}
    return run(folder(tmp_path, files))


def check(result, verdicts, totals, flags):
    """Verdicts of the record rows of each export in order (headers are row 1), totals, all other findings."""
    expected = {}
    for name, rows in zip([E1, E2, E3], verdicts, strict=False):
        expected[name] = {1: N, **{i + 2: v for i, v in enumerate(rows)}}
    assert {n: result.rows(n) for n in expected} == expected
    assert result.totals() == totals
    assert result.flags() == flags


S, D = "superseded", "duplicate"


def test_the_newest_of_three_versions_stands(tmp_path):
    result = read(tmp_path, [rec("A1", "曹杨", day(6), 3), rec("A2", "曹杨", day(7), 10)],
                  [rec("A1", "曹杨", day(6), 4)],
                  [rec("A1", "长征", day(6), 5)])
    check(result, [[S, C], [S], [C]], {"曹杨": 10, "长征": 5}, set())


def test_a_cancelled_newest_version_leaves_nothing(tmp_path):
    result = read(tmp_path, [rec("A1", "曹杨", day(6), 3)], [rec("A1", "曹杨", day(6), 3, "已取消")])
    check(result, [[S], ["cancelled"]], {}, set())


def test_a_cancelled_version_that_comes_back(tmp_path):
    result = read(tmp_path, [rec("A1", "曹杨", day(6), 3, "已取消")], [rec("A1", "曹杨", day(6), 4)])
    check(result, [[S], [C]], {"曹杨": 4}, set())
    assert result.faults(2, file=E1) - {S} == {"cancelled"}


@pytest.mark.parametrize(("newest", "reason"), [
    (rec("A1", "曹杨", day(6), "若干"), "bad_person_times"),
    (rec("A1", "某街道", day(6), 3), "unknown_street"),
    (rec("A1", "曹杨", "每周一", 3), "bad_date"),
    (rec("A1", "曹杨", day(6), 3, "奇怪"), "unknown_status"),
])
def test_an_unusable_newest_version_is_an_error_if_an_older_one_was_valid(tmp_path, newest, reason):
    older = rec("A1", "曹杨", day(6), 3)
    result = read(tmp_path / "a", [older], [newest])
    check(result, [[S], [reason]], {}, {"newest_unusable"})
    assert result.severities("newest_unusable") == {"error"}
    # an older version that was itself unusable is no loss
    check(read(tmp_path / "b", [rec("A1", "曹杨", day(6), 0)], [newest]), [[S], [reason]], {}, set())
    # a later good version mends it
    check(read(tmp_path / "c", [older], [newest], [rec("A1", "曹杨", day(6), 8)]), [[S], [S], [C]], {"曹杨": 8}, set())


@pytest.mark.parametrize(("older", "fault"), [
    (rec("A1", "曹杨", day(6), "若干"), {"bad_person_times"}),
    (rec("A1", "某街道", "每周一", 0, "草稿"), {"unknown_street", "bad_date", "bad_person_times", "pending"}),
    (rec("A1", "曹杨", day(6, 1), 3), {"outside_programme"}),
])
def test_superseded_overrides_the_rows_own_faults(tmp_path, older, fault):
    result = read(tmp_path, [older], [rec("A1", "曹杨", day(6), 4)])
    check(result, [[S], [C]], {"曹杨": 4}, set())
    assert result.faults(2, file=E1) - {S} == fault


def test_twice_in_one_sheet_the_later_row_stands(tmp_path):
    result = read(tmp_path, [rec("A1", "曹杨", day(6), 3), rec("B1", "曹杨", day(7), 10), rec("A1", "曹杨", day(6), 3)])
    check(result, [[D, C, C]], {"曹杨": 13}, set())


@pytest.mark.parametrize("second", [
    rec("A1", "曹杨", day(6), 4), rec("A1", "长征", day(6), 3), rec("A1", "曹杨", day(7), 3),
    rec("A1", "曹杨", day(6), 3, activity="别的课"),
])
def test_twice_in_one_sheet_and_different_is_a_conflict(tmp_path, second):
    result = read(tmp_path, [rec("A1", "曹杨", day(6), 3), second])
    check(result, [[D, C]], {second[1]: second[4]}, {"conflict"})


def test_the_later_row_stands_even_if_it_is_cancelled_or_faulty(tmp_path):
    result = read(tmp_path / "a", [rec("A1", "曹杨", day(6), 3), rec("A1", "曹杨", day(6), 3, "已取消")])
    check(result, [[D, "cancelled"]], {}, {"conflict"})
    result = read(tmp_path / "b", [rec("A1", "曹杨", day(6), 0), rec("A1", "曹杨", day(6), 3)])
    check(result, [[D, C]], {"曹杨": 3}, {"conflict"})
    assert result.faults(2) - {D} == {"bad_person_times"}


def test_sequence_remark_and_time_of_recording_make_no_conflict(tmp_path):
    titles = ["序号", *TITLES, "备注", "录入时间"]
    first = [1, *rec("A1", "曹杨", day(6), 3), "初稿", "2021-05-08 10:00"]
    second = [2, *rec("A1", "曹杨", day(6), 3), "定稿", "2021-05-07 10:00"]
    check(read(tmp_path, [first, second], titles=titles), [[D, C]], {"曹杨": 3}, set())


def test_three_times_in_one_sheet(tmp_path):
    result = read(tmp_path, [rec("A1", "曹杨", day(6), n) for n in (3, 4, 5)])
    check(result, [[D, D, C]], {"曹杨": 5}, {"conflict"})


def test_duplicate_within_then_superseded_across(tmp_path):
    result = read(tmp_path, [rec("A1", "曹杨", day(6), 3), rec("A1", "曹杨", day(6), 4)],
                  [rec("A1", "曹杨", day(6), 5), rec("A1", "曹杨", day(6), 5)])
    check(result, [[D, S], [D, C]], {"曹杨": 5}, {"conflict"})


def test_an_id_used_for_two_activities_in_one_export(tmp_path):
    result = read(tmp_path, [rec("A1", "曹杨", day(6), 3), rec("A1", "长征", day(7), 4)])
    check(result, [[C, C]], {"曹杨": 3, "长征": 4}, {"id_reused"})
    assert result.severities("id_reused") == {"error"}


def test_an_id_used_for_two_activities_in_two_exports(tmp_path):
    result = read(tmp_path, [rec("A1", "曹杨", day(6), 3)], [rec("A1", "长征", day(7), 4)])
    check(result, [[C], [C]], {"曹杨": 3, "长征": 4}, {"id_reused"})


def test_each_activity_of_a_reused_id_has_its_own_versions(tmp_path):
    result = read(tmp_path, [rec("A1", "曹杨", day(6), 3)], [rec("A1", "长征", day(7), 4)],
                  [rec("A1", "曹杨", day(6), 9)])
    check(result, [[S], [C], [C]], {"曹杨": 9, "长征": 4}, {"id_reused"})


def test_a_reused_id_twice_in_both_exports(tmp_path):
    old = [rec("A1", "曹杨", day(6), 3), rec("A1", "长征", day(7), 4)]
    new = [rec("A1", "曹杨", day(6), 5), rec("A1", "长征", day(7), 6)]
    check(read(tmp_path, old, new), [[S, S], [C, C]], {"曹杨": 5, "长征": 6}, {"id_reused"})


@pytest.mark.parametrize(("second", "reason"), [
    (rec("A1", "某街道", day(7), 4), "unknown_street"), (rec("A1", "长征", "每周一", 4), "bad_date"),
])
def test_an_unreadable_street_or_date_is_not_another(tmp_path, second, reason):
    first = rec("A1", "曹杨", day(6), 3)
    check(read(tmp_path / "a", [first, second]), [[D, reason]], {}, {"conflict"})
    check(read(tmp_path / "b", [first], [second]), [[S], [reason]], {}, {"newest_unusable"})
    check(read(tmp_path / "c", [second], [first]), [[S], [C]], {"曹杨": 3}, set())


RECORDED = [*TITLES, "录入时间"]


@pytest.mark.parametrize(("april", "may", "stands"), [
    ("2021-05-09 10:00", "2021-05-08 10:00", "4月"), ("2021-05-08 10:00", "2021-05-09 10:00", "5月"),
    ("2021-05-08 10:00", "2021-05-08 10:00", "5月"), (None, None, "5月"),
])
@pytest.mark.parametrize("sheets", [["4月", "5月"], ["5月", "4月"]])
def test_across_sheets_the_later_recording_then_the_later_name_stands(tmp_path, april, may, stands, sheets):
    rows = {"4月": [[*rec("A1", "曹杨", day(6), 3), april]], "5月": [[*rec("A1", "曹杨", day(6), 4), may]]}
    result = read(tmp_path, {s: table(*rows[s], titles=RECORDED) for s in sheets})
    for sheet in sheets:
        assert result.rows(E1, sheet) == {1: N, 2: C if sheet == stands else D}
    assert result.totals() == {"曹杨": 3 if stands == "4月" else 4}
    assert result.flags() == {"conflict"}


def test_the_name_of_a_sheet_is_compared_as_text(tmp_path):
    result = read(tmp_path, {"9月": table(rec("A1", "曹杨", day(6), 3)), "10月": table(rec("A1", "曹杨", day(6), 4))})
    assert result.rows(E1, "9月") == {1: N, 2: C}
    assert result.rows(E1, "10月") == {1: N, 2: D}
    assert result.flags() == {"conflict"}


def test_within_a_sheet_the_time_of_recording_does_not_matter(tmp_path):
    first, second = [*rec("A1", "曹杨", day(6), 3), "2021-05-09 10:00"], [*rec("A1", "曹杨", day(6), 4),
        "2021-05-08 10:00"]
    check(read(tmp_path, [first, second], titles=RECORDED), [[D, C]], {"曹杨": 4}, {"conflict"})


# -- by content ------------------------------------------------------------------------------------------------------
PLAIN = ["街镇", "服务点", "活动名称", "活动日期", "开始时间", "结束时间", "活动类型", "参加人次", "应用场景", "状态"]


def row(**changes):
    cells = {"街镇": "曹杨", "服务点": "甲点", "活动名称": "扫码课", "活动日期": day(6), "开始时间": "9:00",
             "结束时间": "10:00", "活动类型": "培训",
             "参加人次": 3, "应用场景": "扫码", "状态": "已通过", **changes}
    return [cells[t] for t in PLAIN]


def test_equal_content_in_a_newer_export(tmp_path):
    check(read(tmp_path, [row()], [row()], [row()], titles=PLAIN), [[S], [S], [C]], {"曹杨": 3}, set())


@pytest.mark.parametrize("change", [
    {"服务点": "乙点"}, {"活动名称": "别课"}, {"活动日期": day(7)}, {"开始时间": "9:30"}, {"结束时间": "11:00"},
    {"活动类型": "帮办"}, {"街镇": "长征"},
])
def test_every_compared_field_keeps_rows_apart(tmp_path, change):
    result = read(tmp_path, [row()], [row(**change)], titles=PLAIN)
    totals = {"曹杨": 3, "长征": 3} if "街镇" in change else {"曹杨": 6}
    check(result, [[C], [C]], totals, set())


@pytest.mark.parametrize("change", [
    {"服务点": " 甲点 "}, {"开始时间": "09:00"}, {"街镇": "曹杨新村街道"}, {"参加人次": "3人"},
    {"活动日期": "2021-05-06"}, {"活动类型": "讲座"},
])
def test_content_is_compared_as_understood_not_as_typed(tmp_path, change):
    check(read(tmp_path, [row()], [row(**change)], titles=PLAIN), [[S], [C]], {"曹杨": 3}, set())


@pytest.mark.parametrize(("change", "verdict"), [({"应用场景": "聊天"}, C), ({"状态": "已取消"}, "cancelled")])
def test_equal_content_with_another_status_or_scenario_is_a_conflict(tmp_path, change, verdict):
    result = read(tmp_path, [row()], [row(**change)], titles=PLAIN)
    check(result, [[S], [verdict]], {"曹杨": 3} if verdict == C else {}, {"conflict"})


@pytest.mark.parametrize(("old", "new", "verdicts", "total"), [
    (2, 1, [[S, C], [C]], 6), (1, 2, [[S], [C, C]], 6), (2, 2, [[S, S], [C, C]], 6), (3, 2, [[S, S, C], [C, C]], 9),
])
def test_the_kth_equal_row_pairs_with_the_kth(tmp_path, old, new, verdicts, total):
    result = read(tmp_path, [row()] * old, [row()] * new, titles=PLAIN)
    check(result, verdicts, {"曹杨": total}, {"near_duplicate"})


def test_equal_rows_in_one_sheet_both_count(tmp_path):
    result = read(tmp_path, [row(), row(参加人次=4), row()], titles=PLAIN)
    check(result, [[C, C, C]], {"曹杨": 10}, {"near_duplicate"})
    assert set(result.found_rows("near_duplicate")) <= {2, 4}


def test_equal_rows_in_one_sheet_of_which_one_has_an_id(tmp_path):
    rows = [["A1", *row()], [None, *row()], ["B1", *row(参加人次=4)]]
    check(read(tmp_path, rows, titles=["活动编号", *PLAIN]), [[C, C, C]], {"曹杨": 10}, {"near_duplicate"})


def test_equal_rows_of_two_sheets_are_duplicates(tmp_path):
    result = read(tmp_path, {"曹杨": table(row(), titles=PLAIN), "长征": table(row(街镇="长征"), titles=PLAIN),
                             "A全部": table(row(), row(街镇="长征"), titles=PLAIN)})
    assert result.rows(E1, "A全部") == {1: N, 2: D, 3: D}
    assert result.rows(E1, "曹杨") == result.rows(E1, "长征") == {1: N, 2: C}
    assert result.totals() == {"曹杨": 3, "长征": 3}
    assert result.flags() == set()


def test_equal_rows_of_two_sheets_pair_off(tmp_path):
    result = read(tmp_path, {"A全部": table(row(), row(), titles=PLAIN), "曹杨": table(row(), titles=PLAIN)})
    assert sorted(result.rows(E1, "A全部").values()) == [C, D, N]
    assert result.rows(E1, "曹杨") == {1: N, 2: C}
    assert result.totals() == {"曹杨": 6}


@pytest.mark.parametrize("numbered", [0, 1])
def test_content_decides_where_one_side_has_no_id(tmp_path, numbered):
    exports = [{"s": table(row(), row(活动日期=day(8)), titles=PLAIN)} for _ in range(2)]
    exports[numbered] = {"s": table(["A1", *row()], ["A2", *row(活动日期=day(8))], titles=["活动编号", *PLAIN])}
    check(read(tmp_path, *exports), [[S, S], [C, C]], {"曹杨": 6}, set())


def test_equal_content_with_two_ids_is_two_records(tmp_path):
    titles = ["活动编号", *PLAIN]
    result = read(tmp_path, [["A1", *row()]], [["B1", *row()]], titles=titles)
    assert result.rows(E1) == result.rows(E2) == {1: N, 2: C}
    assert result.totals() == {"曹杨": 6}


@pytest.mark.parametrize("lacking", ["服务点", "开始时间", "结束时间", "活动类型", "应用场景", "状态"])
@pytest.mark.parametrize("side", [0, 1])
def test_a_column_that_one_export_lacks_is_not_compared(tmp_path, lacking, side):
    titles = [t for t in PLAIN if t != lacking]
    short = {"s": table([v for t, v in zip(PLAIN, row(), strict=True) if t != lacking], titles=titles)}
    exports = [{"s": table(row(), titles=PLAIN)}] * 2
    exports[side] = short
    check(read(tmp_path, *exports), [[S], [C]], {"曹杨": 3}, set())


def test_a_blank_in_a_column_both_exports_have_is_compared(tmp_path):
    check(read(tmp_path, [row()], [row(服务点=None)], titles=PLAIN), [[C], [C]], {"曹杨": 6}, set())
