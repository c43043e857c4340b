"""Intervals and paired tests for small samples; `n` is part of every line that is printed.

Rates: Wilson over samples, exact McNemar between two versions. Means: percentile bootstrap over families (the same question in
both languages and its paraphrases are one draw), paired over the same families between two versions. Seeds are fixed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest, bootstrap

SEED = 20261122
_DRAWS = 2000


class Interval(NamedTuple):
    """A value with its 95 % interval; `low` and `high` are NaN where nothing can be said (fewer than two families)."""

    value: float
    low: float
    high: float


class Paired(NamedTuple):
    """Two versions on the same samples: how many only one got right, and the two-sided exact p (NaN without a difference)."""

    only_before: int
    only_after: int
    p: float


def wilson(passed: int, total: int) -> tuple[float, float]:
    """The 95 % Wilson interval of a rate; (0, 1) when nothing was measured."""
    if total == 0:
        return 0.0, 1.0
    interval = binomtest(passed, total).proportion_ci(confidence_level=0.95, method="wilson")
    return float(interval.low), float(interval.high)


def rate_line(passed: int, total: int) -> str:
    """A rate as one string: 93.1 % (27/29; 95 % CI 78.0–98.1)."""
    if total == 0:
        return "not measured (n = 0)"
    low, high = wilson(passed, total)
    return f"{100 * passed / total:.1f} % ({passed}/{total}; 95 % CI {100 * low:.1f}–{100 * high:.1f})"


def scored(values: Sequence[float]) -> list[float]:
    """The values that are not NaN: an unscored sample is no failure."""
    return [value for value in values if not math.isnan(value)]


def mean_of_families(values: Sequence[float], families: Sequence[str]) -> Interval:
    """The mean of the scored `values` and its bootstrap interval; whole families are drawn."""
    kept = [(v, f) for v, f in zip(values, families, strict=True) if not math.isnan(v)]
    if not kept:
        return Interval(math.nan, math.nan, math.nan)
    numbers = np.array([value for value, _ in kept])
    names, member = np.unique(np.array([family for _, family in kept]), return_inverse=True)
    value = float(numbers.mean())
    if len(names) < 2:
        return Interval(value, math.nan, math.nan)
    if numbers.min() == numbers.max():
        return Interval(value, value, value)
    sums: NDArray[np.float64] = np.bincount(member, weights=numbers).astype(np.float64)
    counts: NDArray[np.float64] = np.bincount(member).astype(np.float64)
    low, high = _drawn(sums, counts)
    return Interval(value, low, high)


def _drawn(sums: NDArray[np.float64], counts: NDArray[np.float64]) -> tuple[float, float]:
    """The 95 % percentile interval of Σ sums / Σ counts over families drawn with replacement."""

    def ratio(top: NDArray[np.float64], bottom: NDArray[np.float64], axis: int = -1) -> NDArray[np.float64]:
        quotient: NDArray[np.float64] = top.sum(axis=axis) / bottom.sum(axis=axis)
        return quotient

    found = bootstrap(
        (sums, counts),
        ratio,
        paired=True,
        vectorized=True,
        n_resamples=_DRAWS,
        method="percentile",
        rng=np.random.default_rng(SEED),
    ).confidence_interval
    return float(found.low), float(found.high)


def mean_of_parts(values: Sequence[float], families: Sequence[str]) -> Interval:
    """The mean of values from 0 to 1. Where all are 0 or all are 1 a bootstrap sees no spread: Wilson over families instead."""
    value, low, high = mean_of_families(values, families)
    if value == low == high and value in (0.0, 1.0):
        names = {family for v, family in zip(values, families, strict=True) if not math.isnan(v)}
        return Interval(value, *wilson(round(value * len(names)), len(names)))
    return Interval(value, low, high)


def mean_line(values: Sequence[float], families: Sequence[str]) -> str:
    """A mean of parts as one string: 0.981 (n = 240 in 80 families; 95 % CI 0.971–0.989)."""
    kept = [(v, f) for v, f in zip(values, families, strict=True) if not math.isnan(v)]
    if not kept:
        return "not measured (n = 0)"
    value, low, high = mean_of_parts(values, families)
    count = f"n = {len(kept)} in {len({f for _, f in kept})} families"
    between = "no interval from one family" if math.isnan(low) else f"95 % CI {low:.3f}–{high:.3f}"
    return f"{value:.3f} ({count}; {between})"


def mcnemar(before: Sequence[bool], after: Sequence[bool]) -> Paired:
    """Exact McNemar test of two versions on the same samples."""
    pairs = list(zip(before, after, strict=True))
    lost, won = sum(b and not a for b, a in pairs), sum(a and not b for b, a in pairs)
    p = math.nan if lost + won == 0 else float(binomtest(won, lost + won).pvalue)
    return Paired(lost, won, p)


def paired_difference(before: Sequence[float], after: Sequence[float], families: Sequence[str]) -> Interval:
    """Mean of `after` minus `before` on the same samples, with its bootstrap interval over families."""
    return mean_of_families([a - b for b, a in zip(before, after, strict=True)], families)


def percentile(values: Sequence[float], part: float) -> float:
    """The `part` (0 to 1) of the scored values by nearest rank; NaN without any."""
    ordered = sorted(scored(values))
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)] if ordered else math.nan
