"""Did-you-mean for drug names: never a silent substitution.

A word is suggested only when exactly one covered name is nearest, at most two edits away (Damerau–Levenshtein), and the
word is not itself a known term or look-alike.
"""

from __future__ import annotations

import re

from rapidfuzz.distance import DamerauLevenshtein

from assistant.lexicon.terms import Lexicon
from assistant.types import Record

_LATIN = re.compile(r"[a-z]{6,}(?:-[a-z]+)?")
_MAB_ZH = re.compile(r"[\u4e00-\u9fff]{1,5}?单抗")
_MAX_EDITS = {"latin": 2, "han": 1}


class Suggestion(Record):
    """`surface` as typed is near to the drug `id`; ask before using it."""

    surface: str
    id: str


def suggestions(text: str, lexicon: Lexicon) -> tuple[Suggestion, ...]:
    """Misspelt drug names in normalised `text` that are near to exactly one known drug."""
    known = lexicon.mentions(text)
    taken = [(m.start, m.end) for m in known if m.category in {"drug", "look-alike"}]
    names = _names(lexicon)
    found = []
    for kind, pattern in (("latin", _LATIN), ("han", _MAB_ZH)):
        for match in pattern.finditer(text):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            nearest = _nearest(match[0], names, _MAX_EDITS[kind])
            if nearest in lexicon.scope.covered:
                found.append(Suggestion(surface=match[0], id=nearest))
    return tuple(found)


def doubtful_names(text: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Words that are near to a covered drug and to another drug as well ("talatamab"): to be asked, never suggested."""
    taken = [(m.start, m.end) for m in lexicon.mentions(text) if m.category in {"drug", "look-alike"}]
    names = _names(lexicon)
    found = []
    for match in _LATIN.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in taken):
            continue
        near = {drug for spelling, drug in names.items() if _is_near(match[0], spelling)}
        if len(near) > 1 and near & set(lexicon.scope.covered):
            found.append(match[0])
    return tuple(found)


def _names(lexicon: Lexicon) -> dict[str, str]:
    return {
        spelling: term.id
        for term in lexicon.terms.values()
        if term.category == "drug"
        for spelling in term.spellings
        if len(spelling) >= 4
    }


def _is_near(word: str, spelling: str) -> bool:
    limit = _MAX_EDITS["latin"]
    if abs(len(spelling) - len(word)) > limit or not spelling.isascii():
        return False
    return DamerauLevenshtein.distance(word, spelling, score_cutoff=limit) <= limit


def _nearest(word: str, names: dict[str, str], limit: int) -> str:
    distances: dict[str, int] = {}
    for spelling, drug in names.items():
        if abs(len(spelling) - len(word)) <= limit and spelling.isascii() == word.isascii():
            distance = DamerauLevenshtein.distance(word, spelling, score_cutoff=limit)
            if distance <= limit:
                distances[drug] = min(distance, distances.get(drug, limit))
    best = min(distances.values(), default=limit + 1)
    winners = [drug for drug, distance in distances.items() if distance == best]
    return winners[0] if len(winners) == 1 else ""
