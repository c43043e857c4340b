"""An optional second look at the best hits by a cross-encoder (`ASSISTANT_RERANKER`: a local path or model name; "" for none).

It changes the order of what was found and nothing else: scores, nearness and coverage stay the evidence that abstention
uses. Off by default; needs the `train` extra (sentence-transformers, torch).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from assistant.errors import SettingError
from assistant.retrieve.units import Unit

# How many of the best hits are looked at again
TOP = 20


class Reranker(Protocol):
    """What the search needs of a cross-encoder."""

    identity: str

    def scores(self, question: str, passages: Sequence[str]) -> Sequence[float]:
        """One number per passage, higher is better; any scale."""
        ...


class CrossEncoderReranker:
    """A sentence-transformers CrossEncoder, by local path or name."""

    def __init__(self, name: str) -> None:
        try:
            from sentence_transformers import CrossEncoder
        except ImportError as error:
            raise SettingError(
                f"ASSISTANT_RERANKER={name} needs the extra 'train': pip install 'bispecific-assistant[train]'.",
                f"ASSISTANT_RERANKER={name} 需要附加组件 train：pip install 'bispecific-assistant[train]'。",
            ) from error
        try:
            self._model = CrossEncoder(name, local_files_only=Path(name).exists())
        except Exception as error:
            raise SettingError(
                f"ASSISTANT_RERANKER={name} cannot be loaded ({type(error).__name__}). Give the folder of a "
                "sentence-transformers CrossEncoder, or a model name that can be downloaded from here.",
                f"无法加载 ASSISTANT_RERANKER={name}（{type(error).__name__}）。请给出 sentence-transformers CrossEncoder "
                "所在的文件夹，或可从本机下载的模型名称。",
            ) from error
        self.identity = f"cross-encoder-{name}"

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        """See `Reranker.scores`."""
        return [float(score) for score in self._model.predict([(question, text) for text in passages])]


def order(question: str, units: Sequence[Unit], reranker: Reranker) -> list[int]:
    """The positions of `units`, best first; a unit counts by its best language, ties keep their order.

    A score that is not a finite number says nothing: then the order stays as it was.
    """
    passages = [(place, text) for place, unit in enumerate(units) for text in _passages(unit)]
    if not passages:
        return list(range(len(units)))
    scores = [float(score) for score in reranker.scores(question, [text for _, text in passages])]
    if len(scores) != len(passages) or not all(map(math.isfinite, scores)):
        return list(range(len(units)))
    best: dict[int, float] = {}
    for (place, _), score in zip(passages, scores, strict=True):
        best[place] = max(score, best.get(place, -math.inf))
    return sorted(range(len(units)), key=lambda place: -best.get(place, -math.inf))


def _passages(unit: Unit) -> list[str]:
    """Title and text of each language; ways of asking are never among them."""
    titles = unit.titles if len(unit.titles) == len(unit.texts) else ("",) * len(unit.texts)
    return [f"{title}\n{text}".strip() for title, text in zip(titles, unit.texts, strict=True)]


@lru_cache(maxsize=1)
def reranker(setting: str = "") -> Reranker | None:
    """The cross-encoder named by `setting`, or None when it is empty."""
    return CrossEncoderReranker(setting) if setting else None
