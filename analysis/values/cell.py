"""What every reader of a cell needs: the answer's shape, error cells, a cell as text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from analysis.vocabulary import BLANKS, load_vocabulary


@dataclass(frozen=True)
class Parsed:
    """A cleaned value (None: unreadable), the rule by which it was repaired ('' if it was plain) and remarks."""

    value: object
    rule: str = ""
    flag: str = ""  # kind of finding
    message: str = ""


def is_error(raw: object) -> bool:
    """True for an error cell and for a formula without a cached value."""
    return isinstance(raw, str) and raw.strip() in load_vocabulary().errors


def shown(raw: object) -> str:
    """A raw cell as text for people."""
    if raw is None:
        return ""
    if isinstance(raw, datetime):
        return raw.strftime("%Y-%m-%d" if raw.time() == time() else "%Y-%m-%d %H:%M:%S")
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        return str(int(raw))
    return str(raw)


def plain_text(raw: object) -> Parsed:
    """Text with outer blanks removed and runs of blanks made one."""
    return Parsed(BLANKS.sub(" ", shown(raw)).strip())
