"""What each named body advises for CRS of a grade, with the drug's own label in front when the drug is given.

Never merges bodies: steroid before or after tocilizumab is a real disagreement between them. Example: grade 2 → NCCN
(lymphocyte engagers), Miami, ASCO (gap), NCCN CAR-T, University of Florida, Samsung, CARTOX, one verdict each.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from assistant.rules.inputs import Drug, RuleInputs
from assistant.rules.management import manage
from assistant.rules.rule import Rule
from assistant.rules.tables import Tables
from assistant.rules.toxicity_action import Grade, check_grade
from assistant.rules.toxicity_action import Inputs as LabelInputs
from assistant.types import RuleResult, Text


class Inputs(RuleInputs):
    """Inputs of `crs_management`."""

    grade: Grade | None = Field(None, description="CRS grade by ASTCT, 1 to 4.")
    body: str | None = Field(None, description="Only this body, by the name its verdict carries.")
    drug: Drug | None = Field(None, description="The bispecific, for what its own label says.")
    occurrence: Literal["first", "recurrent"] | None = Field(None, description="At this grade; for the label only.")


def decide(inputs: Inputs, tables: Tables, as_of: date | None = None) -> RuleResult:
    """One verdict per body (and label)."""
    label = LabelInputs(drug=inputs.drug, toxicity="crs", grade=inputs.grade, occurrence=inputs.occurrence)
    return manage(
        "crs_management",
        {"grade": check_grade(tables, "crs_management", inputs.grade)},
        tables,
        label=label,
        body=inputs.body,
        as_of=as_of,
    )


RULE = Rule(
    "crs_management",
    Text(en="CRS management by named body", zh="各机构的 CRS 处理"),
    Inputs,
    decide,
    ("crs_management",),
)
