"""No runtime dependency, direct or indirect, carries a copyleft licence."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

PROJECT = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
COPYLEFT = re.compile(
    r"\b(?:A|L)?GPL|GNU (?:Affero|Lesser|Library|General)|General Public Licen[cs]e|EUPL|SSPL|CC[- ]BY[- ](?:NC|SA)",
    re.I,
)
# told apart by hand: the metadata offers a choice, and a permissive licence is one of them
CHOICE: dict[str, str] = {}


def runtime_distributions() -> dict[str, Distribution]:
    """Installed distributions that the core and web requirements pull in, by canonical name."""
    waiting = [Requirement(text) for text in [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["web"]]]
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        requirement = waiting.pop()
        name = re.sub(r"[-_.]+", "-", requirement.name).lower()
        if (name, frozenset(requirement.extras)) in seen:
            continue
        seen.add((name, frozenset(requirement.extras)))
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            continue
        for text in found[name].requires or ():
            wanted = Requirement(text)
            if any(wanted.marker is None or wanted.marker.evaluate({"extra": e}) for e in ["", *requirement.extras]):
                waiting.append(wanted)
    return found


def licence_of(installed: Distribution) -> str:
    """What the metadata says: expression, short licence field, classifiers."""
    metadata = installed.metadata
    field = metadata.get("License") or ""
    classifiers = [text for text in metadata.get_all("Classifier") or [] if text.startswith("License")]
    return " | ".join(
        filter(None, [metadata.get("License-Expression"), field.splitlines()[0] if field else "", *classifiers])
    )


RUNTIME = runtime_distributions()


def test_every_direct_requirement_is_installed_and_looked_at() -> None:
    direct = {re.sub(r"[-_.]+", "-", Requirement(text).name).lower() for text in PROJECT["dependencies"]}

    assert direct - set(RUNTIME) == set()
    assert len(RUNTIME) > 60


@pytest.mark.parametrize("name", sorted(RUNTIME))
def test_a_runtime_dependency_is_not_copyleft(name: str) -> None:
    licence = licence_of(RUNTIME[name])

    assert not COPYLEFT.search(licence) or name in CHOICE, f"{name}: {licence}"
    if not licence:
        files = [f for f in RUNTIME[name].files or () if re.search(r"licen[cs]e|copying", f.name, re.I)]
        texts = [
            path.read_text(encoding="utf-8", errors="replace")
            for f in files
            if (path := Path(str(f.locate()))).is_file()
        ]
        assert texts, f"{name} says nothing about its licence"
        assert not any(re.search(r"GNU (?:AFFERO |LESSER )?GENERAL PUBLIC LICENSE", text) for text in texts), name
