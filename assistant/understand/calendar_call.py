"""The dates of a schedule from a stated start, and whether the interval may become longer at a stated response."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from assistant.understand.calendar_days import DATE
from assistant.understand.cues import cue
from assistant.understand.dose_call import is_combination
from assistant.understand.doses import interval_in
from assistant.understand.question import Call, Family, Question

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
    if not question.drug or not cue("longer_interval", question.text):
        return None
    found = _interval(question, question.drug)
    stated = {"response", "months_in_response", "weeks_on_treatment"} & found.keys()
    return Call(rule="interval", inputs={**question.common, **found}) if len(stated) >= 2 else None


def _start(text: str) -> dict[str, Any]:
    """The one full date in `text`, in the form the rules take."""
    found = [match for match in DATE.finditer(text) if match["y"]]
    if len(found) != 1 or len(list(DATE.finditer(text))) != 1:
        return {}
    try:
        day = date(int(found[0]["y"]), int(found[0]["m"]), int(found[0]["d"]))
    except ValueError:
        return {}
    return {"start_date": day.isoformat()}


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
    months = [q for q in question.quantities if q.unit == "month" and q.value is not None]
    if len(months) == 1 and months[0].comparator == "=" and months[0].upper is None and responses:
        found["months_in_response"] = str(months[0].value)
    if cue("on_weekly", text):
        found["current_interval"] = "weekly"
    if drug == "teclistamab" and is_combination(text):
        found["schedule"] = "with_daratumumab"
    return found


def _schedule_slots(question: Question, known: Mapping[str, Any]) -> dict[str, Any]:
    return {**_schedule(question, question.drug or known.get("drug", "")), **_start(question.text)}


def _interval_slots(question: Question, known: Mapping[str, Any]) -> dict[str, Any]:
    return _interval(question, question.drug or known.get("drug", ""))


FAMILIES = (
    Family("schedule", schedule_asked, _schedule_slots),
    Family("interval", interval_asked, _interval_slots),
)
