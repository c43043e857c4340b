"""The second look changes the order of hits and nothing else; without a setting there is none."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import SettingError
from assistant.retrieve.rerank import CrossEncoderReranker, order, reranker
from assistant.retrieve.units import Unit


class FakeReranker:
    """Gives each passage the score listed for the first key that it holds."""

    identity = "fake"

    def __init__(self, scores: dict[str, float]) -> None:
        self._scores = scores
        self.seen: list[str] = []

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        self.seen += passages
        return [next(s for key, s in self._scores.items() if key in text) for text in passages]


def unit(name: str, *texts: str, titles: tuple[str, ...] = ()) -> Unit:
    return Unit(
        id=f"section:{name}",
        kind="section",
        document="d",
        topic="t",
        drugs=(),
        jurisdictions=(),
        titles=titles,
        texts=texts,
        asked_as=("secret way of asking",),
    )


def test_the_best_scored_unit_comes_first_and_all_stay() -> None:
    units = [unit("a", "alpha"), unit("b", "beta"), unit("c", "gamma")]

    assert order("q", units, FakeReranker({"alpha": 0.1, "beta": 0.9, "gamma": 0.5})) == [1, 2, 0]


def test_a_unit_counts_by_its_better_language() -> None:
    units = [unit("a", "alpha", "阿尔法"), unit("b", "beta", "贝塔")]

    assert order("q", units, FakeReranker({"alpha": 0.2, "阿尔法": 0.3, "beta": -5.0, "贝塔": 0.8})) == [1, 0]


def test_equal_scores_keep_their_order() -> None:
    units = [unit(name, "same") for name in "abc"]

    assert order("q", units, FakeReranker({"same": 0.5})) == [0, 1, 2]


@pytest.mark.parametrize("broken", [float("nan"), float("inf")])
def test_a_score_that_is_no_number_leaves_the_order_alone(broken: float) -> None:
    units = [unit("a", "alpha"), unit("b", "beta")]

    assert order("q", units, FakeReranker({"alpha": broken, "beta": 1.0})) == [0, 1]


def test_too_few_scores_leave_the_order_alone() -> None:
    class Short(FakeReranker):
        def scores(self, question: str, passages: Sequence[str]) -> list[float]:
            return [1.0]

    assert order("q", [unit("a", "alpha"), unit("b", "beta")], Short({})) == [0, 1]


def test_titles_and_texts_are_read_and_ways_of_asking_are_not() -> None:
    fake = FakeReranker({"Head": 1.0, "标题": 1.0})
    order("q", [unit("a", "text", "正文", titles=("Head", "标题"))], fake)

    assert fake.seen == ["Head\ntext", "标题\n正文"]


def test_nothing_found_is_nothing_to_order() -> None:
    assert order("q", [], FakeReranker({})) == []


def test_without_a_setting_there_is_no_reranker() -> None:
    assert reranker("") is None


def test_a_missing_package_is_an_error_naming_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **named: Any) -> Any:
        if name == "sentence_transformers":
            raise ImportError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)

    with pytest.raises(SettingError, match=r"ASSISTANT_RERANKER=some-model needs the extra 'train'"):
        CrossEncoderReranker("some-model")


def test_a_folder_without_a_model_is_an_error_naming_the_setting(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers")

    with pytest.raises(SettingError, match="ASSISTANT_RERANKER") as caught:
        CrossEncoderReranker(str(tmp_path))
    assert "无法加载" in caught.value.zh
