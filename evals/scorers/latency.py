"""How long each answer took, in milliseconds, in this run. Not gated: it belongs to the machine and to what else ran on it."""

from __future__ import annotations

from collections.abc import Iterator

from evals.asking import Asking
from evals.scorers.record import Scored


def milliseconds(asking: Asking, split: str) -> Iterator[Scored]:
    """The time of every question of every set, as it was first asked."""
    for sample, _, elapsed in asking.of_all_sets(split):
        yield Scored(id=sample.id, family=sample.family, language=sample.language, value=elapsed)
