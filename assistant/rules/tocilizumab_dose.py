"""The tocilizumab dose for CRS by weight, and whether a further dose may be given, by the named guideline.

Never exceeds the largest single dose of the table. Example: 80 kg → 8 mg/kg × 80 kg = 640 mg; 120 kg → 800 mg.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import Field

from assistant.rules.amounts import weight_in_kg
from assistant.rules.engine import Facts
from assistant.rules.formula import constants
from assistant.rules.inputs import Number, RuleInputs, contradiction, plausible
from assistant.rules.measured import echo_of, needed_value, number, with_units
from assistant.rules.model import Row, Table
from assistant.rules.rule import Rule
from assistant.rules.table_rule import Extra, decide_by_tables
from assistant.rules.tables import Tables
from assistant.rules.trace import plain
from assistant.rules.verdict import fill
from assistant.types import MissingInput, RuleResult, Text


class Inputs(RuleInputs):
    """Inputs of `tocilizumab_dose`. The counts are only needed to ask whether a further dose may be given."""

    weight_value: Number | None = Field(None, description="Body weight.")
    weight_unit: str | None = Field(None, description="kg, g, lb, jin_mainland, jin_taiwan, jin_hong_kong.")
    tocilizumab_doses_total: Number | None = Field(None, description="Doses given so far in this patient.")
    tocilizumab_doses_24h: Number | None = Field(None, description="Doses given in the last 24 hours.")
    hours_since_last_tocilizumab: Number | None = Field(None, description="Hours since the last dose.")


def decide(inputs: Inputs, tables: Tables, as_of: date | None = None) -> RuleResult:
    """The dose in mg when a weight is given; whether a further dose is due when a count or the hours are given."""
    weight = weight_in_kg(tables, inputs.weight_value, inputs.weight_unit)
    so_far = _so_far(inputs, tables)
    echo = echo_of(tables, weight_kg=weight, **so_far)
    given = any(value is not None for value in so_far.values())
    repeat = given and so_far["tocilizumab_doses_total"] != Decimal()
    found: list[RuleResult] = []
    if inputs.weight_value is not None or not repeat:
        found.append(_dose(weight, tables, echo, as_of))
    if repeat:
        found.append(_run("tocilizumab_repeat", so_far, tables, echo, as_of))
    missing = tuple(entry for result in found for entry in result.missing)
    return RuleResult(
        rule="tocilizumab_dose",
        version=tables.version(RULE.families),
        inputs=echo,
        verdicts=() if missing else tuple(verdict for result in found for verdict in result.verdicts),
        missing=missing,
    )


def _dose(
    weight: Decimal | MissingInput | None, tables: Tables, echo: dict[str, str], as_of: date | None
) -> RuleResult:
    kilograms = number(weight)

    def extend(table: Table, row: Row) -> Extra:
        numbers = constants(row)
        product = numbers["dose_mg_per_kg"] * needed_value(kilograms)
        given = min(product, numbers["max_single_mg"])
        values = {"dose_mg": plain(given), "uncapped_mg": plain(product)}
        key = "amount" if given == product else "amount_capped"
        words = fill(tables.say("tocilizumab_dose", key), {**row.then, **values, **echo}, tables)
        return Extra(values, {"amount": words})

    asked = ("weight_value",) if kilograms is None else ()
    result = decide_by_tables(
        "tocilizumab_dose",
        {},
        tables,
        drug=None,
        jurisdiction=None,
        echo=echo,
        as_of=as_of,
        extend=extend,
        ask=asked,
    )
    return with_units(result, [weight])


def _run(family: str, facts: Facts, tables: Tables, echo: dict[str, str], as_of: date | None) -> RuleResult:
    return decide_by_tables(family, facts, tables, drug=None, jurisdiction=None, echo=echo, as_of=as_of)


def _so_far(inputs: Inputs, tables: Tables) -> dict[str, Decimal | None]:
    total = plausible(tables, "tocilizumab_doses_total", inputs.tocilizumab_doses_total, whole=True)
    day = plausible(tables, "tocilizumab_doses_24h", inputs.tocilizumab_doses_24h, whole=True)
    hours = plausible(tables, "hours_since_last_tocilizumab", inputs.hours_since_last_tocilizumab)
    if total is not None and day is not None and day > total:
        raise contradiction(
            "tocilizumab_doses_24h",
            f"{plain(day)} of {plain(total)}",
            f"the doses of the last day ({plain(day)}) are more than all doses so far ({plain(total)}). Correct one of the two.",
            f"近一日的次数（{plain(day)}）多于总次数（{plain(total)}），请改正其一。",
        )
    return {"tocilizumab_doses_total": total, "tocilizumab_doses_24h": day, "hours_since_last_tocilizumab": hours}


RULE = Rule(
    "tocilizumab_dose",
    Text(en="Tocilizumab dose", zh="托珠单抗剂量"),
    Inputs,
    decide,
    ("tocilizumab_dose", "tocilizumab_repeat"),
)
