"""The words of the exports (titles, marks, row words), loaded from a data file that the analyst extends."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

VOCABULARY_FILE = Path(__file__).parent / "plans" / "vocabulary.toml"
BLANKS = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\u180e\u3164\ufe0f]+")
BRACKETS = re.compile(r"[(\[{【〔<《「（［][^)\]}】〕>》」）］]*[)\]}】〕>》」）］]")


@dataclass(frozen=True)
class Vocabulary:
    """Data of vocabulary.toml; `title_of` maps a compared title to (canonical name, its rank in the list)."""

    titles: dict[str, tuple[str, ...]]
    title_of: dict[str, tuple[str, int]]
    personal_of: dict[str, str]
    totals: tuple[str, ...]
    unchecked_totals: tuple[str, ...]
    notes: tuple[str, ...]
    child_totals: tuple[str, ...]
    yes: frozenset[str]
    no: frozenset[str]
    lines: dict[str, tuple[str, ...]]
    sample: str
    no_id: frozenset[str]
    errors: frozenset[str]
    prefixes: tuple[str, ...]
    suffixes: tuple[str, ...]
    characters: dict[int, str]


@lru_cache(1 << 16)
def squeeze(text: str) -> str:
    """NFKC form without any blank or zero-width character."""
    return BLANKS.sub("", unicodedata.normalize("NFKC", text))


@lru_cache(1 << 15)
def compared_title(text: str) -> str:
    """A title as it is compared: blanks, brackets and their content, * marks, colons and case do not matter."""
    return BRACKETS.sub("", squeeze(text)).strip("*:：·").replace("*", "").upper()


@cache
def load_vocabulary(path: Path = VOCABULARY_FILE) -> Vocabulary:
    """Load the vocabulary file (once per process)."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    titles = {name: tuple(words) for name, words in data["titles"].items()}
    lines = dict(data["lines"])
    sample = lines.pop("sample")
    return Vocabulary(
        titles=titles,
        title_of={compared_title(w): (name, rank) for name, words in titles.items() for rank, w in enumerate(words)},
        personal_of={compared_title(w): kind for kind, words in data["personal"].items() for w in words},
        totals=tuple(data["rows"]["totals"]),
        unchecked_totals=tuple(data["rows"]["unchecked_totals"]),
        notes=tuple(data["rows"]["notes"]),
        child_totals=tuple(data["rows"]["child_totals"]),
        yes=frozenset(squeeze(w).upper() for w in data["marks"]["yes"]),
        no=frozenset(squeeze(w).upper() for w in data["marks"]["no"]),
        lines={k: tuple(v) for k, v in lines.items()},
        sample=sample,
        no_id=frozenset(data["values"]["no_id"]),
        errors=frozenset(data["values"]["errors"]),
        prefixes=tuple(data["street_words"]["prefixes"]),
        suffixes=tuple(data["street_words"]["suffixes"]),
        characters={ord(k): v for k, v in data["characters"].items()},
    )
