"""pyproject.toml, requirements.lock and environment.yml agree."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent


def locked() -> dict[str, list[str]]:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    versions: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([a-z0-9][a-z0-9._-]*)==([^\s;\\]+)", text, re.MULTILINE):
        versions.setdefault(name, []).append(version)
    return versions


def wanted(*extras: str) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = project["dependencies"] + [d for e in extras for d in project["optional-dependencies"][e]]
    return [Requirement(line) for line in lines]


def test_every_dependency_is_locked_at_an_allowed_version() -> None:
    versions = locked()
    for requirement in wanted("dev"):
        name = requirement.name.lower()
        assert name in versions, name
        assert any(requirement.specifier.contains(v) for v in versions[name]), (name, versions[name])


def test_every_locked_package_has_a_hash_and_no_address() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text
    for block in re.split(r"\n(?=[a-z0-9])", text):
        if re.match(r"[a-z0-9._-]+==", block):
            assert "--hash=sha256:" in block, block[:40]


def test_conda_environment_is_the_same_set() -> None:
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    conda = dict(re.findall(r"^\s+- ([a-z0-9._-]+)==(\S+)$", text, re.MULTILINE))
    names = {r.name.lower() for r in wanted()}
    assert set(conda) == names
    assert all(conda[n] in locked()[n] for n in names)
