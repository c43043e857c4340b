"""One question as the rule families read it, and the rule call that a family makes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from assistant.text.quantities import Quantity
from assistant.types import Record


class Question(Record):
    """Normalised `text` with what was found in it."""

    text: str
    quantities: tuple[Quantity, ...]
    drugs: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()

    @property
    def drug(self) -> str:
        """The one drug that is named; "" for none or several."""
        return self.drugs[0] if len(self.drugs) == 1 else ""

    @property
    def common(self) -> dict[str, Any]:
        """The inputs that every drug rule takes: the drug and the jurisdiction, when exactly one is named."""
        found: dict[str, Any] = {"drug": self.drug} if self.drug else {}
        if len(self.jurisdictions) == 1:
            found["jurisdiction"] = self.jurisdictions[0]
        return found


class Call(Record):
    """A rule with the inputs read so far; inputs that start with "_" belong to the conversation, not to the rule.

    `notes` are ids of remarks to show with the result, `alternative` the inputs of the other reading of the same words.
    """

    rule: str
    inputs: dict[str, Any]
    notes: tuple[str, ...] = ()
    alternative: dict[str, Any] | None = None


@dataclass(frozen=True)
class Family:
    """How one rule is asked for and its inputs worded.

    `asked` gives the call that the wording alone asks for, or None. `slots` reads what a follow-up adds to or replaces in
    the inputs given earlier (second argument); {} when it says nothing of them.
    """

    rule: str
    asked: Callable[[Question], Call | None]
    slots: Callable[[Question, Mapping[str, Any]], dict[str, Any]]
