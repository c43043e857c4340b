"""Contraception, breast-feeding, live vaccines and CYP substrates: until which day, counted from a date that is typed.

Without a full date nothing is counted, and the question on the label stays with the sections. A date whose part in the
treatment is not said (last dose, start, ...) is not used either.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.understand.calendar_days import full_date_in
from assistant.understand.cues import cue
from assistant.understand.question import Call, Family, Question

_TOPICS = {
    "contraception": {"contraception": "contraception_asked", "breast_feeding": "breast_feeding_asked"},
    "vaccine_and_cyp_windows": {"live_vaccine": "live_vaccine_asked", "cyp_substrate": "cyp_asked"},
}
# part of the date in the treatment → its wording; by rule, only those from which it counts
_DATES = {
    "contraception": {"last_dose_date": "last_dose_date_said"},
    "vaccine_and_cyp_windows": {
        "crs_end_date": "crs_end_date_said",
        "first_treatment_date": "first_treatment_date_said",
        "step_up_2_date": "last_step_up_date_said",
        "last_dose_date": "last_dose_date_said",
        "start_date": "starts",
    },
}


def _family(rule: str) -> Family:
    def asked(question: Question) -> Call | None:
        topic, dated = _topic(rule, question.text), _dated(rule, question.text)
        if not question.drug or not topic or not dated:
            return None
        return Call(rule=rule, inputs={**question.common, "topic": topic, **dated})

    def slots(question: Question, known: Mapping[str, Any]) -> dict[str, Any]:
        topic = _topic(rule, question.text)
        return ({"topic": topic} if topic else {}) | _dated(rule, question.text)

    return Family(rule, asked, slots)


def _topic(rule: str, text: str) -> str:
    topics = [topic for topic, wording in _TOPICS[rule].items() if cue(wording, text)]
    return topics[0] if len(topics) == 1 else ""


def _dated(rule: str, text: str) -> dict[str, Any]:
    day = full_date_in(text)
    parts = [name for name, wording in _DATES[rule].items() if cue(wording, text)]
    return {parts[0]: day} if day and parts else {}


FAMILIES = tuple(_family(rule) for rule in _TOPICS)
