"""Which rules a chat model is offered, and which calls are refused: no input that our own reading does not hold."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.answer.agent_rules import Offer, offers, unconfirmed
from assistant.lexicon.terms import Lexicon
from assistant.understand.reading import Reading, read
from assistant.understand.state import NEW, State
from evals.samples import load_samples, task_names


def as_guidance(question: str, lexicon: Lexicon, before: State = NEW) -> Reading:
    """The reading of `question`, as if its wording had asked for no rule: then a model may choose one."""
    return read(question, before, lexicon).model_copy(update={"route": "guidance", "call": None})


def offered(question: str, lexicon: Lexicon, before: State = NEW) -> dict[str, dict[str, Any]]:
    return {offer.rule: offer.inputs for offer in offers(as_guidance(question, lexicon, before), before)}


def test_a_rule_is_offered_with_the_inputs_that_the_question_gives(lexicon: Lexicon) -> None:
    found = offered("teclistamab step-up dose 1 in a man of 78 kg", lexicon)

    assert found["dose"] == {"drug": "teclistamab", "step": "step_up_1", "weight_value": "78", "weight_unit": "kg"}


@pytest.mark.parametrize(
    ("question", "rule"),
    [
        ("teclistamab step-up dose 1", "dose"),  # no weight
        ("teclistamab", "schedule"),  # a drug alone is what guidance is for
        ("teclistamab step-up dose 2 was 10 days late", "restart"),  # late is not since the last dose
        ("non-ICANS neurotoxicity grade 2 on teclistamab: hold?", "crs_management"),  # a grade of something else
        ("grade 3 CRS and grade 2 ICANS together", "crs_management"),  # two subjects
        ("sepsis grade 3: v5 or v6?", "crs_management"),
        ("fever of 38.5, one vasopressor", "crs_grade"),  # the toxicity is not named
    ],
)
def test_a_rule_whose_inputs_are_not_all_given_is_not_offered(question: str, rule: str, lexicon: Lexicon) -> None:
    assert rule not in offered(question, lexicon)


def test_a_rule_of_a_named_toxicity_is_offered_with_its_grade(lexicon: Lexicon) -> None:
    assert offered("grade 3 CRS", lexicon)["crs_management"] == {"grade": "3"}


def test_inputs_given_earlier_for_the_same_rule_count_and_for_a_new_patient_do_not(lexicon: Lexicon) -> None:
    before = State(
        rule="dose",
        inputs={"drug": "teclistamab", "weight_value": "78", "weight_unit": "kg", "_every_step": "yes"},
        drugs=("teclistamab",),
    )

    assert offered("step-up dose 1", lexicon, before)["dose"] == {
        "drug": "teclistamab",
        "step": "step_up_1",
        "weight_value": "78",
        "weight_unit": "kg",
    }
    assert "dose" not in offered("new patient: step-up dose 1", lexicon, before)
    assert "dose" not in offered("step-up dose 1", lexicon, before.model_copy(update={"rule": "restart"}))


def test_only_guidance_offers_rules(lexicon: Lexicon) -> None:
    reading = as_guidance("teclistamab step-up dose 1 in a man of 78 kg", lexicon)

    assert offers(reading, NEW)
    assert offers(reading.model_copy(update={"route": "out_of_scope"}), NEW) == ()


OFFER = Offer(
    rule="dose", inputs={"drug": "teclistamab", "step": "step_up_1", "weight_value": "78", "weight_unit": "kg"}
)


@pytest.mark.parametrize(
    "given",
    [
        OFFER.inputs,
        {},
        {"drug": "teclistamab"},
        {**OFFER.inputs, "weight_value": 78},
        {**OFFER.inputs, "weight_value": "78.0"},
        {**OFFER.inputs, "jurisdiction": None},
    ],
)
def test_a_call_with_the_inputs_of_the_offer_may_run(given: dict[str, Any]) -> None:
    assert unconfirmed(OFFER, given) == ()


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ({"weight_value": "80"}, ("weight_value",)),
        ({"weight_value": "172", "weight_unit": "lb"}, ("weight_unit", "weight_value")),
        ({"jurisdiction": "US"}, ("jurisdiction",)),
        ({"drug": "talquetamab"}, ("drug",)),
        ({"step": "first"}, ("step",)),
        ({"invented": "1"}, ("invented",)),
    ],
)
def test_a_call_with_another_input_names_it(changed: dict[str, Any], names: tuple[str, ...]) -> None:
    assert unconfirmed(OFFER, {**OFFER.inputs, **changed}) == names


def test_no_question_of_the_development_sets_makes_the_offer_fail(lexicon: Lexicon) -> None:
    samples = [sample for task in task_names() for sample in load_samples(task, "dev")]
    found = [offers(as_guidance(sample.text, lexicon), NEW) for sample in samples]

    assert any(found)
    for offered_rules in found:
        for offer in offered_rules:
            assert unconfirmed(offer, offer.inputs) == ()
