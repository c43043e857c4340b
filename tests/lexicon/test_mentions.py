"""Which terms stand in a text: longest match, word boundaries, all senses, and look-alikes that are never resolved."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.lexicon.terms import Lexicon, Mention
from assistant.text.normalise import normalise


def mentions(text: str, lexicon: Lexicon) -> tuple[Mention, ...]:
    return lexicon.mentions(normalise(text).text)


def ids(text: str, lexicon: Lexicon) -> list[tuple[str, ...]]:
    return [mention.ids for mention in mentions(text, lexicon)]


@pytest.mark.parametrize(
    ("text", "surface", "term"),
    [
        ("step-up dosing", "step-up dosing", "step-up dosing"),
        ("teclistamab-cqyv", "teclistamab-cqyv", "teclistamab"),
        ("CAR-T细胞", "car-t细胞", "chimeric antigen receptor T cell"),
        ("特立妥单抗注射液", "特立妥单抗注射液", "teclistamab"),
        ("埃罗妥珠单抗", "埃罗妥珠单抗", "elotuzumab"),
        ("莫妥珠单抗", "莫妥珠单抗", "mosunetuzumab"),
    ],
)
def test_the_longest_term_wins(text: str, surface: str, term: str, lexicon: Lexicon) -> None:
    (mention,) = mentions(text, lexicon)

    assert (mention.surface, mention.ids) == (surface, (term,))


@pytest.mark.parametrize("text", ["crsx", "xcrs", "crsicans", "1crs", "tecs", "ab12crs", "talk", "recrsed"])
def test_a_latin_term_is_not_found_inside_another_word(text: str, lexicon: Lexicon) -> None:
    assert ids(text, lexicon) == []


@pytest.mark.parametrize(
    "text", ["crs", "CRS?", "(CRS)", "发生CRS后", "CRS/ICANS", "crs_grade", "ＣＲＳ", "CRS2级", "CRS3", "C\u200bRS"]
)
def test_a_latin_term_is_found_between_boundaries(text: str, lexicon: Lexicon) -> None:
    assert ("cytokine release syndrome",) in ids(text, lexicon)


def test_a_short_latin_term_does_not_end_at_a_digit(lexicon: Lexicon) -> None:
    assert ids("pd1", lexicon) == []


@pytest.mark.parametrize(
    ("spelling", "senses"),
    [
        ("isa", ("isatuximab", "isavuconazole")),
        ("scr", ("creatinine", "stringent complete response")),
        ("预处理", ("premedication", "conditioning regimen")),
        ("預處理", ("premedication", "conditioning regimen")),
    ],
)
def test_an_ambiguous_spelling_comes_back_with_all_its_senses(
    spelling: str, senses: tuple[str, ...], lexicon: Lexicon
) -> None:
    assert ids(spelling, lexicon) == [senses]


def test_a_name_that_sounds_like_a_covered_drug_is_the_drug_it_names(lexicon: Lexicon) -> None:
    assert ids("塔拉妥单抗", lexicon) == [("tarlatamab",)]
    assert ids("塔奎妥单抗", lexicon) == [("talquetamab",)]


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("妥珠单抗", "tocilizumab"),
        ("曲妥珠单抗", "tocilizumab"),
        ("泰它西普", "talquetamab"),
        ("西妥昔单抗", "siltuximab"),
    ],
)
def test_a_look_alike_is_reported_and_never_resolved(text: str, near: str, lexicon: Lexicon) -> None:
    (mention,) = mentions(text, lexicon)

    assert (mention.ids, mention.category, mention.look_alike_of) == ((), "look-alike", near)


def test_no_look_alike_of_the_glossary_is_ever_resolved_to_its_neighbour(lexicon: Lexicon) -> None:
    for term in lexicon.terms.values():
        for look_alike in term.never_map:
            found = [name for mention in mentions(look_alike, lexicon) for name in mention.ids]
            assert term.id not in found, look_alike


def test_traditional_characters_find_the_same_term(lexicon: Lexicon) -> None:
    assert ids("特立妥單抗", lexicon) == ids("特立妥单抗", lexicon) == [("teclistamab",)]


def test_mentions_stand_at_their_offsets(lexicon: Lexicon) -> None:
    text = normalise("特立妥单抗后CRS 2级，给托珠单抗").text
    found = lexicon.mentions(text)

    assert len(found) >= 3
    assert all(text[m.start : m.end] == m.surface for m in found)


WORDS = st.lists(
    st.sampled_from(["crs", " ", "2", "级", "特立妥", "单抗", "珠", "妥", "isa", "-", "tec", "x", "发烧", "ic", "ans"])
)


@settings(deadline=None)
@given(WORDS | st.text(max_size=40).map(lambda text: list(text)))
def test_mentions_never_overlap_and_never_raise(parts: list[str]) -> None:
    from assistant.lexicon.terms import lexicon as shipped

    text = normalise("".join(parts)).text
    found = shipped().mentions(text)

    assert all(left.end <= right.start for left, right in itertools.pairwise(found))
    assert all(m.ids or m.look_alike_of for m in found)


# --- names to show ----------------------------------------------------------------------------------------------------


def test_an_unconfirmed_chinese_name_is_never_shown(lexicon: Lexicon) -> None:
    unconfirmed = [term for term in lexicon.terms.values() if not term.confirmed]

    assert {"linvoseltamab", "cevostamab"} <= {term.id for term in unconfirmed}
    assert all(lexicon.name(term.id, "zh") == term.id for term in unconfirmed)


def test_an_unconfirmed_chinese_name_is_matched_on_input(lexicon: Lexicon) -> None:
    assert ids("林沃塞妥单抗", lexicon) == [("linvoseltamab",)]


def test_a_confirmed_name_is_shown_in_the_language_asked_for(lexicon: Lexicon) -> None:
    assert lexicon.name("teclistamab", "zh") == "特立妥单抗"
    assert lexicon.name("teclistamab", "en") == "teclistamab"
    assert lexicon.name("no such term", "zh") == "no such term"


def test_every_drug_of_the_scope_is_in_the_glossary(lexicon: Lexicon) -> None:
    scope = lexicon.scope
    named = {*scope.covered, *scope.mentioned, *scope.other_bispecifics, *scope.other_anticancer}

    assert named - set(lexicon.terms) == set()


def test_every_spelling_of_a_covered_drug_finds_that_drug_alone(lexicon: Lexicon) -> None:
    for drug in lexicon.scope.covered:
        for spelling in lexicon.spellings(drug):
            assert lexicon.mentions(spelling)[0].ids == (drug,), spelling
