"""briefing.docx: the same words as the PDF, real headings, tables and pictures with text alternatives."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import pymupdf
import pytest
from docx import Document
from docx.document import Document as DocumentType
from docx.oxml.ns import qn

from analysis import briefing_docx, content
from analysis.charts import Chart
from analysis.figures import Figures
from tests.briefing_cases import evenly, figures_for

NAMES = ("league", "timeline", "small_multiples", "scenarios")


@pytest.fixture(scope="module")
def figures() -> Figures:
    return figures_for("2021-10-31", evenly("2021-05-10", 1000, 桃浦=900), complete=False, sample=True)


@pytest.fixture(scope="module")
def charts(tmp_path_factory: pytest.TempPathFactory) -> list[Chart]:
    """Plain pictures in the place of charts."""
    made = []
    folder = tmp_path_factory.mktemp("pictures")
    for name in NAMES:
        figure = plt.figure(figsize=(6, 2))
        figure.savefig(folder / f"{name}.png")
        plt.close(figure)
        made.append(Chart(name, figure, f"{name}的结论", "副题", f"{name}的文字说明", str(folder), pd.DataFrame()))
    return made


@pytest.fixture(scope="module")
def path(figures: Figures, charts: list[Chart], tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("word") / "briefing.docx"
    briefing_docx.write_docx(figures, charts, Path(charts[0].note), target)
    return target


@pytest.fixture(scope="module")
def document(path: Path) -> DocumentType:
    return Document(str(path))


def test_says_what_the_content_says(document: DocumentType, figures: Figures, charts: list[Chart]) -> None:
    composed = content.compose(figures, charts)
    text = [p.text for p in document.paragraphs]
    assert composed.finding == "年度指标期限已过31天，9个街镇按期完成，桃浦还差100人次"
    assert composed.finding in text
    for paragraph in composed.paragraphs:
        assert paragraph.lead + paragraph.text in text
    for notice in composed.notices:
        assert notice in text


def test_headings_are_heading_styles(document: DocumentType) -> None:
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert headings == ["各街镇与指标的距离", "累计走势", "是否仍在开展，是否录齐", "应用场景", "数据质量", "说明"]
    assert [p.style.name for p in document.paragraphs if p.text.startswith("年度指标期限已过")] == ["Title"]


def test_progress_table_is_a_table_with_a_header_row(document: DocumentType) -> None:
    table = next(t for t in document.tables if t.rows[0].cells[1].text == "街镇")
    assert [c.text for c in table.rows[0].cells] == list(content.PROGRESS_COLUMNS)
    assert len(table.rows) == 12
    assert [c.text for c in table.rows[10].cells] == [
        "10", "桃浦", "900", "90.0%", "100.0%", "−10.0", "100", "—", "逾期未达标", "近28天无活动"]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")).startswith("各街镇年度指标进度")


def test_pictures_have_text_alternatives(document: DocumentType) -> None:
    alternatives = [s._inline.docPr.get("descr") for s in document.inline_shapes]
    assert alternatives == [f"{name}的文字说明" for name in NAMES]


def test_chinese_fonts_by_name_with_substitutes(path: Path, document: DocumentType) -> None:
    for name, font in {"Normal": "仿宋", "Heading 1": "黑体", "Title": "黑体"}.items():
        assert document.styles[name].element.rPr.rFonts.get(qn("w:eastAsia")) == font
    with zipfile.ZipFile(path) as package:
        fonts = package.read("word/fontTable.xml").decode()
    assert re.search(r'w:name="仿宋"><w:altName w:val="仿宋_GB2312,FangSong', fonts)


def test_every_page_carries_the_marks(document: DocumentType) -> None:
    header = document.sections[0].header.paragraphs[0].text
    assert "【数据不完整】" in header
    assert "【演示数据】" in header


def test_same_figures_same_bytes(path: Path, figures: Figures, charts: list[Chart]) -> None:
    again = path.with_name("again.docx")
    briefing_docx.write_docx(figures, charts, Path(charts[0].note), again)
    assert again.read_bytes() == path.read_bytes()
    with zipfile.ZipFile(path) as package:
        assert {entry.date_time[0] for entry in package.infolist()} == {1980}


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_opens_it(path: Path, tmp_path: Path) -> None:
    subprocess.run(["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf",
                    "--outdir", str(tmp_path), str(path)], check=True, capture_output=True, timeout=120)
    text = re.sub(r"\s", "", "".join(page.get_text() for page in pymupdf.open(tmp_path / "briefing.pdf")))
    assert "年度指标期限已过31天，9个街镇按期完成，桃浦还差100人次" in text
    assert text.count("【数据不完整】") == len(pymupdf.open(tmp_path / "briefing.pdf"))
