"""What the lines around a table and the file's name state: export date, coverage, street. Rules: docs/method.md#files."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import PurePosixPath

from analysis.values import Parsed, find_moments
from analysis.vocabulary import Vocabulary, squeeze

QUARTERS = "一二三四"
_COLON = r"\s*[:：]?\s*"


@dataclass(frozen=True)
class Stated:
    """What an export says of itself. `exported` is true if the date is a stated 导出时间 or 下载时间."""

    snapshot: datetime | None = None
    exported: bool = False
    coverages: tuple[tuple[date, date], ...] = ()  # one for each stated period, as sheets by month have them
    unread_period: bool = False  # a period is stated in words that are not understood

    @property
    def coverage(self) -> tuple[date, date] | None:
        """First and last day of all stated periods together."""
        return (min(c[0] for c in self.coverages), max(c[1] for c in self.coverages)) if self.coverages else None


def stated(lines: list[str], words: Vocabulary, year: int) -> Stated:
    """Read the stated date (the newest) and the stated periods from lines of text."""
    texts = [unicodedata.normalize("NFKC", line) for line in lines]
    strong = _dates(texts, words.lines["exported"], year)
    weak = _dates(texts, words.lines["weaker_date"], year)
    snapshot = max(strong) if strong else max(weak) if weak else None
    named = [m.group(1) for t in texts if (m := re.search(_spaced(words.lines["coverage"]) + r"\s*[:：]\s*(.+)", t))]
    periods = [_period(text, year) for text in named]
    coverages = dict.fromkeys(p for p in periods if p)
    return Stated(snapshot, bool(strong), tuple(coverages), None in periods)


def _dates(texts: list[str], keys: tuple[str, ...], year: int) -> list[datetime]:
    found = []
    for text in texts:
        for m in re.finditer(_spaced(keys) + _COLON + r"(.{4,30})", text):
            found += [day] if (day := _leading_moment(m.group(1), year)) else []
    return found


def _spaced(words: tuple[str, ...]) -> str:
    """A pattern for any of the words, with blanks allowed between their characters."""
    return "(?:" + "|".join(r"\s*".join(map(re.escape, w)) for w in sorted(words, key=len, reverse=True)) + ")"


def _leading_moment(text: str, year: int) -> datetime | None:
    moments = find_moments(text[:24])
    if moments and re.match(r"\s*(?:\d{4})", text):
        moment, timed = moments[0]
        return moment if timed else _end_of_day(moment.date())
    if m := re.match(r"\s*(\d{4})[年\-/.](\d{1,2})月?(?!\d)", text):
        return _month_end(int(m.group(1)), int(m.group(2)))
    if m := re.match(r"\s*(\d{1,2})月(\d{1,2})日", text):
        return _moment(year, int(m.group(1)), int(m.group(2)))
    return None


def _moment(year: int, month: int, day: int) -> datetime | None:
    valid = 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]
    return _end_of_day(date(year, month, day)) if valid else None


def _end_of_day(day: date) -> datetime:
    """A date without a time is that day's end."""
    return datetime.combine(day, time(23, 59, 59))


def _month_end(year: int, month: int) -> datetime | None:
    if not (1 <= month <= 12 and 1900 <= year <= 2199):
        return None
    return _end_of_day(date(year, month, monthrange(year, month)[1]))


def _period(text: str, year: int) -> tuple[date, date] | None:
    """A period in words: two dates, months 2021年4-6月, one month, or a quarter."""
    join = r"\s*(?:-|~|至|到|—|–|―)+\s*"
    day = r"(?:(\d{4})\s*[-/.年]\s*)?(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?"
    if m := re.match(rf"\s*{day}{join}{day}", text):
        y1, m1, d1, y2, m2, d2 = (int(g) if g else None for g in m.groups())
        return _valid(y1 or year, m1, d1, y2 or y1 or year, m2, d2)
    if m := re.match(rf"\s*(\d{{4}})(\d\d)(\d\d){join}(\d{{4}})(\d\d)(\d\d)", text):
        return _valid(*map(int, m.groups()))
    if m := re.match(rf"\s*(?:(\d{{4}})\s*年\s*)?(\d{{1,2}})\s*月?{join}(?:(\d{{4}})\s*年\s*)?(\d{{1,2}})\s*月", text):
        y1, m1, y2, m2 = (int(g) if g else None for g in m.groups())
        return _months(y1 or year, m1 or 0, y2 or y1 or year, m2 or 0)
    if m := re.match(r"\s*(?:(\d{4})\s*年?\s*)?第?\s*([一二三四1-4])\s*季度", text):
        q = QUARTERS.index(m.group(2)) if m.group(2) in QUARTERS else int(m.group(2)) - 1
        return _months(int(m.group(1) or year), 3 * q + 1, int(m.group(1) or year), 3 * q + 3)
    if m := re.match(rf"\s*(\d{{4}})[-/.](\d{{1,2}}){join}(\d{{4}})[-/.](\d{{1,2}})(?![\d\-/.])", text):
        return _months(*map(int, m.groups()))
    if m := re.match(r"\s*(?:(\d{4})\s*[年\-/.]\s*)?(\d{1,2})\s*(?:月份?(?!\s*\d)|(?=\s*$))", text):
        return _months(int(m.group(1) or year), int(m.group(2)), int(m.group(1) or year), int(m.group(2)))
    return None


def _valid(
    y1: int, m1: int | None, d1: int | None, y2: int, m2: int | None, d2: int | None
) -> tuple[date, date] | None:
    try:
        first, last = date(y1, m1 or 0, d1 or 0), date(y2, m2 or 0, d2 or 0)
    except ValueError:
        return None
    return (first, last) if first <= last else None


def _months(y1: int, m1: int, y2: int, m2: int) -> tuple[date, date] | None:
    if not (1 <= m1 <= 12 and 1 <= m2 <= 12):
        return None
    return _valid(y1, m1, 1, y2, m2, monthrange(y2, m2)[1])


def stated_street(lines: list[str], words: Vocabulary, parse: Callable[[object], Parsed]) -> str | None:
    """The street named by a line such as 街镇：曹杨新村街道; lines that name no street are ignored."""
    found: dict[str, None] = {}
    for line in lines:
        text = unicodedata.normalize("NFKC", line)
        for m in re.finditer(_spaced(words.lines["street"]) + r"(?:\([^)]*\))?\s*[:：]\s*(\S.*)", text):
            pieces = (m.group(1), *re.split(r"[\s,;、]+", m.group(1)))
            found |= {str(s): None for piece in pieces if (s := parse(piece).value)}
    return next(iter(found)) if len(found) == 1 else None


_NAME_DATES = re.compile(
    r"(?<!\d)(\d{4})(\d{2})(\d{2})(?:\d{4}|\d{6})?(?!\d)"
    r"|(?<!\d)(\d{4})\s*[-_.年]\s*(\d{1,2})\s*[-_.月]\s*(\d{1,2})(?![\d月])日?"
    r"|(?<!\d)(\d{4})\s*年?\s*(?:\d{1,2}\s*月?\s*[-~至到—]+\s*)(\d{1,2})\s*月"
    r"|(?<!\d)(\d{4})\s*[-_.年]\s*(\d{1,2})(?:月|(?![\d\-_.]*\d))"
    r"|(?<!\d)(\d{4})(\d{2})(?!\d)"
)


_YEARLESS_END = re.compile(r"(?<!\d)(\d{4})年(\d{1,2}月)\d{1,2}日?[-~至到—–]+(\d{1,2}月)?(\d{1,2})日")


def name_date(path: str) -> datetime | None:
    """The last date in a file's name (a month means its end); None if there is none."""
    name = squeeze(PurePosixPath(path).name.rsplit(".", 1)[0])
    name = _YEARLESS_END.sub(lambda m: f"{m[1]}年{m[3] or m[2]}{m[4]}日", name)  # 2021年4月1日-30日 ends on the 30th
    found = None
    for m in _NAME_DATES.finditer(name):
        numbers = [int(g) for g in m.groups() if g]
        day = _moment(*numbers) if len(numbers) == 3 else _month_end(*numbers)
        found = day or found
    return found
