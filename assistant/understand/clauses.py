"""Clauses of a question, and the status of a finding inside one: present, absent (negated) or unknown (uncertain).

An unmentioned finding has no status at all; it is never turned into "absent". When the same finding stands in an earlier
clause about the past and in a later one about now, the later one counts ("was on 3 L, now room air").
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Literal

from assistant.types import Record
from assistant.understand.cues import cue, pattern

Status = Literal["present", "absent", "unknown"]

_BREAK = re.compile(
    r"[，,。；;!！、\n]|\.(?!\d)|\bbut\b|\band\b(?! vasopressin)|\bthen\b|但是?|然后|现在|目前|\bnow\b", re.ASCII
)


# Between a negation and a finding: a word of another finding ends the reach of the negation, unless a connective follows it
_OTHER_FINDING = re.compile(
    r"oxygen|\bo2\b|\bbp\b|pressure|pressors?|fever|hypox|hypotens|seizure|weakness|drows|\bra\b|\d|氧|压|烧|热|药|管|抽|瘫|醒|昏|嗜睡|温",
    re.ASCII,
)
_CONNECTED = re.compile(r"(?:\b(?:or|nor|and)|[/及和或与、跟])\s*(?:any |new )?$")
_REACH = 30
# "no seizures, weakness or papilledema", 无抽搐、偏瘫: the bare members of the list share the negation
_NEGATED_START = re.compile(
    r"^\s*(?:.{0,24}\b(?:no|without|denies|denied|nil|neither)\s|\S{0,4}(?:无|没有?|未见?|否认))", re.ASCII
)
_BARE_MEMBER = re.compile(
    r"^\s*(?:(?:or|nor|and|any|new)\s+)*[a-z'-]+(?:\s+(?:or\s+|nor\s+)?[a-z'-]+){0,4}\s*$|^[\u4e00-\u9fff]{2,8}$",
    re.ASCII,
)
_OWN_STATUS = re.compile(
    r"\b(?:is|was|has|have|had|with|on|needs?|normal|present|positive|stable|fine|ok|awake|alert|room|air|but|now|grade|what|which|crs|icans)\b"
    r"|正常|稳|有|伴|现|上了|用了|清|几|级|为|是|呼|嗜|昏|醒",
    re.ASCII,
)


class Clause(Record):
    """A stretch of normalised text; `past` when it speaks of an earlier time and not of now.

    `shares` says whether it is a member of a list that began with a negation: "absent" when the list is closed by "or" or
    written with the enumeration comma, "unknown" when commas alone leave it open ("no oxygen, hypotensive").
    """

    text: str
    start: int
    past: bool
    shares: Literal["", "absent", "unknown"] = ""


def clauses_of(text: str) -> tuple[Clause, ...]:
    """The clauses of `text` in order; a break word such as "now" belongs to the clause it opens."""
    starts = [0]
    for match in _BREAK.finditer(text):
        opens = match[0].isalpha() or len(match[0]) > 1
        starts.append(match.start() if opens else match.end())
    bounds = [*sorted(set(starts)), len(text)]
    found = [
        Clause(text=text[a:b], start=a, past=_is_past(text[a:b])) for a, b in pairwise(bounds) if text[a:b].strip()
    ]
    return tuple(_with_lists(text, found))


def _is_past(clause: str) -> bool:
    """Whether a clause speaks of an earlier time: not of now, and not of a condition ("if she were on 3 L")."""
    return bool(cue("past", clause)) and not cue("now", clause) and not cue("if_so", clause)


def _with_lists(text: str, clauses: list[Clause]) -> list[Clause]:
    """The clauses with what they share with a negation at the start of their list."""
    found: list[Clause] = []
    for number, clause in enumerate(clauses):
        before = found[-1] if found else None
        words = clause.text.strip(" ,，、;；。.!！?？")
        member = bool(_BARE_MEMBER.match(words)) and not _OWN_STATUS.search(words)
        joined = before is not None and text[clause.start - 1] in ",，、"
        if before is None or not member or not joined or not (before.shares or _NEGATED_START.match(before.text)):
            found.append(clause)
            continue
        closed = text[clause.start - 1] == "、" or any(
            re.search(r"\b(?:or|nor)\b|或", later.text) for later in clauses[number : number + 4]
        )
        found.append(clause.model_copy(update={"shares": "absent" if closed else "unknown"}))
    return found


def status_of(clause: str, start: int, end: int) -> Status:
    """The status of the finding at `clause[start:end]` by the words around it in the same clause."""
    before, after = clause[max(0, start - _REACH) : start], clause[end : end + 10]
    near = before[-14:]
    if (
        cue("uncertain", near)
        or cue("uncertain", clause[end : end + 22])
        or (after.lstrip().startswith(("?", "？")) and len(after) > 2)
    ):
        return "unknown"
    if cue("affirmed_after", after):
        return "present"
    if _negated_before(before) or cue("negation_after", after):
        return "absent"
    return "present"


def status_in(clause: Clause, start: int, end: int) -> Status:
    """The same for a member of a list, which shares the negation at the start of the list."""
    status = status_of(clause.text, start, end)
    return clause.shares if status == "present" and clause.shares else status


def _negated_before(before: str) -> bool:
    """Whether a negation reaches the end of `before`: it stands near, with no other finding between, or is carried over one."""
    for match in pattern("negation_before").finditer(before):
        if before[: match.start()].rstrip().endswith((":", "=")):
            continue  # "fever: no" denies the fever, not what follows
        between = before[match.end() :]
        if _CONNECTED.search(between) or (len(between) <= 12 and not _OTHER_FINDING.search(between)):
            return True
    return False
