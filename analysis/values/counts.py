"""Person-times cells: a whole number above 0."""

from __future__ import annotations

import re
import unicodedata

from analysis.values.cell import Parsed, is_error
from analysis.vocabulary import squeeze

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
    import cn2an  # slow to import, rarely needed

    try:
        return int(cn2an.cn2an(text.replace("〇", "零"), "smart"))
    except ValueError:
        return 0


def _bad_count(raw: object) -> Parsed:
    return Parsed(None, message="人次不是大于0的整数")
