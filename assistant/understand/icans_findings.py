"""Findings for the ICANS grade: ICE points, consciousness, seizures, weakness, oedema, signs of raised pressure.

Each finding is present, absent or (when the wording is uncertain) unknown; what is not mentioned is left out, and the rule
asks for it if it could change the grade. The wordings stand in `icans.yaml`.
"""

from __future__ import annotations

import re

from assistant.text.exactness import is_exact
from assistant.text.quantities import Quantity
from assistant.understand.clauses import Clause, clauses_of, status_in
from assistant.understand.cues import choice_patterns, cue, pattern

_SIGNS = (
    "motor_weakness",
    "raised_icp_signs",
    "intracranial_haemorrhage",
    "tremor",
    "myoclonus",
    "headache",
    "asterixis",
    "hallucinations",
)
_VAGUE = ("motor_weakness", "raised_icp_signs")
_NORMAL = {
    "consciousness": "alert",
    "seizure": "none",
    "motor_weakness": "absent",
    "brain_oedema": "none",
    "raised_icp_signs": "absent",
}
# "..., now 5", -> 5, 降到5分
_ICE_LATER = re.compile(
    r"(?:\bnow\b|\btoday\b|\bcurrently\b|->|→|=>|\bdown to\b|\bto\b(?=\s*\d)|现在|目前|今[天晨早]|[降跌掉]到?至?|变(?:成|为))"
    r"(?P<doubt>[^\d，。;；]{0,8}?(?:about|around|约|[<>≥≤~])\s*)?[^\d，。;；]{0,8}?(?P<points>\d{1,2})"
    r"(?P<range>\s*(?:-|~|到|至|to|or|或)\s*\d)?(?=\s*(?:/\s*10|分|points?|$|[,，.。;；?？!]))",
    re.ASCII,
)
# "6 min after the dose" says when, not how long
_AFTER_SOMETHING = re.compile(r"\s*(?:after|post|since|from|ago|into|之?前|之?后|以前|以后)")
_EARLIER_BESIDE = re.compile(r"\s*[(,，]?\s*(?:was|from|previously|之前|原来|此前)\s*(?:是|为)?\s*\d")
_ICE_TODAY = re.compile(
    r"(?P<doubt>(?:about|around|约|[<>≥≤~])\s*)?(?<![\d./-])(?P<points>\d{1,2})(?P<range>\s*(?:-|~|to|or)\s*\d+)?\s*(?:/\s*10)?\s*(?:points? )?(?:today|now|currently)\b",
    re.ASCII,
)
_ICE_FROM = re.compile(r"\bfrom\b|[从由]", re.ASCII)
# Findings that the table grades; the others are only named in its result
GRADED = frozenset({"ice", *_NORMAL, "died_of_icans"})


def icans_findings(text: str, quantities: tuple[Quantity, ...]) -> dict[str, str]:
    """The inputs of the rule `icans_grade` that normalised `text` gives; only what is said, the latest state of each."""
    found: dict[str, str] = {}
    _ice(text, found)
    for clause in sorted(clauses_of(text), key=lambda c: not c.past):
        _consciousness(clause, found)
        _seizure(clause, quantities, found)
        _oedema(clause, found)
        for sign in _SIGNS:
            if match := cue(sign, clause.text):
                found[sign] = status_in(clause, match.start(), match.end())
            elif sign in _VAGUE and (match := cue(f"{sign}_vague", clause.text)):
                absent = status_in(clause, match.start(), match.end()) == "absent"
                found[sign] = "absent" if absent else "unknown"
    lasting = {"seizure_course", "seizure_minutes"} & found.keys()
    if found.get("seizure") in {"clinical", "nonconvulsive"} and not lasting and cue("seizure_ended", text):
        found["seizure_course"] = "stopped"
    if cue("died_of_icans", text):
        found["died_of_icans"] = "present"
    if cue("rest_normal", text):
        found = {**_NORMAL, **found}
    return found


def _ice(text: str, found: dict[str, str]) -> None:
    """The points of now. Several that time does not tell apart, or one that is not exact, give `_ice_unclear`: asked."""
    stated = list(pattern("ice_scored").finditer(text))
    if not stated:
        return
    clauses = clauses_of(text)
    current = [match for match in stated if not _is_earlier(match, clauses)]
    end = max(match.end() for match in stated)
    later = _ICE_LATER.search(text, end) or _ICE_TODAY.search(text, end)
    if later is not None and (len(current) < len(stated) or not cue("now", current[-1][0])):
        points, exact = later["points"], not (later["doubt"] or later["range"])
    elif current:
        points, exact = _points(current[-1]), all(is_exact(text, m.start(_group(m)), m.end()) for m in current)
        exact = exact and len({_points(match) for match in current}) == 1
    else:
        points, exact = "", False
    if exact:
        found["ice"] = str(int(points))
    else:
        found["_ice_unclear"] = "yes"


def _group(match: re.Match[str]) -> str:
    return "points" if match["points"] else "points2"


def _points(match: re.Match[str]) -> str:
    return match[_group(match)]


def _is_earlier(match: re.Match[str], clauses: tuple[Clause, ...]) -> bool:
    """Whether the score is the one from which it changed ("from 9", 从9), or stands in a clause on an earlier time."""
    if _ICE_FROM.search(match[0]):
        return True
    if _EARLIER_BESIDE.match(match.string, match.end()):
        return False  # "8 (was 10)": the other number is the earlier one
    place = match.start()
    return any(clause.past and clause.start <= place < clause.start + len(clause.text) for clause in clauses)


def _consciousness(clause: Clause, found: dict[str, str]) -> None:
    text = clause.text
    for level, words in choice_patterns("consciousness"):
        match = words.search(text)
        if match is None:
            continue
        status = status_in(clause, match.start(), match.end())
        if status == "absent" and level != "alert":
            continue
        found["consciousness"] = level if status == "present" else "unknown"
        break
    else:
        if match := cue("drowsy", text):
            status = status_in(clause, match.start(), match.end())
            found.setdefault("consciousness", "alert" if status == "absent" else "unknown")
    if match := cue("sedated", text):
        found["consciousness_other_cause"] = status_in(clause, match.start(), match.end())


def _seizure(clause: Clause, quantities: tuple[Quantity, ...], found: dict[str, str]) -> None:
    text = clause.text
    match = cue("seizure", text)
    if match is None:
        return
    status = "absent" if match[0][0] in "没未无不" else status_in(clause, match.start(), match.end())
    if status != "present":
        found["seizure"] = "none" if status == "absent" else "unknown"
        return
    found["seizure"] = "nonconvulsive" if cue("seizure_nonconvulsive", text) else "clinical"
    minutes = [
        q
        for q in quantities
        if q.unit == "minute"
        and clause.start <= q.start < clause.start + len(text)
        and not _AFTER_SOMETHING.match(text, q.end - clause.start)
    ]
    if len(minutes) == 1 and minutes[0].exact:
        found["seizure_minutes"] = str(minutes[0].value)
        return
    courses = [course for course in ("prolonged", "repeated", "stopped") if cue(f"seizure_{course}", text)]
    if courses:
        # a status epilepticus that has resolved was prolonged all the same; "repeated, stopped" is asked about
        found["seizure_course"] = courses[0] if len(courses) == 1 or courses[0] == "prolonged" else "unknown"


def _oedema(clause: Clause, found: dict[str, str]) -> None:
    text = clause.text
    for extent in ("diffuse", "focal"):
        match = cue(f"oedema_{extent}", text)
        if match is not None:
            status = status_in(clause, match.start(), match.end())
            found["brain_oedema"] = {"present": extent, "absent": "none", "unknown": "unknown"}[status]
            return
    if match := cue("oedema", text):
        absent = status_in(clause, match.start(), match.end()) == "absent"
        found["brain_oedema"] = "none" if absent else "unknown"
    elif cue("imaging_normal", text):
        found.setdefault("brain_oedema", "none")
