"""What a label says for one named administration: the premedication before it, the hospital stay or proximity after it.

Only a question that names the drug and exactly one administration is answered by rule: "premedication for talquetamab?"
is a question on the label as a whole and stays with the sections.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.understand.clauses import clauses_of, status_in
from assistant.understand.cues import cue
from assistant.understand.doses import dose_mentions, interval_in
from assistant.understand.grades import grade_in
from assistant.understand.question import Call, Family, Question
from assistant.understand.third_dose import administrations

_WORDINGS = {"premedication": "premedication_asked", "monitoring": "hospital_asked"}


def _family(rule: str) -> Family:
    def asked(question: Question) -> Call | None:
        text = question.text
        if not question.drug or not cue(_WORDINGS[rule], text) or cue("comparison", text) or cue("body_named", text):
            return None
        if rule == "premedication" and cue("conditioning", text):
            return None
        others = (wording for other, wording in _WORDINGS.items() if other != rule)
        if any(cue(wording, text) for wording in others):
            return None  # two questions in one: the sections hold both
        step = administration_in(text, question.drug)
        return Call(rule=rule, inputs={**question.common, "step": step, **_previous(rule, text)}) if step else None

    def slots(question: Question, known: Mapping[str, Any]) -> dict[str, Any]:
        step = administration_in(question.text, question.drug or known.get("drug", ""))
        found = {"step": step} if step and not cue("after_previous_dose", question.text) else {}
        return found | _previous(rule, question.text)

    return Family(rule, asked, slots)


def administration_in(text: str, drug: str) -> str:
    """The one administration that `text` names, as the rules know it; "" for none, several, or all of them."""
    if cue("every_step", text):
        return ""
    # "step-up 2, had CRS with step-up 1": the dose that had CRS is the one before
    earlier = [(c.start, c.start + len(c.text)) for c in clauses_of(text) if cue("crs", c.text) and cue("had", c.text)]
    mentioned = {mention.id for mention in dose_mentions(text) if not any(a <= mention.start < b for a, b in earlier)}
    interval = interval_in(text)
    named = administrations(mentioned - {"treatment"}, drug)
    if not named and interval and "treatment" in mentioned:
        return f"treatment_{interval}"
    return named[0] if len(named) == 1 else ""


def _previous(rule: str, text: str) -> dict[str, Any]:
    """Whether CRS (or an infusion reaction) followed the dose before, when a clause says so of that dose."""
    states = set()
    for clause in clauses_of(text):
        match = cue("crs", clause.text) or cue("infusion_reaction", clause.text)
        if match and cue("after_previous_dose", clause.text):
            states.add(status_in(clause, match.start(), match.end()))
    state = states.pop() if len(states) == 1 else "unknown" if states else ""
    if rule == "premedication":
        return {"previous_crs": state} if state else {}
    if state == "absent":
        return {"previous_crs_grade": "none"}
    grade = grade_in(text) if state == "present" else ""
    return {"previous_crs_grade": "grade_1" if grade == "1" else "grade_2_or_higher"} if grade else {}


FAMILIES = tuple(_family(rule) for rule in _WORDINGS)
