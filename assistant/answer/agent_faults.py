"""What can go wrong with a chat model, as a closed set of reasons, each worded in both languages.

An exception of a provider's library never travels further than this module: its message may hold the question, an
address or a key.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Literal

from assistant import strict_yaml

Reason = Literal[
    "timeout",
    "rate_limit",
    "key",
    "not_found",
    "rejected",
    "server",
    "connection",
    "unreadable",
    "empty",
    "declined",
    "cut",
    "format",
    "calls",
    "checks",
    "fault",
]
# The answer itself was at fault, so asking once more may help; all else would only cost the reader time.
MENDABLE: frozenset[Reason] = frozenset({"format", "checks"})
_BY_STATUS: dict[int, Reason] = {401: "key", 403: "key", 404: "not_found", 408: "timeout", 429: "rate_limit"}


class ModelFault(Exception):
    """The chat model gave no usable answer, and why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


def reason_of(error: BaseException) -> Reason:
    """The reason that an exception of a provider's library stands for, by its status code and its kind."""
    if isinstance(error, ModelFault):
        return error.reason
    status = getattr(error, "status_code", None) or getattr(getattr(error, "response", None), "status_code", None)
    if isinstance(status, int):
        return _BY_STATUS.get(status, "server" if status >= 500 else "rejected")
    names = " ".join(kind.__name__ for kind in type(error).__mro__)
    if isinstance(error, TimeoutError) or "Timeout" in names:
        return "timeout"
    if isinstance(error, json.JSONDecodeError | UnicodeDecodeError):
        return "unreadable"
    if isinstance(error, ConnectionError) or any(word in names for word in ("Connect", "Transport", "ProtocolError")):
        return "connection"
    if "StructuredOutput" in names:
        return "format"
    if "LimitExceeded" in names or "Recursion" in names:
        return "calls"
    return "server" if "APIError" in names else "fault"


@lru_cache(maxsize=1)
def _wordings() -> dict[str, dict[str, str]]:
    loaded: dict[str, dict[str, str]] = strict_yaml.load(Path(__file__).with_name("agent_faults.yaml"))
    return loaded


def worded(wording: str, language: str, /, **values: object) -> str:
    """The wording `wording` of `agent_faults.yaml` in `language`."""
    return _wordings()[wording][language].format(**values)
