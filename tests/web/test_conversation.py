"""A conversation turn by turn, without a page: growing, answering back, stopping, repeating, taking back."""

from __future__ import annotations

import json
import logging
from itertools import count

import pytest

from assistant.pipeline import Assistant
from assistant.understand.state import NEW
from assistant.web import conversation
from assistant.web.conversation import Choices, Turns, asking, filled
from tests.web.samples import SampleAssistant


def ask(assistant: object, turns: Turns, question: str, choices: Choices | None = None) -> Turns:
    *_, after = asking(assistant, turns, question, choices or Choices())  # type: ignore[arg-type]
    return after


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return Assistant.open(tmp_path_factory.mktemp("talk"))


def test_each_turn_starts_from_what_was_remembered_after_the_last_answered_one() -> None:
    assistant = SampleAssistant()
    turns = ask(assistant, (), "first")
    turns = ask(assistant, turns, " ")
    ask(assistant, turns, "second")

    states = [asked["state"] for asked in assistant.asked]
    assert [state.question for state in states] == ["", "first", "first"]


@pytest.mark.parametrize(
    ("answer_in", "jurisdiction", "language", "labels"),
    [("auto", "all", "auto", None), ("zh", "CN", "zh", "CN"), ("en", "US", "en", "US"), ("??", "??", "auto", None)],
)
def test_choices_reach_the_assistant(answer_in: str, jurisdiction: str, language: str, labels: str | None) -> None:
    assistant = SampleAssistant()
    ask(assistant, (), "q", Choices(answer_in=answer_in, jurisdiction=jurisdiction))

    assert (assistant.asked[0]["language"], assistant.asked[0]["jurisdiction"]) == (language, labels)


@pytest.mark.parametrize(("page", "sentence"), [("en", "The question holds no words."), ("zh", "问题中没有文字。")])
def test_unreadable_question_gives_one_sentence_in_the_page_language(page: str, sentence: str) -> None:
    turns = ask(SampleAssistant(), (), " ", Choices(page="zh" if page == "zh" else "en"))

    assert turns[0].answer is None
    assert sentence in turns[0].html


def test_fault_is_named_but_neither_shown_in_full_nor_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        turns = ask(SampleAssistant(), (), "fault")

    assert "ZeroDivisionError" in turns[0].html
    assert "secret" not in turns[0].html
    assert "fault" not in caplog.text


def test_questions_are_escaped_and_shortened() -> None:
    first = next(asking(SampleAssistant(), (), "<b>x</b>" + "y" * 5000, Choices()))

    assert "&lt;b&gt;" in first[0].html
    assert "y" * 2001 not in first[0].html


def test_empty_conversation_offers_six_examples_in_each_language() -> None:
    assert conversation.shown((), "en").count("data-ask=") == 6
    assert conversation.shown((), "zh").count("data-ask=") == 6


def test_sentences_are_shown_as_they_come_and_can_be_opened_before_the_end() -> None:
    ticks = count()
    steps = list(asking(SampleAssistant(), (), "long", Choices(), every_s=1, clock=lambda: float(next(ticks))))
    said = [step[0].html.count("Statement number") for step in steps]

    assert len(steps) == 1 + 13 + 1  # the question, a status and twelve sentences, the answer
    assert said[:5] == [0, 0, 1, 2, 3]
    assert steps[2][0].answer is not None
    assert steps[2][0].answer.citations[0].marker == "1"
    assert 'class="turn live"' in steps[2][0].html
    assert "References" not in steps[2][0].html
    assert 'class="turn live"' not in steps[-1][0].html


def test_an_answer_that_is_there_at_once_is_shown_whole() -> None:
    steps = list(asking(SampleAssistant(), (), "long", Choices(), every_s=1, clock=lambda: 0.0))

    assert len(steps) == 2


def test_sentences_that_are_withdrawn_disappear() -> None:
    ticks = count()
    steps = list(asking(SampleAssistant(), (), "withdrawn", Choices(), every_s=1, clock=lambda: float(next(ticks))))

    assert steps[-3][0].answer is not None
    assert steps[-2][0].answer is None
    assert "23.4 mg" in steps[-1][0].html


def test_stopping_keeps_what_was_verified_and_says_so() -> None:
    ticks = count()
    growing = asking(SampleAssistant(), (), "long", Choices(), every_s=1, clock=lambda: float(next(ticks)))
    live = [next(growing) for _ in range(5)][-1]
    stopped = conversation.settled(live, "en")

    assert stopped[0].progress == "stopped"
    assert "Statement number 3" in stopped[0].html
    assert "Statement number 4" not in stopped[0].html
    assert "Stopped before the answer was complete." in stopped[0].html
    assert conversation.settled(stopped, "en") == stopped


def test_stopping_before_the_first_sentence_leaves_the_question_and_a_sentence() -> None:
    live = next(asking(SampleAssistant(), (), "long", Choices()))
    stopped = conversation.settled(live, "zh")

    assert stopped[0].answer is None
    assert "已停止" in stopped[0].html
    assert ask(SampleAssistant(), stopped, "first")[0].error == stopped[0].error


def test_a_question_back_is_a_form_whose_answers_reach_the_rule_beside_what_was_read() -> None:
    assistant = SampleAssistant()
    turns = ask(assistant, (), "weight?")
    assert 'class="missing ask-form"' in turns[0].html
    assert 'name="weight_unit"' in turns[0].html

    turns = filled(assistant, turns, json.dumps({"weight_value": "78", "weight_unit": "kg"}), "en", turn="0")
    assert assistant.worked == [
        {"rule": "dose", "drug": "teclistamab", "step": "step_up_1", "weight_value": "78", "weight_unit": "kg"}
    ]
    assert turns[1].question == "body weight: 78 kg"
    assert turns[1].state.inputs["weight_value"] == "78"
    assert "ask-form" not in turns[0].html
    assert "What is the weight?" in turns[0].html


@pytest.mark.parametrize(
    ("answers", "turn"),
    [
        ("{}", "0"),
        ("[1]", "0"),
        ("no json", "0"),
        ('{"other": "1"}', "0"),
        ('{"weight_value": "78"}', "5"),
        ("x" * 5000, "0"),
    ],
)
def test_a_form_that_says_nothing_or_is_not_the_last_one_changes_nothing(answers: str, turn: str) -> None:
    assistant = SampleAssistant()
    turns = ask(assistant, (), "weight?")

    assert filled(assistant, turns, answers, "en", turn=turn) == turns
    assert assistant.worked == []


def test_a_form_in_a_turn_without_a_question_back_changes_nothing() -> None:
    assistant = SampleAssistant()
    turns = ask(assistant, (), "first")

    assert filled(assistant, turns, '{"weight_value": "78"}', "en") == turns
    assert filled(assistant, (), '{"weight_value": "78"}', "en") == ()


def test_asking_again_replaces_the_last_turn_with_the_choices_of_now() -> None:
    assistant = SampleAssistant()
    turns = ask(assistant, ask(assistant, (), "first"), "second")
    *_, after = conversation.again(assistant, turns, Choices(answer_in="zh"))

    assert [turn.question for turn in after] == ["first", "second"]
    assert assistant.asked[-1]["language"] == "zh"
    assert assistant.asked[-1]["state"].question == "first"


def test_asking_a_form_again_runs_the_rule_again() -> None:
    assistant = SampleAssistant()
    turns = filled(assistant, ask(assistant, (), "weight?"), '{"weight_value": "78", "weight_unit": "kg"}', "en")
    *_, after = conversation.again(assistant, turns, Choices())

    assert len(assistant.worked) == 2
    assert [turn.question for turn in after] == ["weight?", "body weight: 78 kg"]
    assert list(conversation.again(assistant, (), Choices())) == [()]


def test_taking_back_removes_the_turn_gives_its_question_and_opens_the_form_before_it_again() -> None:
    assistant = SampleAssistant()
    first = ask(assistant, (), "weight?")
    turns = filled(assistant, first, '{"weight_value": "78", "weight_unit": "kg"}', "en")
    after, question = conversation.undone(turns, "en")

    assert question == ""
    assert after == first
    assert conversation.undone(first, "en") == ((), "weight?")
    assert conversation.undone((), "en") == ((), "")


def test_what_points_to_a_person_never_reaches_the_assistant_or_the_turn() -> None:
    assistant = SampleAssistant()
    turns = ask(assistant, (), "Patient John Smith, MRN 00412345, restart")

    assert assistant.asked[0]["question"] == turns[0].question == "Patient [name], [number], restart"
    assert "Smith" not in turns[0].html


@pytest.mark.parametrize(
    ("plain", "personal"),
    [
        ("missed teclistamab step-up dose 2, last dose ten days ago, 78 kg", "Patient John Smith, MRN 00412345: "),
        (
            "特立妥单抗第二次递增给药后已过10天，体重78公斤，下一步怎么给？",
            "患者张伟，住院号ZY20231234，手机13812345678，",
        ),
    ],
)
def test_a_masked_question_is_answered_like_the_one_without_the_person(
    real: Assistant, plain: str, personal: str
) -> None:
    without, with_person = ask(real, (), plain)[0].answer, ask(real, (), personal + plain)[0].answer

    assert without is not None
    assert with_person is not None
    assert without.calculation is not None
    assert with_person.calculation is not None
    assert with_person.calculation.inputs == without.calculation.inputs
    assert with_person.calculation.result == without.calculation.result


@pytest.mark.parametrize(
    ("question", "answers", "inputs"),
    [
        ("dose of teclistamab step-up 1", {"weight_value": "78", "weight_unit": "kg"}, {"weight_kg": "78"}),
        ("特立妥单抗第一次递增剂量给多少", {"weight_value": "172", "weight_unit": "lb"}, {"weight_kg": "78.01788764"}),
        (
            "特立妥单抗末次为递增剂量2，体重78kg，下一步？",
            {"days_since_last_dose": "10"},
            {"days_since_last_dose": "10"},
        ),
        ("CrCl for creatinine 1.2 mg/dL male 70 kg", {"age_years": "65"}, {"age_years": "65"}),
        ("what dose of talquetamab, 70 kg?", {"step": "step_up_2"}, {"step": "step_up_2", "weight_kg": "70"}),
        (
            "temperature 38.5 C, hypotension, no vasopressor, nasal cannula, CRS grade?",
            {"oxygen_flow_l_min": "2"},
            {"oxygen_flow_l_min": "2", "temperature_c": "38.5"},
        ),
    ],
)
def test_forms_of_the_real_rules_lead_to_the_result(
    real: Assistant, question: str, answers: dict[str, str], inputs: dict[str, str]
) -> None:
    turns = ask(real, (), question)
    assert conversation.asked_lines(turns[0]), question
    after = filled(real, turns, json.dumps(answers), "en")[-1].answer

    assert after is not None
    assert after.calculation is not None
    assert inputs.items() <= after.calculation.inputs.items()


def test_no_in_a_form_is_no(real: Assistant) -> None:
    turns = ask(real, (), "鼻导管2 L/min吸氧，低血压，无升压药，CRS几级")
    names = {line.field.name for line in conversation.asked_lines(turns[0])}
    assert {"fever", "fever_earlier"} <= names
    answers = dict.fromkeys(names, "absent")
    after = filled(real, turns, json.dumps(answers), "zh")[-1].answer

    assert after is not None
    assert after.calculation is not None
    assert after.calculation.inputs["fever"] == "absent"


def test_a_follow_up_after_a_form_remembers_what_was_filled_in(real: Assistant) -> None:
    turns = filled(
        real, ask(real, (), "dose of teclistamab step-up 1"), '{"weight_value": "78", "weight_unit": "kg"}', "en"
    )
    after = ask(real, turns, "and step-up dose 2?")[-1].answer

    assert after is not None
    assert after.calculation is not None
    assert after.calculation.inputs["weight_kg"] == "78"
    assert after.calculation.inputs["step"] == "step_up_2"


def test_a_question_back_that_is_not_of_a_rule_has_no_form(real: Assistant) -> None:
    turns = ask(real, ask(real, (), "dose of teclistamab step-up 1, 78 kg"), "塔拉妥单抗怎么用")

    assert conversation.asked_lines(turns[-1]) == ()
    assert turns[0].state != NEW
