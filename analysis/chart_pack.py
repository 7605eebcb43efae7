"""charts.pdf: every chart of the month, one a page, with a bookmark each, as a tagged PDF."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import typst

from analysis.briefing import STANDARDS
from analysis.charts.base import Chart
from analysis.charts.style import FONT_FOLDER

TEMPLATE = Path(__file__).parent / "chart_pack.typ"


def write_chart_pack(chart_files: Path, charts: Sequence[Chart], path: Path) -> None:
    """Set the charts' SVGs on A4 pages.

    Parameters
    ----------
    chart_files : folder with `<chart name>.svg`.
    charts : in the order wanted; their titles become the bookmarks.
    """
    listed = [{"name": c.name, "title": c.title, "alt": c.alt, "width": c.figure.get_size_inches()[0] * 25.4}
              for c in charts]
    files = {f"{c.name}.svg": (chart_files / f"{c.name}.svg").read_bytes() for c in charts}
    files |= {"main.typ": TEMPLATE.read_bytes(), "charts.json": json.dumps(listed, ensure_ascii=False).encode()}
    path.write_bytes(typst.compile(files, font_paths=[str(FONT_FOLDER)], ignore_system_fonts=True, pdf_standards=STANDARDS))
