"""The calculators without a browser: choosing, working out, what is still needed, links, the calendar."""

from __future__ import annotations

import json
import re

import pytest

from assistant.pipeline import Assistant
from assistant.rules import RULES
from assistant.web import desk

HAN = re.compile(r"[\u4e00-\u9fff]")
RESTART = {
    "drug": "teclistamab",
    "last_dose": "step_up_2",
    "days_since_last_dose": "10",
    "weight_value": "78",
    "weight_unit": "kg",
}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return Assistant.open(tmp_path_factory.mktemp("desk"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_rule_opens_as_a_form(assistant: Assistant, language: str) -> None:
    for rule in RULES:
        html = desk.form_html(desk.chosen(rule), language)
        assert f'data-form="{rule}"' in html
        assert 'type="submit"' in html


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_form_gives_the_result_of_the_rule_with_its_citations(assistant: Assistant, language: str) -> None:
    worked = desk.worked_out(assistant, "restart", json.dumps(RESTART), language)
    html = desk.result_html(worked, language)

    assert worked.answer is not None
    assert worked.answer.kind == "calculation"
    assert "23.4 mg" in html
    assert 'data-cite="desk:1"' in html
    assert "s2_repeat" in html


def test_what_is_needed_is_marked_in_the_form_and_no_result_is_shown(assistant: Assistant) -> None:
    worked = desk.worked_out(assistant, "restart", json.dumps({**RESTART, "days_since_last_dose": ""}), "en")

    assert 'data-goto="days_since_last_dose"' in desk.result_html(worked, "en")
    assert "mg/kg" not in desk.result_html(worked, "en")
    assert re.search(r'class="field asked" data-name="days_since_last_dose"', desk.form_html(worked, "en"))


@pytest.mark.parametrize(
    "answers", ["", "[]", "{", '"x"', json.dumps({"days_since_last_dose": ["1", "2"]}), "x" * 9000]
)
def test_answers_that_cannot_be_read_give_questions_not_a_fault(assistant: Assistant, answers: str) -> None:
    worked = desk.worked_out(assistant, "restart", answers, "en")

    assert worked.answer is not None
    assert worked.answer.missing


def test_an_unusable_answer_is_named(assistant: Assistant) -> None:
    worked = desk.worked_out(assistant, "restart", json.dumps({**RESTART, "days_since_last_dose": "ten"}), "zh")

    assert worked.answer is not None
    assert worked.answer.kind == "clarify"
    assert HAN.search(desk.result_html(worked, "zh"))


def test_an_unknown_rule_from_a_link_shows_the_list_and_a_sentence(assistant: Assistant) -> None:
    worked = desk.worked_out(assistant, "<b>x</b>", "{}", "en")

    assert "data-form" not in desk.form_html(worked, "en")
    assert "<b>" not in desk.result_html(worked, "en")
    assert "no rule" in desk.result_html(worked, "en")


def test_the_language_changes_and_the_answers_stay(assistant: Assistant) -> None:
    worked = desk.worked_out(assistant, "restart", json.dumps(RESTART), "en")
    chinese = desk.again(assistant, worked, "zh")

    assert chinese.inputs == worked.inputs
    assert "重复递增剂量2" in desk.result_html(chinese, "zh")
    assert desk.again(assistant, desk.chosen("restart"), "zh") == desk.chosen("restart")


def test_the_findings_of_a_ctcae_term_stay_on_offer_after_a_result(assistant: Assistant) -> None:
    answers = json.dumps({"term": "mucositis_oral", "findings": ["modified_diet"]})
    html = desk.form_html(desk.worked_out(assistant, "ctcae_grade", answers, "en"), "en")

    assert re.search(r'type="checkbox" name="findings" value="modified_diet" checked', html)
    assert 'value="severe_pain_affecting_intake"' in html


def test_a_dated_schedule_can_be_saved_as_a_calendar_and_an_undated_one_not(assistant: Assistant) -> None:
    answers = {"drug": "teclistamab", "schedule": "monotherapy", "jurisdiction": "US", "start_date": "2026-12-01"}
    dated = desk.worked_out(assistant, "schedule", json.dumps(answers), "en")
    undated = desk.worked_out(assistant, "schedule", json.dumps({**answers, "start_date": ""}), "en")

    assert "DTSTART" in dated.calendar
    assert "data-calendar" in desk.result_html(dated, "en")
    assert undated.calendar == ""
    assert "data-calendar" not in desk.result_html(undated, "en")
