"""Finished sentences out of an answer that is still arriving: each is handed on the moment its JSON object closes.

The pieces of a stream end anywhere, inside a word or a number: "at least 2" may still become "at least 24". So nothing of an
object is read before it is closed, and an answer that stops early is no answer.
"""

from __future__ import annotations

import json
import re

from pydantic import BaseModel, ConfigDict, Field, ValidationError

_LIST = re.compile(r'\s*\{\s*"sentences"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")


class ModelSentence(BaseModel):
    """One sentence of the answer with the keys of the statements that support it."""

    model_config = ConfigDict(frozen=True)

    text: str = Field(description="One sentence in the language of the question.", min_length=1)
    markers: list[str] = Field(description="Keys of the supporting statements, exactly as offered.")


class ModelAnswer(BaseModel):
    """The answer: sentences, each with the keys of the statements that support it."""

    model_config = ConfigDict(frozen=True)

    sentences: list[ModelSentence]


class SentenceReader:
    """Takes the pieces of one JSON answer and gives back each sentence once, when it is complete."""

    def __init__(self) -> None:
        self._decoder = json.JSONDecoder()
        self._text = ""
        self._position = -1

    def feed(self, piece: str) -> list[ModelSentence]:
        """The sentences that `piece` completed. A text that is not an answer gives none; `whole` then says so."""
        self._text += piece
        if self._position < 0:
            start = _LIST.match(self._text)
            if start is None:
                return []
            self._position = start.end()
        found: list[ModelSentence] = []
        while True:
            between = _BETWEEN.match(self._text, self._position)
            position = between.end() if between else self._position
            if not self._text.startswith("{", position):
                return found
            try:
                value, self._position = self._decoder.raw_decode(self._text, position)
                found.append(ModelSentence.model_validate(value))
            except (json.JSONDecodeError, ValidationError):
                return found

    def is_json(self) -> bool:
        """Whether the text so far is complete JSON of any shape."""
        try:
            json.loads(self._text)
        except json.JSONDecodeError:
            return False
        return True

    def whole(self) -> ModelAnswer | None:
        """The complete answer; None when the text stopped early or is something else."""
        return read_answer(self._text)


def read_answer(text: str) -> ModelAnswer | None:
    """The answer in `text`: JSON alone, or JSON within other words (a code fence, thoughts before it); else None."""
    said = text.rpartition("</think>")[2]
    for candidate in (text, said[said.find("{") : said.rfind("}") + 1]):
        try:
            return ModelAnswer.model_validate_json(candidate)
        except ValidationError:
            continue
    return None
