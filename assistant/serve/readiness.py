"""Whether the process is up, and whether it can answer: the index is open and belongs to what is installed."""

from __future__ import annotations

import threading
import time
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from assistant import __version__
from assistant.errors import AssistantError
from assistant.ingest.corpus import corpus_version
from assistant.places import shipped
from assistant.retrieve.embedding import embedder
from assistant.serve.calls import Answers

_LOOKED_AT_EVERY_S = 10.0


class Readiness:
    """Compares the open index with the corpus and model of today, at most every ten seconds."""

    def __init__(self, assistant: Answers) -> None:
        self._assistant = assistant
        self._lock = threading.Lock()
        self._seen: dict[str, Any] | None = None
        self._until = 0.0

    def state(self) -> dict[str, Any]:
        """`ready`, and per part what was found; nothing about anyone who asked."""
        with self._lock:
            if self._seen is None or time.monotonic() >= self._until:
                self._seen, self._until = self._look(), time.monotonic() + _LOOKED_AT_EVERY_S
            return self._seen

    def _look(self) -> dict[str, Any]:
        meta = self._assistant.index.meta
        try:
            fits = {
                "corpus": meta.corpus == corpus_version(shipped("corpus")),
                "embedding": meta.embedding == embedder(self._assistant.settings.embedding).identity,
            }
        except AssistantError:
            fits = {"corpus": False}
        stale = sorted(name for name, same in fits.items() if not same)
        return {
            "ready": not stale,
            "version": __version__,
            "index": {"units": meta.units, "built_at": meta.built_at, "corpus": meta.corpus, "stale": stale},
            "vectors": self._assistant.settings.vectors,
            "answers": self._assistant.settings.chat_model or "extractive",
        }


def router(assistant: Answers) -> APIRouter:
    """GET /health and GET /ready."""
    routes, readiness = APIRouter(tags=["operation"]), Readiness(assistant)

    @routes.get("/health", summary="The process is up")
    def health() -> dict[str, str]:
        return {"status": "up"}

    @routes.get("/ready", summary="The index is open and fits; 503 while it does not")
    def ready() -> JSONResponse:
        state = readiness.state()
        return JSONResponse(state, status_code=200 if state["ready"] else 503)

    return routes
