"""What is remembered between the turns of one conversation: small, explicit, serialisable; nothing about a person."""

from __future__ import annotations

from typing import Any

from assistant.types import Record


class State(Record):
    """`rule` and its `inputs` as understood so far, the drugs and the jurisdiction in play, and the last guidance question."""

    rule: str = ""
    inputs: dict[str, Any] = {}
    drugs: tuple[str, ...] = ()
    jurisdiction: str = ""
    question: str = ""


NEW = State()
