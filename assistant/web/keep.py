"""Conversations as the browser keeps them: what goes there, and what comes back. The server keeps nothing.

Only what a reader needs to see an answer again is kept; questions have been masked before. What comes back is checked like
any input: a faulty turn ends the conversation before it.
"""

from __future__ import annotations

import json
import time
from typing import Any

from pydantic import ValidationError

from assistant.present.words import say
from assistant.types import Answer, Language, Record
from assistant.understand.state import NEW, State
from assistant.web.conversation import Progress, Turn, Turns, drawn

_MOST_TURNS = 200
_LONGEST = 8_000_000


class Kept(Record):
    """One turn as it is kept."""

    question: str
    answer: Answer | None = None
    error: str = ""
    progress: Progress = "done"
    state: State = NEW
    filled: dict[str, Any] | None = None


def kept(turns: Turns, start: int) -> str:
    """What the browser is to keep: the turns from number `start` on, in place of what it kept from there on."""
    return _message(start, [_kept(turn) for turn in turns[start:]])


def forgotten() -> str:
    """That what follows is a new conversation."""
    return _message(None, [])


def restored(text: str, page: Language, corpus: str) -> Turns:
    """The conversation that the browser kept, as it was answered; `corpus` is the version of the sources of today."""
    entries: list[Kept] = []
    for entry in _entries(text):
        try:
            entries.append(Kept.model_validate(entry))
        except ValidationError:
            break
    turns = [
        Turn(
            **{name: getattr(kept_turn, name) for name in Kept.model_fields}, note=_note(kept_turn.answer, page, corpus)
        )
        for kept_turn in entries
    ]
    return tuple(drawn(turn, n, page, last=n == len(turns) - 1) for n, turn in enumerate(turns))


def _message(start: int | None, turns: list[dict[str, Any]]) -> str:
    # the moment makes each message a new one: the page does not hear of a value that stays the same
    return json.dumps({"from": start, "turns": turns, "moment": time.time_ns()}, ensure_ascii=False)


def _kept(turn: Turn) -> dict[str, Any]:
    values = turn.model_dump(mode="json", exclude={"html", "note"})
    if values["answer"] is not None:
        values["answer"]["timings_ms"] = {}
    return values


def _entries(text: str) -> list[Any]:
    if len(text) > _LONGEST:
        return []
    try:
        found = json.loads(text)
    except ValueError:
        return []
    return found[:_MOST_TURNS] if isinstance(found, list) else []


def _note(answer: Answer | None, page: Language, corpus: str) -> str:
    """What to say of an answer that was made from other sources than those of today."""
    made = answer.versions.get("corpus", "") if answer is not None else ""
    return say("keep.older", page, version=made[:8]) if made and corpus and not _same(made, corpus) else ""


def _same(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)
