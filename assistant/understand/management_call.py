"""Whether a question asks what to do for CRS or ICANS of a stated grade: answered by each named body, never merged."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from assistant.understand.clauses import clauses_of, status_in
from assistant.understand.cues import cue
from assistant.understand.grades import grade_in
from assistant.understand.question import Call, Family, Question

_PLAIN = {"crs_management": "crs", "icans_management": "icans"}
# the toxicity straight before or after its grade
_BESIDE = r"{0}\s*(?:grade|gr)?\s*(?:[1-4一二三四]|i{{1,3}}|iv)(?!\d)|(?:[1-4一二三四]\s*[级度]|grade\s*(?:[1-4]|i{{1,3}}|iv))\s*的?{0}"
_SUBJECTS = {"crs_management": "crs", "icans_management": "icans_named"}


def _family(rule: str) -> Family:
    def asked(question: Question) -> Call | None:
        text = question.text
        if _subject(text) != rule or not cue("managed", text) or cue("body_named", text):
            return None  # a question to one named body is answered from its own section
        grade = grade_in(text)
        if not grade:
            return None
        drug = {"drug": question.drug} if question.drug else {}
        return Call(rule=rule, inputs={"grade": grade, **drug, **_concurrent(rule, text)})

    def slots(question: Question, known: Mapping[str, Any]) -> dict[str, Any]:
        grade = grade_in(question.text)
        return ({"grade": grade} if grade else {}) | _concurrent(rule, question.text)

    return Family(rule, asked, slots)


def _subject(text: str) -> str:
    """The rule whose toxicity is asked about: the one that is named, and of two the one that stands beside the grade."""
    named = {rule: status for rule, words in _SUBJECTS.items() if (status := _status(words, text))}
    present = [rule for rule, status in named.items() if status == "present"]
    if len(present) != 2:
        return present[0] if len(present) == 1 else ""
    beside = [rule for rule in present if re.search(_BESIDE.format(_PLAIN[rule]), text)]
    return beside[0] if len(beside) == 1 else ""


def _concurrent(rule: str, text: str) -> dict[str, Any]:
    """Whether CRS is there as well; ICANS is managed differently with it."""
    status = _status("crs", text) if rule == "icans_management" else ""
    return {"concurrent_crs": status} if status and cue("icans_named", text) else {}


def _status(words: str, text: str) -> str:
    """Whether the toxicity is present, absent or in doubt; "" when it is not named."""
    for clause in clauses_of(text):
        if match := cue(words, clause.text):
            return status_in(clause, match.start(), match.end())
    return ""


FAMILIES = tuple(_family(rule) for rule in _SUBJECTS)
