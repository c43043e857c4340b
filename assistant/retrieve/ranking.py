"""How well each candidate answers: eight comparable numbers per unit and one weighted sum.

The weights are data (`ranking.json`), learned from the dev questions by `python -m evals.retrieval.train` for the embedding
named there; a test holds that command and file together. Every feature lies between -1 and 1 and none depends on how
many units there are, so that the same weights serve a corpus with many imported documents.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.errors import SettingError
from assistant.types import Record

WEIGHTS_FILE = Path(__file__).with_name("ranking.json")
FEATURES = (
    "nearness",
    "coverage",
    "text_coverage",
    "likeness",
    "drug_fit",
    "topic",
    "missing_drugs",
    "conflict",
)
_NEAR_LINES = 3
_TOPIC_VOTERS = 10
Numbers = NDArray[np.float64]
Rows = NDArray[np.int64]


class Weights(Record):
    """The weight of each feature, and what they were learned from."""

    weights: dict[str, float]
    embedding: str
    questions: int
    families: int

    def vector(self) -> Numbers:
        """The weights in the order of `FEATURES`."""
        return np.array([self.weights[name] for name in FEATURES])


class Lines(NamedTuple):
    """Where the lines of each unit stand: those of unit u are `starts[u]` to `ends[u]`."""

    starts: Rows
    ends: Rows

    @classmethod
    def of(cls, unit_of_line: Rows, units: int) -> Lines:
        """The bounds of each unit; lines stand in the order of their units."""
        rows = np.arange(units)
        return cls(np.searchsorted(unit_of_line, rows), np.searchsorted(unit_of_line, rows, side="right"))


@lru_cache(maxsize=1)
def shipped_weights() -> Weights:
    """The weights in the package; raises SettingError when the file does not fit this version."""
    weights = Weights.model_validate(json.loads(WEIGHTS_FILE.read_text(encoding="utf-8")))
    if set(weights.weights) != set(FEATURES):
        raise SettingError(
            f"{WEIGHTS_FILE.name} has the features {sorted(weights.weights)}, needed are {sorted(FEATURES)}. Reinstall.",
            f"{WEIGHTS_FILE.name} 中的特征为 {sorted(weights.weights)}，所需为 {sorted(FEATURES)}。请重新安装。",
        )
    return weights


def nearest_lines(cosines: Numbers, lines: Lines, candidates: Rows) -> Numbers:
    """For each candidate the mean cosine of its three nearest lines, scaled to 0–1 over the candidates.

    `cosines` has one number per line. Scaling makes models with other ranges of cosines comparable.
    """
    means = np.zeros(len(candidates))
    for place, unit in enumerate(candidates):
        own = cosines[lines.starts[unit] : lines.ends[unit]]
        if len(own):
            means[place] = np.partition(own, -min(_NEAR_LINES, len(own)))[-_NEAR_LINES:].mean()
    width = float(means.max() - means.min()) if len(means) else 0.0
    return (means - means.min()) / width if width else np.zeros(len(means))


def drug_fit(asked: frozenset[str], drugs: Sequence[frozenset[str]]) -> Numbers:
    """1: the unit is about nothing but drugs asked about; 0.5: about others too; 0: about none; else -1.

    When no drug is asked about, a unit about one drug is unlikely (-1), one about several less so (-0.5).
    """
    return np.array([_drug_fit(asked, own) for own in drugs])


def _drug_fit(asked: frozenset[str], own: frozenset[str]) -> float:
    if not own:
        return 0.0
    if not asked:
        return -1.0 if len(own) == 1 else -0.5
    if own <= asked:
        return 1.0
    return 0.5 if own & asked else -1.0


def topic_share(topics: Rows, fused: Numbers) -> Numbers:
    """For each candidate the share of its topic among the ten best by `fused`."""
    voters = np.argsort(-fused, kind="stable")[:_TOPIC_VOTERS]
    total = float(fused[voters].sum())
    votes = np.bincount(topics[voters], weights=fused[voters], minlength=int(topics.max()) + 1)
    return votes[topics] / total if total else np.zeros(len(topics))
