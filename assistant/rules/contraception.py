"""How long contraception lasts, and no breast-feeding, after the last dose, by label; with the date if given.

Example: elranatamab, contraception → 4 months (US label) and 6 months (EU), both shown.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from assistant.rules.inputs import Drug, Jurisdiction, RuleInputs, read_date
from assistant.rules.model import Row, Table
from assistant.rules.periods import add_months
from assistant.rules.rule import Rule
from assistant.rules.table_rule import Extra, decide_by_tables
from assistant.rules.tables import Tables
from assistant.rules.verdict import fill
from assistant.types import RuleResult, Text


class Inputs(RuleInputs):
    """Inputs of `contraception`."""

    drug: Drug | None = Field(None, description="The drug, by its English name.")
    topic: Literal["contraception", "breast_feeding"] | None = Field(None, description="Which period.")
    last_dose_date: str | None = Field(None, description="Date of the last dose, as 2026-01-31.")
    jurisdiction: Jurisdiction | None = Field(None, description="Whose label; left out: every covered one.")


def decide(inputs: Inputs, tables: Tables, as_of: date | None = None) -> RuleResult:
    """The period by each covered label, with its last day when the date of the last dose is given."""
    last = read_date("last_dose_date", inputs.last_dose_date)
    echo: dict[str, str] = {}
    if inputs.topic:
        echo["topic"] = inputs.topic
    if inputs.last_dose_date:
        echo["last_dose_date"] = inputs.last_dose_date

    def extend(table: Table, row: Row) -> Extra:
        if last is None or "months_after" not in row.then:
            return Extra(wording={"until": tables.say("contraception", "no_date")})
        until = add_months(last, row.then["months_after"]).isoformat()
        dates = {"last_dose_date": last.isoformat(), "until_date": until}
        words = fill(tables.say("contraception", "until_date"), dates, tables)
        return Extra(values={"until_date": until}, wording={"until": words})

    return decide_by_tables(
        "contraception",
        {"topic": inputs.topic},
        tables,
        drug=inputs.drug,
        jurisdiction=inputs.jurisdiction,
        echo=echo,
        as_of=as_of,
        extend=extend,
    )


RULE = Rule(
    "contraception", Text(en="Contraception and breast-feeding", zh="避孕与哺乳"), Inputs, decide, ("contraception",)
)
