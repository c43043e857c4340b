"""What to do at a stated grade goes to the named bodies; definitions, grades to be found and other topics do not."""

from __future__ import annotations

import pytest

from assistant.lexicon.terms import lexicon
from assistant.understand.reading import read
from assistant.understand.state import NEW


@pytest.mark.parametrize(
    ("text", "rule", "grade"),
    [
        ("CRS 3级怎么处理", "crs_management", "3"),
        ("ＣＲＳ二级如何处理？", "crs_management", "2"),
        ("how do you treat grade 4 CRS?", "crs_management", "4"),
        ("ICANS grade 2: management?", "icans_management", "2"),
        ("ICANS 3级咋处理", "icans_management", "3"),
    ],
)
def test_a_stated_grade_with_a_wording_of_management_asks_the_bodies(text: str, rule: str, grade: str) -> None:
    call = read(text, NEW, lexicon()).call

    assert call is not None
    assert (call.rule, call.inputs["grade"]) == (rule, grade)


@pytest.mark.parametrize(
    "text",
    [
        "what is grade 3 CRS?",
        "CRS 3级的定义",
        "CRS 2级和3级怎么处理",
        "CRS怎么处理",
        "grade 3 neutropenia: what to do?",
    ],
)
def test_anything_else_stays_guidance(text: str) -> None:
    call = read(text, NEW, lexicon()).call

    assert call is None or call.rule not in {"crs_management", "icans_management"}
