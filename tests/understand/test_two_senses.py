"""Words with two senses: the context decides, or nothing is read and the question is asked; never the wrong sense."""

from __future__ import annotations

import pytest

from tests.understand.reading_of import call_of, reading_of


@pytest.mark.parametrize(
    "text", ["双抗治疗放支架后多久能停", "双抗（阿司匹林加氯吡格雷）要停吗", "stent patient on 双抗, stop?"]
)
def test_dual_antiplatelets_are_not_bispecific_antibodies(text: str) -> None:
    assert reading_of(text).route == "out_of_scope"


@pytest.mark.parametrize("text", ["骨髓瘤双抗爬坡期要住院吗", "BCMA双抗感染怎么预防", "双抗后高热怎么办"])
def test_bispecific_antibodies_are_in_scope(text: str) -> None:
    assert reading_of(text).route in {"guidance", "rule"}


@pytest.mark.parametrize(
    "text", ["特立妥第一针前，CAR-T的预处理用什么", "特立妥首针前做过移植预处理，用什么", "埃纳妥首针前氟达拉滨预处理"]
)
def test_conditioning_is_not_premedication(text: str) -> None:
    assert call_of(text)[0] != "premedication"


def test_premedication_before_a_named_dose_is_premedication() -> None:
    assert call_of("特立妥首针预处理用什么药")[0] == "premedication"


@pytest.mark.parametrize(
    "text",
    [
        "sCr 120 μmol/L 男 65岁 eGFR",
        "SCR 120 µmol/L, male, 65 years, eGFR?",
        "Cr 120 µmol/L 男 65岁，eGFR多少",
    ],
)
def test_scr_with_a_unit_of_creatinine_is_creatinine(text: str) -> None:
    rule, inputs = call_of(text)

    assert (rule, inputs["creatinine_value"], inputs["creatinine_unit"]) == ("egfr", "120", "umol_l")


@pytest.mark.parametrize(
    "text", ["特立妥每周，sCR维持8个月，可以改双周吗", "teclistamab weekly, sCR for 8 months, go to q2w?"]
)
def test_scr_that_is_held_for_months_is_a_response(text: str) -> None:
    assert call_of(text)[1]["response"] == "cr_or_better"


@pytest.mark.parametrize(
    "text",
    [
        "特立妥每周，Scr 120 µmol/L，VGPR维持8个月，可以改双周吗",
        "teclistamab weekly, SCr 1.4 mg/dL, VGPR for 8 months, go to q2w?",
    ],
)
def test_scr_with_a_unit_of_creatinine_is_no_response(text: str) -> None:
    assert call_of(text)[1]["response"] == "vgpr"


def test_cytokines_are_no_steroids() -> None:
    _, inputs = call_of("39.1，血压正常，细胞激素释放，不吸氧，CRS几级")

    assert "anticytokine_given" not in inputs


@pytest.mark.parametrize(
    "text", ["细胞激素释放怎么处理", "輸注後細胞激素釋放，怎麼處理", "感染暴发怎么处理", "甲状腺激素低怎么办"]
)
def test_a_look_alike_of_a_term_that_is_no_antibody_is_not_asked_about(text: str) -> None:
    assert reading_of(text).reason != "look_alike"


@pytest.mark.parametrize("text", ["塔拉妥单抗第一针打多少", "埃罗妥珠单抗首剂多少", "妥珠单抗剂量多少"])
def test_a_look_alike_antibody_is_never_read_as_a_covered_one(text: str) -> None:
    reading = reading_of(text)

    assert reading.call is None
    assert reading.drugs == ()


@pytest.mark.parametrize("text", ["IMWG对CRS处理是Ⅱ级推荐吗", "Ⅱ级推荐的证据有哪些", "II级推荐，CRS怎么处理"])
def test_a_strength_of_recommendation_is_no_grade(text: str) -> None:
    assert call_of(text)[0] not in {"crs_management", "toxicity_action", "crs_grade"}


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("特立妥每周，停药35天，怎么恢复", "35"),
        ("特立妥每周，停药前打了3次，距末次35天，怎么恢复", "35"),
    ],
)
def test_stopping_as_an_interruption_counts_days(text: str, days: str) -> None:
    assert call_of(text)[1]["days_since_last_dose"] == days


@pytest.mark.parametrize("text", ["特立妥停药后避孕多久", "特立妥停药标准", "塔奎妥最常因为什么停药？"])
def test_stopping_for_good_is_no_delay(text: str) -> None:
    assert call_of(text)[0] != "restart"
