"""Whether a question asks for the CTCAE grade of a measured value, and the inputs of the rule `ctcae_grade` it states."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.understand.cues import cue
from assistant.understand.measured import Measured, measured_in
from assistant.understand.question import Call, Family, Question

# CTCAE term → the measurement that grades it
_TERMS = (
    ("platelet_count_decreased", "platelets"),
    ("neutrophil_count_decreased", "neutrophils"),
    ("anemia", "haemoglobin"),
    ("cd4_lymphocytes_decreased", "cd4"),
    ("lymphocyte_count_decreased", "lymphocytes"),
    ("white_blood_cell_decreased", "white_cells"),
    ("alanine_aminotransferase_increased", "alt"),
    ("aspartate_aminotransferase_increased", "ast"),
    ("alkaline_phosphatase_increased", "alp"),
    ("ggt_increased", "ggt"),
    ("blood_bilirubin_increased", "bilirubin"),
    ("creatinine_increased", "creatinine"),
    ("hypercalcemia", "calcium"),
)
_MEASUREMENT = dict(_TERMS)


def asked(question: Question) -> Call | None:
    """The call when a grade is asked for one measured value; several measurements are several questions."""
    text = question.text
    if not (cue("grade_asked", text) or cue("ctcae_named", text)) or cue("other_than_ctcae", text):
        return None
    found = [(term, value) for term, name in _TERMS if (value := measured_in(name, text)) is not None]
    if len(found) != 1:
        return None
    term, value = found[0]
    return Call(rule="ctcae_grade", inputs={"term": term, **_value(term, value), **_limits(text)})


def slots(question: Question, known: Mapping[str, Any]) -> dict[str, Any]:
    """The value of the same measurement, a unit, a limit of normal or the baseline in a follow-up."""
    name = _MEASUREMENT.get(known.get("term", ""))
    value = measured_in(name, question.text) if name else None
    return (_value(known["term"], value) if value else {}) | _limits(question.text)


def _value(term: str, value: Measured) -> dict[str, Any]:
    unit = "umol_l_creatinine" if (term, value.unit) == ("creatinine_increased", "umol_l") else value.unit
    return {"value": value.value} | ({"unit": unit} if unit else {})


def _limits(text: str) -> dict[str, Any]:
    found = {name: measured_in(name, text) for name in ("uln", "lln", "baseline")}
    return {name: value.value for name, value in found.items() if value is not None}


FAMILY = Family("ctcae_grade", asked, slots)
