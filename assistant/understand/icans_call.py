"""Whether a question asks for the ICANS grade of one patient. "Which grade is an ICE of 5?" is knowledge, not a patient."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.errors import RuleInputError
from assistant.rules import run
from assistant.understand.cues import cue
from assistant.understand.icans_findings import GRADED, icans_findings
from assistant.understand.question import Call, Family, Question


def asked(question: Question) -> Call | None:
    """The call when a grade is asked for and two graded findings are given, or one that settles the grade by itself."""
    text = question.text
    if not cue("grade_asked", text) or not (cue("icans_named", text) or cue("ice_named", text)):
        return None
    found = icans_findings(text, question.quantities)
    unclear = found.pop("_ice_unclear", "")
    graded = GRADED & found.keys()
    of_this_patient = len(found) >= 2 or bool(set(found.values()) & {"absent", "none"}) or _timed(text, found)
    of_this_patient = of_this_patient or bool(question.drugs and graded - {"ice"})
    of_this_patient = of_this_patient or ("ice" in graded and not cue("ice_knowledge", text))
    if cue("ice_not_done", text) and found:
        return Call(rule="icans_grade", inputs=dict(found))
    if len(graded) >= (1 if unclear else 2) or (graded and of_this_patient) or (graded - {"ice"} and _settles(found)):
        return Call(rule="icans_grade", inputs=dict(found))
    return None


def _timed(text: str, found: Mapping[str, Any]) -> bool:
    """Whether the ICE score is one of a moment ("9 yesterday, 5 today"): a scale is not asked about in this way."""
    return "ice" in found and bool(cue("past", text)) and bool(cue("now", text))


def slots(question: Question, known: Mapping[str, Any]) -> dict[str, Any]:
    """The findings of a follow-up; a new account of a seizure replaces the earlier one as a whole."""
    found: dict[str, Any] = dict(icans_findings(question.text, question.quantities))
    if found.pop("_ice_unclear", ""):
        found["ice"] = None
    if "seizure" in found:
        found.setdefault("seizure_course", None)
        found.setdefault("seizure_minutes", None)
    return found


def _settles(found: Mapping[str, Any]) -> bool:
    try:
        return not run("icans_grade", found).missing
    except RuleInputError:
        return False


FAMILY = Family("icans_grade", asked, slots)
