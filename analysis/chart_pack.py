"""charts.pdf: every chart of the month, one a page, with a bookmark each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from analysis.charts.base import Chart
from analysis.typesetting import typeset

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
    path.write_bytes(typeset(TEMPLATE, "charts.json", listed, [c.name for c in charts], chart_files))
