"""Reads a conversation for the tests of this room: earlier turns, then the question."""

from __future__ import annotations

from typing import Any

from assistant.lexicon.terms import lexicon
from assistant.understand.reading import Reading, read
from assistant.understand.state import NEW


def reading_of(*turns: str) -> Reading:
    """The reading of the last turn."""
    state = NEW
    for turn in turns[:-1]:
        state = read(turn, state, lexicon()).state
    return read(turns[-1], state, lexicon())


def call_of(*turns: str) -> tuple[str, dict[str, Any]]:
    """The rule and the inputs that go to it; ("", {}) when no rule is called."""
    call = reading_of(*turns).call
    if call is None:
        return "", {}
    inputs = {name: value for name, value in call.inputs.items() if not name.startswith("_") and value is not None}
    return call.rule, inputs
