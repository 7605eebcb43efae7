"""What a briefing is made of, whatever it is set in: paragraphs, tables, pictures, sections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis.charts.base import Chart

GOOD, BAD, PLAIN = "good", "bad", "plain"
CHARACTER = 3.2  # mm, a Chinese character in a table


@dataclass(frozen=True)
class KeyFigure:
    """A number of the top row: label above, value with unit, remark below."""

    label: str
    value: str
    unit: str
    remark: str
    tone: str = PLAIN


@dataclass(frozen=True)
class Paragraph:
    """A paragraph that opens with a bold lead ('' for none)."""

    text: str
    lead: str = ""


@dataclass(frozen=True)
class Table:
    """A table of texts; `numeric` columns stand flush right, `bad` (row, column) in red, a `total` last."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]  # mm
    numeric: tuple[int, ...] = ()
    bad: tuple[tuple[int, int], ...] = ()
    total: bool = False
    note: str = ""


@dataclass(frozen=True)
class Picture:
    """A chart: file name without suffix, its finding and its text alternative; size in mm."""

    name: str
    title: str
    alt: str
    width: float
    height: float


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it; `small` print is for notes."""

    heading: str
    paragraphs: tuple[Paragraph, ...] = ()
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()
    small: bool = False


@dataclass(frozen=True)
class Content:
    """One briefing."""

    issuer: str
    day: tuple[int, int, int]
    dateline: str
    topic: str
    finding: str
    marks: tuple[str, ...]
    notices: tuple[str, ...]
    key_figures: tuple[KeyFigure, ...]
    paragraphs: tuple[Paragraph, ...]
    progress: Table
    sections: tuple[Section, ...]


def pictures(charts: dict[str, Chart], names: Iterable[str]) -> tuple[Picture, ...]:
    """The charts that were drawn, with their printed sizes."""
    found = [charts[n] for n in names if n in charts]
    sizes = [[float(side) * 25.4 for side in c.figure.get_size_inches()] for c in found]
    return tuple(Picture(c.name, c.title, c.alt, *size) for c, size in zip(found, sizes, strict=True))


def widths_for(streets: Iterable[str], widths: Sequence[float], column: int = 0) -> tuple[float, ...]:
    """Widths of a table whose `column` holds streets: names longer than two characters take room from the last one."""
    more = CHARACTER * max(max(map(len, streets)) - 2, 0)
    return tuple(w + more * (i == column) - more * (i == len(widths) - 1) for i, w in enumerate(widths))
