"""The programme as data: streets, targets, phases, scenarios and words, loaded from a TOML file and cross-checked."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

DEFAULT_PLAN = Path(__file__).parent / "plans" / "putuo_2021.toml"
BASES = ("phased", "linear", "calendar")
UNCLASSIFIED = "未分类"
UNSTATED_SERVICE = "未注明"


class PlanError(ValueError):
    """The plan file is wrong; the message (Chinese) names the key."""


@dataclass(frozen=True)
class Phase:
    name: str
    start: date
    end: date


@dataclass(frozen=True)
class Target:
    """A milestone: `district` person-times by the end of `deadline`."""

    key: str
    name: str
    deadline: date
    district: int


@dataclass(frozen=True)
class Street:
    name: str
    official: str
    code: str
    aliases: tuple[str, ...]
    targets: dict[str, int] = field(hash=False)


@dataclass(frozen=True)
class Term:
    """A word of the plan's vocabulary and the other ways it is written."""

    name: str
    synonyms: tuple[str, ...]
    key: str = ""


@dataclass(frozen=True)
class Plan:
    """One programme of one year; see docs/method.md for the meaning of each field."""

    name: str
    title: str
    slogan: str
    district: str
    city: str
    issuer: str
    year: int
    first_day: date
    last_day: date
    basis: str
    large_session: int
    source: str
    record_system: str
    phases: tuple[Phase, ...]
    targets: tuple[Target, ...]
    streets: tuple[Street, ...]
    scenarios: tuple[Term, ...]
    services: tuple[Term, ...]
    venue_types: tuple[str, ...]
    home_words: tuple[str, ...]
    statuses: dict[str, tuple[str, ...]] = field(hash=False)
    path: Path

    @property
    def street_names(self) -> list[str]:
        return [s.name for s in self.streets]

    @property
    def scenario_names(self) -> list[str]:
        return [s.name for s in self.scenarios]

    @property
    def service_names(self) -> list[str]:
        return [s.name for s in self.services]

    def target_in_force(self, day: date) -> Target:
        """The first target whose deadline has not passed on `day`; after the last deadline, the last target."""
        return next((t for t in self.targets if day <= t.deadline), self.targets[-1])


def load_plan(path: Path | str | None = None) -> Plan:
    """Load and cross-check a plan file.

    Parameters
    ----------
    path : path of a TOML file, default the plan of Putuo District 2021.

    Raises
    ------
    PlanError : the file is missing, is not TOML, lacks a key or contradicts itself.
    """
    path = Path(path or DEFAULT_PLAN)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PlanError(f"计划文件打不开：{path}。请检查路径。") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PlanError(f"计划文件 {path.name} 不是有效的 UTF-8 TOML：{error}") from error
    plan = _build(data, path)
    _check(plan)
    return plan


def _build(data: dict[str, Any], path: Path) -> Plan:
    text = {
        k: _get(data, k, str)
        for k in ("name", "title", "slogan", "district", "city", "issuer", "basis", "source", "record_system")
    }
    venues, statuses = _get(data, "venues", dict), _get(data, "statuses", dict)
    return Plan(
        **text,
        year=_get(data, "year", int),
        first_day=_get(data, "first_day", date),
        last_day=_get(data, "last_day", date),
        large_session=_get(data, "large_session", int),
        phases=tuple(
            Phase(_get(p, "name", str, w), _get(p, "start", date, w), _get(p, "end", date, w))
            for w, p in _tables(data, "phases")
        ),
        targets=tuple(
            Target(
                _get(t, "key", str, w),
                _get(t, "name", str, w),
                _get(t, "deadline", date, w),
                _get(t, "district", int, w),
            )
            for w, t in _tables(data, "targets")
        ),
        streets=tuple(
            Street(
                _get(s, "name", str, w),
                _get(s, "official", str, w),
                _get(s, "code", str, w),
                _words(s, "aliases", w),
                dict(_get(s, "targets", dict, w)),
            )
            for w, s in _tables(data, "streets")
        ),
        scenarios=tuple(Term(_get(s, "name", str, w), _words(s, "synonyms", w)) for w, s in _tables(data, "scenarios")),
        services=tuple(
            Term(_get(s, "name", str, w), _words(s, "synonyms", w), _get(s, "key", str, w))
            for w, s in _tables(data, "services")
        ),
        venue_types=_words(venues, "types", "venues"),
        home_words=_words(venues, "home_words", "venues"),
        statuses={k: _words(statuses, k, "statuses") for k in ("counted", "cancelled", "pending")},
        path=path,
    )


def _get(table: dict[str, Any], key: str, kind: type, where: str = "") -> Any:
    name = f"{where}.{key}" if where else key
    if key not in table:
        raise PlanError(f"计划文件缺少 {name}。")
    value = table[key]
    if not isinstance(value, kind) or isinstance(value, bool | datetime):
        raise PlanError(f"计划文件的 {name} 应为 {kind.__name__}，现为 {value!r}。")
    return value


def _tables(data: dict[str, Any], key: str) -> list[tuple[str, dict[str, Any]]]:
    entries = _get(data, key, list)
    if not entries or not all(isinstance(e, dict) for e in entries):
        raise PlanError(f"计划文件的 {key} 应为一组 [[{key}]]，且至少一个。")
    return [(f"{key}[{i + 1}]", entry) for i, entry in enumerate(entries)]


def _words(table: dict[str, Any], key: str, where: str) -> tuple[str, ...]:
    words = _get(table, key, list, where)
    if not all(isinstance(w, str) and w for w in words):
        raise PlanError(f"计划文件的 {where}.{key} 应为非空文字的列表。")
    return tuple(words)


def _check(plan: Plan) -> None:
    if plan.basis not in BASES:
        raise PlanError(f"计划文件的 basis 应为 {' / '.join(BASES)} 之一，现为 {plan.basis!r}。")
    _check_phases(plan)
    _check_targets(plan)
    _unique("streets", ((s.name, {s.name, s.official, *s.aliases}) for s in plan.streets))
    _unique("streets.code", ((s.name, {s.code}) for s in plan.streets))
    _unique("scenarios", ((s.name, {s.name, *s.synonyms}) for s in plan.scenarios))
    _unique("services", ((s.name, {s.name, *s.synonyms}) for s in plan.services))
    _unique("statuses", ((k, set(words)) for k, words in plan.statuses.items()))


def _check_phases(plan: Plan) -> None:
    for p in plan.phases:
        if p.start > p.end:
            raise PlanError(f"计划文件的 phases：{p.name} 的 start 晚于 end。")
    for a, b in pairwise(plan.phases):
        if (b.start - a.end).days != 1:
            raise PlanError(f"计划文件的 phases：{a.name} 与 {b.name} 之间有重叠或空档。")
    if plan.phases[0].start != plan.first_day or plan.phases[-1].end != plan.last_day:
        raise PlanError("计划文件的 phases 应从 first_day 起、到 last_day 止。")


def _check_targets(plan: Plan) -> None:
    deadlines = [t.deadline for t in plan.targets]
    if deadlines != sorted(set(deadlines)):
        raise PlanError("计划文件的 targets 应按 deadline 由早到晚排列，不得重复。")
    for t in plan.targets:
        if not plan.first_day <= t.deadline <= plan.last_day:
            raise PlanError(f"计划文件的 targets：{t.name} 的 deadline 不在项目期内。")
        missing = [s.name for s in plan.streets if not isinstance(s.targets.get(t.key), int)]
        if missing:
            raise PlanError(f"计划文件的 streets.targets 缺少 {t.key}：{'、'.join(missing)}。")
        total = sum(s.targets[t.key] for s in plan.streets)
        if total != t.district:
            raise PlanError(f"计划文件的 targets：各街镇 {t.key} 合计 {total}，与 district = {t.district} 不符。")
    for s in plan.streets:
        numbers = [s.targets[t.key] for t in plan.targets]
        if numbers != sorted(numbers) or numbers[0] < 0:
            raise PlanError(f"计划文件的 streets.targets：{s.name} 的后一指标小于前一指标，或为负。")


def _unique(key: str, owners: Iterable[tuple[str, set[str]]]) -> None:
    seen: dict[str, str] = {}
    for owner, words in owners:
        for word in words:
            if word in seen:
                raise PlanError(f"计划文件的 {key}：“{word}”同时属于 {seen[word]} 和 {owner}。")
            seen[word] = owner
