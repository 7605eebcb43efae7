"""briefing.docx: the same content as the PDF, for those who must change a word before they send it on."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from analysis.archive import repacked
from analysis.charts.base import Chart
from analysis.content import compose
from analysis.content_parts import BAD, Content, KeyFigure, Paragraph, Picture, Table
from analysis.figures import Figures

BODY, HEADING, LATIN = "仿宋", "黑体", "Times New Roman"
RED, LATE, MUTED = RGBColor(0xC8, 0x10, 0x2E), RGBColor(0xB2, 0x3A, 0x0A), RGBColor(0x5B, 0x64, 0x70)
# A font that a machine lacks is replaced by one of these (Word and WPS read altName).
SUBSTITUTES = {BODY: "仿宋_GB2312,FangSong,STFangsong", HEADING: "SimHei,STHeiti,Noto Sans CJK SC"}


def write_docx(figures: Figures, charts: Sequence[Chart], chart_files: Path, path: Path) -> None:
    """Write the briefing as a Word file; the same figures give the same bytes.

    Parameters
    ----------
    figures : all figures as of a day.
    charts : the drawn charts; their PNGs are in `chart_files`.
    """
    path.write_bytes(docx(compose(figures, charts), chart_files))


def docx(content: Content, chart_files: Path) -> bytes:
    """The Word file of a composed briefing."""
    document = Document()
    _set_up(document, content)
    _masthead(document, content)
    _key_figures(document, content.key_figures)
    for paragraph in content.paragraphs:
        _paragraph(document, paragraph)
    _table(document, content.progress)
    for section in content.sections:
        document.add_heading(section.heading, level=1)
        for paragraph in section.paragraphs:
            _paragraph(document, paragraph)
        for table in section.tables:
            _table(document, table)
        for picture in section.pictures:
            _picture(document, picture, chart_files)
    buffer = io.BytesIO()
    document.save(buffer)
    return repacked(buffer.getvalue())


def _set_up(document: DocumentType, content: Content) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin, page.right_margin, page.top_margin, page.bottom_margin = Mm(28), Mm(26), Mm(24), Mm(22)
    styles = document.styles
    for name, font, size in (("Normal", BODY, 11), ("Title", HEADING, 20), ("Heading 1", HEADING, 15),
                             ("Caption", HEADING, 11)):
        _font(styles[name], font, size)
    styles["Normal"].paragraph_format.line_spacing = 1.2
    styles["Normal"].paragraph_format.space_after = Pt(3)
    styles["Title"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    styles["Title"].paragraph_format.space_after = Pt(6)
    styles["Caption"].paragraph_format.space_after = Pt(2)
    _plain_title(styles["Title"])
    _language(document)
    _substitutes(document)
    _header_footer(document, content)
    about = document.core_properties
    about.title, about.author, about.subject = content.finding, content.issuer, content.topic
    about.keywords, about.comments, about.language = content.dateline, "、".join(content.marks), "zh-CN"
    about.created = about.modified = datetime(*content.day)
    about.last_modified_by, about.revision = content.issuer, 1


def _font(style: Any, font: str, size: float) -> None:
    style.font.size, style.font.color.rgb = Pt(size), RGBColor(0, 0, 0)
    style.font.name = LATIN
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), font)
    if font == HEADING:
        style.font.bold = True


def _plain_title(style: Any) -> None:
    """Word's own Title style has a blue rule below it."""
    border = style.element.pPr.find(qn("w:pBdr"))
    if border is not None:
        style.element.pPr.remove(border)


def _language(document: DocumentType) -> None:
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")


def _substitutes(document: DocumentType) -> None:
    part = next((p for p in document.part.package.iter_parts() if str(p.partname) == "/word/fontTable.xml"), None)
    if part is None:
        return
    fonts = "".join(f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/></w:font>'
                    for name, others in SUBSTITUTES.items())
    part._blob = part.blob.replace(b"</w:fonts>", fonts.encode() + b"</w:fonts>")


def _header_footer(document: DocumentType, content: Content) -> None:
    section = document.sections[0]
    header = section.header.paragraphs[0]
    header.text = f"{content.topic}　{content.dateline}"
    for run in header.runs:
        run.font.size, run.font.color.rgb = Pt(9), MUTED
    for mark in content.marks:
        run = header.add_run(f"　【{mark}】")
        run.font.size, run.font.bold, run.font.color.rgb = Pt(9), True, LATE
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer.add_run("— ")
    _field(footer.add_run(), "PAGE")
    footer.add_run(" —")


def _field(run: Any, code: str) -> None:
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)


def _masthead(document: DocumentType, content: Content) -> None:
    head = document.add_paragraph()
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    head.paragraph_format.line_spacing = 1.0
    run = head.add_run("工作简报")
    run.font.size, run.font.bold, run.font.color.rgb = Pt(28), True, RED
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), HEADING)
    line = document.add_paragraph(f"{content.issuer}\t{content.dateline}")
    line.paragraph_format.tab_stops.add_tab_stop(Mm(156), 2)  # type: ignore[arg-type]
    _rule_below(line)
    document.add_paragraph(content.finding, style="Title")
    for notice in content.notices:
        run = document.add_paragraph().add_run(notice)
        run.font.bold, run.font.color.rgb = True, LATE


def _rule_below(paragraph: Any) -> None:
    border, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for key, value in (("val", "single"), ("sz", "12"), ("space", "1"), ("color", "C8102E")):
        bottom.set(qn(f"w:{key}"), value)
    border.append(bottom)
    paragraph._p.get_or_add_pPr().append(border)


def _key_figures(document: DocumentType, figures: Sequence[KeyFigure]) -> None:
    rows = (tuple(f"{k.value}{k.unit}" for k in figures), tuple(k.remark for k in figures))
    bad = tuple((0, place) for place, k in enumerate(figures) if k.tone == BAD)
    widths = (156 / len(figures),) * len(figures)
    _table(document, Table("主要数字", tuple(k.label for k in figures), rows, widths, bad=bad))


def _paragraph(document: DocumentType, paragraph: Paragraph) -> None:
    line = document.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    if paragraph.lead:
        line.add_run(paragraph.lead).bold = True
    line.add_run(paragraph.text)


def _table(document: DocumentType, table: Table) -> None:
    title = document.add_paragraph(table.title, style="Caption")
    title.paragraph_format.keep_with_next = True
    grid = document.add_table(rows=0, cols=len(table.columns))
    grid.alignment, grid.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(grid.columns, table.widths, strict=True):
        column.width = Mm(width)
    _described(grid, table.title)
    _ruled(grid)
    _row(grid, table, table.columns, bold=True, size=8)
    _repeated(grid.rows[0])
    for number, row in enumerate(table.rows):
        late = [column for line, column in table.bad if line == number]
        _row(grid, table, row, bold=table.total and number == len(table.rows) - 1, late=late)
    note = document.add_paragraph()
    note.paragraph_format.space_after = Pt(2)
    run = note.add_run(table.note)
    run.font.size, run.font.color.rgb = Pt(9), MUTED
    if not table.note:
        note.paragraph_format.line_spacing = Pt(4)


def _row(grid: Any, table: Table, texts: Sequence[str], bold: bool = False,
         late: Sequence[int] = (), size: float = 9) -> None:
    for place, (cell, text) in enumerate(zip(grid.add_row().cells, texts, strict=True)):
        cell.width = Mm(table.widths[place])
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after, paragraph.paragraph_format.line_spacing = Pt(0), 1.0
        paragraph.paragraph_format.keep_with_next = True  # a table stays on one page, with its note
        if place in table.numeric:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        run = paragraph.add_run(text)
        run.font.size, run.font.bold = Pt(size), bold or place in late or None
        if place in late:
            run.font.color.rgb = LATE


def _described(grid: Any, title: str) -> None:
    """Title of the table for screen readers."""
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), title)
    grid._tbl.tblPr.append(caption)


def _ruled(grid: Any) -> None:
    """Rules above, below and between rows, none between columns, and narrow cell margins."""
    borders, margins = OxmlElement("w:tblBorders"), OxmlElement("w:tblCellMar")
    for side, size, colour in (("top", 8, "1A1A1A"), ("bottom", 8, "1A1A1A"), ("insideH", 4, "BFC5CC")):
        line = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", str(size)), ("space", "0"), ("color", colour)):
            line.set(qn(f"w:{key}"), value)
        borders.append(line)
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "45")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    layout = grid._tbl.tblPr.find(qn("w:tblLayout"))
    layout.addprevious(borders)
    layout.addnext(margins)


def _repeated(row: Any) -> None:
    """The header row, repeated on every page."""
    header = OxmlElement("w:tblHeader")
    row._tr.get_or_add_trPr().append(header)


def _picture(document: DocumentType, picture: Picture, chart_files: Path) -> None:
    shape = document.add_picture(str(chart_files / f"{picture.name}.png"), width=Mm(min(picture.width, 156)))
    about = shape._inline.docPr
    about.set("descr", picture.alt)
    about.set("title", picture.title)
    document.paragraphs[-1].alignment = WD_ALIGN_PARAGRAPH.CENTER
