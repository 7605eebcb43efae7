"""slides.pptx: one chart a slide, redrawn for 16:9, with its finding as an editable title."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Mm, Pt

from analysis.archive import repacked
from analysis.charts import Chart, Context, draw_all
from analysis.figures import Figures
from analysis.standing import standing
from analysis.wording import bulletin, style

WIDTH, HEIGHT, EDGE, TITLE = 338.7, 190.5, 15.0, 24.0  # mm
TITLE_ONLY = 5  # layout of the default template
FONT = "黑体"
LATE = RGBColor(0xB2, 0x3A, 0x0A)
DPI = 160


def write_slides(figures: Figures, path: Path) -> None:
    """Write the slides; the same figures give the same bytes.

    Parameters
    ----------
    figures : all figures as of a day.
    """
    cleaned = figures.cleaned
    context = Context(figures.plan, figures.as_of, cleaned.complete, cleaned.sample, slide=True, heading=False)
    deck = Presentation()
    deck.slide_width, deck.slide_height = Mm(WIDTH), Mm(HEIGHT)
    s = standing(figures.progress, figures.daily, figures.plan, figures.as_of)
    _describe(deck, figures, bulletin.finding(s))
    marks = "　".join(style.marks(cleaned.complete, cleaned.sample))
    for chart in draw_all(figures, context):
        _slide(deck, chart, marks)
    buffer = io.BytesIO()
    deck.save(buffer)
    path.write_bytes(repacked(buffer.getvalue()))


def _describe(deck: Any, figures: Figures, finding: str) -> None:
    about, day = deck.core_properties, figures.as_of
    about.title, about.author, about.subject = finding, figures.plan.issuer, figures.plan.name
    about.keywords, about.language = f"数据截至{style.day(day)}", "zh-CN"
    about.created = about.modified = datetime(day.year, day.month, day.day)
    about.last_modified_by, about.revision = figures.plan.issuer, 1


def _slide(deck: Any, chart: Chart, marks: str) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
    title = slide.shapes.title
    title.left, title.top, title.width, title.height = Mm(EDGE), Mm(7), Mm(WIDTH - 2 * EDGE), Mm(TITLE)
    title.text_frame.text = chart.title
    title.text_frame.word_wrap = True
    paragraph = title.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.LEFT
    _set(paragraph.runs[0], 28)
    if marks:
        _mark(slide, marks)
    picture = slide.shapes.add_picture(io.BytesIO(chart.png(DPI)), 0, 0)
    _fit(picture)
    picture._element.nvPicPr.cNvPr.set("descr", chart.alt)
    slide.notes_slide.notes_text_frame.text = f"{chart.subtitle}\n{chart.note}"


def _set(run: Any, size: float) -> None:
    run.font.size, run.font.bold = Pt(size), True
    properties = run._r.get_or_add_rPr()
    for kind in ("a:latin", "a:ea"):
        properties.append(properties.makeelement(qn(kind), {"typeface": FONT}))


def _mark(slide: Any, marks: str) -> None:
    """演示数据, 数据不完整 in the lower right corner."""
    box = slide.shapes.add_textbox(Mm(WIDTH - EDGE - 80), Mm(HEIGHT - 11), Mm(80), Mm(9))
    paragraph = box.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT
    run = paragraph.add_run()
    run.text = marks
    _set(run, 14)
    run.font.color.rgb = LATE


def _fit(picture: Any) -> None:
    """As large as fits below the title, in the middle."""
    room = Mm(WIDTH - 2 * EDGE), Mm(HEIGHT - TITLE - 16)
    scale = min(room[0] / picture.width, room[1] / picture.height)
    picture.width, picture.height = int(picture.width * scale), int(picture.height * scale)
    picture.left, picture.top = (Mm(WIDTH) - picture.width) // 2, Mm(TITLE + 9)
