"""Formulas whose inputs are laboratory values: corrected calcium, neutrophil count, and the kidney formulas.

A formula is run only when it is named and at least two of its inputs are stated; the rule asks for the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from assistant.text.exactness import is_exact
from assistant.understand.cues import cue
from assistant.understand.measured import measured_in, slots_of
from assistant.understand.question import Call, Family, Question
from assistant.understand.weight import weight_in

_AGE = re.compile(
    r"(?:\b(?:fe)?male|\bwom[ae]n|\bm[ae]n|[男女]性?)\s*[,，]?\s*(?P<d>\d{2,3})(?![\d.]|\s*(?:kg|公斤|cm|厘米|mg|[uµ]mol|斤|磅|lb|%))|\b(?:f|m)\s*[,，/]?\s*(?P<e>\d{2})(?=\s*(?:y\b|[,，]|$))|(?<![\d.])(?P<f>\d{1,3})\s*y\b|(?<![\d.])(?P<a>\d{1,3})\s*(?:岁|years?(?:[ -]old)?\b|-year-old|y\s*/?\s*o\b|yrs?\b)|(?:\bage[d:]?\s*|年龄\s*[:：为是]?\s*)(?P<b>\d{1,3})(?![\d.])|(?<![\d.])(?P<c>\d{1,3})\s*(?:[mf]\b|[男女])",
    re.ASCII,
)
_HEIGHT = re.compile(
    r"(?<![\d.])(?P<value>\d+(?:\.\d+)?)\s*(?P<unit>cm|厘米|公分|m(?:etres?|eters?)?\b(?!\s*/)|米)", re.ASCII
)
Read = Callable[[Question], dict[str, Any]]


def _calcium(question: Question) -> dict[str, Any]:
    if cue("ionised_calcium", question.text):
        return {}
    return slots_of("calcium", question.text, "calcium") | slots_of("albumin", question.text, "albumin")


def _neutrophils(question: Question) -> dict[str, Any]:
    found: dict[str, Any] = slots_of("white_cells", question.text, "wbc")
    for name, words in (("segmented_percent", "segmented"), ("bands_percent", "bands")):
        share = measured_in(words, question.text)
        if share is not None and share.unit in {"percent", ""}:
            found[name] = share.value
    return found


def _person(question: Question) -> dict[str, Any]:
    found: dict[str, Any] = {}
    stated = list(_AGE.finditer(question.text))
    ages = {next(age for age in match.groups() if age) for match in stated}
    if len(ages) == 1 and all(is_exact(question.text, match.start(), match.end()) for match in stated):
        found["age_years"] = ages.pop()
    sexes = [sex for sex in ("male", "female") if cue(sex, question.text)]
    if len(sexes) == 1:
        found["sex"] = sexes[0]
    return found | slots_of("creatinine", question.text, "creatinine")


def _clearance(question: Question) -> dict[str, Any]:
    height = height_in(question.text)
    centimetres = {"height_cm": height[0]} if height and height[1] == "cm" else {}
    return _person(question) | weight_in(question.text, question.quantities) | centimetres


def _body_surface(question: Question) -> dict[str, Any]:
    height = height_in(question.text)
    found = {"height_value": height[0], "height_unit": height[1]} if height else {}
    return found | weight_in(question.text, question.quantities)


def height_in(text: str) -> tuple[str, str] | None:
    """The one height in `text` as (value, unit id of the rules: cm or m); None when there is none, or several."""
    stated = list(_HEIGHT.finditer(text))
    found = {(match["value"], "cm" if match["unit"][0] in "c厘公" else "m") for match in stated}
    exact = all(is_exact(text, match.start(), match.end()) for match in stated)
    return found.pop() if exact and len(found) == 1 else None


def _family(rule: str, named: str, read: Read, *, least: int = 2) -> Family:
    def asked(question: Question) -> Call | None:
        if not cue(named, question.text):
            return None
        found = read(question)
        said = [name for name in found if not name.endswith("_unit")]
        return Call(rule=rule, inputs=found) if len(said) >= least else None

    def slots(question: Question, known: Mapping[str, Any]) -> dict[str, Any]:
        return read(question)

    return Family(rule, asked, slots)


FAMILIES = (
    _family("egfr", "egfr_asked", _person),
    _family("creatinine_clearance", "clearance_asked", _clearance),
    _family("corrected_calcium", "calcium_asked", _calcium),
    _family("bsa", "bsa_asked", _body_surface),
    _family("anc", "anc_asked", _neutrophils),
)
