"""briefing.pdf and charts.pdf: pages, text, marks, fonts, tags, and that other renderers than Typst's show the text."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pymupdf
import pytest
from PIL import Image
from pypdf import PdfReader

from analysis import briefing, chart_pack, content, content_ahead
from analysis.charts import Chart, Context, draw_all, save
from analysis.figures import Figures, LastBriefing, figures_of
from analysis.plan import Plan
from tests.briefing_cases import PLAN, STREETS, cleaned_of, comparison, evenly, figures_for, records_of, standing_for

COUNTS = {n: [("2021-05-10", 500), ("2021-08-10", 600 - 60 * i)] for i, n in enumerate(STREETS)}
DAY = "2021-09-30"


def drawn(figures: Figures, folder: Path) -> list[Chart]:
    context = Context(PLAN, figures.as_of, figures.cleaned.complete, figures.cleaned.sample)
    charts = draw_all(figures, context)
    for chart in charts:
        save(chart, folder)
    return charts


@pytest.fixture(scope="module")
def figures() -> Figures:
    now = figures_for(DAY, COUNTS, complete=False, sample=True)
    before = figures_for("2021-06-30", COUNTS).progress
    return replace(now, recall=lambda: LastBriefing(before, comparison(added_late=18, changed=-3)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("charts")


@pytest.fixture(scope="module")
def charts(figures: Figures, folder: Path) -> list[Chart]:
    return drawn(figures, folder)


@pytest.fixture(scope="module")
def pdf(figures: Figures, charts: list[Chart], folder: Path) -> Path:
    path = folder / "briefing.pdf"
    briefing.write_pdf(figures, charts, folder, path)
    return path


def words_of(path: Path) -> list[str]:
    return [re.sub(r"\s", "", page.get_text()) for page in pymupdf.open(path)]


def test_three_to_five_pages_of_a4_and_small(pdf: Path) -> None:
    pages = PdfReader(pdf).pages
    assert 3 <= len(pages) <= 5
    assert {(round(p.mediabox.width), round(p.mediabox.height)) for p in pages} == {(595, 842)}
    assert pdf.stat().st_size < 500_000


def test_page_1_answers_who_how_much_and_what_next(pdf: Path) -> None:
    page = words_of(pdf)[0]
    # 500 and 600 − 60 i: 曹杨 1,100, 甘泉 1,040, 石泉 980 … 桃浦 560; gaps 0 0 20 80 140 200 260 320 380 440.
    assert "到9月30日，2个街镇按期完成年度指标，8个街镇未完成，共差1,840人次" in page
    assert "全区累计8,300人次" in page
    assert "完成率83.0%" in page
    assert "缺口合计1,840人次" in page
    assert "桃浦完成56.0%，差440人次" in page
    assert "今日到期" in page
    for column in content.PROGRESS_COLUMNS:
        assert column in page
    assert "8月10日达到" in page


def test_every_page_carries_the_marks(pdf: Path) -> None:
    for page in words_of(pdf):
        assert "数据不完整" in page
        assert "演示数据" in page


def test_a_complete_briefing_carries_no_mark(charts: list[Chart], folder: Path) -> None:
    clean = figures_for(DAY, COUNTS)
    composed = replace(content.compose(clean, charts), sections=())
    (folder / "clean.pdf").write_bytes(briefing.pdf(composed, folder))
    assert not any("数据不完整" in page or "演示数据" in page for page in words_of(folder / "clean.pdf"))


def test_all_parts_are_there(pdf: Path) -> None:
    text = "".join(words_of(pdf))
    for heading in ("各街镇与指标的距离", "累计走势", "是否仍在开展，是否录齐", "较上期变化及原因", "应用场景", "数据质量", "说明"):
        assert heading in text
    assert "排除原因：被较新的导出取代1行" in text
    assert "加密.xlsx：文件有密码，请保存为无密码的.xlsx后重试" in text
    assert "更正人次10→7人次（b.xlsx第9行）" in text
    assert "曹杨100+18−3000+15115" in text  # of the chart: before, the five kinds, their sum, after
    assert "普民〔2021〕31号" in text
    assert "按阶段指标逐日推算" in text


def test_same_figures_same_bytes(pdf: Path, figures: Figures, charts: list[Chart], folder: Path) -> None:
    again = folder / "again.pdf"
    briefing.write_pdf(figures, charts, folder, again)
    assert again.read_bytes() == pdf.read_bytes()


def test_tagged_with_language_title_and_text_alternatives(pdf: Path, charts: list[Chart]) -> None:
    reader = PdfReader(pdf)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].lower().startswith("zh")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == "到9月30日，2个街镇按期完成年度指标，8个街镇未完成，共差1,840人次"
    tags = elements(root["/StructTreeRoot"])
    kinds = [str(t["/S"]) for t in tags]
    assert kinds.count("/H1") == 1
    assert {"/H2", "/Table", "/TH", "/TD", "/Caption"} <= set(kinds)
    alternatives = [str(t.get("/Alt", "")) for t in tags if t["/S"] == "/Figure"]
    assert len(alternatives) == 5
    assert all(a in {c.alt for c in charts} for a in alternatives)


def elements(node: object) -> list[dict[str, object]]:
    """Structure elements of a tagged PDF, depth first."""
    found, todo = [], [node]
    while todo:
        item = todo.pop()
        item = item.get_object() if hasattr(item, "get_object") else item
        if isinstance(item, list):
            todo += item
        elif isinstance(item, dict):
            if "/S" in item:
                found.append(item)
            if "/K" in item:
                todo.append(item["/K"])
    return found


def test_claims_pdf_a_2a_and_pdf_ua_1(pdf: Path) -> None:
    claims = PdfReader(pdf).trailer["/Root"]["/Metadata"].get_data().decode()
    assert re.search(r"pdfaid:part>2<", claims)
    assert re.search(r"pdfaid:conformance>A<", claims)
    assert re.search(r"pdfuaid:part>1<", claims)
    assert PdfReader(pdf).trailer["/Root"]["/OutputIntents"]


def test_fonts_are_ours_and_embedded(pdf: Path) -> None:
    fonts = {f[3]: f[1] for page in pymupdf.open(pdf) for f in page.get_fonts(full=True)}
    assert {name.split("+")[-1].split("-")[0] for name in fonts} == {"SuishenxueSans"}
    assert set(fonts.values()) <= {"ttf", "cff", "otf"}


@pytest.mark.skipif(not shutil.which("pdffonts"), reason="poppler-utils is not installed")
def test_pdffonts_finds_every_font_embedded_with_unicode(pdf: Path) -> None:
    lines = subprocess.run(["pdffonts", str(pdf)], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert lines
    for line in lines:
        assert re.search(r"yes\s+yes\s+yes\s+\d+\s+\d+$", line), line


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler-utils is not installed")
def test_poppler_finds_dates_and_chart_text(pdf: Path) -> None:
    text = subprocess.run(["pdftotext", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    assert "工作简报" in text
    assert "9月30日" in text
    assert "1,840" in text
    assert "\u2060" not in text  # no invisible signs that spoil a search
    assert "年度指标1,000" in text  # a label of a chart


def ink(image: Image.Image) -> float:
    """Share of dark pixels."""
    return float((np.asarray(image.convert("L")) < 128).mean())


def by_mupdf(path: Path, page: int) -> Image.Image:
    return Image.open(io.BytesIO(pymupdf.open(path)[page].get_pixmap(dpi=80).tobytes("png")))


@pytest.mark.skipif(not (shutil.which("pdftoppm") and shutil.which("gs")), reason="poppler or Ghostscript is missing")
@pytest.mark.parametrize("page", [0, 1])
def test_three_renderers_agree(pdf: Path, tmp_path: Path, page: int) -> None:
    number = str(page + 1)
    poppler, ghostscript = tmp_path / "poppler", tmp_path / "gs.png"
    subprocess.run(["pdftoppm", "-r", "80", "-png", "-singlefile", "-f", number, str(pdf), str(poppler)], check=True)
    subprocess.run(["gs", "-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=png16m", "-r80", "-dTextAlphaBits=4",
                    f"-dFirstPage={number}", f"-dLastPage={number}", f"-sOutputFile={ghostscript}", str(pdf)],
                   check=True)
    shares = [ink(by_mupdf(pdf, page)), ink(Image.open(poppler.with_suffix(".png"))), ink(Image.open(ghostscript))]
    assert min(shares) > 0.02, shares
    assert max(shares) / min(shares) < 1.5, shares


def test_no_data_and_no_charts_still_make_a_briefing(tmp_path: Path) -> None:
    empty = figures_for("2021-05-15", evenly("2021-05-10", 0))
    path = tmp_path / "empty.pdf"
    briefing.write_pdf(empty, [], tmp_path, path)
    page = words_of(path)[0]
    assert "截至5月15日，全区还没有计入的活动记录" in page
    assert "没有计入的记录" in page


def test_a_street_far_above_and_one_just_below_its_target() -> None:
    table = content.compose(figures_for(DAY, evenly("2021-05-10", 1000, 曹杨=3000, 桃浦=999)), []).progress
    shares = {row[1]: row[3] for row in table.rows}
    assert (shares["曹杨"], shares["桃浦"], shares["全区"]) == ("300.0%", "99.9%", "120.0%")  # 11,999 / 10,000
    assert [row[1] for row in table.rows][-2:] == ["桃浦", "全区"]
    assert sorted(table.bad) == [(9, 1), (9, 5), (9, 6), (9, 8)]


def plan_with(count: int) -> Plan:
    """The plan with `count` streets of three characters, each with the same targets."""
    streets = tuple(replace(PLAN.streets[0], name=f"{c}新村", official=f"{c}新村街道", code=str(i), aliases=())
                    for i, c in enumerate("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"[:count]))
    targets = tuple(replace(t, district=t.district // 10 * count) for t in PLAN.targets)
    return replace(PLAN, streets=streets, targets=targets)


@pytest.mark.parametrize("count", [1, 20])
def test_page_1_holds_the_table_of_one_or_twenty_streets(count: int, tmp_path: Path) -> None:
    plan, day = plan_with(count), date(2021, 8, 31)
    records = records_of({name: [("2021-05-10", 400 + i)] for i, name in enumerate(plan.street_names)})
    figures = figures_of(cleaned_of(records, day, complete=False, sample=True), plan, day)
    briefing.write_pdf(figures, [], tmp_path, tmp_path / "b.pdf")
    page = words_of(tmp_path / "b.pdf")[0]
    assert all(name in page for name in plan.street_names)
    assert f"全区{sum(range(400, 400 + count)):,}" in page


def test_key_figures_before_and_after_a_deadline() -> None:
    before = content.compose(figures_for("2021-05-15", evenly("2021-05-10", 300, 桃浦=100)), []).key_figures
    assert [(k.label, k.value, k.tone) for k in before] == [
        ("全区累计", "2,800", "plain"), ("完成率", "56.0%", "good"), ("达序时街镇", "9", "plain"),
        ("未达序时街镇", "1", "bad"), ("缺口合计", "2,200", "plain"), ("距期限", "46", "plain")]
    assert before[-1].remark == "每天需48人次"  # 2,200 / 46 = 47.8
    after = content.compose(figures_for("2021-10-31", evenly("2021-05-10", 1000, 桃浦=900)), []).key_figures
    assert [(k.label, k.value) for k in after][2:] == [
        ("已完成街镇", "9"), ("未完成街镇", "1"), ("缺口合计", "100"), ("期限已过", "31")]


def test_sections_look_ahead_before_the_deadline_and_back_after_it(charts: list[Chart]) -> None:
    ahead = figures_for("2021-05-15", evenly("2021-05-10", 300))
    before = content.compose(ahead, [*charts, replace(charts[0], name="outlook")])
    after = content.compose(figures_for("2021-10-31", evenly("2021-05-10", 300)), charts)
    shown = {s.heading: [p.name for p in s.pictures] for s in before.sections}
    assert list(shown)[:4] == ["各街镇与指标的距离", "应用场景", "展望：到6月30日能否完成", "节奏：要多快才来得及"]
    assert list(shown.values())[:4] == [["league"], ["scenarios"], ["outlook"], []]
    assert [p.name for p in after.sections[0].pictures] == ["league", "timeline"]
    assert not [s for s in after.sections if s.heading.startswith(("展望", "节奏"))]


def test_the_table_of_pace_by_hand() -> None:
    """31 August, 30 days and 22 working days to go. 桃浦: four sessions of 20 and one of 320 in May, 600 missing."""
    counts = evenly("2021-08-20", 1000) | {"桃浦": [("2021-05-10", n) for n in (20, 20, 20, 20, 320)]}
    pace = content_ahead.pace(figures_for("2021-08-31", counts), standing_for("2021-08-31", counts))
    (table,) = pace.tables
    assert table.rows[-1] == ("桃浦", "未达序时", "已停", "600", "20.0", "27.3", "0.0", "30（20）")
    assert table.rows[0] == ("曹杨", "已达标", "进行中", "0", "—", "—", "35.7", "—")  # 1,000 / 28, rounded down
    assert (9, 2) in table.bad
    assert (9, 6) in table.bad
    assert "还有30天、22个工作日（含调休上班）" in table.note
    leads = {p.lead: p.text for p in pace.paragraphs}
    assert leads["是否仍在开展："] == "近28天没有计入活动的1个：桃浦（未达序时，最近一次5月10日）。"


def test_chart_pack_has_every_chart_and_bookmark(charts: list[Chart], folder: Path) -> None:
    path = folder / "charts.pdf"
    chart_pack.write_chart_pack(folder, charts, path)
    reader = PdfReader(path)
    assert len(reader.pages) == len(charts)
    assert [str(o["/Title"]) for o in reader.outline] == [f"图{i}　{c.title}" for i, c in enumerate(charts, 1)]  # type: ignore[call-overload, index]
    first = path.read_bytes()
    chart_pack.write_chart_pack(folder, charts, path)
    assert path.read_bytes() == first


def test_dates_of_the_document_are_the_figures_own(pdf: Path) -> None:
    made = PdfReader(pdf).metadata
    assert made is not None
    assert made.creation_date is not None
    assert made.creation_date.date() == date(2021, 9, 30)
