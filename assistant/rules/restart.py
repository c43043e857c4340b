"""What to give after a delay, by the last dose actually given and the whole days since then.

Decides only by a restart table of the label; a label whose table is not covered gives a gap, never a neighbour's rule.
Example: teclistamab, last dose step-up dose 2, 10 days ago → repeat step-up dose 2 (US label).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from assistant.rules.amounts import amount
from assistant.rules.inputs import Drug, Jurisdiction, Number, RuleInputs, plausible
from assistant.rules.model import Row, Table
from assistant.rules.rule import Rule
from assistant.rules.table_rule import Extra, decide_by_tables
from assistant.rules.tables import Tables
from assistant.rules.trace import plain
from assistant.rules.verdict import fill
from assistant.types import RuleResult, Text

LastDose = Literal[
    "step_up_1",
    "step_up_2",
    "step_up_3",
    "first_treatment",
    "treatment_weekly",
    "treatment_every_2_weeks",
    "treatment_every_4_weeks",
    "combination_every_2_weeks",
    "combination_every_4_weeks",
]


class Inputs(RuleInputs):
    """Inputs of `restart`."""

    drug: Drug | None = Field(None, description="The drug, by its English name.")
    last_dose: LastDose | None = Field(
        None,
        description="The last dose actually given. treatment_* are doses of monotherapy; combination_* are the 3 mg/kg "
        "doses of teclistamab with daratumumab.",
    )
    days_since_last_dose: Number | None = Field(
        None, description="Whole days since the last dose actually given (not days late)."
    )
    weight_kg: Number | None = Field(None, description="Actual body weight in kg; only needed for the amount in mg.")
    jurisdiction: Jurisdiction | None = Field(None, description="Whose label; left out: every covered one.")


def decide(inputs: Inputs, tables: Tables, as_of: date | None = None) -> RuleResult:
    """The restart row of each covered label, with the dose of the next administration."""
    days = plausible(tables, "days_since_last_dose", inputs.days_since_last_dose, whole=True)
    weight = plausible(tables, "weight_kg", inputs.weight_kg)
    echo = {
        name: value
        for name, value in (
            ("last_dose", inputs.last_dose),
            ("days_since_last_dose", _plain(days)),
            ("weight_kg", _plain(weight)),
        )
        if value is not None
    }

    def extend(table: Table, row: Row) -> Extra:
        more = amount(tables, row.then, weight)
        ago = fill(tables.say("common", "day" if days == 1 else "days"), {"count": _plain(days) or ""}, tables)
        return Extra(more.values, {**more.wording, **echo, "days_ago": ago}, more.notes)

    return decide_by_tables(
        "restart",
        {"last_dose": inputs.last_dose, "days_since_last_dose": days},
        tables,
        drug=inputs.drug,
        jurisdiction=inputs.jurisdiction,
        echo=echo,
        as_of=as_of,
        extend=extend,
    )


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


RULE = Rule("restart", Text(en="Restart after a delay", zh="延误后如何重启用药"), Inputs, decide, ("restart",))
