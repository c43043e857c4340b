"""One abstention question asked: what came out, and what the decision was based on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.pipeline import Assistant
from assistant.types import Answer
from assistant.understand.state import NEW
from evals.abstention.questions import AbstentionQuestion

Outcome = Literal["answered", "hedged", "abstained", "asked_back"]
ANSWERABLE = frozenset({"answered", "partly"})


class Measured(BaseModel):
    """`features` are empty when the threshold had no say (a rule, a refusal, a question back, another drug)."""

    model_config = ConfigDict(frozen=True)

    id: str
    family: str
    language: str
    label: str
    outcome: Outcome
    kind: str
    section: str
    right_section: bool
    features: dict[str, float]

    @property
    def answerable(self) -> bool:
        """Whether the facts answer the question, wholly or in part."""
        return self.label in ANSWERABLE


def outcome_of(question: AbstentionQuestion, answer: Answer) -> Outcome:
    """Whether the answer claims something, says that what it shows is only near, says it is not covered, or asks back.

    A gap shown with what the sources do say answers the covered part of a `partly` question; an answer that names the
    known gap of a question is as honest as the gap alone.
    """
    if answer.kind == "clarify":
        return "asked_back"
    if answer.kind in {"guidance", "calculation", "comparison"}:
        named = bool(set(question.gaps) & set(answer.gaps))
        if question.label == "gap" and named:
            return "abstained"
        near = any(notice.id == "nearest_only" for notice in answer.warnings)
        return "hedged" if near else "answered"
    return "answered" if question.label == "partly" and answer.statements else "abstained"


def measure(assistant: Assistant, questions: Iterable[AbstentionQuestion]) -> list[Measured]:
    """Every question asked through the whole path, with the features that the decision used."""
    found = []
    for question in questions:
        answer = assistant.ask(question.text)
        reading = assistant._read(question.text, "auto", None, NEW)
        features: dict[str, float] = {}
        section = ""
        if reading.route == "guidance":
            hits = assistant._hits(reading)
            section = hits[0].unit.id if hits else ""
            if hits and not hits[0].missing_drugs:
                features = assistant._guidance.assessor.features(reading, hits)
        cited = {fact for citation in answer.citations for fact in citation.facts}
        found.append(
            Measured(
                id=question.id,
                family=question.family,
                language=question.language,
                label=question.label,
                outcome=outcome_of(question, answer),
                kind=answer.kind,
                section=section,
                right_section=bool(cited & set(question.facts)),
                features=features,
            )
        )
    return found
