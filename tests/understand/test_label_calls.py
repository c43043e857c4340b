"""What a label says for one administration, one date, one toxicity is called; questions on the label itself are not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.understand.reading_of import call_of

TEC, TAL, ELRA = "teclistamab", "talquetamab", "elranatamab"
CALLED: list[tuple[str, str, dict[str, Any]]] = [
    ("Teclistamab step-up dose 1: what premedication?", "premedication", {"drug": TEC, "step": "step_up_1"}),
    ("特立妥第二针前要预处理什么", "premedication", {"drug": TEC, "step": "step_up_2"}),
    ("premeds before elranatamab step-up 2?", "premedication", {"drug": ELRA, "step": "step_up_2"}),
    ("埃纳妥首针预处理用什么药", "premedication", {"drug": ELRA, "step": "step_up_1"}),
    (
        "teclistamab first treatment dose, CRS after the last dose: premedicate?",
        "premedication",
        {"drug": TEC, "step": "first_treatment", "previous_crs": "present"},
    ),
    (
        "特立妥首次治疗剂量，上次没有CRS，还要预处理吗",
        "premedication",
        {"drug": TEC, "step": "first_treatment", "previous_crs": "absent"},
    ),
    (
        "how long in hospital after elranatamab step-up dose 2, US?",
        "monitoring",
        {"drug": ELRA, "step": "step_up_2", "jurisdiction": "US"},
    ),
    ("埃纳妥递增2打完要住院多久", "monitoring", {"drug": ELRA, "step": "step_up_2"}),
    ("can he go home after talquetamab step-up dose 3?", "monitoring", {"drug": TAL, "step": "step_up_3"}),
    (
        "teclistamab, last dose on 2026-03-02, contraception until when?",
        "contraception",
        {"drug": TEC, "topic": "contraception", "last_dose_date": "2026-03-02"},
    ),
    (
        "埃纳妥末次2026年3月2日，哺乳要停到什么时候",
        "contraception",
        {"drug": ELRA, "topic": "breast_feeding", "last_dose_date": "2026-03-02"},
    ),
    (
        "埃纳妥末次给药2026-03-02，什么时候能打活疫苗",
        "vaccine_and_cyp_windows",
        {"drug": ELRA, "topic": "live_vaccine", "last_dose_date": "2026-03-02"},
    ),
    (
        "teclistamab first treatment dose 2026-03-02, cyclosporine levels until when?",
        "vaccine_and_cyp_windows",
        {"drug": TEC, "topic": "cyp_substrate", "first_treatment_date": "2026-03-02"},
    ),
    (
        "Elrexfio grade 3 CRS, first time: hold the drug?",
        "toxicity_action",
        {"drug": ELRA, "toxicity": "crs", "grade": "3", "occurrence": "first"},
    ),
    (
        "埃纳妥3级CRS，第二次了，要停药吗",
        "toxicity_action",
        {"drug": ELRA, "toxicity": "crs", "grade": "3", "occurrence": "recurrent"},
    ),
    (
        "特立妥，中性粒0.4×10⁹/L，还能打吗",
        "toxicity_action",
        {"drug": TEC, "toxicity": "neutropenia", "anc_value": "0.4", "anc_unit": "10e9_l"},
    ),
    ("teclistamab ANC 0.4, hold?", "toxicity_action", {"drug": TEC, "toxicity": "neutropenia", "anc_value": "0.4"}),
    (
        "non-ICANS neurotoxicity grade 2 on teclistamab: hold the drug?",
        "toxicity_action",
        {"drug": TEC, "toxicity": "neurotoxicity", "grade": "2"},
    ),
    (
        "活动性感染，特立妥爬坡期，要暂停吗",
        "toxicity_action",
        {"drug": TEC, "toxicity": "infection", "phase": "step_up"},
    ),
]
LEFT = [
    "特立妥住院几小时",
    "特立妥爬坡每针后要住院多久？",
    "塔奎妥预处理用什么、提前多久？",
    "上次塔奎妥后有CRS，下一针要预处理吗？",
    "特立妥避孕多久",
    "How long must she avoid getting pregnant following tec?",
    "Breastfeeding after Elrexfio: do FDA and EMA agree?",
    "特立妥期间能打活疫苗吗，前后隔多久？",
    "吃环孢素的病人用特立妥，什么时候要盯血药浓度？",
    "Talvey label: what platelets count means holding the drug?",
    "塔奎妥最常因为什么停药？",
    "特立妥打6~9个月停药行吗？",
    "再次出现3级ICANS，还能继续用吗？",
    "中性粒0.4，双抗要停吗？",
    "埃纳妥第一针之前要查什么？",
    "teclistamab last dose 3 March, contraception until when?",
    "特立妥2-3级CRS要停药吗",
]


@pytest.mark.parametrize(("text", "rule", "inputs"), CALLED)
def test_a_stated_administration_date_or_toxicity_calls_its_rule(text: str, rule: str, inputs: dict[str, Any]) -> None:
    assert call_of(text) == (rule, inputs)


@pytest.mark.parametrize("text", LEFT)
def test_a_question_on_the_label_stays_with_the_sections(text: str) -> None:
    assert call_of(text) == ("", {})


def test_a_follow_up_changes_one_input() -> None:
    first = "塔奎妥首次ICANS 3级，什么时候恢复？"

    assert call_of(first)[1]["occurrence"] == "first"
    assert call_of(first, "再来一次3级呢？")[1]["occurrence"] == "recurrent"
    assert call_of("Teclistamab step-up dose 1: what premedication?", "and step-up dose 2?")[1]["step"] == "step_up_2"
