"""A question → the units that answer it.

Three rankings propose candidates (BM25 over passages, BM25 and vectors over ways of asking); `fuse` adds them by rank, and
`ranking` orders the candidates by a learned sum of features. Filters are hard: a unit about other drugs than the ones asked
about is not a candidate. What was found is returned with the evidence that abstention needs: how much of the question
the unit covers and how near the nearest way of asking is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

import numpy as np

from assistant.ingest.imported.store import Imported
from assistant.ingest.records import Corpus
from assistant.retrieve import rerank
from assistant.retrieve.chroma_server import ChromaServer
from assistant.retrieve.embedding import Embedder, Vectors
from assistant.retrieve.filters import Filters, Mask, UnitFilter
from assistant.retrieve.fuse import fuse_rows
from assistant.retrieve.index import Index
from assistant.retrieve.lexical import Bm25
from assistant.retrieve.ranking import (
    Lines,
    Numbers,
    Rows,
    Weights,
    drug_fit,
    nearest_lines,
    shipped_weights,
    topic_share,
)
from assistant.retrieve.rerank import Reranker
from assistant.retrieve.store import vector_search
from assistant.retrieve.tokens import tokeniser
from assistant.retrieve.units import Unit
from assistant.retrieve.vectors import ExactSearch, VectorSearch
from assistant.types import Record

__all__ = ["Filters", "Hit", "Searchable", "Searcher"]

# Weights of the three rankings (passage text, ways of asking by words, ways of asking by meaning), chosen on dev.
WEIGHTS = (0.5, 0.8, 1.2)
_DEPTH = 60
_DENSE_LINES = 120
_NEAR_ENOUGH = 0.2


class Line(Protocol):
    """One searchable line of unit number `unit`."""

    @property
    def unit(self) -> int:
        """The position of its unit."""
        ...


class Searchable(Protocol):
    """What a searcher needs of an opened index. Lines stand in the order of their units."""

    corpus: Corpus
    imported: tuple[Imported, ...]
    units: tuple[Unit, ...]
    text: Bm25
    asked: Bm25
    vocabulary: tuple[frozenset[str], ...]
    vectors: Vectors

    @property
    def lines(self) -> Sequence[Line]:
        """All lines, in the order of the rows of `vectors`."""
        ...


class Hit(Record):
    """One found unit and the evidence for it.

    `coverage` (0–1) is the share of the question's information (inverse document frequency) that the
    unit's text and ways of asking hold; `nearness` (−1–1) the cosine of the nearest way of asking; `asked_share` (0–1) its
    BM25 over ways of asking against the best one; `score` the fused rank sum, at most that of the hit before it.
    `missing_drugs` are drugs that the question names and the unit does not.
    """

    unit: Unit
    score: float
    coverage: float
    nearness: float
    asked_share: float
    missing_drugs: tuple[str, ...] = ()


class Candidates(NamedTuple):
    """The units that may answer and what is known of each; `features` has shape (units, features of `ranking`)."""

    rows: Rows
    fused: Numbers
    features: Numbers
    nearness: Numbers
    asked_share: Numbers


class Searcher:
    """Searches one opened index. Read-only and safe to share between threads."""

    def __init__(
        self,
        index: Searchable,
        embedder: Embedder,
        *,
        use_chroma: bool = True,
        server: ChromaServer | None = None,
        reranker: Reranker | None = None,
        weights: Weights | None = None,
    ) -> None:
        self.index = index
        self._embedder = embedder
        self._exact = ExactSearch(index.vectors)
        # what is not an index on disk has no store
        self._vectors: VectorSearch = self._exact
        if isinstance(index, Index):
            self._vectors = vector_search(index, self._exact, use_chroma=use_chroma, server=server)
        self._reranker = reranker
        self._weights = (weights or shipped_weights()).vector()
        self._filter = UnitFilter(index)
        self._tokens = tokeniser()
        self._unit_of_line = np.array([line.unit for line in index.lines], dtype=np.int64)
        self._lines = Lines.of(self._unit_of_line, len(index.units))
        self._frequency = _document_frequency(index.vocabulary)
        self._line_information = index.asked.sums_of_all(self.weight)
        self._drugs = tuple(frozenset(unit.drugs) for unit in index.units)
        self._known_drugs = frozenset().union(*self._drugs)
        self._conflict = np.array([unit.kind == "conflict" for unit in index.units], dtype=float)
        self._topic = np.unique([unit.topic for unit in index.units], return_inverse=True)[1]

    def search(self, question: str, filters: Filters | None = None, k: int = 5) -> tuple[Hit, ...]:
        """The best `k` units for `question`, best first; fewer when fewer match at all."""
        tokens = self._tokens(question)
        found = self._candidates(question, tokens, filters or Filters())
        # rounded, so that two machines that add in another order agree; then by the position of the unit
        worth = np.round(found.features @ self._weights, 6)
        hits: list[Hit] = []
        for place in self._looked_at_again(question, found, np.argsort(-worth, kind="stable"))[: max(k, 0)]:
            row = int(found.rows[place])
            score = float(found.fused[place])
            hits.append(
                Hit(
                    unit=self.index.units[row],
                    score=min(score, hits[-1].score) if hits else score,
                    coverage=float(found.features[place, 1]),
                    nearness=float(found.nearness[place]),
                    asked_share=float(found.asked_share[place]),
                    missing_drugs=self._missing_drugs(tokens, row),
                )
            )
        return tuple(hits)

    def _looked_at_again(self, question: str, found: Candidates, order: Rows) -> Rows:
        """`order` with its beginning as the cross-encoder puts it, if there is one."""
        if self._reranker is None:
            return order
        first = order[: rerank.TOP]
        again = rerank.order(question, [self.index.units[row] for row in found.rows[first]], self._reranker)
        return np.concatenate([first[again], order[rerank.TOP :]])

    def candidates(self, question: str, filters: Filters | None = None) -> Candidates:
        """The candidates for `question` before they are ordered; what the weights are learned from."""
        return self._candidates(question, self._tokens(question), filters or Filters())

    def weight(self, token: str) -> float:
        """The inverse document frequency of `token` over units; a token that no unit holds weighs most."""
        return math.log(1 + len(self.index.units) / (1 + self._frequency.get(token, 0)))

    def _candidates(self, question: str, tokens: Sequence[str], filters: Filters) -> Candidates:
        allowed = self._filter.mask(filters)
        text = self.index.text.scores(tokens)
        asked = self._best_line(self.index.asked.scores(tokens), 0.0)
        query = self._embedder.encode([question])[0]
        near = np.full(len(self.index.units), -1.0, dtype=np.float32)
        for line, cosine in self._vectors.nearest(query, min(_DENSE_LINES, len(self.index.lines))):
            unit = self._unit_of_line[line]
            near[unit] = max(near[unit], cosine)
        rankings = [
            _ranked(scores, allowed, floor) for scores, floor in ((text, 0.0), (asked, 0.0), (near, _NEAR_ENOUGH))
        ]
        rows, fused = fuse_rows(rankings, WEIGHTS)
        best_asked = float(asked.max(initial=0.0)) or 1.0
        return Candidates(
            rows=rows,
            fused=fused,
            features=self._features(tokens, filters, query, rows, fused),
            nearness=near[rows].astype(float),
            asked_share=asked[rows].astype(float) / best_asked,
        )

    def _features(self, tokens: Sequence[str], filters: Filters, query: Vectors, rows: Rows, fused: Numbers) -> Numbers:
        """The numbers of `ranking.FEATURES`, in that order, for the units in `rows`."""
        if not len(rows):
            return np.zeros((0, len(self._weights)))
        information = {token: self.weight(token) for token in dict.fromkeys(tokens)}
        total = sum(information.values()) or 1.0
        named = [token[1:] for token in information if token.startswith("@") and self._tokens.is_drug(token)]
        about = frozenset(filters.drugs) | (self._known_drugs & frozenset(named))
        missing = [len(self._missing_drugs(tokens, int(row))) for row in rows] if named else [0] * len(rows)
        return np.stack(
            [
                nearest_lines(self._cosines(query, rows), self._lines, rows),
                self._covered(information, rows) / total,
                self.index.text.sums(information)[rows] / total,
                self._likeness(information, total)[rows],
                drug_fit(about, [self._drugs[row] for row in rows]),
                topic_share(self._topic[rows], fused),
                np.array(missing, dtype=float) / max(len(named), 1),
                self._conflict[rows],
            ],
            axis=1,
        )

    def _cosines(self, query: Vectors, rows: Rows) -> Numbers:
        """Cosines of the lines of the units in `rows`; elsewhere 0."""
        mine = np.concatenate([np.arange(self._lines.starts[row], self._lines.ends[row]) for row in rows])
        cosines = np.zeros(len(self._unit_of_line))
        cosines[mine] = self.index.vectors[mine] @ query
        return cosines

    def _covered(self, information: dict[str, float], rows: Rows) -> Numbers:
        vocabulary = self.index.vocabulary
        return np.array(
            [sum(weight for token, weight in information.items() if token in vocabulary[row]) for row in rows]
        )

    def _likeness(self, information: dict[str, float], total: float) -> Numbers:
        """For every unit how much its most similar line has in common with the question (Dice, by information)."""
        shared = self.index.asked.sums(information)
        return self._best_line(2 * shared / np.maximum(self._line_information + total, 1e-9), 0.0)

    def _best_line(self, scores: np.ndarray, fill: float) -> np.ndarray:
        best = np.full(len(self.index.units), fill, dtype=np.float32)
        np.maximum.at(best, self._unit_of_line, scores.astype(np.float32))
        return best

    def _missing_drugs(self, tokens: Iterable[str], row: int) -> tuple[str, ...]:
        named = [token for token in dict.fromkeys(tokens) if token.startswith("@") and self._tokens.is_drug(token)]
        return tuple(token[1:] for token in named if token not in self.index.vocabulary[row])


def _ranked(scores: np.ndarray, allowed: Mask, floor: float) -> Rows:
    """The best rows above `floor` among those allowed, best first, ties by row."""
    rows = np.flatnonzero(allowed & (scores > floor))
    if len(rows) > _DEPTH:
        rows = rows[scores[rows] >= np.partition(scores[rows], -_DEPTH)[-_DEPTH]]
    return rows[np.argsort(-scores[rows], kind="stable")][:_DEPTH]


def _document_frequency(vocabulary: Iterable[frozenset[str]]) -> dict[str, int]:
    frequency: dict[str, int] = {}
    for tokens in vocabulary:
        for token in tokens:
            frequency[token] = frequency.get(token, 0) + 1
    return frequency
