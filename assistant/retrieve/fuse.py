"""Reciprocal-rank fusion with stable ties."""

from __future__ import annotations

from collections.abc import Sequence


def fuse(rankings: Sequence[Sequence[str]], weights: Sequence[float], k: int = 10) -> list[tuple[str, float]]:
    """Ids by the weighted sum of 1 / (k + rank); equal sums are ordered by id."""
    totals: dict[str, float] = {}
    for ranking, weight in zip(rankings, weights, strict=True):
        for rank, item in enumerate(ranking, start=1):
            totals[item] = totals.get(item, 0.0) + weight / (k + rank)
    return sorted(totals.items(), key=lambda pair: (-pair[1], pair[0]))
