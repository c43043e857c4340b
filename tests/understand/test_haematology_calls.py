"""Response, HLH-2004, IEC-HS, ICAHT and HBV reactivation: called with values of a patient, left alone without them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.understand.reading_of import call_of

SERUM = {"serum_m_baseline": "40", "serum_m_now": "3", "serum_unit": "g_l"}
CALLED: list[tuple[str, str, dict[str, Any]]] = [
    ("serum M-protein 40 -> 3 g/L, which response?", "response", SERUM),
    ("M蛋白从40降到3 g/L，算什么缓解？", "response", SERUM),
    ("M-protein at baseline 40 g/L, now 3 g/L: which response category?", "response", SERUM),
    (
        "血M蛋白基线40 g/L，现在18 g/L，尿M蛋白 500 -> 100 mg/24h，疗效评价？",
        "response",
        {
            "serum_m_baseline": "40",
            "serum_m_now": "18",
            "serum_unit": "g_l",
            "urine_m_baseline": "500",
            "urine_m_now": "100",
            "urine_unit": "mg_24h",
        },
    ),
    (
        "39.0℃, spleen enlarged, ferritin 12000 ng/mL, platelets 20 x10^9/L: does he meet HLH-2004 criteria?",
        "hlh_2004",
        {"temperature_c": "39.0", "splenomegaly": "present", "ferritin_ug_l": "12000", "platelets_10e9_l": "20"},
    ),
    (
        "体温39℃，脾大，铁蛋白12000 µg/L，血红蛋白7.5 g/dL，符合噬血标准吗",
        "hlh_2004",
        {"temperature_c": "39", "splenomegaly": "present", "ferritin_ug_l": "12000", "hb_g_l": "75"},
    ),
    (
        "ferritin 5000 ng/mL, ULN 400, attributed to the CAR-T, separate from CRS: does it meet IEC-HS?",
        "iec_hs",
        {
            "ferritin_ug_l": "5000",
            "ferritin_uln_ug_l": "400",
            "attributed_to_therapy": "present",
            "separate_from_crs_icans": "present",
        },
    ),
    (
        "早期ICAHT：中性粒细胞≤500/µL 共8天，从未≤100/µL，几级？",
        "icaht",
        {"lineage": "neutrophils", "period": "early", "days_at_most_500": "8", "days_at_most_100": "0"},
    ),
    (
        "early ICAHT, ANC at most 500/µL for 16 days: grade?",
        "icaht",
        {"lineage": "neutrophils", "period": "early", "days_at_most_500": "16"},
    ),
    (
        "HBsAg negative, anti-HBc positive, HBV DNA undetectable at baseline, now HBV DNA 200 IU/mL: reactivation?",
        "hbv_reactivation",
        {
            "hbv_status": "hbsag_negative_core_positive",
            "baseline_dna": "undetectable",
            "dna_now_iu_ml": "200",
        },
    ),
]
LEFT = [
    "Minimal response numbers?",
    "LINKER-MM1 response?",
    "特立妥30天只有微小缓解，还打吗？",
    "HLH-2004铁蛋白多少？",
    "IEC-HS: ferritin criterion?",
    "Day 45, ANC 900: late ICAHT?",
    "HBV再激活的定义？",
    "sBCMA能看疗效吗？",
    "NEJM teclistamab: response and PFS?",
]


@pytest.mark.parametrize(("text", "rule", "inputs"), CALLED)
def test_values_of_a_patient_call_the_rule(text: str, rule: str, inputs: dict[str, Any]) -> None:
    assert call_of(text) == (rule, inputs)


@pytest.mark.parametrize("text", LEFT)
def test_a_question_on_the_criteria_stays_with_the_sections(text: str) -> None:
    assert call_of(text) == ("", {})


@pytest.mark.parametrize(
    "text",
    [
        "ferritin 12000, 39.0℃, spleen enlarged: HLH criteria met?",
        "体温39℃，脾大，铁蛋白>10000 µg/L，血小板20×10⁹/L，噬血标准符合吗",
        "39℃, spleen enlarged, ferritin 8000-12000 ng/mL, platelets 20 x10^9/L: HLH-2004 criteria met?",
    ],
)
def test_hlh_is_not_counted_while_a_stated_value_cannot_be_read(text: str) -> None:
    assert call_of(text)[0] != "hlh_2004"


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("serum M-protein 40 g/L -> 3 g/dL, which response?", "serum_m_now"),
        ("serum M-protein about 40 -> 3 g/L, which response?", "serum_m_now"),
        ("ICAHT grade? ANC <500/µL for 16 days, early", "days_at_most_500"),
        ("M-protein at baseline 40, now 3 g/L: which response category?", "serum_unit"),
    ],
)
def test_two_units_a_doubt_another_bound_or_a_unit_of_one_value_is_not_taken(text: str, absent: str) -> None:
    assert absent not in call_of(text)[1]


@pytest.mark.parametrize(
    ("text", "inputs"),
    [
        (
            "elranatamab weekly for 26 weeks of treatment, PR held for 3 months: go to every 2 weeks?",
            {"drug": "elranatamab", "response": "pr", "months_in_response": "3", "weeks_on_treatment": "26"},
        ),
        (
            "埃纳妥每周，治疗了26周，PR 3个月，可以改双周吗",
            {
                "drug": "elranatamab",
                "response": "pr",
                "months_in_response": "3",
                "weeks_on_treatment": "26",
                "current_interval": "weekly",
            },
        ),
        (
            "Lynozyfic now every 2 weeks, week 30, VGPR maintained, 17 full doses: extend to monthly?",
            {
                "drug": "linvoseltamab",
                "response": "vgpr",
                "current_interval": "every_2_weeks",
                "week": "30",
                "full_doses": "17",
            },
        ),
    ],
)
def test_a_longer_interval_is_asked_with_what_each_label_counts(text: str, inputs: dict[str, Any]) -> None:
    rule, found = call_of(text)

    assert rule == "interval"
    assert {name: found.get(name) for name in inputs} == inputs
