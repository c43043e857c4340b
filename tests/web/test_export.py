"""A conversation as Markdown and PDF, an answer for the clipboard: complete, numbered as on the page, never markup."""

from __future__ import annotations

import re
from datetime import date

import pypdfium2
import pytest
from markdown_it import MarkdownIt

from assistant.present.export import clip, markdown
from assistant.present.words import say
from assistant.types import Answer, Language
from assistant.web.conversation import Turn
from tests.web.samples import citation, clarify, comparison, guidance, restart

pytest.importorskip("reportlab")
from assistant.present.export_pdf import drawable, pdf

ON = date(2026, 11, 22)
HOSTILE = (
    "<img src=x onerror=alert(1)> [x](javascript:alert(3)) # h *b* `c` | t | ~~s~~ &lt; $m$ **\n# top\n- item\n1. one"
)


def turn(answer: Answer | None, question: str = "q", **more: object) -> Turn:
    return Turn.model_validate({"question": question, "answer": answer, **more})


def pdf_text(turns: tuple[Turn, ...], language: Language) -> str:
    document = pypdfium2.PdfDocument(pdf(turns, language, ON))
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def flat(text: str) -> str:
    return re.sub(r"\s+", "", text).replace("\\", "")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("form", ["markdown", "pdf"])
def test_everything_that_is_needed_to_check_an_answer_is_in_it(form: str, language: Language) -> None:
    answer = restart(language).model_copy(
        update={"versions": {"corpus": "f050ffff7505", "rules": "abc123", "assistant": "0.1.0"}}
    )
    turns = (turn(answer, "第二剂延迟了 why?"),)
    text = flat(markdown(turns, language, ON) if form == "markdown" else pdf_text(turns, language))

    needed = [
        "第二剂延迟了why?",
        answer.statements[0].text,
        "[1]",
        "US label, restart table",
        "Table 2",
        "2025-03-20",
        say("jurisdiction.US", language),
        say("confidence.verified", language),
        "https://example.org/label",
        "8 to 28 days" if language == "en" else "8–28天",
        "f050ffff7505",
        "abc123",
        "s2_repeat",
        answer.warnings[0].text,
        say("safety", language),
        "2026-11-22",
    ]
    assert [part for part in needed if flat(part) not in text] == []


def test_numbers_are_those_of_the_answer() -> None:
    answer = guidance().model_copy(
        update={
            "citations": (citation("3"), citation("7", quote="Another passage.")),
            "statements": (guidance().statements[0].model_copy(update={"markers": ("7", "3")}),),
        }
    )
    shown = clip(answer)

    assert "CRS starts after at least 24 hours. [7][3]" in shown
    assert "[3] US label" in shown
    assert "[7] US label" in shown
    assert "[1]" not in shown


@pytest.mark.parametrize("where", ["statement", "quote", "title", "question", "error"])
def test_no_text_of_a_document_or_a_question_becomes_markup(where: str) -> None:
    answer = guidance(HOSTILE) if where == "statement" else guidance()
    if where in {"quote", "title"}:
        answer = guidance(**{where: HOSTILE})
    made = turn(answer, HOSTILE if where == "question" else "q") if where != "error" else turn(None, "q", error=HOSTILE)
    tokens = (
        MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(markdown((made,), "en", ON))
    )
    inside = [child.type for token in tokens if token.children for child in token.children]
    kinds = {token.type for token in tokens}

    assert not kinds & {"html_block", "table_open", "ordered_list_open", "code_block", "fence"}
    assert not set(inside) & {"html_inline", "em_open", "code_inline", "s_open", "image"}
    assert inside.count("strong_open") <= 1  # the kind of the answer
    assert {child.attrs["href"] for token in tokens for child in token.children or [] if child.type == "link_open"} <= {
        "https://example.org/label"
    }
    assert [
        t.content for t, n in zip(tokens[1:], tokens, strict=False) if n.type == "heading_open" and n.tag == "h1"
    ] == ["Myeloma bispecifics assistant"]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://x.org/> <b>", ""])
def test_only_plain_web_addresses_become_links(url: str) -> None:
    shown = markdown((turn(guidance(url=url)),), "en", ON)

    assert f"<{url}>" not in shown


def test_tables_of_a_source_are_words() -> None:
    shown = clip(guidance("| a | b |\n|---|---|\n| 1 | **2** |"))

    assert "- a · b / 1 · 2 [1]" in shown


def test_confidence_positions_missing_inputs_and_stops_are_said() -> None:
    turns = (
        turn(guidance(confidence="secondary")),
        turn(comparison("zh")),
        turn(clarify()),
        turn(guidance(), progress="stopped"),
        turn(None, error="No words."),
    )
    shown = markdown(turns, "en", ON)

    assert "(summary, not the document itself)" in shown
    assert "第1/3/5天递增" in shown
    assert "one of: Teclistamab, Talquetamab" in shown
    assert shown.count("Stopped before the answer was complete.") == 1
    assert "No words." in shown
    assert "## Question 5 q" in shown


def test_chinese_survives_the_pdf() -> None:
    text = pdf_text((turn(restart("zh"), "特立妥单抗第二次递增给药后已过10天，体重78公斤，下一步怎么给？"),), "zh")

    assert flat("特立妥单抗第二次递增给药后已过10天，体重78公斤，下一步怎么给？") in flat(text)
    assert "骨髓瘤双抗助手" in text
    assert "□" not in text


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("1.0 ×10⁹/L", "1.0 ×10^9/L"),
        ("10⁻³", "10^-3"),
        ("≥ 38.0 °C, ≤ 7 µg", "≥ 38.0 °C, ≤ 7 μg"),
        ("SpO₂ − 2", "SpO2 - 2"),
        ("κ/λ → 第1天", "κ/λ → 第1天"),
        ("🙂", "[U+1F642]"),
    ],
)
def test_no_sign_is_lost_in_the_pdf(text: str, drawn: str) -> None:
    assert drawable(text) == drawn
    assert flat(drawn) in flat(pdf_text((turn(guidance(text)),), "en"))


def test_a_long_conversation_has_numbered_pages_with_the_safety_line() -> None:
    document = pypdfium2.PdfDocument(pdf(tuple(turn(restart()) for _ in range(6)), "en", ON))

    assert len(document) > 2
    for number, page in enumerate(document, start=1):
        text = page.get_textpage().get_text_bounded()
        assert "not for emergencies" in text
        assert re.search(rf"verify before use\.\s+{number}\b", text)
