"""Reasons and deadlines: every fault has words in both languages, and nobody waits longer than the limit."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from typing import get_args

import httpx
import pytest

from assistant.answer.agent_deadline import until
from assistant.answer.agent_faults import MENDABLE, ModelFault, Reason, reason_of, worded
from assistant.text.language import has_chinese


@pytest.mark.parametrize("reason", get_args(Reason))
def test_every_reason_is_worded_in_both_languages(reason: str) -> None:
    assert not has_chinese(worded(reason, "en"))
    assert has_chinese(worded(reason, "zh"))
    assert not any(letter.isascii() and letter.isalpha() for letter in worded(reason, "zh"))


def with_status(status: int) -> Exception:
    error = RuntimeError("key in here")
    error.status_code = status  # type: ignore[attr-defined]
    return error


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (with_status(429), "rate_limit"),
        (with_status(401), "key"),
        (with_status(403), "key"),
        (with_status(404), "not_found"),
        (with_status(422), "rejected"),
        (with_status(500), "server"),
        (httpx.HTTPStatusError("", request=httpx.Request("GET", "http://x"), response=httpx.Response(503)), "server"),
        (httpx.ReadTimeout(""), "timeout"),
        (TimeoutError(), "timeout"),
        (httpx.ConnectError(""), "connection"),
        (httpx.RemoteProtocolError(""), "connection"),
        (ConnectionResetError(), "connection"),
        (json.JSONDecodeError("", "", 0), "unreadable"),
        (UnicodeDecodeError("utf-8", b"", 0, 0, ""), "unreadable"),
        (ModelFault("cut"), "cut"),
        (KeyError("x"), "fault"),
    ],
)
def test_the_reason_of_a_fault_is_told_by_its_status_and_its_kind(error: Exception, reason: str) -> None:
    assert reason_of(error) == reason


def test_only_a_faulty_answer_is_asked_for_again() -> None:
    assert {"format", "checks"} == MENDABLE


def test_items_come_until_the_end() -> None:
    assert list(until(time.monotonic() + 60, lambda: iter("abc"))) == ["a", "b", "c"]


def test_a_fault_of_the_maker_is_a_model_fault_without_its_words() -> None:
    def make() -> Iterator[str]:
        yield "a"
        raise RuntimeError("sk-secret")

    items = until(time.monotonic() + 60, make)
    assert next(items) == "a"
    with pytest.raises(ModelFault) as caught:
        next(items)
    assert (caught.value.reason, str(caught.value), caught.value.__cause__) == ("fault", "fault", None)


def test_the_deadline_ends_the_waiting_although_the_maker_goes_on() -> None:
    release = threading.Event()

    def make() -> Iterator[str]:
        yield "a"
        release.wait(60)
        yield "b"

    items = until(time.monotonic() + 0.5, make)
    assert next(items) == "a"
    with pytest.raises(ModelFault, match="timeout"):
        next(items)
    release.set()


def test_a_maker_stops_when_nobody_listens_any_more() -> None:
    made: list[int] = []
    left, ended = threading.Event(), threading.Event()

    def make() -> Iterator[int]:
        try:
            for number in range(1000):
                made.append(number)
                yield number
                left.wait(60)
        finally:
            ended.set()

    items = until(time.monotonic() + 60, make)
    assert next(items) == 0
    items.close()  # type: ignore[attr-defined]
    left.set()

    assert ended.wait(60)
    assert len(made) <= 2
