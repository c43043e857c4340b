"""Each check of the verifier with a sentence that passes and one that fails."""

from __future__ import annotations

import pytest

from assistant.answer.verify import (
    Support,
    drugs_supported,
    has_support,
    language_right,
    numbers_supported,
    offered_markers,
)
from assistant.lexicon.terms import Lexicon
from assistant.types import AnswerStatement, Citation

CITED = Citation(
    marker="1",
    section="tec-restart-us",
    source="s",
    title="t",
    locator="",
    date="",
    jurisdiction="US",
    confidence="verified",
    language="en",
    quote="| Step-up dose 2 | 8 to 28 days | Repeat step-up dose 2 (0.3 mg/kg) teclistamab |",
    url="",
)


def support(**changes: object) -> Support:
    return Support(**{"cited": (CITED,), "rule_text": "", "offered": frozenset({"1"}), "language": "en", **changes})


def said(text: str, *markers: str) -> AnswerStatement:
    return AnswerStatement(text=text, markers=markers)


@pytest.mark.parametrize(("markers", "passes"), [(("1",), True), (("2",), False), (("1", "9"), False)])
def test_a_marker_that_was_not_offered_fails(markers: tuple[str, ...], passes: bool) -> None:
    assert offered_markers(said("x", *markers), support()).passed is passes


@pytest.mark.parametrize(("markers", "passes"), [(("1",), True), ((), False)])
def test_a_sentence_without_any_marker_fails(markers: tuple[str, ...], passes: bool) -> None:
    assert has_support(said("x", *markers), support()).passed is passes


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("Repeat step-up dose 2 (0.3 mg/kg) after 8 to 28 days.", True),
        ("Repeat step-up dose 2 (0.03 mg/kg) after 8 to 28 days.", False),
        ("Repeat step-up dose 2 (0.3 mg/kg) after 8 to 29 days.", False),
        ("Repeat step-up dose 2 (0.30 mg/kg).", False),
    ],
)
def test_a_number_that_the_cited_quote_does_not_hold_fails(text: str, passes: bool) -> None:
    assert numbers_supported(said(text, "1"), support()).passed is passes


def test_a_number_of_the_rule_result_counts_only_when_the_sentence_names_the_rule() -> None:
    assert numbers_supported(said("23.4 mg", "rule"), support(cited=(), rule_text="dose_mg 23.4")).passed
    assert not numbers_supported(said("23.4 mg", "1"), support()).passed


@pytest.mark.parametrize(("text", "passes"), [("Teclistamab is repeated.", True), ("Talquetamab is repeated.", False)])
def test_a_drug_that_the_evidence_does_not_name_fails(text: str, passes: bool, lexicon: Lexicon) -> None:
    assert drugs_supported(said(text, "1"), support(), lexicon).passed is passes


@pytest.mark.parametrize(
    ("text", "language", "passes"),
    [("Repeat it.", "en", True), ("重复。", "en", False), ("重复。", "zh", True), ("Repeat it.", "zh", False)],
)
def test_a_sentence_in_the_other_language_fails(text: str, language: str, passes: bool) -> None:
    assert language_right(said(text, "1"), support(language=language)).passed is passes


def test_a_number_of_the_column_head_of_a_cited_row_is_supported() -> None:
    assert numbers_supported(said("CTCAE v5.0: 8 to 28 days", "1"), support(readings="CTCAE v5.0: 8 to 28 days")).passed
    assert not numbers_supported(said("CTCAE v5.0: 8 to 28 days", "1"), support()).passed
