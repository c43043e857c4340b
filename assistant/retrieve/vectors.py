"""Where vectors are searched: Chroma (embedded), and exact search over the same vectors as oracle and fallback.

Chroma is a projection of the index folder, never the truth. Its known traps are closed here: cosine space is set on
creation, vectors are always our own (no embedding function is attached, on create and on open), telemetry is off, and
only the index builder writes. Chroma says which rows are near; how near is computed here from our own vectors, and a store
that is damaged, stale or short of rows is answered for by exact search.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from assistant.retrieve.embedding import Vectors

COLLECTION = "assistant-passages"
_BATCH = 2000
_LOG = logging.getLogger(__name__)


class VectorSearch(Protocol):
    """Nearest rows to a query vector."""

    def nearest(self, query: Vectors, count: int) -> list[tuple[int, float]]:
        """Up to `count` pairs (row, cosine), best first, ties by row. `query` has shape (dimension,)."""
        ...


class ExactSearch:
    """All cosines at once with numpy."""

    def __init__(self, vectors: Vectors) -> None:
        self.vectors = vectors
        self.filled = int(vectors.any(axis=1).sum()) if len(vectors) else 0

    def nearest(self, query: Vectors, count: int) -> list[tuple[int, float]]:
        """See `VectorSearch.nearest`; a zero query finds nothing."""
        if not len(self.vectors) or not query.any():
            return []
        cosines = self.vectors @ query
        order = np.argsort(-cosines, kind="stable")[:count]
        return [(int(row), float(cosines[row])) for row in order]


class ChromaSearch:
    """The same search through an embedded Chroma collection."""

    def __init__(self, collection: Any, fallback: ExactSearch) -> None:
        self._collection = collection
        self._fallback = fallback

    @classmethod
    def open(cls, folder: Path, fallback: ExactSearch) -> ChromaSearch:
        """Open the collection in `folder` for reading."""
        return cls(_client(folder).get_collection(COLLECTION, embedding_function=None), fallback)

    def nearest(self, query: Vectors, count: int) -> list[tuple[int, float]]:
        """See `VectorSearch.nearest`; any failure of the store is answered by exact search."""
        if not query.any():
            return []
        rows = self._rows(query, count)
        if len(set(rows)) < min(count, self._fallback.filled) or not set(rows) <= set(
            range(len(self._fallback.vectors))
        ):
            return self._fallback.nearest(query, count)
        cosines = self._fallback.vectors[rows] @ query
        pairs = [(row, float(cosine)) for row, cosine in zip(rows, cosines, strict=True)]
        return sorted(pairs, key=lambda pair: (-round(pair[1], 6), pair[0]))

    def _rows(self, query: Vectors, count: int) -> list[int]:
        try:
            found = self._collection.query(query_embeddings=[query.tolist()], n_results=count, include=[])
            return [int(row) for row in found["ids"][0]]
        except BaseException as fault:  # a panic of Chroma's Rust core is not an Exception
            if isinstance(fault, KeyboardInterrupt | SystemExit):
                raise
            _LOG.warning("The vector store failed (%s); exact search answers.", fault)
            return []

    def holds_all(self) -> bool:
        """Whether the store has every vector and finds some of them by themselves."""
        filled = np.flatnonzero(self._fallback.vectors.any(axis=1))
        if self._collection.count() != len(filled):
            return False
        return all(self._finds(int(row)) for row in filled[:: max(1, len(filled) // 4)])

    def _finds(self, row: int) -> bool:
        vectors = self._fallback.vectors
        return any(float(vectors[found] @ vectors[row]) > 0.999 for found in self._rows(vectors[row], 3))


def open_chroma(folder: Path, fallback: ExactSearch, *, intact: bool = True) -> VectorSearch:
    """The collection in `folder` for reading, or `fallback` when the store cannot be opened or does not hold all vectors.

    Files known to be damaged (`intact` is false) are not opened at all: Chroma can hang or crash on them.
    """
    if not intact:
        _LOG.warning("The vector store in %s is damaged; exact search answers.", folder)
        return fallback
    try:
        store = ChromaSearch.open(folder, fallback)
        if store.holds_all():
            return store
        _LOG.warning("The vector store in %s is incomplete; exact search answers.", folder)
    except BaseException as fault:  # see ChromaSearch._rows
        if isinstance(fault, KeyboardInterrupt | SystemExit):
            raise
        _LOG.warning("The vector store in %s cannot be opened (%s); exact search answers.", folder, fault)
    return fallback


def write_chroma(folder: Path, vectors: Vectors, metadata: dict[str, str]) -> None:
    """Write `vectors` (ids are row numbers) into a new collection in `folder`; zero vectors are left out."""
    client = _client(folder)
    collection = client.create_collection(
        COLLECTION,
        embedding_function=None,
        metadata=metadata,
        configuration={"hnsw": {"space": "cosine", "ef_search": 200}},
    )
    rows = [row for row in range(len(vectors)) if vectors[row].any()]
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        collection.upsert(ids=[str(row) for row in batch], embeddings=[vectors[row].tolist() for row in batch])
    client.close()


def _client(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))
