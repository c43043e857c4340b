"""From wording to a rule and its inputs, and from a follow-up to the same rule with inputs filled or replaced.

Each rule family has a module of its own. An input that the question does not give stays out: the rule asks for it.
"""

from __future__ import annotations

from typing import Any

from assistant.rules import RULES
from assistant.understand import (
    administration_call,
    calendar_call,
    convert_call,
    crs_call,
    ctcae_call,
    dose_call,
    hyperinflammation_call,
    icaht_call,
    icans_call,
    ice_points,
    laboratory,
    management_call,
    period_call,
    reactivation_call,
    replacement_call,
    response_call,
    restart_call,
    tocilizumab_call,
    toxicity_call,
)
from assistant.understand.cues import cue
from assistant.understand.direct_answers import direct_answer
from assistant.understand.question import Call, Family, Question
from assistant.understand.state import State

GRADES = frozenset({"crs_grade", "icans_grade"})
# Tried in this order; the first whose wording fits wins
FAMILIES: tuple[Family, ...] = (
    crs_call.FAMILY,
    icans_call.FAMILY,
    ice_points.FAMILY,
    convert_call.FAMILY,
    response_call.FAMILY,
    *hyperinflammation_call.FAMILIES,
    icaht_call.FAMILY,
    *laboratory.FAMILIES,
    ctcae_call.FAMILY,
    tocilizumab_call.FAMILY,
    toxicity_call.FAMILY,
    *management_call.FAMILIES,
    *period_call.FAMILIES,
    *administration_call.FAMILIES,
    *calendar_call.FAMILIES,
    restart_call.FAMILY,
    dose_call.FAMILY,
    reactivation_call.FAMILY,
    *replacement_call.FAMILIES,
)
_BY_RULE = {family.rule: family for family in FAMILIES}
_LONGEST_FOLLOW_UP = 120
# Inputs that a question on something else can name too; alone they do not continue a calculation
_WEAK = frozenset({"drug", "jurisdiction", "step", "schedule", "last_dose", "crs_diagnosed", "_vasopressors_named"})


def from_question(question: Question) -> Call | None:
    """The rule that the wording asks for, with its inputs; None when it asks for none."""
    return next((call for family in FAMILIES if (call := family.asked(question)) is not None), None)


def in_conversation(question: Question, state: State, other_topic: bool) -> tuple[Call | None, dict[str, str]]:
    """The call in the light of `state`, and what was carried over; `other_topic` when terms of another subject are named."""
    call = from_question(question)
    if call is None or (call.rule == state.rule and _goes_on(question, call)):
        followed, carried = _continued(question, state, other_topic)
        if followed is not None:
            return followed, carried
    if call is None:
        return None, {}
    takes_drug = "drug" in RULES[call.rule].inputs.model_fields
    if takes_drug and not question.drugs and len(state.drugs) == 1 and "drug" not in call.inputs:
        alternative = {**call.alternative, "drug": state.drugs[0]} if call.alternative else None
        inputs = {"drug": state.drugs[0], **call.inputs}
        return call.model_copy(update={"inputs": inputs, "alternative": alternative}), {"drug": state.drugs[0]}
    return call, {}


def _goes_on(question: Question, call: Call) -> bool:
    """Whether a message that could stand alone is worded as a follow-up, or leaves the drug to what was said before."""
    takes_drug = "drug" in RULES[call.rule].inputs.model_fields
    return bool(cue("follow_up", question.text)) or (takes_drug and not question.drugs)


def _continued(question: Question, state: State, other_topic: bool) -> tuple[Call | None, dict[str, str]]:
    family = _BY_RULE.get(state.rule)
    if family is None or len(question.text) > _LONGEST_FOLLOW_UP:
        return None, {}
    if cue("why_asked", question.text):
        return Call(rule=state.rule, inputs=state.inputs), _shown(state.inputs)
    fields = RULES[state.rule].inputs.model_fields
    update = {name: value for name, value in question.common.items() if name in fields}
    update |= family.slots(question, state.inputs) or direct_answer(question.text, state)
    said = {name for name, value in update.items() if value is not None}
    if not said or (said <= _WEAK and (other_topic or _asks_something_else(question, state.rule, said))):
        return None, {}
    inputs = {name: value for name, value in {**state.inputs, **update}.items() if value is not None}
    inputs.pop("_found", None) if "days_since_last_dose" in said else None
    notes = ("days_late",) if "_found" in said else ()
    kept = {name: value for name, value in state.inputs.items() if name in inputs and name not in update}
    return Call(rule=state.rule, inputs=inputs, notes=notes), _shown(kept)


def _asks_something_else(question: Question, rule: str, said: set[str]) -> bool:
    """Whether only a drug or a dose is named while the words ask for another thing (hospital stay, premedication, ...)."""
    if rule == "restart":
        return bool(cue("not_restart", question.text))
    if rule == "dose":
        return bool(cue("never_dose", question.text))
    return bool(cue("management", question.text)) or said <= {"crs_diagnosed"}


def _shown(inputs: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in inputs.items() if not name.startswith("_") and value is not None}
