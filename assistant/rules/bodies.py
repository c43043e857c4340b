"""Rules answered by several named bodies: choosing one of them, and the order in which they are shown.

Bodies are never merged: each keeps its own verdict.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.rules.inputs import wrong
from assistant.rules.tables import Tables
from assistant.types import RuleResult


def chosen_body(tables: Tables, family: str, given: str | None) -> str | None:
    """The body as the tables write it; an unknown one is a `RuleInputError` with the list of those covered."""
    if given is None:
        return None
    known = dict.fromkeys(table.jurisdiction for table in tables.of(family))
    for body in known:
        if body.casefold() == given.strip().casefold():
            return body
    raise wrong("body", given, ", ".join(known))


def in_order(result: RuleResult, name: str, order: Sequence[str]) -> RuleResult:
    """The verdicts sorted by their value `name` in the given order; those without it stay in front."""
    places = {value: place for place, value in enumerate(order)}
    verdicts = sorted(result.verdicts, key=lambda verdict: places.get(str(verdict.values.get(name)), -1))
    return result.model_copy(update={"verdicts": tuple(verdicts)})
