"""A question finds its section, in both languages, within its filters, the same through Chroma and exact search."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from assistant.retrieve.embedding import Vectors
from assistant.retrieve.ranking import FEATURES, Weights
from assistant.retrieve.search import Filters, Searcher
from tests.retrieve.conftest import Found, Home
from tests.retrieve.fakes import FakeEmbedder


@pytest.fixture(scope="module")
def searcher(built: Home) -> Searcher:
    return Searcher(built.open(), built.embedder)


@pytest.mark.parametrize(
    ("question", "unit"),
    [
        ("missed appointment 3, start over?", "section:ex-restart"),
        ("漏打了，还能接着打吗", "section:ex-restart"),
        ("how much goes into syringe 1, is it 0.06 mg/kg", "section:ex-dosing"),
        ("hot and shivering after shot 2, tocilizumab?", "section:ex-crs"),
        ("打完针发烧怎么办，用托珠单抗吗", "section:ex-crs"),
        ("newest grading of cytokine storm", "gap:gap-1"),
        ("何时补丙球", "conflict:conflict-1"),
    ],
)
def test_a_question_finds_the_unit_that_answers_it(question: str, unit: str, searcher: Searcher) -> None:
    assert searcher.search(question)[0].unit.id == unit


def test_chroma_and_exact_search_find_the_same(built: Home, right_answers: Found) -> None:
    assert built.answers(use_chroma=False) == right_answers


@pytest.mark.parametrize("question", ["", " ", "???", "\u200b"])
def test_a_question_without_content_finds_nothing(question: str, searcher: Searcher) -> None:
    assert searcher.search(question) == ()


def test_at_most_k_units_are_returned_and_none_for_zero(searcher: Searcher) -> None:
    assert len(searcher.search("examplemab dose 1", k=2)) == 2
    assert searcher.search("examplemab dose 1", k=0) == ()
    assert len(searcher.search("examplemab dose 1", k=1000)) <= len(searcher.index.units)


def test_a_filter_is_hard(searcher: Searcher) -> None:
    assert not [h for h in searcher.search("tocilizumab", Filters(jurisdictions=("EU",))) if h.unit.jurisdictions]
    assert {h.unit.document for h in searcher.search("examplemab", Filters(documents=("ex-trial",)))} == {"ex-trial"}


def test_coverage_and_shares_lie_between_zero_and_one(searcher: Searcher) -> None:
    for hit in searcher.search("tocilizumab for fever with purple elephants"):
        assert 0 <= hit.coverage < 1
        assert 0 <= hit.asked_share <= 1
        assert -1 <= hit.nearness <= 1.0001


def test_scores_never_rise_from_one_hit_to_the_next(searcher: Searcher) -> None:
    for question in ("examplemab fever dose", "发烧剂量", "IgG 400 mg/dL"):
        scores = [hit.score for hit in searcher.search(question, k=50)]
        assert scores == sorted(scores, reverse=True)
        assert all(score > 0 for score in scores)


def test_the_weights_of_the_features_decide_the_order(built: Home) -> None:
    def order(**weights: float) -> list[str]:
        chosen = Weights(weights=dict.fromkeys(FEATURES, 0.0) | weights, embedding="", questions=0, families=0)
        searcher = Searcher(built.open(), built.embedder, use_chroma=False, weights=chosen)
        return [hit.unit.id for hit in searcher.search("examplemab fever dose IgG when to give immunoglobulin", k=50)]

    assert order(coverage=1.0) == order(coverage=2.0)
    assert order(conflict=1.0)[0] == "conflict:conflict-1"
    assert order(conflict=-1.0)[-1] == "conflict:conflict-1"
    assert order(coverage=1.0) != order(coverage=-1.0)


def test_the_same_question_finds_the_same_again(searcher: Searcher) -> None:
    assert searcher.search("打完针发烧怎么办") == searcher.search("打完针发烧怎么办")


def test_words_of_a_passage_find_it_without_any_vector(built: Home) -> None:
    class Blind(FakeEmbedder):
        def encode(self, texts: Sequence[str]) -> Vectors:
            return np.zeros((len(texts), 24), dtype=np.float32)

    searcher = Searcher(built.open(), Blind())

    assert [searcher.search(q)[0].unit.id for q in ("0.06 mg/kg", "托珠单抗")] == [
        "section:ex-dosing",
        "section:ex-crs",
    ]


def test_a_reranker_changes_the_order_and_nothing_else(built: Home) -> None:
    class Backwards:
        identity = "backwards"

        def __init__(self) -> None:
            self.calls = 0

        def scores(self, question: str, passages: Sequence[str]) -> list[float]:
            self.calls += 1
            return [float(number) for number in range(len(passages))]

    reranker = Backwards()
    plain = Searcher(built.open(), built.embedder, use_chroma=False).search("examplemab dose 1", k=50)
    again = Searcher(built.open(), built.embedder, use_chroma=False, reranker=reranker).search(
        "examplemab dose 1", k=50
    )

    assert reranker.calls == 1
    assert [hit.unit.id for hit in again] == [hit.unit.id for hit in reversed(plain)]
    assert {(h.unit.id, h.coverage, h.nearness) for h in again} == {(h.unit.id, h.coverage, h.nearness) for h in plain}
