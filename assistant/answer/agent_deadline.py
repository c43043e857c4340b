"""Items of a slow iterator until a deadline: whoever waits is never held longer, whatever the server does.

A time-out of the HTTP library counts from byte to byte, and a server that sends a blank comment now and then never meets it.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from assistant.answer.agent_faults import ModelFault, reason_of

T = TypeVar("T")


class _Ended:
    """The iterator ended, with or without a fault."""

    def __init__(self, fault: ModelFault | None) -> None:
        self.fault = fault


def until(deadline: float, produce: Callable[[], Iterator[T]]) -> Iterator[T]:
    """The items of `produce()`, made in a thread of their own; raises ModelFault at its fault or at `deadline`.

    `deadline` is a moment of `time.monotonic()` in seconds. When the caller stops early, so does the thread at its next item.
    """
    items: queue.Queue[T | _Ended] = queue.Queue()
    stopped = threading.Event()

    def work() -> None:
        fault: ModelFault | None = None
        try:
            for item in produce():
                if stopped.is_set():
                    return
                items.put(item)
        except Exception as error:  # any library of any provider: only the reason goes on
            fault = ModelFault(reason_of(error))
        items.put(_Ended(fault))

    threading.Thread(target=work, name="chat-model", daemon=True).start()
    try:
        while True:
            try:
                item = items.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise ModelFault("timeout") from None
            if isinstance(item, _Ended):
                if item.fault is not None:
                    raise item.fault from None
                return
            yield item
    finally:
        stopped.set()
