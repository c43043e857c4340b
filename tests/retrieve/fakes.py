"""An embedding model that needs no files, and fake vector stores."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from assistant.retrieve.embedding import Vectors, unit_rows


class FakeEmbedder:
    """The sum of one fixed random direction per character pair; a text without letters gives a zero row."""

    def __init__(self, identity: str = "fake-1") -> None:
        self.identity = identity

    def encode(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), 24), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for pair in itertools.pairwise(text):
                if "".join(pair).isalnum():
                    seed = int.from_bytes(hashlib.sha256("".join(pair).encode()).digest()[:4], "big")
                    row += np.random.default_rng(seed).standard_normal(24).astype(np.float32)
        return unit_rows(rows)


class FakeCollection:
    """Answers every query with `ids`, or raises `fault`."""

    def __init__(
        self,
        ids: Sequence[str] = (),
        fault: BaseException | None = None,
        held: int = 0,
        distances: Sequence[float] = (),
    ) -> None:
        self._ids = list(ids)
        self._distances = list(distances) or [0.0] * len(self._ids)
        self.asked: dict[str, Any] = {}
        self._fault = fault
        self._held = held

    def query(self, **asked: Any) -> dict[str, Any]:
        self.asked = asked
        if self._fault is not None:
            raise self._fault
        return {"ids": [self._ids], "distances": [self._distances]}

    def count(self) -> int:
        return self._held
