"""Example folders for the rules of tables: headers, totals, merges, sheets, lists of persons, notes, broken cells."""

from __future__ import annotations

from tests.rules.cases import FILE, TITLES, WITH_ID, C, Case, N, day, one_sheet, run_of
from tests.rules.formats import Sheet, csv_text

BAD, UNKNOWN = "bad_person_times", "unknown_street"
HEAD = [["街镇", "活动日期", "参加人次", None, None], [None, None, "培训", "帮办", "小计"]]
HEAD_MERGES = ("A1:A2", "B1:B2", "C1:E1")
LIST = ["活动编号", "街镇", "活动日期", "姓名"]


def _case(name, rule, rows, verdicts, totals, *flags, merges=(), complete=True) -> Case:
    return Case(name, f"Tables: {rule}", one_sheet(rows, *merges), {FILE: verdicts}, totals, frozenset(flags),
                complete=complete)


TABLES = [
    _case("title_and_notes_above", "the header may be any of the first 30 rows",
          [["活动记录表"], [], ["注：由街镇填报"], TITLES, ["曹杨", day(1), 3]], {1: N, 3: N, 4: N, 5: C}, {"曹杨": 3}),
    _case("header_below_row_30", "three or more date-like cells in a column but no header",
          [["说明"] for _ in range(30)] + [TITLES] + [["曹杨", day(i), 3] for i in (1, 2, 3)],
          dict.fromkeys(range(1, 35), N), {}, "sheet_not_understood", complete=False),
    _case("two_row_header_with_parts", "merged parents over children are added, 小计 is checked",
          [*HEAD, ["曹杨", day(1), 3, 4, 7], ["曹杨", day(2), None, 4, 4], ["长征", day(3), 3, "若干", 3],
           ["长征", day(4), 2, 0, 3]], run_of(N, N, C, C, BAD, C), {"曹杨": 11, "长征": 2}, "control_total",
          merges=HEAD_MERGES),
    _case("parts_in_one_header_row", "培训人次 | 帮办人次 are added",
          [["街镇", "活动日期", "培训人次", "帮办人次"], ["曹杨", day(1), 3, 4], ["长征", day(2), None, None]],
          run_of(N, C, BAD), {"曹杨": 7}),
    _case("plain_column_beside_parts", "a plain 人次 column wins, and the parts are checked",
          [["街镇", "活动日期", "培训人次", "帮办人次", "人次"], ["曹杨", day(1), 3, 4, 7], ["长征", day(2), 3, 4, 9]],
          run_of(N, C, C), {"曹杨": 7, "长征": 9}, "control_total"),
    _case("scenario_columns", "scenario children are marks, not added",
          [["街镇", "活动日期", "参加人次", "应用场景", None], [None, None, None, "就医", "出行"],
           ["曹杨", day(1), 3, "√", None], ["长征", day(2), 4, None, 12]], run_of(N, N, C, C), {"曹杨": 3, "长征": 4},
          merges=("A1:A2", "B1:B2", "C1:C2", "D1:E1")),
    _case("header_on_every_page", "header rows are repeated further down",
          [TITLES, ["曹杨", day(1), 3], TITLES, ["曹杨", day(2), 4], [], ["街 镇", "活动日期*", "参加人次"], ["长征", day(3), 5]],
          {1: N, 2: C, 3: N, 4: C, 6: N, 7: C}, {"曹杨": 7, "长征": 5}),
    _case("wrong_totals", "小计 since the last 小计; 合计 since the last, so far or of the sheet",
          [TITLES, ["曹杨", day(1), 3], ["小 计", None, 3], ["长征", day(2), 4], ["小计", None, 7], ["合计：", None, 7],
           ["共25场625人次"], ["其中", None, 99]], run_of(N, C, N, C, N, N, N, N), {"曹杨": 3, "长征": 4}, "control_total"),
    _case("total_above_the_rows", "total rows are control totals",
          [TITLES, ["合计", None, 7], ["曹杨", day(1), 3], ["长征", day(2), 4]], run_of(N, N, C, C), {"曹杨": 3, "长征": 4}),
    _case("merged_street", "labels belong to every row of the recorded merge, and only to those",
          [TITLES, ["曹杨", day(1), 3], [None, day(2), 4], [None, day(3), 5]], run_of(N, C, C, UNKNOWN), {"曹杨": 7},
          merges=("A2:A3",)),
    _case("merged_person_times", "a merged 人次 counts once and is flagged",
          [TITLES, ["曹杨", day(1), 12], ["曹杨", day(2), None], ["长征", day(3), 5]], run_of(N, C, BAD, C),
          {"曹杨": 12, "长征": 5}, "merged_number", merges=("C2:C3",)),
    Case("csv_lost_its_merges", "Tables: a CSV has lost its merges",
         lambda: {"20210701.csv": csv_text([TITLES, ["曹杨", "2021-05-01", 3], [None, "2021-05-02", 4]])},
         {"20210701.csv": run_of(N, C, UNKNOWN)}, {"曹杨": 3}),
    _case("print_pages", "two-row header, merged street, 小计 and a repeated header together",
          [*HEAD, ["曹杨", day(1), 3, 4, 7], [None, day(2), 5, None, 5], ["小计", None, 8, 4, 12], *HEAD,
           ["长征", day(3), None, 2, 2], ["小计", None, None, 2, 2], ["合计", None, 8, 6, 14], ["填表人：王某", None, "2021年7月"]],
          run_of(N, N, C, C, N, N, N, C, N, N, N), {"曹杨": 12, "长征": 2},
          merges=(*HEAD_MERGES, "A3:A4", "A6:A7", "B6:B7", "C6:E6")),
    Case("all_sheet_beside_street_sheets", "Tables: a 全部 sheet beside street sheets, a 汇总 sheet",
         lambda: {FILE: {"全部": [WITH_ID, ["A1", "曹杨", day(1), 3], ["A2", "长征", day(2), 4]],
                         "曹杨": [WITH_ID, ["A1", "曹杨", day(1), 3]], "长征": [WITH_ID, ["A2", "长征", day(2), 4]],
                         "汇总": [["街镇", "人次"], ["曹杨", 3], ["长征", 4], ["合计", 7]]}},
         {f"{FILE}|全部": run_of(N, "duplicate", "duplicate"), f"{FILE}|曹杨": run_of(N, C), f"{FILE}|长征": run_of(N, C),
          f"{FILE}|汇总": run_of(N, N, N, N)}, {"曹杨": 3, "长征": 4}),
    Case("hidden_sheet_and_rows", "Tables: hidden sheets, hidden or filtered rows",
         lambda: {FILE: {"5月": Sheet([TITLES, ["曹杨", day(1), 3], ["曹杨", day(2), 4]], hidden_rows=[3]),
                         "6月": Sheet([TITLES, ["长征", day(1, 6), 5]], hidden=True)}},
         {f"{FILE}|5月": run_of(N, C, C), f"{FILE}|6月": run_of(N, C)}, {"曹杨": 7, "长征": 5},
         frozenset({"hidden_sheet", "hidden_rows"})),
    _case("small_table_beside", "tables side by side: the activity table is read",
          [[*TITLES, None, "街镇", "目标"], ["曹杨", day(1), 3, None, "曹杨", 1000], [None, None, None, None, "合计", 1000]],
          run_of(N, C, N), {"曹杨": 3}),
    _case("two_activity_tables_side_by_side", "tables side by side: say what was left",
          [[*TITLES, None, *TITLES], ["曹杨", day(1), 3, None, "长征", day(2), 4]], run_of(N, C), {"曹杨": 3},
          "sheet_not_understood", complete=False),
    _case("list_of_persons", "each row is one person-time; the same person twice is a duplicate",
          [LIST, ["A1", "曹杨", day(1), "王一"], ["A1", "曹杨", day(1), "李二"], ["A1", "曹杨", day(1), "王一"],
           ["A2", "曹杨", day(2), "王一"]], run_of(N, "duplicate", C, C, C), {"曹杨": 3}),
    Case("list_of_persons_beside_its_activity", "Tables: the activity-level row counts, a difference is a finding",
         lambda: {FILE: {"名单": [LIST, ["A1", "曹杨", day(1), "王一"], ["A1", "曹杨", day(1), "李二"]],
                         "活动": [WITH_ID, ["A1", "曹杨", day(1), 3]]}},
         {f"{FILE}|名单": run_of(N, "superseded", "superseded"), f"{FILE}|活动": run_of(N, C)}, {"曹杨": 3},
         frozenset({"person_level_difference"})),
    _case("notes_and_blank_dates", "a row is a note, not a record, if …; else a blank date is bad_date",
          [["序号", *TITLES], [1, "曹杨", day(1), 3], [2, "曹杨", None, None], [3, "曹杨", None, 4], [4, None, None, None],
           ["备注", "雨天改期", None, None]], run_of(N, C, N, "bad_date", N, N), {"曹杨": 3}),
    Case("dates_without_person_times", "Tables: a sheet is not understood",
         lambda: {FILE: {"好": [TITLES, ["曹杨", day(1), 3]], "坏": [["街镇", "活动日期", "备注"], ["曹杨", day(2), "a"]]}},
         {f"{FILE}|好": run_of(N, C), f"{FILE}|坏": run_of(N, N)}, {"曹杨": 3}, frozenset({"sheet_not_understood"}),
         complete=False),
    _case("error_cells_and_uncached_formulas", "an error cell or a formula without a cached value is never a blank",
          [["街镇：曹杨新村街道"], TITLES, ["#N/A", day(1), 3], ["曹杨", day(2), "=1+2"], ["曹杨", "#REF!", 3], ["曹杨", day(3), 4]],
          run_of(N, N, UNKNOWN, BAD, "bad_date", C), {"曹杨": 4}, "error_cell"),
]
