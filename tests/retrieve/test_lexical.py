"""BM25 without the traps of the library: no padding with zeros, no fault for large k, stable ties."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieve.lexical import Bm25

DOCUMENTS = [["fever", "dose"], ["dose", "dose", "week"], [], ["rash"]]


def test_only_documents_with_a_word_of_the_query_score() -> None:
    assert list(Bm25.build(DOCUMENTS).scores(["dose"]) > 0) == [True, True, False, False]


def test_scores_are_never_negative_on_a_small_corpus() -> None:
    assert Bm25.build([["a"], ["a"], ["a"]]).scores(["a"]).min() > 0


def test_the_number_of_scores_is_the_number_of_documents_whatever_is_asked() -> None:
    index = Bm25.build(DOCUMENTS)

    for query in (["dose"], [], ["unknown"], ["dose"] * 500):
        assert index.scores(query).shape == (4,)


@pytest.mark.parametrize("query", [[], ["unknown"], [""], ["un", "known"]])
def test_an_unknown_query_scores_nothing(query: list[str]) -> None:
    assert not Bm25.build(DOCUMENTS).scores(query).any()


def test_an_unknown_word_beside_a_known_one_changes_nothing() -> None:
    index = Bm25.build(DOCUMENTS)

    assert np.array_equal(index.scores(["rash", "unknown"]), index.scores(["rash"]))


def test_equal_documents_score_equally() -> None:
    scores = Bm25.build([["a", "b"], ["c"], ["b", "a"]]).scores(["a"])

    assert scores[0] == scores[2] > 0


@pytest.mark.parametrize("documents", [[], [[]], [[], []]])
def test_an_index_without_tokens_finds_nothing(documents: list[list[str]], tmp_path: Path) -> None:
    index = Bm25.build(documents)
    index.save(tmp_path / "bm25")

    assert not index.scores(["a"]).any()
    assert Bm25.load(tmp_path / "bm25", len(documents)).scores(["a"]).shape == (len(documents),)


def test_a_loaded_index_scores_as_the_saved_one(tmp_path: Path) -> None:
    index = Bm25.build(DOCUMENTS)
    index.save(tmp_path / "bm25")

    assert np.array_equal(Bm25.load(tmp_path / "bm25", 4).scores(["dose", "week"]), index.scores(["dose", "week"]))


WORDS = st.lists(st.sampled_from(["a", "b", "c", "发烧", "@x y"]), max_size=4)


@given(st.lists(WORDS, max_size=5), WORDS)
def test_a_document_scores_exactly_when_it_holds_a_word_of_the_query(
    documents: list[list[str]], query: list[str]
) -> None:
    scores = Bm25.build(documents).scores(query)

    assert [score > 0 for score in scores] == [bool(set(document) & set(query)) for document in documents]


@given(st.lists(WORDS, max_size=5), WORDS)
def test_the_documents_that_hold_a_word_are_named_and_weighed_once(
    documents: list[list[str]], query: list[str]
) -> None:
    index = Bm25.build(documents)
    weights = {token: number + 0.5 for number, token in enumerate(dict.fromkeys(query))}

    for token in weights:
        assert index.holding(token).tolist() == [n for n, document in enumerate(documents) if token in document]
    assert index.sums(weights) == pytest.approx([sum(weights.get(t, 0) for t in set(d)) for d in documents])
    assert index.sums_of_all(len) == pytest.approx([sum(len(token) for token in set(d)) for d in documents])
