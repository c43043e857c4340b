"""Hospital stay or staying nearby after a dose, by label and the date of the label.

Keeps US and EU apart and shows a replaced US text as superseded. Example: elranatamab, step-up dose 2, US label →
24 hours in hospital.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from assistant.rules.inputs import Drug, Jurisdiction, RuleInputs
from assistant.rules.model import Row, Table
from assistant.rules.premedication import Administration
from assistant.rules.rule import Rule
from assistant.rules.table_rule import Extra, decide_by_tables
from assistant.rules.tables import Tables
from assistant.types import RuleResult, Text


class Inputs(RuleInputs):
    """Inputs of `monitoring`."""

    drug: Drug | None = Field(None, description="The drug, by its English name.")
    step: Administration | None = Field(None, description="The administration after which the patient is watched.")
    previous_crs_grade: Literal["none", "grade_1", "grade_2_or_higher", "unknown"] | None = Field(
        None, description="CRS that followed the previous dose; decides after later doses in the EU."
    )
    jurisdiction: Jurisdiction | None = Field(None, description="Whose label; left out: every covered one.")


def decide(inputs: Inputs, tables: Tables, as_of: date | None = None) -> RuleResult:
    """Where the patient stays after one administration, and for how long, by each covered label."""
    grade = None if inputs.previous_crs_grade == "unknown" else inputs.previous_crs_grade
    facts = {"step": inputs.step, "previous_crs_grade": grade}
    echo = {name: value for name, value in facts.items() if value is not None}

    def extend(table: Table, row: Row) -> Extra:
        return Extra(wording=echo)

    return decide_by_tables(
        "monitoring",
        facts,
        tables,
        drug=inputs.drug,
        jurisdiction=inputs.jurisdiction,
        echo=echo,
        as_of=as_of,
        extend=extend,
    )


RULE = Rule(
    "monitoring", Text(en="Hospital stay and proximity", zh="住院观察与就近停留"), Inputs, decide, ("monitoring",)
)
