"""Reciprocal-rank fusion is stable and weighted."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from assistant.retrieve.fuse import fuse_rows


def fused(rankings: list[list[int]], weights: list[float], k: int = 10) -> list[tuple[int, float]]:
    rows, totals = fuse_rows([np.array(ranking, dtype=np.int64) for ranking in rankings], weights, k)
    return list(zip(rows.tolist(), totals.tolist(), strict=True))


def test_equal_sums_are_ordered_by_row_whatever_the_order_of_the_rankings() -> None:
    rankings = [[7, 3], [3, 7], [9]]
    results = {tuple(fused(list(order), [1.0] * 3)) for order in itertools.permutations(rankings)}

    assert len({tuple(row for row, _ in result) for result in results}) == 1
    assert [row for row, _ in fused(rankings, [1.0, 1.0, 1.0])] == [3, 7, 9]


def test_a_heavier_ranking_decides() -> None:
    assert [row for row, _ in fused([[1], [2]], [1.0, 1.2])] == [2, 1]


def test_the_sum_is_weight_over_k_plus_rank() -> None:
    assert fused([[1, 2], [2]], [1.0, 0.5], k=10) == [
        (2, pytest.approx(1 / 12 + 0.5 / 11)),
        (1, pytest.approx(1 / 11)),
    ]


def test_nothing_found_gives_nothing() -> None:
    assert fused([[], []], [1.0, 1.0]) == []


def test_a_weight_for_each_ranking_is_required() -> None:
    with pytest.raises(ValueError, match="zip"):
        fused([[1]], [1.0, 2.0])
