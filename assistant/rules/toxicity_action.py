"""What to do with the drug at a toxicity: by drug, toxicity, grade and occurrence, as each label or body puts it.

Only the rows that the label facts cover; every other row says where to look. Never carries a row from one drug or
jurisdiction to another. Example: elranatamab, CRS grade 1, US → withhold until CRS resolves.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from assistant.rules.engine import Facts
from assistant.rules.inputs import Drug, Jurisdiction, Number, RuleInputs, wrong
from assistant.rules.measured import echo_of, measured, number, with_units
from assistant.rules.model import Row, Table
from assistant.rules.quantities import choices
from assistant.rules.rule import Rule
from assistant.rules.table_rule import Extra, decide_by_tables
from assistant.rules.tables import Tables
from assistant.types import RuleResult, Text

Toxicity = Literal[
    "crs",
    "icans",
    "neurotoxicity",
    "infection",
    "neutropenia",
    "febrile_neutropenia",
    "anaemia",
    "thrombocytopenia",
    "hepatotoxicity",
    "other_non_haematologic",
    "administration_reaction",
    "hbv_reactivated",
    "oral_toxicity",
    "skin_toxicity",
    "weight_loss",
]


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Grade = Annotated[str, BeforeValidator(_as_text)]


class Inputs(RuleInputs):
    """Inputs of `toxicity_action`. Grade, occurrence, phase and neutrophil count are asked for only where they decide."""

    drug: Drug | None = Field(None, description="The drug, by its English name.")
    toxicity: Toxicity | None = Field(None, description="The toxicity; neurotoxicity is one other than ICANS.")
    grade: Grade | None = Field(None, description="1 to 4.")
    occurrence: Literal["first", "recurrent"] | None = Field(None, description="At this grade: first or recurrent.")
    phase: Literal["step_up", "treatment"] | None = Field(None, description="Step-up phase or treatment phase.")
    anc_value: Number | None = Field(None, description="Neutrophil count.")
    anc_unit: str | None = Field(None, description="10e9_l, 10e3_ul, per_ul or per_mm3.")
    jurisdiction: Jurisdiction | None = Field(None, description="Whose label; left out: every covered one, and NCCN.")


def check_grade(tables: Tables, family: str, grade: str | None) -> str | None:
    """The grade, if a table of `family` knows it; otherwise a `RuleInputError`."""
    specs = [table.inputs["grade"] for table in tables.of(family) if "grade" in table.inputs]
    known = dict.fromkeys(choice for spec in specs for choice in spec.of)
    if grade is not None and grade not in known:
        raise wrong("grade", grade, ", ".join(known))
    return grade


def decide(inputs: Inputs, tables: Tables, as_of: date | None = None) -> RuleResult:
    """One verdict per label and named body that speaks of the toxicity."""
    units = choices(tables, "cell_count")
    anc = measured(tables, "anc", inputs.anc_value, inputs.anc_unit, units=units, to="10e9_l")
    facts: Facts = {
        "toxicity": inputs.toxicity,
        "grade": check_grade(tables, "toxicity_action", inputs.grade),
        "occurrence": inputs.occurrence,
        "phase": inputs.phase,
        "anc_value": number(anc),
    }
    echo = echo_of(tables, **{**facts, "anc_value": None}, anc_10e9_l=anc)
    shown = tables.say("toxicity_action", f"first_time_{inputs.occurrence or 'unknown'}")

    def extend(table: Table, row: Row) -> Extra:
        words = {"agent": inputs.drug or "", "first_time": shown if "occurrence" in row.when else Text(en="", zh="")}
        given = {"grade_given": inputs.grade or "", "anc_shown": echo.get("anc_10e9_l", "")}
        return Extra(wording={**echo, **words, **given})

    result = decide_by_tables(
        "toxicity_action",
        facts,
        tables,
        drug=inputs.drug,
        jurisdiction=inputs.jurisdiction,
        echo=echo,
        as_of=as_of,
        extend=extend,
    )
    return with_units(result, [anc])


RULE = Rule(
    "toxicity_action",
    Text(en="Action on the drug at a toxicity", zh="出现毒性时的用药调整"),
    Inputs,
    decide,
    ("toxicity_action",),
)
