"""slides.pptx: one chart a slide, its finding as the title, marks and text alternatives."""

from __future__ import annotations

from pathlib import Path

from pptx import Presentation

from analysis import slides
from tests.briefing_cases import evenly, figures_for


def test_slides(tmp_path: Path) -> None:
    figures = figures_for("2021-09-30", evenly("2021-05-10", 1000, 桃浦=731), complete=False, sample=True)
    path = tmp_path / "slides.pptx"
    slides.write_slides(figures, path)
    deck = Presentation(str(path))
    assert deck.core_properties.title == "到9月30日，9个街镇按期完成年度指标，桃浦未完成，差269人次"
    assert len(deck.slides) >= 7
    for slide in deck.slides:
        assert slide.shapes.title.text_frame.text
        assert "数据不完整　演示数据" in [s.text_frame.text for s in slide.shapes if s.has_text_frame]
        (picture,) = [s for s in slide.shapes if s.shape_type is not None and s.shape_type.name == "PICTURE"]
        assert picture._element.nvPicPr.cNvPr.get("descr")
        assert picture.left >= 0
        assert picture.left + picture.width <= deck.slide_width
        assert picture.top + picture.height <= deck.slide_height
        assert picture.top >= slide.shapes.title.top + slide.shapes.title.height
        assert "截至2021年9月30日" in slide.notes_slide.notes_text_frame.text


def test_same_figures_same_slides(tmp_path: Path) -> None:
    figures = figures_for("2021-05-15", evenly("2021-05-10", 300))
    for name in ("a.pptx", "b.pptx"):
        slides.write_slides(figures, tmp_path / name)
    assert (tmp_path / "a.pptx").read_bytes() == (tmp_path / "b.pptx").read_bytes()
