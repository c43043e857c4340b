"""Clauses of a question, and the status of a finding inside one: present, absent (negated) or unknown (uncertain).

An unmentioned finding has no status at all; it is never turned into "absent". When the same finding stands in an earlier
clause about the past and in a later one about now, the later one counts ("was on 3 L, now room air").
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Literal

from assistant.types import Record
from assistant.understand.cues import cue

Status = Literal["present", "absent", "unknown"]

_BREAK = re.compile(
    r"[，,。；;!！、\n]|\.(?!\d)|\bbut\b|\band\b(?! vasopressin)|\bthen\b|但是?|然后|现在|目前|\bnow\b", re.ASCII
)


class Clause(Record):
    """A stretch of normalised text; `past` when it speaks of an earlier time and not of now."""

    text: str
    start: int
    past: bool


def clauses_of(text: str) -> tuple[Clause, ...]:
    """The clauses of `text` in order; a break word such as "now" belongs to the clause it opens."""
    starts = [0]
    for match in _BREAK.finditer(text):
        opens = match[0].isalpha() or len(match[0]) > 1
        starts.append(match.start() if opens else match.end())
    bounds = [*sorted(set(starts)), len(text)]
    return tuple(
        Clause(text=text[a:b], start=a, past=bool(cue("past", text[a:b])) and not cue("now", text[a:b]))
        for a, b in pairwise(bounds)
        if text[a:b].strip()
    )


def status_of(clause: str, start: int, end: int) -> Status:
    """The status of the finding at `clause[start:end]` by the words around it in the same clause."""
    before, after = clause[max(0, start - 14) : start], clause[end : end + 10]
    if (
        cue("uncertain", before)
        or cue("uncertain", after)
        or (after.lstrip().startswith(("?", "？")) and len(after) > 2)
    ):
        return "unknown"
    if cue("negation_before", before) or cue("negation_after", after):
        return "absent"
    return "present"
