"""Answers as HTML: complete, safe, and with citations that can be opened."""

from __future__ import annotations

import re

import pytest

from assistant.present.html import answer_html, clean
from assistant.present.markdown import to_html
from assistant.present.passage import passage_html
from tests.web.samples import (
    BODY,
    OWN_BODY,
    ROW,
    SampleAssistant,
    citation,
    clarify,
    comparison,
    guidance,
    own_copy,
    restart,
    step,
)

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


@pytest.mark.parametrize(
    ("sentence", "shown_as"),
    [
        ("The table is not included here (gap-033).", "The table is not included here."),
        ("Not covered either (gap-032, gap-044).", "Not covered either."),
        ("该表未收录（gap-033）。", "该表未收录。"),
        ("亦未收录（gap-032、gap-044、gap-052）。", "亦未收录。"),
        ("IgG below 400 mg/dL (4 g/L).", "IgG below 400 mg/dL (4 g/L)."),
    ],
)
def test_ids_of_gaps_are_not_shown(sentence: str, shown_as: str) -> None:
    shown = answer_html(guidance(sentence), turn=0)

    assert shown_as in shown
    assert "gap-0" not in shown


def test_row_ids_stand_in_the_small_print_only() -> None:
    shown = answer_html(restart(), turn=0)
    table = shown[shown.index("<table>") : shown.index('class="version"')]

    assert 'title="row s2_repeat"' in table
    assert "s2_" not in re.sub(r'title="[^"]*"', "", table)
    assert "row s2_repeat</p>" in shown


def test_row_without_conditions_says_that_it_always_applies() -> None:
    answer = restart()
    assert answer.calculation is not None
    always = answer.calculation.model_copy(update={"trace": (step("only", fired=True, why=""),)})

    assert "this row always applies" in answer_html(answer.model_copy(update={"calculation": always}), turn=0)


@pytest.mark.parametrize(("language", "who"), [("en", "EU product information"), ("zh", "欧盟产品信息")])
def test_positions_of_a_comparison_stand_apart_under_the_name_of_who_holds_them(language: str, who: str) -> None:
    shown = answer_html(comparison(language), turn=0)

    assert shown.count('<section class="side') == 3
    side = next(part for part in shown.split('<section class="side')[1:] if f"<h4>{who}" in part)
    assert "1/3/5" in side
    assert "1/4/7" not in side
    assert shown.count("unsourced") == 1
    assert shown.index("differ" if language == "en" else "不一") < shown.index('class="side')


def test_passages_compared_stand_apart_under_their_headings() -> None:
    answer = comparison("en")
    told = [
        s.model_copy(update={"markers": ("1",), "heading": f"Heading {n // 2}"})
        for n, s in enumerate(answer.statements)
    ]
    shown = answer_html(answer.model_copy(update={"statements": tuple(told)}), turn=0)

    assert shown.count('<section class="side"') == 2
    assert "<h4>Heading 0</h4>" in shown


@pytest.mark.parametrize(("language", "words"), [("en", "your own copy"), ("zh", "您导入的文件")])
def test_own_copy_is_named_with_title_and_page(language: str, words: str) -> None:
    answer = guidance(language="en", **own_copy()).model_copy(update={"language": language})
    shown = answer_html(answer, turn=0)
    reference = shown[shown.index('class="reference"') :]

    assert words in shown[: shown.index("</li>")]
    assert "Demo paper" in reference
    assert f"p. e207 · {words}</span>" in reference
    assert "undated" not in reference


@pytest.mark.parametrize("language", ["en", "zh"])
def test_own_copy_opens_with_the_passage_marked_and_no_date_or_place_invented(language: str) -> None:
    own = citation(**own_copy())
    section = SampleAssistant().section("imported:demo:3", "en")
    shown = passage_html(own, section, section, "zh" if language == "zh" else "en")

    assert '<mark class="hit">The second sentence of the copy.</mark>' in shown
    assert OWN_BODY.split(".")[0] in shown
    assert "p. e207" in shown
    assert ("Applies to" if language == "en" else "适用地区") not in shown
    assert ("exists only in English" if language == "en" else "此段仅有English版本") in shown


def test_translation_of_an_own_copy_is_shown_without_a_mark() -> None:
    assistant = SampleAssistant()
    own = citation(**own_copy(section="restart", quote=ROW["en"], twin_quote=BODY["zh"]))
    shown = passage_html(own, assistant.section("restart", "en"), assistant.section("restart", "zh"), "en")

    assert shown.count('class="hit"') == 1
