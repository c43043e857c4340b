"""Grades of haematotoxicity after immune effector cells: ICAHT (neutrophils) and T-ICAHT (platelets), early and late.

The scales were built for CAR T cells; the result says so. Example: neutrophils ≤ 500/µL on 8 consecutive days, never
≤ 100/µL, days 0 to 30 → grade 2.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from assistant.rules.engine import Facts, look_up
from assistant.rules.inputs import Finding, Number, RuleInputs, contradiction, known, plausible
from assistant.rules.model import Table
from assistant.rules.rule import Rule
from assistant.rules.scale import on_scale
from assistant.rules.table_rule import documents_for, questions
from assistant.rules.tables import Tables
from assistant.rules.trace import plain
from assistant.rules.verdict import fill, word
from assistant.types import MissingInput, RuleResult, Text

_DEEPER = (
    ("days_at_most_100", "days_at_most_500"),
    ("days_below_20", "days_below_50"),
    ("days_below_50", "days_below_100"),
)


class Inputs(RuleInputs):
    """Inputs of `icaht`. Days are whole days; for neutrophils consecutive ones, for platelets added up."""

    lineage: Literal["neutrophils", "platelets"] | None = Field(None, description="Which cell line.")
    period: Literal["early", "late"] | None = Field(
        None, description="early: days 0 to 30. late: after day 30 (platelets: days 31 to 100)."
    )
    days_at_most_500: Number | None = Field(
        None, description="Early neutrophils: days at ≤ 500/µL; 31 when throughout days 0 to 30."
    )
    days_at_most_100: Number | None = Field(None, description="Early neutrophils: days at ≤ 100/µL.")
    neutrophils_10e9_l: Number | None = Field(None, description="Late neutrophils: lowest count found at least twice.")
    days_below_100: Number | None = Field(None, description="Late platelets: days below 100 ×10⁹/L.")
    days_below_50: Number | None = Field(None, description="Platelets: days below 50 ×10⁹/L.")
    days_below_20: Number | None = Field(None, description="Platelets: days below 20 ×10⁹/L.")
    confirmed: Finding | None = Field(None, description="Late: two or more measurements, or a lasting cytopenia.")


def decide(inputs: Inputs, tables: Tables, as_of: date | None = None) -> RuleResult:
    """The grade of one cell line in one period, or what still has to be known."""
    version = tables.version(("icaht",))
    given = inputs.model_dump(exclude_none=True)
    echo = {name: plain(value) if isinstance(value, Decimal) else str(value) for name, value in given.items()}
    every = tables.of("icaht")
    for name in ("lineage", "period"):
        if name not in given:
            options = tuple(dict.fromkeys(value for table in every for value in table.only[name]))
            question = MissingInput(name=name, question=tables.questions[name].text, options=options)
            return RuleResult(rule="icaht", version=version, inputs=echo, missing=(question,))
    table = documents_for("icaht", None, None, {"lineage": inputs.lineage, "period": inputs.period}, tables)[0]
    facts = _irrelevant_left_out(_facts(inputs, table, tables), table, tables)
    outcome = look_up(table, facts, tables)
    if outcome.ask:
        missing = questions(outcome.ask[:1], tables, [table], {})
        return RuleResult(rule="icaht", version=version, inputs=echo, missing=missing)
    row = outcome.rows[0]
    grade = row.then["grade"] if row.then["grade"] != "0" else "none"
    verdict = word(
        "icaht",
        table,
        row,
        tables,
        trace=outcome.trace,
        values={"grade": grade},
        extra={"given": _given(facts, table, tables)},
    )
    rows = ", ".join(entry.id for entry in outcome.rows)
    verdict = verdict.model_copy(update={"values": {**verdict.values, "row": rows}})
    return RuleResult(rule="icaht", version=version, inputs=echo, verdicts=(verdict,))


def _facts(inputs: Inputs, table: Table, tables: Tables) -> Facts:
    facts: dict[str, str | Decimal | None] = {"confirmed": known(inputs.confirmed)}
    for name, spec in table.inputs.items():
        if spec.kind != "choice":
            facts[name] = on_scale(tables, spec, name, plausible(tables, name, getattr(inputs, name)))
    for deeper, wider in _DEEPER:
        low, high = facts.get(deeper), facts.get(wider)
        if isinstance(low, Decimal) and isinstance(high, Decimal) and low > high:
            raise contradiction(
                deeper,
                f"{plain(low)} > {plain(high)}",
                f"more days below the lower limit than below the higher one ({wider}). Correct one of the two.",
                f"低于较低界值的天数多于低于较高界值的天数（{wider}）。请改正其一。",
            )
    return facts


def _irrelevant_left_out(facts: Facts, table: Table, tables: Tables) -> Facts:
    """A deeper count that is not known but cannot change the grade any more is set to none: it is at most the wider one."""
    for deeper, wider in reversed(_DEEPER):
        if deeper in table.inputs and facts.get(deeper) is None and facts.get(wider) is not None:
            most, none = ({**facts, deeper: value} for value in (facts[wider], Decimal()))
            if look_up(table, most, tables).rows == look_up(table, none, tables).rows:
                facts = none
    return facts


def _given(facts: Facts, table: Table, tables: Tables) -> Text:
    parts: list[Text] = []
    for name, value in facts.items():
        if isinstance(value, Decimal):
            unit = table.inputs[name].unit or ""
            key = "days_of" if unit == "days" else "value_of"
            parts.append(fill(tables.say("icaht", key), {"name": name, "value": plain(value), "unit": unit}, tables))
    return Text(en=", ".join(part.en for part in parts), zh="，".join(part.zh for part in parts))


RULE = Rule("icaht", Text(en="ICAHT and T-ICAHT grade", zh="ICAHT 和 T-ICAHT 分级"), Inputs, decide, ("icaht",))
