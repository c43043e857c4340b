"""Exact conversion between two units of the closed list in `data/units.yaml`.

Never converts between kinds, and between mass and amount of substance only where the list holds the substance.
Example: 4 g_l to mg_dl → 400 mg/dL.
"""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal

from pydantic import Field

from assistant.rules.inputs import Number, RuleInputs, wrong
from assistant.rules.measured import ask, needed_value
from assistant.rules.quantities import as_fraction, choices, decimal, rounded
from assistant.rules.rule import Rule
from assistant.rules.tables import Tables
from assistant.rules.trace import plain
from assistant.rules.verdict import fill
from assistant.types import MissingInput, RuleResult, Text, TraceStep, Verdict


class Inputs(RuleInputs):
    """Inputs of `convert`. Plain jin is asked back, because its weight depends on the region."""

    value: Number | None = Field(None, description="The number to convert.")
    from_unit: str | None = Field(None, description="Unit of the number, an id of the unit list.")
    to_unit: str | None = Field(None, description="Unit wanted, an id of the unit list.")


def decide(inputs: Inputs, tables: Tables, as_of: date | None = None) -> RuleResult:
    """The converted number; the same on every date."""
    echo = {name: str(value) for name, value in inputs.model_dump(exclude_none=True).items()}
    listed = "\n".join(entry.model_dump_json() for entry in tables.units.values())
    version = hashlib.sha256(listed.encode()).hexdigest()[: len(tables.version(()))]
    missing = [
        *ask(tables, {"value": inputs.value}),
        *_unit_questions(tables, {"from_unit": inputs.from_unit, "to_unit": inputs.to_unit}),
    ]
    if missing:
        return RuleResult(rule="convert", version=version, inputs=echo, missing=tuple(missing))
    value, source, goal = (
        needed_value(inputs.value),
        tables.units[str(inputs.from_unit)],
        tables.units[str(inputs.to_unit)],
    )
    if goal.kind != source.kind:
        raise wrong("to_unit", goal.id, ", ".join(choices(tables, source.kind)))
    fraction = as_fraction(tables, source.kind, "from_unit", value, source.id, goal.id)
    result = decimal(fraction)
    exact = fraction == Decimal(result)
    shown = plain(result) if exact else rounded(result, tables.say("convert", "places").en)
    context: dict[str, str | Text] = {
        "value": plain(value),
        "converted": shown,
        "from_label": source.label,
        "to_label": goal.label,
    }
    why = Text(
        en=f"{source.label.en} and {goal.label.en} are both listed", zh=f"单位表载有{source.label.zh}和{goal.label.zh}"
    )
    verdict = Verdict(
        jurisdiction="unit list",
        status="applies",
        summary=fill(tables.say("convert", "exact" if exact else "rounded"), context, tables),
        values={"table": "units", "row": f"{source.id}, {goal.id}", "converted": shown, "unit": goal.id},
        trace=(TraceStep(table="units", row=f"{source.id}, {goal.id}", fired=True, why=why),),
    )
    return RuleResult(rule="convert", version=version, inputs=echo, verdicts=(verdict,))


def _unit_questions(tables: Tables, given: dict[str, str | None]) -> list[MissingInput]:
    asked: list[MissingInput] = []
    for name, unit in given.items():
        text = tables.questions[name].text
        if unit is None:
            options = tuple(entry.id for entry in tables.units.values() if not entry.ambiguous)
            asked.append(MissingInput(name=name, question=text, options=options))
        elif unit not in tables.units:
            raise wrong(name, unit, ", ".join(tables.units))
        elif tables.units[unit].ambiguous:
            asked.append(MissingInput(name=name, question=text, options=tables.units[unit].ambiguous))
    return asked


RULE = Rule("convert", Text(en="Unit conversion", zh="单位换算"), Inputs, decide, ("convert",))
