"""Example folders for the rules of columns, values and the same record twice."""

from __future__ import annotations

from tests.rules.cases import FILE, SHEET, TITLES, WITH_ID, C, Case, N, day, one_sheet, run_of

OLD, NEW = "20210601.xlsx", FILE


def _case(name, rule, rows, verdicts, totals, *flags) -> Case:
    return Case(name, rule, one_sheet(rows), {FILE: verdicts}, totals, frozenset(flags))


def _two(name, rule, old, new, old_verdicts, new_verdicts, totals, *flags, lines=()) -> Case:
    return Case(name, rule, lambda: {OLD: {SHEET: [WITH_ID, *old]}, NEW: {SHEET: [*lines, WITH_ID, *new]}},
                {OLD: run_of(N, *old_verdicts), NEW: run_of(N, *[N] * len(lines), *new_verdicts)}, totals, frozenset(flags))


VALUES = [
    _case("number_of_people", "Columns: only if none of these, 参加人数 (flagged)",
          [["街镇", "活动日期", "参加人数"], ["曹杨", day(1), 3]], run_of(N, C), {"曹杨": 3}, "headcount"),
    _case("unknown_column", "Columns: unknown columns are listed once per file",
          [[*TITLES, "天气"], ["曹杨", day(1), 3, "晴"]], run_of(N, C), {"曹杨": 3}, "unknown_column"),
    _case("street_names", "Values: street",
          [TITLES, ["長壽路街道", day(1), 3], ["⻓征镇", day(1), 4], ["上海市普陀区 曹杨新村街道办事处", day(1), 5],
           ["长凤新村街道", day(1), 6], ["长凤", day(1), 7], ["长风路街道", day(1), 8], ["曹杨、长征", day(1), 9]],
          run_of(N, C, C, C, C, *["unknown_street"] * 3), {"长寿": 3, "长征": 4, "曹杨": 5, "长风": 6}),
    _case("dates", "Values: activity_date",
          [TITLES, ["曹杨", "二〇二一年四月十二日", 1], ["曹杨", 44298, 2], ["曹杨", "4月12日、19日", 3], ["曹杨", 4.1, 4],
           ["曹杨", "每周一", 5], ["曹杨", "2021-03-31", 6], ["曹杨", "2022-01-01", 7]],
          run_of(N, C, C, C, C, "bad_date", "outside_programme", "outside_programme"), {"曹杨": 10}, "ambiguous_date"),
    _case("person_times", "Values: person_times",
          [TITLES, *[["曹杨", day(i), n] for i, n in enumerate(["２５", "1人次", "约2人", "十二", "1+2", 0, 12.5, "若干", None], 1)]],
          run_of(N, C, C, C, C, C, *["bad_person_times"] * 4), {"曹杨": 43}),
    _case("statuses", "Values: status",
          [[*TITLES, "状态"], *[["曹杨", day(i), i, s] for i, s in enumerate([None, "已通过", "作废", "草稿", "转办"], 1)]],
          run_of(N, C, C, "cancelled", "pending", "unknown_status"), {"曹杨": 3}),
    _case("damaged_ids", "Values: record_id",
          [WITH_ID, ["2.02E+13", "曹杨", day(1), 3], ["A100002", "曹杨", day(2), 4], ["暂无", "曹杨", day(3), 5]],
          run_of(N, C, C, C), {"曹杨": 12}, "damaged_id"),
    _two("newest_version_stands", "The same record twice: 1",
         [["A1", "曹杨", day(1), 3], ["A2", "曹杨", day(2), 4]], [["A1", "曹杨", day(1), 5], ["A2", "曹杨", day(2), "若干"]],
         ["superseded"] * 2, [C, "bad_person_times"], {"曹杨": 5}, "newest_unusable"),
    _case("id_twice_in_one_export", "The same record twice: 2",
          [WITH_ID, ["A1", "曹杨", day(1), 3], ["A1", "曹杨", day(1), 5], ["A2", "曹杨", day(2), 6], ["A2", "长征", day(3), 7]],
          run_of(N, "duplicate", C, C, C), {"曹杨": 11, "长征": 7}, "conflict", "id_reused"),
    _case("equal_rows_without_ids", "The same record twice: 3, within one sheet both count",
          [TITLES, ["曹杨", day(1), 3], ["曹杨", day(1), 3]], run_of(N, C, C), {"曹杨": 6}, "near_duplicate"),
    _two("mass_withdrawal", "The same record twice: 4, the guard",
         [[f"B{i}", "曹杨", day(i), i] for i in range(1, 9)], [["B1", "曹杨", day(1), 1]],
         ["superseded", *[C] * 7], [C], {"曹杨": 36}, "mass_withdrawal", lines=[["统计区间：2021年4-6月"]]),
    Case("possible_revision", "The same record twice: 5",
         lambda: {OLD: {SHEET: [TITLES, ["曹杨", day(1), 3]]}, NEW: {SHEET: [TITLES, ["曹杨", day(1), 5]]}},
         {OLD: run_of(N, C), NEW: run_of(N, C)}, {"曹杨": 8}, frozenset({"possible_revision"})),
]
