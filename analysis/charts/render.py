"""Charts as files: SVG drawn by matplotlib; PDF and PNG set from the same SVG by Typst."""

from __future__ import annotations

import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import typst

from analysis.charts.base import Chart
from analysis.charts.style import FAMILY, FONT_FOLDER, use_style

DPI = 200

_PAGE = """#set document(title: sys.inputs.title, date: datetime(year: 2000, month: 1, day: 1))
#set page(width: {width}mm, height: {height}mm, margin: 0mm)
#set text(lang: "zh", region: "cn", font: "{family}")
#image("{file}", width: {width}mm, alt: sys.inputs.alt)
"""


def svg(chart: Chart) -> bytes:
    """The chart as SVG whose text is text."""
    buffer = io.BytesIO()
    with use_style():
        chart.figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()


def save(chart: Chart, folder: Path) -> list[Path]:
    """Write the chart as PDF (tagged, searchable, with alt text), PNG and SVG; same figures, same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    picture = folder / f"{chart.name}.svg"
    picture.write_bytes(svg(chart))
    return _typeset(chart, picture)


def save_all(charts: Sequence[Chart], folder: Path) -> list[Path]:
    """`save` of every chart; one is drawn while others are typeset."""
    folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor() as pool:
        typeset = []
        for chart in charts:
            picture = folder / f"{chart.name}.svg"
            picture.write_bytes(svg(chart))
            typeset.append(pool.submit(_typeset, chart, picture))
        return [path for done in typeset for path in done.result()]


def _typeset(chart: Chart, picture: Path) -> list[Path]:
    width, height = (side * 25.4 for side in chart.figure.get_size_inches())
    source = _PAGE.format(width=f"{width:.3f}", height=f"{height:.3f}", family=FAMILY, file=picture.name)
    page = picture.with_name(f".{chart.name}.typ")
    page.write_text(source, encoding="utf-8")
    try:
        compiler = typst.Compiler(str(page), root=str(picture.parent), font_paths=[str(FONT_FOLDER)], ignore_system_fonts=True,
                                  sys_inputs={"title": chart.title, "alt": chart.alt})
        paths = [picture.with_suffix(".pdf"), picture.with_suffix(".png"), picture]
        paths[0].write_bytes(_one_page(compiler.compile(format="pdf", pdf_standards=["a-2a", "ua-1"])))
        paths[1].write_bytes(_one_page(compiler.compile(format="png", ppi=DPI)))
    finally:
        page.unlink()
    return paths


def _one_page(output: bytes | list[bytes] | None) -> bytes:
    if not isinstance(output, bytes):
        raise TypeError("a chart is one page")
    return output
