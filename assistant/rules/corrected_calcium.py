"""Total calcium corrected for albumin by Payne, in the unit the calcium was given in.

Never converts between mg/dL and mmol/L: each unit has its own factor in the source. Example: 1.83 mmol/L with albumin
26 g/L → 2.11 mmol/L.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import Field

from assistant.rules.formula import Constants, decide_by_formula
from assistant.rules.inputs import Number, RuleInputs, plausible, wrong
from assistant.rules.measured import Reading, echo_of, measured, needed_value, number
from assistant.rules.model import Row
from assistant.rules.rule import Rule
from assistant.rules.table_rule import Extra
from assistant.rules.tables import Tables
from assistant.rules.trace import plain
from assistant.types import MissingInput, RuleResult, Text

_ALBUMIN_UNITS = ("g_dl", "g_l")


class Inputs(RuleInputs):
    """Inputs of `corrected_calcium`."""

    calcium_value: Number | None = Field(None, description="Total serum calcium.")
    calcium_unit: str | None = Field(None, description="mg_dl or mmol_l.")
    albumin_value: Number | None = Field(None, description="Serum albumin.")
    albumin_unit: str | None = Field(None, description="g_dl or g_l.")


def decide(inputs: Inputs, tables: Tables, as_of: date | None = None) -> RuleResult:
    """The corrected calcium, with the caveat that a paraprotein makes it unreliable."""
    table = tables.tables["corrected_calcium.payne"]
    calcium = _calcium(inputs, tables, table.inputs["calcium_unit"].of)
    wanted = {row.id: row.then["albumin_unit"] for row in table.rows}.get(inputs.calcium_unit or "", _ALBUMIN_UNITS[0])
    albumin = measured(tables, "albumin", inputs.albumin_value, inputs.albumin_unit, units=_ALBUMIN_UNITS, to=wanted)
    echo = echo_of(tables, calcium=number(calcium), calcium_unit=inputs.calcium_unit, albumin=number(albumin))

    def compute(numbers: Constants, row: Row) -> Extra:
        total, protein = needed_value(calcium), needed_value(albumin)
        corrected = total + numbers["factor"] * (numbers["normal_albumin"] - protein)
        return Extra({"corrected_calcium": plain(corrected), "unit": row.id}, echo)

    return decide_by_formula(
        "corrected_calcium",
        tables,
        compute,
        needed={"calcium_value": calcium, "albumin_value": albumin},
        facts={"calcium_unit": inputs.calcium_unit},
        echo=echo,
        as_of=as_of,
    )


def _calcium(inputs: Inputs, tables: Tables, units: tuple[str, ...]) -> Reading:
    value, unit = inputs.calcium_value, inputs.calcium_unit
    if unit is not None and unit not in units:
        raise wrong("calcium_unit", unit, ", ".join(units))
    if value is None:
        return None
    if unit is None:
        return MissingInput(name="calcium_unit", question=tables.questions["calcium_unit"].text, options=units)
    checked: Decimal | None = plausible(tables, f"calcium_{unit}", value)
    return checked


RULE = Rule(
    "corrected_calcium",
    Text(en="Calcium corrected for albumin", zh="白蛋白校正血钙"),
    Inputs,
    decide,
    ("corrected_calcium",),
)
