"""tables.xlsx by the rules for accessible spreadsheets: one table a sheet, numbers as numbers, text never a formula."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from analysis import tables
from analysis.figures import Figures, LastBriefing
from tests.briefing_cases import STREETS, comparison, entered_late, evenly, figures_for

HEADER = 4
COUNTS = evenly("2021-05-10", 600, 曹杨=1500, 桃浦=0) | {"甘泉": [("2021-05-10", 300), ("2021-09-29", 699)]}


@pytest.fixture(scope="module")
def figures() -> Figures:
    """甘泉 has 999 of 1,000; a venue and an activity look like formulas."""
    made = figures_for("2021-09-30", COUNTS, sample=True)
    records = made.records.assign(venue="=HYPERLINK(\"x\")", activity="@SUM(A1)")
    unknown = made.cleaned.ledger.tail(1).assign(reason="unknown_street", street="", row=3)
    ledger = pd.concat([made.cleaned.ledger, unknown], ignore_index=True)
    return replace(made, records=records, cleaned=replace(made.cleaned, ledger=ledger),
                   recall=lambda: LastBriefing(None, comparison(added_late=18)))


@pytest.fixture(scope="module")
def path(figures: Figures, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("tables") / "tables.xlsx"
    tables.write_xlsx(figures, target)
    return target


@pytest.fixture(scope="module")
def book(path: Path) -> Workbook:
    return load_workbook(path)


def column(sheet: Worksheet, title: str) -> list[object]:
    """Values below a header."""
    titles = [c.value for c in sheet[HEADER]]
    return [sheet.cell(r, titles.index(title) + 1).value for r in range(HEADER + 1, sheet.max_row + 1)]


def test_sheets_and_one_table_on_each(book: Workbook) -> None:
    assert book.sheetnames == ["封面", "说明", "街镇进度", "节奏", "三种序时", "展望", "录入", "逐日累计", "应用场景", "街镇场景", "较上期", "修订", "明细",
                               "未计入", "问题", "文件"]
    for sheet in book.worksheets[1:]:
        assert len(sheet.tables) == 1
        (table,) = sheet.tables.values()
        assert table.ref.startswith(f"A{HEADER}:")
        assert table.name == f"{sheet.title}表"
        assert not sheet.merged_cells.ranges
        assert sheet.freeze_panes == f"B{HEADER + 1}"
        assert sheet["A1"].value
        assert "演示数据" in str(sheet["A2"].value)
        assert sheet.sheet_state == "visible"
    assert book.active.title == "封面"


def test_cover_links_to_every_sheet(book: Workbook) -> None:
    cover = book["封面"]
    links = [c.hyperlink.location for row in cover.iter_rows() for c in row if c.hyperlink]
    assert links == [f"'{name}'!A1" for name in book.sheetnames[1:]]
    # 1 + 7 × 400 + 1,000
    assert "到9月30日，曹杨按期完成年度指标，9个街镇未完成，共差3,801人次" in [c.value for c in cover["A"]]


def test_numbers_are_numbers_with_a_format(book: Workbook) -> None:
    sheet = book["街镇进度"]
    people = column(sheet, "累计人次")
    assert people == [1500, 999, 600, 600, 600, 600, 600, 600, 600, 0]
    assert sheet.cell(HEADER + 1, 6).number_format == "#,##0"
    assert column(sheet, "半年指标达到日期")[:2] == [datetime(2021, 5, 10), datetime(2021, 9, 29)]
    assert column(sheet, "所需日均") == [0] + ["[z]"] * 9
    assert set(column(sheet, "较上期升降")) == set(column(sheet, "较上期增减")) == {"[z]"}  # no earlier briefing


def test_change_of_rank_and_figure_since_the_last_briefing(figures: Figures, tmp_path: Path) -> None:
    """On 30 June 甘泉 had 300, half of the others' 600, and was ninth; today it has 999 and is second."""
    then = figures_for("2021-06-30", COUNTS).progress
    tables.write_xlsx(replace(figures, recall=lambda: LastBriefing(then, figures.comparison)), tmp_path / "t.xlsx")
    sheet = load_workbook(tmp_path / "t.xlsx")["街镇进度"]
    at = column(sheet, "街镇").index("甘泉")
    assert [column(sheet, t)[at] for t in ("排名", "较上期升降", "较上期增减")] == [2, 7, 699]


def test_a_missed_target_is_not_shown_as_100_per_cent(book: Workbook) -> None:
    sheet = book["街镇进度"]
    titles = [c.value for c in sheet[HEADER]]
    assert dict(zip(column(sheet, "街镇"), column(sheet, "完成率"), strict=True))["甘泉"] == 0.999
    assert sheet.cell(HEADER + 2, titles.index("完成率") + 1).number_format == "0.0%"
    near = figures_for("2021-09-30", {"甘泉": [("2021-05-10", 9999)]})
    near = replace(near, progress=near.progress.assign(attainment=0.9996))
    assert tables.sheets(near)[1].frame["attainment"].max() == 0.999


def test_figures_open_to_their_rows(book: Workbook) -> None:
    detail, progress = book["明细"], book["街镇进度"]
    assert sum(column(detail, "人次")) == sum(column(progress, "累计人次")) == 6699
    for row in range(HEADER + 1, HEADER + 10):
        cell = progress.cell(row, 1)
        place = cell.hyperlink.location.split("!")[1]
        assert detail[place].value == cell.value
        assert detail.cell(detail[place].row - 1, 1).value != cell.value
    assert progress.cell(HEADER + 10, 1).hyperlink is None  # 桃浦 has no rows
    assert column(detail, "行标识")[0] == "随申学.xlsx|活动明细|5"


def test_text_is_never_a_formula(book: Workbook, path: Path) -> None:
    detail = book["明细"]
    assert column(detail, "地点")[0] == '=HYPERLINK("x")'
    titles = [c.value for c in detail[HEADER]]
    for title in ("地点", "活动名称"):
        cell = detail.cell(HEADER + 1, titles.index(title) + 1)
        assert cell.data_type == "s"
        assert cell.quotePrefix
    formulas = [c.value for sheet in book.worksheets for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    assert len(formulas) == 10
    assert all(str(f).startswith("=SUMIFS(明细表[人次],明细表[街镇],A") for f in formulas)
    with zipfile.ZipFile(path) as package:
        assert not [n for n in package.namelist() if "vba" in n.lower() or "externalLink" in n]


def test_bridge_adds_up(book: Workbook) -> None:
    sheet = book["较上期"]
    assert (column(sheet, "上期所知")[0], column(sheet, "补录")[0], column(sheet, "现在所知")[0]) == (100, 18, 118)


def test_pace_bases_outlook_and_late_records_by_hand(tmp_path: Path) -> None:
    """31 August: 甘泉 has 800 in five sessions, the last of 120 in July: stopped; 200 are missing, 30 days and 22 working days."""
    days = [("2021-04-10", 160), ("2021-05-10", 160), ("2021-06-10", 160), ("2021-07-10", 200), ("2021-07-20", 120)]
    month = figures_for("2021-08-31", {s: [("2021-05-10", 400), ("2021-08-10", 600)] for s in STREETS} | {"甘泉": days})
    tables.write_xlsx(month, tmp_path / "t.xlsx")
    made = load_workbook(tmp_path / "t.xlsx")
    pace = made["节奏"]
    at = column(pace, "街镇").index("甘泉")
    assert [column(pace, t)[at] for t in ("状态", "趋势", "缺口", "剩余天数", "剩余工作日", "常规每场人次", "还需场次")] == [
        "未达序时", "已停", 200, 30, 22, 160, 2]
    assert column(pace, "所需工作日日均")[at] == pytest.approx(200 / 22)
    bases = made["三种序时"]
    assert column(bases, "按月序时状态")[at] == "达序时"  # 800 of 666.7; of 836.96 and 836.07 it is behind
    assert column(bases, "按直线序时状态")[at] == column(bases, "按分阶段序时状态")[at] == "未达序时"
    assert column(bases, "判断是否不同") == [None if i != at else "不同" for i in range(len(STREETS))]
    ahead = made["展望"]
    assert column(ahead, "街镇")[-1] == "全区"
    assert [v for v in column(ahead, "达标可能") if v == 1] == [1] * 9  # met; what is not met is never certain
    assert "种子2021" in ahead["A2"].value
    assert set(column(made["录入"], "可能尚未录入")) == {0}  # the newest export is of December
    tables.write_xlsx(entered_late("2021-05-31", "2021-05-31"), tmp_path / "early.xlsx")
    early = load_workbook(tmp_path / "early.xlsx")
    assert column(early["录入"], "街镇") == ["没有记录"]
    for name in ("节奏", "展望", "录入"):
        assert "距最新导出满6周的周次只有2个，不足6个，无法推算录入的快慢" in early[name]["A2"].value
    assert set(column(early["节奏"], "可能尚未录入")) == {"[z]"}


def test_excluded_rows_and_reasons(book: Workbook) -> None:
    sheet = book["未计入"]
    assert (column(sheet, "原因"), column(sheet, "行")) == (["街镇无法识别"], [3])
    assert "另有1行是同一记录的旧版本" in sheet["A2"].value


def test_empty_tables_say_so(book: Workbook) -> None:
    assert column(book["修订"], "街镇") == ["没有记录"]


def test_a_native_chart_for_each_street(book: Workbook, path: Path) -> None:
    assert len(book["逐日累计"]._charts) == len(STREETS)
    with zipfile.ZipFile(path) as package:
        drawing = package.read("xl/drawings/drawing1.xml").decode()
    assert drawing.count("逐日累计人次与序时") == len(STREETS)


def test_long_detail_is_cut_and_says_so(figures: Figures, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.sheets.MOST_ROWS", 3)
    listed = {s.name: s for s in tables.sheets(figures)}
    assert len(listed["明细"].frame) == 3
    assert "共10行，此处列前3行" in listed["明细"].note
    assert "check" not in [c.key for c in listed["街镇进度"].columns]


def test_same_figures_same_bytes(path: Path, figures: Figures) -> None:
    again = path.with_name("again.xlsx")
    tables.write_xlsx(figures, again)
    assert again.read_bytes() == path.read_bytes()


# openpyxl cannot read the charts that LibreOffice writes; nothing here asks for them.
@pytest.mark.filterwarnings("ignore:Unable to read chart")
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_reads_it_and_its_sums_agree(path: Path, tmp_path: Path) -> None:
    for source, kind in ((path, "ods"), (tmp_path / "tables.ods", "xlsx")):
        subprocess.run(["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
                        "--convert-to", kind, "--outdir", str(tmp_path), str(source)],
                       check=True, capture_output=True, timeout=120)
    read = load_workbook(tmp_path / "tables.xlsx", data_only=True)
    assert read.sheetnames[:3] == ["封面", "说明", "街镇进度"]
    assert column(read["街镇进度"], "明细合计") == column(read["街镇进度"], "累计人次")
