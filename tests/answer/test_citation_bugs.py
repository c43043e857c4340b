"""The citation faults that users of comparable systems report, each as a test (docs/verification.md lists which is which)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from assistant.answer.cite import CitationBook
from assistant.answer.draft import Draft
from assistant.answer.verify import verify
from assistant.lexicon.terms import Lexicon
from assistant.pipeline import Assistant
from assistant.present.html import answer_html
from assistant.present.passage import passage_html
from assistant.present.text import render_text
from assistant.text.numbers import numbers_in
from assistant.types import Answer, Citation, Language

QUESTIONS = (
    "how soon after subcutaneous dosing does CRS start?",
    "What is the teclistamab monotherapy schedule in the US label?",
    "teclistamab contraindications",
    "Where can talquetamab be injected?",
    "Does prophylactic tocilizumab lower CRS?",
    "IgG threshold for immunoglobulin replacement",
    "MajesTEC-3 progression-free survival",
    "CTCAE grade 3 platelet count decreased",
    "特立妥单抗的给药前用药",
    "塔奎妥单抗的口腔毒性怎么处理",
    "双抗期间能打带状疱疹疫苗吗",
    "埃纳妥单抗的禁忌证",
    "免疫球蛋白什么时候补",
    "MajesTEC-1的总缓解率",
)
OTHER: dict[str, Language] = {"en": "zh", "zh": "en"}


@pytest.fixture(scope="module")
def answers(assistant: Assistant) -> tuple[Answer, ...]:
    found = tuple(assistant.ask(question) for question in QUESTIONS)
    assert sum(bool(answer.citations) for answer in found) >= 11
    return found


def cited(answers: tuple[Answer, ...]) -> Iterator[tuple[Answer, Citation]]:
    return ((answer, citation) for answer in answers for citation in answer.citations)


def test_each_statement_stands_in_the_passage_that_it_cites(assistant: Assistant, answers: tuple[Answer, ...]) -> None:
    """A right answer with the wrong citation."""
    for answer in answers:
        by_marker = {citation.marker: citation for citation in answer.citations}
        for statement in answer.statements:
            own = [by_marker[marker] for marker in statement.markers if marker in by_marker]
            if any(marker.startswith("conflict:") for marker in statement.markers) or not own:
                continue
            readings = " ".join(assistant._evidence.reading(citation) for citation in own)
            assert statement.text in readings
            assert numbers_in(statement.text) <= numbers_in(readings)


def test_a_statement_under_its_neighbours_marker_does_not_come_through(
    assistant: Assistant, answers: tuple[Answer, ...], lexicon: Lexicon
) -> None:
    """A right answer with the wrong citation, as a chat model would make it."""
    moved = 0
    for answer in answers:
        statements = [s for s in answer.statements if len(s.markers) == 1]
        if len(statements) < 2 or answer.conflicts or statements[0].cells:
            continue
        first, second = statements[0], statements[1]
        if first.markers == second.markers:
            continue
        wrong = first.model_copy(update={"markers": second.markers})
        draft = Draft(kind="guidance", statements=(wrong,), citations=answer.citations)
        checked, _ = verify(draft, assistant._evidence, lexicon, answer.language)
        assert all(statement.text != wrong.text for statement in checked.statements), (first.text, second.text)
        moved += 1
    assert moved >= 5


def test_each_marker_opens_its_own_place_and_not_always_the_first(
    assistant: Assistant, answers: tuple[Answer, ...]
) -> None:
    """The view shows the first chunk whatever was cited."""
    later = 0
    for answer, citation in cited(answers):
        section = assistant.section(citation.section, answer.language)
        assert section is not None
        assert section.body[citation.start : citation.end] == citation.quote
        later += citation.quote != section.statements[0].quote
    for answer in answers:
        places = [(citation.section, citation.start, citation.source) for citation in answer.citations]
        assert len(set(places)) == len(places)
    assert later >= 10


def test_the_panel_marks_the_cited_place_in_both_languages(assistant: Assistant, answers: tuple[Answer, ...]) -> None:
    """The source view fails or shows nothing."""
    for answer, citation in cited(answers):
        section = assistant.section(citation.section, answer.language)
        twin = assistant.section(citation.section, OTHER[answer.language])
        page = passage_html(citation, section, twin, answer.language)
        assert page.count('class="hit"') >= 2, citation.quote
        assert twin is not None
        assert citation.twin_quote in twin.body


def test_citations_survive_storing_reading_back_and_other_questions(
    assistant: Assistant, answers: tuple[Answer, ...]
) -> None:
    """Citations are blank after a reload or after switching to another chat."""
    for question, answer in zip(QUESTIONS, answers, strict=True):
        read_back = Answer.model_validate_json(answer.model_dump_json())
        assert read_back == answer
        assert answer_html(read_back, 1) == answer_html(answer, 1)
        assert assistant.ask(question).citations == answer.citations


def test_a_streamed_answer_carries_the_same_citations(assistant: Assistant, answers: tuple[Answer, ...]) -> None:
    """Citations are lost in streaming."""
    for question, answer in zip(QUESTIONS, answers, strict=True):
        streamed: dict[str, Citation] = {}
        for part in assistant.stream(question):
            for citation in getattr(part, "citations", ()):
                streamed[citation.marker] = citation
        assert tuple(streamed[citation.marker] for citation in answer.citations) == answer.citations


def test_every_source_of_a_statement_is_cited(assistant: Assistant) -> None:
    """Only one source is shown although several apply."""
    corpus, evidence = assistant.index.corpus, assistant._evidence
    several = 0
    for section in corpus.sections:
        for place in evidence.places(section.id, section.language):
            sources = {corpus.facts[fact].source for fact in place.statement.facts}
            if len(sources) < 2:
                continue
            book = CitationBook(evidence, "zh" if section.language == "zh" else "en")
            markers = book.cite(place)
            assert len(markers) == min(3, len(sources))
            assert {citation.source for citation in book.citations} <= sources
            several += 1
    assert several > 50


def test_a_reference_names_title_publisher_date_place_and_link(answers: tuple[Answer, ...]) -> None:
    """The reference has no authors, journal, pages or DOI."""
    for _, citation in cited(answers):
        assert citation.title
        assert citation.publisher
        assert citation.jurisdiction
        assert citation.confidence
    assert any(citation.url.startswith("https://doi.org/") for _, citation in cited(answers))
    assert any(re.search(r"\d{4};\d+", citation.publisher) for _, citation in cited(answers))


def test_json_text_and_page_show_the_same_citations(answers: tuple[Answer, ...]) -> None:
    """One form shows another citation than the next."""
    for answer in answers:
        in_json = [citation["marker"] for citation in answer.model_dump(mode="json")["citations"]]
        text, page = render_text(answer), answer_html(answer, 1)
        assert re.findall(r"^  \[(\d+)\] ", text, re.MULTILINE) == in_json
        assert sorted(set(re.findall(r'data-cite="1:(\d+)"', page)), key=int) == in_json
        for citation in answer.citations:
            assert citation.publisher in text
            assert citation.url in text


def test_markers_of_the_text_are_those_of_the_citations(answers: tuple[Answer, ...]) -> None:
    """A marker of the text leads nowhere, or a citation has no marker."""
    for answer in answers:
        assert set(re.findall(r"\[(\d+)\]", answer.text)) == {citation.marker for citation in answer.citations}


@pytest.mark.parametrize("question", ["Grade 2 CRS how to manage?", "CRS 2级怎么处理"])
def test_advice_on_a_grade_never_cites_the_row_of_another_grade(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    rows = [c.quote for c in answer.citations if c.quote.startswith("|")]

    assert len(rows) >= 4
    for quote in rows:
        named = set(re.findall(r"grades? (\d)|(\d)级", quote.split("|")[1] + quote.split("|")[2]))
        assert not named or any("2" in pair for pair in named) or "–" in quote.split("|")[1], quote


def test_a_dose_cites_the_line_that_holds_its_number(assistant: Assistant) -> None:
    answer = assistant.ask("teclistamab step-up dose 1, 70 kg, how many mg?")
    us = next(s for s in answer.statements if "0.06 mg/kg" in s.text)

    assert any("0.06" in c.quote for c in answer.citations if c.marker in us.markers)
