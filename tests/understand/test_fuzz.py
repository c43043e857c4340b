"""Anything may be typed: random text, ward words in any order and damaged real questions never raise an error.

The same inputs by the hundred thousand, with times: `python -m evals.fuzz_understanding`. Seeds are fixed.
"""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from assistant.answer.calculate import NEEDS_DRUG
from assistant.errors import RuleInputError
from assistant.lexicon.terms import lexicon
from assistant.rules import RULES, run
from assistant.text.normalise import normalise
from assistant.text.quantities import quantities_in
from assistant.understand.reading import Reading, read
from assistant.understand.state import NEW, State
from evals.fuzz_understanding import SEED, fuzz, inputs, mutated, real_questions
from tests.understand.test_rule_calls import CALLS

QUESTIONS = [text for text, *_ in CALLS]
_CASES, _LONGEST = 2500, 160
_PIECES = st.sampled_from([piece for text in QUESTIONS for piece in text.split()])
_TEXTS = st.one_of(st.text(max_size=120), st.lists(_PIECES, max_size=24).map(" ".join))


def test_thousands_of_random_and_damaged_questions_raise_nothing() -> None:
    found = fuzz(_CASES, SEED, QUESTIONS, longest=_LONGEST)

    assert found["n"] == _CASES
    assert found["exceptions"] == []


def test_the_fuzz_reports_an_exception_with_its_input(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> Reading:
        raise ZeroDivisionError

    monkeypatch.setattr("evals.fuzz_understanding.read", breaks)
    found = fuzz(3, SEED, QUESTIONS)

    assert len(found["exceptions"]) == 3
    assert "ZeroDivisionError" in found["exceptions"][0]["trace"]
    assert found["exceptions"][0]["text"]


def test_the_fuzz_is_the_same_in_every_run() -> None:
    assert list(inputs(60, random.Random(SEED), QUESTIONS)) == list(inputs(60, random.Random(SEED), QUESTIONS))


def test_real_questions_are_those_of_the_development_sets_only() -> None:
    assert len(real_questions()) > 1000
    assert len(set(real_questions())) == len(real_questions())


@seed(SEED)
@settings(max_examples=300, deadline=None)
@given(_TEXTS, _TEXTS)
def test_a_conversation_of_any_two_messages_gives_a_state_that_survives_json(first: str, second: str) -> None:
    state = NEW
    for text in (first, second):
        state = State.model_validate_json(read(text, state, lexicon()).state.model_dump_json())
    assert state == State.model_validate(state.model_dump())


@seed(SEED)
@settings(max_examples=300, deadline=None)
@given(_TEXTS)
def test_every_call_is_one_that_its_rule_takes_or_names_an_input_of(text: str) -> None:
    call = read(text, NEW, lexicon()).call
    if call is None:
        return
    given_inputs = {n: v for n, v in call.inputs.items() if not n.startswith("_") and v is not None}

    assert given_inputs.keys() <= RULES[call.rule].inputs.model_fields.keys()
    if call.rule in NEEDS_DRUG and "drug" not in given_inputs:
        return
    assert _is_answered(call.rule, given_inputs)


def _is_answered(rule: str, inputs: dict[str, Any]) -> bool:
    """Whether the rule gives a result, asks back, or names the input that it does not take."""
    try:
        result = run(rule, inputs)
    except RuleInputError as error:
        return bool(error.name)
    return bool(result.missing or result.verdicts)


@seed(SEED)
@settings(max_examples=300, deadline=None)
@given(_TEXTS)
def test_quantities_lie_inside_the_text_in_order_and_a_range_goes_up(text: str) -> None:
    plain = normalise(text).text
    found = quantities_in(plain)

    assert [q.start for q in found] == sorted(q.start for q in found)
    for quantity in found:
        assert 0 <= quantity.start < quantity.end <= len(plain)
        assert quantity.upper is None or quantity.value is None or quantity.upper > quantity.value
        assert not quantity.exact or isinstance(quantity.value, Decimal)


@pytest.mark.parametrize("length", [1000])
@pytest.mark.parametrize(
    "piece", ["mab", "1.", "一", "no ", "不", "38.5 ", "step up ", "ICE 5 ", "was ", "M蛋白", "(", "，", "3 days or "]
)
def test_one_piece_repeated_to_the_length_limit_is_read(piece: str, length: int) -> None:
    reading = read((piece * length)[:length], NEW, lexicon())

    assert reading.route in {"rule", "guidance", "clarify", "out_of_scope", "refused"}


def test_mutations_keep_the_length_limit() -> None:
    dice = random.Random(SEED)

    assert all(len(mutated(text, dice, 100)) <= 100 for text in QUESTIONS for _ in range(20))
