"""Ward shorthand, time words and changes over time: the general mechanisms, each with wordings of its own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.understand.reading_of import call_of, reading_of


@pytest.mark.parametrize(
    ("text", "inputs"),
    [
        ("tec SU1 72 h ago, next?", {"last_dose": "step_up_1", "days_since_last_dose": "3"}),
        ("特立妥递增1打完72小时，下一针？", {"last_dose": "step_up_1", "days_since_last_dose": "3"}),
        ("weekly tec, last dose a fortnight ago, how to go on?", {"days_since_last_dose": "14"}),
        ("特立妥每周，3月3号打的，今天20号，怎么接", {"days_since_last_dose": "17"}),
        ("特立妥首次治疗剂量打完两周零三天，接着打吗", {"days_since_last_dose": "17"}),
        ("tec SU2, D+12 after last dose, next?", {"last_dose": "step_up_2", "days_since_last_dose": "12"}),
        ("teclistamab, three weeks since the third injection, next?", {"last_dose": "first_treatment"}),
        (
            "tec step-up 1 given 2 May, step-up 2 planned for 5 May, today 14 May. What to give?",
            {"last_dose": "step_up_1", "days_since_last_dose": "12"},
        ),
    ],
)
def test_a_time_is_counted_in_days(text: str, inputs: dict[str, Any]) -> None:
    rule, found = call_of(text)

    assert rule == "restart"
    assert {name: found.get(name) for name in inputs} == inputs


@pytest.mark.parametrize(
    "text",
    [
        "teclistamab step-up 2 given 36 hours ago, next dose?",
        "特立妥每周，快四周没打了，怎么恢复",
        "tec weekly, stopped for half a month, same dose again?",
        "tec SU1, then an infection delayed everything by three weeks. What next?",
        "Weekly teclistamab, the next dose was due 10 days ago and never given. How to resume?",
        "tec weekly, last dose 03/04, today 03/20, restart?",
        "特立妥递增1打完了，下一针打多少",
        "tec SU1 10ish days ago, next?",
    ],
)
def test_a_time_that_fixes_no_day_count_is_asked(text: str) -> None:
    rule, found = call_of(text)

    assert rule == "restart"
    assert "days_since_last_dose" not in found


def test_the_third_injection_of_a_drug_with_three_step_ups_is_asked() -> None:
    assert "last_dose" not in call_of("talquetamab, 16 days since the third injection - how to go on?")[1]


@pytest.mark.parametrize(
    ("text", "vasopressors"),
    [
        ("weaned from two pressors to one, 38.5, RA, CRS grade", "one"),
        ("两种升压药减到一种，38.5，没吸氧，CRS几级", "one"),
        ("39, pressors stopped, BP normal, RA, CRS grade", "none"),
        ("38.5, pressors x1, room air, CRS grade", "one"),
        ("39 on two pressors (norepinephrine and vasopressin), room air, CRS grade", "one_plus_vasopressin"),
        ("39, two pressors plus vasopressin, RA, CRS grade", "unknown"),
    ],
)
def test_vasopressors_are_counted_as_they_run_now(text: str, vasopressors: str) -> None:
    assert call_of(text)[1]["vasopressors"] == vasopressors


@pytest.mark.parametrize(
    ("text", "device"),
    [
        ("SpO2 88% on RA so put on 2L NC, 38.0 C, BP normal, CRS grade", "nasal_cannula"),
        ("2L NC weaned to RA, 38.3, BP normal, CRS grade", "none"),
        ("38.8℃，先前用氧3L/min，现在已停氧，血压正常，CRS几级", "none"),
    ],
)
def test_the_later_oxygen_counts(text: str, device: str) -> None:
    assert call_of(text)[1]["oxygen_device"] == device


def test_fever_that_is_gone_is_absent() -> None:
    assert call_of("CRS: fever gone, pressors off, RA, BP normal. grade now?")[1]["fever"] == "absent"


def test_a_pressure_that_rose_with_fluid_was_hypotension_whatever_the_figures() -> None:
    assert (
        call_of("T 39.2, BP 85/50 came up to 100/60 after 1000 ml, room air. CRS grade?")[1]["hypotension"] == "present"
    )
    assert "hypotension" not in call_of("T 39.2, BP 85/50, then 100/60, room air. CRS grade?")[1]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("血小板4.5万/µL几级CTCAE", "45000.0", "per_ul"),
        ("plt 18 k/µL CTCAE grade", "18", "10e3_ul"),
        ("ALT是正常上限的5倍，CTCAE几级", "5", "times_uln"),
        ("ionised calcium 1.6 mmol/L, CTCAE grade", "1.6", "mmol_l_ionised"),
    ],
)
def test_thousands_limits_of_normal_and_ionised_calcium_keep_their_meaning(text: str, value: str, unit: str) -> None:
    _, found = call_of(text)

    assert (found["value"], found["unit"]) == (value, unit)


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("ICE: all items right but the sentence was nonsense: naming, orientation, score?", {"writing": "0"}),
        ("can't write a sentence, rest of ICE perfect: ICE score?", {"writing": "0", "naming": "3"}),
        ("ICE: misses the month, names 2 of 3, follows command, cannot count back, score?", {"attention": "0"}),
    ],
)
def test_ice_points_in_words_belong_to_their_own_item(text: str, points: dict[str, str]) -> None:
    found = call_of(text)[1]

    assert {name: found.get(name) for name in points if name in found} == {
        n: p for n, p in points.items() if n in found
    }
    assert found.get("following_commands") != "0"


@pytest.mark.parametrize(
    "text",
    [
        "张建国，住院号0047182，70公斤，特立妥递增剂量1几mg",
        "MRN 4471902, 70 kg: teclistamab step-up dose 1 in mg?",
        "Bed 12, tel 555-0142, 70 kg: teclistamab step-up dose 1 in mg?",
    ],
)
def test_numbers_of_beds_records_and_telephones_are_no_part_of_the_question(text: str) -> None:
    assert call_of(text) == (
        "dose",
        {"drug": "teclistamab", "step": "step_up_1", "weight_value": "70", "weight_unit": "kg"},
    )


def test_an_amount_alone_completes_the_question_before() -> None:
    assert call_of("tocilizumab dose?", "58 kg")[0] == "tocilizumab_dose"


@pytest.mark.parametrize(
    "text", ["thanks, that helps", "好的谢谢", "hi, how are you today?", "你好，今天天气真好", "???"]
)
def test_small_talk_and_bare_signs_get_one_polite_sentence(text: str) -> None:
    assert reading_of(text).reason == "chitchat"


def test_a_name_near_two_drugs_is_asked_and_not_chosen() -> None:
    assert reading_of("Talatamab step-up dose 2 was 9 days ago, what next?").route == "clarify"
