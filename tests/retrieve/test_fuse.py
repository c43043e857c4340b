"""Reciprocal-rank fusion is stable and weighted."""

from __future__ import annotations

import itertools

import pytest

from assistant.retrieve.fuse import fuse


def test_equal_sums_are_ordered_by_id_whatever_the_order_of_the_rankings() -> None:
    rankings = [["b", "a"], ["a", "b"], ["c"]]
    results = {tuple(fuse(order, [1.0] * 3)) for order in itertools.permutations(rankings)}

    assert len({tuple(item for item, _ in result) for result in results}) == 1
    assert [item for item, _ in fuse(rankings, [1.0, 1.0, 1.0])] == ["a", "b", "c"]


def test_a_heavier_ranking_decides() -> None:
    assert [item for item, _ in fuse([["a"], ["b"]], [1.0, 1.2])] == ["b", "a"]


def test_the_sum_is_weight_over_k_plus_rank() -> None:
    assert fuse([["a", "b"], ["b"]], [1.0, 0.5], k=10) == [
        ("b", pytest.approx(1 / 12 + 0.5 / 11)),
        ("a", pytest.approx(1 / 11)),
    ]


def test_nothing_found_gives_nothing() -> None:
    assert fuse([[], []], [1.0, 1.0]) == []


def test_a_weight_for_each_ranking_is_required() -> None:
    with pytest.raises(ValueError, match="zip"):
        fuse([["a"]], [1.0, 2.0])
