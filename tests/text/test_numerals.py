"""Chinese numerals: exact ones have a value, ranges in words never have one."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.numerals import Approximate, chinese_number, english_number


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("二十八", "28"),
        ("一百零五", "105"),
        ("三百八十", "380"),
        ("零点零六", "0.06"),
        ("三十八点五", "38.5"),
        ("十", "10"),
        ("十二", "12"),
        ("两", "2"),
        ("两百", "200"),
        ("廿", "20"),
        ("廿八", "28"),
        ("半", "0.5"),
        ("一百二十", "120"),
        ("零", "0"),
    ],
)
def test_an_exact_numeral_has_its_value(numeral: str, value: str) -> None:
    assert chinese_number(numeral) == Decimal(value)


@pytest.mark.parametrize(
    "numeral", ["两三", "二三", "七八", "三五", "几", "十几", "几十", "三四十", "十七八", "二十七八"]
)
def test_a_range_in_words_is_approximate(numeral: str) -> None:
    with pytest.raises(Approximate):
        chinese_number(numeral)


@pytest.mark.parametrize("numeral", ["一百五", "二百五", "二〇二四", "二〇", "十十", "", "点五", "百百"])
def test_a_numeral_that_strict_reading_refuses_is_an_error_and_no_guess(numeral: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the library words it
        chinese_number(numeral)


@given(st.text(st.sampled_from("零〇一二两三四五六七八九十百千廿半几点"), max_size=8))
def test_any_numeral_has_a_value_or_a_value_error(numeral: str) -> None:
    try:
        value = chinese_number(numeral)
    except ValueError:
        return
    assert value >= 0


@pytest.mark.parametrize(
    ("words", "value"),
    [("a", "1"), ("twelve", "12"), ("twenty-one", "21"), ("fifty six", "56"), ("thirty-eight point five", "38.5")],
)
def test_an_english_numeral_has_its_value(words: str, value: str) -> None:
    assert english_number(words) == Decimal(value)
