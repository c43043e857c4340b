"""What is installed and whether it fits together: versions, places, index."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from assistant import __version__
from assistant.config import settings
from assistant.errors import AssistantError
from assistant.ingest.corpus import corpus_version
from assistant.places import shipped, user_data
from assistant.retrieve.embedding import embedder
from assistant.retrieve.index import open_index

_PACKAGES = ("chromadb", "bm25s", "langchain", "gradio", "pydantic", "sentence-transformers", "torch")


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
        report["chat model"] = configured.chat_model or "none (extractive answers)"
    except AssistantError as error:
        report["fault"] = str(error)
        healthy = False
    return report, healthy
