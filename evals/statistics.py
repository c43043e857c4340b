"""Intervals for small samples."""

from __future__ import annotations

from scipy.stats import binomtest


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
