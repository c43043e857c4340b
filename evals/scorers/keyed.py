"""The five question sets: does the answer show what the key asks for, and nothing that it forbids?"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

from evals.asking import Asked, Asking
from evals.scorers.record import Scored, passages, severity_of
from evals.scoring import score


def keyed(name: str, asking: Asking, split: str) -> Iterator[Scored]:
    """Every sample of the set `name`."""
    for asked in asking.of_set(name, split):
        yield by_key(asked)


rules = partial(keyed, "rules")
guidance = partial(keyed, "guidance")
gaps_conflicts = partial(keyed, "gaps_conflicts")
scope = partial(keyed, "scope")
follow_ups = partial(keyed, "follow_ups")


def by_key(asked: Asked) -> Scored:
    """1 when every check of the key passes, else 0; NaN when the key asks for nothing."""
    sample, answer, _ = asked
    found = score(sample, answer)
    wrong = not found.passed
    return Scored(
        id=sample.id,
        family=sample.family,
        language=sample.language,
        value=float(found.passed) if found.checks else math.nan,
        explanation=found.explanation,
        checks=found.checks,
        severity=severity_of(answer, sample.severity, unsafe=found.unsafe) if wrong else "",
        unsafe=found.unsafe,
        question=sample.text,
        history=sample.history,
        answer=answer.text,
        cited=passages(answer),
    )
