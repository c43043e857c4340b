"""Figures, views and rankers of the comparison, on small cases worked out by hand."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import SettingError
from assistant.ingest.corpus import load_corpus
from assistant.ingest.records import Corpus
from assistant.retrieve.units import units_of
from evals.bench import BUDGETS, _line, _percentile
from evals.retrieval import baseline, rankers
from evals.retrieval.compare import Part, Result, _targets, table
from evals.retrieval.metrics import first_right, mean_over_families, mean_reciprocal_rank, paired_difference, recall
from evals.retrieval.qrels import Query
from evals.retrieval.train import Example, fit
from evals.retrieval.views import MemoryIndex, as_imported, index_of, only
from evals.statistics import wilson
from tests.retrieve.fakes import FakeEmbedder
from tests.tiny import write_tiny_corpus

HAN = re.compile(r"[\u3400-\u9fff]")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return load_corpus(write_tiny_corpus(tmp_path_factory.mktemp("corpus")))


@pytest.fixture(scope="module")
def index(tiny: Corpus) -> MemoryIndex:
    return index_of(tiny, units_of(tiny), FakeEmbedder())


def query(number: int, language: str = "en", source: str = "guidance") -> Query:
    return Query(
        id=f"q{number}",
        family=f"f{number}",
        split="dev",
        language=language,
        source=source,
        text="q",
        right=frozenset({"a"}),
        no_shared_word=False,
        short=False,
    )


def test_the_rank_of_the_first_right_unit_counts() -> None:
    assert [first_right(ranking, frozenset({"a", "b"})) for ranking in (["b", "a"], ["x", "a"], ["x"], [])] == [
        1,
        2,
        0,
        0,
    ]


def test_recall_and_reciprocal_rank_match_the_definition() -> None:
    ranks = [1, 2, 0, 5, 6]

    assert [recall(ranks, cut).value for cut in (1, 5, 10)] == [0.2, 0.6, 0.8]
    assert tuple(recall(ranks, 5))[1:] == wilson(3, 5)
    assert mean_reciprocal_rank(ranks, list("abcde")).value == pytest.approx((1 + 1 / 2 + 1 / 5 + 1 / 6) / 5)


def test_a_family_is_drawn_as_a_whole() -> None:
    values = [1.0, 1.0, 0.0, 0.0] * 10
    alone = mean_over_families(values, [str(number) for number in range(40)])
    paired = mean_over_families(values, [str(number // 2) for number in range(40)])

    assert paired.high - paired.low > alone.high - alone.low
    assert paired == mean_over_families(values, [str(number // 2) for number in range(40)])


def test_a_difference_is_taken_question_by_question() -> None:
    found = paired_difference([1, 1, 2, 0], [2, 1, 1, 1], list("abcd"), 1)

    assert found.value == pytest.approx(-0.25)
    assert paired_difference([1, 2], [1, 2], ["a", "b"], 5) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_view_in_one_language_holds_nothing_in_the_other(tiny: Corpus, language: str) -> None:
    texts = [text for u in only(tiny, language) for text in (*u.titles, *u.texts, *u.asked_as)]

    assert {u.id for u in only(tiny, language)} == {u.id for u in units_of(tiny)}
    assert all(bool(HAN.search(text)) == (language == "zh") for text in texts)


def test_an_imported_view_has_sentences_in_the_place_of_ways_of_asking(tiny: Corpus) -> None:
    units, sentences = as_imported(tiny, "en")
    built = index_of(tiny, units, FakeEmbedder(), sentences)

    assert {u.kind for u in units} == {"section"}
    assert not any(u.asked_as for u in units)
    assert len(built.lines) == sum(len(u.titles) + len(sentences[u.id]) for u in units)


@pytest.mark.parametrize("question", ["missed appointment 3, start over?", "打完针发烧怎么办"])
def test_every_ranker_gives_different_known_units_best_first(index: MemoryIndex, question: str) -> None:
    model = FakeEmbedder()
    found: Sequence[rankers.Ranker] = (
        rankers.ThisRetriever(index, model),
        rankers.bm25_passages(index),
        rankers.bm25_everything(index),
        rankers.dense(index, model),
        rankers.tf_idf(index),
    )
    right = "section:ex-restart" if "missed" in question else "section:ex-crs"

    for ranker in found:
        ranking = ranker.rank(question, 4)
        assert set(ranking) <= {unit.id for unit in index.units}
        assert len(set(ranking)) == len(ranking) <= 4
        assert ranker.rank(question, 2) == ranking[:2]
    assert [ranker.rank(question, 1) for ranker in (found[0], found[2])] == [[right], [right]]


def test_the_baseline_is_cut_by_the_usual_splitter_and_ways_of_asking_only_where_said(tiny: Corpus) -> None:
    units = units_of(tiny)
    plain = baseline.chunks(units)
    more = baseline.chunks(units, with_ways_of_asking=True)

    assert all(len(document.page_content) <= baseline.CHUNK for document in plain)
    assert {document.metadata["unit"] for document in plain} == {unit.id for unit in units}
    assert len(more) - len(plain) == sum(len(unit.asked_as) for unit in units)


def test_weights_of_another_model_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.safetensors").write_bytes(b"other")
    spec = type("Spec", (), {"origin": str(tmp_path / "__init__.py")})
    monkeypatch.setattr(baseline.importlib.util, "find_spec", lambda _: spec)

    with pytest.raises(SettingError, match="53aa5117"):
        baseline.model_folder()
    monkeypatch.setattr(baseline.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(SettingError, match="not installed"):
        baseline.model_folder()


def test_learned_weights_put_the_right_candidate_first() -> None:
    random = np.random.default_rng(0)
    found = []
    for number in range(60):
        features = random.normal(size=(8, 3))
        right = np.zeros(8, dtype=bool)
        right[np.argmax(features @ np.array([2.0, -1.0, 0.0]))] = True
        found.append(Example(query(number), features, right, np.zeros(8), tuple("abcdefgh")))
    weights = fit(found)

    assert weights[0] > 1 > 0 > weights[1]
    assert abs(weights[2]) < 0.3 * weights[0]
    assert np.allclose(fit(found), weights)


def test_the_table_and_the_targets_show_what_was_found() -> None:
    part = Part("English", (query(1), query(2)), "whole")
    results = [
        Result(part, "this retriever", (1, 0)),
        Result(part, "LangChain + Chroma + all-MiniLM-L6-v2", (0, 0)),
        Result(Part("Chinese", (query(3, "zh"),), "whole"), "this retriever", (1,)),
        Result(Part("Chinese question, English only", (query(4, "zh"),), "en"), "this retriever", (6,)),
    ]
    lines = table(results)
    targets = _targets(results)

    assert "0.500 (" in lines[2]
    assert "+0.500" in lines[2]
    assert "+" not in lines[3].split("|", 3)[3]
    assert sum("not met" in line for line in targets) == 4
    assert sum(line.endswith("| met |") for line in targets) == 3


def test_a_budget_that_is_broken_is_said_to_be() -> None:
    assert "NOT kept" in _line("cold ask", [1.0, 1.6, 9.0])
    assert "NOT kept" not in _line("cold ask", [1.0, 1.4, 9.0])
    assert "budget" not in _line("baseline search p50", [1.0])
    assert [_percentile(range(101), part) for part in (50, 95)] == [50, 95]
    assert all(math.isfinite(budget.limit) for budget in BUDGETS.values())
