"""Whether a question asks how much tocilizumab a patient of a stated weight gets, or whether a further dose may be given."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from assistant.understand.cues import cue
from assistant.understand.question import Call, Family, Question
from assistant.understand.weight import weight_in

_COUNT = re.compile(
    r"(?<![\d.])(?P<a>\d)\s*(?:doses?|times)\b(?:\s*(?:given|so far|already|in total|of))?|(?:已|用了?|给了?|打了?|共)\s*(?P<b>\d)\s*[次剂针]",
    re.ASCII,
)
_IN_A_DAY = re.compile(r"\s*(?:in|within|over) (?:the )?(?:last |past )?24|\s*/\s*24")
_SINCE = re.compile(r"\s*(?:ago|since|after|前|以前)|.{0,4}(?:since|ago)")


def asked(question: Question) -> Call | None:
    """The call for an amount by weight, or for a further dose by what was given so far."""
    text = question.text
    if not cue("tocilizumab", text):
        return None
    weight = weight_in(text, question.quantities)
    so_far = _so_far(question) if cue("toci_again", text) else {}
    if not so_far and not (weight and (cue("amount_asked", text) or cue("dose_asked", text))):
        return None
    return Call(rule="tocilizumab_dose", inputs={**weight, **so_far})


def slots(question: Question, known: Mapping[str, Any]) -> dict[str, Any]:
    """The weight, and what was given so far when the follow-up asks for a further dose."""
    so_far = _so_far(question) if cue("toci_again", question.text) else {}
    return {**weight_in(question.text, question.quantities), **so_far}


def _so_far(question: Question) -> dict[str, Any]:
    text = question.text
    found: dict[str, Any] = {}
    for match in _COUNT.finditer(text):
        name = "tocilizumab_doses_24h" if _IN_A_DAY.match(text[match.end() :]) else "tocilizumab_doses_total"
        found[name] = match["a"] or match["b"]
    hours = [q for q in question.quantities if q.unit == "hour" and q.value is not None and q.comparator == "="]
    since = [q for q in hours if q.upper is None and _SINCE.match(text[q.end : q.end + 10])]
    if len(since) == 1:
        found["hours_since_last_tocilizumab"] = str(since[0].value)
    return found


FAMILY = Family("tocilizumab_dose", asked, slots)
