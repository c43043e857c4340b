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
    graded = GRADED & found.keys()
    if len(graded) >= 2 or (graded - {"ice"} and _settles(found)):
        return Call(rule="icans_grade", inputs=dict(found))
    return None


def slots(question: Question, known: Mapping[str, Any]) -> dict[str, Any]:
    """The findings of a follow-up; a new account of a seizure replaces the earlier one as a whole."""
    found: dict[str, Any] = dict(icans_findings(question.text, question.quantities))
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
