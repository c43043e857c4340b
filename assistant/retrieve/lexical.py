"""BM25 (bm25s, Lucene variant) over token lists, with its known traps handled.

bm25s pads results with zero scores, raises when k exceeds the corpus, and returns ties last-first: scores are taken for
all documents at once, zeros are dropped, and ties are ordered by position.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]


class Bm25:
    """A BM25 index over documents given as token lists; `scores` returns one float per document."""

    def __init__(self, index: bm25s.BM25 | None, size: int) -> None:
        self._index = index
        self._size = size

    @classmethod
    def build(cls, documents: Sequence[list[str]]) -> Bm25:
        """Index `documents` in order; a document without tokens scores 0 for every query."""
        if not documents or not any(documents):
            return cls(None, len(documents))
        index = bm25s.BM25(method="lucene")
        index.index([tokens or [""] for tokens in documents], show_progress=False)
        return cls(index, len(documents))

    def scores(self, tokens: Sequence[str]) -> Scores:
        """BM25 of every document for `tokens`, shape (documents,), zeros where nothing matches."""
        if self._index is None:
            return np.zeros(self._size, dtype=np.float32)
        known = [token for token in tokens if token and token in self._index.vocab_dict]
        if not known:
            return np.zeros(self._size, dtype=np.float32)
        return np.asarray(self._index.get_scores(known), dtype=np.float32)

    def holding(self, token: str) -> NDArray[np.int32]:
        """The positions of the documents that hold `token`, ascending; none for an unknown token."""
        if self._index is None or not token or token not in self._index.vocab_dict:
            return np.zeros(0, dtype=np.int32)
        number, bounds = self._index.vocab_dict[token], self._index.scores["indptr"]
        return np.asarray(self._index.scores["indices"][bounds[number] : bounds[number + 1]])

    def sums(self, weights: Mapping[str, float]) -> NDArray[np.float64]:
        """For every document the sum of the weights of the tokens that it holds, shape (documents,)."""
        totals = np.zeros(self._size)
        for token, weight in weights.items():
            totals[self.holding(token)] += weight
        return totals

    def sums_of_all(self, weight: Callable[[str], float]) -> NDArray[np.float64]:
        """For every document the sum of `weight` over its distinct tokens, shape (documents,)."""
        if self._index is None:
            return np.zeros(self._size)
        weights = np.zeros(len(self._index.scores["indptr"]) - 1)
        for token, number in self._index.vocab_dict.items():
            if token and number < len(weights):
                weights[number] = weight(token)
        held = np.repeat(weights, np.diff(self._index.scores["indptr"]))
        return np.bincount(self._index.scores["indices"], weights=held, minlength=self._size).astype(np.float64)

    def save(self, folder: Path) -> None:
        """Write the index to `folder`."""
        if self._index is not None:
            self._index.save(str(folder), show_progress=False)

    @classmethod
    def load(cls, folder: Path, size: int) -> Bm25:
        """Read an index of `size` documents from `folder`."""
        if not folder.is_dir():
            return cls(None, size)
        return cls(bm25s.BM25.load(str(folder), load_corpus=False), size)
