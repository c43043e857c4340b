"""Which rule a wording asks for, and exactly which inputs it states."""

from __future__ import annotations

from typing import Any

import pytest

from tests.understand.reading_of import call_of, reading_of

TEC = {"drug": "teclistamab"}
CALLS: list[tuple[str, str, dict[str, Any]]] = [
    # restart
    (
        "Teclistamab step-up dose 2 not given; step-up dose 1 was 9 days ago. What now?",
        "restart",
        {**TEC, "last_dose": "step_up_1", "days_since_last_dose": "9"},
    ),
    (
        "teclistamab: last dose 4 weeks and 3 days ago, weekly, restart?",
        "restart",
        {**TEC, "last_dose": "treatment_weekly", "days_since_last_dose": "31"},
    ),
    (
        "每周特立妥，末次给药说是6天前，不对，是6周前，怎么恢复",
        "restart",
        {**TEC, "last_dose": "treatment_weekly", "days_since_last_dose": "42"},
    ),
    (
        "特立妥周疗漏了几天，距上一针15天，接着打行吗",
        "restart",
        {**TEC, "last_dose": "treatment_weekly", "days_since_last_dose": "15"},
    ),
    (
        "teclistamab weekly: 2 weeks since last dose, 1 week late, what next?",
        "restart",
        {**TEC, "last_dose": "treatment_weekly", "days_since_last_dose": "14"},
    ),
    (
        "特立妥每周方案距末次40天，120市斤，怎么恢复",
        "restart",
        {
            **TEC,
            "last_dose": "treatment_weekly",
            "days_since_last_dose": "40",
            "weight_value": "120",
            "weight_unit": "jin_mainland",
        },
    ),
    ("patient missed 2 weekly doses of teclistamab, what next?", "restart", {**TEC, "last_dose": "treatment_weekly"}),
    ("Tec SUD1 was on Monday, next?", "restart", {**TEC, "last_dose": "step_up_1"}),
    ("teclistamab step-up 1 on 3 March, step-up 2 on 6 March, today 20 March, next?", "restart", TEC),
    ("Teclistamab weekly, last dose about 30 days ago, restart?", "restart", {**TEC, "last_dose": "treatment_weekly"}),
    (
        "特立妥（联合达雷）每4周一次，停50天怎么恢复",
        "restart",
        {**TEC, "last_dose": "combination_every_4_weeks", "days_since_last_dose": "50"},
    ),
    # dose
    ("teclistamab SUD1 for 154 lb (70 kg)", "dose", {**TEC, "step": "step_up_1"}),
    (
        "teclistamab dose number two of the ramp-up, sixty kilos",
        "dose",
        {**TEC, "step": "step_up_2", "weight_value": "60", "weight_unit": "kg"},
    ),
    (
        "130 shijin (half a kilo each): teclistamab step-up 1, how many mg?",
        "dose",
        {**TEC, "step": "step_up_1", "weight_value": "130", "weight_unit": "jin_mainland"},
    ),
    (
        "talquetamab 0.8 mg/kg q2w 70kg how many mg",
        "dose",
        {
            "drug": "talquetamab",
            "step": "treatment_every_2_weeks",
            "schedule": "every_2_weeks",
            "weight_value": "70",
            "weight_unit": "kg",
        },
    ),
    ("Talquetamab step-up dose 1?", "dose", {"drug": "talquetamab", "step": "step_up_1"}),
    # CRS
    (
        "38.9, was on norepinephrine yesterday, now off, BP normal, room air CRS grade",
        "crs_grade",
        {"temperature_value": "38.9", "temperature_unit": "C", "hypotension": "absent", "oxygen_device": "none"},
    ),
    (
        "39，停用去甲，改用多巴胺，不吸氧，CRS几级",
        "crs_grade",
        {"temperature_value": "39", "temperature_unit": "C", "vasopressors": "one", "oxygen_device": "none"},
    ),
    (
        "38.5，去甲已减停，不吸氧，CRS几级",
        "crs_grade",
        {"temperature_value": "38.5", "temperature_unit": "C", "vasopressors": "none", "oxygen_device": "none"},
    ),
    (
        "38.4，由面罩降为鼻导管3L，血压正常，CRS几级",
        "crs_grade",
        {
            "temperature_value": "38.4",
            "temperature_unit": "C",
            "hypotension": "absent",
            "oxygen_device": "nasal_cannula",
            "oxygen_flow_l_min": "3",
        },
    ),
    (
        "38.5不吸氧血压低几级",
        "crs_grade",
        {"temperature_value": "38.5", "temperature_unit": "C", "hypotension": "present", "oxygen_device": "none"},
    ),
    (
        "39, BP 105/65 after 1 L saline, room air, CRS grade?",
        "crs_grade",
        {"temperature_value": "39", "temperature_unit": "C", "oxygen_device": "none"},
    ),
    (
        "38.4 -> 37.5 after paracetamol, normal BP, RA, CRS grade?",
        "crs_grade",
        {
            "temperature_value": "37.5",
            "temperature_unit": "C",
            "fever_earlier": "present",
            "antipyretic_given": "present",
            "hypotension": "absent",
            "oxygen_device": "none",
        },
    ),
    (
        "He was febrile at 39 yesterday but afebrile today, BP normal, room air. CRS grade?",
        "crs_grade",
        {"fever": "absent", "fever_earlier": "present", "hypotension": "absent", "oxygen_device": "none"},
    ),
    (
        "39.0, on CPAP at night for sleep apnoea, normotensive, CRS grade?",
        "crs_grade",
        {"temperature_value": "39.0", "temperature_unit": "C", "oxygen_device": "unknown", "hypotension": "absent"},
    ),
    (
        "患者ICANS 2级，39度血压正常不吸氧，CRS几级",
        "crs_grade",
        {"temperature_value": "39", "temperature_unit": "C", "hypotension": "absent", "oxygen_device": "none"},
    ),
    # ICANS and ICE
    (
        "ICE 4分，呼唤可醒，无抽搐，其余正常，ICANS几级？",
        "icans_grade",
        {
            "ice": "4",
            "consciousness": "wakes_to_voice",
            "seizure": "none",
            "motor_weakness": "absent",
            "brain_oedema": "none",
            "raised_icp_signs": "absent",
        },
    ),
    (
        "no seizures, weakness or papilledema, ICE 8, alert, CT normal: ICANS grade?",
        "icans_grade",
        {
            "ice": "8",
            "consciousness": "alert",
            "seizure": "none",
            "motor_weakness": "absent",
            "brain_oedema": "none",
            "raised_icp_signs": "absent",
        },
    ),
    (
        "no seizure, weakness, papilledema, ICE 8, alert, CT normal: ICANS grade?",
        "icans_grade",
        {
            "ice": "8",
            "consciousness": "alert",
            "seizure": "none",
            "motor_weakness": "unknown",
            "brain_oedema": "none",
            "raised_icp_signs": "unknown",
        },
    ),
    ("病人唤不醒，ICE 0，神经毒性几级？", "icans_grade", {"ice": "0", "consciousness": "unrousable"}),
    (
        "status epilepticus 10 minutes after teclistamab, ICANS grade?",
        "icans_grade",
        {"seizure": "clinical", "seizure_course": "prolonged"},
    ),
    ("疑似抽搐，ICE 7，清醒，ICANS几级", "icans_grade", {"ice": "7", "consciousness": "alert", "seizure": "unknown"}),
    ("ICE 7, drowsy, ICANS grade?", "icans_grade", {"ice": "7", "consciousness": "unknown"}),
    (
        "orientation 3/4, naming 2/3, follows commands 1, writing 0, attention 1: ICE score?",
        "ice_score",
        {"orientation": "3", "naming": "2", "following_commands": "1", "writing": "0", "attention": "1"},
    ),
    # CTCAE and laboratory
    (
        "platelets 20 x10^9/L, CTCAE grade?",
        "ctcae_grade",
        {"term": "platelet_count_decreased", "value": "20", "unit": "10e9_l"},
    ),
    ("血小板20，几级？", "ctcae_grade", {"term": "platelet_count_decreased", "value": "20"}),
    (
        "platelets 1,200/µL, CTCAE grade",
        "ctcae_grade",
        {"term": "platelet_count_decreased", "value": "1200", "unit": "per_ul"},
    ),
    (
        "ALT 220 U/L, ULN 40, CTCAE grade?",
        "ctcae_grade",
        {"term": "alanine_aminotransferase_increased", "value": "220", "unit": "u_l", "uln": "40"},
    ),
    (
        "creatinine 180 umol/L, uln 110: CTCAE grade",
        "ctcae_grade",
        {"term": "creatinine_increased", "value": "180", "unit": "umol_l_creatinine", "uln": "110"},
    ),
    (
        "男，65岁，70kg，肌酐120 µmol/L，肌酐清除率多少？",
        "creatinine_clearance",
        {
            "sex": "male",
            "age_years": "65",
            "weight_value": "70",
            "weight_unit": "kg",
            "creatinine_value": "120",
            "creatinine_unit": "umol_l",
        },
    ),
    (
        "eGFR for a woman of 58 years, creatinine 1.1 mg/dL",
        "egfr",
        {"sex": "female", "age_years": "58", "creatinine_value": "1.1", "creatinine_unit": "mg_dl"},
    ),
    (
        "血钙2.4mmol/L，白蛋白28g/L，校正钙多少",
        "corrected_calcium",
        {"calcium_value": "2.4", "calcium_unit": "mmol_l", "albumin_value": "28", "albumin_unit": "g_l"},
    ),
    (
        "BSA for 1.7 m and 65 kg",
        "bsa",
        {"height_value": "1.7", "height_unit": "m", "weight_value": "65", "weight_unit": "kg"},
    ),
    (
        "ANC if WBC 2.0 x10^9/L, 15% segs, 3% bands",
        "anc",
        {"wbc_value": "2.0", "wbc_unit": "10e9_l", "segmented_percent": "15", "bands_percent": "3"},
    ),
    ("38.5℃是多少华氏度", "convert", {"value": "38.5", "from_unit": "C", "to_unit": "F"}),
    ("convert 4 g/L IgG to mg/dL", "convert", {"value": "4", "from_unit": "g_l", "to_unit": "mg_dl"}),
    # supportive care and calendar
    ("tocilizumab dose for 82 kg?", "tocilizumab_dose", {"weight_value": "82", "weight_unit": "kg"}),
    (
        "托珠已用2次，8小时前，还能再用吗",
        "tocilizumab_dose",
        {"tocilizumab_doses_total": "2", "hours_since_last_tocilizumab": "8"},
    ),
    (
        "IgG 320 mg/dL，没有感染，要补丙球吗",
        "ig_replacement",
        {"igg_value": "320", "igg_unit": "mg_dl", "infection_history": "none"},
    ),
    (
        "HBsAg negative, anti-HBc positive, anti-HBs positive: prophylaxis?",
        "hbv",
        {"hbsag": "negative", "anti_hbc": "positive", "anti_hbs": "positive"},
    ),
    (
        "teclistamab started 2026-01-05, which dates for the step-up doses?",
        "schedule",
        {**TEC, "start_date": "2026-01-05"},
    ),
    (
        "VGPR for 7 months on weekly teclistamab, can we go to every 2 weeks?",
        "interval",
        {**TEC, "response": "vgpr", "months_in_response": "7", "current_interval": "weekly"},
    ),
]


@pytest.mark.parametrize(("text", "rule", "inputs"), CALLS, ids=[text for text, *_ in CALLS])
def test_a_stated_case_calls_its_rule_with_what_is_stated_and_nothing_else(
    text: str, rule: str, inputs: dict[str, Any]
) -> None:
    assert call_of(text) == (rule, inputs)


@pytest.mark.parametrize(
    "text",
    [
        "What is ICANS grade 3?",
        "ICANS 2级的定义是什么",
        "Which ICANS grade is an ICE of 5?",
        "ICE 3–6 is which ICANS grade",
        "What platelet count is grade 4 by CTCAE?",
        "CTCAE血小板4级是多少",
        "ANC <500 CTCAE grade?",
        "IgG threshold for IVIG?",
        "IgG多少要补？",
        "乙肝核心抗体阳性怎么办",
        "eGFR threshold for teclistamab?",
        "Tocilizumab interval in CRS?",
        "托珠用多少",
        "特立妥何时改双周",
        "塔奎妥的0.8mg/kg按体重分段各抽多少毫升？",
        "What does the label say on restarting teclistamab with daratumumab?",
        "国内2018共识，一种升压药几级？",
        "第45天ANC 900，晚期ICAHT几级？",
        "特立妥打6~9个月停药行吗？",
        "Can weekly talquetamab be given 5 days apart?",
    ],
)
def test_a_question_of_knowledge_asks_no_rule_questions_back(text: str) -> None:
    assert reading_of(text).route == "guidance"


@pytest.mark.parametrize(
    "text",
    [
        "39.2, BP 118/70, room air, CRS grade?",
        "39.2, BP 95/60, room air, CRS grade?",
        "39.2，血压85/50，不吸氧，CRS几级",
    ],
)
def test_a_blood_pressure_in_figures_is_asked_about_because_the_scale_names_no_figure(text: str) -> None:
    assert "hypotension" not in call_of(text)[1]


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("teclistamab 0.06 mg/kg given 9 days ago, step-up 2 not given yet, 70 kg, what now?", "step_up_1"),
        ("Elranatamab 12 mg was 15 days ago, no second step-up dose yet. Restart with?", "step_up_1"),
        ("elranatamab 32 mg was 10 days ago, missed the first full dose. Restart with?", "step_up_2"),
        ("埃纳妥12mg打了15天了，第二剂还没打，怎么接", "step_up_1"),
    ],
)
def test_a_dose_that_was_not_given_is_never_the_last_one_given(text: str, last: str) -> None:
    rule, inputs = call_of(text)

    assert (rule, inputs["last_dose"]) == ("restart", last)


def test_a_dose_not_given_yet_without_another_named_leaves_the_last_one_to_be_asked_for() -> None:
    rule, inputs = call_of("teclistamab 9 days ago, step-up dose 2 not given yet, 70 kg, restart?")

    assert rule == "restart"
    assert inputs.get("last_dose") != "step_up_2"


@pytest.mark.parametrize(
    "text",
    [
        "特立妥递增2应该3天前打，没打，60kg",
        "tec SUD2 was due 3 days ago, not given, 60 kg",
        "tec SUD2 was supposed to be given 6 days ago, 60kg, what now",
        "tec step-up 2 scheduled 4 days ago but missed, 60 kg, restart?",
        "tec: SUD1 day 1, SUD2 not given due to fever, now day 12, 60 kg",
        "特立妥递增1第1天，递增2因发热没打，今天第12天，60公斤",
    ],
)
def test_a_dose_that_was_due_and_not_given_leads_to_a_question_never_to_the_next_dose(text: str) -> None:
    rule, inputs = call_of(text)

    assert rule != "dose"
    assert inputs.get("last_dose") != "step_up_2"
    assert "days_since_last_dose" not in inputs
