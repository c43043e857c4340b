"""Body surface area by Mosteller, from height and weight.

Never rounds before the end. Example: 175 cm, 70 kg → 1.845 m².
"""

from __future__ import annotations

from datetime import date

from pydantic import Field

from assistant.rules.amounts import weight_in_kg
from assistant.rules.formula import Constants, decide_by_formula
from assistant.rules.inputs import Number, RuleInputs
from assistant.rules.measured import echo_of, measured, needed_value
from assistant.rules.model import Row
from assistant.rules.quantities import choices, rounded
from assistant.rules.rule import Rule
from assistant.rules.table_rule import Extra
from assistant.rules.tables import Tables
from assistant.types import RuleResult, Text


class Inputs(RuleInputs):
    """Inputs of `bsa`."""

    height_value: Number | None = Field(None, description="Height.")
    height_unit: str | None = Field(None, description="cm, m, inch or foot.")
    weight_value: Number | None = Field(None, description="Body weight.")
    weight_unit: str | None = Field(None, description="kg, g, lb, jin_mainland, jin_taiwan, jin_hong_kong.")


def decide(inputs: Inputs, tables: Tables, as_of: date | None = None) -> RuleResult:
    """The body surface area in m²."""
    units = choices(tables, "length")
    height = measured(tables, "height", inputs.height_value, inputs.height_unit, units=units, to="cm")
    weight = weight_in_kg(tables, inputs.weight_value, inputs.weight_unit)
    echo = echo_of(tables, height_cm=height, weight_kg=weight)

    def compute(numbers: Constants, row: Row) -> Extra:
        area = (needed_value(height) * needed_value(weight) / numbers["divisor"]).sqrt()
        return Extra({"bsa_m2": rounded(area, str(numbers["places"]))}, echo)

    return decide_by_formula(
        "bsa",
        tables,
        compute,
        needed={"height_value": height, "weight_value": weight},
        facts={},
        echo=echo,
        as_of=as_of,
    )


RULE = Rule("bsa", Text(en="Body surface area (Mosteller)", zh="体表面积（Mosteller）"), Inputs, decide, ("bsa",))
