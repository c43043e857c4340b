"""axe-core on every view of the page: both languages, light and dark, ward computer and phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.web.conftest import Opened

RESTART = {
    "en": "missed teclistamab step-up dose 2 by ten days since the last dose, 78 kg",
    "zh": "特立妥单抗第二次递增给药后已过10天，体重78公斤，下一步怎么给？",
}
DOSE = {"en": "dose of teclistamab step-up 1", "zh": "特立妥单抗第一次递增剂量给多少"}
COMPARISON = {
    "en": "Which days for teclistamab step-up: US versus EU label?",
    "zh": "特立妥单抗递增给药日，美国与欧盟说明书有何不同？",
}
PERSON = {"en": "Patient John Smith has CRS", "zh": "患者张伟，男，58岁，CRS"}
LINK = "#rule=restart&drug=teclistamab&last_dose=step_up_2&days_since_last_dose=10&weight_value=78&weight_unit=kg"


def ask(page: Any, question: str, then: str) -> None:
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    page.wait_for_selector(then)


def welcome(page: Any, language: str) -> None:
    page.wait_for_selector(".welcome .example")


def passage(page: Any, language: str) -> None:
    ask(page, RESTART[language], ".answer .calculation")
    page.locator(".answer .cite").first.click()
    page.wait_for_selector("#panel .passage .report")
    page.locator("#panel .report summary").click()
    page.wait_for_selector("#panel .report[open]")


def forms(page: Any, language: str) -> None:
    """A comparison, a question back with its form, and the notice about a person, under one another."""
    ask(page, COMPARISON[language], ".answer .cite")
    ask(page, DOSE[language], ".ask-form")
    ask(page, PERSON[language], ".flagged [data-ask]")


def history(page: Any, language: str) -> None:
    ask(page, DOSE[language], ".ask-form")
    page.wait_for_function("Object.keys(localStorage).some((key) => key.includes('conversation'))")
    page.locator("#new-patient").click()
    page.wait_for_selector(".earlier li")


def desk(page: Any, language: str) -> None:
    page.evaluate("hash => { location.hash = hash }", LINK)
    page.wait_for_selector("#result .answer")


def browse(page: Any, language: str) -> None:
    page.locator("#browse-button").click()
    page.wait_for_selector(".browse .contents")
    page.locator(".contents summary").first.click()
    page.locator(".contents [data-section]").first.click()
    page.wait_for_selector(".browse .column")


def covered(page: Any, language: str) -> None:
    page.locator("#covered-button").click()
    page.wait_for_selector(".covered table")


VIEWS: tuple[Callable[[Any, str], None], ...] = (welcome, passage, desk, browse, covered, history, forms)
STILL = "*, *::before, *::after { transition: none !important; animation: none !important; }"


# colours are those of the scheme, sizes those of the width: each language meets each scheme and each width
@pytest.mark.parametrize(
    ("language", "scheme", "width"),
    [("en", "light", 1440), ("zh", "dark", 1440), ("en", "dark", 390), ("zh", "light", 390)],
)
def test_axe_finds_nothing_serious_on_any_view(opened: Opened, language: str, scheme: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = opened(language, width=width, scheme=scheme)
    page.add_style_tag(content=STILL)  # a colour on its way to another is neither
    grave = []
    for view in VIEWS:
        view(page, language)
        for fault in Axe().run(page).response["violations"]:
            if fault["impact"] in {"serious", "critical"}:
                grave += [
                    f"{view.__name__}: {fault['id']}: {node['target']} {node['failureSummary']}"
                    for node in fault["nodes"]
                ]
        if page.locator(f"#{view.__name__} .close").count():
            page.locator(f"#{view.__name__} .close").first.click()
            page.wait_for_selector(f".{view.__name__}", state="detached")

    assert grave == []
