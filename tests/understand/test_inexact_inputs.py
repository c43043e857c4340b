"""A range, a bound, "about", two values or a value of another day never becomes the input: it is asked for."""

from __future__ import annotations

import pytest

from assistant.rules import run
from tests.understand.reading_of import call_of


def missing(rule: str, inputs: dict[str, object]) -> set[str]:
    return {entry.name for entry in run(rule, inputs).missing}


CROSSING = [
    "37.8-38.5℃，血压正常，没吸氧，CRS几级",
    "体温37.6到38.2度，血压正常，不吸氧，几级CRS",
    "temp 37.8-38.5, BP normal, room air, CRS grade?",
    "体温38左右，血压正常，不吸氧，CRS几级",
    "about 38.0, BP normal, room air, which CRS grade?",
    "T 100-101.5 F, BP normal, room air, CRS grade?",
    "37到39度波动，血压正常，没吸氧，CRS几级",
]


@pytest.mark.parametrize("text", CROSSING)
def test_a_temperature_range_across_the_limit_is_asked(text: str) -> None:
    rule, inputs = call_of(text)

    assert rule == "crs_grade"
    assert "temperature_value" not in inputs
    assert inputs["fever"] == "unknown"
    assert {"fever", "temperature_value"} & missing(rule, inputs)


@pytest.mark.parametrize(
    ("text", "fever"),
    [
        ("体温38.5-39.2℃，血压正常，未吸氧，CRS几级", "present"),
        ("temp 38.4 to 39, BP normal, room air, CRS grade?", "present"),
        (">38.5℃，血压正常，不吸氧，CRS几级", "present"),
        ("T 37.2~37.6, BP stable, room air, CRS grade?", "absent"),
        ("不到38度，血压正常，不吸氧，CRS几级", "absent"),
    ],
)
def test_a_temperature_range_on_one_side_of_the_limit_is_fever_or_not_and_never_a_figure(text: str, fever: str) -> None:
    _, inputs = call_of(text)

    assert "temperature_value" not in inputs
    assert inputs["fever"] == fever


def test_an_answer_replaces_the_range_that_was_asked_about() -> None:
    _, inputs = call_of("37.8-38.5℃，血压正常，没吸氧，CRS几级", "38.4℃")

    assert inputs["temperature_value"] == "38.4"
    assert "fever" not in inputs


@pytest.mark.parametrize(
    "text",
    [
        "38.6, BP normal, nasal cannula 5-8 L/min, CRS grade?",
        "38.6，血压正常，鼻导管4~7L，CRS几级",
        "38.6，血压正常，鼻导管约6L，CRS几级",
        "38.6 BP normal, nasal cannula at least 6 L/min, CRS grade?",
        "38.6，血压正常，鼻导管6L以上，CRS几级",
        "38.6, normotensive, NC 3 or 7 L/min, CRS grade?",
    ],
)
def test_an_oxygen_flow_that_is_not_exact_is_asked(text: str) -> None:
    rule, inputs = call_of(text)

    assert inputs["oxygen_device"] == "nasal_cannula"
    assert "oxygen_flow_l_min" not in inputs
    assert "oxygen_flow_l_min" in missing(rule, inputs)


@pytest.mark.parametrize(
    "text",
    [
        "ICE 5-7, awake, no seizures, ICANS grade?",
        "ICE 5左右，清醒，无抽搐，ICANS几级",
        "ICE≥7，清醒，无抽搐，ICANS几级",
        "ICE 7/10-8/10, awake, no seizure, grade of ICANS?",
        "ICE 3 or 4, alert, no seizures, ICANS grade?",
        "ICANS grade with ICE 3 yesterday? awake, no seizure",
    ],
)
def test_ice_points_that_are_not_exact_or_not_of_now_are_asked(text: str) -> None:
    rule, inputs = call_of(text)

    assert rule == "icans_grade"
    assert "ice" not in inputs
    assert "ice" in missing(rule, inputs)


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("ICE was 9 this morning, now 5, awake, no seizure, ICANS grade?", "5"),
        ("ICE早上9分，现在5分，清醒，无抽搐，ICANS几级", "5"),
        ("ICE from 9 to 4, alert, no seizure, ICANS grade?", "4"),
        ("ICE 9 -> 4, alert, no seizure, ICANS grade?", "4"),
        ("ICE从9降到4，清醒，没抽，ICANS几级", "4"),
        ("昨天ICE 10分，今天ICE 6分，清醒，ICANS几级", "6"),
    ],
)
def test_the_ice_points_of_now_count(text: str, points: str) -> None:
    assert call_of(text)[1]["ice"] == points


@pytest.mark.parametrize(
    "text",
    [
        "ANC 0.4-0.6 ×10⁹/L，CTCAE几级",
        "about 20 x10^9/L platelets, CTCAE grade?",
        "10-20 x10^9/L platelets, CTCAE grade?",
        "Hb 70 to 80 g/L, CTCAE grade?",
    ],
)
def test_a_laboratory_value_that_is_not_exact_is_asked(text: str) -> None:
    rule, inputs = call_of(text)

    assert rule == "ctcae_grade"
    assert "value" not in inputs


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("血小板昨天50×10⁹/L，今天20×10⁹/L，CTCAE几级", "20"),
        ("platelets were 50 x10^9/L yesterday, now 20 x10^9/L, CTCAE grade?", "20"),
        ("中性粒之前1.2×10⁹/L，现在0.4×10⁹/L，CTCAE几级", "0.4"),
    ],
)
def test_a_laboratory_value_of_before_is_not_the_one_of_now(text: str, value: str) -> None:
    assert call_of(text)[1]["value"] == value


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("托珠 70-75公斤用多少mg", "weight_value"),
        ("托珠体重70左右用多少mg", "weight_value"),
        ("tocilizumab dose for about 70 kg?", "weight_value"),
        ("another toci? 2-3 doses so far, last 9 hours ago", "tocilizumab_doses_total"),
        ("another toci? 2 or 3 doses so far, last 9 hours ago", "tocilizumab_doses_total"),
        ("Cockcroft-Gault: 60-70 years, male, 70 kg, creatinine 1.2 mg/dL", "age_years"),
        ("CrCl: male, 65 years, 70-80 kg, creatinine 1.2 mg/dL", "weight_value"),
        ("teclistamab step-up dose 1 or 2 was 10 days ago, 70 kg, what next?", "last_dose"),
        ("特立妥递增1或2打完10天，70公斤，下一步", "last_dose"),
        ("特立妥递增1-2打完10天，70公斤，下一步", "last_dose"),
        ("teclistamab 0.06-0.3 mg/kg given 10 days ago, what next", "last_dose"),
        ("teclistamab step-up 2 given 8-12 days ago, what next?", "days_since_last_dose"),
        ("特立妥递增2打完十来天，怎么接", "days_since_last_dose"),
        ("teclistamab weekly, 10 days late, what next?", "days_since_last_dose"),
        ("特立妥递增2，60多公斤，打多少mg", "weight_value"),
    ],
)
def test_no_input_is_read_from_one_end(text: str, absent: str) -> None:
    rule, inputs = call_of(text)

    assert rule
    assert absent not in inputs


@pytest.mark.parametrize("text", ["38-39℃是多少华氏度", "about 38℃ in F?", "70-80 kg in lb?"])
def test_a_range_is_not_converted_by_one_end(text: str) -> None:
    assert call_of(text) == ("", {})


@pytest.mark.parametrize(
    "text",
    [
        "39.1，低血压待排，未吸氧，CRS几级",
        "39.1，不除外低血压，未吸氧，CRS几级",
        "39.1，不能排除低血压，未吸氧，CRS几级",
        "39.1，并非没有低血压，未吸氧，CRS几级",
        "39.1, hypotension cannot be excluded, room air, CRS grade?",
        "39.1, not without hypotension, room air, CRS grade?",
    ],
)
def test_a_doubtful_or_doubly_negated_finding_is_asked(text: str) -> None:
    rule, inputs = call_of(text)

    assert inputs["hypotension"] == "unknown"
    assert missing(rule, inputs)


@pytest.mark.parametrize(
    "text",
    ["39.1，否认低血压，未用升压药，未吸氧，CRS几级", "39.1, denies hypotension, no pressors, room air, CRS grade?"],
)
def test_a_denied_finding_is_absent(text: str) -> None:
    _, inputs = call_of(text)

    assert (inputs["hypotension"], inputs["vasopressors"], inputs["oxygen_device"]) == ("absent", "none", "none")


@pytest.mark.parametrize(
    "text",
    [
        "39.1 BP 85/50 room air CRS grade?",
        "39.1，血压85/50，未吸氧，CRS几级",
        "39.1，血压120/80，未吸氧，CRS几级",
        "39.1, 118/70, room air, CRS grade?",
    ],
)
def test_blood_pressure_figures_are_neither_normal_nor_hypotension(text: str) -> None:
    rule, inputs = call_of(text)

    assert "hypotension" not in inputs
    assert missing(rule, inputs)


@pytest.mark.parametrize(
    "text",
    [
        "39，准备上去甲，未吸氧，CRS几级",
        "39, considering norepinephrine, room air, CRS grade?",
        "39，拟用去甲肾上腺素，未吸氧，CRS几级",
    ],
)
def test_a_vasopressor_that_is_only_planned_is_not_running(text: str) -> None:
    assert call_of(text)[1].get("vasopressors") not in {"one", "two_or_more"}


@pytest.mark.parametrize(
    "text",
    [
        "if a patient with 38.9 were on norepinephrine on room air, which CRS grade?",
        "如果患者38.9度，用了去甲，没吸氧，CRS几级",
    ],
)
def test_a_supposed_case_is_graded_as_supposed(text: str) -> None:
    assert call_of(text)[1]["vasopressors"] == "one"
