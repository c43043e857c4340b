"""Whether a question asks for the amount of an administration, and the inputs of the rule `dose` that it states."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from assistant.text.language import has_chinese
from assistant.understand.cues import cue
from assistant.understand.delay import delay_in
from assistant.understand.doses import dose_mentions, interval_in, ordinal_in
from assistant.understand.question import Call, Family, Question
from assistant.understand.third_dose import administrations
from assistant.understand.weight import weight_in

_DAY_ONE = re.compile(r"第(?:1|一)天|\bday (?:1|one)\b|\bd1\b", re.ASCII)


def asked(question: Question) -> Call | None:
    """The call for a question on an amount; `_every_step` when the amounts of the whole schedule are wanted."""
    if len(question.drugs) > 1 or not _is_dose(question):
        return None
    return Call(rule="dose", inputs={**question.common, **_slots(question, question.drug)})


def slots(question: Question, known: Mapping[str, Any]) -> dict[str, Any]:
    """What a follow-up says; a number alone names a step-up dose, and another step or drug drops what depended on it."""
    found = _slots(question, question.drug or known.get("drug", ""))
    if "step" not in found and (ordinal := ordinal_in(question.text)):
        found["step"] = ordinal
    if question.drug and question.drug != known.get("drug"):
        found.setdefault("schedule", None)
    if "step" in found and found["step"] != known.get("step"):
        found.setdefault("_every_step", None)
    return found if any(value is not None for value in found.values()) else {}


def is_combination(text: str) -> bool:
    """Whether teclistamab is given with daratumumab."""
    return bool(cue("combination", text)) and not cue("not_combined", text)


def _is_dose(question: Question) -> bool:
    """A dose is asked for: by words, or by naming a drug with an administration and a weight and little else."""
    text = question.text
    weighed = bool(weight_in(text, question.quantities)) or bool(cue("weight_said", text))
    for_an_amount = (weighed and cue("amount_asked", text)) or (
        interval_in(text) and cue("amount_in_units_asked", text)
    )
    if cue("missed", text) or cue("not_given", text):
        return False  # a dose that was not given: what comes next depends on the days, never on that dose alone
    if cue("never_dose", text) or (cue("not_dose", text) and not for_an_amount):
        return False
    if cue("dose_after_given", text):
        return False  # the amount of the next dose is asked for, not of the one that is named
    if delay_in(text, question.quantities).timed and cue("since_last", text):
        return False
    mentions = dose_mentions(text)
    named = bool(mentions) or bool(interval_in(text)) or bool(_DAY_ONE.search(text))
    if not question.drugs:
        return bool(mentions) and weighed
    if cue("dose_asked", text):
        return named or weighed
    return named and (weighed or _is_terse(question))


def _is_terse(question: Question) -> bool:
    """Only a drug and an administration: "易瑞欧首针", "Talquetamab step-up dose 1?"."""
    if has_chinese(question.text):
        return len(question.text) <= 12
    rest = question.text
    for mention in reversed(dose_mentions(question.text)):
        rest = rest[: mention.start] + " " + rest[mention.end :]
    return len(re.findall(r"[a-z]+", rest)) <= (3 if rest != question.text else 5)


def _slots(question: Question, drug: str) -> dict[str, Any]:
    text = question.text
    found: dict[str, Any] = {}
    named = {mention.id for mention in dose_mentions(text)} - {"treatment"}
    steps = administrations(named, drug)
    interval = interval_in(text)
    if cue("every_step", text):
        found["_every_step"] = "yes"
    elif len(steps) == 1:
        found["step"] = steps[0]
    elif not named and _DAY_ONE.search(text):
        found["step"] = "step_up_1"
    elif not named and interval:
        found["step"] = f"treatment_{interval}"
    schedule = _schedule(drug, interval, text)
    if schedule:
        found["schedule"] = schedule
    return found | weight_in(text, question.quantities)


def _schedule(drug: str, interval: str, text: str) -> str:
    if drug == "talquetamab":
        return interval if interval in {"weekly", "every_2_weeks"} else ""
    if drug != "teclistamab":
        return ""
    if is_combination(text):
        return "with_daratumumab"
    return "monotherapy" if cue("monotherapy", text) else ""


FAMILY = Family("dose", asked, slots)
