"""A dozen values typed by hand from the sources, beside their citation; they do not come from the tables."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.rules import run


def row(name: str, **inputs: Any) -> dict[str, Any]:
    """The values of the first verdict."""
    return dict(run(name, inputs).verdicts[0].values)


ANCHORS = [
    # Tecvayli restart table, J&J Medical Connect, 2025-03-20: step-up dose 2, 8 to 28 days ago → repeat 0.3 mg/kg
    ("restart", dict(drug="teclistamab", last_dose="step_up_2", days_since_last_dose="28"), "dose_mg_per_kg", "0.3"),
    # the same: step-up dose 2, more than 28 days ago → restart at 0.06 mg/kg
    ("restart", dict(drug="teclistamab", last_dose="step_up_2", days_since_last_dose="29"), "dose_mg_per_kg", "0.06"),
    # the same: any weekly treatment dose, 29 to 56 days ago → restart at step-up dose 2
    (
        "restart",
        dict(drug="teclistamab", last_dose="treatment_weekly", days_since_last_dose="56"),
        "next_dose",
        "step_up_2",
    ),
    # the same: any every-2-week treatment dose, more than 112 days ago → restart at step-up dose 1
    (
        "restart",
        dict(drug="teclistamab", last_dose="treatment_every_2_weeks", days_since_last_dose="113"),
        "next_dose",
        "step_up_1",
    ),
    # Tecvayli US label, monotherapy: first treatment dose 1.5 mg/kg
    (
        "dose",
        dict(drug="teclistamab", step="first_treatment", weight_value="100", weight_unit="kg", jurisdiction="US"),
        "dose_mg",
        "150",
    ),
    # Talvey US label, Table 2: 0.8 mg/kg every 2 weeks
    (
        "dose",
        dict(
            drug="talquetamab", step="treatment_every_2_weeks", weight_value="100", weight_unit="kg", jurisdiction="US"
        ),
        "dose_mg",
        "80",
    ),
    # Elrexfio US label, July 2025, Table 1: day 4, step-up dose 2 = 32 mg
    ("dose", dict(drug="elranatamab", step="step_up_2", jurisdiction="US"), "dose_mg", "32"),
    # Lynozyfic US label, 2 July 2025, Table 1: first 200 mg dose on day 15
    ("dose", dict(drug="linvoseltamab", step="first_treatment", jurisdiction="US"), "dose_mg", "200"),
    # Lee 2019, CRS table and footnote: 39.5 °C, one vasopressor, low-flow cannula → grade 3
    (
        "crs_grade",
        dict(
            temperature_value="39.5", temperature_unit="C", vasopressors="one", oxygen_device="low_flow_nasal_cannula"
        ),
        "grade",
        "3",
    ),
    # Lee 2019: low-flow nasal cannula is ≤ 6 L/min
    (
        "crs_grade",
        dict(fever="present", hypotension="absent", oxygen_device="nasal_cannula", oxygen_flow_l_min="6"),
        "grade",
        "2",
    ),
    # Elrexfio US label 2023, section 2.1: hospital for 24 hours after step-up dose 2
    ("monitoring", dict(drug="elranatamab", step="step_up_2", jurisdiction="US"), "hours", "24"),
    # Elrexfio EU leaflet: contraception for 6 months after the last dose
    ("contraception", dict(drug="elranatamab", topic="contraception", jurisdiction="EU"), "months_after", "6"),
    # Lynozyfic EU SmPC, Table 1: dexamethasone 40 mg IV before the first three doses
    ("premedication", dict(drug="linvoseltamab", step="step_up_1", jurisdiction="EU"), "dexamethasone_mg", "40"),
    # Tecvayli UK prescribing information: acetaminophen 650-1000 mg, dexamethasone 16 mg
    ("premedication", dict(drug="teclistamab", step="step_up_1", jurisdiction="EU"), "dexamethasone_mg", "16"),
]


@pytest.mark.parametrize(("name", "inputs", "key", "value"), ANCHORS)
def test_anchor(name: str, inputs: dict[str, Any], key: str, value: str) -> None:
    assert row(name, **inputs)[key] == value
