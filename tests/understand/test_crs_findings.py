"""Findings for the CRS grade: said, negated, uncertain, past and now."""

from __future__ import annotations

import pytest

from assistant.text.normalise import normalise
from assistant.text.quantities import quantities_in
from assistant.understand.crs_findings import crs_findings


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
