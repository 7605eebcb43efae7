"""briefing.pdf: the content of the briefing set on A4 pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from analysis.charts.base import Chart
from analysis.content import compose
from analysis.content_parts import Content
from analysis.figures import Figures
from analysis.typesetting import typeset

TEMPLATE = Path(__file__).parent / "briefing.typ"


def write_pdf(figures: Figures, charts: Sequence[Chart], chart_files: Path, path: Path) -> None:
    """Write the briefing; the same figures give the same bytes.

    Parameters
    ----------
    figures : all figures as of a day.
    charts : the drawn charts; their SVGs are in `chart_files`.
    """
    path.write_bytes(pdf(compose(figures, charts), chart_files))


def pdf(content: Content, chart_files: Path) -> bytes:
    """The PDF of a composed briefing."""
    pictures = [p.name for s in content.sections for p in s.pictures]
    return typeset(TEMPLATE, "content.json", asdict(content), pictures, chart_files)
