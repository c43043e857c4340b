"""Whether a question asks what to do with the drug (hold, go on, stop for good) at one stated toxicity of this patient.

What to do for the patient at CRS or ICANS is another question (`management_call`). Several toxicities are several
questions, and a question to one named label or guideline is answered from its own section.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.understand.cues import choice_patterns, cue
from assistant.understand.grades import grade_in
from assistant.understand.measured import slots_of
from assistant.understand.question import Call, Family, Question

# labels act on these without a grade
_UNGRADED = frozenset({"infection", "febrile_neutropenia", "hbv_reactivated", "administration_reaction"})


def asked(question: Question) -> Call | None:
    """The call for one drug, one toxicity and its grade (or count), with a wording that asks about the drug."""
    text = question.text
    if not question.drug or not cue("drug_action_asked", text) or cue("body_named", text) or cue("comparison", text):
        return None
    toxicity, found = toxicity_in(text), _slots(text)
    stated = "grade" in found or toxicity in _UNGRADED or (toxicity == "neutropenia" and "anc_value" in found)
    if not toxicity or not stated:
        return None
    return Call(rule="toxicity_action", inputs={**question.common, "toxicity": toxicity, **found})


def slots(question: Question, known: Mapping[str, Any]) -> dict[str, Any]:
    """Another toxicity, grade, occurrence, phase or neutrophil count."""
    toxicity = toxicity_in(question.text)
    return ({"toxicity": toxicity} if toxicity else {}) | _slots(question.text)


def toxicity_in(text: str) -> str:
    """The one toxicity that `text` names; "" for none or several. "Non-ICANS neurotoxicity" is a neurotoxicity."""
    if cue("not_icans", text):
        return "neurotoxicity"
    found = [name for name, words in choice_patterns("toxicities") if words.search(text)]
    if found[:1] == ["febrile_neutropenia"]:
        found = [name for name in found if name != "neutropenia"]
    if "icans" in found:
        found = [name for name in found if name != "neurotoxicity"]
    return found[0] if len(found) == 1 else ""


def _slots(text: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if grade := grade_in(text):
        found["grade"] = grade
    for name, choices in (
        ("occurrence", (("recurrent_said", "recurrent"), ("first_said", "first"))),
        ("phase", (("in_step_up", "step_up"), ("in_treatment", "treatment"))),
    ):
        said = [choice for wording, choice in choices if cue(wording, text)]
        if len(said) == 1:
            found[name] = said[0]
    return found | slots_of("neutrophils", text, "anc")


FAMILY = Family("toxicity_action", asked, slots)
