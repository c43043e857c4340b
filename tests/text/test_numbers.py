"""Numbers as exact strings, so that twins, facts and answers can be compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.numbers import numbers_in


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("0.06 mg/kg then 0.3", {"0.06", "0.3"}),
        ("1.10 and 1.1", {"1.10", "1.1"}),
        ("1,000 and 12,345,678", {"1000", "12345678"}),
        ("1, 2 and 3,4", {"1", "2", "3", "4"}),
        ("0.5 × 10⁹/L", {"0.5", "10^9"}),
        ("0.5 x 10^9/L", {"0.5", "10^9"}),
        ("0.5×10**9/L", {"0.5", "10^9"}),
        ("MRD 10⁻⁵", {"10^-5"}),
        ("MRD 10^-5 or 10^−6", {"10^-5", "10^-6"}),
        ("110^9", {"110", "9"}),
        ("５０ｋｇ　３８．５", {"50", "38.5"}),
        ("0·06 mg/kg", {"0.06"}),
        ("2025-03-20", {"2025", "03", "20"}),
        ("IgG1, CD3", {"1", "3"}),
        ("10-14天", {"10", "14"}),
        ("二十八天 and no digits", set()),
        ("", set()),
    ],
)
def test_every_number_is_read_exactly(text: str, numbers: set[str]) -> None:
    assert numbers_in(text) == numbers


def test_the_spelling_of_a_power_of_ten_does_not_matter_and_its_exponent_does() -> None:
    assert numbers_in("10⁹/L") == numbers_in("10^9/L")
    assert numbers_in("10⁻⁵") != numbers_in("10⁻⁶")
    assert numbers_in("10⁻⁵") != numbers_in("10⁵")


@given(st.text())
def test_any_text_gives_plain_digits(text: str) -> None:
    assert all(
        number.lstrip("10^-").replace(".", "", 1).isdigit() or set(number) <= set("10^-.")
        for number in numbers_in(text)
    )
