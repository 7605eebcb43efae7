"""Another list of scenarios (the State Council's areas, say) beside the plan's, as data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from analysis.participation.dimensions import SEPARATOR, scenarios_of
from analysis.plan import UNCLASSIFIED, Plan, Term

DEFAULT_CROSSWALK = Path(__file__).parents[1] / "plans" / "crosswalk_guobanfa_2020_45.toml"


class CrosswalkError(ValueError):
    """The crosswalk file is wrong or does not fit the plan; the message (Chinese) names the key."""


@dataclass(frozen=True)
class Crosswalk:
    """Which areas of another list each scenario of a plan belongs to.

    Attributes
    ----------
    name, source : of the other list.
    areas : its members, in its order; each with its full heading as a synonym.
    of_scenario : the areas of each scenario of the plan, none if it lies outside the list.
    """

    name: str
    source: str
    areas: tuple[Term, ...]
    of_scenario: Mapping[str, tuple[str, ...]]


def load_crosswalk(plan: Plan, path: Path | str | None = None) -> Crosswalk:
    """Load a crosswalk and check it against the plan.

    Raises
    ------
    CrosswalkError : the file is missing, is not TOML, lacks a key, names an area or a scenario that does not exist, or
        says nothing of a scenario of the plan.
    """
    path = Path(path or DEFAULT_CROSSWALK)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CrosswalkError(f"对照表打不开：{path.name}。请检查路径。") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CrosswalkError(f"对照表 {path.name} 不是有效的 UTF-8 TOML：{error}") from error
    for key in ("name", "source", "areas", "scenarios"):
        if key not in data:
            raise CrosswalkError(f"对照表缺少 {key}。")
    try:
        areas = tuple(Term(a["name"], (a["heading"],)) for a in data["areas"])
        of_scenario = {s["name"]: tuple(s["areas"]) for s in data["scenarios"]}
    except (KeyError, TypeError) as error:
        raise CrosswalkError(f"对照表的 areas 应有 name 和 heading，scenarios 应有 name 和 areas：{error}。") from error
    _check(of_scenario, [a.name for a in areas], plan)
    return Crosswalk(data["name"], data["source"], areas, of_scenario)


def crosswalked(records: pd.DataFrame, plan: Plan, crosswalk: Crosswalk) -> tuple[pd.DataFrame, Plan]:
    """Records and plan in the words of the other list, to be counted by the same functions.

    An activity whose scenarios belong to one area counts once in it; what belongs to none is 未分类.
    """
    codes, texts = pd.factorize(records["scenarios"], use_na_sentinel=False)
    names = pd.Index([_areas_of(scenarios_of(t, plan), crosswalk) for t in texts], dtype="str")
    unique = names.unique()
    column = pd.Categorical.from_codes(unique.get_indexer(names)[codes], unique)
    return records.assign(scenarios=column), replace(plan, scenarios=crosswalk.areas)


def _areas_of(scenarios: list[str], crosswalk: Crosswalk) -> str:
    found = {a for s in scenarios for a in crosswalk.of_scenario.get(s) or (UNCLASSIFIED,)}
    return SEPARATOR.join(a for a in [*(x.name for x in crosswalk.areas), UNCLASSIFIED] if a in found)


def _check(of_scenario: Mapping[str, tuple[str, ...]], areas: list[str], plan: Plan) -> None:
    if len(set(areas)) < len(areas):
        raise CrosswalkError("对照表的 areas 有重名。")
    for scenario, named in of_scenario.items():
        if scenario not in plan.scenario_names:
            raise CrosswalkError(f"对照表的 scenarios：计划里没有场景“{scenario}”。")
        unknown = [a for a in named if a not in areas]
        if unknown:
            raise CrosswalkError(f"对照表的 scenarios（{scenario}）的 areas：没有“{'、'.join(unknown)}”这一类。")
    missing = [s for s in plan.scenario_names if s not in of_scenario]
    if missing:
        raise CrosswalkError(f"对照表的 scenarios 缺少：{'、'.join(missing)}。")
