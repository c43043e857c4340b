"""The amounts of all administrations of one schedule in one result: the rule `dose`, run once per administration."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.rules import run
from assistant.types import RuleResult, Text

_STEPS = (
    "step_up_1",
    "step_up_2",
    "step_up_3",
    "first_treatment",
    "treatment_weekly",
    "treatment_every_2_weeks",
    "treatment_every_4_weeks",
)


def whole_schedule(inputs: Mapping[str, Any], tables: Path | None = None) -> RuleResult:
    """One result with the verdicts of every administration that the labels give; a missing input is asked for once."""
    found = [run("dose", {**inputs, "step": step}, local_tables=tables) for step in _STEPS]
    missing = {entry.name: entry for result in found for entry in result.missing}
    if missing:
        return found[0].model_copy(update={"verdicts": (), "missing": tuple(missing.values())})
    verdicts = [verdict for result in found for verdict in result.verdicts if verdict.status == "applies"]
    if not verdicts:
        return found[0]
    said: set[Text] = set()
    for number, verdict in enumerate(verdicts):
        verdicts[number] = verdict.model_copy(update={"notes": tuple(n for n in verdict.notes if n not in said)})
        said |= set(verdict.notes)
    echo = {name: value for name, value in found[0].inputs.items() if name != "step"}
    return found[0].model_copy(update={"inputs": echo, "verdicts": tuple(verdicts)})
