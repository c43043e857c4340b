"""The scorer of the utterance set: each check passes on a right outcome and fails on a wrong one made by hand."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.lexicon.terms import lexicon
from assistant.text.normalise import normalise
from assistant.text.quantities import quantities_in
from assistant.understand.reading import Reading, read
from assistant.understand.state import NEW
from evals.understanding.report import agreement, failures, page, scored, summary
from evals.understanding.scoring import Counts, Outcome, outcome_of, quantity_counts, same, score, score_outcome
from evals.understanding.utterances import Amount, Utterance

SLOTS = {"drug": "teclistamab", "last_dose": "step_up_2", "days_since_last_dose": "10"}
TEXT = "teclistamab step-up dose 2 was 10 days ago, what next?"


def utterance(**changes: Any) -> Utterance:
    base: dict[str, Any] = {
        "id": "x-en-a",
        "family": "x",
        "split": "dev",
        "stratum": "restart",
        "language": "en",
        "script": "latin",
        "style": (),
        "history": (),
        "text": TEXT,
        "route": "rule",
        "also": "",
        "comparison": False,
        "rule": "restart",
        "slots": SLOTS,
        "open": (),
        "entities": ("teclistamab",),
        "quantities": (Amount(value="10", unit="day", comparator="="),),
        "severity": "could_harm",
        "why": "made by hand",
    }
    return Utterance(**{**base, **changes})


def reading() -> Reading:
    return read(TEXT, NEW, lexicon())


def outcome(**changes: Any) -> Outcome:
    base: dict[str, Any] = {"route": "rule", "rule": "restart", "inputs": SLOTS, "verdicts": ("repeat",)}
    return Outcome(**{**base, **changes})


def checks(key: Utterance, found: Outcome) -> dict[str, bool]:
    return score_outcome(key, found, reading()).checks


def test_a_right_reading_passes_every_check() -> None:
    result = score(utterance())

    assert all(result.checks.values())
    assert set(result.checks) == {"route", "slots", "asks", "also"}
    assert not result.wrong_calculation
    assert result.why == ()
    assert result.entities == result.quantities == Counts(keyed=1, found=1, both=1)


@pytest.mark.parametrize(
    "changes", [{"route": "guidance", "rule": "", "inputs": {}, "verdicts": ()}, {"rule": "dose"}, {"route": "clarify"}]
)
def test_another_route_or_another_rule_fails_the_route(changes: dict[str, Any]) -> None:
    assert checks(utterance(), outcome(**changes))["route"] is False


def test_an_allowed_second_route_passes() -> None:
    key = utterance(route="guidance", rule="", slots={}, route_or=("rule",), rule_or=("restart",))

    assert checks(key, outcome())["route"]
    assert not checks(key, outcome(rule="dose"))["route"]


@pytest.mark.parametrize(
    "inputs",
    [
        {**SLOTS, "days_since_last_dose": "11"},
        {**SLOTS, "weight_value": "70"},
        {name: value for name, value in SLOTS.items() if name != "last_dose"},
    ],
)
def test_a_changed_an_extra_and_a_lost_input_fail_the_slots(inputs: dict[str, str]) -> None:
    assert checks(utterance(), outcome(inputs=inputs))["slots"] is False


def test_numbers_compare_as_numbers_and_weight_has_two_names() -> None:
    key = utterance(slots={**SLOTS, "weight_kg": "70"})
    found = outcome(inputs={**SLOTS, "days_since_last_dose": "10.0", "weight_value": "70", "weight_unit": "kg"})

    assert checks(key, found)["slots"]
    assert same("10.0", "10")
    assert not same("10", None)


def test_free_inputs_and_unknown_ones_are_not_counted() -> None:
    key = utterance(slots_free=("jurisdiction",))

    assert checks(key, outcome(inputs={**SLOTS, "jurisdiction": "US", "weight_unit": "unknown"}))["slots"]
    assert not checks(utterance(), outcome(inputs={**SLOTS, "jurisdiction": "US"}))["slots"]


def test_a_slot_may_be_left_out_only_when_it_is_asked_for() -> None:
    key = utterance(may_ask=("days_since_last_dose",))
    short = {name: value for name, value in SLOTS.items() if name != "days_since_last_dose"}

    assert checks(key, outcome(inputs=short, asked=("days_since_last_dose",), verdicts=()))["slots"]
    assert not checks(key, outcome(inputs=short))["slots"]


def test_an_open_input_has_to_be_asked_and_nothing_else() -> None:
    short = {name: value for name, value in SLOTS.items() if name != "last_dose"}
    key = utterance(slots=short, open=("last_dose",))

    assert checks(key, outcome(inputs=short, asked=("last_dose",), verdicts=()))["asks"]
    assert not checks(key, outcome(inputs=short, asked=("weight_value",), verdicts=()))["asks"]
    assert not checks(utterance(), outcome(asked=("last_dose",), verdicts=()))["asks"]


def test_a_result_in_place_of_a_question_is_a_wrong_calculation() -> None:
    short = {name: value for name, value in SLOTS.items() if name != "last_dose"}
    key = utterance(slots=short, open=("last_dose",))

    assert score_outcome(key, outcome(inputs=short), reading()).wrong_calculation
    assert not score_outcome(key, outcome(inputs=short, asked=("last_dose",), verdicts=()), reading()).wrong_calculation


@pytest.mark.parametrize(
    "changes",
    [{"inputs": {**SLOTS, "days_since_last_dose": "9"}}, {"rule": "dose"}, {"inputs": {**SLOTS, "extra": "1"}}],
)
def test_a_result_from_other_inputs_or_another_rule_is_a_wrong_calculation(changes: dict[str, Any]) -> None:
    assert score_outcome(utterance(), outcome(**changes), reading()).wrong_calculation
    assert not score_outcome(utterance(), outcome(**changes, asked=("x",), verdicts=()), reading()).wrong_calculation


@pytest.mark.parametrize("route", ["guidance", "clarify", "out_of_scope", "refused"])
def test_a_result_where_no_rule_was_keyed_is_a_wrong_calculation(route: str) -> None:
    key = utterance(route=route, rule="", slots={})

    assert score_outcome(key, outcome(), reading()).wrong_calculation
    assert not score_outcome(key, outcome(route=route, rule="", inputs={}, verdicts=()), reading()).wrong_calculation


def test_grade_and_what_to_do_and_comparison_are_checked() -> None:
    both = utterance(also="guidance")

    assert checks(both, outcome(also_guidance=True))["also"]
    assert not checks(both, outcome())["also"]
    sides = utterance(route="guidance", rule="", slots={}, comparison=True)
    plain = {"route": "guidance", "rule": "", "inputs": {}, "verdicts": ()}
    assert checks(sides, outcome(**plain, comparison=True))["comparison"]
    assert not checks(sides, outcome(**plain))["comparison"]


def test_a_missed_and_an_invented_entity_lower_the_counts() -> None:
    missed = score_outcome(utterance(entities=("teclistamab", "fever")), outcome(), reading())
    invented = score_outcome(utterance(entities=()), outcome(), reading())

    assert missed.entities == Counts(keyed=2, found=1, both=1)
    assert invented.entities == Counts(keyed=0, found=1, both=0)
    assert missed.entities.f1 == pytest.approx(2 / 3)
    assert Counts().f1 == 1.0
    assert (
        score_outcome(utterance(entities=(), entities_free=("teclistamab",)), outcome(), reading()).entities == Counts()
    )


@pytest.mark.parametrize(
    ("text", "keyed", "both", "found"),
    [
        ("10 days", [("10", "day", "=")], 1, 1),
        ("10 days", [("11", "day", "=")], 0, 1),
        ("10 days", [("10", "week", "=")], 0, 1),
        ("about 10 days", [(None, "day", "~")], 1, 1),
        ("3 L and 3 L", [("3", "l/min", "="), ("3", "l/min", "=")], 2, 2),
        ("3 L and 3 L", [("3", "l/min", "=")], 1, 2),
    ],
)
def test_quantities_are_counted_by_value_and_unit(
    text: str, keyed: list[tuple[str | None, str, str]], both: int, found: int
) -> None:
    amounts = tuple(Amount(value=value, unit=unit, comparator=sign) for value, unit, sign in keyed)
    counts, _ = quantity_counts(utterance(quantities=amounts), quantities_in(normalise(text).text))

    assert counts == Counts(keyed=len(keyed), found=found, both=both)


def test_an_outcome_has_a_result_or_questions_but_never_both() -> None:
    with_result = outcome_of(reading())
    asking = outcome_of(read("teclistamab step-up dose 2, 10 days late, what next?", NEW, lexicon()))

    assert with_result.verdicts
    assert with_result.asked == ()
    assert "days_since_last_dose" in asking.asked
    assert asking.verdicts == ()


def test_english_and_chinese_agree_only_when_the_same_is_shown() -> None:
    english, chinese = utterance(), utterance(id="x-zh-a", language="zh", script="simplified")
    right, wrong = (score_outcome(english, found, reading()) for found in (outcome(), outcome(verdicts=("give",))))

    assert agreement([(english, right), (chinese, right)]) == (1, 1)
    assert agreement([(english, right), (chinese, wrong)]) == (0, 1)
    assert agreement([(english, right), (utterance(language="zh", open=("x",)), wrong)]) == (0, 0)


def test_of_the_test_split_no_words_are_listed() -> None:
    key = utterance(split="test")
    result = score_outcome(key, outcome(inputs={**SLOTS, "days_since_last_dose": "9"}), reading())
    hidden, open_ = failures([(key, result)], words=False), failures([(key, result)], words=True)

    assert hidden == ["- x-en-a: slots, wrong calculation"]
    assert TEXT in open_[0]
    assert "days_since_last_dose = 9, expected 10" in open_[0]
    assert TEXT not in page({"dev": [], "test": [(key, result)]})


def test_the_table_gives_rates_with_intervals_per_language() -> None:
    table = "\n".join(summary(scored([utterance()])))

    assert "100.0 % (1/1; 95 % CI" in table
    assert "not measured (n = 0)" in table
    assert "0 of 1" in table
