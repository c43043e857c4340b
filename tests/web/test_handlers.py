"""What the page does beside the conversation, without a page."""

from __future__ import annotations

from collections import namedtuple
from datetime import date

import pytest

from assistant.web import handlers
from assistant.web.conversation import Choices, Turns, asking
from tests.web.samples import SampleAssistant, clarify, guidance

Document = namedtuple("Document", "checked_on")


def _ask(assistant: SampleAssistant, question: str) -> Turns:
    *_, turns = asking(assistant, (), question, Choices())
    return turns


def test_citation_opens_in_both_languages() -> None:
    assistant = SampleAssistant()
    shown = handlers.opened(assistant, _ask(assistant, "q"), "0:1", "en")

    assert "Citation 1" in shown
    assert shown.count('<tr class="hit">') == 2


@pytest.mark.parametrize(("page", "words"), [("en", "your own copy"), ("zh", "您导入的文件")])
def test_citation_of_an_own_copy_opens_its_passage(page: str, words: str) -> None:
    assistant = SampleAssistant()
    shown = handlers.opened(assistant, _ask(assistant, "own"), "0:1", handlers.page_language(page))

    assert words in shown
    assert '<mark class="hit">The second sentence' in shown
    assert shown.count('class="column"') == 1


@pytest.mark.parametrize("cite", ["0:9", "5:1", "x", "", "-1:1", "0:rule"])
def test_citation_that_is_not_there_gives_a_sentence(cite: str) -> None:
    assistant = SampleAssistant()

    assert "cannot be opened" in handlers.opened(assistant, _ask(assistant, "q"), cite, "en")


@pytest.mark.parametrize(("page", "title"), [("en", "Report a problem"), ("zh", "反馈此条内容的问题")])
def test_a_citation_offers_a_report_with_statement_quote_source_and_versions_but_no_question(
    page: str, title: str
) -> None:
    assistant = SampleAssistant()
    turns = _ask(assistant, "the question of the reader")
    shown = handlers.opened(assistant, turns, "0:1", handlers.page_language(page))
    report = shown[shown.index('<pre class="report-text"') : shown.index("</pre>")]

    assert title in shown
    assert "0.3 mg/kg × 78 kg = 23.4 mg" in report
    assert "| Step-up dose 2 | 8 to 28 days |" in report
    assert "US label, restart table · Table 2 · 2025-03-20" in report
    assert "the question of the reader" not in report


@pytest.mark.parametrize(
    ("wanted", "language"), [("zh-CN", "zh"), ("zh", "zh"), ("en-GB", "en"), ("de", "en"), ("", "en")]
)
def test_page_language(wanted: str, language: str) -> None:
    assert handlers.page_language(wanted) == language


@pytest.mark.parametrize(
    ("question", "language", "kinds", "instead"),
    [
        ("Patient John Smith, 78 kg", "en", "Found: a name.", "Patient [name], 78 kg"),
        (
            "患者张伟，住院号ZY20231234，78公斤",
            "zh",
            "识别到：姓名、住院号或病历号。",
            "患者[姓名]，[编号]，78公斤",
        ),
    ],
)
def test_a_question_that_points_to_a_person_gets_a_notice_with_the_masked_question(
    question: str, language: str, kinds: str, instead: str
) -> None:
    notice = handlers.flagged((), question, handlers.page_language(language))

    assert notice is not None
    assert kinds in notice
    assert f'data-ask="{instead}"' in notice
    assert "Smith" not in notice
    assert "张伟" not in notice


def test_a_question_about_nobody_gets_no_notice() -> None:
    assert handlers.flagged((), "teclistamab 0.06 mg/kg on day 1, 78 kg?", "en") is None


class _Sourced:
    """An assistant with a corpus of which one topic was checked long ago."""

    class index:  # noqa: N801
        class corpus:  # noqa: N801
            documents = ()
            sources: dict[str, object] = {}
            version = "f050ffff7505"

    def __init__(self, *checked: str, limit: int | None = None) -> None:
        self.index.corpus.documents = tuple(_Titled(day) for day in checked)  # type: ignore[assignment]
        if limit is not None:
            self.settings = namedtuple("Settings", "source_age_days chat_model")(limit, "")


class _Titled:
    def __init__(self, checked_on: str) -> None:
        self.checked_on = checked_on
        self.title = clarify().missing[0].question


def test_topics_checked_longer_ago_than_the_limit_are_counted() -> None:
    today = date(2027, 1, 1)

    assert handlers.about(_Sourced("2026-01-01", "2025-12-31"), "en", today).old == 1
    assert handlers.about(_Sourced("2026-01-01", "2025-12-31"), "en", today).oldest == "2025-12-31"
    assert handlers.about(_Sourced("2026-12-01", "2026-12-30", limit=20), "en", today).old == 1
    assert handlers.about(_Sourced("2026-12-30"), "en", today).old == 0


@pytest.mark.parametrize(("language", "words"), [("en", "2025-12-31"), ("zh", "最早2025-12-31")])
def test_old_sources_are_said_in_the_line_that_is_always_visible(language: str, words: str) -> None:
    from assistant.present.frame import line_html

    tongue = handlers.page_language(language)
    old = line_html(handlers.about(_Sourced("2025-12-31"), tongue, date(2027, 1, 1)), tongue)
    fresh = line_html(handlers.about(_Sourced("2025-12-31"), tongue, date(2026, 1, 1)), tongue)

    assert words in old
    assert 'class="old"' not in fresh


def test_a_guidance_answer_is_reported_with_its_own_statement() -> None:
    from assistant.present.passage import problem_report

    answer = guidance("CRS starts early (gap-033).")
    assert "Statement: CRS starts early." in problem_report(answer, answer.citations[0], "en")
