"""What is installed and whether it fits together: versions, places, index."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from assistant import __version__
from assistant.config import Settings, settings
from assistant.errors import AssistantError
from assistant.ingest.corpus import corpus_version
from assistant.places import shipped, user_data
from assistant.retrieve.chroma_server import ServerSearch, server_of
from assistant.retrieve.embedding import embedder
from assistant.retrieve.index import Index, open_index
from assistant.retrieve.vectors import ChromaSearch, ExactSearch, open_chroma

_PACKAGES = ("chromadb", "bm25s", "langchain", "gradio", "pydantic", "sentence-transformers", "torch")

_SERVER_WAIT_S = 10.0


def findings() -> tuple[dict[str, str], bool]:
    """Lines to show, and whether everything needed for answering is in order."""
    report = {"assistant": __version__, "python": platform.python_version()}
    for package in _PACKAGES:
        try:
            report[package] = version(package)
        except PackageNotFoundError:
            report[package] = "not installed"
    healthy = True
    try:
        configured = settings()
        corpus = shipped("corpus")
        model = embedder(configured.embedding)
        report |= {
            "corpus": f"{corpus} ({corpus_version(corpus)})",
            "embedding": model.identity,
            "data folder": str(user_data()),
        }
        index = open_index(user_data(), corpus, model)
        report["index"] = f"{index.meta.units} units, built {index.meta.built_at}"
        report["vectors"] = vectors(configured, index)
        report["chat model"] = configured.chat_model or "none (extractive answers)"
    except AssistantError as error:
        report["fault"] = str(error)
        healthy = False
    return report, healthy


def vectors(configured: Settings, index: Index) -> str:
    """Who searches the vectors of `index`; a store that is not used is no fault, for exact search answers in its place."""
    exact = ExactSearch(index.vectors)
    server = server_of(configured)
    if configured.vectors == "exact":
        return "exact search"
    if server is not None:
        search = ServerSearch(server, index.projection, exact)
        search.wait(_SERVER_WAIT_S)
        return f"{search.state}; it is sent the vectors of questions, never text"
    used = isinstance(open_chroma(index.folder / "chroma", exact, intact=index.chroma_intact), ChromaSearch)
    return "embedded Chroma" if used else "exact search; the embedded Chroma is damaged, run 'assistant index build'"
