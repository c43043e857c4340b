"""The CRS grade by the ASTCT 2019 consensus, from findings that are present, absent or not known.

Never assumes that a finding is absent: what could still change the grade is asked for, and nothing else. Organ toxicity
does not count. Example: 38.6 °C, blood pressure normal, no oxygen → grade 1.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from assistant.rules.crs_findings import Facts, read_findings, temperature
from assistant.rules.engine import Outcome, look_up, rank
from assistant.rules.inputs import Finding, Number, RuleInputs
from assistant.rules.model import Row, Table
from assistant.rules.quantities import rounded
from assistant.rules.rule import Rule
from assistant.rules.table_rule import questions
from assistant.rules.tables import Tables
from assistant.rules.trace import plain
from assistant.rules.verdict import context_of, fill, provenance
from assistant.types import MissingInput, RuleResult, Text, Verdict

Vasopressors = Literal["none", "one", "one_plus_vasopressin", "two_or_more", "vasopressin_only", "unknown"]
Device = Literal[
    "none",
    "nasal_cannula",
    "low_flow_nasal_cannula",
    "high_flow_nasal_cannula",
    "blow_by",
    "facemask",
    "non_rebreather",
    "venturi",
    "cpap",
    "bipap",
    "mechanical_ventilation",
    "unknown",
]


class Inputs(RuleInputs):
    """Inputs of `crs_grade`. A finding left out or "unknown" is asked for when it could change the grade."""

    temperature_value: Number | None = Field(None, description="Body temperature now (or the highest in this event).")
    temperature_unit: str | None = Field(None, description="C or F.")
    fever: Finding | None = Field(None, description="Fever by the consensus limit now, when no temperature is given.")
    fever_earlier: Finding | None = Field(None, description="Fever earlier in this same event.")
    antipyretic_given: Finding | None = Field(None, description="An antipyretic has been given for this event.")
    anticytokine_given: Finding | None = Field(
        None, description="Tocilizumab, a corticosteroid or other anticytokine treatment has been given for this event."
    )
    crs_diagnosed: Finding | None = Field(None, description="A clinician has already diagnosed CRS in this event.")
    other_cause: Finding | None = Field(None, description="The findings have another cause than CRS.")
    hypotension: Finding | None = Field(
        None, description="absent: blood pressure normal without a vasopressor. present also if fluids corrected it."
    )
    vasopressors: Vasopressors | None = Field(None, description="Vasopressors needed.")
    hypoxia: Finding | None = Field(None, description="absent: no oxygen needed.")
    oxygen_device: Device | None = Field(None, description="Oxygen device needed; none is room air.")
    oxygen_flow_l_min: Number | None = Field(None, description="Oxygen flow in L/min; decides for a nasal cannula.")
    died_of_crs: Finding | None = Field(None, description="The patient died of CRS.")


def decide(inputs: Inputs, tables: Tables, as_of: date | None = None) -> RuleResult:
    """The grade, or the questions whose answers could still change it."""
    degrees = temperature(inputs, tables)
    facts, notes, trace = read_findings(inputs, tables, degrees if isinstance(degrees, Decimal) else None)
    version, echo = tables.version(("crs_grade",)), _echo(inputs, tables, degrees)
    if isinstance(degrees, MissingInput):
        return RuleResult(rule="crs_grade", version=version, inputs=echo, missing=(degrees,))
    grades, gate = tables.tables["crs_grade.astct_2019"], tables.tables["crs_grade.fever_gate"]
    entry = look_up(gate, facts, tables)
    opened = _opened(entry, facts)
    outcome = look_up(grades, {**facts, "entry": opened or "open"}, tables)
    asked = [] if opened == "closed" else [*(entry.ask if opened is None else ()), *outcome.ask]
    missing = list(questions(tuple(dict.fromkeys(asked)), tables, [gate, grades], {}))
    if opened != "closed" and facts["vasopressors"] == "vasopressin_only" and not _highest(grades, outcome):
        entry_question = tables.questions["vasopressin_only"]
        options = tuple(choice for choice in grades.inputs["vasopressors"].of if choice != "vasopressin_only")
        missing.append(MissingInput(name="vasopressors", question=entry_question.text, options=options))
    if missing:
        return RuleResult(rule="crs_grade", version=version, inputs=echo, missing=tuple(missing))
    steps = (*trace, *entry.trace, *outcome.trace)
    if opened == "open_by_diagnosis":
        notes.append("open_by_diagnosis")
    verdict = _verdict(tables, gate, grades, entry, outcome, opened or "closed", notes)
    verdict = verdict.model_copy(update={"trace": steps})
    return RuleResult(rule="crs_grade", version=version, inputs=echo, verdicts=(verdict,))


def _opened(entry: Outcome, facts: Facts) -> str | None:
    """Whether the fever criterion opens grading: "open", "open_by_diagnosis", "closed", or None while not known."""
    if facts["died_of_crs"] == "present":
        return "open"
    if entry.rows:
        return entry.rows[0].then["entry"]
    if facts["crs_diagnosed"] == "present" and facts["fever"] is None:
        return "open_by_diagnosis"
    return None


def _highest(grades: Table, outcome: Outcome) -> bool:
    """Whether the grade found cannot be raised by a vasopressor any more."""
    top = max(rank(grades, row) for row in grades.rows if "vasopressors" in row.when)
    return bool(outcome.rows) and rank(grades, outcome.rows[0]) >= top


def _verdict(
    tables: Tables, gate: Table, grades: Table, entry: Outcome, outcome: Outcome, opened: str, notes: list[str]
) -> Verdict:
    gate_rows: tuple[Row, ...] = entry.rows
    rows = outcome.rows if opened != "closed" else ()
    values: dict[str, str] = {"table": grades.id, "scale": grades.title.en}
    context: dict[str, str | Text] = {}
    if opened == "closed":
        key, values["grade"] = gate_rows[0].say, "not_crs"
    elif not rows:
        key, values["grade"] = "no_current_grade", "none"
    else:
        key, values["grade"] = "grade", rows[0].then["grade"]
        reasons = [tables.label(row.then["because"]) for row in rows]
        context["reasons"] = Text(
            en=" and ".join(reason.en for reason in reasons), zh="，".join(reason.zh for reason in reasons)
        )
    values["rows"] = ", ".join(row.id for row in (*gate_rows, *rows))
    filled = context_of(grades, {**values, **context})
    keys = [*(note for row in gate_rows for note in row.notes), *notes, *(note for row in rows for note in row.notes)]
    shown = keys if opened != "closed" else [note for row in gate_rows for note in row.notes]
    sources = [found for row in gate_rows for found in provenance(gate, row, tables)]
    sources += [found for row in rows for found in provenance(grades, row, tables)]
    return Verdict(
        jurisdiction=grades.jurisdiction,
        status="applies",
        summary=fill(tables.say("crs_grade", key), filled, tables),
        values=values,
        notes=tuple(fill(tables.say("crs_grade", note), filled, tables) for note in dict.fromkeys(shown)),
        provenance=tuple(dict.fromkeys(sources)),
    )


def _echo(inputs: Inputs, tables: Tables, degrees: Decimal | MissingInput | None) -> dict[str, str]:
    given = inputs.model_dump(exclude_none=True, exclude={"temperature_value", "temperature_unit"})
    echo = {name: plain(value) if isinstance(value, Decimal) else str(value) for name, value in given.items()}
    if isinstance(degrees, Decimal):
        echo["temperature_c"] = rounded(degrees, tables.say("common", "display_celsius").en)
    return echo


RULE = Rule("crs_grade", Text(en="CRS grade (ASTCT 2019)", zh="CRS 分级（ASTCT 2019）"), Inputs, decide, ("crs_grade",))
