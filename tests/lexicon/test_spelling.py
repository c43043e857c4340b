"""Did-you-mean: one nearest covered drug, at most two edits away; known names are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.lexicon.spelling import suggestions
from assistant.lexicon.terms import Lexicon
from assistant.lexicon.terms import lexicon as shipped
from assistant.text.normalise import normalise


def suggested(text: str, lexicon: Lexicon) -> list[tuple[str, str]]:
    return [(s.surface, s.id) for s in suggestions(normalise(text).text, lexicon)]


@pytest.mark.parametrize(
    ("typed", "drug"),
    [
        ("teclistamba", "teclistamab"),
        ("Talquetmab", "talquetamab"),
        ("elranatamabb", "elranatamab"),
        ("linvoseltamb", "linvoseltamab"),
        ("特立脱单抗", "teclistamab"),
        ("塔奎拓单抗", "talquetamab"),
    ],
)
def test_a_misspelt_drug_is_suggested(typed: str, drug: str, lexicon: Lexicon) -> None:
    assert suggested(f"{typed}?", lexicon) == [(typed.lower(), drug)]


@pytest.mark.parametrize("typed", ["teclistamba", "特立脱单抗"])
def test_a_misspelt_drug_is_not_silently_taken_for_the_drug(typed: str, lexicon: Lexicon) -> None:
    found = [name for mention in lexicon.mentions(normalise(typed).text) for name in mention.ids]

    assert "teclistamab" not in found


@pytest.mark.parametrize(
    "name",
    ["siltuximab", "isatuximab", "tocilizumab", "tarlatamab", "elotuzumab", "teclistamab", "Tecvayli", "塔拉妥单抗"],
)
def test_a_known_name_is_left_alone(name: str, lexicon: Lexicon) -> None:
    assert suggested(name, lexicon) == []


@pytest.mark.parametrize("name", ["妥珠单抗", "曲妥珠单抗", "特瑞普利单抗", "替雷利珠单抗", "埃万妥单抗"])
def test_a_look_alike_is_not_a_misspelling(name: str, lexicon: Lexicon) -> None:
    assert suggested(name, lexicon) == []


@pytest.mark.parametrize("word", ["siltuximb", "isatuximb", "silatuximab"])
def test_a_word_near_a_drug_that_is_not_covered_is_not_pulled_to_a_covered_one(word: str, lexicon: Lexicon) -> None:
    assert suggested(word, lexicon) == []


@pytest.mark.parametrize(
    "word", ["teclstb", "tablet", "antibody", "monoclonal", "tecl", "患者单抗", "那种单抗", "双抗"]
)
def test_a_word_three_edits_away_or_too_short_is_not_suggested(word: str, lexicon: Lexicon) -> None:
    assert suggested(word, lexicon) == []


def test_a_word_between_two_drugs_is_not_decided(lexicon: Lexicon) -> None:
    """talqistamab is two edits or more from both; with equal distance nobody wins."""
    from assistant.lexicon.spelling import _nearest

    assert _nearest("abcd", {"abcx": "one", "abcy": "two"}, 2) == ""
    assert _nearest("abcd", {"abcx": "one", "abyy": "two"}, 2) == "one"


@given(st.text(max_size=60))
def test_suggestions_never_raise(text: str) -> None:
    for suggestion in suggestions(normalise(text).text, shipped()):
        assert suggestion.id in shipped().scope.covered
