"""Which rules the chat model may call, and with which inputs: none that our own reading of the question does not hold.

A rule is offered only when the reading gives it every input it needs, beyond a drug or a jurisdiction alone. A call with
any other input is refused, and a call that leaves one out runs with it all the same: the model chooses the rule, never an
input. Example: "teclistamab second ramp-up, 78 kilos" offers `dose` with drug, step and weight; a call with 80 kg is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from assistant.errors import AssistantError
from assistant.rules import RULES, run
from assistant.text.normalise import normalise
from assistant.types import Record
from assistant.understand import rule_calls
from assistant.understand.cues import cue
from assistant.understand.question import Family, Question
from assistant.understand.reading import Reading
from assistant.understand.state import NEW, State

_GENERAL = frozenset({"drug", "jurisdiction"})
_CRS, _ICANS = "cytokine release syndrome", "immune effector cell-associated neurotoxicity syndrome"
# The rules that are offered, and the toxicity that the question must name for it: "non-ICANS neurotoxicity, grade 2" is no
# grade of CRS. A rule that is not listed reads a follow-up only in the light of the question before, and is not offered.
_OFFERED: dict[str, str] = {
    "dose": "",
    "restart": "",
    "schedule": "",
    "interval": "",
    "convert": "",
    "bsa": "",
    "anc": "",
    "egfr": "",
    "creatinine_clearance": "",
    "corrected_calcium": "",
    "crs_grade": _CRS,
    "crs_management": _CRS,
    "tocilizumab_dose": _CRS,
    "icans_grade": _ICANS,
    "icans_management": _ICANS,
    "ice_score": _ICANS,
}
_MANAGEMENT = frozenset({"crs_management", "icans_management"})


class Offer(Record):
    """A rule that may be called, with the only inputs it will run with."""

    rule: str
    inputs: dict[str, Any]


def offers(reading: Reading, before: State, tables: Path | None = None) -> tuple[Offer, ...]:
    """The rules that can run on what was said; `before` is the state of the conversation before this question."""
    if reading.route != "guidance":
        return ()
    text = normalise(reading.question).text.strip()
    before = NEW if cue("new_patient", text) else before
    question = Question(
        text=text, quantities=reading.quantities, drugs=reading.drugs, jurisdictions=reading.jurisdictions
    )
    found = (
        Offer(rule=family.rule, inputs=_confirmed(family, question, before))
        for family in rule_calls.FAMILIES
        if family.rule in _OFFERED
    )
    return tuple(offer for offer in found if _is_about(offer, reading) and _runs(offer, tables))


def unconfirmed(offer: Offer, given: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the inputs in a call that are not those of the offer; empty when the call may run."""
    model = RULES[offer.rule].inputs
    try:
        asked = model.model_validate({name: value for name, value in given.items() if value is not None})
    except ValidationError as faults:
        return tuple(dict.fromkeys(str(fault["loc"][0]) if fault["loc"] else "inputs" for fault in faults.errors()))
    meant = model.model_validate(offer.inputs)
    return tuple(
        name
        for name in sorted(asked.model_fields_set)
        if getattr(asked, name) is not None
        and (name not in offer.inputs or getattr(asked, name) != getattr(meant, name))
    )


def _confirmed(family: Family, question: Question, before: State) -> dict[str, Any]:
    """What the question and, for the same rule, the turns before it give; inputs of the conversation only are left out."""
    fields = RULES[family.rule].inputs.model_fields
    known = before.inputs if before.rule == family.rule else {}
    said = {**question.common, **family.slots(question, known)}
    together = {**known, **said}
    return {name: value for name, value in together.items() if name in fields and value is not None}


def _is_about(offer: Offer, reading: Reading) -> bool:
    if not set(offer.inputs) - _GENERAL:
        return False
    subject = _OFFERED[offer.rule]
    if not subject:
        return True
    named = {i for mention in reading.mentions if mention.category == "toxicity" for i in mention.ids}
    return named == {subject} if offer.rule in _MANAGEMENT else subject in named


def _runs(offer: Offer, tables: Path | None) -> bool:
    """Whether the rule gives a result for these inputs alone: nothing is missing and some document covers it."""
    try:
        result = run(offer.rule, offer.inputs, local_tables=tables)
    except AssistantError:
        return False
    return not result.missing and any(verdict.status == "applies" for verdict in result.verdicts)
