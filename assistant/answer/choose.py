"""Which statements of the found sections answer the question, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.answer.cite import Evidence, Place
from assistant.retrieve.embedding import Embedder
from assistant.retrieve.search import Hit
from assistant.text.numbers import numbers_in
from assistant.types import Language, Record

MAX_STATEMENTS = 4
MAX_ROWS = 6
_KEEP = 0.62
_SECOND_SECTION = 0.8


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
        self._tokens = tokens
        self._weight = weight
        self._embedder = embedder

    def choose(self, question: str, hits: Sequence[Hit], language: Language) -> list[Chosen]:
        """The statements to show: the best of the first section, in its own order, and of a close second one."""
        sections = [hit for hit in hits if hit.unit.kind in {"section", "imported"}]
        if not sections:
            return []
        chosen = self._of_section(question, sections[0], language, MAX_STATEMENTS)
        close = [hit for hit in sections[1:3] if hit.score >= _SECOND_SECTION * sections[0].score]
        if len(chosen) < MAX_STATEMENTS and close:
            best = max(c.fit for c in chosen) if chosen else 0.0
            more = self._of_section(question, close[0], language, 2)
            chosen += [c for c in more if c.fit >= _KEEP * best][: MAX_STATEMENTS - len(chosen)]
        return chosen

    def _of_section(self, question: str, hit: Hit, language: Language, limit: int) -> list[Chosen]:
        places = self._evidence.places(hit.unit.id.removeprefix("section:"), language)
        if not places:
            return []
        fits = self._fits(question, places)
        best = max(fits)
        rows = sum(bool(place.statement.cells) for place in places)
        wanted = MAX_ROWS if rows > limit else limit
        order = sorted(range(len(places)), key=lambda n: (-fits[n], n))
        kept = sorted(n for n in order[:wanted] if fits[n] >= _KEEP * best)
        return [Chosen(place=places[n], fit=fits[n]) for n in kept]

    def _fits(self, question: str, places: Sequence[Place]) -> list[float]:
        asked = set(self._tokens(question))
        total = sum(self._weight(token) for token in asked) or 1.0
        texts = [place.statement.text for place in places]
        vectors = self._embedder.encode([question, *texts])
        cosines = vectors[1:] @ vectors[0]
        numbers = numbers_in(question)
        fits = []
        for text, cosine in zip(texts, cosines, strict=True):
            shared = sum(self._weight(token) for token in asked & set(self._tokens(text))) / total
            fits.append(shared + 0.5 * max(0.0, float(cosine)) + (0.02 if numbers & numbers_in(text) else 0.0))
        return fits
