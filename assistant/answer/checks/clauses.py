"""Clauses of sentences, and which clause of the evidence a clause of the sentence says again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.answer.checks.record import words
from assistant.retrieve.tokens import tokeniser
from assistant.text.language import has_chinese
from assistant.text.normalise import normalise
from assistant.types import Record

_CLAUSE = re.compile(
    r"[;,；，。：:！!？?()（）]+(?!\d{3}(?!\d))|(?<!\d)\.(?!\d)|\.(?=\s|$)|(?<=\s)(?:but|while|whereas|although|because)(?=\s)|但是?|而(?!非|不是)|虽然?|因为"
)
# below this share of common words two clauses are not about the same
ALIKE = 0.34


class Clause(Record):
    """One clause: its text in normal form, its content tokens, and the number of its negations modulo two."""

    text: str
    tokens: frozenset[str]
    negated: bool


@lru_cache(maxsize=8192)
def clauses_of(text: str) -> tuple[Clause, ...]:
    """The clauses of `text`; one without a content token of its own is read with its neighbour."""
    found: list[Clause] = []
    waiting = ""  # a clause of signs only ("hold") belongs to the one that follows
    for part in _CLAUSE.split(normalise(text).text):
        if not part or not part.strip():
            continue
        tokens = frozenset(content(part))
        if not tokens:
            waiting += f" {part.strip()}" if negations(part) else ""
            continue
        whole = f"{waiting} {part.strip()}".strip()
        found.append(Clause(text=whole, tokens=tokens, negated=negations(whole) % 2 == 1))
        waiting = ""
    if waiting and found:
        whole = f"{found[-1].text} {waiting.strip()}"
        found[-1] = found[-1].model_copy(update={"text": whole, "negated": negations(whole) % 2 == 1})
    return tuple(found)


@lru_cache(maxsize=16384)
def content(text: str) -> tuple[str, ...]:
    """The content tokens of a text, without the signs of negation, which the polarity check compares."""
    language = "zh" if has_chinese(text) else "en"
    plain = re.sub(words()["negation"][language], " ", normalise(text).text)
    return tuple(tokeniser()(plain))


def negations(text: str) -> int:
    """How many signs of negation stand in `text`; words that only look like one are taken out first."""
    plain, count = normalise(text).text, 0
    for language in ("en", "zh"):
        plain = re.sub(words()["masks"][language], " ", plain)
        count += len(re.findall(words()["negation"][language], plain))
    return count


def alikeness(clause: Clause, other: Clause) -> float:
    """The share of `clause` that `other` holds, with a small preference for the shorter of two that hold it."""
    shared = len(clause.tokens & other.tokens)
    return shared / len(clause.tokens) + 0.1 * shared / len(other.tokens)


def nearest(clause: Clause, evidence: Sequence[Clause]) -> list[Clause]:
    """The clauses of the evidence that are most like `clause`, all that tie within a hair; empty when none is."""
    scored = [(alikeness(clause, other), other) for other in evidence]
    best = max((value for value, _ in scored), default=0.0)
    return [other for value, other in scored if value >= best - 0.02] if best >= ALIKE else []
