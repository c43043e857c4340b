"""How much one user may ask, and how often a password may be tried: counted with a clock of the test's own."""

from __future__ import annotations

from assistant.serve.limits import Attempts, Limits


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_user_has_so_many_at_a_time_and_another_user_has_as_many() -> None:
    limits = Limits(per_minute=100, at_once=2)

    assert limits.enter("a") is None
    assert limits.enter("a") is None
    refused = limits.enter("a")
    assert refused is not None
    assert (refused.status, refused.retry_after_s) == (429, 1)
    assert limits.enter("b") is None

    limits.leave("a")
    assert limits.enter("a") is None


def test_a_user_has_so_many_in_any_minute_and_is_told_when_to_come_again() -> None:
    clock = Clock()
    limits = Limits(per_minute=2, at_once=9, clock=clock)
    for _ in range(2):
        assert limits.enter("a") is None
        limits.leave("a")
        clock.now += 10

    refused = limits.enter("a")
    assert refused is not None
    assert refused.retry_after_s == 40
    assert "2" in refused.allowed.en
    assert "2" in refused.allowed.zh

    clock.now += 40
    assert limits.enter("a") is None


def test_what_was_refused_counts_for_nothing() -> None:
    clock = Clock()
    limits = Limits(per_minute=2, at_once=1, clock=clock)
    assert limits.enter("a") is None
    assert limits.enter("a") is not None
    limits.leave("a")

    assert limits.enter("a") is None


def test_a_stream_of_the_page_counts_as_running() -> None:
    limits = Limits(per_minute=100, at_once=1)
    limits.join("a")

    assert limits.enter("a") is not None
    limits.leave("a")
    assert limits.enter("a") is None


def test_five_wrong_passwords_make_that_name_wait_from_that_address_only() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    for _ in range(Attempts.PER_NAME):
        assert attempts.refused("a", "10.0.0.9") is None
        attempts.wrong("a", "10.0.0.9")

    refused = attempts.refused("a", "10.0.0.9")
    assert refused is not None
    assert (refused.status, refused.retry_after_s) == (429, 300)
    assert attempts.refused("a", "10.0.0.8") is None
    assert attempts.refused("b", "10.0.0.9") is None

    clock.now += Attempts.WAIT_S
    assert attempts.refused("a", "10.0.0.9") is None


def test_many_names_from_one_address_make_the_address_wait() -> None:
    attempts = Attempts(Clock())
    for number in range(Attempts.PER_ADDRESS):
        attempts.wrong(f"name-{number}", "10.0.0.9")

    assert attempts.refused("another", "10.0.0.9") is not None
    assert attempts.refused("another", "10.0.0.8") is None


def test_the_right_password_forgets_the_wrong_ones_before() -> None:
    attempts = Attempts(Clock())
    for _ in range(Attempts.PER_NAME - 1):
        attempts.wrong("a", "10.0.0.9")
    attempts.right("a", "10.0.0.9")
    attempts.wrong("a", "10.0.0.9")

    assert attempts.refused("a", "10.0.0.9") is None
