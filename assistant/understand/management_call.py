"""Whether a question asks what to do for CRS or ICANS of a stated grade: answered by each named body, never merged."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from assistant.understand.cues import cue
from assistant.understand.question import Call, Family, Question

_GRADE = re.compile(r"\b(?:grade|gr|g)\s*(?P<a>[1-4])(?![\d-])|(?P<b>[1-4一二三四])\s*(?:级|度)", re.ASCII)
_HAN = {"一": "1", "二": "2", "三": "3", "四": "4"}
_SUBJECTS = {"crs_management": "crs", "icans_management": "icans_named"}


def _family(rule: str) -> Family:
    def asked(question: Question) -> Call | None:
        text = question.text
        if not cue(_SUBJECTS[rule], text) or not cue("managed", text) or cue("body_named", text):
            return None  # a question to one named body is answered from its own section
        grades = _grades(text)
        if len(grades) != 1:
            return None
        drug = {"drug": question.drug} if question.drug else {}
        return Call(rule=rule, inputs={"grade": grades.pop(), **drug})

    def slots(question: Question, known: Mapping[str, Any]) -> dict[str, Any]:
        grades = _grades(question.text)
        return {"grade": grades.pop()} if len(grades) == 1 else {}

    return Family(rule, asked, slots)


def _grades(text: str) -> set[str]:
    return {_HAN.get(found, found) for match in _GRADE.finditer(text) for found in [match["a"] or match["b"]]}


FAMILIES = tuple(_family(rule) for rule in _SUBJECTS)
