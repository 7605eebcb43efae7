"""Columns of a hand-kept table: what each clerk writes into a row, and the many ways to write the same thing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from analysis.sample import words
from analysis.sample.model import HELP, PASSED, PENDING, TRAINING, Entry

Column = Callable[[Entry, int], object]  # the record and the number of its row in the table, from 1

WEEKDAYS = "一二三四五六日"
SYNONYMS = {
    "就医": "挂号", "出行": "打车", "亮码": "健康码", "扫码": "扫一扫", "聊天": "微信",
    "缴费": "交费", "购物": "网购", "文娱": "娱乐", "用机": "手机操作", "安全": "反诈",
}
JOINTS = ("、", "，", "/", "+", "；", " ", "和")
DIGITS = "〇一二三四五六七八九"


def record_id(e: Entry, i: int) -> object:
    return e.record_id


def numeric_id(e: Entry, i: int) -> object:
    return int(e.record_id)


def sequence(e: Entry, i: int) -> object:
    return i


def venue(e: Entry, i: int) -> object:
    return e.activity.venue.name


def venue_type(e: Entry, i: int) -> object:
    return e.activity.venue.kind or None


def activity(e: Entry, i: int) -> object:
    return e.activity.name


def service(e: Entry, i: int) -> object:
    return e.activity.service


def service_synonym(e: Entry, i: int) -> object:
    return {TRAINING: ("授课", "讲座", "培训"), HELP: ("代办", "一对一", "帮办服务")}[e.activity.service][i % 3]


def training(e: Entry, i: int) -> object:
    return e.activity.person_times if e.activity.service == TRAINING else None


def assistance(e: Entry, i: int) -> object:
    return e.activity.person_times if e.activity.service == HELP else None


def start(e: Entry, i: int) -> object:
    return e.activity.start


def end(e: Entry, i: int) -> object:
    return e.activity.end


def person_times(e: Entry, i: int) -> object:
    return e.activity.person_times


def recorded_at(e: Entry, i: int) -> object:
    return e.recorded_at


def remark(e: Entry, i: int) -> object:
    return e.activity.remark or None


def scenarios(e: Entry, i: int) -> object:
    return "、".join(e.activity.scenarios) or None


def volunteer(e: Entry, i: int) -> object:
    return words.VOLUNTEERS[i % len(words.VOLUNTEERS)]


def phone(e: Entry, i: int) -> object:
    return words.PHONE.format(i)


def always(value: object) -> Column:
    return lambda e, i: value


def in_turn(*values: object) -> Column:
    return lambda e, i: values[i % len(values)]


def mark(scenario: str) -> Column:
    return lambda e, i: "√" if scenario in e.activity.scenarios else None


def status(passed: str, pending: str) -> Column:
    return lambda e, i: {PASSED: passed, PENDING: pending}[e.status]


def excel_date(e: Entry, i: int) -> object:
    return datetime(e.activity.day.year, e.activity.day.month, e.activity.day.day)


def long_date(e: Entry, i: int) -> object:
    return f"{e.activity.day.year}年{e.activity.day.month}月{e.activity.day.day}日"


def decimal_date(e: Entry, i: int) -> object:
    """Month and day as 6.28, mostly as a number: 30 June is then 6.3."""
    text = f"{e.activity.day.month}.{e.activity.day.day:02d}"
    return float(text) if i % 3 else text


def date_and_hours(e: Entry, i: int) -> object:
    return f"{long_date(e, i)} {e.activity.start}-{e.activity.end}"


def mixed_date(e: Entry, i: int) -> object:
    """A date as one of many hands writes it."""
    day = e.activity.day
    ways = (
        excel_date(e, i), f"{day.year}.{day.month}.{day.day}", f"{day.month}月{day.day}日", long_date(e, i),
        excel_date(e, i), f"{day.year}/{day.month}/{day.day}", int(f"{day:%Y%m%d}"),
        f"{long_date(e, i)}（周{WEEKDAYS[day.weekday()]}）", f"{day:%Y-%m-%d} ", (day - date(1899, 12, 30)).days,
        f"{day.month}/{day.day}", wide(f"{day:%Y-%m-%d}"),
    )
    return ways[i % len(ways)]


def mixed_count(e: Entry, i: int) -> object:
    """A number of person-times as one of many hands writes it."""
    n = e.activity.person_times
    addends = f"{n - n // 2}+{n // 2}" if n > 1 else n
    ways = (n, f"{n}人", n, f"{n}人次", n, wide(str(n)), f"约{n}人", n, in_words(n), addends)
    return ways[i % len(ways)]


def mixed_scenarios(e: Entry, i: int) -> object:
    """Scenarios, some by another name, joined one way or another."""
    names = [SYNONYMS.get(s, s) if (i + k) % 3 == 0 else s for k, s in enumerate(e.activity.scenarios)]
    if len(names) > 1 and i % 8 == 7:
        return " ".join(f"{k}.{n}" for k, n in enumerate(names, 1))
    return JOINTS[i % len(JOINTS)].join(names) or None


def wide(text: str) -> str:
    """Full-width forms."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def in_words(number: int) -> str:
    """A number below 100 in Chinese numerals."""
    tens, ones = divmod(number, 10)
    start_of_it = "" if tens == 0 else "十" if tens == 1 else f"{DIGITS[tens]}十"
    return start_of_it + ("" if ones == 0 and tens else DIGITS[ones])
