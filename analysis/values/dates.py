"""Date cells of an activity, in all the ways they are written."""

from __future__ import annotations

import math
import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, timedelta

from analysis.plan import Plan
from analysis.values.cell import Parsed, is_error
from analysis.vocabulary import BLANKS, squeeze

EPOCH_1900 = datetime(1899, 12, 30)
EPOCH_1904_SHIFT = 1462
FIRST_SERIAL, LAST_SERIAL = 20000, 79999


class Serial1904(float):
    """A number of a date column in a workbook that counts days from 1904."""


_CN_DATE = re.compile(r"[〇○零一二三四五六七八九十]+(?=[年月日号])")
_WEEKDAY = r"(?:\(?(?:周|星期|礼拜)[一二三四五六日天]\)?)?"
_TIME = r"(?:[T ]?(?:上午|下午|晚上|中午|早上)?(?:\d{1,2}[:时点]\d{0,2}分?(?::\d{1,2}(?:\.\d+)?)?(?:Z|[+]\d\d:?\d\d)?)?(?:[-~至到—–]+(?:上午|下午)?\d{1,2}[:时点]\d{0,2}分?(?::\d{1,2})?)?)"
_YMD = re.compile(r"(\d{4})(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})[日号]?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?!\d)")
_MD = re.compile(r"(\d{1,2})(?:[/.]|月)(\d{1,2})[日号]?")
_TAIL = re.compile(rf"{_WEEKDAY}{_TIME}{_WEEKDAY}")
_MORE = re.compile(r"([-~至到—–、,;和及]+)(?:(?:(\d{4})[-/.年])?(\d{1,2})[-/.月])?(\d{1,2})[日号]?" + _WEEKDAY)


def date_parser(plan: Plan) -> Callable[[object], Parsed]:
    """A function that reads a date cell into a `date`; year-less dates take the programme's year."""

    def parse(raw: object) -> Parsed:
        if raw is None or is_error(raw):
            return Parsed(None, message="日期为空" if raw is None else "日期为错误值")
        if isinstance(raw, datetime):
            return Parsed(raw.date())
        if isinstance(raw, date):
            return Parsed(raw)
        if isinstance(raw, int | float):
            return _number_date(raw, plan.year)
        if isinstance(raw, str):
            return _text_date(raw, plan.year)
        return _bad_date()

    return parse


def serial_1904(raw: object) -> object:
    """Mark a serial number (or its text) of a 1904 workbook."""
    if isinstance(raw, str) and re.fullmatch(r"\d{5}(\.\d+)?", squeeze(raw)):
        return Serial1904(float(squeeze(raw)))
    return Serial1904(raw) if isinstance(raw, int | float) else raw


def _bad_date() -> Parsed:
    return Parsed(None, message="日期无法识别")


def _number_date(number: float, year: int) -> Parsed:
    if FIRST_SERIAL <= number < LAST_SERIAL + 1:
        shift = EPOCH_1904_SHIFT if isinstance(number, Serial1904) else 0
        return Parsed((EPOCH_1900 + timedelta(days=math.floor(number) + shift)).date())
    if number >= 10_000_000 and float(number).is_integer():
        return _text_date(str(int(number)), year)
    month, _, day = f"{number:.10g}".partition(".")
    if not (day and len(day) <= 2 and len(month) <= 2):
        return _bad_date()
    found = day_of(year, int(month), int(day))
    if found and len(day) == 1 and day_of(year, int(month), int(day) * 10):
        return Parsed(
            found,
            flag="ambiguous_date",
            message=f"数字 {month}.{day} 可能是{month}月{day}日或{month}月{day}0日，按{month}月{day}日计",
        )
    return Parsed(found) if found else _bad_date()


def _text_date(raw: str, year: int) -> Parsed:
    text = BLANKS.sub(" ", unicodedata.normalize("NFKC", raw)).strip()
    text = _CN_DATE.sub(lambda m: _chinese_number(m.group()), text)
    text = re.sub(r"\s*([-/.年月日号~至到、,;()])\s*(?!\d{1,2}:)", r"\1", text)
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        return _number_date(float(text), year)
    for pattern, dated in ((_YMD, True), (_COMPACT, True), (_MD, False)):
        if m := pattern.match(text):
            parts = [int(g) for g in m.groups()]
            first = day_of(*parts) if dated else day_of(year, *parts)
            return _with_tail(first, text[m.end() :]) if first else _bad_date()
    return _bad_date()


def _with_tail(first: date, tail: str) -> Parsed:
    """Behind a date may stand a weekday and a time, or further days (a period or a list: the first day is taken)."""
    if _TAIL.fullmatch(tail.strip()) or _TAIL.fullmatch(tail):
        return Parsed(first)
    weekday = re.match(_WEEKDAY, tail)
    position, last = weekday.end() if weekday else 0, first
    while position < len(tail):
        m = _MORE.match(tail, position)
        if not m:
            return _bad_date()
        _, y, mo, d = m.groups()
        following = day_of(int(y or last.year), int(mo or last.month), int(d))
        if not following or following <= last:
            return _bad_date()
        position, last = m.end(), following
    return Parsed(first, "first_day")


def _chinese_number(text: str) -> str:
    if len(text) == 4 and not set(text) & {"十"}:
        return "".join(str("〇一二三四五六七八九".index(c.replace("○", "〇").replace("零", "〇"))) for c in text)
    import cn2an  # slow to import, rarely needed

    try:
        return str(cn2an.cn2an(text.replace("○", "零").replace("〇", "零"), "smart"))
    except ValueError:
        return text


def day_of(year: int, month: int, day: int) -> date | None:
    valid = 1 <= month <= 12 and 1900 <= year <= 2199 and 1 <= day <= monthrange(year, month)[1]
    return date(year, month, day) if valid else None
