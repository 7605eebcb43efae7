"""The look: palette, our own font, and how wide a text is when it is printed.

Same colour, same meaning, in every chart. A colour never stands alone: a shape, hatching or a word repeats it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from matplotlib import rc_context
from matplotlib.font_manager import fontManager
from matplotlib.ft2font import FT2Font, LoadFlags

FONT_FOLDER = Path(__file__).parents[1] / "fonts"
FAMILY = "Suishenxue Sans"
STYLE_FILE = Path(__file__).parents[1] / "bureau.mplstyle"

INK = "#1A1A1A"  # text, target lines
MUTED = "#5B6470"  # secondary text, axes: 6.0:1 on white
MET = "#0B5A8C"  # target met, the street itself: 7.2:1
PART = "#7FA9C6"  # half-way: first target met, or not yet due
LATE = "#B23A0A"  # missed or late, text and outlines: 6.0:1
LATE_FILL = "#F0B79C"  # missed or late, areas; always with an outline in LATE
BAND = "#F1F3F5"  # every other phase
PEER = "#C9CED4"  # the other streets, for comparison
RULE = "#D5D9DE"  # hairlines between rows
PAPER = "#FFFFFF"
STEPS = ("#5C8FB8", "#2C6C9F", "#0A3F66")  # one, two, more
SHADES = ("#FFFFFF", "#E3EDF4", "#C3D9E8", "#8FB8D3", "#3D7BA8", "#0B5A8C")  # none, then by fifths

POINT = 25.4 / 72  # millimetres
HATCH = "//////"


class MissingGlyphError(ValueError):
    """A text holds a character that our font does not have; the message (Chinese) names it."""


def register_fonts() -> None:
    """Make our two fonts known to matplotlib (1 ms; needed in every process)."""
    if not any(entry.name == FAMILY for entry in fontManager.ttflist):
        for path in sorted(FONT_FOLDER.glob("*.ttf")):
            fontManager.addfont(path)


@contextmanager
def use_style() -> Iterator[None]:
    """Draw with our font and `bureau.mplstyle`, and leave matplotlib's settings as they were."""
    register_fonts()
    with rc_context(fname=str(STYLE_FILE)):
        yield


@cache
def _font(bold: bool) -> FT2Font:
    font = FT2Font(str(FONT_FOLDER / f"SuishenxueSans-{'Bold' if bold else 'Regular'}.ttf"))
    font.set_size(100, 72)
    return font


@cache
def _advance(character: str, bold: bool) -> float:
    font = _font(bold)
    if not font.get_char_index(ord(character)):
        raise MissingGlyphError(f"字体里没有“{character}”（U+{ord(character):04X}）这个字，图无法绘制。请改用通用字。")
    return font.load_char(ord(character), flags=LoadFlags.NO_HINTING).linearHoriAdvance / 65536 / 100


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Width in mm of one line of text at `size` points.

    Raises
    ------
    MissingGlyphError : the font lacks a character (a missing glyph is an error, never a box on paper).
    """
    return sum(_advance(c, bold) for c in text) * size * POINT


def wrap(text: str, size: float, width: float, bold: bool = False) -> list[str]:
    """Break a Chinese text into lines of at most `width` mm; numbers stay whole, no line starts with a comma."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and text_width(line + piece.rstrip(), size, bold) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line] if line or not lines else lines


def balanced(text: str, size: float, width: float, bold: bool = False) -> list[str]:
    """Wrap a heading: break after a comma where that fits, else into lines of about the same length."""
    lines = wrap(text, size, width, bold)
    if len(lines) == 2:
        breaks = [i + 1 for i, c in enumerate(text[:-1]) if c in "，；。"]
        halves = [(text[:i], text[i:]) for i in breaks]
        fitting = [h for h in halves if all(text_width(part, size, bold) <= width for part in h)]
        if fitting:
            return list(min(fitting, key=lambda h: max(text_width(part, size, bold) for part in h)))
    narrower = width
    while len(lines) > 1 and narrower > width / 2:
        narrower -= size * POINT
        closer = wrap(text, size, narrower, bold)
        if len(closer) > len(lines):
            break
        lines = closer
    return lines


def _pieces(text: str) -> list[str]:
    """What may not be broken: runs of digits and Latin, and a sign with the character before it."""
    pieces: list[str] = []
    for c in text:
        glued = pieces and (
            c in "，。、；：）”》〕％%人次个天月日号"
            or pieces[-1][-1] in "（“《〔"
            or (_narrow(c) and _narrow(pieces[-1][-1]))
        )
        if glued:
            pieces[-1] += c
        else:
            pieces.append(c)
    return pieces


def _narrow(c: str) -> bool:
    return c.isascii() and not c.isspace()
