"""Wording of delays: days since the last dose and days late never share a slot."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assistant.text.normalise import normalise
from assistant.text.quantities import quantities_in
from assistant.understand.delay import Delay, delay_in


def read(text: str) -> Delay:
    plain = normalise(text).text
    return delay_in(plain, quantities_in(plain))


@pytest.mark.parametrize(
    ("text", "last_dose", "days"),
    [
        ("特立妥单抗第二次递增给药后已过10天，下一步怎么给？", "step_up_2", 10),
        ("特立妥第一针打完过了9天才来，怎么接", "step_up_1", 9),
        ("末次给药为递增剂量2，距今二十八天", "step_up_2", 28),
        ("特立妥单抗第二次遞增給藥後已過10天", "step_up_2", 10),
        ("last dose was step-up dose 1, 8 days ago", "step_up_1", 8),
        ("SUD2 was given 3 weeks ago, how do we restart", "step_up_2", 21),
        ("teclistamab weekly, 5 weeks since last dose", "treatment_weekly", 35),
        ("last dose 3 March (step-up dose 2), today 20 March", "step_up_2", 17),
        ("第二针３月３日打的，今天３月20日", "step_up_2", 17),
    ],
)
def test_days_since_the_last_dose_given_are_read_with_that_dose(text: str, last_dose: str, days: int) -> None:
    delay = read(text)

    assert (delay.last_dose, delay.days_since, delay.days_late) == (last_dose, Decimal(days), None)


@pytest.mark.parametrize("text", ["塔奎妥推迟10天怎么办", "step-up dose 2 is 10 days late", "比原计划晚了10天"])
def test_days_late_never_become_days_since_the_last_dose(text: str) -> None:
    delay = read(text)

    assert delay.days_since is None
    assert delay.days_late == 10


def test_a_dose_that_is_late_is_not_the_last_one_given() -> None:
    delay = read("step-up dose 2 is 10 days late")

    assert (delay.last_dose, delay.missed_dose) == ("", "step_up_2")


@pytest.mark.parametrize("text", ["停了两三周", "a couple of days since the last dose", "停了一个半月", "停药十几天了"])
def test_an_amount_that_is_not_an_exact_number_of_days_is_kept_as_unclear(text: str) -> None:
    delay = read(text)

    assert delay.days_since is None
    assert delay.unclear_amount


@pytest.mark.parametrize(
    "text", ["more than 28 days since the last dose", "8-28 days since the last dose", "距末次给药超过28天"]
)
def test_a_bound_or_a_range_is_not_read_as_a_number_of_days(text: str) -> None:
    assert read(text).days_since is None


def test_a_missed_dose_counted_from_the_last_dose_is_marked_as_an_open_reading() -> None:
    delay = read("missed teclistamab step-up dose 2 by ten days since the last dose, 78 kg")

    assert (delay.last_dose, delay.days_since, delay.open_reading) == ("step_up_2", Decimal(10), True)


def test_a_named_last_dose_beside_a_missed_one_leaves_no_open_reading() -> None:
    delay = read("missed step-up dose 2, last dose was step-up dose 1 9 days ago")

    assert (delay.last_dose, delay.missed_dose, delay.open_reading) == ("step_up_1", "step_up_2", False)


def test_the_treatment_interval_is_not_the_delay() -> None:
    delay = read("on every 2 weeks teclistamab, 40 days since the last dose")

    assert (delay.last_dose, delay.days_since) == ("treatment_every_2_weeks", Decimal(40))


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("today 20 March, last dose 3 March, step-up dose 2", 17),
        ("last dose 28 December, today 5 January", 8),
        ("last dose 2026-02-20, today 2026-03-05", 13),
    ],
)
def test_two_dates_are_subtracted_whatever_their_order(text: str, days: int) -> None:
    assert read(text).days_since == days


@pytest.mark.parametrize("text", ["last dose 20 February, today 5 March", "last dose 30 February, today 5 March"])
def test_dates_whose_distance_would_be_a_guess_are_not_counted(text: str) -> None:
    assert read(text).days_since is None


def test_a_digit_before_an_approximate_amount_does_not_make_it_exact() -> None:
    delay = read("特立妥递增1两三天前打的，第二针能打了吗？")

    assert delay.days_since is None
    assert delay.unclear_amount == "两三天"


def test_a_year_typed_once_holds_for_both_dates() -> None:
    assert read("末次是2025年6月3日，今天7月5日").days_since == 32
