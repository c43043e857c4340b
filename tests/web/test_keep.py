"""What the browser keeps of a conversation, and what comes back."""

from __future__ import annotations

import json

import pytest

from assistant.web import keep
from assistant.web.conversation import Choices, Turns, asking, filled
from tests.web.samples import SampleAssistant


def talk(*questions: str) -> Turns:
    turns: Turns = ()
    for question in questions:
        *_, turns = asking(SampleAssistant(), turns, question, Choices())
    return turns


def test_a_conversation_comes_back_as_it_was() -> None:
    turns = filled(SampleAssistant(), talk("first", "weight?"), '{"weight_value": "78", "weight_unit": "kg"}', "en")
    sent = json.loads(keep.kept(turns, 0))

    assert sent["from"] == 0
    assert keep.restored(json.dumps(sent["turns"]), "en", "") == turns


def test_only_what_changed_is_sent() -> None:
    turns = talk("first", "second")

    assert [turn["question"] for turn in json.loads(keep.kept(turns, 1))["turns"]] == ["second"]
    assert json.loads(keep.kept(turns[:1], 1)).items() >= {"from": 1, "turns": []}.items()
    assert json.loads(keep.forgotten()).items() >= {"from": None, "turns": []}.items()
    assert keep.forgotten() != keep.forgotten()


def test_what_points_to_a_person_is_not_kept() -> None:
    assert "Smith" not in keep.kept(talk("Patient John Smith, 78 kg"), 0)


@pytest.mark.parametrize(
    "text", ["", "null", "{}", "no json", '[{"question": 5}]', '[{"html": "<script>"}]', "x" * 9_000_000]
)
def test_what_is_not_a_conversation_is_an_empty_one(text: str) -> None:
    assert keep.restored(text, "en", "") == ()


def test_markup_that_was_put_into_the_storage_stays_text() -> None:
    hostile = "<img src=x onerror=alert(1)>"
    shown = keep.restored(json.dumps([{"question": hostile, "error": hostile}]), "en", "")[0].html

    assert "<img" not in shown
    assert "&lt;img" in shown


def test_an_answer_from_other_sources_than_those_of_today_says_so() -> None:
    (turn,) = talk("first")
    assert turn.answer is not None
    made = turn.model_copy(update={"answer": turn.answer.model_copy(update={"versions": {"corpus": "aaaa1111bbbb"}})})
    text = json.dumps(json.loads(keep.kept((made,), 0))["turns"])

    assert "corpus version aaaa1111" in keep.restored(text, "en", "cccc2222dddd")[0].html
    assert "语料版本aaaa1111" in keep.restored(text, "zh", "cccc2222dddd")[0].html
    assert "aaaa1111" not in keep.restored(text, "en", "aaaa1111bbbb")[0].html.partition('class="clip"')[0]
