"""The ICANS grade of adults by the ASTCT 2019 consensus: the worst of five domains.

Findings are present, absent or not known; what could still change the grade is asked for, and nothing else. Haemorrhage,
tremor and myoclonus never count. Example: ICE 8, fully alert, nothing else → grade 1.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from assistant.rules.engine import Outcome, look_up
from assistant.rules.icans_findings import Facts, read_findings
from assistant.rules.inputs import Finding, Number, RuleInputs
from assistant.rules.model import Table
from assistant.rules.rule import Rule
from assistant.rules.table_rule import questions
from assistant.rules.tables import Tables
from assistant.rules.trace import plain
from assistant.rules.verdict import context_of, fill, provenance
from assistant.types import RuleResult, Text, Verdict

Consciousness = Literal[
    "alert",
    "wakes_spontaneously",
    "wakes_to_voice",
    "wakes_to_touch",
    "vigorous_or_repeated_touch",
    "stupor",
    "coma",
    "unrousable",
    "unknown",
]


class Inputs(RuleInputs):
    """Inputs of `icans_grade`. A finding left out or "unknown" is asked for when it could change the grade."""

    ice: Number | None = Field(None, description="ICE score, 0 to 10.")
    consciousness: Consciousness | None = Field(
        None,
        description="Level of consciousness. alert: not depressed at all. wakes_spontaneously: depressed, but wakes by "
        "itself.",
    )
    consciousness_other_cause: Finding | None = Field(
        None, description="The depressed consciousness has another cause, for example a sedative."
    )
    seizure: Literal["none", "clinical", "nonconvulsive", "unknown"] | None = Field(
        None, description="clinical: focal or generalised. nonconvulsive: only on EEG."
    )
    seizure_course: Literal["stopped", "prolonged", "repeated", "unknown"] | None = Field(
        None, description="stopped quickly or with treatment, prolonged, or repeated without return to baseline."
    )
    seizure_minutes: Number | None = Field(None, description="Length of the longest seizure in minutes.")
    motor_weakness: Finding | None = Field(None, description="Deep focal weakness such as hemiparesis or paraparesis.")
    brain_oedema: Literal["none", "focal", "diffuse", "unknown"] | None = Field(
        None, description="Brain oedema on imaging; none also when there was no reason to image."
    )
    raised_icp_signs: Finding | None = Field(
        None,
        description="Decerebrate or decorticate posture, sixth cranial nerve palsy, papilloedema or Cushing triad.",
    )
    intracranial_haemorrhage: Finding | None = Field(None, description="Never counts; named in the result.")
    oedema_from_haemorrhage: Finding | None = Field(None, description="The oedema goes with the haemorrhage.")
    other_cause: Finding | None = Field(None, description="All findings have another cause than ICANS.")
    died_of_icans: Finding | None = Field(None, description="The patient died of ICANS.")
    tremor: Finding | None = Field(None, description="Never counts; named in the result.")
    myoclonus: Finding | None = Field(None, description="Never counts; named in the result.")
    headache: Finding | None = Field(None, description="Never counts; named in the result.")
    asterixis: Finding | None = Field(None, description="Never counts; named in the result.")
    hallucinations: Finding | None = Field(None, description="Never counts; named in the result.")


def decide(inputs: Inputs, tables: Tables, as_of: date | None = None) -> RuleResult:
    """The grade, or the questions whose answers could still change it."""
    grades, entry = tables.tables["icans_grade.astct_2019"], tables.tables["icans_grade.entry"]
    facts, notes, trace = read_findings(inputs, tables)
    given = inputs.model_dump(exclude_none=True)
    echo = {name: plain(value) if isinstance(value, Decimal) else str(value) for name, value in given.items()}
    opened, outcome = look_up(entry, facts, tables), look_up(grades, facts, tables)
    counted = opened.rows[0].then.get("counted") == "present"
    missing = questions(outcome.ask, tables, [grades], {}) if counted else ()
    version = tables.version(("icans_grade",))
    if missing:
        missing = tuple(question.model_copy(update={"options": _offered(question.options)}) for question in missing)
        return RuleResult(rule="icans_grade", version=version, inputs=echo, missing=missing)
    verdict = _verdict(tables, grades, entry, opened, outcome if counted else None, facts, notes)
    steps = (*trace, *opened.trace, *(outcome.trace if counted else ()))
    verdict = verdict.model_copy(update={"trace": steps})
    return RuleResult(rule="icans_grade", version=version, inputs=echo, verdicts=(verdict,))


def _offered(options: tuple[str, ...]) -> tuple[str, ...]:
    """The answers a person can give; "not_counted" is set by the rule itself."""
    return tuple(option for option in options if option != "not_counted")


def _verdict(
    tables: Tables,
    grades: Table,
    entry: Table,
    opened: Outcome,
    outcome: Outcome | None,
    facts: Facts,
    notes: list[Text],
) -> Verdict:
    gate, rows, ice = opened.rows[0], outcome.rows if outcome else (), facts["ice"]
    untested = facts["consciousness"] == "not_counted" and not ice
    values: dict[str, str] = {"table": grades.id, "scale": grades.title.en}
    context: dict[str, str | Text] = {
        "ice": plain(ice) if isinstance(ice, Decimal) else "",
        "consciousness": str(facts["consciousness"]),
    }
    if outcome is None:
        key, values["grade"] = gate.say, "not_icans"
    elif not rows:
        key, values["grade"] = ("nothing_counted", "not_gradable") if untested else (gate.say, "none")
    else:
        key, values["grade"] = rows[0].say, rows[0].then["grade"]
        reasons = [fill(tables.label(row.then["because"]), context, tables) for row in rows]
        context["reasons"] = Text(
            en=" and ".join(reason.en for reason in reasons), zh="；".join(reason.zh for reason in reasons)
        )
    values["rows"] = ", ".join(row.id for row in rows or (gate,))
    filled = context_of(grades, {**values, **context})
    own = tuple(tables.say("icans_grade", note) for row in rows for note in row.notes)
    sources = [found for row in rows for found in provenance(grades, row, tables)]
    return Verdict(
        jurisdiction=grades.jurisdiction,
        status="applies",
        summary=fill(tables.say("icans_grade", key), filled, tables),
        values=values,
        notes=tuple(dict.fromkeys((*own, *notes))),
        provenance=tuple(dict.fromkeys((*sources, *provenance(entry, gate, tables)))),
    )


RULE = Rule(
    "icans_grade",
    Text(en="ICANS grade (ASTCT 2019, adults)", zh="ICANS 分级（ASTCT 2019，成人）"),
    Inputs,
    decide,
    ("icans_grade",),
)
