"""What every chart is given and what it gives back."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from analysis.charts.style import use_style
from analysis.plan import Plan


def each_row(frame: pd.DataFrame) -> Iterator[Any]:
    """The rows as named tuples, whose fields have the types of their columns."""
    return iter(frame.itertuples())


@dataclass(frozen=True)
class Context:
    """What a chart must know besides its figures.

    Attributes
    ----------
    plan : the programme.
    as_of : the day the figures are for.
    complete : False puts 数据不完整 on the chart.
    sample : True puts 演示数据 on the chart.
    basis : basis of 序时进度, default the plan's.
    slide : draw for a 16:9 slide (208 × 117 mm) instead of a printed page (156 mm wide).
    heading : False leaves out title and subtitle, for a page that sets them itself.
    """

    plan: Plan
    as_of: date
    complete: bool = True
    sample: bool = False
    basis: str | None = None
    slide: bool = False
    heading: bool = True

    @property
    def basis_name(self) -> str:
        return self.basis or self.plan.basis


@dataclass(frozen=True)
class Chart:
    """A drawn chart with its words and its numbers.

    Attributes
    ----------
    name : file name without suffix.
    figure : matplotlib figure at printed size.
    title : the finding, in one sentence.
    subtitle : what, where, when, unit.
    alt : text alternative.
    note : source, as-of date, basis, marks.
    table : the numbers drawn.
    """

    name: str
    figure: Figure
    title: str
    subtitle: str
    alt: str
    note: str
    table: pd.DataFrame = field(repr=False)

    def png(self, dpi: int = 150) -> bytes:
        """The picture as PNG bytes, as notebooks show it."""
        buffer = io.BytesIO()
        with use_style():
            self.figure.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None})
        return buffer.getvalue()

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        words = f"{self.title}\n{self.subtitle}\n{self.note}"
        return {"image/png": self.png(), "text/plain": words}, {"image/png": {"alt": self.alt}}
