"""The one toxicity grade that a question states ("grade 3", 3级, Ⅲ度); a range, a bound or a doubtful grade states none.

38.3度 is a temperature, Ⅱ级推荐 a strength of recommendation: neither is a grade.
"""

from __future__ import annotations

import re

from assistant.understand.cues import cue

_NUMERAL = r"[1-4]|[一二三四]|i{1,3}|iv"
_COUNTED = r"(?<![\d.点十])(?:[1-4]|[一二三四])|(?<![a-z])(?:i{1,3}|iv)"
_GRADE = re.compile(
    rf"\b(?:grade|gr|g)\s*(?P<a>{_NUMERAL})(?![\w.])|(?P<b>{_COUNTED})\s*(?:级|度)(?!推荐|证据|护理|医院|预防|淋巴)",
    re.ASCII,
)
_VALUES = {"一": "1", "二": "2", "三": "3", "四": "4", "i": "1", "ii": "2", "iii": "3", "iv": "4"}
_BETWEEN = r"(?:-|~|–|/|、|到|至|或者?|还是|to|or)"
_INEXACT_BEFORE = re.compile(
    rf"(?:[<>≥≤]=?|至少|至多|超过|高于|低于|不到|大于|小于|不低于|at least|at most|above|below|over|under|[1-5一二三四五]\s*(?:级|度)?\s*{_BETWEEN}|grade\s*[1-5]\s*{_BETWEEN})\s*$"
)
_INEXACT_AFTER = re.compile(
    rf"\s*(?:{_BETWEEN}\s*(?:grade\s*)?(?:[1-5一二三四五](?!\d)|i)|[及或]?以[上下]|[及或]更[高重]|or (?:higher|above|more|greater|worse|less|lower|below)|and (?:above|higher)|\+)"
)
_NEGATED = re.compile(r"(?:不是|并非|没到|未到|不到|\bnot(?: a)?|\bnever)\s*$")
_DOUBT = 12


def grades_in(text: str) -> tuple[str, ...]:
    """The grades "1" to "4" that normalised `text` states, without repetition; () as soon as one of them is not exact."""
    found: list[str] = []
    for match in _GRADE.finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        if _NEGATED.search(before[-8:]):
            continue
        if _INEXACT_BEFORE.search(before[-16:]) or _INEXACT_AFTER.match(after) or cue("uncertain", before[-_DOUBT:]):
            return ()
        grade = match["a"] or match["b"]
        found.append(_VALUES.get(grade, grade))
    return tuple(dict.fromkeys(found))


def grade_in(text: str) -> str:
    """The one grade that `text` states exactly; "" for none or several."""
    grades = grades_in(text)
    return grades[0] if len(grades) == 1 else ""
