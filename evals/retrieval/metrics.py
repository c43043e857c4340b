"""Ranks → Recall@k and mean reciprocal rank with 95 % intervals.

Recall@k is the share of questions with a right unit among the first k. Intervals: Wilson for rates; for the mean
reciprocal rank and for paired differences, a percentile bootstrap over families (the same question in two languages and its
paraphrases are one draw), with a fixed seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from evals.statistics import wilson

CUTS = (1, 5, 10)
SEED = 20261122
_DRAWS = 2000


class Interval(NamedTuple):
    """A value and its 95 % interval."""

    value: float
    low: float
    high: float


def first_right(ranking: Sequence[str], right: frozenset[str]) -> int:
    """The rank (from 1) of the first right unit; 0 when there is none."""
    return next((rank for rank, unit in enumerate(ranking, start=1) if unit in right), 0)


def recall(ranks: Sequence[int], cut: int) -> Interval:
    """The share of `ranks` from 1 to `cut`, with its Wilson interval."""
    found = sum(0 < rank <= cut for rank in ranks)
    low, high = wilson(found, len(ranks))
    return Interval(found / len(ranks) if ranks else 0.0, low, high)


def reciprocal(ranks: Sequence[int]) -> list[float]:
    """1 / rank of each; 0 where nothing right was found."""
    return [1 / rank if rank else 0.0 for rank in ranks]


def mean_over_families(values: Sequence[float], families: Sequence[str]) -> Interval:
    """The mean of `values` and its bootstrap interval; whole families are drawn."""
    if not values:
        return Interval(0.0, 0.0, 0.0)
    names, member = np.unique(np.asarray(families), return_inverse=True)
    sums = np.bincount(member, weights=np.asarray(values, dtype=float))
    counts = np.bincount(member)
    drawn = np.random.default_rng(SEED).integers(0, len(names), size=(_DRAWS, len(names)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return Interval(float(np.mean(values)), float(low), float(high))


def mean_reciprocal_rank(ranks: Sequence[int], families: Sequence[str]) -> Interval:
    """MRR with its bootstrap interval over families."""
    return mean_over_families(reciprocal(ranks), families)


def paired_difference(ours: Sequence[int], theirs: Sequence[int], families: Sequence[str], cut: int) -> Interval:
    """Recall@`cut` of `ours` minus that of `theirs` on the same questions."""
    values = [float(0 < mine <= cut) - float(0 < other <= cut) for mine, other in zip(ours, theirs, strict=True)]
    return mean_over_families(values, families)
