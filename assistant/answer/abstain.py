"""Whether what was found is enough to answer with.

A weighted sum of what the best unit holds of the question, plus one hard condition: a drug that the question names must
stand in the unit. The weights are rounded from a logistic regression on the dev questions with an earlier embedding; only
the marks below were chosen again for the shipped one. No threshold curve is published yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from assistant.retrieve.search import Hit
from assistant.understand.reading import Reading

_COVERAGE, _NEARNESS, _CONSTANT = 8.5, 4.0, -5.5
# chosen on dev, separately for questions that name something of the domain and for those that do not
ENOUGH_IN_DOMAIN = -1.8
ENOUGH_FROM = -2.0
RELATED_FROM = -3.2
_DOMAIN = frozenset({"toxicity", "grading", "dosing", "target", "response"})


class Strength(Enum):
    """ENOUGH to answer; WEAK: in the domain but not covered; NONE: nothing to do with the domain."""

    ENOUGH = "enough"
    WEAK = "weak"
    NONE = "none"


def score(hit: Hit) -> float:
    """How well a unit fits the question: higher is better; only the marks above give it a meaning."""
    return _COVERAGE * hit.coverage + _NEARNESS * max(0.0, hit.nearness) + _CONSTANT


def strength_of(reading: Reading, hits: Sequence[Hit]) -> Strength:
    """How strong the evidence of the best hit is for this question."""
    in_domain = bool(reading.drugs) or any(mention.category in _DOMAIN for mention in reading.mentions)
    if not hits:
        return Strength.WEAK if in_domain else Strength.NONE
    if hits[0].missing_drugs:
        return Strength.NONE if reading.foreign_drugs else Strength.WEAK
    best = score(hits[0])
    if best >= (ENOUGH_IN_DOMAIN if in_domain else ENOUGH_FROM):
        return Strength.ENOUGH
    return Strength.WEAK if in_domain and best >= RELATED_FROM else Strength.NONE
