"""Whether a question asks for the CTCAE grade of a measured value, and the inputs of the rule `ctcae_grade` it states."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.understand.cues import cue
from assistant.understand.measured import Measured, measured_in, stated_inexactly
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
    ("weight_loss", "weight_lost"),
)
_MEASUREMENT = dict(_TERMS)


def asked(question: Question) -> Call | None:
    """The call when a grade is asked for one measured value; several measurements are several questions."""
    text = question.text
    if not (cue("grade_asked", text) or cue("ctcae_named", text)) or cue("other_than_ctcae", text):
        return None
    found = [(term, value) for term, name in _TERMS if (value := measured_in(name, text)) is not None]
    if not found and cue("ctcae_named", text) and cue("fever_graded", text):
        return _fever(question)
    unclear = [term for term, name in _TERMS if stated_inexactly(name, text)]
    if not found and len(unclear) == 1 and not cue("comparison", text):
        return Call(rule="ctcae_grade", inputs={"term": unclear[0], **_limits(text)})  # the value is asked for
    if len(found) != 1:
        return None
    term, value = found[0]
    return Call(
        rule="ctcae_grade",
        inputs={"term": term, **_value(term, value, bool(cue("ionised_calcium", text))), **_limits(text)},
    )


def _fever(question: Question) -> Call | None:
    """Fever as CTCAE grades it: by the temperature and the hours at this height; () without an exact temperature."""
    degrees = [q for q in question.quantities if q.unit in {"celsius", "fahrenheit"}]
    hours = [q for q in question.quantities if q.unit == "hour"]
    if len(degrees) != 1 or not degrees[0].exact:
        return None
    found = {"temperature_value": str(degrees[0].value), "temperature_unit": degrees[0].unit[0].upper()}
    lasting = {"fever_hours": str(hours[0].value)} if len(hours) == 1 and hours[0].exact else {}
    return Call(rule="ctcae_grade", inputs={"term": "fever", **found, **lasting})


def slots(question: Question, known: Mapping[str, Any]) -> dict[str, Any]:
    """The value of the same measurement, a unit, a limit of normal or the baseline in a follow-up."""
    name = _MEASUREMENT.get(known.get("term", ""))
    value = measured_in(name, question.text) if name else None
    return (_value(known["term"], value) if value else {}) | _limits(question.text)


def _value(term: str, value: Measured, ionised: bool = False) -> dict[str, Any]:
    if term == "hypercalcemia" and ionised:
        return {"value": value.value} | ({"unit": f"{value.unit}_ionised"} if value.unit else {})
    unit = "umol_l_creatinine" if (term, value.unit) == ("creatinine_increased", "umol_l") else value.unit
    return {"value": value.value} | ({"unit": unit} if unit else {})


def _limits(text: str) -> dict[str, Any]:
    found = {name: measured_in(name, text) for name in ("uln", "lln", "baseline") if not cue(f"times_{name}", text)}
    limits: dict[str, Any] = {name: value.value for name, value in found.items() if value is not None}
    states = (("baseline_normal", "not_above_uln"), ("baseline_raised", "above_uln"))
    stated = [state for wording, state in states if cue(wording, text)]
    return limits | ({"baseline_state": stated[0]} if len(stated) == 1 else {})


FAMILY = Family("ctcae_grade", asked, slots)
