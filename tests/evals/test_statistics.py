"""Intervals and paired tests."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.statistics import (
    mcnemar,
    mean_line,
    mean_of_families,
    mean_of_parts,
    paired_difference,
    percentile,
    rate_line,
    wilson,
)


def test_the_wilson_interval_matches_the_published_formula() -> None:
    low, high = wilson(50, 50)

    assert (round(low, 4), high) == (0.9287, 1.0)
    assert wilson(0, 0) == (0.0, 1.0)
    assert math.isclose(sum(wilson(5, 10)), 1.0)


def test_every_line_says_how_many_were_counted() -> None:
    assert "n = 0" in rate_line(0, 0)
    assert "27/29" in rate_line(27, 29)
    assert "n = 2 in 2 families" in mean_line([0.5, 1.0, math.nan], ["a", "b", "c"])
    assert "n = 0" in mean_line([math.nan], ["a"])


def test_an_unscored_sample_is_left_out_and_is_no_zero() -> None:
    assert mean_of_families([1.0, math.nan, 0.5], ["a", "b", "c"]).value == 0.75


def test_twins_count_as_one_draw() -> None:
    values = [1.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0]
    alone = mean_of_families(values, [str(n) for n in range(8)])
    twins = mean_of_families(values, ["a", "a", "b", "b", "c", "c", "d", "d"])

    assert alone.value == twins.value == 0.5
    assert twins.high - twins.low > alone.high - alone.low


def test_all_right_is_no_proof_that_nothing_is_wrong() -> None:
    value, low, high = mean_of_parts([1.0] * 40, [str(n // 2) for n in range(40)])

    assert (value, high) == (1.0, 1.0)
    assert low == wilson(20, 20)[0]
    assert mean_of_parts([0.0, 1.0, 1.0], ["a", "b", "c"]) == mean_of_families([0.0, 1.0, 1.0], ["a", "b", "c"])


def test_one_family_gives_no_interval() -> None:
    value, low, high = mean_of_families([1.0, 0.0], ["a", "a"])

    assert value == 0.5
    assert math.isnan(low)
    assert math.isnan(high)
    assert "no interval" in mean_line([1.0, 0.0], ["a", "a"])


@given(st.lists(st.floats(0, 1), min_size=3, max_size=12))
def test_the_interval_holds_the_mean_and_stays_within_the_values(values: list[float]) -> None:
    value, low, high = mean_of_families(values, [str(n) for n in range(len(values))])

    assert min(values) - 1e-9 <= low <= value + 1e-9
    assert value - 1e-9 <= high <= max(values) + 1e-9


def test_the_exact_mcnemar_test_is_the_binomial_of_the_pairs_that_differ() -> None:
    before = [True] * 10 + [False] * 2 + [True] * 5
    after = [False] * 10 + [True] * 2 + [True] * 5

    lost, won, p = mcnemar(before, after)

    assert (lost, won) == (10, 2)
    assert p == pytest.approx(2 * sum(math.comb(12, k) for k in range(3)) / 2**12)
    assert math.isnan(mcnemar([True, False], [True, False]).p)


def test_a_paired_difference_is_of_the_same_samples() -> None:
    families = [str(n) for n in range(40)]
    before = list(np.linspace(0, 1, 40))

    better = paired_difference(before, [value + 0.1 for value in before], families)

    assert better.value == pytest.approx(0.1)
    assert better.low == pytest.approx(0.1)


def test_a_percentile_is_one_of_the_values() -> None:
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([3.0, 1.0, 2.0, math.nan], 0.95) == 3.0
    assert math.isnan(percentile([], 0.5))
