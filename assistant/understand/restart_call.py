"""Whether a question asks what to give after a delay, and the inputs of the rule `restart` that it states."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from assistant.errors import RuleInputError
from assistant.rules import run
from assistant.understand.calendar_days import NUMERIC_DATE, actual_dates
from assistant.understand.cues import cue
from assistant.understand.delay import Delay, delay_in, last_dose_named
from assistant.understand.dose_call import is_combination
from assistant.understand.doses import dose_mentions, interval_in
from assistant.understand.question import Call, Family, Question
from assistant.understand.third_dose import administrations
from assistant.understand.weight import weight_in

_STEPS = ("step_up_1", "step_up_2", "step_up_3", "first_treatment", "treatment_weekly", "treatment_every_2_weeks")
_FIRST = re.compile(r"(?:\bfirst|\b1st|首次|首个|第一[次个针])(?:\s*(?:full|dose|of))*\s*$", re.ASCII)
_BEFORE = {"step_up_2": "step_up_1", "step_up_3": "step_up_2", "first_treatment": "step_up_2"}


def asked(question: Question) -> Call | None:
    """The call for a question on a delay; a dose that is missed while the days are counted from "the last" is read twice."""
    delay = delay_in(question.text, question.quantities)
    if not _is_restart(question, delay):
        return None
    inputs = {**question.common, **_slots(question, delay, question.drug), **_inexact(delay)}
    notes = ("days_late",) if delay.days_late is not None else ("unclear_amount",) if "_found" in inputs else ()
    given = _step_of_amount(question.drug, question) if delay.open_reading else ""
    if (
        given and given != delay.last_dose
    ):  # "0.06 mg/kg was 9 days ago": the amount says which dose was the last one given
        return Call(rule="restart", inputs={**inputs, "last_dose": given}, notes=notes)
    if not delay.open_reading:
        return Call(rule="restart", inputs=inputs, notes=notes)
    before = _BEFORE.get(delay.missed_dose)
    alternative = {**inputs, "last_dose": before} if before else None
    return Call(rule="restart", inputs=inputs, notes=(*notes, "missed_read_as_last"), alternative=alternative)


def slots(question: Question, known: Mapping[str, Any]) -> dict[str, Any]:
    """What a follow-up says: a dose named without more is the last one given ("and if it had been step-up 2?")."""
    delay = delay_in(question.text, question.quantities)
    found = _slots(question, delay, question.drug or known.get("drug", ""))
    mentioned = {mention.id for mention in dose_mentions(question.text)} - {"treatment"}
    named = set(administrations(mentioned, question.drug or known.get("drug", "")))
    if len(named) == 1 and "last_dose" not in found and not cue("missed", question.text):
        found["last_dose"] = named.pop()
    return found | _inexact(delay)


def _is_restart(question: Question, delay: Delay) -> bool:
    text = question.text
    if not (question.drugs or delay.last_dose or delay.missed_dose) or cue("not_restart", text):
        return False
    if not delay.timed and cue("next_dose", text) and (last_dose_named(text) or _dose_on_a_day(text, delay)):
        return True
    if not delay.timed and cue("dose_after_given", text) and delay.last_dose:
        return True  # the dose after one that was given: when it was given is asked for
    if (
        not delay.timed
        and (actual_dates(text) or (NUMERIC_DATE.search(text) and cue("last_dose_said", text)))
        and delay.last_dose
        and (cue("restart_asked", text) or cue("next_dose", text))
    ):
        return not cue("label_asked", text)  # the date of the last dose alone: today's is asked for
    if not cue("delay", text) and delay.days_late is None and not delay.from_dates and "/" not in delay.unclear_amount:
        return False
    if delay.timed:
        return bool(cue("what_next", text) or delay.last_dose or delay.missed_dose)
    if is_combination(text) and not delay.last_dose:
        return False  # no row can be meant: what is known of the combination is in the sources
    interrupted = bool(cue("interrupted", text)) and bool(cue("restart_asked", text))
    missed = bool(delay.missed_dose) or (
        bool(cue("missed", text)) and (bool(interval_in(text)) or not cue("label_asked", text))
    )
    return bool(question.drugs) and (
        interrupted or (missed and bool(cue("next_dose", text) or cue("restart_asked", text)))
    )


def _dose_on_a_day(text: str, delay: Delay) -> bool:
    """Whether a dose is said to have been given on a day that is not counted yet ("SUD1 was on Monday")."""
    return bool(delay.last_dose) and bool(cue("given_when", text))


def _inexact(delay: Delay) -> dict[str, Any]:
    """What was said instead of the days since the last dose; the days themselves are then asked for."""
    if delay.days_since is not None or not (delay.days_late is not None or delay.unclear_amount):
        return {}
    return {"_found": delay.unclear_amount or f"{delay.days_late} d", "days_since_last_dose": None}


def _slots(question: Question, delay: Delay, drug: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    last = "".join(administrations([delay.last_dose], drug)) if delay.last_dose else _step_of_amount(drug, question)
    if last and last != "treatment":
        found["last_dose"] = _combined(last, question.text)
    if delay.days_since is not None:
        found["days_since_last_dose"] = str(delay.days_since)
    return found | weight_in(question.text, question.quantities)


def _combined(last: str, text: str) -> str:
    """The last dose of the daratumumab combination has rows of its own."""
    if is_combination(text) and last in {"treatment_every_2_weeks", "treatment_every_4_weeks"}:
        return last.replace("treatment", "combination")
    return last


def _step_of_amount(drug: str, question: Question) -> str:
    """The administration whose amount (mg or mg/kg) the question names, by the dose tables; "" unless it is exactly one.

    "The first 76 mg" is the first treatment dose where that amount is given more than once.
    """
    text, quantities = question.text, question.quantities
    for unit, key in (("mg/kg", "dose_mg_per_kg"), ("mg", "dose_mg")):
        amounts = [q for q in quantities if q.unit == unit]
        if not drug or not amounts or not amounts[0].exact:
            continue
        steps = [step for step in _STEPS if str(amounts[0].value) in _amounts_of_step(drug, step, key)]
        if "first_treatment" in steps and _FIRST.search(text[max(0, amounts[0].start - 10) : amounts[0].start]):
            return "first_treatment"
        return steps[0] if len(steps) == 1 else ""
    return ""


@lru_cache(maxsize=128)
def _amounts_of_step(drug: str, step: str, key: str) -> frozenset[str]:
    """The values of `key` that the dose tables give for one administration; any weight will do, mg/kg does not depend on it."""
    weight = {"weight_value": "70", "weight_unit": "kg"} if key == "dose_mg_per_kg" else {}
    try:
        result = run("dose", {"drug": drug, "step": step, **weight})
    except RuleInputError:
        return frozenset()
    return frozenset(str(v.values[key]) for v in result.verdicts if key in v.values)


FAMILY = Family("restart", asked, slots)
