"""The amount of one administration: drug, step and, for doses per kilogram, the actual body weight.

Multiplies exactly; never reads a weight band, which only the label's own tables give (the result says so).
Example: teclistamab step-up dose 2 at 78 kg → 0.3 mg/kg × 78 kg = 23.4 mg.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from assistant.rules.amounts import amount, weight_in_kg
from assistant.rules.inputs import Drug, Jurisdiction, Number, RuleInputs, wrong
from assistant.rules.model import Row, Table
from assistant.rules.preparation import volumes
from assistant.rules.rule import Rule
from assistant.rules.table_rule import Extra, decide_by_tables
from assistant.rules.tables import Tables
from assistant.rules.trace import plain
from assistant.types import MissingInput, RuleResult, Text

Step = Literal[
    "step_up_1",
    "step_up_2",
    "step_up_3",
    "first_treatment",
    "treatment_weekly",
    "treatment_every_2_weeks",
    "treatment_every_4_weeks",
]
Schedule = Literal["monotherapy", "with_daratumumab", "weekly", "every_2_weeks"]


class Inputs(RuleInputs):
    """Inputs of `dose`."""

    drug: Drug | None = Field(None, description="The drug, by its English name.")
    step: Step | None = Field(None, description="Which administration.")
    schedule: Schedule | None = Field(
        None,
        description="teclistamab: monotherapy or with_daratumumab; talquetamab: weekly or every_2_weeks. Asked for "
        "only when the dose depends on it.",
    )
    weight_value: Number | None = Field(None, description="Actual body weight; not needed for fixed doses.")
    weight_unit: str | None = Field(
        None, description="kg, lb, jin_mainland, jin_taiwan, jin_hong_kong; plain jin is asked back."
    )
    jurisdiction: Jurisdiction | None = Field(None, description="Whose label; left out: every covered one.")


def decide(inputs: Inputs, tables: Tables, as_of: date | None = None) -> RuleResult:
    """The dose of one administration by each covered label."""
    found = tables.of("dose", inputs.drug, inputs.jurisdiction)
    _check_schedule(inputs, tables.of("dose", inputs.drug))
    echo: dict[str, str] = {}
    for name, value in (("step", inputs.step), ("schedule", inputs.schedule)):
        if value:
            echo[name] = value
    weight = weight_in_kg(tables, inputs.weight_value, inputs.weight_unit)
    ask: tuple[str, ...] = ()
    if isinstance(weight, Decimal):
        echo["weight_kg"] = plain(weight)
    by_weight = any("dose_mg_per_kg" in row.then for table in found for row in table.rows)
    if by_weight and inputs.weight_value is None:
        ask = ("weight_value",)

    def extend(table: Table, row: Row) -> Extra:
        more = amount(tables, row.then, weight if isinstance(weight, Decimal) else None)
        drawn = volumes(tables, table, row, more)
        return Extra(
            values={**more.values, **drawn.values},
            wording={**echo, **more.wording},
            notes=(*drawn.notes, *more.notes),
            trace=drawn.trace,
            provenance=drawn.provenance,
        )

    result = decide_by_tables(
        "dose",
        {"step": inputs.step, "schedule": inputs.schedule},
        tables,
        drug=inputs.drug,
        jurisdiction=inputs.jurisdiction,
        echo=echo,
        as_of=as_of,
        extend=extend,
        ask=ask,
        families=("dose", "vials"),
    )
    if isinstance(weight, MissingInput) and by_weight:
        return result.model_copy(update={"verdicts": (), "missing": (*result.missing, weight)})
    return result


def _check_schedule(inputs: Inputs, tables: list[Table]) -> None:
    """A schedule that no table of the drug knows is an error: a combination must not be read as monotherapy."""
    known: dict[str, None] = {}
    for table in tables:
        spec = table.inputs.get("schedule")
        known |= dict.fromkeys((*(spec.of if spec else ()), *table.only.get("schedule", ())))
    allowed = list(known) or ["monotherapy"]
    if inputs.schedule and tables and inputs.schedule not in allowed:
        raise wrong("schedule", inputs.schedule, f"{', '.join(allowed)} ({inputs.drug})")


RULE = Rule("dose", Text(en="Dose of one administration", zh="单次给药剂量"), Inputs, decide, ("dose", "vials"))
