"""Where vectors are searched: Chroma (embedded), and exact search over the same vectors as oracle and fallback.

Chroma is a projection of the index folder, never the truth. Its known traps are closed here: cosine space is set on
creation, vectors are always our own (no embedding function is attached, on create and on open), telemetry is off, and
only the index builder writes. Chroma says which rows are near; how near is computed here from our own vectors. A store that
is damaged, stale, short of rows or that measures other distances than our vectors have is answered for by exact search.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.errors import IndexFault
from assistant.retrieve.embedding import Vectors

COLLECTION = "assistant-passages"
# Chroma's own settings (16, 100, 100) miss a row in one of three searches for 120; these in about one of a hundred
# (docs/scaling.md). "l2" would be the space otherwise.
CONFIGURATION: dict[str, Any] = {
    "hnsw": {"space": "cosine", "max_neighbors": 32, "ef_construction": 200, "ef_search": 1000}
}
_BATCH = 2000
_COMPARED = 20_000
_SPARE = 8
_LOG = logging.getLogger(__name__)
Pairs = list[tuple[int, float]]


class VectorSearch(Protocol):
    """Nearest rows to a query vector."""

    def nearest(self, query: Vectors, count: int) -> Pairs:
        """Up to `count` pairs (row, cosine), best first, ties by row. `query` has shape (dimension,)."""
        ...


class ExactSearch:
    """All cosines at once with numpy."""

    def __init__(self, vectors: Vectors) -> None:
        self.vectors = vectors
        self.filled = int(vectors.any(axis=1).sum()) if len(vectors) else 0

    def nearest(self, query: Vectors, count: int) -> Pairs:
        """See `VectorSearch.nearest`; a zero query finds nothing."""
        if not len(self.vectors) or not query.any():
            return []
        cosines = self.vectors @ query
        steps = np.round(cosines, 6)
        rows = np.arange(len(steps))
        if 0 < count < len(steps):
            rows = np.flatnonzero(steps >= np.partition(steps, -count)[-count])
        order = rows[np.argsort(-steps[rows], kind="stable")][:count]
        return [(int(row), float(cosines[row])) for row in order]


class ChromaSearch:
    """The same search through a Chroma collection; what the collection says is checked against our own vectors."""

    def __init__(self, collection: Any, fallback: ExactSearch) -> None:
        self.collection = collection
        self._fallback = fallback

    @classmethod
    def open(cls, folder: Path, fallback: ExactSearch) -> ChromaSearch:
        """Open the collection in `folder` for reading."""
        return cls(_client(folder).get_collection(COLLECTION, embedding_function=None), fallback)

    def nearest(self, query: Vectors, count: int) -> Pairs:
        """See `VectorSearch.nearest`; any failure of the store is answered by exact search."""
        if not query.any():
            return []
        try:
            return self.asked(query, count)
        except BaseException as fault:  # a panic of Chroma's Rust core is not an Exception
            if isinstance(fault, KeyboardInterrupt | SystemExit):
                raise
            _LOG.warning("The vector store failed (%s); exact search answers.", fault)
            return self._fallback.nearest(query, count)

    def asked(self, query: Vectors, count: int) -> Pairs:
        """What the store finds; raises whatever the store raises, and ValueError when its result cannot be right."""
        exact = self._fallback
        # a few more than asked for, so that rows as near as the last one are taken in row order here
        found = self.collection.query(
            query_embeddings=[query.tolist()], n_results=min(count + _SPARE, len(exact.vectors)), include=["distances"]
        )
        rows = [int(row) for row in found["ids"][0]]
        if len(set(rows)) < min(count, exact.filled) or not set(rows) <= set(range(len(exact.vectors))):
            raise ValueError(f"{len(set(rows))} rows where {min(count, exact.filled)} were asked for")
        cosines = exact.vectors[rows] @ query
        if not np.allclose(1 - np.asarray(found["distances"][0]), cosines, atol=1e-3):
            raise ValueError("it measures other distances than the vectors of the index have")
        pairs = [(row, float(cosine)) for row, cosine in zip(rows, cosines, strict=True)]
        return sorted(pairs, key=lambda pair: (-round(pair[1], 6), pair[0]))[:count]

    def fault(self, *, compared: int = _COMPARED, batch_size: int = _BATCH) -> str:
        """Why the store is not the one of this index: a missing, foreign or changed vector, or a search that misses; else "".

        Up to `compared` vectors, evenly spread, are read back, `batch_size` at a time, and compared with ours.
        """
        vectors = self._fallback.vectors
        filled = np.flatnonzero(vectors.any(axis=1))
        if (held := self.collection.count()) != len(filled):
            return f"it holds {held} vectors, the index {len(filled)}"
        step = max(1, -(-len(filled) // compared))
        for batch in _batches(filled[::step], batch_size):
            got = self.collection.get(ids=[str(row) for row in batch], include=["embeddings"])
            rows = [int(row) for row in got["ids"]]
            if len(rows) != len(batch) or not np.allclose(np.asarray(got["embeddings"]), vectors[rows], atol=1e-4):
                return "it holds other vectors than the index"
        for row in filled[:: max(1, len(filled) // 4)]:
            if not any(float(vectors[found] @ vectors[row]) > 0.999 for found, _ in self.asked(vectors[row], 3)):
                return "it does not find what it holds"
        return ""


def open_chroma(folder: Path, fallback: ExactSearch, *, intact: bool = True) -> VectorSearch:
    """The collection in `folder` for reading, or `fallback` when the store cannot be opened or does not hold all vectors.

    Files known to be damaged (`intact` is false) are not opened at all: Chroma can hang or crash on them.
    """
    if not intact:
        _LOG.warning("The vector store in %s is damaged; exact search answers.", folder)
        return fallback
    try:
        store = ChromaSearch.open(folder, fallback)
        if not (fault := store.fault()):
            return store
    except BaseException as error:  # see ChromaSearch.nearest
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        fault = str(error)
    _LOG.warning("The vector store in %s cannot be used (%s); exact search answers.", folder, fault)
    return fallback


def write_chroma(folder: Path, vectors: Vectors, metadata: dict[str, str]) -> None:
    """Write `vectors` (ids are row numbers) into a new collection in `folder`; zero vectors are left out.

    Raises IndexFault when Chroma cannot write, for instance because the disk is full.
    """
    try:
        client = _client(folder)
        try:
            collection = client.create_collection(
                COLLECTION, embedding_function=None, metadata=metadata, configuration=CONFIGURATION
            )
            fill(collection, vectors, _BATCH)
        finally:
            client.close()
    except BaseException as fault:  # see ChromaSearch.nearest
        if isinstance(fault, KeyboardInterrupt | SystemExit):
            raise
        raise IndexFault(
            f"The vector store could not be written in {folder} ({fault}). The index in use is unchanged. "
            "Make room, then run 'assistant index build'.",
            f"无法在 {folder} 中写入向量库（{fault}）。正在使用的索引未变。请先腾出空间，然后运行 assistant index build。",
        ) from fault


def fill(collection: Any, vectors: Vectors, batch_size: int) -> None:
    """Put every vector that is not zero into `collection` under its row number; what is there already is replaced."""
    for batch in _batches(np.flatnonzero(vectors.any(axis=1)), batch_size):
        # upsert: `add` says nothing and keeps the old vector when an id is known
        collection.upsert(ids=[str(row) for row in batch], embeddings=vectors[batch])


def _batches(rows: NDArray[np.int64], size: int) -> list[NDArray[np.int64]]:
    return [rows[start : start + size] for start in range(0, len(rows), size)]


def _client(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))
