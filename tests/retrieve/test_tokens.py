"""Index and query share their tokens, across languages, scripts and widths."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieve.tokens import tokeniser


@pytest.mark.parametrize(
    ("english", "chinese", "concept"),
    [
        ("CRS", "细胞因子释放综合征", "@cytokine release syndrome"),
        ("cytokine release syndrome", "細胞因子釋放症候群", "@cytokine release syndrome"),
        ("Tecvayli", "特立妥单抗", "@teclistamab"),
        ("tocilizumab", "托珠单抗", "@tocilizumab"),
    ],
)
def test_both_languages_give_the_same_concept_token(english: str, chinese: str, concept: str) -> None:
    assert concept in tokeniser()(english)
    assert concept in tokeniser()(chinese)


def test_an_ambiguous_spelling_gives_one_concept_token_per_sense() -> None:
    assert tokeniser()("isa")[:2] == ["@isatuximab", "@isavuconazole"]


def test_a_look_alike_gives_no_concept_token() -> None:
    assert not [token for token in tokeniser()("曲妥珠单抗") if token.startswith("@")]


def test_numbers_stay_as_typed() -> None:
    assert {"0.06", "1.50", "28"} <= set(tokeniser()("0.06 mg/kg, 1.50 mg/kg，２８天"))


def test_a_drug_name_is_not_lost_to_word_segmentation() -> None:
    assert "@talquetamab" in tokeniser()("用塔奎妥单抗前要不要停药")


@pytest.mark.parametrize("text", ["Tecvayli", "泰立珂", "特立妥单抗", "teclistamab-cqyv"])
def test_a_drug_name_is_its_concept_and_nothing_else(text: str) -> None:
    assert tokeniser()(text) == ["@teclistamab"]


def test_the_words_beside_a_drug_name_stay() -> None:
    assert {"@teclistamab", "storag", "_怎么", "_么放"} <= set(tokeniser()("Tecvayli storage 泰立珂怎么放"))


def test_the_words_of_a_concept_that_is_no_drug_stay() -> None:
    assert {"@cytokine release syndrome", "cytokin", "releas"} <= set(tokeniser()("cytokine release syndrome"))


def test_traditional_and_full_width_text_gives_the_tokens_of_plain_text() -> None:
    assert tokeniser()("特立妥單抗延遲２８天") == tokeniser()("特立妥单抗延迟28天")


def test_english_words_are_stemmed_and_stop_words_left_out() -> None:
    tokens = tokeniser()("What are the infections in patients?")

    assert "infect" in tokens
    assert not {"what", "are", "the", "in", "patients"} & set(tokens)


def test_a_hyphenated_word_is_found_whole_and_in_parts() -> None:
    assert {"step-up", "step", "up"} <= set(tokeniser()("step-up"))


def test_two_chinese_characters_are_enough_to_be_found() -> None:
    assert "_发烧" in tokeniser()("发烧怎么办")
    assert "_发烧" in tokeniser()("病人昨晚发烧了")


@given(st.text())
def test_any_text_gives_tokens_without_raising(text: str) -> None:
    assert all(tokeniser()(text))
