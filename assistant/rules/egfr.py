"""The estimated glomerular filtration rate by the CKD-EPI creatinine equation of 2021.

Never uses the constants of 2009 or a factor for race. Example: woman of 55 years, creatinine 0.9 mg/dL → 75.5
mL/min/1.73 m².
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import Field

from assistant.rules.creatinine_clearance import CREATININE_UNITS, Sex
from assistant.rules.formula import Constants, decide_by_formula
from assistant.rules.inputs import Number, RuleInputs, plausible
from assistant.rules.measured import echo_of, measured, needed_value, number
from assistant.rules.model import Row
from assistant.rules.quantities import rounded
from assistant.rules.rule import Rule
from assistant.rules.table_rule import Extra
from assistant.rules.tables import Tables
from assistant.types import RuleResult, Text


class Inputs(RuleInputs):
    """Inputs of `egfr`."""

    sex: Sex | None = Field(None, description="Sex.")
    age_years: Number | None = Field(None, description="Age in whole years.")
    creatinine_value: Number | None = Field(None, description="Serum creatinine.")
    creatinine_unit: str | None = Field(None, description="mg_dl or umol_l.")


def decide(inputs: Inputs, tables: Tables, as_of: date | None = None) -> RuleResult:
    """The eGFR in mL/min/1.73 m²."""
    age = plausible(tables, "age_years", inputs.age_years, whole=True)
    reading = measured(
        tables, "creatinine", inputs.creatinine_value, inputs.creatinine_unit, units=CREATININE_UNITS, to="mg_dl"
    )
    creatinine = number(reading)
    echo = echo_of(tables, sex=inputs.sex, age_years=age, creatinine_mg_dl=creatinine)

    def compute(numbers: Constants, row: Row) -> Extra:
        ratio, one = needed_value(creatinine) / numbers["kappa"], Decimal(1)
        low, high = min(ratio, one) ** numbers["alpha"], max(ratio, one) ** numbers["upper_exponent"]
        rate = numbers["coefficient"] * low * high * numbers["age_base"] ** needed_value(age) * numbers["sex_factor"]
        return Extra({"egfr_ml_min_1_73": rounded(rate, str(numbers["places"]))}, echo)

    return decide_by_formula(
        "egfr",
        tables,
        compute,
        needed={"sex": inputs.sex, "age_years": age, "creatinine_value": reading},
        facts={"sex": inputs.sex},
        echo=echo,
        as_of=as_of,
    )


RULE = Rule("egfr", Text(en="eGFR (CKD-EPI 2021)", zh="eGFR（CKD-EPI 2021）"), Inputs, decide, ("egfr",))
