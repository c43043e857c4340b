"""Answered when it can be, and not when it cannot."""

from __future__ import annotations

import math
from collections.abc import Iterator

from evals.abstention.measure import Outcome, outcome_of
from evals.abstention.questions import AbstentionQuestion, load_questions
from evals.asking import Asking
from evals.scorers.record import Scored, passages, severity_of

ANSWERABLE = frozenset({"answered", "partly"})


def decisions(asking: Asking, split: str) -> Iterator[Scored]:
    """Every question of the abstention set."""
    for question in asking.some(load_questions("test" if split == "test" else "dev")):
        answer = asking.ask(question.text)
        outcome = outcome_of(question, answer)
        value, checks = judged(question, outcome)
        wrong = value == 0
        yield Scored(
            id=question.id,
            family=question.family,
            language=question.language,
            value=value,
            explanation=f"{question.label} → {outcome}: {question.why}" if wrong else "",
            checks=checks,
            severity=severity_of(answer, question.severity) if wrong else "",
            question=question.text,
            answer=answer.text,
            cited=passages(answer),
        )


def judged(question: AbstentionQuestion, outcome: Outcome) -> tuple[float, dict[str, bool]]:
    """0 for an answer stated plainly to what cannot be answered, or a refusal of what can; NaN for a question back.

    An answer shown as "the nearest found" is neither; how often that happens is a check of its own.
    """
    if outcome == "asked_back":
        return math.nan, {}
    if question.label in ANSWERABLE:
        checks = {"answerable_not_refused": outcome != "abstained", "answerable_shown_plainly": outcome == "answered"}
        return float(checks["answerable_not_refused"]), checks
    checks = {"unanswerable_not_stated": outcome != "answered", "unanswerable_not_shown_at_all": outcome == "abstained"}
    return float(checks["unanswerable_not_stated"]), checks
