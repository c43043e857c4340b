"""The calculators in a real browser with the real assistant."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.conftest import Opened

FITS = "document.documentElement.scrollWidth <= window.innerWidth"
LINK = "#rule=restart&drug=teclistamab&last_dose=step_up_2&days_since_last_dose=10&weight_value=78&weight_unit=kg"


def open_desk(page: Any, rule: str) -> None:
    page.locator("#desk-button").click()
    page.wait_for_selector(".desk")
    page.locator(f"[data-rule={rule}]").first.click()
    page.wait_for_selector(f"[data-form={rule}]")


@pytest.mark.parametrize(("language", "width"), [("en", 1440), ("zh", 390), ("zh", 360)])
def test_a_grade_is_worked_out_once_everything_is_given(opened: Opened, language: str, width: int) -> None:
    page = opened(language, width=width)
    open_desk(page, "crs_grade")
    assert page.evaluate(FITS)
    page.fill("#desk [name=temperature_value]", "38.5")
    page.select_option("#desk [name=temperature_unit]", "C")
    page.locator("#desk .go").click()
    page.wait_for_selector("#result .missing")
    page.wait_for_selector("#desk .field.asked")
    assert page.locator("#result .answer").count() == 0

    page.locator("#desk [data-name=hypotension] label").first.click()
    page.locator("#desk [data-name=vasopressors] label:has([value=one])").click()
    page.select_option("#desk [name=oxygen_device]", "nasal_cannula")
    page.fill("#desk [name=oxygen_flow_l_min]", "2")
    page.locator("#desk .go").click()
    page.wait_for_selector("#result .answer .tile-value")
    assert "3" in page.locator("#result .tile-value").first.inner_text()
    assert page.input_value("#desk [name=temperature_value]") == "38.5"
    assert page.evaluate(FITS)


def test_a_link_opens_the_form_filled_in_and_its_citation_opens(opened: Opened) -> None:
    page = opened("en")
    page.evaluate("hash => { location.hash = hash }", LINK)
    page.wait_for_selector("#result .answer")
    assert "23.4 mg" in page.locator("#result").inner_text()
    page.locator("#result .cite").first.click()
    page.wait_for_selector("#panel .passage .hit")
    page.keyboard.press("Escape")
    page.wait_for_selector("#panel .about-panel")


def test_leaving_the_calculators_brings_the_chat_back_and_a_new_patient_clears_them(opened: Opened) -> None:
    page = opened("en")
    page.locator(".example").nth(1).click()
    page.wait_for_selector(".turn .answer")
    open_desk(page, "ice_score")
    assert not page.locator("#transcript").is_visible()
    page.locator("#desk .close").click()
    page.wait_for_selector(".desk", state="detached")
    assert page.locator(".turn .answer").count() == 1

    open_desk(page, "dose")
    page.locator("#new-patient").click()
    page.wait_for_selector(".desk", state="detached")
    page.wait_for_selector(".welcome .example")


def test_a_link_never_carries_a_date(opened: Opened) -> None:
    page = opened("en")
    open_desk(page, "schedule")
    page.select_option("#desk [name=drug]", "teclistamab") if page.locator(
        "#desk select[name=drug]"
    ).count() else page.locator("#desk [data-name=drug] label").first.click()
    page.fill("#desk [name=start_date]", "2026-12-01")
    page.locator("#desk .go").click()
    page.wait_for_selector("#result .worked")

    assert "rule=schedule" in page.evaluate("location.hash")
    assert "2026" not in page.evaluate("location.hash")
