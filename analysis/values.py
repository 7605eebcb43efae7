"""What one cell means: one function per field, raw cell in, (clean value, rule of repair) out. Rules: docs/method.md, "Values"."""

from __future__ import annotations

import math
import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import cn2an
from rapidfuzz.distance import Levenshtein

from analysis.plan import UNCLASSIFIED, UNSTATED_SERVICE, Plan
from analysis.vocabulary import BLANKS, BRACKETS, Vocabulary, load_vocabulary, squeeze

EPOCH_1900 = datetime(1899, 12, 30)
EPOCH_1904_SHIFT = 1462
FIRST_SERIAL, LAST_SERIAL = 20000, 79999


class Serial1904(float):
    """A number of a date column in a workbook that counts days from 1904."""


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


# --- street ---------------------------------------------------------------------------------------------------------


def street_parser(plan: Plan, words: Vocabulary | None = None) -> Callable[[object], Parsed]:
    """A function that reads a street cell: exact name, alias, look-alike form, else a unique official name at distance 1."""
    words = words or load_vocabulary()
    names = _street_names(plan)
    officials = {squeeze(s.official): s.name for s in plan.streets}
    prefixes = tuple(sorted({*words.prefixes, plan.city, plan.district}, key=len, reverse=True))

    def parse(raw: object) -> Parsed:
        text = squeeze(shown(raw))
        if not text or is_error(raw):
            return Parsed(None, message="街镇为空" if not text else "街镇为错误值")
        standard = text.translate(words.characters)
        core = _strip_affixes(standard, prefixes, words.suffixes, names)
        if core in names:
            return Parsed(names[core], "look_alike" if standard != text else "")
        return _nearest_street(core, names, officials)

    return parse


def _street_names(plan: Plan) -> dict[str, str]:
    return {squeeze(n): s.name for s in plan.streets for n in (s.name, s.official, *s.aliases)}


def _strip_affixes(text: str, prefixes: tuple[str, ...], suffixes: tuple[str, ...], names: dict[str, str]) -> str:
    changed = True
    while changed and text not in names:
        before = text
        for p in prefixes:
            text = text.removeprefix(p) if text not in names else text
        for s in suffixes:
            text = text.removesuffix(s) if text not in names else text
        changed = text != before
    return text


def _nearest_street(text: str, names: dict[str, str], officials: dict[str, str]) -> Parsed:
    inside = {s for n, s in names.items() if n in text}
    near = {s for n, s in officials.items() if Levenshtein.distance(text, n, score_cutoff=1) == 1}
    if len(near) == 1 and inside <= near:
        return Parsed(next(iter(near)), "nearest_name")
    candidates = inside | near or {s for n, s in names.items() if Levenshtein.distance(text, n, score_cutoff=1) <= 1}
    hint = f"，可能是：{'、'.join(sorted(candidates))}" if candidates else ""
    return Parsed(None, message=f"街镇无法识别{hint}")


def streets_inside(text: str, plan: Plan) -> set[str]:
    """Streets whose name stands in a longer text (a sheet's or a file's name)."""
    core = squeeze(text).translate(load_vocabulary().characters)
    return {s for n, s in _street_names(plan).items() if n in core}


# --- date -----------------------------------------------------------------------------------------------------------

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
    found = _day(year, int(month), int(day))
    if found and len(day) == 1 and _day(year, int(month), int(day) * 10):
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
            first = _day(*parts) if dated else _day(year, *parts)
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
        following = _day(int(y or last.year), int(mo or last.month), int(d))
        if not following or following <= last:
            return _bad_date()
        position, last = m.end(), following
    return Parsed(first, "first_day")


def _chinese_number(text: str) -> str:
    if len(text) == 4 and not set(text) & {"十"}:
        return "".join(str("〇一二三四五六七八九".index(c.replace("○", "〇").replace("零", "〇"))) for c in text)
    try:
        return str(cn2an.cn2an(text.replace("○", "零").replace("〇", "零"), "smart"))
    except ValueError:
        return text


def _day(year: int, month: int, day: int) -> date | None:
    valid = 1 <= month <= 12 and 1900 <= year <= 2199 and 1 <= day <= monthrange(year, month)[1]
    return date(year, month, day) if valid else None


# --- person-times ---------------------------------------------------------------------------------------------------

_COUNT = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.0+)?(?:人次|人|名)?")
_ABOUT = re.compile(r"(约?)(.+?)(左右)?")
_CN_COUNT = re.compile(r"([零〇一二两三四五六七八九十百千万]+)(?:人次|人|名)?")
_TWO_NUMBERS = re.compile(r"\d\s+\d|[一二两三四五六七八九]{2}")  # 25 30, 五六人: which of them is meant is not said
_SUM = re.compile(r"\d+(?:\+\d+)+(?:人次|人|名)?")


def parse_person_times(raw: object) -> Parsed:
    """A whole number above 0; 约25人, 25人左右, 二十五 and 12+13 are repaired."""
    if raw is None or is_error(raw):
        return Parsed(None, message="人次为空" if raw is None else "人次为错误值")
    if isinstance(raw, int | float):
        return Parsed(int(raw)) if raw > 0 and float(raw).is_integer() else _bad_count(raw)
    if not isinstance(raw, str):
        return _bad_count(raw)
    if _TWO_NUMBERS.search(unicodedata.normalize("NFKC", raw)):
        return _bad_count(raw)
    text = squeeze(raw)
    about = _ABOUT.fullmatch(text)
    core = about.group(2) if about else text
    rule = "approximate" if core != text else ""
    if m := _COUNT.fullmatch(core):
        number = int(m.group(1).replace(",", ""))
    elif _SUM.fullmatch(core):
        number, rule = sum(int(n) for n in re.findall(r"\d+", core)), rule or "sum"
    elif m := _CN_COUNT.fullmatch(core):
        number, rule = _chinese_count(m.group(1)), rule or "chinese_numeral"
    else:
        return _bad_count(raw)
    return Parsed(number, rule) if number > 0 else _bad_count(raw)


def _chinese_count(text: str) -> int:
    try:
        return int(cn2an.cn2an(text.replace("〇", "零"), "smart"))
    except ValueError:
        return 0


def _bad_count(raw: object) -> Parsed:
    return Parsed(None, message="人次不是大于0的整数")


# --- words ----------------------------------------------------------------------------------------------------------

_JOINTS = re.compile(r"[、,;；，/+&\s|和及]+")
_NUMBERING = re.compile(r"(?<![\d])\(?\d{1,2}[.)、:]?(?=\D)")


def scenario_parser(plan: Plan) -> Callable[[object], Parsed]:
    """A function that reads a scenario cell into canonical names joined by 、 in the plan's order."""
    names = {squeeze(w).upper(): s.name for s in plan.scenarios for w in (s.name, *s.synonyms)}
    words = re.compile("|".join(sorted(map(re.escape, names), key=len, reverse=True)))
    order = plan.scenario_names

    def parse(raw: object) -> Parsed:
        text = unicodedata.normalize("NFKC", shown(raw)).strip().upper()
        if not text or is_error(raw):
            return Parsed(UNCLASSIFIED)
        found: set[str] = set()
        unknown = []
        for part in filter(None, _JOINTS.split(_NUMBERING.sub(" ", text))):
            core = squeeze(part)
            if core and not words.sub("", core):
                found |= {names[w] for w in words.findall(core)}
            elif core:
                unknown.append(core)
        clean = [s for s in order if s in found] + [UNCLASSIFIED] * bool(unknown or not found)
        return Parsed("、".join(clean), flag="unknown_scenario" if unknown else "", message="、".join(unknown))

    return parse


def service_parser(plan: Plan) -> Callable[[object], Parsed]:
    names = {squeeze(w): s.name for s in plan.services for w in (s.name, *s.synonyms)}
    return lambda raw: Parsed(names.get(squeeze(shown(raw)), UNSTATED_SERVICE))


def status_parser(plan: Plan) -> Callable[[object], Parsed]:
    """A function that reads a status cell into '' (counted) or a reason; several: cancelled, pending, unknown, counted."""
    reasons = {
        squeeze(w): reason
        for reason, key in (("", "counted"), ("cancelled", "cancelled"), ("pending", "pending"))
        for w in plan.statuses[key]
    }

    def parse(raw: object) -> Parsed:
        if is_error(raw):
            return Parsed("unknown_status")
        text = shown(raw)
        whole = squeeze(text)
        parts = (
            [whole]
            if whole in reasons
            else [squeeze(p) for p in re.split(r"[、,;；，/+&\s|]+", unicodedata.normalize("NFKC", text))]
        )
        found = {reasons.get(p, "unknown_status") for p in parts if p} or {""}
        return Parsed(next(r for r in ("cancelled", "pending", "unknown_status", "") if r in found))

    return parse


_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+?\d+", re.IGNORECASE)


def parse_record_id(raw: object) -> Parsed:
    """An id as text; a damaged one (scientific notation, more than 15 digits as a number, a phone number) is no id."""
    if isinstance(raw, str) and raw.isascii() and raw.isalnum() and len(raw) > 11 and not _SCIENTIFIC.fullmatch(raw):
        return Parsed(raw)  # the ordinary case, kept short: a million distinct ids pass here
    if raw is None or is_error(raw):
        return Parsed("")
    if isinstance(raw, int | float):
        if abs(raw) >= 1e15:
            return Parsed("", flag="damaged_id", message="编号超过15位且存为数字，末位已损坏")
        text = shown(raw)
    else:
        text = squeeze(shown(raw))
        if m := re.fullmatch(r'="?([^"]*)"?', text):
            text = m.group(1)
        text = text.lstrip("'")
    if re.fullmatch(r"\d+\.0+", text):
        text = text.partition(".")[0]
    if text in load_vocabulary().no_id:
        return Parsed("")
    if _SCIENTIFIC.fullmatch(text):
        return Parsed("", flag="damaged_id", message="编号被存成科学计数法，末位已损坏")
    if re.fullmatch(r"1[3-9]\d{9}|1\*{10}", text):  # as it is, or masked by the reader
        return Parsed("", flag="damaged_id", message="编号像手机号，不作编号用")
    return Parsed(text)


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
        if day := _day(y, mo, d):
            hour, minute, second = (int(m.group(i) or 0) for i in (4, 5, 6))
            if hour < 24 and minute < 60 and second < 60:
                found.append((datetime(day.year, day.month, day.day, hour, minute, second), m.group(4) is not None))
    return found


def plain_text(raw: object) -> Parsed:
    """Text with outer blanks removed and runs of blanks made one."""
    return Parsed(BLANKS.sub(" ", shown(raw)).strip())


def without_brackets(text: str) -> str:
    return BRACKETS.sub("", text)
