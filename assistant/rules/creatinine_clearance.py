"""Creatinine clearance by Cockcroft–Gault, from age, sex, weight and serum creatinine.

Uses the weight given and, when a height is given, also shows the result for ideal and adjusted weight; it never picks
one. Example: man of 60 years, 80 kg, creatinine 1.2 mg/dL → 74.07 mL/min.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from assistant.rules.amounts import weight_in_kg
from assistant.rules.engine import Outcome, look_up
from assistant.rules.formula import Constants, constants, decide_by_formula
from assistant.rules.inputs import Number, RuleInputs, plausible
from assistant.rules.measured import echo_of, measured, needed_value, number
from assistant.rules.model import Row
from assistant.rules.quantities import convert, rounded
from assistant.rules.rule import Rule
from assistant.rules.table_rule import Extra
from assistant.rules.tables import Tables
from assistant.rules.verdict import fill, provenance
from assistant.types import RuleResult, Text

Sex = Literal["male", "female"]
DEVINE = "ideal_weight.devine"
CREATININE_UNITS = ("mg_dl", "umol_l")


class Inputs(RuleInputs):
    """Inputs of `creatinine_clearance`."""

    sex: Sex | None = Field(None, description="Sex.")
    age_years: Number | None = Field(None, description="Age in whole years.")
    weight_value: Number | None = Field(None, description="Body weight.")
    weight_unit: str | None = Field(None, description="kg, g, lb, jin_mainland, jin_taiwan, jin_hong_kong.")
    creatinine_value: Number | None = Field(None, description="Serum creatinine.")
    creatinine_unit: str | None = Field(None, description="mg_dl or umol_l.")
    height_cm: Number | None = Field(None, description="Height in cm; only for ideal and adjusted weight.")


def decide(inputs: Inputs, tables: Tables, as_of: date | None = None) -> RuleResult:
    """The creatinine clearance in mL/min, not indexed to body surface."""
    age = plausible(tables, "age_years", inputs.age_years, whole=True)
    weight = weight_in_kg(tables, inputs.weight_value, inputs.weight_unit)
    creatinine = measured(
        tables, "creatinine", inputs.creatinine_value, inputs.creatinine_unit, units=CREATININE_UNITS, to="mg_dl"
    )
    height = plausible(tables, "height_cm", inputs.height_cm)
    kilograms, milligrams = number(weight), number(creatinine)

    def clearance(numbers: Constants, kilos: Decimal) -> str:
        top = (numbers["age_constant"] - needed_value(age)) * kilos * numbers["sex_factor"]
        return rounded(top / (numbers["denominator"] * needed_value(milligrams)), str(numbers["places"]))

    def compute(numbers: Constants, row: Row) -> Extra:
        given = needed_value(kilograms)
        values = {"crcl_ml_min": clearance(numbers, given)}
        if height is None:
            return Extra(values, echo)
        ideal = _weights(_devine(tables, inputs.sex, height).rows[0], inches_of(tables, height), given)
        if not ideal:
            return Extra(values, echo, (tables.say("creatinine_clearance", "too_short"),))
        for name, kilos in ideal.items():
            values[f"{name}_weight_kg"] = rounded(kilos, str(numbers["places"]))
            values[f"crcl_{name}_ml_min"] = clearance(numbers, kilos)
        note = fill(tables.say("creatinine_clearance", "weights"), values, tables)
        return Extra(values, echo, (note,))

    echo = echo_of(
        tables, sex=inputs.sex, age_years=age, weight_kg=kilograms, creatinine_mg_dl=milligrams, height_cm=height
    )
    result = decide_by_formula(
        "creatinine_clearance",
        tables,
        compute,
        needed={"sex": inputs.sex, "age_years": age, "weight_value": weight, "creatinine_value": creatinine},
        facts={"sex": inputs.sex},
        echo=echo,
        as_of=as_of,
    )
    if height is None or not result.verdicts:
        return result
    used = _devine(tables, inputs.sex, height)
    sources = provenance(tables.tables[DEVINE], used.rows[0], tables)
    verdicts = tuple(
        verdict.model_copy(
            update={"trace": (*verdict.trace, *used.trace), "provenance": (*verdict.provenance, *sources)}
        )
        for verdict in result.verdicts
    )
    return result.model_copy(update={"verdicts": verdicts})


def inches_of(tables: Tables, height: Decimal) -> Decimal:
    """A height in cm as inches."""
    return convert(tables, "length", "height_cm", height, "cm", "inch")


def _devine(tables: Tables, sex: Sex | None, height: Decimal) -> Outcome:
    return look_up(tables.tables[DEVINE], {"sex": sex, "height_inches": inches_of(tables, height)}, tables)


def _weights(row: Row, inches: Decimal, weight: Decimal) -> dict[str, Decimal]:
    """Ideal and adjusted weight; empty when the formula does not cover the height."""
    if not row.covered:
        return {}
    numbers = constants(row)
    ideal = numbers["base_kg"] + numbers["per_inch_kg"] * (inches - numbers["base_inches"])
    return {"ideal": ideal, "adjusted": ideal + numbers["adjust_factor"] * (weight - ideal)}


RULE = Rule(
    "creatinine_clearance",
    Text(en="Creatinine clearance (Cockcroft–Gault)", zh="肌酐清除率（Cockcroft–Gault）"),
    Inputs,
    decide,
    ("creatinine_clearance", "ideal_weight"),
)
