"""briefing.pdf: the content set by Typst as a tagged PDF (PDF/A-2a, PDF/UA-1) with our own font embedded."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import typst

from analysis.charts.base import Chart
from analysis.charts.style import FONT_FOLDER
from analysis.content import Content, compose
from analysis.figures import Figures

TEMPLATE = Path(__file__).parent / "briefing.typ"
STANDARDS = ["a-2a", "ua-1"]


def write_pdf(figures: Figures, charts: Sequence[Chart], chart_files: Path, path: Path) -> None:
    """Write the briefing; the same figures give the same bytes.

    Parameters
    ----------
    figures : all figures as of a day.
    charts : the drawn charts; their SVGs are in `chart_files`.
    """
    path.write_bytes(pdf(compose(figures, charts), chart_files))


def pdf(content: Content, chart_files: Path) -> bytes:
    """The PDF of a composed briefing.

    Parameters
    ----------
    chart_files : folder with `<picture name>.svg` for every picture of the content.
    """
    pictures = [p.name for s in content.sections for p in s.pictures]
    files = {f"{name}.svg": (chart_files / f"{name}.svg").read_bytes() for name in pictures}
    files |= {"main.typ": TEMPLATE.read_bytes(), "content.json": json.dumps(asdict(content), ensure_ascii=False).encode()}
    return typst.compile(files, font_paths=[str(FONT_FOLDER)], ignore_system_fonts=True, pdf_standards=STANDARDS)
