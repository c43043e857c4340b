"""Whether a question asks for the ICAHT grade of one patient: the count and its days, each with the limit that is typed.

"ANC below 500/µL for 16 days" gives the days below one limit; the rule asks for the other limits. A count without a unit
gives nothing, and without any days or count the question is one on the scale.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from assistant.understand.cues import cue
from assistant.understand.measured import measured_in
from assistant.understand.question import Call, Family, Question

_LINEAGES = {"neutrophils": "neutrophils", "platelets": "platelets"}
# (lineage, limit as typed) → input that counts the days at it or below it
# The scale counts neutrophils at or below its limits and platelets below them: days by the other bound are asked for
_AT_MOST = (
    r"(?:at or (?:below|under)|≤|<=|at most|not (?:more than|above|over)|no more than|不超过|不高于|小于等于|至多)"
)
_BELOW = r"(?:<(?!=)|(?<!or )under|(?<!or )below|less than|低于|小于(?!等于)|不到|不足)"
_PER_UL = r"(?:cells?|个)?\s*/\s*(?:[uµ]l|mm3|mm³|微升)"
_PER_L = r"[×x*]?\s*10\s*(?:⁹|\^\s*9|e9)\s*/\s*l"
_DAYS = r"[^\d，。;；]{0,16}?(?P<days>\d{1,3})\s*(?:consecutive |straight )?(?:days?|天|日)"
_LIMITS = (
    ("neutrophils", "days_at_most_500", rf"{_AT_MOST}\s*(?:500\s*(?:{_PER_UL})|0\.5\s*(?:{_PER_L}))"),
    ("neutrophils", "days_at_most_100", rf"{_AT_MOST}\s*(?:100\s*(?:{_PER_UL})|0\.1\s*(?:{_PER_L}))"),
    ("platelets", "days_below_100", rf"{_BELOW}\s*100\s*(?:{_PER_L})"),
    ("platelets", "days_below_50", rf"{_BELOW}\s*50\s*(?:{_PER_L})"),
    ("platelets", "days_below_20", rf"{_BELOW}\s*20\s*(?:{_PER_L})"),
)
_OTHER_BOUND = re.compile(
    rf"{_BELOW}\s*(?:[15]00\s*(?:{_PER_UL})|0\.[15]\s*(?:{_PER_L}))|{_AT_MOST}\s*(?:100|50|20)\s*(?:{_PER_L})"
)
_PATTERNS = tuple(
    (
        lineage,
        name,
        re.compile(f"(?:{limit}){_DAYS}", re.ASCII),
        re.compile(rf"(?:never|未曾?|从未|没有)\s*(?:{limit})"),
    )
    for lineage, name, limit in _LIMITS
)


def asked(question: Question) -> Call | None:
    """The call when ICAHT is named and days below a limit, or a late count with its unit, are given."""
    text = question.text
    if not cue("icaht_named", text) or cue("comparison", text):
        return None
    found = _slots(text)
    counted = found.keys() - {"lineage", "period", "confirmed"} or _OTHER_BOUND.search(text)
    return Call(rule="icaht", inputs=found) if counted else None


def slots(question: Question, known: Mapping[str, Any]) -> dict[str, Any]:
    """The cell line, the period, days and counts of a follow-up."""
    return _slots(question.text, known.get("lineage", ""))


def _slots(text: str, before: str = "") -> dict[str, Any]:
    named = [lineage for lineage, words in _LINEAGES.items() if cue(words, text)]
    if len(named) > 1:
        return {}
    found: dict[str, Any] = {"lineage": named[0]} if named else {}
    lineage = named[0] if named else before
    periods = [period for period in ("early", "late") if cue(f"{period}_period", text)]
    if len(periods) == 1:
        found["period"] = periods[0]
    for of, name, days, never in _PATTERNS:
        counted = {match["days"] for match in days.finditer(text)} if of == lineage else set()
        if len(counted) == 1:
            found[name] = counted.pop()
        elif of == lineage and not counted and never.search(text):
            found[name] = "0"
    count = measured_in("neutrophils", text) if lineage == "neutrophils" and periods == ["late"] else None
    if count is not None and count.unit in {"10e9_l", "10e3_ul"}:
        found["neutrophils_10e9_l"] = count.value
    if cue("count_confirmed", text):
        found["confirmed"] = "present"
    return found


FAMILY = Family("icaht", asked, slots)
