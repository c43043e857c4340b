"""Findings for the CRS grade: said, negated, uncertain, past and now."""

from __future__ import annotations

import pytest

from assistant.text.normalise import normalise
from assistant.text.quantities import quantities_in
from assistant.understand.crs_findings import crs_findings
from tests.understand.reading_of import call_of


def read(text: str) -> dict[str, str]:
    plain = normalise(text).text
    return crs_findings(plain, quantities_in(plain))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "体温38.5℃，需一种升压药，鼻导管2 L/min，CRS几级？",
            {
                "temperature_value": "38.5",
                "vasopressors": "one",
                "oxygen_device": "nasal_cannula",
                "oxygen_flow_l_min": "2",
            },
        ),
        ("发烧38.6，血压正常不吸氧", {"temperature_value": "38.6", "hypotension": "absent", "oxygen_device": "none"}),
        (
            "体温三十八度五，没低血压，未用氧",
            {"temperature_value": "38.5", "hypotension": "absent", "oxygen_device": "none"},
        ),
        (
            "CRS用了去甲0.05，鼻导管3L",
            {"vasopressors": "one", "oxygen_device": "nasal_cannula", "oxygen_flow_l_min": "3"},
        ),
        ("norepinephrine plus vasopressin, 8 L/min nasal cannula", {"vasopressors": "one_plus_vasopressin"}),
        ("no pressors, normotensive", {"vasopressors": "none", "hypotension": "absent"}),
        ("on two pressors and intubated", {"vasopressors": "two_or_more", "oxygen_device": "mechanical_ventilation"}),
        (
            "101.3 F after tocilizumab",
            {"temperature_value": "101.3", "temperature_unit": "F", "anticytokine_given": "present"},
        ),
    ],
)
def test_findings_that_are_said_are_read(text: str, expected: dict[str, str]) -> None:
    found = read(text)

    assert {name: found.get(name) for name in expected} == expected


def test_what_is_not_mentioned_is_left_out_and_never_absent() -> None:
    assert "vasopressors" not in read("fever 38.9, what CRS grade")
    assert "oxygen_device" not in read("fever 38.9, what CRS grade")


def test_oxygen_now_replaces_oxygen_before() -> None:
    found = read("fever 38.9, was on 3 L nasal cannula, now room air")

    assert found["oxygen_device"] == "none"
    assert "oxygen_flow_l_min" not in found


@pytest.mark.parametrize("text", ["要不要上托珠", "should we give tocilizumab?"])
def test_a_treatment_that_is_only_asked_about_was_not_given(text: str) -> None:
    assert "anticytokine_given" not in read(text)


def test_an_uncertain_finding_is_unknown_and_not_present() -> None:
    assert read("可疑低血压，体温38.5").get("hypotension") == "unknown"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("发热：无，低血压，无升压药，鼻导管2 L/min，CRS几级", {"fever": "absent", "hypotension": "present"}),
        (
            "fever: no, hypotension, no pressors, nasal cannula 2 L/min, CRS grade?",
            {"fever": "absent", "hypotension": "present"},
        ),
        (
            "体温38.5℃ 低血压：有 升压药：无 缺氧：无 CRS几级",
            {"hypotension": "present", "vasopressors": "none", "hypoxia": "absent"},
        ),
        ("发热（+）低血压（-）缺氧（-） CRS几级", {"fever": "present", "hypotension": "absent", "hypoxia": "absent"}),
        ("temp 39 C, hypotension -ve, hypoxia: absent, CRS grade", {"hypotension": "absent", "hypoxia": "absent"}),
    ],
)
def test_a_form_of_labels_and_values_is_read_as_written(text: str, expected: dict[str, str]) -> None:
    found = read(text)

    assert {name: found.get(name) for name in expected} == expected


def test_what_follows_a_label_is_not_its_value_when_it_is_a_finding_of_its_own() -> None:
    assert read("体温38.5℃，低血压：无升压药，CRS几级").get("hypotension") != "absent"


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("ICE 8分，清醒，严重局灶性肌无力：无，ICANS几级", ("motor_weakness", "absent")),
        ("ICE 8，清醒，癫痫发作：无，ICANS几级", ("seizure", "none")),
        ("seizure: none, ICE 9, awake. ICANS?", ("seizure", "none")),
    ],
)
def test_a_denied_sign_of_a_form_never_raises_the_icans_grade(text: str, sign: tuple[str, str]) -> None:
    rule, inputs = call_of(text)

    assert rule == "icans_grade"
    assert inputs[sign[0]] == sign[1]


@pytest.mark.parametrize(
    "text",
    ["39 C, on norepineprhine, nasal cannula 2 L/min, CRS grade?", "now he needs norepinefrine", "vasopresin running"],
)
def test_a_misspelt_vasopressor_is_asked_for_and_never_counts_as_none(text: str) -> None:
    assert read(text)["vasopressors"] == "unknown"


def test_words_that_are_near_to_no_vasopressor_ask_for_nothing() -> None:
    assert read("39 C, one vasopressor, room air")["vasopressors"] == "one"
    assert read("39 C, no vasopressors, room air")["vasopressors"] == "none"
    assert "vasopressors" not in read("hypertension before, dexamethasone given, hypotension now")


def test_a_misspelt_vasopressor_in_a_follow_up_replaces_the_count_given_before() -> None:
    _, inputs = call_of("T 38.6, hypotension, no vasopressor, room air. CRS grade?", "now he needs norepineprhine")

    assert inputs["vasopressors"] == "unknown"
