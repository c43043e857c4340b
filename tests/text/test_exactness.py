"""A number inside a range, behind a bound or beside "about" is not exact; a change and an ordinary number are."""

from __future__ import annotations

import pytest

from assistant.text.exactness import is_exact

INEXACT = [
    "37.8-[38.5]",
    "[37.8]-38.5",
    "[37.8] 到 38.5",
    "10 to [20]",
    "2 or [3] doses",
    "about [70]",
    "约[70]",
    "[70]左右",
    "[70]多公斤",
    "至少[70]",
    "不到[38]",
    "[38]不到",
    "≥[3]",
    "<[500]",
    "[5] or more",
    "[10]%-20%",
    "[60]-ish",
    "[38]度以上",
]
EXACT = [
    "[38.5] -> 37.5",
    "38.5 -> [37.5]",
    "[70] kg",
    "最近[70]",
    "M蛋白[40] g/L，3次",
    "降到[5]",
    "[70]多少mg",
    "步行[3]",
    "-> [9]",
]


def marked(text: str) -> tuple[str, int, int]:
    start, end = text.index("["), text.index("]") - 1
    return text.replace("[", "").replace("]", ""), start, end


@pytest.mark.parametrize("text", INEXACT)
def test_a_range_a_bound_or_about_is_not_exact(text: str) -> None:
    assert not is_exact(*marked(text))


@pytest.mark.parametrize("text", EXACT)
def test_an_ordinary_number_and_a_change_are_exact(text: str) -> None:
    assert is_exact(*marked(text))
