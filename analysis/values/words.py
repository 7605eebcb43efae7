"""Word cells: scenarios, services, statuses, record ids."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from analysis.plan import UNCLASSIFIED, UNSTATED_SERVICE, Plan
from analysis.values.cell import Parsed, is_error, shown
from analysis.vocabulary import load_vocabulary, squeeze

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


def is_plain_id(raw: object) -> bool:
    """12 to 17 digits as text: neither a phone nor an ID number, and `parse_record_id` returns it as it is."""
    return type(raw) is str and 11 < len(raw) < 18 and raw.isdigit() and raw.isascii()


def parse_record_id(raw: object) -> Parsed:
    """An id as text; a damaged one (scientific notation, more than 15 digits as a number, a phone number) is no id."""
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
