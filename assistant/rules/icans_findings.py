"""Reads the findings of `icans_grade`: length of a seizure, what has another cause, what never counts, contradictions."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from assistant.rules.engine import look_up
from assistant.rules.inputs import contradiction, known
from assistant.rules.model import holds
from assistant.rules.scale import on_scale
from assistant.rules.tables import Tables
from assistant.rules.trace import plain
from assistant.rules.verdict import fill
from assistant.types import Text, TraceStep

if TYPE_CHECKING:
    from assistant.rules.icans_grade import Inputs

Facts = dict[str, str | Decimal | None]
_NOT_ON_SCALE = ("tremor", "myoclonus")
_OUTSIDE_SCALE = ("headache", "asterixis", "hallucinations")


def read_findings(inputs: Inputs, tables: Tables) -> tuple[Facts, list[Text], list[TraceStep]]:
    """The facts for the tables, the caveats that belong to them, and the trace of the length of a seizure."""
    grades = tables.tables["icans_grade.astct_2019"]
    course, trace = _course(inputs, tables)
    ice = on_scale(tables, grades.inputs["ice"], "ice", inputs.ice)
    consciousness = known(inputs.consciousness)
    _check_testable(tables, ice, consciousness)
    elsewhere = known(inputs.consciousness_other_cause) == "present"
    bleeding = known(inputs.intracranial_haemorrhage) == "present"
    facts: Facts = {
        "ice": ice,
        "consciousness": consciousness,
        "seizure": known(inputs.seizure) or ("clinical" if course is not None else None),
        "seizure_course": course,
        "motor_weakness": known(inputs.motor_weakness),
        "brain_oedema": known(inputs.brain_oedema),
        "oedema_from_haemorrhage": known(inputs.oedema_from_haemorrhage) if bleeding else "absent",
        "raised_icp_signs": known(inputs.raised_icp_signs),
        "other_cause": known(inputs.other_cause) or "absent",
        "died_of_icans": known(inputs.died_of_icans) or "absent",
    }
    if elsewhere:
        facts = {**facts, "consciousness": "not_counted"}
    return facts, _notes(inputs, tables, elsewhere, bleeding), trace


def _course(inputs: Inputs, tables: Tables) -> tuple[str | None, list[TraceStep]]:
    """The course of the seizure, read off its length where that is given."""
    said = known(inputs.seizure_course)
    if inputs.seizure == "none" and (said is not None or inputs.seizure_minutes is not None):
        raise contradiction(
            "seizure",
            "none",
            "no seizure is given together with the course or length of a seizure. Correct one of the two.",
            "填写了无癫痫发作，又填写了发作经过或时长。请改正其一。",
        )
    if inputs.seizure_minutes is None:
        return said, []
    table = tables.tables["icans_grade.seizure_minutes"]
    minutes = on_scale(tables, table.inputs["seizure_minutes"], "seizure_minutes", inputs.seizure_minutes)
    outcome = look_up(table, {"seizure_minutes": minutes}, tables)
    measured = outcome.rows[0].then["seizure_course"]
    if said not in (None, measured, "repeated"):
        shown = plain(inputs.seizure_minutes)
        label = tables.label(said or "")
        raise contradiction(
            "seizure_course",
            f"{said}, {shown} min",
            f"the course is given as '{label.en}', but the seizure lasted {shown} min. Correct one of the two.",
            f"发作经过填为“{label.zh}”，但发作时长为{shown}分钟。请改正其一。",
        )
    return said or measured, list(outcome.trace)


def _check_testable(tables: Tables, ice: Decimal | None, consciousness: str | None) -> None:
    """A patient who cannot be roused cannot have scored points."""
    rows = tables.tables["icans_grade.astct_2019"].rows
    untestable = next(row.when["consciousness"] for row in rows if row.id == "g4_unrousable")
    if holds(untestable, consciousness) and ice:
        label = tables.label(consciousness or "")
        shown = plain(ice)
        raise contradiction(
            "ice",
            f"{shown}, {consciousness}",
            f"an ICE score of {shown} is given for a patient in this state: {label.en}. Correct one of the two.",
            f"患者“{label.zh}”，却填写 ICE 评分{shown}分。请改正其一。",
        )


def _notes(inputs: Inputs, tables: Tables, elsewhere: bool, bleeding: bool) -> list[Text]:
    keys = ["no_other_cause"] if known(inputs.other_cause) is None and not elsewhere else []
    keys += ["consciousness_not_counted"] if elsewhere else []
    keys += ["haemorrhage"] if bleeding else []
    notes = [tables.say("icans_grade", key) for key in keys]
    for key, names in (("not_on_scale", _NOT_ON_SCALE), ("outside_scale", _OUTSIDE_SCALE)):
        seen = [name for name in names if getattr(inputs, name) == "present"]
        notes += [fill(tables.say("icans_grade", key), {"finding": _capital(name, tables)}, tables) for name in seen]
    return notes


def _capital(name: str, tables: Tables) -> Text:
    label = tables.label(name)
    return Text(en=label.en[:1].upper() + label.en[1:], zh=label.zh)
