"""The closed grammar of quantities: what is read, what comes back without a value, and what is no quantity, with the reason."""

from __future__ import annotations

import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.normalise import normalise
from assistant.text.quantities import Quantity, pressures_in, quantities_in


def read(typed: str) -> tuple[Quantity, ...]:
    return quantities_in(normalise(typed).text)


def only(typed: str) -> Quantity:
    (quantity,) = read(typed)
    return quantity


@pytest.mark.parametrize(
    ("typed", "value", "unit"),
    [
        # doses and volumes
        ("0.06 mg/kg", "0.06", "mg/kg"),
        ("0·06 mg/kg", "0.06", "mg/kg"),
        ("1.5毫克/公斤", "1.5", "mg/kg"),
        ("零点零六毫克每公斤", "0.06", "mg/kg"),
        ("76mg", "76", "mg"),
        ("1,000 mg", "1000", "mg"),
        ("12,345.5 mg", "12345.5", "mg"),
        ("十二点五毫克", "12.5", "mg"),
        ("0.1 µg/kg/min", "0.1", "ug/kg/min"),
        ("0.1 μg/kg/min", "0.1", "ug/kg/min"),
        ("去甲0.1ug/kg/min", "0.1", "ug/kg/min"),
        ("1.5 mL", "1.5", "ml"),
        ("两毫升", "2", "ml"),
        # body
        ("70kg", "70", "kg"),
        ("体重70kg的患者", "70", "kg"),
        ("５０ｋｇ", "50", "kg"),
        ("七十公斤", "70", "kg"),
        ("154 lb", "154", "lb"),
        ("体重一百二十斤", "120", "jin"),
        # temperature
        ("38.5°C", "38.5", "celsius"),
        ("38.5℃", "38.5", "celsius"),
        ("38.5C", "38.5", "celsius"),
        ("T38.5℃", "38.5", "celsius"),
        ("38。5度", "38.5", "celsius"),
        ("38度5", "38.5", "celsius"),
        ("三十八度五", "38.5", "celsius"),
        ("38度半", "38.5", "celsius"),
        ("三十八点五度", "38.5", "celsius"),
        ("thirty-eight point five degrees", "38.5", "celsius"),
        ("100.4°F", "100.4", "fahrenheit"),
        ("101F", "101", "fahrenheit"),
        # laboratory
        ("0.5×10⁹/L", "0.5", "10^9/l"),
        ("50 x 10^9/L", "50", "10^9/l"),
        ("500/µL", "500", "/ul"),
        ("1,500 cells/μL", "1500", "/ul"),
        ("500个/微升", "500", "/ul"),
        ("IgG 400 mg/dL", "400", "mg/dl"),
        ("IgG 3.8 g/L", "3.8", "g/l"),
        ("Hb 8.2 g/dL", "8.2", "g/dl"),
        ("88 µmol/L", "88", "umol/l"),
        ("2.4 mmol/L", "2.4", "mmol/l"),
        ("45 mL/min", "45", "ml/min"),
        ("SpO₂88%", "88", "percent"),
        # oxygen
        ("6 L/min", "6", "l/min"),
        ("6升/分", "6", "l/min"),
        ("鼻导管3升每分钟", "3", "l/min"),
        ("2升氧", "2", "litre"),
        # time
        ("10 days", "10", "day"),
        ("3d ago", "3", "day"),
        ("a 3-day delay", "3", "day"),
        ("二十八天", "28", "day"),
        ("廿八天", "28", "day"),
        ("一百零五天", "105", "day"),
        ("twenty-one days", "21", "day"),
        ("半天", "0.5", "day"),
        ("half a day", "0.5", "day"),
        ("two weeks", "2", "week"),
        ("两週", "2", "week"),
        ("两个星期", "2", "week"),
        ("三个礼拜", "3", "week"),
        ("三周半", "3.5", "week"),
        ("a week and a half", "1.5", "week"),
        ("一个半月", "1.5", "month"),
        ("3个月", "3", "month"),
        ("48h", "48", "hour"),
        ("半小时", "0.5", "hour"),
        ("half an hour", "0.5", "hour"),
        ("20分钟", "20", "minute"),
        # two neighbours, one amount
        ("2周3天", "17", "day"),
        ("两周三天", "17", "day"),
        ("2 weeks and 3 days", "17", "day"),
        # scores
        ("CRS 2级", "2", "grade"),
        ("二级", "2", "grade"),
        ("ICE 5分", "5", "point"),
        ("ICE评分为十分", "10", "point"),
        ("7 points", "7", "point"),
    ],
)
def test_an_exact_quantity_is_read_with_value_and_unit(typed: str, value: str, unit: str) -> None:
    quantity = only(typed)

    assert (quantity.value, quantity.unit, quantity.comparator) == (Decimal(value), unit, "=")
    assert quantity.upper is None
    assert not quantity.approximate


@pytest.mark.parametrize(
    ("typed", "comparator"),
    [
        (typed, comparator)
        for comparator, spellings in {
            ">=": "≥28天|>=28天|≧28天|至少28天|起码28天|不少于28天|不小于28天|大于等于28天|大于或等于28天|28天以上|28天及以上|"
            "at least 28 days|no less than 28 days|not less than 28 days|greater than or equal to 28 days|28 days or more|"
            "28 days or longer|28 days at least",
            "<=": "≤28天|<=28天|≦28天|至多28天|最多28天|不超过28天|没超过28天|没有超过28天|不大于28天|不多于28天|小于等于28天|"
            "28天以内|28天之内|28天以下|at most 28 days|up to 28 days|no more than 28 days|not more than 28 days|"
            "no longer than 28 days|less than or equal to 28 days|within 28 days|28 days or less|28 days or fewer|28 days at most",
            ">": ">28天|＞28天|大于28天|超过28天|超过了28天|多于28天|不止28天|more than 28 days|longer than 28 days|"
            "greater than 28 days|over 28 days|beyond 28 days|28天开外",
            "<": "<28天|＜28天|小于28天|不到28天|不满28天|未满28天|不足28天|没到28天|28天不到|less than 28 days|"
            "fewer than 28 days|under 28 days|not yet 28 days|not quite 28 days",
            "~": "约28天|大约28天|差不多28天|28天左右|28天上下|28天多|近28天|about 28 days|around 28 days|almost 28 days|"
            "~28 days|28 days or so",
        }.items()
        for typed in spellings.split("|")
    ],
)
def test_a_bound_is_never_read_as_an_exact_number(typed: str, comparator: str) -> None:
    quantity = only(typed)

    assert (quantity.value, quantity.unit, quantity.comparator) == (Decimal(28), "day", comparator)


@pytest.mark.parametrize(
    "typed",
    [
        "2-3天", "2–3天", "2~3天", "2～3天", "2到3天", "2至3天", "2、3天", "两到三天", "两至三天", "2 to 3 days", "two to three days",
        "2-3 days", "2天到3天", "2 days to 3 days",
    ],
)  # fmt: skip
def test_a_range_keeps_both_ends(typed: str) -> None:
    quantity = only(typed)

    assert (quantity.value, quantity.upper, quantity.unit) == (Decimal(2), Decimal(3), "day")


@pytest.mark.parametrize(
    ("typed", "unit"),
    [
        ("两三天", "day"),
        ("七八天", "day"),
        ("十几天", "day"),
        ("几天", "day"),
        ("好几天", "day"),
        ("10余天", "day"),
        ("10多天", "day"),
        ("二十来天", "day"),
        ("二十七八天", "day"),
        ("递增1两三天前", "day"),
        ("3-2天", "day"),
        ("两三个星期", "week"),
        ("a couple of days", "day"),
        ("a few weeks", "week"),
        ("several hours", "hour"),
        ("one or two weeks", "week"),
        ("2 or 3 days", "day"),
        ("一个多月", "month"),
        ("1个月零3天", "day"),
        ("38,5度", "celsius"),
        ("12,5 mg", "mg"),
    ],
)
def test_an_amount_in_vague_words_has_a_unit_and_no_value(typed: str, unit: str) -> None:
    quantity = only(typed)

    assert quantity.approximate
    assert (quantity.value, quantity.unit) == (None, unit)


@pytest.mark.parametrize("typed", ["a week or two", "a day or 2", "十天半个月", "几十天", "数十天"])
def test_an_idiom_for_some_time_is_never_one_exact_number(typed: str) -> None:
    exact = [q for q in read(typed) if q.value is not None and q.comparator == "=" and q.upper is None]

    assert len({(q.value, q.unit) for q in exact}) != 1


NOTHING = {
    "an interval, not a time that passed": ["q2w", "Q4W", "q12h", "q 2 weeks", "每2周一次", "2周一次", "once a week", "一天两次", "3 times a day"],
    "a question for the grade or score": ["几级", "是几级CRS", "几分", "几毫克"],
    "part of a larger number": ["3.5.2 days", "1 1/2 weeks", "3/4 days", "2⅓周", "2½ weeks", "一百五天", "3百天", "two hundred and five days"],
    "a decimal with a lost part": ["12点5毫克", "0. 06 mg/kg", ".5 mg"],
    "a number in another unit": ["60 mg/m2", "10 mg/mL", "10毫克/毫升", "BMI 24 kg/m2", "CRP 10 mg/L", "10 years"],
    "a word that begins like a unit": ["白细胞升高", "3周岁", "6周期", "3周围", "从2升至3", "三分之一", "周三", "星期三", "2度房室传导阻滞", "5分化"],
    "a name that holds a number": ["HbA1c", "C1D8", "IgG4", "CD3", "v2w"],
    "an idiom": ["十分烦躁", "血小板一度下降", "a c section"],
    "a hospital or prevention level": ["三级医院", "一级预防", "二级护理", "三甲"],
    "a bare number": ["38.5", "85/50", "28", "二十八"],
    "nothing": ["", " ", "mg", "天", "≥", "-"],
}  # fmt: skip


@pytest.mark.parametrize(("reason", "typed"), [(reason, typed) for reason, texts in NOTHING.items() for typed in texts])
def test_what_is_not_in_the_grammar_is_no_quantity(reason: str, typed: str) -> None:
    assert read(typed) == (), reason


def test_quantities_come_in_order_and_stand_at_their_offsets() -> None:
    text = normalise("体重70kg，体温38.5℃，第二针后10天，吸氧2升/分").text
    found = quantities_in(text)

    assert [(q.unit, text[q.start : q.end]) for q in found] == [
        ("kg", "70kg"),
        ("celsius", "38.5°c"),
        ("day", "10天"),
        ("l/min", "2升/分"),
    ]


def test_two_durations_that_a_comma_parts_stay_two() -> None:
    assert [(q.value, q.unit) for q in read("停药2周，3天前发热")] == [(Decimal(2), "week"), (Decimal(3), "day")]


def test_a_number_after_degrees_that_has_its_own_unit_is_not_a_tenth() -> None:
    assert [(q.value, q.unit) for q in read("38度5天")] == [(Decimal(38), "celsius"), (Decimal(5), "day")]
    assert only("38度2级CRS"[:3]).value == Decimal(38)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("特立妥單抗遞增給藥後２８天", "特立妥单抗递增给药后28天"),
        ("体温３８。５℃", "体温38.5°C"),
        ("2－3天", "2-3天"),
        ("≧7天", "≥7天"),
        ("0·3 mg/kg", "0.3 mg/kg"),
    ],
)
def test_width_script_and_sign_do_not_change_what_is_read(left: str, right: str) -> None:
    one, two = only(left), only(right)

    assert (one.value, one.upper, one.unit, one.comparator) == (two.value, two.upper, two.unit, two.comparator)


# --- blood pressure ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["85/50", "血压85/50mmHg", "BP 85 / 50", "８５／５０"])
def test_a_blood_pressure_is_a_pair_and_never_divided(typed: str) -> None:
    (pair,) = pressures_in(normalise(typed).text)

    assert (pair.systolic, pair.diastolic) == (Decimal(85), Decimal(50))
    assert read(typed) == ()


@pytest.mark.parametrize("typed", ["50/85", "2025/10/12", "1/2", "24/7", "12.85/50", "1085/50"])
def test_other_pairs_are_no_blood_pressure(typed: str) -> None:
    assert pressures_in(normalise(typed).text) == ()


# --- any text ---------------------------------------------------------------------------------------------------------

PIECES = st.lists(
    st.sampled_from(
        "12 38.5 0.06 1,000 两 三 十 半 几 多 来 二十八 a an two twenty-one half to or - ~ 、 至 q / ≥ 不到 超过 over within 约 天 周 个 月 日 "
        "级 分 度 mg mg/kg kg h d w c f l /min % ×10⁹/l days weeks and 又 零 以上 or more 点 , .".split()
    )
    | st.just(" "),
    max_size=12,
).map("".join)


@given(st.text() | PIECES)
def test_any_text_is_read_without_raising_and_quantities_never_overlap(typed: str) -> None:
    text = normalise(typed).text
    found = quantities_in(text)

    assert all(0 <= q.start < q.end <= len(text) for q in found)
    assert all(left.end <= right.start for left, right in itertools.pairwise(found))
    assert all((q.value is None) == q.approximate for q in found)
    assert all(q.upper is None or (q.value is not None and q.upper > q.value) for q in found)
    assert all(pair.systolic > pair.diastolic for pair in pressures_in(text))


@given(st.integers(0, 999), st.sampled_from(["天", " days", "周", " weeks", "mg", "kg", "级"]))
def test_a_whole_number_before_a_unit_is_that_number(number: int, unit: str) -> None:
    assert only(f"{number}{unit}").value == Decimal(number)
