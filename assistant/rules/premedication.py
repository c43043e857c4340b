"""What to give before a dose against CRS and infusion reactions, by label and administration.

Lists doses only where the label text was read; classes without doses are named as such. Example: teclistamab, step-up
dose 1 → dexamethasone, H1 antihistamine and antipyretic, hours before as printed.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from assistant.rules.inputs import Drug, Finding, Jurisdiction, RuleInputs, known
from assistant.rules.model import Row, Table
from assistant.rules.rule import Rule
from assistant.rules.table_rule import Extra, decide_by_tables
from assistant.rules.tables import Tables
from assistant.types import RuleResult, Text

Administration = Literal[
    "step_up_1",
    "step_up_2",
    "step_up_3",
    "first_treatment",
    "second_treatment",
    "treatment_weekly",
    "treatment_every_2_weeks",
    "treatment_every_4_weeks",
]


class Inputs(RuleInputs):
    """Inputs of `premedication`."""

    drug: Drug | None = Field(None, description="The drug, by its English name.")
    step: Administration | None = Field(None, description="The administration that is about to be given.")
    previous_crs: Finding | None = Field(
        None, description="CRS after the previous dose (linvoseltamab: or an infusion-related reaction)."
    )
    jurisdiction: Jurisdiction | None = Field(None, description="Whose label; left out: every covered one.")


def decide(inputs: Inputs, tables: Tables, as_of: date | None = None) -> RuleResult:
    """The premedication before one administration by each covered label."""
    facts = {"step": inputs.step, "previous_crs": known(inputs.previous_crs)}
    echo = {name: value for name, value in facts.items() if value is not None}

    def extend(table: Table, row: Row) -> Extra:
        return Extra(wording=echo)

    ask = ("step",) if inputs.step is None and inputs.drug is not None else ()
    return decide_by_tables(
        "premedication",
        facts,
        tables,
        drug=inputs.drug,
        jurisdiction=inputs.jurisdiction,
        echo=echo,
        as_of=as_of,
        extend=extend,
        ask=ask if tables.of("premedication", inputs.drug, inputs.jurisdiction) else (),
    )


RULE = Rule("premedication", Text(en="Premedication", zh="给药前用药"), Inputs, decide, ("premedication",))
