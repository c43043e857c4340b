"""What a streamed answer is made of: a status line for the reader's patience, verified sentences, and the final answer.

A sentence part is shown only after it passed the verifier. The final part holds the whole answer and decides: when the
chat model failed after some sentences, it holds the extractive answer, and what was shown before it is to be replaced.
"""

from __future__ import annotations

from typing import Literal

from assistant.types import Answer, AnswerStatement, Citation, Language, Record
from assistant.understand.state import State

Stage = Literal["understood", "composed", "phrasing", "repairing", "fallback"]


class StatusPart(Record):
    """Where the answer stands, and its language. "fallback": the sentences so far are withdrawn, the answer follows."""

    kind: Literal["status"] = "status"
    status: Stage
    language: Language


class SentencePart(Record):
    """One verified sentence with its markers, and the citations that these markers open."""

    kind: Literal["sentence"] = "sentence"
    sentence: AnswerStatement
    citations: tuple[Citation, ...] = ()


class FinalPart(Record):
    """The answer, the same as `ask` returns, and the state for the next turn. Always the last part."""

    kind: Literal["answer"] = "answer"
    answer: Answer
    state: State


AnswerPart = StatusPart | SentencePart | FinalPart
