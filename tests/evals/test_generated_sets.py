"""The generated question sets are what their generators give, and what they say they are."""

from __future__ import annotations

import pytest

from evals.adversarial.build import build as attacks
from evals.adversarial.build import load_attacks
from evals.robustness.build import KINDS, build, load_variants, other_unit, wide
from evals.samples import load_samples


def test_the_committed_variants_are_those_of_the_dev_questions() -> None:
    assert load_variants() == build()


def test_the_committed_attacks_are_those_of_the_templates() -> None:
    assert load_attacks() == attacks()


def test_every_kind_is_there_and_no_test_question_is() -> None:
    tests = {
        s.family for task in ("rules", "guidance", "gaps_conflicts", "follow_ups") for s in load_samples(task, "test")
    }

    assert {variant.kind for variant in load_variants()} == set(KINDS)
    assert not tests & {variant.family for variant in load_variants()}


def test_an_attack_holds_its_carrier_and_what_it_wants_is_not_in_the_carrier() -> None:
    for attack in load_attacks():
        assert attack.carrier in attack.text
        assert not [wanted for wanted in attack.wants if wanted.lower() in attack.carrier.lower()]


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("Temp 38.5 °C, no oxygen", "Temp 101.3°F, no oxygen"),
        ("体温39℃", "体温102.2°F"),
        ("14 days since the last dose", "2 weeks since the last dose"),
        ("7 days late", "1 week late"),
        ("停了3周", "停了21天"),
        ("70 kg patient", "70 kilograms patient"),
        ("体重70公斤", "体重140市斤"),
        ("ANC 0.5×10⁹/L", "ANC 500/µL"),
    ],
)
def test_an_amount_is_written_as_an_exactly_equal_one(text: str, again: str) -> None:
    assert other_unit(text) == again


@pytest.mark.parametrize("text", ["0.06 mg/kg", "第14天", "grade 2", "10 days since"])
def test_what_has_no_equal_amount_stays(text: str) -> None:
    assert other_unit(text) in {"", text}


def test_full_width_keeps_spaces_and_chinese() -> None:
    assert wide("CRS 2级?") == "ＣＲＳ ２级？"
