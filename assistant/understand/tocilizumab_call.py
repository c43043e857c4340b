"""Whether a question asks how much tocilizumab a patient of a stated weight gets, or whether a further dose may be given."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from assistant.text.exactness import is_exact
from assistant.understand.cues import cue
from assistant.understand.question import Call, Family, Question
from assistant.understand.weight import weight_in, weight_stated

_COUNT = re.compile(
    r"(?<![\d.])(?P<a>\d)\s*(?:doses?|times)\b(?:\s*(?:given|so far|already|in total|of))?|(?:已|用了?|给了?|打了?|共)\s*(?P<b>\d)\s*[次剂针]",
    re.ASCII,
)
_WORDED = re.compile(
    r"(?:given|had|received|got)\s+(?P<n>once|twice)|(?:only|just)\s+(?P<o>one|two|three|[1-4])\s+(?:dose\s+)?so far|(?:用|给|打)(?:过|了)(?P<m>[一两二三四])[次针剂]|(?:一共|总共|共|已用|已打|已给)(?:用|给|打)?了?(?P<k>[一两二三四])[次针剂]",
    re.ASCII,
)
_WORDS = {
    "once": "1",
    "twice": "2",
    "一": "1",
    "两": "2",
    "二": "2",
    "三": "3",
    "四": "4",
    "one": "1",
    "two": "2",
    "three": "3",
}
_IN_A_DAY = re.compile(r"\s*(?:in|within|over) (?:the )?(?:last |past )?24|\s*/\s*24")
_SINCE = re.compile(r"\s*(?:ago|since|after|前|以前)|.{0,4}(?:since|ago)")


def asked(question: Question) -> Call | None:
    """The call for an amount by weight, or for a further dose by what was given so far."""
    text = question.text
    if not cue("tocilizumab", text):
        return None
    weight = weight_in(text, question.quantities)
    so_far = _so_far(question) if cue("toci_again", text) else {}
    weighed = weight_stated(text, question.quantities)  # one that is not exact is asked for
    if not so_far and not (weighed and (cue("amount_asked", text) or cue("dose_asked", text))):
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
        if not is_exact(text, match.start("a" if match["a"] else "b"), match.end("a" if match["a"] else "b")):
            continue
        name = "tocilizumab_doses_24h" if _IN_A_DAY.match(text[match.end() :]) else "tocilizumab_doses_total"
        found[name] = match["a"] or match["b"]
    hours = [q for q in question.quantities if q.unit == "hour"]
    if (
        "tocilizumab_doses_total" not in found
        and (worded := {_WORDS.get(m["n"] or m["o"] or m["m"] or m["k"], m["o"]) for m in _WORDED.finditer(text)})
        and len(worded) == 1
    ):
        found["tocilizumab_doses_total"] = worded.pop()
    since = [q for q in hours if q.exact and _SINCE.match(text[q.end : q.end + 10])]
    if len(since) == 1:
        found["hours_since_last_tocilizumab"] = str(since[0].value)
    return found


FAMILY = Family("tocilizumab_dose", asked, slots)
