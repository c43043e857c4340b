"""What each named body advises for ICANS of a grade, with or without CRS, and the drug's own label in front.

Never merges bodies: dose and kind of steroid differ between them. Example: grade 3 → NCCN (lymphocyte engagers)
methylprednisolone 1000 mg, ASCO dexamethasone 10 mg every 6–12 h, one verdict each.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from assistant.rules.inputs import Drug, Finding, RuleInputs, known
from assistant.rules.management import manage
from assistant.rules.rule import Rule
from assistant.rules.tables import Tables
from assistant.rules.toxicity_action import Grade, check_grade
from assistant.rules.toxicity_action import Inputs as LabelInputs
from assistant.types import RuleResult, Text


class Inputs(RuleInputs):
    """Inputs of `icans_management`."""

    grade: Grade | None = Field(None, description="ICANS grade by ASTCT, 1 to 4.")
    concurrent_crs: Finding | None = Field(None, description="CRS at the same time; decides for ASCO and NCCN CAR-T.")
    body: str | None = Field(None, description="Only this body, by the name its verdict carries.")
    drug: Drug | None = Field(None, description="The bispecific, for what its own label says.")
    occurrence: Literal["first", "recurrent"] | None = Field(None, description="At this grade; for the label only.")


def decide(inputs: Inputs, tables: Tables, as_of: date | None = None) -> RuleResult:
    """One verdict per body (and label)."""
    label = LabelInputs(drug=inputs.drug, toxicity="icans", grade=inputs.grade, occurrence=inputs.occurrence)
    facts = {
        "grade": check_grade(tables, "icans_management", inputs.grade),
        "concurrent_crs": known(inputs.concurrent_crs),
    }
    return manage("icans_management", facts, tables, label=label, body=inputs.body, as_of=as_of)


RULE = Rule(
    "icans_management",
    Text(en="ICANS management by named body", zh="各机构的 ICANS 处理"),
    Inputs,
    decide,
    ("icans_management",),
)
