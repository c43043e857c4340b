"""The CTCAE grade of one event, by v5.0 and by v6.0 side by side; the two are never merged.

A value is graded by its table with exact units; clinical findings are a closed choice per term. Limits of normal and the
baseline are asked for where the term needs them. Example: platelets 20 ×10⁹/L → grade 4 by v5.0, grade 3 by v6.0.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from assistant.rules.crs_findings import temperature
from assistant.rules.ctcae_asking import Reading, ask_for, look_up_all
from assistant.rules.ctcae_values import Facts, Specs, accepted_units, read_value
from assistant.rules.ctcae_words import not_named, verdict
from assistant.rules.inputs import Finding, Number, RuleInputs, wrong
from assistant.rules.model import Table
from assistant.rules.rule import Rule
from assistant.rules.tables import Tables, in_force
from assistant.rules.trace import plain
from assistant.types import MissingInput, RuleResult, Text


def _listed(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


Findings = Annotated[
    tuple[str, ...],
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]


class Inputs(RuleInputs):
    """Inputs of `ctcae_grade`. Limits of normal and baseline are in the unit of the value unless `reference_unit` says so."""

    term: str | None = Field(None, description="The CTCAE term as an id, for example platelet_count_decreased.")
    value: Number | None = Field(None, description="The measured value, for terms that have one.")
    unit: str | None = Field(None, description="10e9_l, per_ul, g_l, g_dl, mmol_l, u_l, times_uln, percent, kg, …")
    findings: Findings = Field((), description="Findings that apply: ids of the term, one or several.")
    lln: Number | None = Field(None, description="Lower limit of normal of the laboratory.")
    uln: Number | None = Field(None, description="Upper limit of normal of the laboratory.")
    baseline: Number | None = Field(None, description="Value before treatment.")
    reference_unit: str | None = Field(None, description="Unit of lln, uln and baseline, when it differs from unit.")
    baseline_state: Literal["not_above_uln", "above_uln", "unknown"] | None = Field(
        None, description="Whether the value before treatment was above the upper limit of normal."
    )
    baseline_below_lln: Finding | None = Field(None, description="The value before treatment was below normal.")
    temperature_value: Number | None = Field(None, description="Body temperature, for fever and febrile neutropenia.")
    temperature_unit: str | None = Field(None, description="C or F.")
    fever_hours: Number | None = Field(None, description="Hours the temperature has stayed at this height.")


def decide(inputs: Inputs, tables: Tables, as_of: date | None = None) -> RuleResult:
    """One verdict per version, or the questions whose answers could still change a grade."""
    version = tables.version(("ctcae_grade",))
    every = _terms(tables)
    if inputs.term is None:
        question = MissingInput(name="term", question=tables.questions["term"].text, options=tuple(every))
        return RuleResult(rule="ctcae_grade", version=version, inputs={}, missing=(question,))
    if inputs.term not in every:
        near = get_close_matches(inputs.term, every, n=1)
        raise wrong("term", inputs.term, ", ".join(every) + (f" (did you mean {near[0]}?)" if near else ""))
    specs: Specs = {name: spec for table in every[inputs.term] for name, spec in table.inputs.items()}
    reading = _read(inputs, tables, specs)
    documents = in_force(every[inputs.term], as_of)
    found = [(table, look_up_all(table, reading, tables)) for table in documents]
    missing = reading.missing or ask_for(found, reading, tables, specs)
    if missing:
        return RuleResult(rule="ctcae_grade", version=version, inputs=_echo(inputs, reading), missing=missing)
    verdicts = [verdict(table, outcome, reading, tables) for table, outcome in found]
    verdicts += [
        not_named(table, as_of, tables) for table in every[inputs.term] if as_of and not in_force([table], as_of)
    ]
    return RuleResult(rule="ctcae_grade", version=version, inputs=_echo(inputs, reading), verdicts=tuple(verdicts))


def _terms(tables: Tables) -> dict[str, list[Table]]:
    """The tables of every term, older version first."""
    found: dict[str, list[Table]] = {}
    for table in sorted(tables.of("ctcae_grade"), key=lambda entry: entry.published_on):
        found.setdefault(table.id.removeprefix("ctcae_grade.").rpartition("_")[0], []).append(table)
    return dict(sorted(found.items()))


def _read(inputs: Inputs, tables: Tables, specs: Specs) -> Reading:
    """The facts for the tables of the term, and what has to be asked before they can be read."""
    allowed = specs["finding"].of if "finding" in specs else ()
    for finding in inputs.findings:
        if finding not in allowed:
            raise wrong("findings", finding, ", ".join(allowed) or f"none for {inputs.term}")
    facts: Facts = {}
    missing: tuple[MissingInput, ...] = ()
    units = accepted_units(tables, specs)
    if inputs.value is not None:
        if not units:
            raise wrong("value", plain(inputs.value), f"no value for {inputs.term}", f"{inputs.term} 不按数值分级")
        unit = inputs.unit or (units[0] if len(units) == 1 else None)
        if unit is None:
            missing = (MissingInput(name="unit", question=tables.questions["unit"].text, options=units),)
        else:
            facts = read_value(inputs, inputs.value, unit, tables, specs)
            if not facts:
                missing = (MissingInput(name="baseline", question=tables.questions["baseline"].text),)
    degrees = temperature(inputs, tables) if "temperature_c" in specs else None
    if isinstance(degrees, MissingInput):
        missing = (*missing, degrees)
    facts |= {
        "temperature_c": degrees if isinstance(degrees, Decimal) else None,
        "fever_hours": inputs.fever_hours,
        "baseline_state": facts.get("baseline_state") or inputs.baseline_state,
        "baseline_below_lln": facts.get("baseline_below_lln") or inputs.baseline_below_lln,
    }
    known = {name: None if value == "unknown" else value for name, value in facts.items() if name in specs}
    given = frozenset(name for name, value in inputs if value not in (None, ()))
    return Reading(inputs.term or "", known, inputs.findings, given, units, missing)


def _echo(inputs: Inputs, reading: Reading) -> dict[str, str]:
    """The inputs as read: the value in the unit of its name, limits as given."""
    echo = {"term": reading.term}
    given = inputs.model_dump(exclude_none=True, exclude={"term", "findings", "temperature_value", "temperature_unit"})
    echo |= {name: plain(value) if isinstance(value, Decimal) else str(value) for name, value in given.items()}
    echo |= {"findings": ", ".join(inputs.findings)} if inputs.findings else {}
    return echo | {name: plain(value) for name, value in reading.facts.items() if isinstance(value, Decimal)}


RULE = Rule(
    "ctcae_grade",
    Text(en="CTCAE grade (v5.0 and v6.0)", zh="CTCAE 分级（v5.0 和 v6.0）"),
    Inputs,
    decide,
    ("ctcae_grade",),
)
