"""The dates of a schedule from a stated start, and whether the interval may become longer at a stated response."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from assistant.text.exactness import is_exact
from assistant.understand.calendar_days import full_date_in
from assistant.understand.cues import cue, pattern
from assistant.understand.dose_call import is_combination
from assistant.understand.doses import interval_in
from assistant.understand.question import Call, Family, Question
from assistant.understand.weight import weight_stated

_OF_THIS_PATIENT = frozenset(
    {
        "response",
        "months_in_response",
        "weeks_on_treatment",
        "weeks_every_2_weeks",
        "week",
        "full_doses",
        "response_maintained",
        "response_confirmed_times",
        "current_interval",
    }
)
_COUNTS = {
    "week": re.compile(
        r"(?<!every )\bweek\s*(?P<a>\d{1,3})(?![\d.])(?! of (?:every|each))|第\s*(?P<b>\d{1,3})\s*周", re.ASCII
    ),
    "full_doses": re.compile(
        r"(?<![\d.-])(?P<a>\d{1,3})\s*(?:full|200[- ]?mg|treatment) doses?\b|(?:足量|全量|200\s*mg)[^\d，。;；]{0,6}(?P<b>\d{1,3})\s*[次针剂]",
        re.ASCII,
    ),
    "response_confirmed_times": re.compile(
        r"(?:confirmed|on)\s*(?P<a>\d)\s*(?:consecutive\s*)?(?:times|assessments)|连续\s*(?P<b>\d)\s*次(?:评估|确认)",
        re.ASCII,
    ),
}
_RESPONSES = ("less_than_pr", "vgpr", "cr_or_better", "pr")


def schedule_asked(question: Question) -> Call | None:
    """The call when dates are asked for and the start is typed with its year; without a start it is a knowledge question."""
    if not question.drug or not cue("schedule_asked", question.text) or not cue("starts", question.text):
        return None
    start = _start(question.text)
    return (
        Call(rule="schedule", inputs={**question.common, **_schedule(question, question.drug), **start})
        if start
        else None
    )


def interval_asked(question: Question) -> Call | None:
    """The call when a longer interval is asked for with the response or the time of this patient."""
    text = question.text
    if not question.drug or not cue("longer_interval", text):
        return None
    if cue("amount_in_units_asked", text) or (cue("amount_asked", text) and weight_stated(text, question.quantities)):
        return None  # the amount at the new interval is asked for
    found = _interval(question, question.drug)
    stated = _OF_THIS_PATIENT & found.keys()
    return Call(rule="interval", inputs={**question.common, **found}) if len(stated) >= 2 else None


def _start(text: str) -> dict[str, Any]:
    """The one full date in `text`, in the form the rules take."""
    day = full_date_in(text)
    return {"start_date": day} if day else {}


def _schedule(question: Question, drug: str) -> dict[str, Any]:
    interval = interval_in(question.text)
    if drug == "talquetamab" and interval in {"weekly", "every_2_weeks"}:
        return {"schedule": interval}
    if drug == "teclistamab" and is_combination(question.text):
        return {"schedule": "with_daratumumab"}
    return {"schedule": "monotherapy"} if drug == "teclistamab" and cue("monotherapy", question.text) else {}


def _interval(question: Question, drug: str) -> dict[str, Any]:
    text = question.text
    found: dict[str, Any] = {}
    responses = [name for name in _RESPONSES if cue(f"response_{name}", text)]
    if len(responses) == 1:
        found["response"] = responses[0]
    months = [q for q in question.quantities if q.unit == "month"]
    if len(months) == 1 and months[0].exact and responses:
        found["months_in_response"] = str(months[0].value)
    found |= _times(question)
    # the interval that is asked for is not the one of now
    rest = pattern("longer_interval").sub(" ", text)
    current = interval_in(rest)
    if current and not interval_in(rest.replace("weekly", " ").replace("每周", " ") if current == "weekly" else ""):
        found["current_interval"] = current
    if cue("response_lost", text):
        found["response_maintained"] = "absent"
    elif cue("response_held", text):
        found["response_maintained"] = "present"
    if drug == "teclistamab" and is_combination(text):
        found["schedule"] = "with_daratumumab"
    return found


def _times(question: Question) -> dict[str, Any]:
    """Weeks on treatment or on the present interval, the week of treatment, full doses and confirmations; only exact ones."""
    text = question.text
    found: dict[str, Any] = {}
    weeks = [q for q in question.quantities if q.unit == "week"]
    for wording, name in (
        ("weeks_every_2_weeks_said", "weeks_every_2_weeks"),
        ("weeks_on_treatment_said", "weeks_on_treatment"),
    ):
        said = {
            str(q.value)
            for q in weeks
            if q.exact and (cue(wording, text[max(0, q.start - 26) : q.start] + "|" + text[q.end : q.end + 18]))
        }
        if len(said) == 1 and said.isdisjoint(found.values()):
            found[name] = said.pop()
    for name, words in _COUNTS.items():
        counted = list(words.finditer(text))
        values = {match["a"] or match["b"] for match in counted}
        if len(values) == 1 and all(is_exact(text, match.start(), match.end()) for match in counted):
            found[name] = values.pop()
    return found


def _schedule_slots(question: Question, known: Mapping[str, Any]) -> dict[str, Any]:
    return {**_schedule(question, question.drug or known.get("drug", "")), **_start(question.text)}


def _interval_slots(question: Question, known: Mapping[str, Any]) -> dict[str, Any]:
    return _interval(question, question.drug or known.get("drug", ""))


FAMILIES = (
    Family("schedule", schedule_asked, _schedule_slots),
    Family("interval", interval_asked, _interval_slots),
)
