"""A question → the units that answer it: BM25 over passages, BM25 and vectors over ways of asking, fused by rank.

Filters are hard: a unit about other drugs than the ones asked about is not a candidate. What was found is returned with
the evidence that abstention needs: how much of the question the unit covers and how near the nearest way of asking is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from assistant.retrieve.embedding import Embedder
from assistant.retrieve.fuse import fuse
from assistant.retrieve.index import Index
from assistant.retrieve.tokens import tokeniser
from assistant.retrieve.units import Unit
from assistant.retrieve.vectors import ExactSearch, VectorSearch, open_chroma
from assistant.types import Record

# Weights of the three rankings (passage text, ways of asking by words, ways of asking by meaning), chosen on dev.
WEIGHTS = (0.5, 0.8, 1.2)
_DEPTH = 60
_DENSE_LINES = 120


class Filters(Record):
    """What a unit must be about. Empty means: no condition."""

    drugs: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()


class Hit(Record):
    """One found unit and the evidence for it.

    `coverage` (0–1) is the share of the question's information (inverse document frequency) that the
    unit's text and ways of asking hold; `nearness` (−1–1) the cosine of the nearest way of asking; `score` the fused rank sum. `missing_drugs`
    are drugs that the question names and the unit does not.
    """

    unit: Unit
    score: float
    coverage: float
    nearness: float
    asked_share: float
    missing_drugs: tuple[str, ...] = ()


class Searcher:
    """Searches one opened index. Read-only and safe to share between threads."""

    def __init__(self, index: Index, embedder: Embedder, *, use_chroma: bool = True) -> None:
        self.index = index
        self._embedder = embedder
        self._exact = ExactSearch(index.vectors)
        self._vectors: VectorSearch = self._exact
        if use_chroma:
            self._vectors = open_chroma(index.folder / "chroma", self._exact, intact=index.chroma_intact)
        self._tokens = tokeniser()
        self._unit_of_line = np.array([line.unit for line in index.lines], dtype=np.int64)
        self._frequency = _document_frequency(index.vocabulary)

    def search(self, question: str, filters: Filters | None = None, k: int = 5) -> tuple[Hit, ...]:
        """The best `k` units for `question`, best first; fewer when fewer match at all."""
        wanted = filters or Filters()
        tokens = self._tokens(question)
        allowed = np.array([_matches(unit, wanted) for unit in self.index.units], dtype=bool)
        text = self.index.text.scores(tokens)
        asked_lines = self.index.asked.scores(tokens)
        asked = np.zeros(len(self.index.units), dtype=np.float32)
        np.maximum.at(asked, self._unit_of_line, asked_lines)
        near = np.full(len(self.index.units), -1.0, dtype=np.float32)
        query = self._embedder.encode([question])[0]
        for line, cosine in self._vectors.nearest(query, min(_DENSE_LINES, len(self.index.lines))):
            unit = self._unit_of_line[line]
            near[unit] = max(near[unit], cosine)
        rankings = [self._ranking(scores, allowed, floor) for scores, floor in ((text, 0.0), (asked, 0.0), (near, 0.2))]
        fused = fuse(rankings, WEIGHTS)[:k]
        rows = {unit.id: row for row, unit in enumerate(self.index.units)}
        best_asked = float(asked.max()) or 1.0
        return tuple(
            Hit(
                unit=self.index.units[rows[unit_id]],
                score=score,
                coverage=self._coverage(tokens, rows[unit_id]),
                nearness=float(near[rows[unit_id]]),
                asked_share=float(asked[rows[unit_id]]) / best_asked,
                missing_drugs=self._missing_drugs(tokens, rows[unit_id]),
            )
            for unit_id, score in fused
        )

    def weight(self, token: str) -> float:
        """The inverse document frequency of `token` over units; a token that no unit holds weighs most."""
        return math.log(1 + len(self.index.units) / (1 + self._frequency.get(token, 0)))

    def _missing_drugs(self, tokens: Iterable[str], row: int) -> tuple[str, ...]:
        named = [token for token in dict.fromkeys(tokens) if token.startswith("@") and self._tokens.is_drug(token)]
        return tuple(token[1:] for token in named if token not in self.index.vocabulary[row])

    def _coverage(self, tokens: Iterable[str], row: int) -> float:
        distinct = set(tokens)
        total = sum(self.weight(token) for token in distinct)
        found = sum(self.weight(token) for token in distinct if token in self.index.vocabulary[row])
        return found / total if total else 0.0

    def _ranking(self, scores: np.ndarray, allowed: np.ndarray, floor: float) -> list[str]:
        order = np.argsort(-scores, kind="stable")
        return [self.index.units[row].id for row in order if allowed[row] and scores[row] > floor][:_DEPTH]


def _matches(unit: Unit, filters: Filters) -> bool:
    if filters.documents and unit.document not in filters.documents:
        return False
    if filters.drugs and unit.drugs and not set(filters.drugs) & set(unit.drugs):
        return False
    return not (
        filters.jurisdictions and unit.jurisdictions and not set(filters.jurisdictions) & set(unit.jurisdictions)
    )


def _document_frequency(vocabulary: Iterable[frozenset[str]]) -> dict[str, int]:
    frequency: dict[str, int] = {}
    for tokens in vocabulary:
        for token in tokens:
            frequency[token] = frequency.get(token, 0) + 1
    return frequency
