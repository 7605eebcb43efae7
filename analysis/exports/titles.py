"""What the titles of a header mean, and the header once it is understood."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from analysis.plan import Plan
from analysis.vocabulary import BRACKETS, Vocabulary, compared_title, squeeze

NUMBERS = ("person_times", "headcount")
PERSON_KINDS = ("name", "id_number")
KEPT = 1 << 15
SUMMED_UP = re.compile(
    r"(?:以上|本页|本月|全区|总)?(?:共|合计|总计|共计|累计|小计)[:：]?\d*.*\d+(?:人次|场次?)"
)


@dataclass(frozen=True)
class Header:
    """Rows [first, last] of a header and the columns found under it (0-based positions)."""

    first: int
    last: int
    columns: dict[str, int]  # canonical name → position
    parts: dict[int, str]  # position → service kind ('' if another kind) of a part of the person-times
    checks: tuple[int, ...]  # positions of 小计 / 合计 children
    scenario_marks: dict[int, str]  # position → scenario
    personal: dict[str, tuple[int, ...]]  # kind → positions
    sequence: tuple[int, ...]
    span: tuple[int, int]  # first and last position of the activity table
    left: tuple[int, int] | None  # a second activity table beside it that was not read
    unknown: tuple[str, ...]  # titles not understood
    doubled: tuple[str, ...]  # titles of a meaning that another column already has, with that column's title
    titles: tuple[tuple[object, ...], ...] = field(default=(), repr=False)
    headcount: bool = False
    statuses: tuple[int, ...] = ()  # positions of all status columns: they are read together

    @property
    def counts(self) -> bool:
        return "person_times" in self.columns or bool(self.parts)

    @property
    def person_level(self) -> bool:
        return not self.counts and any(k in self.personal for k in PERSON_KINDS)

    @property
    def is_activity(self) -> bool:
        return "activity_date" in self.columns and (self.counts or self.person_level)


class TitleReader:
    """Words of the plan and the vocabulary, prepared once per process; each text is looked up once."""

    def __init__(self, plan: Plan, words: Vocabulary) -> None:
        self.meaning = lru_cache(KEPT)(self._meaning)
        self.known = lru_cache(KEPT)(self._known)
        self.total_word = lru_cache(KEPT)(self._total_word)
        self.words = words
        self.longest = max(len(t) for t in (*words.title_of, *words.personal_of) if t.isascii())
        self.long_first = sorted(words.totals, key=len, reverse=True)
        self.ends_in_total = re.compile(rf"(.{{0,12}}?)({'|'.join(self.long_first)})(?:人次|人数)?")
        self.services = {squeeze(w): s.name for s in plan.services for w in (s.name, *s.synonyms)}
        self.scenarios = {squeeze(w): s.name for s in plan.scenarios for w in (s.name, *s.synonyms)}

    def _meaning(self, title: str) -> str:
        """Canonical name of a title, '' if it has none."""
        if self.cannot_be_title(title):
            return ""
        base = compared_title(title)
        plain = squeeze(title).upper().strip("*:").replace("(", "").replace(")", "")
        found = self.words.title_of.get(base) or self.words.title_of.get(plain)
        return found[0] if found else ""

    def rank(self, title: str) -> int:
        found = self.words.title_of.get(compared_title(title))
        return found[1] if found else len(self.words.title_of)

    def personal(self, title: str) -> str:
        return self.words.personal_of.get(compared_title(title), "")

    def part(self, title: str) -> str | None:
        """Service kind of a title such as 培训人次 or 参加人次（帮办）; None if it is not a part."""
        text = squeeze(title)
        m = re.search(r"[(\[]([^)\]]*)[)\]]", text)
        if m and m.group(1) in self.services and self.meaning(title) in ("person_times", "headcount"):
            return self.services[m.group(1)]
        base = re.fullmatch(r"(.+?)(?:人次数?|人数)", BRACKETS.sub("", text).strip("*:"))
        return self.services.get(base.group(1)) if base else None

    def cannot_be_title(self, text: str) -> bool:
        """Ids, dates and numbers: most distinct cells of a large sheet are told apart by this alone."""
        return len(text) > self.longest and text.isascii()

    def _known(self, title: str) -> bool:
        if self.cannot_be_title(title):
            return False
        return bool(self.meaning(title) or self.personal(title) or self.part(title))

    def _total_word(self, cell: str) -> tuple[str, bool]:
        """The total word of a cell and whether it stands alone; ('', False) if there is none."""
        if cell.isascii():
            return "", False
        text = squeeze(cell).strip(":：*()（）")
        bare = BRACKETS.sub("", squeeze(cell)).strip(":：*")  # 合计（人次）
        for word in self.words.totals:
            if word in (text, bare):
                return word, True
        if text.startswith("其中"):
            return "其中", False
        if SUMMED_UP.match(text):
            return next((w for w in self.long_first if w in text), "共计"), False
        m = self.ends_in_total.fullmatch(text)
        return (m.group(2), False) if m else ("", False)
