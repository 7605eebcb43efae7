"""Times of day, and moments of recording or exporting."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import numpy as np
import numpy.typing as npt

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


def parse_moment(raw: object) -> Parsed:
    """A date with an optional time; None if unreadable."""
    if isinstance(raw, datetime):
        return Parsed(raw)
    if isinstance(raw, date):
        return Parsed(datetime(raw.year, raw.month, raw.day))
    if isinstance(raw, int | float) and FIRST_SERIAL <= raw < LAST_SERIAL + 1:
        return Parsed(EPOCH_1900 + timedelta(seconds=round(float(raw) * 86400)))
    moments = find_moments(shown(raw))
    return Parsed(moments[0][0] if moments else None)


_FORM = "0000-00-00 00:00:00"  # the platform's own form of a moment
_DIGITS = np.array([c == "0" for c in _FORM])
_BETWEEN = np.frombuffer(_FORM.encode(), np.uint8)[~_DIGITS]


def plain_moments(cells: Sequence[object]) -> npt.NDArray[np.datetime64]:
    """Moments of the cells in the platform's own form, read all at once; NaT for every other cell."""
    texts = [c if type(c) is str and len(c) == len(_FORM) and c.isascii() else "" for c in cells]
    letters = np.array([*texts, _FORM], dtype=f"S{len(_FORM)}").view(np.uint8).reshape(-1, len(_FORM))[:-1]
    digits = letters[:, _DIGITS].astype(np.int64) - ord("0")
    plain = np.all((digits >= 0) & (digits <= 9), axis=1) & np.all(letters[:, ~_DIGITS] == _BETWEEN, axis=1)
    year = digits[:, :4] @ np.array([1000, 100, 10, 1])
    month, day, hour, minute, second = (digits[:, i] * 10 + digits[:, i + 1] for i in range(4, 14, 2))
    plain &= (year > 0) & (month >= 1) & (month <= 12) & (day >= 1) & (hour < 24) & (minute < 60) & (second < 60)
    months = np.where(plain, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + np.where(plain, day - 1, 0)
    plain &= days.astype("datetime64[M]") == months
    result = days.astype("datetime64[s]") + np.where(plain, hour * 3600 + minute * 60 + second, 0)
    result[~plain] = np.datetime64("NaT", "s")
    return result


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
