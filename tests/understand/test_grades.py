"""One stated grade; a temperature, a strength of recommendation, a range, a bound or a doubt is none."""

from __future__ import annotations

import pytest

from assistant.text.normalise import normalise
from assistant.understand.grades import grade_in, grades_in
from tests.understand.reading_of import call_of


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("CRS 3级", "3"),
        ("CRS三级", "3"),
        ("ＣＲＳ二级", "2"),
        ("Ⅲ度CRS", "3"),
        ("grade 4 CRS", "4"),
        ("grade III ICANS", "3"),
        ("gr 1", "1"),
        ("不是3级，是2级", "2"),
        ("not grade 3 but grade 2", "2"),
        ("CRS2级", "2"),
    ],
)
def test_a_stated_grade_is_read(text: str, grade: str) -> None:
    assert grade_in(normalise(text).text) == grade


@pytest.mark.parametrize(
    "text",
    [
        "烧到39.3度",
        "三十八度",
        "40度",
        "Ⅱ级推荐",
        "2级推荐",
        "2-3级",
        "2~3级",
        "2到3级",
        "2或3级",
        "2、3级",
        "2级或3级",
        "grade 2-3",
        "grade 2 or 3",
        "grade 2 to 3",
        "≥2级",
        "2级以上",
        "grade 2 or higher",
        "grade ≥3",
        "可能2级",
        "疑似3级",
        "possibly grade 3",
        "grade 5",
        "三级医院",
    ],
)
def test_what_is_no_exact_grade_gives_none(text: str) -> None:
    assert grade_in(normalise(text).text) == ""


def test_two_grades_are_both_named_and_neither_is_the_one() -> None:
    assert grades_in("grade 1 then grade 3") == ("1", "3")
    assert grade_in("grade 1 then grade 3") == ""


@pytest.mark.parametrize(
    "text", ["CRS烧到39.3度怎么处理", "CRS 38.2度，怎么办", "CRS 2-3级怎么处理", "Ⅱ级推荐的CRS怎么处理"]
)
def test_no_grade_is_made_of_a_temperature_a_range_or_a_recommendation(text: str) -> None:
    assert call_of(text)[0] != "crs_management"
