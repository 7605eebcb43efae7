"""Times of day, and moments of recording or exporting."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from analysis.values.cell import Parsed, shown
from analysis.values.dates import EPOCH_1900, FIRST_SERIAL, LAST_SERIAL, day_of
from analysis.vocabulary import squeeze


def parse_clock(raw: object) -> Parsed:
    """A time of day as HH:MM; other text as it stands."""
    if isinstance(raw, datetime | time):
        return Parsed(raw.strftime("%H:%M"))
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        minutes = round((raw % 1) * 1440)
        return Parsed(f"{minutes // 60 % 24:02d}:{minutes % 60:02d}")
    text = squeeze(shown(raw))
    m = re.search(r"(\d{1,2})[:时点](\d{2})(?:分?)(?::\d{2})?$", text)
    return Parsed(f"{int(m.group(1)):02d}:{m.group(2)}" if m else text)


_PLAIN_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


def parse_moment(raw: object) -> Parsed:
    """A date with an optional time; None if unreadable."""
    if isinstance(raw, datetime):
        return Parsed(raw)
    if isinstance(raw, date):
        return Parsed(datetime(raw.year, raw.month, raw.day))
    if isinstance(raw, int | float) and FIRST_SERIAL <= raw < LAST_SERIAL + 1:
        return Parsed(EPOCH_1900 + timedelta(seconds=round(float(raw) * 86400)))
    if isinstance(raw, str) and _PLAIN_MOMENT.fullmatch(raw):
        try:
            return Parsed(datetime.fromisoformat(raw))  # the platform's own form, kept short
        except ValueError:
            return Parsed(None)
    moments = find_moments(shown(raw))
    return Parsed(moments[0][0] if moments else None)


_MOMENT = re.compile(
    r"(?<!\d)(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)[日号]?(?:[T\s]*(\d{1,2}):(\d{2})(?::(\d{2}))?)?|(?<!\d)(20\d{2})(\d{2})(\d{2})(?!\d)"
)


def find_moments(text: str) -> list[tuple[datetime, bool]]:
    """All dates in a text, with whether a time of day stands behind them."""
    found = []
    for m in _MOMENT.finditer(unicodedata.normalize("NFKC", text)):
        y, mo, d = (int(m.group(i) or m.group(i + 6)) for i in (1, 2, 3))
        if day := day_of(y, mo, d):
            hour, minute, second = (int(m.group(i) or 0) for i in (4, 5, 6))
            if hour < 24 and minute < 60 and second < 60:
                found.append((datetime(day.year, day.month, day.day, hour, minute, second), m.group(4) is not None))
    return found
