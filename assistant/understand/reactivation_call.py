"""Whether a question asks if stated HBV values are a reactivation, by the definition of each society.

Runs only with a DNA level that carries its unit, or a surface antigen that came back; otherwise the question is one on
the definitions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.understand.changed_values import change_in
from assistant.understand.cues import cue
from assistant.understand.measured import measured_in
from assistant.understand.question import Call, Family, Question
from assistant.understand.replacement_call import serology_in

_STATUS = {
    ("positive", ""): "hbsag_positive",
    ("positive", "positive"): "hbsag_positive",
    ("negative", "positive"): "hbsag_negative_core_positive",
}


def asked(question: Question) -> Call | None:
    """The call when reactivation is asked about and the DNA of now, or a returned antigen, is given."""
    if not cue("hbv_reactivation_asked", question.text):
        return None
    found = _slots(question.text)
    return Call(rule="hbv_reactivation", inputs=found) if {"dna_now_iu_ml", "hbsag_returned"} & found.keys() else None


def slots(question: Question, known: Mapping[str, Any]) -> dict[str, Any]:
    """Status, DNA and antigen of a follow-up."""
    return _slots(question.text)


def _slots(text: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    markers = serology_in(text)
    status = _STATUS.get((markers.get("hbsag", ""), markers.get("anti_hbc", "")))
    if cue("antigen_returned", text):
        found["hbsag_returned"] = "present"
    elif status:
        found["hbv_status"] = status
    change, now = change_in("hbv_dna", text), measured_in("hbv_dna", text)
    if change is not None and change.unit == "iu_ml":
        found |= {"baseline_dna": "detectable", "dna_baseline_iu_ml": change.baseline, "dna_now_iu_ml": change.now}
    elif now is not None and now.unit == "iu_ml":
        found["dna_now_iu_ml"] = now.value
    for wording, state in (("dna_undetectable_before", "undetectable"), ("dna_not_measured_before", "not_measured")):
        if cue(wording, text):
            found["baseline_dna"] = state
    return found


FAMILY = Family("hbv_reactivation", asked, slots)
