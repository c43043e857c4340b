"""Which store searches the vectors of an opened index: a Chroma server, the embedded Chroma, or exact search."""

from __future__ import annotations

from assistant.retrieve.chroma_server import ChromaServer, ServerSearch
from assistant.retrieve.index import Index
from assistant.retrieve.vectors import ExactSearch, VectorSearch, open_chroma


def vector_search(
    index: Index, exact: ExactSearch, *, use_chroma: bool = True, server: ChromaServer | None = None
) -> VectorSearch:
    """The search to use; `exact` holds the vectors of `index` and answers whenever the chosen store does not.

    With a server the embedded store is not opened at all: one process less that reads it.
    """
    if not use_chroma:
        return exact
    if server is not None:
        return ServerSearch(server, index.projection, exact)
    return open_chroma(index.folder / "chroma", exact, intact=index.chroma_intact)
