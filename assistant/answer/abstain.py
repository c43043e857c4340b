"""Whether what was found is enough to answer with. Thresholds are chosen on the dev questions (docs/evaluation.md)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from assistant.retrieve.search import Hit
from assistant.understand.reading import Reading

# Share of the question's information that the best unit must hold, with and without a near way of asking.
COVERAGE = 0.45
COVERAGE_WHEN_NEAR = 0.30
NEARNESS = 0.62
UNRELATED_COVERAGE = 0.22


class Evidence(Enum):
    """ENOUGH to answer; WEAK: in the domain but not covered; NONE: nothing to do with the domain."""

    ENOUGH = "enough"
    WEAK = "weak"
    NONE = "none"


def strength_of(reading: Reading, hits: Sequence[Hit]) -> Evidence:
    """How strong the evidence of the best hit is for this question."""
    in_domain = bool(reading.mentions) or bool(reading.drugs)
    if not hits:
        return Evidence.WEAK if in_domain else Evidence.NONE
    best = hits[0]
    if best.coverage >= COVERAGE or (best.coverage >= COVERAGE_WHEN_NEAR and best.nearness >= NEARNESS):
        return Evidence.ENOUGH
    return Evidence.WEAK if in_domain and best.coverage >= UNRELATED_COVERAGE else Evidence.NONE
