"""What is compared, behind one protocol: a question in, unit ids out, best first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.lexicon.terms import lexicon
from assistant.retrieve.embedding import Embedder
from assistant.retrieve.lexical import Bm25
from assistant.retrieve.search import Filters, Searcher
from assistant.retrieve.tokens import tokeniser
from assistant.understand.reading import read
from assistant.understand.state import NEW
from evals.retrieval.views import MemoryIndex


class Ranker(Protocol):
    """Anything that ranks units for a question."""

    name: str

    def rank(self, question: str, count: int) -> list[str]:
        """Up to `count` different unit ids, best first."""
        ...


class ThisRetriever:
    """The assistant's own search as a question reaches it: read, filtered by drug and region, searched."""

    name = "this retriever"

    def __init__(self, index: MemoryIndex, embedder: Embedder) -> None:
        self._searcher = Searcher(index, embedder, use_chroma=False)
        self._lexicon = lexicon()

    def rank(self, question: str, count: int) -> list[str]:
        """See `Ranker.rank`."""
        reading = read(question, NEW, self._lexicon)
        filters = Filters(drugs=reading.drugs, jurisdictions=reading.jurisdictions)
        return [hit.unit.id for hit in self._searcher.search(reading.search, filters, count)]


class ByScore:
    """Ranks units by one number each, ties by position; `scores` gives one number per line or per unit."""

    def __init__(
        self,
        name: str,
        units: Sequence[str],
        scores: Callable[[str], NDArray[np.floating]],
        of_line: Sequence[int] = (),
    ) -> None:
        self.name = name
        self._units = units
        self._scores = scores
        self._of_line = np.asarray(of_line, dtype=np.int64) if len(of_line) else None

    def rank(self, question: str, count: int) -> list[str]:
        """See `Ranker.rank`; units that score 0 or less are left out."""
        scores = np.asarray(self._scores(question), dtype=float)
        if self._of_line is not None:
            best = np.full(len(self._units), -np.inf)
            np.maximum.at(best, self._of_line, scores)
            scores = best
        order = np.argsort(-scores, kind="stable")[:count]
        return [self._units[row] for row in order if scores[row] > 0]


def bm25_passages(index: MemoryIndex) -> ByScore:
    """BM25 over titles and passages alone, with the tokens of this project."""
    tokens = tokeniser()
    return ByScore("BM25, passages", [u.id for u in index.units], lambda q: index.text.scores(tokens(q)))


def bm25_everything(index: MemoryIndex) -> ByScore:
    """BM25 over titles, passages and ways of asking together."""
    tokens = tokeniser()
    built = Bm25.build(
        [[t for piece in (*u.titles, *u.titles, *u.texts, *u.asked_as) for t in tokens(piece)] for u in index.units]
    )
    return ByScore("BM25, passages + ways of asking", [u.id for u in index.units], lambda q: built.scores(tokens(q)))


def dense(index: MemoryIndex, embedder: Embedder) -> ByScore:
    """The nearest way of asking or title by the embedding alone."""
    lines = [line.unit for line in index.lines]
    return ByScore(
        "dense alone", [u.id for u in index.units], lambda q: index.vectors @ embedder.encode([q])[0], of_line=lines
    )


def tf_idf(index: MemoryIndex) -> ByScore:
    """Cosine of TF-IDF vectors (scikit-learn, sublinear) over titles, passages and ways of asking, same tokens."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]

    texts = ["\n".join((*u.titles, *u.titles, *u.texts, *u.asked_as)) for u in index.units]
    vectors = TfidfVectorizer(analyzer=tokeniser(), sublinear_tf=True)
    matrix = vectors.fit_transform(texts)
    return ByScore(
        "TF-IDF, passages + ways of asking",
        [u.id for u in index.units],
        lambda q: np.asarray((matrix @ vectors.transform([q]).T).todense()).ravel(),
    )
