"""Where vectors are searched: Chroma (embedded), and exact search over the same vectors as oracle and fallback.

Chroma is a projection of the index folder, never the truth. Its known traps are closed here: cosine space is set on
creation, vectors are always our own (no embedding function is attached, on create and on open), telemetry is off, and
only the index builder writes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import numpy as np

from assistant.retrieve.embedding import Vectors

COLLECTION = "assistant-passages"
_BATCH = 2000


class VectorSearch(Protocol):
    """Nearest rows to a query vector."""

    def nearest(self, query: Vectors, count: int) -> list[tuple[int, float]]:
        """Up to `count` pairs (row, cosine), best first, ties by row. `query` has shape (dimension,)."""
        ...


class ExactSearch:
    """All cosines at once with numpy."""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors

    def nearest(self, query: Vectors, count: int) -> list[tuple[int, float]]:
        """See `VectorSearch.nearest`; a zero query finds nothing."""
        if not len(self._vectors) or not query.any():
            return []
        cosines = self._vectors @ query
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
        try:
            found = self._collection.query(query_embeddings=[query.tolist()], n_results=count, include=["distances"])
        except Exception:
            return self._fallback.nearest(query, count)
        pairs = [
            (int(row), 1.0 - float(distance))
            for row, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        ]
        return sorted(pairs, key=lambda pair: (-round(pair[1], 6), pair[0]))


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
