"""Rules of docs/method.md#same-record, 4 and 5: withdrawn records and their guard, possible revisions, and combinations."""

from __future__ import annotations

from datetime import date

import pytest

from tests.rules.workbooks import COUNTED, NOT_RECORD, Sheet, folder, run

N, C, S, D, W = NOT_RECORD, COUNTED, "superseded", "duplicate", "withdrawn"
E1, E2, E3 = "20210901.xlsx", "20211001.xlsx", "20211101.xlsx"
QUARTER = "统计区间：2021-04-01 至 2021-06-30"
TITLES = ["活动编号", "街镇", "活动名称", "活动日期", "参加人次", "状态"]


def day(number, month=5):
    return date(2021, month, number)


def rec(number, street="曹杨", when=None, count=3, status="已通过"):
    return [number, street, f"课{number}", when or day(6), count, status]


def table(*records, lines=(), titles=TITLES):
    return [*([line] for line in lines), titles, *records]


def read(tmp_path, *exports):
    """Sheets' rows, oldest export first."""
    return run(folder(tmp_path, {n: {"s": rows} for n, rows in zip([E1, E2, E3], exports, strict=False)}))


def check(result, verdicts, totals, flags):
    """Verdicts of the record rows of each export in order; the other rows are no records."""
    for name, expected in zip([E1, E2, E3], verdicts, strict=False):
        assert [v for v in result.rows(name).values() if v != N] == expected, name
    assert result.totals() == totals
    assert result.flags() == flags


OLD = table(rec("A1"), rec("A2"), rec("A3", when=day(1, 7)), rec("A4", "长征"), rec("A5", count=9))


def test_deleted_on_the_platform(tmp_path):
    # A2 lies in coverage and street; A3 is later than the coverage; A4's street does not appear; A5 moved to 长寿
    new = table(rec("A1"), rec("A5", "长寿", count=9), lines=[QUARTER])
    check(read(tmp_path, OLD, new), [[S, W, C, C, S], [C, C]], {"曹杨": 6, "长征": 3, "长寿": 9}, set())


@pytest.mark.parametrize(("line", "street4"), [("街镇：曹杨新村街道", C), ("填报单位：长征镇", W)])
def test_the_stated_street_is_the_scope(tmp_path, line, street4):
    # under 填报单位：长征镇 the only scope is 长征, though rows of 曹杨 appear: A2 stays
    new = table(rec("A1"), rec("A5", count=9), lines=[line, QUARTER])
    verdict2 = W if street4 == C else C
    totals = {"曹杨": 3 + (verdict2 == C) * 3 + 3 + 9, **({"长征": 3} if street4 == C else {})}
    check(read(tmp_path, OLD, new), [[S, verdict2, C, street4, S], [C, C]], totals, set())


def test_an_older_or_equal_snapshot_withdraws_nothing(tmp_path):
    covered = table(rec("A1"), lines=[QUARTER])
    check(read(tmp_path / "a", covered, table(rec("A2"))), [[C], [C]], {"曹杨": 6}, set())
    raw = folder(tmp_path / "b", {"a20210901.xlsx": {"s": covered}, "b20210901.xlsx": {"s": table(rec("A2"))}})
    assert run(raw).totals() == {"曹杨": 6}


def test_an_undated_export_is_older_than_any_dated_one(tmp_path):
    raw = folder(tmp_path, {"旧.xlsx": {"s": table(rec("A1"), rec("A2"))},
                            E2: {"s": table(rec("A1"), lines=[QUARTER])}})
    result = run(raw)
    assert result.rows("旧.xlsx") == {1: N, 2: S, 3: W}
    assert result.totals() == {"曹杨": 3}
    assert result.flags() == {"undated_export"}


def test_a_withdrawn_record_that_comes_back(tmp_path):
    result = read(tmp_path, table(rec("A1"), rec("A2")), table(rec("A1"), lines=[QUARTER]), table(rec("A2", count=4)))
    check(result, [[S, S], [C], [C]], {"曹杨": 7}, set())


def test_withdrawn_overrides_the_rows_own_faults(tmp_path):
    old = table(rec("A1"), rec("A2", status="已取消"), rec("A3", count="若干"), rec("A4", when="每周一"),
                rec("A5", "某街道"))
    result = read(tmp_path, old, table(rec("A1"), lines=[QUARTER]))
    check(result, [[S, W, W, "bad_date", "unknown_street"], [C]], {"曹杨": 3}, set())
    assert result.faults(3, file=E1) - {W} == {"cancelled"}
    assert result.faults(4, file=E1) - {W} == {"bad_person_times"}


def test_without_ids_the_content_decides(tmp_path):
    titles = TITLES[1:]
    old = table(*(rec(f"A{i}")[1:] for i in (1, 2, 3)), titles=titles)
    new = table(*(rec(f"A{i}")[1:] for i in (1, 3)), lines=[QUARTER], titles=titles)
    check(read(tmp_path, old, new), [[S, W, S], [C, C]], {"曹杨": 6}, set())


def test_an_id_is_looked_for_by_content_in_an_export_without_ids(tmp_path):
    new = table(rec("A1")[1:], lines=[QUARTER], titles=TITLES[1:])
    check(read(tmp_path, table(rec("A1"), rec("A2")), new), [[S, W], [C]], {"曹杨": 3}, set())


def test_a_new_number_without_ids_withdraws_the_old_row(tmp_path):
    titles = TITLES[1:]
    old, new = table(rec("A1")[1:], titles=titles), table(rec("A1", count=5)[1:], lines=[QUARTER], titles=titles)
    check(read(tmp_path, old, new), [[W], [C]], {"曹杨": 5}, set())


@pytest.mark.parametrize(("standing", "missing", "guarded"), [
    (6, 5, False),  # more than 20 %, but only 5 records
    (20, 6, True), (30, 6, False),  # 6 of 30 are exactly 20 %
    (29, 6, True), (35, 7, False), (34, 7, True),
])
def test_guard_needs_more_than_five_and_more_than_a_fifth(tmp_path, standing, missing, guarded):
    old = table(*(rec(f"A{i}") for i in range(standing)))
    new = table(*(rec(f"A{i}") for i in range(missing, standing)), lines=[QUARTER])
    kept = standing - missing
    verdicts = [C if guarded else W] * missing + [S] * kept
    check(read(tmp_path, old, new), [verdicts, [C] * kept], {"曹杨": 3 * (standing if guarded else kept)},
          {"mass_withdrawal"} if guarded else set())


def test_records_outside_the_coverage_are_not_standing_in_it(tmp_path):
    # 6 of 20 in the coverage; 20 more in July would make it 15 %
    old = table(*(rec(f"A{i}") for i in range(20)), *(rec(f"J{i}", when=day(2, 7)) for i in range(20)))
    new = table(*(rec(f"A{i}") for i in range(6, 20)), lines=[QUARTER])
    result = read(tmp_path, old, new)
    check(result, [[C] * 6 + [S] * 14 + [C] * 20, [C] * 14], {"曹杨": 120}, {"mass_withdrawal"})
    assert result.severities("mass_withdrawal") == {"error"}


def test_the_guard_is_per_street(tmp_path):
    old = table(*(rec(f"A{i}") for i in range(10)), *(rec(f"B{i}", "长征") for i in range(10)))
    new = table(*(rec(f"A{i}") for i in range(7, 10)), *(rec(f"B{i}", "长征") for i in range(2, 10)), lines=[QUARTER])
    result = read(tmp_path, old, new)
    check(result, [[C] * 7 + [S] * 3 + [W] * 2 + [S] * 8, [C] * 11], {"曹杨": 30, "长征": 24}, {"mass_withdrawal"})
    assert len(result.found("mass_withdrawal")) == 1


@pytest.mark.parametrize(("faulty", "reason", "guarded"), [
    (rec("A9", count="若干"), "bad_person_times", {"曹杨"}),
    (rec("A9", when="每周一"), "bad_date", {"曹杨"}),
    (rec("A9", "长征", count="若干"), "bad_person_times", {"长征"}),
    (rec("A9", "某街道"), "unknown_street", {"曹杨", "长征"}),
    (rec("A9", status="草稿"), "pending", set()),  # readable, only not counted
])
def test_an_export_that_is_partly_unreadable_withdraws_nothing_there(tmp_path, faulty, reason, guarded):
    old = table(rec("A1"), rec("A2"), rec("B1", "长征"), rec("B2", "长征"))
    new = table(rec("A1"), rec("B1", "长征"), faulty, lines=[QUARTER])
    result = read(tmp_path, old, new)
    a, b = (C if s in guarded else W for s in ("曹杨", "长征"))
    check(result, [[S, a, S, b], [C, C, reason]], {"曹杨": 3 + 3 * (a == C), "长征": 3 + 3 * (b == C)},
          {"mass_withdrawal"} if guarded else set())


def test_a_sheet_not_understood_withdraws_nothing(tmp_path):
    strange = [["街镇", "活动日期", "课时"], ["曹杨", day(6), 2]]
    raw = folder(tmp_path, {E1: {"s": table(rec("A1"), rec("A2"))},
                            E2: {"s": table(rec("A1"), lines=[QUARTER]), "另": strange}})
    result = run(raw)
    assert result.rows(E1) == {1: N, 2: S, 3: C}
    assert result.totals() == {"曹杨": 6}
    assert {"mass_withdrawal", "sheet_not_understood"} <= result.flags()
    assert not result.complete


def test_each_sheet_states_a_period_of_its_own(tmp_path):
    # May is covered by no sheet
    months = [date(2021, m, 6) for m in (4, 5, 6)]
    old = table(*(rec(f"A{m.month}", when=m) for m in months), *(rec(f"B{m.month}", when=m) for m in months))
    new = {f"{m}月": table(rec(f"A{m}", when=date(2021, m, 6)), lines=[f"统计区间：2021-0{m}-01 至 2021-0{m}-30"])
           for m in (4, 6)}
    result = run(folder(tmp_path, {E1: {"s": old}, E2: new}))
    assert result.rows(E1) == {1: N, 2: S, 3: C, 4: S, 5: W, 6: C, 7: W}
    assert result.totals() == {"曹杨": 12}


def test_a_period_beside_other_words_in_its_row(tmp_path):
    new = table(rec("A1"), lines=[])
    new.insert(0, ["统计区间：2021年5月", None, "街镇：曹杨新村街道"])
    check(read(tmp_path, table(rec("A1"), rec("A2"), rec("A3", when=day(1, 6))), new), [[S, W, C], [C]], {"曹杨": 6}, set())


def test_nothing_missing_is_no_finding_even_if_partly_unreadable(tmp_path):
    result = read(tmp_path, table(rec("A1")), table(rec("A1"), rec("A9", count="若干"), lines=[QUARTER]))
    check(result, [[S], [C, "bad_person_times"]], {"曹杨": 3}, set())


# -- possible revisions --
PLAIN = ["街镇", "服务点", "活动名称", "活动日期", "开始时间", "参加人次"]


def row(**changes):
    cells = {"街镇": "曹杨", "服务点": "甲点", "活动名称": "扫码课", "活动日期": day(6), "开始时间": "9:00",
             "参加人次": 3, **changes}
    return [cells[t] for t in PLAIN]


def test_another_number_without_ids_and_coverage_counts_twice_and_is_an_error(tmp_path):
    result = read(tmp_path, table(row(), titles=PLAIN), table(row(参加人次=5), titles=PLAIN))
    check(result, [[C], [C]], {"曹杨": 8}, {"possible_revision"})
    assert result.severities("possible_revision") == {"error"}


@pytest.mark.parametrize("change", [{"服务点": "乙点"}, {"活动名称": "别课"}, {"活动日期": day(7)},
                                    {"开始时间": "14:00"}, {"街镇": "长征"}])
def test_another_activity_is_no_revision(tmp_path, change):
    result = read(tmp_path, table(row(), titles=PLAIN), table(row(参加人次=5, **change), titles=PLAIN))
    assert result.rows(E1) == result.rows(E2) == {1: N, 2: C}
    assert result.total() == 8
    assert result.flags() == set()


@pytest.mark.parametrize("numbered", [0, 1])
def test_another_number_where_only_one_side_has_ids(tmp_path, numbered):
    tables = [table(row(), titles=PLAIN), table(row(参加人次=5), titles=PLAIN)]
    tables[numbered] = table(["A1", *tables[numbered][1]], titles=["活动编号", *PLAIN])
    check(read(tmp_path, *tables), [[C], [C]], {"曹杨": 8}, {"possible_revision"})


@pytest.mark.parametrize("lacking", ["服务点", "活动名称", "开始时间"])
def test_another_number_where_one_side_lacks_a_column(tmp_path, lacking):
    titles = [t for t in PLAIN if t != lacking]
    old = table([v for t, v in zip(PLAIN, row(), strict=True) if t != lacking], titles=titles)
    check(read(tmp_path, old, table(row(参加人次=5), titles=PLAIN)), [[C], [C]], {"曹杨": 8}, {"possible_revision"})


def test_another_number_under_another_id_is_another_record(tmp_path):
    tables = [table([i, *row(参加人次=n)], titles=["活动编号", *PLAIN]) for i, n in (("A1", 3), ("B1", 5))]
    check(read(tmp_path, *tables), [[C], [C]], {"曹杨": 8}, set())


def test_two_numbers_in_one_export_are_no_revision(tmp_path):
    check(read(tmp_path, table(row(), row(参加人次=5), titles=PLAIN)), [[C, C]], {"曹杨": 8}, set())


# -- combinations --
def test_merged_number_then_mended_in_the_next_export(tmp_path):
    old = Sheet(table(rec("A1", count=6), rec("A2", count=None), rec("A3", count=4)), merges=["E2:E3"])
    alone = run(folder(tmp_path / "a", {E1: {"s": old}}))
    check(alone, [[C, "bad_person_times", C]], {"曹杨": 10}, {"merged_number"})
    both = run(folder(tmp_path / "b", {E1: {"s": old}, E2: {"s": table(rec("A1", count=2), rec("A2", count=4))}}))
    check(both, [[S, S, C], [C, C]], {"曹杨": 10}, {"merged_number"})
    assert both.faults(3, file=E1) - {S} == {"bad_person_times"}


def test_reused_id_and_withdrawn(tmp_path):
    # A1 of 曹杨 is not in the covering export; its A1 is 长征's of another day
    old = table(rec("A1"), rec("A2"))
    new = table(rec("A1", "长征", day(9)), rec("A2"), lines=[QUARTER])
    result = read(tmp_path, old, new)
    # its id is in the export, so it was not deleted: both stand
    check(result, [[C, S], [C, C]], {"曹杨": 6, "长征": 3}, {"id_reused"})


def test_superseded_by_a_moved_record_in_a_covering_export(tmp_path):
    # moved to July, outside the coverage, yet present: a version, not a withdrawal
    new = table(rec("A1"), rec("A2", when=day(3, 7)), lines=[QUARTER])
    check(read(tmp_path, table(rec("A1"), rec("A2")), new), [[S, S], [C, C]], {"曹杨": 6}, set())


def test_equal_snapshots_that_differ(tmp_path):
    raw = folder(tmp_path, {"a/20210901.xlsx": {"s": table(rec("A1"), rec("A2"))},
                            "b/20210901.xlsx": {"s": table(rec("A1", count=8), rec("A2"))}})
    result = run(raw)
    assert result.rows("a/20210901.xlsx") == {1: N, 2: S, 3: S}
    assert result.rows("b/20210901.xlsx") == {1: N, 2: C, 3: C}
    assert (result.totals(), result.flags()) == ({"曹杨": 11}, {"same_snapshot"})
    assert result.severities("same_snapshot") == {"error"}


def test_duplicate_in_the_old_and_withdrawn_by_the_new(tmp_path):
    old = table(rec("A1"), rec("A2", count=3), rec("A2", count=4))
    check(read(tmp_path, old, table(rec("A1"), lines=[QUARTER])), [[S, D, W], [C]], {"曹杨": 3}, {"conflict"})


def test_cancelled_newest_is_present_so_nothing_is_withdrawn(tmp_path):
    new = table(rec("A1"), rec("A2", status="已取消"), lines=[QUARTER])
    check(read(tmp_path, table(rec("A1"), rec("A2")), new), [[S, S], [C, "cancelled"]], {"曹杨": 3}, set())


def test_a_guarded_street_keeps_its_figures_until_a_good_export_comes(tmp_path):
    old = table(*(rec(f"A{i}") for i in range(10)))
    bad = table(rec("A9"), lines=[QUARTER])
    good = table(*(rec(f"A{i}", count=4) for i in range(9)), lines=[QUARTER])
    check(read(tmp_path, old, bad, good), [[S] * 10, [W], [C] * 9], {"曹杨": 36}, {"mass_withdrawal"})
