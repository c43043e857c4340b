"""What every rule module offers to the registry: its name, title, inputs, decision, and the tables it reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from assistant.rules.inputs import RuleInputs
from assistant.rules.tables import Tables
from assistant.types import RuleResult, Text


class Decide(Protocol):
    """The decision of a rule: checked inputs and tables in, result out; the same for the same arguments."""

    def __call__(self, inputs: Any, tables: Tables, as_of: date | None = None) -> RuleResult:
        """The result for checked inputs."""
        ...


@dataclass(frozen=True)
class Rule:
    """One rule as the registry lists it; `families` are the folders under `data/` it reads."""

    name: str
    title: Text
    inputs: type[RuleInputs]
    decide: Decide
    families: tuple[str, ...]
