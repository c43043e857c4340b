"""Immunoglobulin replacement: the threshold position and the position "for everyone", each by its named source.

Never merges the positions and never reads an IgG without its unit. Example: IgG 3.9 g/L → below 400 mg/dL.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from assistant.rules.bodies import chosen_body
from assistant.rules.inputs import Number, RuleInputs, contradiction, known
from assistant.rules.measured import echo_of, measured, number, with_units
from assistant.rules.model import Row, Table
from assistant.rules.quantities import convert
from assistant.rules.rule import Rule
from assistant.rules.table_rule import Extra, decide_by_tables
from assistant.rules.tables import Tables
from assistant.rules.trace import plain
from assistant.rules.verdict import fill
from assistant.types import RuleResult, Text

_UNITS = ("g_l", "mg_dl")
InfectionHistory = Literal[
    "none",
    "two_severe_encapsulated",
    "life_threatening",
    "antibiotic_failure",
    "other_recurrent_or_severe",
    "unknown",
]


class Inputs(RuleInputs):
    """Inputs of `ig_replacement`."""

    igg_value: Number | None = Field(None, description="Serum IgG; polyclonal, or total with igg_m_protein_value.")
    igg_unit: str | None = Field(None, description="g_l or mg_dl; also for the M-protein.")
    igg_m_protein_value: Number | None = Field(None, description="IgG M-protein to subtract, in the same unit.")
    infection_history: InfectionHistory | None = Field(None, description="Infections on treatment.")
    body: str | None = Field(None, description="Only this source, by the name its verdict carries.")


def decide(inputs: Inputs, tables: Tables, as_of: date | None = None) -> RuleResult:
    """One verdict per named source."""
    reading = measured(tables, "igg", inputs.igg_value, inputs.igg_unit, units=_UNITS, to="mg_dl")
    protein = number(measured(tables, "igg", inputs.igg_m_protein_value, inputs.igg_unit, units=_UNITS, to="mg_dl"))
    total = polyclonal = number(reading)
    notes: tuple[Text, ...] = ()
    if total is not None and protein is not None:
        if protein > total:
            raise contradiction(
                "igg_m_protein_value",
                f"{plain(protein)} > {plain(total)} mg/dL",
                "the IgG M-protein is larger than the total IgG. Correct one of the two.",
                "IgG 型 M 蛋白高于总 IgG，请改正其一。",
            )
        polyclonal = total - protein
        context = echo_of(tables, total_mg_dl=total, m_protein_mg_dl=protein, igg_mg_dl=polyclonal)
        notes = (fill(tables.say("ig_replacement", "subtracted"), context, tables),)
    history = known(inputs.infection_history)
    grams = convert(tables, "mass_concentration", "igg_unit", polyclonal, "mg_dl", "g_l") if polyclonal else polyclonal
    echo = echo_of(tables, igg_mg_dl=polyclonal, igg_g_l=grams, infection_history=history)

    def extend(table: Table, row: Row) -> Extra:
        shown = notes if "igg_value" in table.inputs else ()
        return Extra(wording={"infection_history": "not_given", **echo}, notes=shown)

    result = decide_by_tables(
        "ig_replacement",
        {"igg_value": polyclonal, "infection_history": history},
        tables,
        drug=None,
        jurisdiction=chosen_body(tables, "ig_replacement", inputs.body),
        echo=echo,
        as_of=as_of,
        extend=extend,
    )
    return with_units(result, [reading])


RULE = Rule(
    "ig_replacement", Text(en="Immunoglobulin replacement", zh="免疫球蛋白替代"), Inputs, decide, ("ig_replacement",)
)
