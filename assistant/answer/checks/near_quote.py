"""A sentence that is nearly a quote must be one in all that matters: its numbers, names, places and negations, in their order.

Most slips of a model are small edits of the offered text. Where a sentence follows a passage almost letter by letter there
is no rephrasing to allow for, so what matters is compared exactly; a real rephrasing is left to the other checks.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz import fuzz

from assistant.answer.checks.amounts import folded
from assistant.answer.checks.record import Check, Support, outcome, words
from assistant.answer.checks.singular import singular
from assistant.lexicon.terms import Lexicon
from assistant.text.normalise import normalise
from assistant.types import AnswerStatement

# from this likeness (0-100) of letters on, a sentence follows its passage; and at this length at least
FOLLOWS = 84.0
_EDGE = 6
_SHORTEST = {"en": 24, "zh": 9}
_KINDS = frozenset({"drug", "toxicity", "infection"})
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def nearly_quoted(statement: AnswerStatement, support: Support, lexicon: Lexicon) -> Check:
    """A sentence that follows a passage almost letter by letter has its numbers, names and negations in the same order."""
    said = normalise(statement.text).text
    if len(said) < _SHORTEST[support.language]:
        return outcome("nearly_quoted", "")
    own = _marks(statement.text, lexicon)
    followed = [(text, windows) for text in support.passages if (windows := _windows(said, normalise(text).text))]
    for text, windows in followed:
        if _within(own, _marks(text, lexicon)) and _signs(said) in {_signs(window) for window in windows}:
            return outcome("nearly_quoted", "")
    return outcome("nearly_quoted", f"{list(own)}, cited {list(_marks(followed[0][0], lexicon))}" if followed else "")


def _windows(said: str, passage: str) -> tuple[str, ...]:
    """The part of `passage` that `said` follows almost letter by letter, tight and with its edges; none: not followed."""
    if len(said) > 1.15 * len(passage):
        return ()
    found = fuzz.partial_ratio_alignment(said, passage, score_cutoff=FOLLOWS)
    if found is None:
        return ()
    if len(said) > len(passage):
        return (passage,)
    start, end = found.dest_start, found.dest_end
    return passage[start:end], passage[max(0, start - _EDGE) : end + _EDGE]


def _signs(plain: str) -> int:
    return sum(len(re.findall(words()["negation"][language], plain)) for language in ("en", "zh"))


def _within(own: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """Whether `own` stands in `theirs` without a break."""
    return any(theirs[n : n + len(own)] == own for n in range(len(theirs) - len(own) + 1))


@lru_cache(maxsize=4096)
def _marks(text: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Numbers, drugs, toxicities, places and negations of `text`, in their order."""
    plain = singular(folded(text))
    found = [(match.start(), match[0]) for match in _NUMBER.finditer(plain)]
    found += [(m.start, f"@{m.ids[0]}") for m in lexicon.mentions(plain) if m.category in _KINDS and m.ids]
    for name, pattern in words()["jurisdictions"].items():
        found += [(match.start(), name) for match in re.finditer(pattern, plain, re.ASCII)]
    for language in ("en", "zh"):
        found += [(match.start(), "not") for match in re.finditer(words()["negation"][language], plain)]
    return tuple(mark for _, mark in sorted(found))
