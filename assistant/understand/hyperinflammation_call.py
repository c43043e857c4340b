"""Whether a question asks if stated findings meet HLH-2004 or the definition of IEC-HS, and the findings it gives.

A measurement that is named with a number but cannot be read exactly (no unit, a bound, a range) is not left out silently:
HLH-2004 counts what is missing as not known, so such a question is not calculated but answered from the sections.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from assistant.errors import RuleInputError
from assistant.rules import run
from assistant.text.quantities import Quantity
from assistant.understand.clauses import clauses_of, status_in
from assistant.understand.cues import cue, pattern
from assistant.understand.measured import Measured, measured_in
from assistant.understand.question import Call, Family, Question

# wording of the measurement → (input of HLH-2004, unit it is taken in)
_MEASURED = {
    "haemoglobin": ("hb_g_l", "g_l"),
    "platelets": ("platelets_10e9_l", "10e9_l"),
    "neutrophils": ("neutrophils_10e9_l", "10e9_l"),
    "ferritin": ("ferritin_ug_l", "ug_l"),
    "fibrinogen": ("fibrinogen_g_l", "g_l"),
    "soluble_cd25": ("soluble_cd25_u_ml", "u_ml"),
}
_SIGNS = ("splenomegaly", "haemophagocytosis", "low_nk_activity")
_LEAST = 3
_NUMBER_NEAR = re.compile(r"[^，,。;；]{0,12}\d")


def hlh_asked(question: Question) -> Call | None:
    """The call when HLH is asked about with at least three findings, all of them readable."""
    text = question.text
    if not cue("hlh_named", text) or not cue("hlh_asked", text) or cue("iec_hs_named", text):
        return None
    found = _hlh(question)
    if len(found) < _LEAST or _unread(text, found):
        return None
    return Call(rule="hlh_2004", inputs=found)


def iec_hs_asked(question: Question) -> Call | None:
    """The call when IEC-HS is asked about with the ferritin of this patient and its unit."""
    text = question.text
    if not cue("iec_hs_named", text) or not cue("iec_hs_asked", text):
        return None
    found = _iec_hs(text)
    return Call(rule="iec_hs", inputs=found) if "ferritin_ug_l" in found else None


def _hlh(question: Question) -> dict[str, Any]:
    text = question.text
    found: dict[str, Any] = {}
    temperature = _temperature(question.quantities)
    if temperature:
        found["temperature_c"] = temperature
    for words, (name, unit) in _MEASURED.items():
        value = _in_unit(measured_in(words, text), unit)
        if value:
            found[name] = value
    lipids = measured_in("triglycerides", text)
    if lipids is not None and lipids.unit in {"mmol_l", "mg_dl"}:
        found[f"triglycerides_{lipids.unit}"] = lipids.value
    return found | _signs(text, _SIGNS)


def _iec_hs(text: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    ferritin = _in_unit(measured_in("ferritin", text), "ug_l")
    if ferritin and not cue("ferritin_at_infusion", text):
        found["ferritin_ug_l"] = ferritin
        limit = measured_in("uln", text)
        if limit is not None and limit.unit in {"", "ug_l", "ng_ml"}:
            found["ferritin_uln_ug_l"] = limit.value
    named = {"attributed": "attributed_to_therapy", "separate": "separate_from_crs_icans"}
    signs = _signs(text, (*named, "ferritin_rising"))
    found |= {name: signs[words] for words, name in named.items() if words in signs}
    return found | ({"ferritin_rising_fast": signs["ferritin_rising"]} if "ferritin_rising" in signs else {})


def _signs(text: str, names: tuple[str, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for clause in clauses_of(text):
        for name in names:
            if match := cue(name, clause.text):
                found[name] = status_in(clause, match.start(), match.end())
    return found


def _temperature(quantities: tuple[Quantity, ...]) -> str:
    """The one exact temperature in °C; "" for none, several, or one in °F."""
    found = [q for q in quantities if q.unit in {"celsius", "fahrenheit"}]
    if len(found) != 1 or found[0].unit != "celsius" or not found[0].exact:
        return ""
    return str(found[0].value)


def _in_unit(value: Measured | None, unit: str) -> str:
    """The value in `unit` by the rule `convert`; "" without a unit, or for one of another kind."""
    if value is None or not value.unit:
        return ""
    if value.unit == unit:
        return value.value
    try:
        result = run("convert", {"value": value.value, "from_unit": value.unit, "to_unit": unit})
    except RuleInputError:
        return ""
    return str(result.verdicts[0].values["converted"]) if result.verdicts else ""


def _unread(text: str, found: Mapping[str, Any]) -> bool:
    """Whether a measurement of HLH-2004 stands beside a number that was not taken."""
    names: dict[str, tuple[str, ...]] = {words: (name,) for words, (name, _) in _MEASURED.items()}
    names["triglycerides"] = ("triglycerides_mmol_l", "triglycerides_mg_dl")
    return any(
        not any(name in found for name in inputs)
        and any(_NUMBER_NEAR.match(text[match.end() :]) for match in pattern(words).finditer(text))
        for words, inputs in names.items()
    )


def _hlh_slots(question: Question, known: Mapping[str, Any]) -> dict[str, Any]:
    return _hlh(question)


def _iec_hs_slots(question: Question, known: Mapping[str, Any]) -> dict[str, Any]:
    return _iec_hs(question.text)


FAMILIES = (Family("iec_hs", iec_hs_asked, _iec_hs_slots), Family("hlh_2004", hlh_asked, _hlh_slots))
