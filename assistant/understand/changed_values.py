"""A measurement at baseline and now ("M-protein 40 → 3 g/L", 基线40 g/L，现在3 g/L); both exact, in one unit.

A unit typed once counts for both values only when they are written as one change. A bound, a range or a third value gives
nothing: the rule asks.
"""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.types import Record
from assistant.understand.cues import pattern
from assistant.understand.measured import unit_of, unit_pattern

_NOW = r"(?:is now|now|currently|today|现在|目前|现|今)"
_CHANGE = rf"(?:->|→|=>|to\b|down to|fell to|dropped to|(?:下?降|减|升)(?:到|至|为)|到|至|{_NOW})"
_GAP = r"[^\d<>≥≤~.;；。]"
_NUMBER = r"(?<![\d.])\d+(?:\.\d+)?(?!\d|\.\d)"


class Change(Record):
    """The value at baseline and now as typed, and the unit id of the rules ("" when none is typed)."""

    baseline: str
    now: str
    unit: str


@lru_cache(maxsize=32)
def _change(name: str) -> re.Pattern[str]:
    words = pattern(name).pattern
    before, after = unit_pattern("b"), unit_pattern("n")
    return re.compile(
        rf"(?:{words}){_GAP}{{0,16}}?(?P<b>{_NUMBER})\s*(?:{before})?"
        rf"(?P<between>{_GAP}{{0,12}}?{_CHANGE}{_GAP}{{0,8}}?)(?P<n>{_NUMBER})\s*(?:{after})?",
        re.ASCII,
    )


def change_in(name: str, text: str) -> Change | None:
    """The change of the measurement whose wording is `name`; None when there is none, or not exactly one."""
    if not pattern(name).search(text):
        return None
    found = {change for match in _change(name).finditer(text) if (change := _read(match)) is not None}
    return found.pop() if len(found) == 1 else None


def _read(match: re.Match[str]) -> Change | None:
    if re.search(r"约|左右|about|around|低于|高于|超过|below|above|under|over", match[0]):
        return None
    before, after = unit_of(match, "b"), unit_of(match, "n")
    if before and after and before != after:
        return None
    joined = not re.search(r"[,，、]", match["between"])
    unit = after if after and (before or joined) else ""
    return Change(baseline=match["b"], now=match["n"], unit=unit)
