"""Which statements of the found sections answer the question, and in which order."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from assistant.answer.cite import Evidence, Place
from assistant.retrieve.embedding import Embedder
from assistant.retrieve.search import Hit
from assistant.text.numbers import numbers_in
from assistant.types import Language, Record

MAX_STATEMENTS = 3
MAX_ROWS = 6
_KEEP = 0.68
_KEEP_ROW = 0.5  # a further row of a table that is shown anyway costs little to read
_KEEP_SIDE = 0.5
_SECOND_SECTION = 0.8
# openings that point back at the statement before
_POINTS_BACK = re.compile(
    r"(?:the same|that|this|these|those|such|it|they|both|also|further|in addition)\b|上述|以上|同一|该|此|这|另|其",
    re.IGNORECASE,
)


class Chosen(Record):
    """One chosen statement and how well it fits (0–1 within its answer)."""

    place: Place
    fit: float


class StatementChooser:
    """Scores statements by the question's words (by information) and by meaning (cosine)."""

    def __init__(
        self,
        evidence: Evidence,
        tokens: Callable[[str], list[str]],
        weight: Callable[[str], float],
        embedder: Embedder,
    ) -> None:
        self._evidence = evidence
        self.tokens = tokens
        self.weight = weight
        self._embedder = embedder

    def choose(self, question: str, hits: Sequence[Hit], language: Language, *, sides: bool = False) -> list[Chosen]:
        """The statements to show: the best of the first section, and of a close second one.

        With `sides` the question compares, and both sections have their say.
        """
        sections = [hit for hit in hits if hit.unit.kind in {"section", "imported"}]
        if not sections:
            return []
        chosen = self._of_section(question, sections[0], language, MAX_STATEMENTS)
        close = [hit for hit in sections[1:3] if hit.score >= _SECOND_SECTION * sections[0].score]
        room = max(MAX_STATEMENTS - len(chosen), 2 if sides else 0)
        if room and close:
            best = max(c.fit for c in chosen) if chosen else 0.0
            more = self._of_section(question, close[0], language, 2)
            keep = _KEEP_SIDE if sides else _KEEP
            chosen += [c for c in more if c.fit >= keep * best][:room]
        return chosen

    def nearness(self, question: str, texts: Sequence[str]) -> float:
        """The cosine (0–1) of the nearest of `texts` to `question`; 0 when there is none."""
        if not texts:
            return 0.0
        vectors = self._embedder.encode([question, *texts])
        return max(0.0, float((vectors[1:] @ vectors[0]).max()))

    def _of_section(self, question: str, hit: Hit, language: Language, limit: int) -> list[Chosen]:
        places = self._evidence.places(hit.unit.id.removeprefix("section:"), language)
        if not places:
            return []
        fits = self._fits(question, places)
        best = max(fits)
        rows = sum(bool(place.statement.cells) for place in places)
        wanted = MAX_ROWS if rows > limit else limit
        order = sorted(range(len(places)), key=lambda n: (-fits[n], n))
        table = bool(places[order[0]].statement.cells)
        kept = sorted(
            n for n in order[:wanted] if fits[n] >= (_KEEP_ROW if table and places[n].statement.cells else _KEEP) * best
        )
        return [Chosen(place=places[n], fit=fits[n]) for n in _leading(kept, order, places)]

    def _fits(self, question: str, places: Sequence[Place]) -> list[float]:
        asked = set(self.tokens(question))
        total = sum(self.weight(token) for token in asked) or 1.0
        texts = [place.statement.text for place in places]
        vectors = self._embedder.encode([question, *texts])
        cosines = vectors[1:] @ vectors[0]
        numbers = numbers_in(question)
        fits = []
        for text, cosine in zip(texts, cosines, strict=True):
            shared = sum(self.weight(token) for token in asked & set(self.tokens(text))) / total
            fits.append(shared + 0.5 * max(0.0, float(cosine)) + (0.02 if numbers & numbers_in(text) else 0.0))
        return fits


def _leading(kept: list[int], order: Sequence[int], places: Sequence[Place]) -> list[int]:
    """The best statement first and the others in their order; rows of a table stay where they are.

    A statement that points back ("the same cohort", 上述) follows the one before it and never leads.
    """
    best = next((n for n in order if n in kept and not _POINTS_BACK.match(places[n].statement.text)), None)
    if best is None or places[best].statement.cells or any(_POINTS_BACK.match(places[n].statement.text) for n in kept):
        return kept
    return [best, *(n for n in kept if n != best)]
