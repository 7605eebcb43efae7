"""Rules of docs/method.md#tables: sheets with one row per participant."""

from __future__ import annotations

from datetime import date

import pytest

from tests.rules.workbooks import COUNTED, NOT_RECORD, expect, folder, run

N, C = NOT_RECORD, COUNTED
FILE = "20210701.xlsx"
TITLES = ["活动编号", "街镇", "活动日期", "姓名", "手机号"]


def day(number):
    return date(2021, 5, number)


def read(tmp_path, rows, **others):
    return run(folder(tmp_path, {FILE: {"名单": rows, **others}}))


def person(activity, name, phone=None, street="曹杨", number=1):
    return [activity, street, day(number), name, phone]


@pytest.mark.parametrize("titles", [["姓名"], ["参加人员"], ["证件号"], ["姓名", "手机号"]])
def test_each_row_is_one_person_time(tmp_path, titles):
    cells = [["王一", "13900000001"], ["李二", "13900000002"], ["张三", "13900000003"]]
    rows = [["街镇", "活动日期", *titles]] + [["曹杨", day(1), *c[: len(titles)]] for c in cells]
    expect(read(tmp_path, rows), {1: N, 2: C, 3: C, 4: C}, {"曹杨": 3}, set())


def test_a_phone_alone_does_not_make_one(tmp_path):
    rows = [["街镇", "活动日期", "活动名称", "手机号"], ["曹杨", day(1), "课", "13900000001"]]
    result = read(tmp_path, rows)
    assert result.totals() == {}
    assert "sheet_not_understood" in result.kinds()
    assert not result.complete


def test_a_name_column_beside_person_times_is_an_organisers(tmp_path):
    rows = [["街镇", "活动日期", "参加人次", "姓名"], ["曹杨", day(1), 12, "王一"], ["曹杨", day(2), 13, "王一"]]
    expect(read(tmp_path, rows), {1: N, 2: C, 3: C}, {"曹杨": 25})


def test_one_id_over_many_persons_is_no_duplicate(tmp_path):
    rows = [TITLES, person("A1", "王一"), person("A1", "李二"), person("A2", "王一"), person("A2", "李二")]
    expect(read(tmp_path, rows), {1: N, 2: C, 3: C, 4: C, 5: C}, {"曹杨": 4}, set())


@pytest.mark.parametrize(("one", "two", "same"), [
    (("王一", "13900000001"), ("王一", "13900000001"), True),
    (("王一", "13900000001"), ("王乙", "139 0000 0001"), True),  # the phone decides
    (("王一", "13900000001"), ("王一", "13900000002"), False),  # two of one name
    (("王一", None), ("王一", None), True),
    (("王 一", None), ("王一", None), True),
    (("王一", None), ("李二", None), False),
])
def test_the_same_person_twice_in_one_activity(tmp_path, one, two, same):
    rows = [TITLES, person("A1", *one), person("A1", *two), person("A2", *one)]
    result = read(tmp_path, rows)
    assert sorted([result.rows()[2], result.rows()[3]]) == ([C, "duplicate"] if same else [C, C])
    assert result.rows()[4] == C
    assert result.totals() == {"曹杨": 2 if same else 3}


def test_id_number_before_name(tmp_path):
    rows = [["活动编号", "街镇", "活动日期", "姓名", "证件号"],
            ["A1", "曹杨", day(1), "王一", "310107195001011230"], ["A1", "曹杨", day(1), "王一", "310107195001011231"],
            ["A1", "曹杨", day(1), "王乙", "310107195001011230"]]
    result = read(tmp_path, rows)
    assert result.totals() == {"曹杨": 2}
    assert list(result.rows().values()).count("duplicate") == 1
    assert result.rows()[3] == C


def test_without_ids_the_activity_is_street_venue_name_date_and_start(tmp_path):
    titles = ["街镇", "服务点名称", "活动名称", "活动日期", "开始时间", "姓名"]
    base = ["曹杨", "甲", "课", day(1), "09:00", "王一"]
    rows = [titles, base, list(base)]
    for column, value in enumerate(["长征", "乙", "二课", day(2), "10:00"]):
        rows.append([*base[:column], value, *base[column + 1 :]])
    result = read(tmp_path, rows)
    assert sorted([result.rows()[2], result.rows()[3]]) == [C, "duplicate"]
    assert [result.rows()[r] for r in range(4, 9)] == [C] * 5
    assert result.totals() == {"曹杨": 5, "长征": 1}


ACTIVITY = ["活动编号", "街镇", "活动日期", "参加人次"]


@pytest.mark.parametrize(("count", "flags"), [(2, set()), (5, {"person_level_difference"})])
def test_an_activity_row_of_the_same_id_counts_instead(tmp_path, count, flags):
    rows = [TITLES, person("A1", "王一"), person("A1", "李二"), person("A2", "王一", number=2)]
    result = read(tmp_path, rows, 活动=[ACTIVITY, ["A1", "曹杨", day(1), count], ["A3", "长征", day(3), 4]])
    assert result.rows(sheet="名单") == {1: N, 2: "superseded", 3: "superseded", 4: C}
    assert result.rows(sheet="活动") == {1: N, 2: C, 3: C}
    assert result.totals() == {"曹杨": count + 1, "长征": 4}
    assert result.flags() == flags


@pytest.mark.parametrize("names", [("20210601.xlsx", "20210701.xlsx"), ("20210701.xlsx", "20210601.xlsx")])
def test_also_across_files_in_either_order(tmp_path, names):
    rows = [TITLES, person("A1", "王一"), person("A1", "李二")]
    raw = folder(tmp_path, {names[0]: {"a": rows}, names[1]: {"a": [ACTIVITY, ["A1", "曹杨", day(1), 3]]}})
    result = run(raw)
    assert result.rows(names[0]) == {1: N, 2: "superseded", 3: "superseded"}
    assert result.rows(names[1]) == {1: N, 2: C}
    assert result.totals() == {"曹杨": 3}
    assert result.flags() == {"person_level_difference"}


def test_without_ids_an_activity_row_of_the_same_content_counts(tmp_path):
    content = ["街镇", "服务点名称", "活动名称", "活动日期", "开始时间"]
    activity = ["曹杨", "甲", "课", day(1), "09:00"]
    other = ["曹杨", "甲", "课", day(2), "09:00"]
    rows = [[*content, "姓名"], [*activity, "王一"], [*activity, "李二"], [*other, "王一"]]
    result = read(tmp_path, rows, 活动=[[*content, "参加人次"], [*activity, 2]])
    assert result.rows(sheet="名单") == {1: N, 2: "superseded", 3: "superseded", 4: C}
    assert result.rows(sheet="活动") == {1: N, 2: C}
    assert result.totals() == {"曹杨": 3}
    assert result.flags() == set()


def test_the_same_list_in_two_exports(tmp_path):
    rows = [TITLES, person("A1", "王一", "13900000001"), person("A1", "李二", "13900000002")]
    more = [*rows, person("A1", "张三", "13900000003")]
    result = run(folder(tmp_path, {"20210601.xlsx": {"a": rows}, "20210701.xlsx": {"a": more}}))
    assert result.rows("20210601.xlsx") == {1: N, 2: "superseded", 3: "superseded"}
    assert result.rows("20210701.xlsx") == {1: N, 2: C, 3: C, 4: C}
    assert result.totals() == {"曹杨": 3}


def test_rows_with_faults_and_totals_in_a_list(tmp_path):
    rows = [TITLES, person("A1", "王一"), person("A1", "李二", street="某街道"), ["A1", "曹杨", None, "张三", None],
            ["合计", None, None, "3人", None]]
    result = read(tmp_path, rows)
    assert result.rows() == {1: N, 2: C, 3: "unknown_street", 4: "bad_date", 5: N}
    assert result.totals() == {"曹杨": 1}


def test_merged_labels_over_the_persons(tmp_path):
    from tests.rules.workbooks import Sheet

    rows = [["街镇", "活动名称", "活动日期", "姓名"], ["曹杨", "课", day(1), "王一"], [None, None, None, "李二"],
            [None, None, None, "张三"]]
    result = run(folder(tmp_path, {FILE: {"a": Sheet(rows, merges=["A2:A4", "B2:B4", "C2:C4"])}}))
    expect(result, {1: N, 2: C, 3: C, 4: C}, {"曹杨": 3}, set())


def test_no_name_phone_or_id_leaves_the_reader(tmp_path):
    rows = [[*TITLES, "证件号"], [*person("A1", "欧阳甲乙", "13900000001"), "310107195001011230"],
            [*person("A1", "欧阳甲乙", "13900000001"), "310107195001011230"]]
    result = read(tmp_path, rows)
    cleaned = result.cleaned
    for frame in (cleaned.records, cleaned.ledger, cleaned.repairs, cleaned.findings, cleaned.files):
        text = frame.to_csv()
        for secret in ("欧阳甲乙", "13900000001", "310107195001011230"):
            assert secret not in text


def test_a_person_listed_twice_is_no_difference(tmp_path):
    rows = [TITLES, person("A1", "王一"), person("A1", "王一"), person("A1", "李二")]
    result = read(tmp_path, rows, 活动=[ACTIVITY, ["A1", "曹杨", day(1), 2]])
    assert result.totals() == {"曹杨": 2}
    assert result.flags() == set()
    assert result.rows(sheet="活动") == {1: N, 2: C}


def test_a_list_and_its_activities_in_two_sheets_of_different_months(tmp_path):
    rows = [TITLES, person("A1", "王一"), person("A9", "李二", number=9)]
    april, may = [ACTIVITY, ["A1", "曹杨", day(1), 1]], [ACTIVITY, ["A2", "长征", day(2), 6]]
    result = read(tmp_path, rows, 四月=april, 五月=may)
    assert result.rows(sheet="名单") == {1: N, 2: "superseded", 3: C}
    assert result.totals() == {"曹杨": 2, "长征": 6}
    assert result.flags() == set()
