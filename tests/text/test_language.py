"""The language that carries a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.language import has_chinese, language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("teclistamab missed dose", "en"),
        ("特立妥单抗漏打一针", "zh"),
        ("teclistamab 漏打怎么办", "zh"),
        ("CRS 2级", "en"),
        ("CRS 2级吗", "zh"),
        ("發燒38.5", "zh"),
        ("What does 特立妥 mean in the label of the United States, and is it the same drug as in other places", "en"),
        ("", "en"),
        ("38.5 10⁹/L", "en"),
        ("热", "zh"),
    ],
)
def test_the_language_of_mixed_text_is_that_of_its_sentence(text: str, language: str) -> None:
    assert language_of(text) == language


def test_one_chinese_character_is_enough_to_have_chinese() -> None:
    assert has_chinese("CRS 2级")
    assert not has_chinese("CRS grade 2，")


@given(st.text())
def test_every_text_has_one_of_the_two_languages(text: str) -> None:
    assert language_of(text) in {"en", "zh"}
