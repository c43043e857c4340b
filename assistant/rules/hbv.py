"""What each named source says on hepatitis B before and during treatment, by serology.

Never assigns a reactivation risk class to bispecific antibodies: no source here names them. Example: HBsAg negative,
anti-HBc positive → test HBV DNA (ASH review table); teclistamab, EU text → watch for at least 6 months afterwards.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from assistant.rules.bodies import chosen_body
from assistant.rules.inputs import Drug, RuleInputs, known
from assistant.rules.measured import echo_of
from assistant.rules.rule import Rule
from assistant.rules.table_rule import decide_by_tables
from assistant.rules.tables import Tables
from assistant.types import RuleResult, Text

Serology = Literal["positive", "negative", "unknown"]


class Inputs(RuleInputs):
    """Inputs of `hbv`."""

    hbsag: Serology | None = Field(None, description="Hepatitis B surface antigen.")
    anti_hbc: Serology | None = Field(None, description="Antibody to hepatitis B core antigen (total or IgG).")
    anti_hbs: Serology | None = Field(None, description="Antibody to hepatitis B surface antigen.")
    drug: Drug | None = Field(None, description="The bispecific, for what its own label says.")
    body: str | None = Field(None, description="Only this source, by the name its verdict carries.")


def decide(inputs: Inputs, tables: Tables, as_of: date | None = None) -> RuleResult:
    """One verdict per named source."""
    facts = {
        "hbsag": known(inputs.hbsag),
        "anti_hbc": known(inputs.anti_hbc),
        "anti_hbs": inputs.anti_hbs,
        "drug": inputs.drug,
    }
    return decide_by_tables(
        "hbv",
        facts,
        tables,
        drug=None,
        jurisdiction=chosen_body(tables, "hbv", inputs.body),
        echo=echo_of(tables, **facts),
        as_of=as_of,
    )


RULE = Rule("hbv", Text(en="Hepatitis B by serology", zh="按血清学的乙肝处理"), Inputs, decide, ("hbv",))
