"""What to give after a delay, by the last dose actually given and the whole days since then.

Decides only by a restart table of the label; a label whose table is not covered gives a gap, never a neighbour's rule.
Example: teclistamab, last dose step-up dose 2, 10 days ago → repeat step-up dose 2 (US label).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from assistant.rules.amounts import amount, weight_in_kg
from assistant.rules.inputs import Drug, Jurisdiction, Number, RuleInputs, plausible, wrong
from assistant.rules.measured import with_units
from assistant.rules.model import Row, Table
from assistant.rules.rule import Rule
from assistant.rules.table_rule import Extra, decide_by_tables
from assistant.rules.tables import Tables
from assistant.rules.trace import plain
from assistant.rules.verdict import fill
from assistant.types import MissingInput, RuleResult, Text

LastDose = Literal[
    "step_up_1",
    "step_up_2",
    "step_up_3",
    "first_treatment",
    "treatment_weekly",
    "treatment_every_2_weeks",
    "treatment_every_4_weeks",
    "combination_every_2_weeks",
    "combination_every_4_weeks",
]


class Inputs(RuleInputs):
    """Inputs of `restart`."""

    drug: Drug | None = Field(None, description="The drug, by its English name.")
    last_dose: LastDose | None = Field(
        None,
        description="The last dose actually given. treatment_* are doses of monotherapy; combination_* are the 3 mg/kg "
        "doses of teclistamab with daratumumab.",
    )
    days_since_last_dose: Number | None = Field(
        None, description="Whole days since the last dose actually given (not days late)."
    )
    weight_kg: Number | None = Field(None, description="Actual body weight in kg; only needed for the amount in mg.")
    weight_value: Number | None = Field(None, description="Actual body weight in weight_unit, instead of weight_kg.")
    weight_unit: str | None = Field(None, description="kg, g, lb, jin_mainland, jin_taiwan, jin_hong_kong.")
    jurisdiction: Jurisdiction | None = Field(None, description="Whose label; left out: every covered one.")


def decide(inputs: Inputs, tables: Tables, as_of: date | None = None) -> RuleResult:
    """The restart row of each covered label, with the dose of the next administration."""
    days = plausible(tables, "days_since_last_dose", inputs.days_since_last_dose, whole=True)
    weight, unit_asked = _weight(inputs, tables)
    echo = {
        name: value
        for name, value in (
            ("last_dose", inputs.last_dose),
            ("days_since_last_dose", _plain(days)),
            ("weight_kg", _plain(weight)),
        )
        if value is not None
    }

    def extend(table: Table, row: Row) -> Extra:
        more = amount(tables, row.then, weight)
        ago = fill(tables.say("common", "day" if days == 1 else "days"), {"count": _plain(days) or ""}, tables)
        return Extra(more.values, {**more.wording, **echo, "days_ago": ago}, more.notes)

    result = decide_by_tables(
        "restart",
        {"last_dose": inputs.last_dose, "days_since_last_dose": days},
        tables,
        drug=inputs.drug,
        jurisdiction=inputs.jurisdiction,
        echo=echo,
        as_of=as_of,
        extend=extend,
    )
    uses_weight = result.missing or any(verdict.status != "not_covered" for verdict in result.verdicts)
    return with_units(result, unit_asked) if uses_weight else result


def _weight(inputs: Inputs, tables: Tables) -> tuple[Decimal | None, tuple[MissingInput, ...]]:
    """The weight in kg, and the question for its unit when one was typed without."""
    if inputs.weight_value is None:
        return plausible(tables, "weight_kg", inputs.weight_kg), ()
    if inputs.weight_kg is not None:
        raise wrong("weight_value", plain(inputs.weight_value), "either weight_kg or weight_value with weight_unit")
    weight = weight_in_kg(tables, inputs.weight_value, inputs.weight_unit)
    return (None, (weight,)) if isinstance(weight, MissingInput) else (weight, ())


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


RULE = Rule("restart", Text(en="Restart after a delay", zh="延误后如何重启用药"), Inputs, decide, ("restart",))
