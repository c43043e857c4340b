"""Whether what was found is enough to answer with.

A logistic regression over what the best unit holds of the question, with two hard conditions: something was found, and the
unit is about the drugs that the question names. Weights and marks are data (`abstain.json`), written by
`python -m evals.abstention.fit` from the dev questions; the curve they were chosen from is in `docs/abstention.md`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from functools import lru_cache
from pathlib import Path

from assistant.answer.checks.names import jurisdictions_in
from assistant.answer.cite import Evidence
from assistant.retrieve.search import Hit
from assistant.text.normalise import normalise
from assistant.text.numbers import numbers_in
from assistant.types import Record
from assistant.understand.reading import Reading

FITTED = Path(__file__).with_name("abstain.json")
_DOMAIN = frozenset({"toxicity", "grading", "dosing", "target", "response"})
_SHARES = 0.2  # of the question's information in one statement: less, and nothing but the domain could make it near
_STRANGE = 0.4  # of the question's information in words that no unit holds
_MUCH = 40.0  # information of a long question, so that its features are about one
_HOW_MUCH = re.compile(
    r"\bhow (?:many|much|long|often|soon|far|old|late|low|high)\b|\bwhat (?:percentage|percent|dose|rate|share|grade|age|volume)\b"
    r"|\brates?\b|\bpercent|\bmedian\b|\bincidence\b|\bdose\b|\bhours?\b|\bdays?\b|\bweeks?\b|\bmonths?\b|\bmg\b|几|多少|多久|多长|多大|多高|多低"
    r"|比例|发生率|剂量|率|毫克|中位|上限|下限"
)


class Strength(Enum):
    """ENOUGH to answer; UNSURE: near, shown as near; WEAK: in the domain but not covered; NONE: outside the domain."""

    ENOUGH = "enough"
    UNSURE = "unsure"
    WEAK = "weak"
    NONE = "none"


class Fitted(Record):
    """The fitted weights by feature, the constant, and the marks (log odds) from which a unit is enough, near or related."""

    weights: dict[str, float]
    constant: float
    enough: float
    unsure: float
    related: float
    fitted_on: str = ""


@lru_cache(maxsize=1)
def fitted() -> Fitted:
    """The shipped weights and marks."""
    return Fitted(**json.loads(FITTED.read_text(encoding="utf-8")))


class Assessor:
    """Judges hits for one corpus: how sure it is that the best one answers the question."""

    def __init__(
        self,
        evidence: Evidence,
        tokens: Callable[[str], list[str]],
        weight: Callable[[str], float],
        nearness: Callable[[str, Sequence[str]], float],
        weights: Fitted | None = None,
    ) -> None:
        self._evidence = evidence
        self._tokens = tokens
        self._weight = weight
        self._nearness = nearness
        self._unseen = weight("\0")
        self._fitted = weights or fitted()

    def strength(self, reading: Reading, hits: Sequence[Hit]) -> Strength:
        """How strong the evidence of the best hit is for this question."""
        domain = in_domain(reading)
        if not hits:
            return Strength.WEAK if domain else Strength.NONE
        if hits[0].missing_drugs:
            return Strength.NONE if reading.foreign_drugs else Strength.WEAK
        features = self.features(reading, hits)
        odds = self.odds(features)
        if odds >= self._fitted.enough:
            return Strength.ENOUGH
        if odds >= self._fitted.unsure and (domain or features["statement_coverage"] >= _SHARES):
            return Strength.UNSURE
        related = odds >= self._fitted.related and features["coverage"] >= _SHARES and features["unseen"] < _STRANGE
        return Strength.WEAK if domain or related else Strength.NONE

    def odds(self, features: Mapping[str, float]) -> float:
        """The log odds that the question is answered by what was found."""
        weights = self._fitted.weights
        return self._fitted.constant + sum(weights.get(name, 0.0) * value for name, value in features.items())

    def features(self, reading: Reading, hits: Sequence[Hit]) -> dict[str, float]:
        """What is known of the best hit for this question; every value lies about between −1 and 1."""
        best = hits[0]
        asked = dict.fromkeys(self._tokens(reading.search))
        total = sum(self._weight(token) for token in asked) or 1.0
        texts = self._texts(best, reading.language)
        held = set().union(*(self._tokens(text) for text in (*texts, *best.unit.titles)))
        statements = [set(self._tokens(text)) for text in texts]
        concepts = [token for token in asked if token.startswith("@")]
        absent = [token for token in asked if token not in held]
        second = hits[1].score if len(hits) > 1 else 0.0
        named = jurisdictions_in(reading.search)
        places = jurisdictions_in(" ".join((*texts, *best.unit.titles, *best.unit.jurisdictions)))
        how_much = bool(_HOW_MUCH.search(normalise(reading.search).text))
        return {
            "coverage": best.coverage,
            "nearness": max(0.0, best.nearness),
            "asked_share": best.asked_share,
            "statement_coverage": max(
                (sum(self._weight(token) for token in asked if token in said) / total for said in statements),
                default=0.0,
            ),
            "heaviest_absent": max((self._weight(token) for token in absent), default=0.0) / self._unseen,
            "unseen": sum(self._weight(token) for token in asked if self._weight(token) >= self._unseen - 1e-9) / total,
            "concepts_absent": sum(token not in held for token in concepts) / max(1, len(concepts)),
            "place_absent": float(bool(named - places)),
            "number_absent": float(how_much and not any(numbers_in(text) for text in texts)),
            "margin": min(1.0, (best.score - second) / best.score) if best.score else 0.0,
            "drug_named": float(bool(reading.drugs)),
            "statement_nearness": self._nearness(reading.search, texts),
            "second_nearness": max((max(0.0, hit.nearness) for hit in hits[1:3]), default=0.0),
            "held_information": sum(self._weight(token) for token in asked if token in held) / _MUCH,
            "absent_information": sum(self._weight(token) for token in absent) / _MUCH,
        }

    def _texts(self, hit: Hit, language: str) -> tuple[str, ...]:
        places = self._evidence.places(hit.unit.id.removeprefix("section:"), language)
        return tuple(place.statement.text for place in places) or hit.unit.texts


def in_domain(reading: Reading) -> bool:
    """Whether the question names something of the domain: one of its drugs, a toxicity, a grade, a dose, a response."""
    return bool(reading.drugs) or any(mention.category in _DOMAIN for mention in reading.mentions)
