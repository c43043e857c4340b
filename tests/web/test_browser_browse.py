"""The guideline browser in a real browser with the real assistant."""

from __future__ import annotations

import pytest

from tests.web.conftest import Opened

FITS = "document.documentElement.scrollWidth <= window.innerWidth"


@pytest.mark.parametrize(("language", "width"), [("en", 1440), ("zh", 390), ("zh", 360)])
def test_a_section_is_found_by_list_and_by_search(opened: Opened, language: str, width: int) -> None:
    page = opened(language, width=width)
    page.locator("#browse-button").click()
    page.wait_for_selector(".browse .contents")
    page.locator(".contents summary").nth(2).click()
    page.locator(".contents details[open] [data-section]").first.click()
    page.wait_for_selector(".reading .column[lang=en]")
    page.wait_for_selector(".reading .column[lang=zh]")
    assert page.locator(".section-sources li").count() > 0
    assert page.evaluate(FITS)

    page.fill("#browse-query", "IVIG")
    page.keyboard.press("Enter")
    page.wait_for_selector(".found [data-section]")
    assert page.evaluate(FITS)
    page.locator(".found [data-section]").first.click()
    page.wait_for_selector(".reading .column")
    page.keyboard.press("Escape")
    page.wait_for_selector(".browse", state="detached")
    page.wait_for_selector(".welcome .example")


def test_only_one_view_is_open_at_a_time(opened: Opened) -> None:
    page = opened("en")
    page.locator("#browse-button").click()
    page.wait_for_selector(".browse")
    page.locator("#desk-button").click()
    page.wait_for_selector(".desk")
    page.wait_for_selector(".browse", state="detached")
    page.locator("#covered-button").click()
    page.wait_for_selector(".covered")
    page.wait_for_selector(".desk", state="detached")
    page.locator("#covered-button").click()
    page.wait_for_selector(".covered", state="detached")
    assert page.locator("#transcript").is_visible()
