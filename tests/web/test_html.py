"""Answers as HTML: complete, safe, and with citations that can be opened."""

from __future__ import annotations

import pytest

from assistant.present.html import answer_html, clean
from assistant.present.markdown import to_html
from assistant.present.passage import passage_html
from tests.web.samples import BODY, ROW, SampleAssistant, citation, clarify, guidance, restart

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>[x](javascript:alert(3)) ${7*7} {{value}}"


def test_result_stands_first_with_row_and_neighbours() -> None:
    shown = answer_html(restart(), turn=3)

    assert shown.index("23.4 mg") < shown.index("Repeat step-up dose 2")
    assert 'data-cite="3:1"' in shown
    assert "8 ≤ 10 ≤ 28" in shown
    assert "Why not the neighbouring rows" in shown
    assert "All other rows looked at (2)" in shown


def test_each_statement_carries_its_support() -> None:
    shown = answer_html(restart(), turn=0)

    assert shown.count("<li>") == 2
    assert "Decided by the rule shown below" in shown


@pytest.mark.parametrize(
    ("confidence", "word"), [("single_source", "one source"), ("secondary", "summary, not the document itself")]
)
def test_weaker_confidence_is_shown_with_the_statement(confidence: str, word: str) -> None:
    statement = answer_html(guidance(confidence=confidence), turn=0).partition("</li>")[0]

    assert word in statement


def test_text_of_sources_cannot_become_markup() -> None:
    shown = answer_html(guidance(HOSTILE, title=HOSTILE, quote=HOSTILE), turn=0)

    assert "<img" not in shown
    assert "<script" not in shown
    assert "javascript:" not in shown.replace("[x](javascript:alert(3))", "")


def test_links_lead_to_the_web_only() -> None:
    shown = passage_html(citation(url="javascript:alert(1)"), None, None, "en")

    assert "javascript" not in shown
    assert 'rel="noopener noreferrer"' in passage_html(citation(), None, None, "en")


def test_clean_keeps_buttons_and_drops_handlers() -> None:
    assert clean('<button type="button" data-cite="0:1" onclick="x()">1</button>') == (
        '<button type="button" data-cite="0:1">1</button>'
    )


def test_markdown_table_in_a_statement_becomes_a_table() -> None:
    shown = answer_html(guidance("| a | b |\n|---|---|\n| 1 | 2 |"), turn=0)

    assert "<td>1</td>" in shown
    assert "|---|" not in shown


def test_options_of_a_missing_input_are_buttons() -> None:
    shown = answer_html(clarify(), turn=0)

    assert 'data-ask="Teclistamab"' in shown
    assert "in kg" in shown
    assert shown.count("Which drug is it?") == 1


@pytest.mark.parametrize(
    ("text", "passage", "marked"),
    [
        ("One. Two.", "Two.", '<mark class="hit">Two.</mark>'),
        ("- one\n- two", "- two", '<li><mark class="hit">two</mark></li>'),
        ("a\n\nb", "a\n\nb", '<p><mark class="hit">b</mark></p>'),
        (BODY["en"], ROW["en"], '<tr class="hit">'),
        ("One.", "not in it", "<p>One.</p>"),
    ],
)
def test_passage_is_marked_in_its_section(text: str, passage: str, marked: str) -> None:
    assert marked in to_html(text, passage)


def test_panel_shows_both_languages_and_the_source_card() -> None:
    assistant = SampleAssistant()
    shown = passage_html(citation(), assistant.section("restart", "en"), assistant.section("restart", "zh"), "zh")

    assert shown.count('<tr class="hit">') == 2
    assert 'lang="en"' in shown
    assert 'lang="zh"' in shown
    assert "打开来源" in shown
    assert "已核实" in shown
    assert "Table 2" in shown


def test_panel_without_a_section_still_shows_the_quote() -> None:
    assert "Step-up dose 2 · 8 to 28 days" in passage_html(citation(), None, None, "en")


def test_panel_says_when_there_is_one_language_only() -> None:
    section = SampleAssistant().section("restart", "en")

    assert "exists only in English" in passage_html(citation(), section, section, "en")
