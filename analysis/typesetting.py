"""Typst: a page template, words as JSON and charts as SVG → a tagged PDF (PDF/A-2a, PDF/UA-1) with our own font."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import typst

from analysis.charts.style import FONT_FOLDER

STANDARDS = ["a-2a", "ua-1"]


def typeset(template: Path, words_name: str, words: object, charts: Iterable[str], chart_files: Path) -> bytes:
    """Compile a template.

    Parameters
    ----------
    template : .typ file that reads `words_name` and `<chart>.svg`.
    words : what is given to the template as JSON.
    charts : names of the charts that it shows.
    chart_files : folder with their SVGs.
    """
    files = {f"{name}.svg": (chart_files / f"{name}.svg").read_bytes() for name in charts}
    files["main.typ"] = template.read_bytes()
    files[words_name] = json.dumps(words, ensure_ascii=False).encode()
    # The package's type stubs lack the form with several files in memory.
    return typst.compile(  # type: ignore[no-any-return,call-overload]
        files, font_paths=[str(FONT_FOLDER)], ignore_system_fonts=True, pdf_standards=STANDARDS)
