"""The page in a real browser with the real assistant: ask, open a citation, change the language, use a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

try:
    from playwright.sync_api import TimeoutError
except ImportError:  # the fixtures say what is missing
    TimeoutError = Exception  # type: ignore[assignment,misc]

RESTART = {
    "en": "missed teclistamab step-up dose 2 by ten days since the last dose, 78 kg",
    "zh": "特立妥单抗第二次递增给药后已过10天，体重78公斤，下一步怎么给？",
}
HAN = re.compile(r"[\u4e00-\u9fff]")
Opened = Callable[..., Any]


def ask(page: Any, question: str) -> None:
    """Type a question and wait for its answer."""
    before = page.locator(".turn .answer, .turn .fault").count()
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    page.wait_for_function("n => document.querySelectorAll('.turn .answer, .turn .fault').length > n", arg=before)


def click_until(page: Any, button: Any, condition: str) -> None:
    """Click, and click again while nothing happened: on a busy machine a click can come before the page listens."""
    for _ in range(6):
        button.click()
        try:
            page.wait_for_function(condition, timeout=8000)
        except TimeoutError:
            continue
        return
    pytest.fail(f"nothing happened after six clicks: {condition}")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_restart_question_is_answered_and_its_citation_opens(opened: Opened, language: str) -> None:
    page = opened(language)
    ask(page, RESTART[language])

    assert "23.4 mg" in page.locator(".answer").inner_text()
    page.locator(".answer .cite").first.click()
    page.wait_for_selector("#panel .passage")
    assert page.locator("#panel .column[lang=en] .hit").first.is_visible()
    assert page.locator("#panel .column[lang=zh] .hit").first.is_visible()
    assert page.locator("#panel .card a").get_attribute("href").startswith("https://")
    page.wait_for_function("document.activeElement.classList.contains('focus-here')")


def test_citation_is_used_with_the_keyboard_alone(opened: Opened) -> None:
    page = opened()
    page.locator(".example").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".answer .cite")
    page.locator(".answer .cite").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel .passage")
    page.keyboard.press("Escape")
    page.wait_for_selector("#panel .about-panel")

    page.wait_for_function("document.activeElement.classList.contains('cite')")


def test_english_page_is_not_drawn_again_once_it_is_there(opened: Opened) -> None:
    # the answer of the load event once came late and closed a passage that a quick reader had opened
    page = opened("en")
    page.evaluate("document.querySelector('#panel .about-panel').dataset.first = 'yes'")
    page.wait_for_timeout(1500)

    assert page.evaluate("document.querySelector('#panel .about-panel').dataset.first") == "yes"


def test_focus_goes_back_even_when_the_passage_is_drawn_again_while_it_closes(opened: Opened) -> None:
    page = opened()
    ask(page, RESTART["en"])
    page.locator(".answer .cite").first.click()
    page.wait_for_selector("#panel .passage")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Escape")
    page.wait_for_selector("#panel .about-panel")

    page.wait_for_function("document.activeElement.classList.contains('cite')")


def test_language_switch_changes_every_label_and_the_answer_language(opened: Opened) -> None:
    page = opened("en")
    click_until(page, page.locator("#language label", has_text="中文"), "document.documentElement.lang === 'zh'")
    page.wait_for_function("document.querySelector('#send').textContent.includes('提问')")

    assert page.title() == "骨髓瘤双抗助手"
    places = ["#heading", "#new-patient", "#controls", "#send", "#line", ".welcome", "#panel"]
    for place in places:
        assert HAN.search(page.locator(place).first.inner_text()), place
    assert page.locator("#question textarea").get_attribute("placeholder") == "请输入问题（勿含姓名或病历号）"
    ask(page, RESTART["en"])
    assert HAN.search(page.locator(".answer .statements").first.inner_text())


def test_new_patient_clears_the_conversation(opened: Opened) -> None:
    page = opened()
    ask(page, RESTART["en"])
    page.locator("#new-patient").click()
    page.wait_for_selector(".welcome .example")

    assert page.locator(".turn").count() == 0
    assert page.locator("#panel .passage").count() == 0


def test_unreadable_question_gives_one_sentence(opened: Opened) -> None:
    page = opened("zh")
    ask(page, "!!!")

    assert HAN.search(page.locator(".turn .fault").inner_text())


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [360, 390])
def test_phone_needs_no_sideways_scrolling(opened: Opened, language: str, width: int) -> None:
    page = opened(language, width=width, height=780)
    fits = "document.documentElement.scrollWidth <= window.innerWidth"
    assert page.evaluate(fits)
    ask(page, RESTART[language])
    assert page.evaluate(fits)
    page.locator(".answer .cite").first.click()
    page.wait_for_selector("#panel .passage")
    assert page.evaluate(fits)
    assert page.locator("#panel .passage h3").is_visible()
    assert page.locator("#line .safety").is_visible()


def test_safety_line_stays_in_view(opened: Opened) -> None:
    page = opened()
    ask(page, RESTART["en"])
    shown = page.locator("#line")
    place = shown.bounding_box()

    assert "not for emergencies" in shown.inner_text()
    assert place["y"] + place["height"] <= 900


def test_examples_are_answered_by_their_kind(opened: Opened) -> None:
    for language in ("en", "zh"):
        page = opened(language)
        kinds = []
        for number in range(6):
            click_until(page, page.locator(".example").nth(number), "document.querySelector('.turn .answer')")
            kinds.append(page.locator(".answer").get_attribute("class").removeprefix("answer kind-"))
            click_until(page, page.locator("#new-patient"), "document.querySelector('.welcome .example')")
        assert kinds[0] in {"guidance", "comparison"}, language
        assert kinds[1:] == ["calculation", "calculation", "calculation", "comparison", "gap"], language
