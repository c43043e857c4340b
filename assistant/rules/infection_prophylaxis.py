"""Prevention of infection by topic, as each named source puts it.

Never merges the sources; hepatitis B and immunoglobulin have rules of their own. Example: topic pjp → the ASH review
table, NCCN (lymphoma row), IMWG 2022 and the known gaps of Raje 2023 and IMWG 2024, one verdict each.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from assistant.rules.bodies import chosen_body
from assistant.rules.inputs import Drug, RuleInputs
from assistant.rules.measured import echo_of
from assistant.rules.model import Row, Table
from assistant.rules.rule import Rule
from assistant.rules.table_rule import Extra, decide_by_tables
from assistant.rules.tables import Tables
from assistant.types import RuleResult, Text

Topic = Literal["screening", "hsv_vzv", "pjp", "bacterial", "fungal", "neutropenia_growth_factor", "cmv", "vaccination"]


class Inputs(RuleInputs):
    """Inputs of `infection_prophylaxis`."""

    topic: Topic | None = Field(None, description="Which infection or measure.")
    drug: Drug | None = Field(None, description="The bispecific, for what its own label says.")
    body: str | None = Field(None, description="Only this source, by the name its verdict carries.")


def decide(inputs: Inputs, tables: Tables, as_of: date | None = None) -> RuleResult:
    """One verdict per named source that speaks of the topic."""
    facts = {"topic": inputs.topic, "drug": inputs.drug}
    echo = echo_of(tables, **facts)

    def extend(table: Table, row: Row) -> Extra:
        return Extra(wording=echo)

    return decide_by_tables(
        "infection_prophylaxis",
        facts,
        tables,
        drug=None,
        jurisdiction=chosen_body(tables, "infection_prophylaxis", inputs.body),
        echo=echo,
        as_of=as_of,
        extend=extend,
    )


RULE = Rule(
    "infection_prophylaxis",
    Text(en="Infection prophylaxis by topic", zh="按主题的感染预防"),
    Inputs,
    decide,
    ("infection_prophylaxis",),
)
