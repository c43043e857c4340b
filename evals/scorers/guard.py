"""Corrupted drafts must not come through the verifier; correct ones must."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import cast

from assistant.pipeline import Assistant
from evals.asking import Asking
from evals.guard.__main__ import right, wrong
from evals.guard.drafts import extractive, rephrased
from evals.guard.results import Outcome
from evals.scorers.record import Scored


def drafts(asking: Asking, split: str) -> Iterator[Scored]:
    """Every correct and every corrupted draft of one split; extractive drafts come from dev questions."""
    correct = rephrased(asking.evidence, "test" if split == "test" else "dev")
    if split == "dev":
        correct += extractive(cast(Assistant, asking))
    correct = list(asking.some(correct))
    outcomes = [
        *right(correct, asking.evidence, asking.lexicon),
        *wrong(correct, asking.evidence, asking.lexicon),
    ]
    seen: Counter[tuple[str, str]] = Counter()
    for outcome in outcomes:
        seen[outcome.id, outcome.kind] += 1
        yield of_draft(outcome, seen[outcome.id, outcome.kind])


def of_draft(outcome: Outcome, number: int) -> Scored:
    """1 when a corrupted sentence was stopped, or a correct one came through unchanged.

    `number` counts the outcomes of one kind and draft, so that each has an id that stays the same between runs.
    """
    corrupted = outcome.kind != "correct"
    kind = outcome.kind if corrupted else f"correct_{outcome.origin}"
    wrong = not outcome.as_wanted
    return Scored(
        id=f"{outcome.id}~{kind}~{number}",
        family=outcome.id,
        language=outcome.language,
        value=float(outcome.as_wanted),
        explanation="" if not wrong else "came through" if corrupted else "; ".join(outcome.checks) or "refused",
        checks={kind: outcome.as_wanted},
        severity="" if not wrong else "could_harm" if corrupted else "none",
        unsafe=False,
        question=outcome.sentence if wrong else "",
    )
