"""An answer in the terminal while it grows: what each new sentence adds, and at the end what is still missing.

The pieces, put together, read like `render_text` of the final answer; when they cannot (the sentences were withdrawn, or
frame sentences stand before them), the whole answer is printed.
"""

from __future__ import annotations

from collections.abc import Iterable

from assistant.present.text import render_text
from assistant.types import Answer, AnswerStatement, Citation, Language


class GrowingText:
    """The text of one answer, piece by piece."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._sentences: tuple[AnswerStatement, ...] = ()
        self._citations: dict[str, Citation] = {}
        self._shown = ""

    def add(self, sentence: AnswerStatement, citations: Iterable[Citation]) -> str:
        """What to print for one more sentence; rows wait until their table is whole, because its columns grow with them."""
        self._sentences = (*self._sentences, sentence)
        self._citations |= {citation.marker: citation for citation in citations}
        if sentence.cells:
            return ""
        so_far = Answer(
            question="",
            language=self._language,
            kind="guidance",
            text="\n".join(s.text for s in self._sentences),
            statements=self._sentences,
            citations=tuple(self._citations.values()),
        )
        before, self._shown = self._shown, render_text(so_far).split("\n\n")[0]
        return self._shown.removeprefix(before)

    def withdraw(self) -> bool:
        """Forget what was shown; whether anything was."""
        shown, self._shown, self._sentences = bool(self._shown), "", ()
        return shown

    def rest(self, answer: Answer) -> str:
        """What to print when the answer is there."""
        whole = render_text(answer)
        return whole.removeprefix(self._shown) if whole.startswith(self._shown) else f"\n{whole}"
