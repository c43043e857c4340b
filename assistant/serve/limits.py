"""How much one user may ask at a time and in a minute, and how often a wrong password may be tried."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable

from assistant.serve.faults import Fault
from assistant.types import Text

_MINUTE_S = 60.0
_MOST_KEYS = 10_000


class Limits:
    """Counts the requests of each user: at most `at_once` at a time and `per_minute` in any minute. Thread-safe."""

    def __init__(self, *, per_minute: int, at_once: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute, self._at_once, self._clock = per_minute, at_once, clock
        self._lock = threading.Lock()
        self._times: dict[str, deque[float]] = {}
        self._running: dict[str, int] = {}

    def enter(self, user: str) -> Fault | None:
        """Count one request of `user` as running; the fault when it is one too many, and then nothing is counted."""
        now = self._clock()
        with self._lock:
            if self._running.get(user, 0) >= self._at_once:
                return _too_many(f"{self._at_once} requests at a time", f"同时{self._at_once}个请求", 1)
            times = self._times.setdefault(user, deque())
            while times and times[0] <= now - _MINUTE_S:
                times.popleft()
            if len(times) >= self._per_minute:
                wait = math.ceil(times[0] + _MINUTE_S - now)
                return _too_many(
                    f"{self._per_minute} requests a minute", f"每分钟{self._per_minute}个请求", max(wait, 1)
                )
            times.append(now)
            self._running[user] = self._running.get(user, 0) + 1
            self._forget(now)
        return None

    def join(self, user: str) -> None:
        """Count something as running that is never refused: the stream in which the page reads its answer."""
        with self._lock:
            self._running[user] = self._running.get(user, 0) + 1

    def leave(self, user: str) -> None:
        """One request of `user` less is running."""
        with self._lock:
            left = self._running.get(user, 0) - 1
            if left > 0:
                self._running[user] = left
            else:
                self._running.pop(user, None)

    def _forget(self, now: float) -> None:
        if len(self._times) > _MOST_KEYS:
            self._times = {u: t for u, t in self._times.items() if t and t[-1] > now - _MINUTE_S}


class Attempts:
    """Wrong passwords by name and address, and by address: after five, or twenty, nothing is tried for a while.

    The right password is refused as well while the wait lasts, so that guessing gains nothing. Thread-safe.
    """

    PER_NAME = 5
    PER_ADDRESS = 20
    WAIT_S = 300.0

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._wrong: dict[tuple[str, str], deque[float]] = {}

    def refused(self, name: str, address: str) -> Fault | None:
        """The fault while `name` from `address` has to wait."""
        now = self._clock()
        with self._lock:
            waits = [self._wait(key, most, now) for key, most in self._keys(name, address)]
        if max(waits) <= 0:
            return None
        return Fault(
            status=429,
            found=Text(en="too many wrong passwords", zh="密码错误次数过多"),
            allowed=Text(
                en=f"{self.PER_NAME} in {self.WAIT_S / 60:.0f} minutes",
                zh=f"{self.WAIT_S / 60:.0f}分钟内{self.PER_NAME}次",
            ),
            do=Text(en="Wait, then sign in again.", zh="请稍候再登录。"),
            retry_after_s=max(1, math.ceil(max(waits))),
        )

    def wrong(self, name: str, address: str) -> None:
        """Count one wrong password."""
        now = self._clock()
        with self._lock:
            if len(self._wrong) > _MOST_KEYS:
                self._wrong = {k: t for k, t in self._wrong.items() if t[-1] > now - self.WAIT_S}
            for key, most in self._keys(name, address):
                self._wrong.setdefault(key, deque(maxlen=most)).append(now)

    def right(self, name: str, address: str) -> None:
        """Forget the wrong ones of this name from this address."""
        with self._lock:
            self._wrong.pop((name, address), None)

    def _keys(self, name: str, address: str) -> tuple[tuple[tuple[str, str], int], ...]:
        return ((name[:64], address), self.PER_NAME), (("", address), self.PER_ADDRESS)

    def _wait(self, key: tuple[str, str], most: int, now: float) -> float:
        times = self._wrong.get(key)
        if times is None or len(times) < most:
            return 0.0
        return times[0] + self.WAIT_S - now


def _too_many(en: str, zh: str, wait: int) -> Fault:
    return Fault(
        status=429,
        found=Text(en="more requests than one user may send", zh="超出单个用户的请求上限"),
        allowed=Text(en=en, zh=zh),
        do=Text(en=f"Try again in {wait} s.", zh=f"请在{wait}秒后重试。"),
        retry_after_s=wait,
    )
