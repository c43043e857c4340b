"""The view "What is covered", own copies and comparisons in a real browser with the real assistant."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.web.conftest import Opened

HAN = re.compile(r"[\u4e00-\u9fff]")
FITS = "document.documentElement.scrollWidth <= window.innerWidth"
TITLE = {"en": "What is covered", "zh": "收录范围"}
BACK = {"en": "Back to the chat", "zh": "返回对话"}


def open_view(page: Any) -> None:
    page.locator("#covered-button").click()
    page.wait_for_selector(".covered .focus-here")


def closed(page: Any) -> None:
    page.wait_for_selector(".covered", state="detached")
    page.wait_for_function("document.activeElement.id === 'covered-button'")


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844), (360, 780)])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_view_opens_and_closes_back_to_the_chat(opened: Opened, language: str, width: int, height: int) -> None:
    page = opened(language, width=width, height=height)
    open_view(page)

    assert page.locator(".covered h2").inner_text() == TITLE[language]
    page.wait_for_function("document.activeElement.tagName === 'H2'")
    assert page.evaluate(FITS)
    assert not page.locator("#chat").is_visible()
    assert page.locator("#line .safety").is_visible()
    assert page.locator(".covered table").count() == 4
    within = (
        "[...document.querySelectorAll('.covered *')].every(e => e.getBoundingClientRect().right <= innerWidth + 1)"
    )
    assert page.evaluate(within)
    page.get_by_role("button", name=BACK[language]).click()
    closed(page)
    assert page.locator("#chat").is_visible()
    assert page.locator(".welcome .example").count() == 6


def test_view_is_used_with_the_keyboard_alone(opened: Opened) -> None:
    page = opened(scheme="dark")
    page.locator("#covered-button").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".covered .focus-here")
    assert page.locator("#covered-button").get_attribute("aria-pressed") == "true"
    page.locator(".covered td a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id.startsWith('gap-')")
    page.wait_for_function("document.activeElement.getBoundingClientRect().top < innerHeight")
    page.keyboard.press("Escape")
    closed(page)


def test_view_follows_the_language_and_leaves_the_conversation_alone(opened: Opened) -> None:
    page = opened("en")
    page.locator(".example").nth(4).click()
    page.wait_for_selector(".answer")
    open_view(page)
    page.locator("#language label", has_text="中文").click()
    page.wait_for_selector(".covered[lang=zh]")
    assert HAN.search(page.locator("#covered-button").inner_text())
    page.locator("#covered-button").click()
    closed(page)
    assert page.locator(".turn .answer").count() == 1


def test_new_patient_closes_the_view(opened: Opened) -> None:
    page = opened()
    open_view(page)
    page.locator("#new-patient").click()
    page.wait_for_selector(".covered", state="detached")
    page.wait_for_selector(".welcome .example")

    open_view(page)


@pytest.mark.parametrize("width", [1440, 390])
def test_positions_of_a_comparison_are_boxes_of_their_own(opened: Opened, width: int) -> None:
    page = opened("zh", width=width)
    page.locator(".example").nth(4).click()
    page.wait_for_selector(".answer .side")
    sides = page.locator(".answer .side")
    first, second = sides.nth(0).bounding_box(), sides.nth(1).bounding_box()

    apart = first["x"] + first["width"] < second["x"] or first["y"] + first["height"] < second["y"]
    assert apart
    assert page.evaluate(FITS)
