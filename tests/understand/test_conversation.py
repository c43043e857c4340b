"""Follow-ups fill or replace inputs visibly; a new patient or another topic clears them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.understand.reading_of import call_of, reading_of

WEEKLY = "Weekly teclistamab, last dose 40 days ago - where to restart?"
GRADED = "38.9, BP normal, 2 L nasal cannula, grade?"
NOREPI = "39, on norepinephrine, room air. Grade?"


@pytest.mark.parametrize(
    ("turns", "changed"),
    [
        ((WEEKLY, "70 kg"), {"weight_value": "70", "weight_unit": "kg"}),
        ((WEEKLY, "in Europe?"), {"jurisdiction": "EU"}),
        ((WEEKLY, "欧盟呢？"), {"jurisdiction": "EU"}),
        ((WEEKLY, "and for talquetamab?"), {"drug": "talquetamab"}),
        ((WEEKLY, "what if 60 days?"), {"days_since_last_dose": "60"}),
        ((WEEKLY, "120斤", "市斤"), {"weight_value": "120", "weight_unit": "jin_mainland"}),
        ((GRADED, "sorry, 8 L"), {"oxygen_flow_l_min": "8"}),
        ((GRADED, "看错了，是8升"), {"oxygen_flow_l_min": "8"}),
        ((GRADED, "it is 8 L, not 5 L"), {"oxygen_flow_l_min": "8"}),
        ((NOREPI, "and with adrenaline on top?"), {"vasopressors": "two_or_more"}),
        ((NOREPI, "再加血管加压素呢"), {"vasopressors": "one_plus_vasopressin"}),
        ((NOREPI, "switched to dopamine"), {"vasopressors": "one"}),
        ((NOREPI, "and dopamine?"), {"vasopressors": "unknown"}),
        (
            ("Teclistamab step-up 1 was 9 days ago, what now?", "And if it had been step-up 2?"),
            {"last_dose": "step_up_2"},
        ),
        (("teclistamab SUD1 dose for 70 kg", "那第二针呢"), {"step": "step_up_2"}),
        (("teclistamab SUD1 dose for 70 kg", "Sorry, 85 kg"), {"weight_value": "85"}),
        (("68 kg, teclistamab every two weeks: mg?", "with daratumumab"), {"schedule": "with_daratumumab"}),
        (("teclistamab SUD1 dose?", "70", "kg"), {"weight_value": "70", "weight_unit": "kg"}),
        (("39.0, BP normal, CRS grade?", "none"), {"oxygen_device": "none"}),
        (("血小板20，几级？", "×10⁹/L"), {"unit": "10e9_l"}),
    ],
    ids=lambda value: " | ".join(value) if isinstance(value, tuple) else "",
)
def test_a_follow_up_changes_what_it_says_and_keeps_the_rest(turns: tuple[str, ...], changed: dict[str, Any]) -> None:
    rule, inputs = call_of(*turns)
    _, before = call_of(turns[0])

    assert {name: inputs.get(name) for name in changed} == changed
    kept = {name: value for name, value in before.items() if name not in changed and name != "hypotension"}
    assert {name: inputs.get(name) for name in kept} == kept
    assert rule
    assert set(reading_of(*turns).carried_over) <= set(inputs)


def test_days_late_in_a_follow_up_take_back_the_days_since() -> None:
    rule, inputs = call_of("teclistamab step-up dose 2 was 10 days ago, what next", "it was 10 days late")

    assert (rule, "days_since_last_dose" in inputs) == ("restart", False)


def test_room_air_now_takes_back_the_flow_and_the_device() -> None:
    _, inputs = call_of(GRADED, "现在不吸氧了")

    assert inputs["oxygen_device"] == "none"
    assert "oxygen_flow_l_min" not in inputs


@pytest.mark.parametrize(
    "text",
    [
        "New patient. Talquetamab step-up dose 1?",
        "换一个病人，塔奎妥递增1多少？",
        "Different patient: talquetamab step-up dose 1?",
        "下一个病人，塔奎妥递增1",
    ],
)
def test_a_new_patient_clears_what_was_said(text: str) -> None:
    assert call_of("70 kg, teclistamab step-up dose 1?", text) == ("dose", {"drug": "talquetamab", "step": "step_up_1"})


@pytest.mark.parametrize(
    "text",
    [
        "what premedication for talquetamab?",
        "how to treat dysgeusia on talquetamab?",
        "hospital stay?",
        "塔奎妥要住院多久",
        "要不要上托珠",
    ],
)
def test_another_topic_does_not_go_on_with_the_calculation(text: str) -> None:
    assert reading_of(WEEKLY, text).route == "guidance"


def test_a_short_follow_up_to_guidance_takes_the_place_of_the_drug_or_the_jurisdiction() -> None:
    assert "elranatamab" in reading_of("Live vaccine and teclistamab: gap?", "Elrexfio as well?").search
    assert "teclistamab" not in reading_of("Live vaccine and teclistamab: gap?", "Elrexfio as well?").search.lower()
    assert "fda" not in reading_of("Elrexfio contraception per FDA?", "per EMA?").search.lower()


def test_why_repeats_the_calculation() -> None:
    assert call_of(WEEKLY, "why?") == call_of(WEEKLY)


@pytest.mark.parametrize("question", ["which blood tests belong before step-up dose 2?", "递增剂量2之前要查哪些化验？"])
def test_another_question_that_names_a_dose_does_not_continue_the_dose(question: str) -> None:
    assert reading_of("teclistamab step-up dose 1, 78 kg, how many mg?", question).route == "guidance"
