"""Street cells: an exact name, an alias, a look-alike form, else the one official name at distance 1."""

from __future__ import annotations

from collections.abc import Callable

from rapidfuzz.distance import Levenshtein

from analysis.plan import Plan
from analysis.values.cell import Parsed, is_error, shown
from analysis.vocabulary import Vocabulary, load_vocabulary, squeeze


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
