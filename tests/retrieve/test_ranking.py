"""The features of a candidate say what they promise, and the shipped weights fit them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import SettingError
from assistant.retrieve import ranking
from assistant.retrieve.embedding import embedder
from assistant.retrieve.ranking import FEATURES, Lines, drug_fit, nearest_lines, shipped_weights, topic_share

UNIT_OF_LINE = np.array([0, 0, 0, 0, 1, 3], dtype=np.int64)


def test_the_lines_of_each_unit_are_found_also_when_it_has_none() -> None:
    lines = Lines.of(UNIT_OF_LINE, 4)

    assert list(zip(lines.starts.tolist(), lines.ends.tolist(), strict=True)) == [(0, 4), (4, 5), (5, 5), (5, 6)]


def test_nearness_is_the_mean_of_the_three_nearest_lines_scaled_over_the_candidates() -> None:
    cosines = np.array([0.9, 0.1, 0.8, 0.7, 0.2, 0.6])

    found = nearest_lines(cosines, Lines.of(UNIT_OF_LINE, 4), np.array([0, 1, 3]))

    # means 0.8, 0.2 and 0.6
    assert found == pytest.approx([1.0, 0.0, 2 / 3])


def test_nearness_does_not_depend_on_the_range_of_cosines_of_a_model() -> None:
    cosines = np.array([0.9, 0.1, 0.8, 0.7, 0.2, 0.6])
    lines, candidates = Lines.of(UNIT_OF_LINE, 4), np.array([0, 1, 3])

    assert nearest_lines(0.7 + 0.2 * cosines, lines, candidates) == pytest.approx(
        nearest_lines(cosines, lines, candidates)
    )


@pytest.mark.parametrize("cosines", [np.zeros(6), np.ones(6)])
def test_equal_cosines_say_nothing(cosines: np.ndarray) -> None:
    assert nearest_lines(cosines, Lines.of(UNIT_OF_LINE, 4), np.array([0, 1])).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("asked", "own", "fit"),
    [
        ({"a"}, {"a"}, 1.0),
        ({"a", "b"}, {"a"}, 1.0),
        ({"a"}, {"a", "b"}, 0.5),
        ({"a"}, {"b"}, -1.0),
        ({"a"}, set(), 0.0),
        (set(), {"a"}, -1.0),
        (set(), {"a", "b"}, -0.5),
        (set(), set(), 0.0),
    ],
)
def test_a_unit_about_the_drugs_asked_about_fits_best(asked: set[str], own: set[str], fit: float) -> None:
    assert drug_fit(frozenset(asked), [frozenset(own)]).tolist() == [fit]


def test_the_topic_of_the_best_candidates_counts_for_all_of_its_units() -> None:
    topics = np.array([2, 2, 0, 2])

    assert topic_share(topics, np.array([3.0, 2.0, 4.0, 1.0])).tolist() == [0.6, 0.6, 0.4, 0.6]
    assert topic_share(topics, np.zeros(4)).tolist() == [0.0] * 4


def test_the_shipped_weights_belong_to_these_features_and_to_the_default_embedding() -> None:
    weights = shipped_weights()

    assert set(weights.weights) == set(FEATURES)
    assert len(FEATURES) <= 12
    # a new default embedding needs: python -m evals.retrieval.train
    assert weights.embedding == embedder("").identity


def test_weights_for_other_features_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "ranking.json"
    file.write_text(json.dumps({"weights": {"speed": 1}, "embedding": "", "questions": 0, "families": 0}))
    monkeypatch.setattr(ranking, "WEIGHTS_FILE", file)

    with pytest.raises(SettingError, match="speed"):
        shipped_weights.__wrapped__()
