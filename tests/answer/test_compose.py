"""The extractive answer: who speaks first, who says it, tables as tables, both sides, and what is not covered."""

from __future__ import annotations

import re

import pytest

from assistant.answer.choose import _leading
from assistant.answer.cite import CitationBook, Evidence
from assistant.answer.finish import _text
from assistant.answer.sentences import say
from assistant.answer.sources import said_by
from assistant.ingest.records import Corpus
from assistant.pipeline import Assistant
from assistant.present.html import answer_html
from assistant.present.text import render_text
from assistant.types import AnswerStatement, Language


@pytest.fixture(scope="module")
def evidence(shipped_corpus: Corpus) -> Evidence:
    return Evidence(shipped_corpus)


def row(cells: tuple[str, ...], marker: str) -> AnswerStatement:
    return AnswerStatement(text="; ".join(cells), markers=(marker,), header=("Step", "Dose"), cells=cells)


def test_neighbouring_rows_become_one_table_and_a_single_row_stays_a_sentence() -> None:
    rows = [row(("One", "1 mg"), "1"), row(("Two", "2 mg"), "2")]

    table = _text([], rows, [], [], "en").splitlines()

    assert table == ["| Step | Dose | |", "|---|---|---|", "| One | 1 mg | [1] |", "| Two | 2 mg | [2] |"]
    assert _text([], rows[:1], [], [], "en") == "One; 1 mg [1]"


@pytest.mark.parametrize(
    ("text", "language", "shown"),
    [
        ("Give it.", "en", "Label · US:\nGive it. [1]"),
        ("US label: give it.", "en", "US label: give it. [1]"),
        ("给药。", "zh", "Label · US：\n给药。 [1]"),
    ],
)
def test_where_several_speak_a_statement_that_names_no_source_gets_one(
    text: str, language: Language, shown: str
) -> None:
    first = AnswerStatement(text=text, markers=("1",), heading="Label · US")
    other = AnswerStatement(text="ASTCT: other.", markers=("2",), heading="Expert consensus · ASTCT")

    assert _text([], [first, other], [], [], language).startswith(shown)
    assert _text([], [first], [], [], language) == f"{text} [1]"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_kind_of_source_and_place_has_words(
    shipped_corpus: Corpus, evidence: Evidence, language: Language
) -> None:
    kinds = {source.kind for source in shipped_corpus.sources.values()}

    assert all(say(f"kind_{kind}", language) for kind in kinds)
    for section in shipped_corpus.sections:
        if section.language != language:
            continue
        book = CitationBook(evidence, language)
        book.cite(evidence.places(section.id, language)[0])
        assert said_by(book.citations[0], evidence, language)


def test_guideline_label_and_consensus_are_told_apart(assistant: Assistant) -> None:
    headings = {
        question: {statement.heading for statement in assistant.ask(question).statements}
        for question in (
            "teclistamab monotherapy schedule in the US label",
            "Which oxygen devices count in which CRS grade under ASTCT?",
            "According to the IMWG bispecific guideline, why do CRS rates differ between the drugs?",
        )
    }
    label, consensus, guideline = headings.values()

    assert any(heading.startswith("Label") and "US" in heading for heading in label)
    assert any("ASTCT" in heading for heading in consensus)
    assert any("uideline" in heading and "IMWG" in heading for heading in guideline)


class _Statement:
    def __init__(self, text: str, cells: tuple[str, ...] = ()) -> None:
        self.text, self.cells = text, cells


class _Place:
    def __init__(self, text: str, cells: tuple[str, ...] = ()) -> None:
        self.statement = _Statement(text, cells)


@pytest.mark.parametrize(
    ("texts", "led"),
    [
        (("A.", "B.", "C."), [2, 0, 1]),
        (("A.", "B.", "The same as B."), [0, 1, 2]),
        (("甲。", "乙。", "上述情况。"), [0, 1, 2]),
    ],
)
def test_the_best_statement_leads_unless_one_points_back(texts: tuple[str, ...], led: list[int]) -> None:
    places = [_Place(text) for text in texts]

    assert _leading([0, 1, 2], [2, 1, 0], places) == led  # type: ignore[arg-type]


def test_rows_of_a_table_keep_their_order() -> None:
    places = [_Place(text, ("cell",)) for text in ("a", "b", "c")]

    assert _leading([0, 1, 2], [2, 1, 0], places) == [0, 1, 2]  # type: ignore[arg-type]


@pytest.mark.parametrize("question", ["talquetamab weekly schedule in the US label, all steps", "塔奎妥爬坡几针"])
def test_a_schedule_is_shown_as_a_table_in_every_form(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    rows = [statement for statement in answer.statements if statement.cells]

    assert len(rows) >= 3
    assert "|---|" in answer.text
    assert answer_html(answer, 1).count("<tr>") >= len(rows) + 1
    text = render_text(answer)
    assert text.count(rows[0].header[0]) == 1
    for statement in rows:
        assert all(cell in text for cell in statement.cells if cell)


@pytest.mark.parametrize("question", ["Elrexfio stopped in May: pill until when?", "teclistamab contraindications"])
def test_citations_are_numbered_in_the_order_in_which_they_are_read(assistant: Assistant, question: str) -> None:
    marks = [int(mark) for mark in re.findall(r"\[(\d+)\]", assistant.ask(question).text)]

    first = list(dict.fromkeys(marks))
    assert first == sorted(first)


@pytest.mark.parametrize(
    "question",
    ["Are the talquetamab step-up days the same in the US and the EU?", "塔奎妥爬坡天数，美国和欧盟一样吗？"],
)
def test_where_sources_differ_both_positions_are_shown_with_their_sources(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)

    assert answer.kind == "comparison"
    cited = {citation.jurisdiction[:2] for citation in answer.citations}
    assert {"US", "EU"} <= cited


def test_a_gap_beside_an_answer_is_named_by_text_and_id(assistant: Assistant) -> None:
    answer = assistant.ask("What makes CRS rates differ between the drugs (IMWG)?")

    assert answer.gaps
    assert "Not covered here" in answer.text
