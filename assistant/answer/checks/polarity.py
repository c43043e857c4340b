"""Whether a sentence says yes where its evidence says no, and the other opposites: before or after, continue or stop."""

from __future__ import annotations

import re

from assistant.answer.checks.clauses import clauses_of, nearest
from assistant.answer.checks.record import Check, Support, outcome, words
from assistant.text.normalise import normalise
from assistant.types import AnswerStatement

# from this share of its own words on, a sentence repeats a negated clause
_COVERED = 0.66
# and this share of them must stand in negated clauses of the sentence
_BESIDE = 0.2
# a negated clause that holds this share of affirmed words says their opposite
_AGAIN = 0.85


def polarity_kept(statement: AnswerStatement, support: Support) -> Check:
    """Each clause is negated exactly when the clauses of the evidence that it says again are.

    A word that stands only in negated clauses of the evidence must stand in, or beside, a negated clause of the sentence; a
    negated clause of the sentence must hold such a word.
    """
    evidence = [clause for passage in support.passages for clause in clauses_of(passage)]
    denied = frozenset[str]().union(*(clause.tokens for clause in evidence if clause.negated))
    affirmed = frozenset[str]().union(*(clause.tokens for clause in evidence if not clause.negated))
    only_denied = denied - affirmed
    said = clauses_of(statement.text)
    everything = frozenset[str]().union(*(clause.tokens for clause in said))
    in_negated = frozenset[str]().union(*(clause.tokens for clause in said if clause.negated))
    faults = []
    for clause in said:
        near = nearest(clause, evidence)
        if clause.negated and not clause.tokens & only_denied and not any(other.negated for other in near):
            share = len(clause.tokens & affirmed) / len(clause.tokens)
            if not denied or share >= _AGAIN:
                faults.append(clause.text)
    for clause in evidence:
        own = clause.tokens & only_denied
        covered = own & everything
        if (
            clause.negated
            and own
            and len(covered) >= _COVERED * len(own)
            and len(in_negated & own) < _BESIDE * len(own)
        ):
            faults.append(f"without the negation of “{clause.text}”")
    if not faults and not only_denied:
        pairs = [(clause, nearest(clause, evidence)) for clause in said]
        faults = [c.text for c, near in pairs if near and all(other.negated != c.negated for other in near)]
    return outcome("polarity_kept", faults)


def opposites_kept(statement: AnswerStatement, support: Support) -> Check:
    """A sentence that says one side of a pair of opposites has evidence that says this side."""
    said = normalise(statement.text).text
    evidence = normalise(" ".join(support.passages)).text
    faults = []
    for pair in words()["opposites"]:
        for language in ("en", "zh"):
            sides = [_pattern(side, language) for side in pair[language]]
            for own, other in (sides, sides[::-1]) if sides else ():
                if own.search(said) and not own.search(evidence) and other.search(evidence):
                    faults.append(f"{own.search(said)[0]} / {other.search(evidence)[0]}")  # type: ignore[index]
    return outcome("opposites_kept", faults)


def _pattern(side: str, language: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{side})\b" if language == "en" else side)
