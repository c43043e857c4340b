"""Sentences out of an arriving answer: whole ones only, each once, wherever the pieces end."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer.agent_sentences import ModelSentence, SentenceReader, read_answer

SENTENCES = st.lists(
    st.builds(
        ModelSentence,
        text=st.text(alphabet='天 24"\\{}[],:\n至少a', min_size=1, max_size=12),
        markers=st.lists(st.sampled_from(["1", "2", "conflict:x"]), max_size=3),
    ),
    max_size=4,
)


def written(sentences: list[ModelSentence], *, spaced: bool, ascii_only: bool) -> str:
    answer = {"sentences": [sentence.model_dump() for sentence in sentences]}
    return json.dumps(answer, ensure_ascii=ascii_only, indent=2 if spaced else None)


@given(sentences=SENTENCES, spaced=st.booleans(), ascii_only=st.booleans(), size=st.integers(1, 9))
def test_every_sentence_comes_once_and_in_order_wherever_the_pieces_end(
    sentences: list[ModelSentence], spaced: bool, ascii_only: bool, size: int
) -> None:
    text = written(sentences, spaced=spaced, ascii_only=ascii_only)
    reader = SentenceReader()

    found = [s for start in range(0, len(text), size) for s in reader.feed(text[start : start + size])]

    assert found == sentences
    answer = reader.whole()
    assert answer is not None
    assert answer.sentences == sentences


@given(sentences=SENTENCES, data=st.data())
def test_of_an_answer_that_stops_early_only_closed_sentences_are_read_and_it_is_no_answer(
    sentences: list[ModelSentence], data: st.DataObject
) -> None:
    text = written(sentences, spaced=False, ascii_only=False)
    reader = SentenceReader()

    found = reader.feed(text[: data.draw(st.integers(0, len(text) - 1))])

    assert found == sentences[: len(found)]
    assert reader.whole() is None
    assert not reader.is_json()


def test_a_number_that_may_still_grow_is_not_read() -> None:
    reader = SentenceReader()

    assert reader.feed('{"sentences": [{"text": "At least 2') == []
    assert [s.text for s in reader.feed('4 hours.", "markers": ["1"]}')] == ["At least 24 hours."]


@pytest.mark.parametrize(
    "text", ["", "prose", "[1, 2]", '{"other": []}', '{"sentences": [{"text": "a"}]}', '{"sentences": 3}']
)
def test_what_is_no_answer_gives_no_sentence_and_no_answer(text: str) -> None:
    reader = SentenceReader()

    assert reader.feed(text) == []
    assert reader.whole() is None


@pytest.mark.parametrize(
    "text",
    [
        '{"sentences": [{"text": "A.", "markers": ["1"]}]}',
        'Here it is:\n```json\n{"sentences": [{"text": "A.", "markers": ["1"]}]}\n```',
        '<think>{"sentences": []} no</think>{"sentences": [{"text": "A.", "markers": ["1"]}]}',
    ],
)
def test_an_answer_within_other_words_is_found(text: str) -> None:
    answer = read_answer(text)

    assert answer is not None
    assert [sentence.text for sentence in answer.sentences] == ["A."]
