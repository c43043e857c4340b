"""Whether a question asks for one number in another unit ("4 g/L IgG in mg/dL", 38.5℃是多少华氏度)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from assistant.text.exactness import is_exact
from assistant.understand.cues import cue
from assistant.understand.question import Call, Family, Question

_UNITS = (
    ("mg_dl", r"mg\s*/\s*dl|毫克\s*/\s*分升"),
    ("ug_ml", r"[uµ]g\s*/\s*ml"),
    ("ng_ml", r"ng\s*/\s*ml"),
    ("ug_l", r"[uµ]g\s*/\s*l\b"),
    ("mg_l", r"mg\s*/\s*l\b"),
    ("g_dl", r"g\s*/\s*dl"),
    ("g_l", r"g\s*/\s*l\b|克\s*/\s*(?:升|l\b)"),
    ("umol_l_creatinine", r"[uµ]mol\s*/\s*l\b|微摩尔?\s*/\s*升"),
    ("10e9_l", r"(?:[x×*]\s*)?10\s*(?:⁹|\^\s*9)\s*/\s*l"),
    ("per_ul", r"/\s*[uµ]l|/\s*微升"),
    ("per_mm3", r"/\s*mm(?:3|³)"),
    ("C", r"°\s*c\b|摄氏度?|celsius|℃|\bc\b|(?<=\d)c\b"),
    ("F", r"°\s*f\b|华氏度?|fahrenheit|\bf\b|(?<=\d)f\b"),
    ("kg", r"kgs?\b|公斤|千克"),
    ("lb", r"lbs?\b|pounds?\b|磅"),
    ("jin_mainland", r"市斤"),
    ("jin_taiwan", r"台斤"),
    ("jin_hong_kong", r"司马斤|港斤"),
    ("jin", r"斤|\bjin\b|catt(?:y|ies)\b"),
    ("cm", r"cm\b|厘米|公分"),
    ("inch", r"inch(?:es)?\b|英寸"),
)
_UNIT = "|".join(f"(?P<%s{number}>{spelling})" for number, (_, spelling) in enumerate(_UNITS))
_NUMBERED = _UNIT.replace("%s", "f"), _UNIT.replace("%s", "t")
_REVERSED = re.compile(
    rf"(?:how (?:many|much)|多少|几)\s*(?:{_NUMBERED[1]})\s*(?:is|are|in|do|makes?|等于|是|合)?\s*(?P<value>\d+(?:\.\d+)?)\s*(?:{_NUMBERED[0]})",
    re.ASCII,
)
_ASKED = re.compile(
    rf"(?<![\d.<>≥≤])(?P<value>\d+(?:\.\d+)?)\s*(?:{_NUMBERED[0]})\s*(?:of )?(?:[a-z]{{2,12}} )?"
    rf"(?:\bin(?:to)?\b|\bis\b|\bequals?\b|\bmakes?\b|\bto\b|=|\bas\b|等于|是|合|折合?|换算?(?:成|为|到)?|转(?:换)?(?:成|为)?|->)\s*(?:how many|多少|几|what)?\s*(?:{_NUMBERED[1]})",
    re.ASCII,
)


def asked(question: Question) -> Call | None:
    """The call when a number with its unit is followed by the unit wanted."""
    match = _ASKED.search(question.text) or _REVERSED.search(question.text)
    if match is None or not is_exact(question.text, match.start("value"), match.end("value")):
        return None
    units = [
        next(unit for number, (unit, _) in enumerate(_UNITS) if match[f"{side}{number}"] is not None) for side in "ft"
    ]
    if units[0] == units[1]:
        return None
    if "umol_l_creatinine" in units and not cue("creatinine", question.text):
        return None  # a molar amount converts only for a named substance
    return Call(rule="convert", inputs={"value": match["value"], "from_unit": units[0], "to_unit": units[1]})


def slots(question: Question, known: Mapping[str, Any]) -> dict[str, Any]:
    """A conversion has no follow-up: each is asked anew."""
    return {}


FAMILY = Family("convert", asked, slots)
