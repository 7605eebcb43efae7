"""A sheet of paper in millimetres: heading, key, room for the panels, footnote.

Everything that is not data is placed on one canvas whose unit is the millimetre, with y pointing down, so that a
chart is laid out in the size in which it is printed and widths can be compared before anything is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Polygon, Rectangle
from matplotlib.text import Text

from analysis.charts import style
from analysis.charts.base import Context
from analysis.charts.milestones import LATE, MISSED, ON_TIME, STATE_WORDS
from analysis.plan import Plan

PRINT_WIDTH = 156.0  # A4 less the margins of GB/T 9704-2012 (28 and 26 mm)
SLIDE_SIZE = (208.0, 117.0)
SLIDE_MARGIN = 6.0
TITLE, SUBTITLE, BODY, SMALL, NOTE = 13.0, 8.5, 8.0, 7.0, 6.5
LEADING = 1.45


@dataclass(frozen=True)
class Words:
    """The words around a chart."""

    title: str
    subtitle: str
    note: str


@dataclass(frozen=True)
class Key:
    """One entry of the key: a mark of `Sheet.mark` and what it means."""

    mark: str
    text: str


def inner_width(context: Context) -> float:
    """Width between the margins, mm."""
    return SLIDE_SIZE[0] - 2 * SLIDE_MARGIN if context.slide else PRINT_WIDTH


class Sheet:
    """A figure with heading, key and footnote; the body between `top` and `bottom` (mm) is free for the chart."""

    def __init__(self, context: Context, words: Words, key: Sequence[Key], body: float) -> None:
        self.margin = SLIDE_MARGIN if context.slide else 0.0
        self.left, self.right = self.margin, self.margin + inner_width(context)
        self.width = self.right + self.margin
        note = style.wrap(words.note, NOTE, self.right - self.left)
        tags = _tags(context)
        title, subtitle = self._heading(context, words, tags)
        rows = _key_rows(key, self.right - self.left)
        self.top = self.margin + _heading_height(title, subtitle) + len(rows) * 4.4 + (2.0 if rows else 0.0)
        foot = len(note) * NOTE * style.POINT * LEADING + 2.5
        self.height = SLIDE_SIZE[1] if context.slide else self.top + body + foot + 0.5
        self.bottom = self.height - foot - max(self.margin, 0.5)
        self.figure = Figure(figsize=(self.width / 25.4, self.height / 25.4))
        self.canvas = self.figure.add_axes((0, 0, 1, 1))
        self.canvas.set(xlim=(0, self.width), ylim=(self.height, 0))
        self.canvas.axis("off")
        self.canvas.set_zorder(10)  # words and marks stand above the data
        self._write_heading(title, subtitle, tags)
        self._write_key(rows)
        self._write_note(note)

    def text(self, x: float, y: float, text: str, *, size: float = BODY, color: str = style.INK, bold: bool = False,
             ha: str = "left") -> Text:
        """Write one line with its baseline at (x, y) mm."""
        style.text_width(text, size, bold)  # raises when the font lacks a character
        return self.canvas.text(x, y, text, fontsize=size, color=color, ha=ha, va="baseline",
                                fontweight="bold" if bold else "normal", zorder=5)

    def rect(self, x: float, y: float, width: float, height: float, *, face: str = "none", edge: str = "none",
             hatch: str = "", line: float = 0.6, z: float = 1.0) -> Rectangle:
        """Draw a rectangle from its upper left corner."""
        patch = Rectangle((x, y), width, height, facecolor=face, edgecolor=edge, hatch=hatch or None, zorder=z,
                          hatchcolor=edge, linewidth=line if edge != "none" else 0)
        self.canvas.add_artist(patch)
        return patch

    def line(self, xs: Sequence[float], ys: Sequence[float], *, color: str = style.INK, width: float = 0.6,
             dash: Any = "-", z: float = 2.0) -> Line2D:
        """Draw a line through points in mm."""
        line = Line2D(xs, ys, color=color, linewidth=width, linestyle=dash, zorder=z)
        self.canvas.add_artist(line)
        return line

    def axes(self, x: float, y: float, width: float, height: float, *, xlim: tuple[float, float],
             ylim: tuple[float, float]) -> Axes:
        """Data axes on the rectangle whose upper left corner is (x, y) mm; without ticks, which are written as text."""
        ax = self.figure.add_axes((x / self.width, 1 - (y + height) / self.height, width / self.width,
                                   height / self.height))
        ax.set(xlim=xlim, ylim=ylim)
        ax.axis("off")
        return ax

    def mark(self, kind: str, x: float, y: float, size: float = 2.4) -> None:
        """Draw the mark `kind` centred on (x, y) mm; the same marks serve in the charts and in their keys."""
        draw_mark(self.canvas, kind, x, y, size)

    def _heading(self, context: Context, words: Words, tags: list[str]) -> tuple[list[str], list[str]]:
        if not context.heading:
            return [], []
        room = self.right - self.left - sum(_tag_width(t) + 1.5 for t in tags)
        return (style.balanced(words.title, TITLE, room, bold=True),
                style.wrap(words.subtitle, SUBTITLE, self.right - self.left))

    def _write_heading(self, title: list[str], subtitle: list[str], tags: list[str]) -> None:
        y = self.margin + 4.6
        x = self.right
        for tag in reversed(tags):
            width = _tag_width(tag)
            self.rect(x - width, y - 3.9, width, 5.0, face=style.PAPER, edge=style.LATE, line=0.8)
            self.text(x - width / 2, y - 0.4, tag, size=BODY, color=style.LATE, bold=True, ha="center")
            x -= width + 1.5
        for line in title:
            self.text(self.left, y, line, size=TITLE, bold=True)
            y += TITLE * style.POINT * 1.3
        for line in subtitle:
            self.text(self.left, y, line, size=SUBTITLE)
            y += SUBTITLE * style.POINT * LEADING

    def _write_key(self, rows: list[list[tuple[float, Key]]]) -> None:
        y = self.top - len(rows) * 4.4 - 2.0 + 2.8
        for row in rows:
            for x, key in row:
                self.mark(key.mark, self.left + x + 2.6, y - 1.0)
                self.text(self.left + x + 6.2, y, key.text, size=SMALL)
            y += 4.4

    def _write_note(self, note: list[str]) -> None:
        step = NOTE * style.POINT * LEADING
        y = self.height - max(self.margin, 0.5) - 0.8 - step * (len(note) - 1)
        for line in note:
            self.text(self.left, y, line, size=NOTE, color=style.MUTED)
            y += step


def draw_mark(ax: Axes, kind: str, x: float, y: float, size: float = 2.4) -> None:
    """Draw one mark of the charts' common language on axes whose unit is the millimetre."""
    half = size / 2
    if kind in STATE_WORDS:
        _diamond(ax, kind, x, y, half)
    elif kind in _BOXES or kind.startswith("fill:"):
        face, edge, hatch, height = _BOXES.get(kind, (kind.removeprefix("fill:"), style.MUTED, "", 2.2))
        ax.add_artist(Rectangle((x - 2.2, y - height / 2), 4.4, height, facecolor=face, edgecolor=edge, hatch=hatch,
                                hatchcolor=edge, linewidth=0.6 if edge != "none" else 0, zorder=3))
    elif kind in _LINES:
        color, width, dash = _LINES[kind]
        ax.add_artist(Line2D([x - 2.4, x + 2.4], [y, y], color=color, linewidth=width, linestyle=dash, zorder=3))
    elif kind in ("step1", "step2", "step3"):
        level = int(kind[-1])
        side = (0.45, 0.72, 1.0)[level - 1] * 2.0
        ax.add_artist(Rectangle((x - side / 2, y - side / 2), side, side, facecolor=style.STEPS[level - 1], zorder=3))
    elif kind.startswith("light"):
        _light(ax, kind, x, y, half)
    elif kind == "dot":
        ax.add_artist(Circle((x, y), half * 0.85, facecolor=style.MET, linewidth=0, zorder=4))
    elif kind == "tick":
        ax.add_artist(Rectangle((x - 0.25, y - half), 0.5, size, facecolor=style.INK, linewidth=0, zorder=3))
    else:
        ax.add_artist(_cross(x, y))


def _light(ax: Axes, kind: str, x: float, y: float, half: float) -> None:
    """A full disc: on pace. A triangle pointing down: behind. The word always stands beside it."""
    if kind == "light_on":
        ax.add_artist(Circle((x, y), half * 0.9, facecolor=style.PART, edgecolor=style.MET, linewidth=1.0, zorder=4))
    else:
        corners = [(x - half, y - half * 0.8), (x + half, y - half * 0.8), (x, y + half)]
        ax.add_artist(Polygon(corners, facecolor=style.LATE_FILL, edgecolor=style.LATE, linewidth=1.0, zorder=4))


def _cross(x: float, y: float) -> Line2D:
    h = 0.7
    gap = float("nan")
    return Line2D([x - h, x + h, gap, x - h, x + h], [y - h, y + h, gap, y + h, y - h], color=style.LATE, linewidth=1.0,
                  zorder=4)


def _diamond(ax: Axes, kind: str, x: float, y: float, half: float) -> None:
    """Solid: on time. Half solid: made up later. Hollow: missed. Hollow in blue: not yet due."""
    color = style.LATE if kind in (LATE, MISSED) else style.MET
    outline = [(x, y - half), (x + half, y), (x, y + half), (x - half, y)]
    face = color if kind == ON_TIME else style.PAPER
    ax.add_artist(Polygon(outline, facecolor=face, edgecolor=color, linewidth=1.0, zorder=4, joinstyle="miter"))
    if kind == LATE:
        ax.add_artist(Polygon([(x, y - half), (x - half, y), (x, y + half)], facecolor=color, linewidth=0, zorder=4))


# kind: face, edge, hatch, height in mm
_BOXES = {
    "bar_met": (style.MET, "none", "", 2.4),
    "bar_missed": (style.LATE_FILL, style.LATE, "", 2.4),
    "bar_pending": (style.PART, style.MET, "", 2.4),
    "gap": (style.PAPER, style.LATE, style.HATCH, 2.4),
    "unentered": (style.PAPER, style.MET, style.HATCH, 2.4),
    "phase": (style.BAND, style.RULE, "", 2.6),
    "overdue": (style.LATE_FILL, style.LATE, style.HATCH, 2.2),
    "silence": (style.PAPER, style.LATE, "", 2.4),
    **{f"shade{i}": (shade, style.RULE, "", 2.6) for i, shade in enumerate(style.SHADES)},
    "week": (style.MUTED, "none", "", 1.6),
}
# kind: colour, width in points, dash
_LINES: dict[str, tuple[str, float, Any]] = {
    "own": (style.MET, 1.8, "-"),
    "peers": (style.PEER, 0.7, "-"),
    "path": (style.INK, 0.9, (0, (4, 2))),
    "short": (style.LATE, 1.6, "-"),
    "target": (style.INK, 1.2, "-"),
}


def draw_phases(ax: Axes, plan: Plan, bottom: float, top: float) -> None:
    """Shade every other phase on axes whose x is the day."""
    for phase in plan.phases[::2]:
        start, days = date2num(phase.start), (phase.end - phase.start).days + 1
        ax.add_artist(Rectangle((start, bottom), days, top - bottom, facecolor=style.BAND, linewidth=0, zorder=0))


def _tags(context: Context) -> list[str]:
    marks = {"演示数据": context.sample, "数据不完整": not context.complete}
    return [mark for mark, on in marks.items() if on and context.heading]


def _tag_width(tag: str) -> float:
    return style.text_width(tag, BODY, bold=True) + 3.0


def _heading_height(title: list[str], subtitle: list[str]) -> float:
    if not title:
        return 0.0
    return 0.8 + len(title) * TITLE * style.POINT * 1.3 + len(subtitle) * SUBTITLE * style.POINT * LEADING + 1.8


def _key_rows(key: Sequence[Key], width: float) -> list[list[tuple[float, Key]]]:
    """Place the entries from left to right, in as many rows as they need."""
    rows: list[list[tuple[float, Key]]] = []
    x = width
    for entry in key:
        needed = 6.2 + style.text_width(entry.text, SMALL)
        if x + needed > width or not rows:
            rows.append([])
            x = 0.0
        rows[-1].append((x, entry))
        x += needed + 4.0
    return rows
