"""Immunoglobulin replacement by a stated IgG, and hepatitis B by stated serology."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from assistant.understand.cues import cue, pattern
from assistant.understand.measured import measured_in, slots_of
from assistant.understand.question import Call, Family, Question

_INFECTIONS = {
    "infections_none": "none",
    "infections_life_threatening": "life_threatening",
    "infections_antibiotic": "antibiotic_failure",
    "infections_recurrent": "other_recurrent_or_severe",
}
_MARKERS = ("hbsag", "anti_hbc", "anti_hbs")
_NEXT_MARKER = 14
_JOINED = re.compile(r"\s*(?:and|&|/|、|和|与|及|或|or)\s*(?:the\s*)?")


def igg_asked(question: Question) -> Call | None:
    """The call when replacement is asked about and the IgG of this patient is given, with its unit."""
    found = _immunoglobulin(question.text)
    if not cue("igg_asked", question.text) or not found.get("igg_unit"):
        return None
    return Call(rule="ig_replacement", inputs=found)


def hbv_asked(question: Question) -> Call | None:
    """The call when surface antigen and core antibody are both given; one marker alone is a question for the guidance."""
    found = serology_in(question.text)
    if not {"hbsag", "anti_hbc"} <= found.keys() or not cue("hbv_asked", question.text):
        return None
    return Call(rule="hbv", inputs={**({"drug": question.drug} if question.drug else {}), **found})


def _immunoglobulin(text: str) -> dict[str, Any]:
    found: dict[str, Any] = slots_of("igg", text, "igg")
    protein = measured_in("igg_m_protein", text)
    if protein is not None and protein.unit == found.get("igg_unit"):
        found["igg_m_protein_value"] = protein.value
    histories = [history for words, history in _INFECTIONS.items() if cue(words, text)]
    if len(histories) == 1:
        found["infection_history"] = histories[0]
    return found


def serology_in(text: str) -> dict[str, Any]:
    """Each marker with the result that follows it before the next marker; two results for one marker are "unknown"."""
    places = sorted(
        (match.start(), match.end(), marker) for marker in _MARKERS for match in pattern(marker).finditer(text)
    )
    found: dict[str, Any] = {}
    for number, (_, end, marker) in enumerate(places):
        stop = places[number + 1][0] if number + 1 < len(places) else len(text)
        result = _result(text[end : min(stop, end + _NEXT_MARKER)])
        if not result and number + 1 < len(places) and _JOINED.fullmatch(text[end:stop]):
            following = places[number + 1][1]  # "HBsAg and anti-HBc negative": one result for both
            result = _result(text[following : following + _NEXT_MARKER])
        if result:
            found[marker] = result if found.get(marker, result) == result else "unknown"
    return found


def _result(after: str) -> str:
    first = re.split(r"[,，;；。]", after)[0]
    positive, negative = cue("serology_positive", first), cue("serology_negative", first)
    if positive and negative:
        return ""
    return "positive" if positive else "negative" if negative else ""


def _igg_slots(question: Question, known: Mapping[str, Any]) -> dict[str, Any]:
    return _immunoglobulin(question.text)


def _hbv_slots(question: Question, known: Mapping[str, Any]) -> dict[str, Any]:
    found = serology_in(question.text)
    return found | ({"drug": question.drug} if question.drug else {})


FAMILIES = (Family("ig_replacement", igg_asked, _igg_slots), Family("hbv", hbv_asked, _hbv_slots))
