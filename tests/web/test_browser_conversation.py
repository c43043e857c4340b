"""Turns in a real browser: forms, stop, ask again, take back, copy, save, history, and what points to a person."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from tests.web.conftest import Opened

RESTART = {
    "en": "missed teclistamab step-up dose 2 by ten days since the last dose, 78 kg",
    "zh": "特立妥单抗第二次递增给药后已过10天，体重78公斤，下一步怎么给？",
}
DOSE = {"en": "dose of teclistamab step-up 1", "zh": "特立妥单抗第一次递增剂量给多少"}
FITS = "document.documentElement.scrollWidth <= window.innerWidth"


def send(page: Any, question: str) -> None:
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")


def turns(page: Any, number: int) -> None:
    """Wait until the conversation has that many finished turns and no other."""
    page.wait_for_function(
        "n => document.querySelectorAll('.turn').length === n && document.querySelectorAll('.turn .turn-do').length === n",
        arg=number,
    )


@pytest.mark.parametrize(("language", "width"), [("en", 1440), ("zh", 360)])
def test_a_question_back_is_answered_in_its_form_and_the_result_can_be_taken_back(
    opened: Opened, language: str, width: int
) -> None:
    page = opened(language, width=width)
    send(page, DOSE[language])
    page.wait_for_selector(".ask-form")
    page.fill(".ask-form [name=weight_value]", "78")
    page.select_option(".ask-form [name=weight_unit]", "kg")
    page.locator(".ask-form .go").click()
    turns(page, 2)
    assert "4.68 mg" in page.locator(".answer").last.inner_text()
    assert "78 kg" in page.locator(".question").last.inner_text()
    assert page.locator(".ask-form").count() == 0
    assert page.evaluate(FITS)

    page.locator("[data-undo]:visible").click()
    turns(page, 1)
    page.wait_for_selector(".ask-form")
    page.locator("[data-undo]:visible").click()
    page.wait_for_selector(".welcome .example")
    page.wait_for_function("q => document.querySelector('#question textarea').value === q", arg=DOSE[language])


def test_asking_again_gives_the_answer_in_the_language_chosen_now(opened: Opened) -> None:
    page = opened("en")
    send(page, RESTART["en"])
    turns(page, 1)
    page.locator("#answer-in label", has_text="中文").click()
    page.wait_for_selector("#answer-in label.selected:has-text('中文')")
    page.locator("[data-again]:visible").click()
    page.wait_for_selector(".answer[lang=zh]")
    turns(page, 1)


@pytest.mark.parametrize(
    ("language", "who"), [("en", "Patient John Smith, MRN 00412345: "), ("zh", "患者张伟，住院号ZY20231234，")]
)
def test_what_points_to_a_person_is_not_sent_before_it_is_taken_out(opened: Opened, language: str, who: str) -> None:
    page = opened(language)
    send(page, who + RESTART[language])
    page.wait_for_selector(".flagged [data-ask]")
    assert page.locator(".answer").count() == 0
    assert page.input_value("#question textarea").startswith(who)
    page.locator(".flagged [data-edit]").click()
    page.wait_for_function("document.activeElement === document.querySelector('#question textarea')")

    page.locator(".flagged [data-ask]").click()
    turns(page, 1)
    assert "23.4 mg" in page.locator(".answer").inner_text()
    page.wait_for_function("document.querySelector('#question textarea').value === ''")
    page.wait_for_function("Object.keys(localStorage).some((key) => key.includes('conversation'))")
    stored = page.evaluate("JSON.stringify(localStorage)")
    assert "Smith" not in stored
    assert "张伟" not in stored
    assert "00412345" not in stored
    assert "ZY20231234" not in stored


def test_copying_takes_the_answer_with_its_references(opened: Opened) -> None:
    page = opened("en")
    send(page, RESTART["en"])
    turns(page, 1)
    page.locator("[data-copy='.clip']").click()
    page.wait_for_selector("[data-copy='.clip']:has-text('Copied')")
    copied = page.evaluate("navigator.clipboard.readText()")

    assert "23.4 mg" in copied
    for marker in page.locator(".answer .statements .cite").all_inner_texts():
        assert f"[{marker}]" in copied
    assert "https://" in copied
    assert "not for emergencies" in copied


@pytest.mark.parametrize("kind", ["md", "pdf"])
def test_the_conversation_is_saved_as_a_file(opened: Opened, kind: str, tmp_path: Path) -> None:
    page = opened("zh")
    send(page, RESTART["zh"])
    turns(page, 1)
    for number in range(2):  # the second time the file is the same, and is saved all the same
        with page.expect_download() as saved:
            page.locator(f"[data-export={kind}]:visible").click()
        saved.value.save_as(tmp_path / str(number))
    content = (tmp_path / "1").read_bytes()
    if kind == "pdf":
        pages = pypdfium2.PdfDocument(io.BytesIO(content))
        text = "".join(part.get_textpage().get_text_bounded() for part in pages)
    else:
        text = content.decode()

    assert saved.value.suggested_filename.endswith(f".{kind}")
    assert "23.4 mg" in text
    assert "特立妥单抗第二次递增给药后已过10天" in re.sub(r"\s", "", text)
    assert "供血液科专业人员使用" in text


def test_earlier_conversations_are_listed_opened_and_deleted(opened: Opened) -> None:
    page = opened("en")
    send(page, RESTART["en"])
    turns(page, 1)
    send(page, "and what premedication?")
    turns(page, 2)
    page.locator("#new-patient").click()
    page.wait_for_selector(".earlier li")
    send(page, DOSE["en"])
    turns(page, 1)

    page.reload()
    page.wait_for_function("document.querySelectorAll('.earlier li').length === 2")
    assert page.locator(".kept-first").all_inner_texts() == [DOSE["en"], RESTART["en"]]
    page.locator(".kept-open").last.click()
    turns(page, 2)
    page.locator(".answer .cite").first.click()
    page.wait_for_selector("#panel .passage .hit")
    page.locator("[data-undo]:visible").click()
    turns(page, 1)

    page.locator("#new-patient").click()
    page.wait_for_function("document.querySelectorAll('.earlier li').length === 2")
    page.locator(".earlier li").first.locator("button").last.click()
    page.wait_for_function("document.querySelectorAll('.earlier li').length === 1")
    page.locator(".earlier > button").click()
    page.wait_for_function("document.querySelectorAll('.earlier li').length === 0")
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.includes('conversation')).length") == 0


def test_a_new_patient_after_an_opened_conversation_leaves_that_one_as_it_was(opened: Opened) -> None:
    page = opened("en")
    send(page, RESTART["en"])
    turns(page, 1)
    page.locator("#new-patient").click()
    page.wait_for_selector(".kept-open")
    page.locator(".kept-open").click()
    turns(page, 1)
    page.locator("#new-patient").click()
    page.wait_for_selector(".kept-open")
    send(page, DOSE["en"])
    turns(page, 1)
    page.locator("#new-patient").click()
    page.wait_for_function("document.querySelectorAll('.kept-first').length === 2")
    assert page.locator(".kept-first").all_inner_texts() == [DOSE["en"], RESTART["en"]]


def test_a_problem_with_a_statement_can_be_copied_and_saved_and_nothing_is_sent(opened: Opened) -> None:
    page = opened("en")
    send(page, RESTART["en"])
    turns(page, 1)
    page.locator(".answer .cite").first.click()
    page.wait_for_selector("#panel .report")
    page.locator("#panel .report summary").click()
    page.wait_for_selector("#panel .report[open]")
    with page.expect_download() as saved:
        page.locator("#panel [data-save]").click()
    text = Path(saved.value.path()).read_text(encoding="utf-8")

    assert "23.4 mg" in text
    assert "missed teclistamab" not in text
    assert "corpus" in text


def test_sentences_come_one_by_one_without_moving_the_question_and_stopping_keeps_them(
    opened: Opened, slow_address: str
) -> None:
    page = opened("en", at=slow_address)
    send(page, "first")
    turns(page, 1)
    send(page, "long answer, please")
    page.wait_for_function("document.querySelectorAll('.turn.live .statements li').length >= 2")
    place = "document.querySelectorAll('.turn .question')[1].getBoundingClientRect().top"
    before = page.evaluate(place)
    page.wait_for_function("document.querySelectorAll('.turn.live .statements li').length >= 4")
    assert page.evaluate(place) == before
    page.locator(".turn.live .cite").first.click()
    page.wait_for_selector("#panel .passage .hit")

    page.wait_for_function("getComputedStyle(document.querySelector('#stop')).visibility === 'visible'")
    page.locator("#stop").click()
    page.wait_for_selector(".turn .stopped")
    turns(page, 2)
    said = page.locator(".turn").last.locator(".statements li").count()
    assert 4 <= said < 12
    page.wait_for_function("getComputedStyle(document.querySelector('#stop')).display === 'none'")
    assert page.locator("#send").is_visible()

    send(page, "first")  # the stopped answer does not come back with the next one
    turns(page, 3)
    assert page.locator(".turn .stopped").count() == 1
    assert page.locator(".turn").nth(1).locator(".statements li").count() == said


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_is_cut_off_at_twice_the_size(opened: Opened, language: str) -> None:
    page = opened(language, width=1280, height=800, zoom=2)
    assert page.evaluate(FITS)
    send(page, RESTART[language])
    turns(page, 1)
    assert page.evaluate(FITS)
    page.locator(".answer .cite").first.click()
    page.wait_for_selector("#panel .passage .report")
    page.locator("#panel .report summary").click()
    page.wait_for_selector("#panel .report[open]")
    assert page.evaluate(FITS)
    for name in ("desk", "browse", "covered"):
        page.locator(f"#{name}-button").click()
        page.wait_for_selector(f".{name}")
        assert page.evaluate(FITS), name
        page.locator(f"#{name} .close").first.click()
        page.wait_for_selector(f".{name}", state="detached")
