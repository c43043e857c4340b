"""Reciprocal-rank fusion with stable ties."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def fuse_rows(
    rankings: Sequence[NDArray[np.int64]], weights: Sequence[float], k: int = 10
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Row numbers by the weighted sum of 1 / (k + rank), best first, and these sums; equal sums are ordered by row."""
    if not any(len(ranking) for ranking in rankings):
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    rows, place = np.unique(np.concatenate(rankings).astype(np.int64), return_inverse=True)
    parts = [weight / (k + np.arange(1, len(ranking) + 1)) for ranking, weight in zip(rankings, weights, strict=True)]
    totals: NDArray[np.float64] = np.bincount(place, weights=np.concatenate(parts)).astype(np.float64).round(12)
    order = np.argsort(-totals, kind="stable")
    return rows[order], totals[order]
