"""The font, the palette, and the files that leave the house."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import matplotlib
import numpy as np
import pymupdf
import pytest
from fontTools.ttLib import TTFont
from matplotlib.colors import to_rgb

from analysis.charts import Chart, Context, MissingGlyphError, draw_all, league, save, style, use_style
from analysis.fonts.cut_font import charset
from tests.chart_frames import PUTUO, figures_of, plan_of, records_of, steady

FONTS = sorted(style.FONT_FOLDER.glob("*.ttf"))


@pytest.fixture(scope="module")
def charts() -> list[Chart]:
    totals = dict(zip(PUTUO.street_names, [1711, 1634, 1520, 1418, 1377, 1298, 1386, 1302, 1109, 947], strict=True))
    context = Context(PUTUO, date(2021, 12, 31), sample=True)
    return draw_all(figures_of(steady(PUTUO, totals), context), context)


@pytest.mark.parametrize("path", FONTS, ids=lambda p: p.stem)
def test_fonts_are_static_truetype_with_every_character(path: Path) -> None:
    font = TTFont(path)
    assert "glyf" in font  # CFF outlines embedded as Type 42 print blank
    assert "CFF " not in font
    assert "fvar" not in font
    assert font["name"].getDebugName(1) == style.FAMILY
    assert font["name"].getDebugName(2) == path.stem.split("-")[1]
    assert "Open Font License" in font["name"].getDebugName(13)
    assert not charset() - set(map(chr, font.getBestCmap()))
    assert len(charset()) > 8105
    assert path.stat().st_size < 3_000_000


def test_both_weights_and_the_licence_are_shipped() -> None:
    assert [p.stem for p in FONTS] == ["SuishenxueSans-Bold", "SuishenxueSans-Regular"]
    assert "SIL OPEN FONT LICENSE" in (style.FONT_FOLDER / "OFL.txt").read_text(encoding="utf-8")


def test_a_missing_glyph_is_an_error() -> None:
    plan = plan_of(["曹杨", "𠔻村"])
    context = Context(plan, date(2021, 8, 31))
    with pytest.raises(MissingGlyphError, match="𠔻"):
        league(figures_of(records_of([]), context).progress, context)


def test_measured_width_is_matplotlibs() -> None:
    text = "到9月30日，6个街镇满1,000人次"
    with use_style():
        from matplotlib.textpath import TextPath
        path = TextPath((0, 0), text, size=100, prop=matplotlib.font_manager.FontProperties(family=style.FAMILY))
    assert style.text_width(text, 100) / style.POINT == pytest.approx(path.get_extents().width, rel=0.02)


def test_style_leaves_no_trace() -> None:
    before = dict(matplotlib.rcParams)
    with use_style():
        assert matplotlib.rcParams["pdf.fonttype"] == 42
        assert matplotlib.rcParams["svg.fonttype"] == "none"
    assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize("width", [20, 35, 60, 150])
def test_wrapped_lines_fit_and_lose_nothing(width: float) -> None:
    text = "来源：“公益上海”平台“随申学”工作模块记录，截至2021年8月31日，1,234,567人次（含帮办）。"
    lines = style.wrap(text, 8, width)
    assert "".join(lines) == text
    assert all(style.text_width(line, 8) <= width for line in lines)
    assert not any(line[0] in "，。）、" for line in lines)
    assert any("1,234,567" in line for line in lines)


def test_headings_break_after_a_comma() -> None:
    text = "到9月30日，6个街镇按期满1,000人次，3个后来补足，桃浦至今未满"
    halves = ["到9月30日，6个街镇按期满1,000人次，", "3个后来补足，桃浦至今未满"]
    assert style.balanced(text, 13, 130, bold=True) == halves


def test_files_are_the_same_every_time(charts: list[Chart], tmp_path: Path) -> None:
    for chart in charts:
        first = [p.read_bytes() for p in save(chart, tmp_path / "a")]
        second = [p.read_bytes() for p in save(chart, tmp_path / "b")]
        assert first == second, chart.name
    assert {p.suffix for p in (tmp_path / "a").iterdir()} == {".pdf", ".png", ".svg"}
    assert len(list((tmp_path / "a").iterdir())) == 3 * len(charts)


def test_pdf_is_searchable_and_its_text_is_ink(charts: list[Chart], tmp_path: Path) -> None:
    for chart in charts:
        pdf, _, svg = save(chart, tmp_path)
        page = pymupdf.open(pdf)[0]
        plain = re.sub(r"\s", "", page.get_text())
        for words in (chart.title, chart.subtitle, "演示数据"):
            assert words in plain, (chart.name, words)
        fonts = page.get_fonts()
        assert fonts
        assert all("Suishenxue" in font[3] and font[1] == "ttf" for font in fonts), fonts
        title = page.search_for("演示数据")[0]
        ink = np.frombuffer(page.get_pixmap(clip=title, dpi=150).samples, dtype=np.uint8)
        assert (ink < 140).mean() > 0.05  # MuPDF draws the characters, not blanks
        assert "<text" in svg.read_text(encoding="utf-8")
        assert svg.stat().st_size < 400_000


def test_no_text_is_turned_into_outlines(charts: list[Chart]) -> None:
    assert not [t for chart in charts for ax in chart.figure.axes for t in ax.texts if t.get_path_effects()]


def test_every_chart_has_an_alternative_and_its_numbers(charts: list[Chart]) -> None:
    assert len({chart.name for chart in charts}) == len(charts) == 7
    for chart in charts:
        assert chart.title in chart.alt
        assert len(chart.table)
        bundle, metadata = chart._repr_mimebundle_()
        assert bundle["image/png"].startswith(b"\x89PNG")
        assert metadata["image/png"]["alt"] == chart.alt


def _luminance(color: str) -> float:
    channels = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(color)]
    return float(np.dot(channels, [0.2126, 0.7152, 0.0722]))


def _contrast(one: str, other: str) -> float:
    """WCAG 2.1 contrast ratio."""
    low, high = sorted([_luminance(one), _luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("ground", [style.PAPER, style.BAND])
def test_text_stands_out(ground: str) -> None:
    for color in (style.INK, style.MUTED, style.LATE, style.MET):
        assert _contrast(color, ground) >= 4.5, color
    assert _contrast(style.INK, style.LATE_FILL) >= 4.5
    assert _contrast(style.INK, style.PART) >= 4.5
    assert _contrast(style.PAPER, style.MET) >= 4.5


def test_marks_stand_out_and_areas_have_outlines_that_do() -> None:
    for color in (style.MET, style.LATE, style.MUTED, *style.STEPS):
        assert _contrast(color, style.BAND) >= 3.0, color


def test_numbers_on_shades_can_be_read() -> None:
    for level, shade in enumerate(style.SHADES[1:], start=1):
        assert _contrast(style.PAPER if level >= 4 else style.INK, shade) >= 4.5, level


def test_met_and_missed_differ_in_grey() -> None:
    assert _contrast(style.MET, style.LATE_FILL) >= 3.0
    assert _contrast(style.MET, style.PART) >= 2.0
    shades = [_luminance(s) for s in style.SHADES]
    assert shades == sorted(shades, reverse=True)
    assert min(np.diff([0.0, *sorted(shades)])) > 0.02


# Machado, Oliveira & Fernandes (2009), severity 1.0, on linear RGB.
BLINDNESS = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


@pytest.mark.parametrize("kind", BLINDNESS)
def test_blue_and_orange_stay_apart_for_the_colour_blind(kind: str) -> None:
    def see(color: str) -> np.ndarray:
        return np.array(BLINDNESS[kind]) @ (np.array(to_rgb(color)) ** 2.2)

    for one, other in ((style.MET, style.LATE), (style.MET, style.LATE_FILL), (style.PART, style.LATE_FILL)):
        assert np.abs(see(one) - see(other)).max() > 0.1, (one, other)
