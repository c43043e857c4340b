"""What the page does, without a page."""

from __future__ import annotations

import logging

import pytest

from assistant.web import handlers
from tests.web.samples import SampleAssistant


def _ask(assistant: SampleAssistant, turns: handlers.Turns, question: str, page: str = "en") -> handlers.Turns:
    language = handlers.page_language(page)
    return handlers.answered(assistant, turns, question, page=language, answer_in="auto", jurisdiction="all")


def test_earlier_answered_turns_are_the_history() -> None:
    assistant = SampleAssistant()
    turns = _ask(assistant, (), "first")
    turns = _ask(assistant, turns, " ")
    _ask(assistant, turns, "second")

    assert [asked["history"] for asked in assistant.asked] == [[], ["first"], ["first"]]


@pytest.mark.parametrize(
    ("answer_in", "jurisdiction", "language", "labels"),
    [("auto", "all", "auto", None), ("zh", "CN", "zh", "CN"), ("en", "US", "en", "US"), ("??", "??", "auto", None)],
)
def test_choices_reach_the_assistant(answer_in: str, jurisdiction: str, language: str, labels: str | None) -> None:
    assistant = SampleAssistant()
    handlers.answered(assistant, (), "q", page="en", answer_in=answer_in, jurisdiction=jurisdiction)

    assert (assistant.asked[0]["language"], assistant.asked[0]["jurisdiction"]) == (language, labels)


@pytest.mark.parametrize(("page", "sentence"), [("en", "The question holds no words."), ("zh", "问题中没有文字。")])
def test_unreadable_question_gives_one_sentence_in_the_page_language(page: str, sentence: str) -> None:
    turns = _ask(SampleAssistant(), (), " ", page)

    assert turns[0].answer is None
    assert sentence in turns[0].html


def test_fault_is_named_but_neither_shown_in_full_nor_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        turns = _ask(SampleAssistant(), (), "fault")

    assert "ZeroDivisionError" in turns[0].html
    assert "secret" not in turns[0].html
    assert "fault" not in caplog.text


def test_questions_are_escaped_and_shortened() -> None:
    shown = handlers.pending((), "<b>x</b>" + "y" * 5000, "en")

    assert "&lt;b&gt;" in shown
    assert "y" * 2001 not in shown


def test_citation_opens_in_both_languages() -> None:
    assistant = SampleAssistant()
    shown = handlers.opened(assistant, _ask(assistant, (), "q"), "0:1", "en")

    assert "Citation 1" in shown
    assert shown.count('<tr class="hit">') == 2


@pytest.mark.parametrize(("page", "words"), [("en", "your own copy"), ("zh", "您导入的文件")])
def test_citation_of_an_own_copy_opens_its_passage(page: str, words: str) -> None:
    assistant = SampleAssistant()
    shown = handlers.opened(assistant, _ask(assistant, (), "own"), "0:1", handlers.page_language(page))

    assert words in shown
    assert '<mark class="hit">The second sentence' in shown
    assert shown.count('class="column"') == 1


@pytest.mark.parametrize("cite", ["0:9", "5:1", "x", "", "-1:1", "0:rule"])
def test_citation_that_is_not_there_gives_a_sentence(cite: str) -> None:
    assistant = SampleAssistant()

    assert "cannot be opened" in handlers.opened(assistant, _ask(assistant, (), "q"), cite, "en")


def test_empty_conversation_offers_six_examples_in_each_language() -> None:
    for language in ("en", "zh"):
        assert handlers.transcript((), handlers.page_language(language)).count("data-ask=") == 6


@pytest.mark.parametrize(
    ("wanted", "language"), [("zh-CN", "zh"), ("zh", "zh"), ("en-GB", "en"), ("de", "en"), ("", "en")]
)
def test_page_language(wanted: str, language: str) -> None:
    assert handlers.page_language(wanted) == language
