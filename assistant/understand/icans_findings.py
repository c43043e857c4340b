"""Findings for the ICANS grade: ICE points, consciousness, seizures, weakness, oedema, signs of raised pressure.

Each finding is present, absent or (when the wording is uncertain) unknown; what is not mentioned is left out, and the rule
asks for it if it could change the grade. The wordings stand in `icans.yaml`.
"""

from __future__ import annotations

from assistant.text.quantities import Quantity
from assistant.understand.clauses import Clause, clauses_of, status_in
from assistant.understand.cues import choice_patterns, cue

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
    if cue("died_of_icans", text):
        found["died_of_icans"] = "present"
    if cue("rest_normal", text):
        found = {**_NORMAL, **found}
    return found


def _ice(text: str, found: dict[str, str]) -> None:
    match = cue("ice_scored", text)
    if match is not None:
        found["ice"] = str(int(match["points"] or match["points2"]))


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
    status = status_in(clause, match.start(), match.end())
    if status != "present":
        found["seizure"] = "none" if status == "absent" else "unknown"
        return
    found["seizure"] = "nonconvulsive" if cue("seizure_nonconvulsive", text) else "clinical"
    minutes = [
        q
        for q in quantities
        if q.unit == "minute" and clause.start <= q.start < clause.start + len(text) and q.comparator == "="
    ]
    if len(minutes) == 1 and minutes[0].value is not None and minutes[0].upper is None:
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
