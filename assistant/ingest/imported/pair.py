"""A translation beside its original: chunks aligned in order, by headings, numbers, names and length.

A small dynamic programme over both lists of chunks: each step pairs one with one, one with two, two with one, or leaves
one out; order is never changed. What tells that two chunks say the same is independent of language: numbers, Latin
names, and glossary terms, which have the same id in both languages.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

from assistant.ingest.imported.faults import notice
from assistant.ingest.imported.records import ImportedChunk
from assistant.ingest.imported.store import Imported
from assistant.lexicon.terms import Lexicon, lexicon
from assistant.text.normalise import normalise
from assistant.types import Record

_STEPS = ((1, 1), (1, 2), (2, 1), (1, 0), (0, 1))
_LEFT_OUT = 0.5
_UNEVEN, _STRANGER = 0.06, 0.7
_EVIDENT = 0.2
_BAND = 60
_ENOUGH = 0.5
_SECTION_NUMBER = re.compile(r"^\s*(\d+(?:\.\d+)*)")
_TOKEN = re.compile(r"\d+(?:\.\d+)?|[a-z][a-z0-9-]{2,}")


class _Signs(Record):
    """What a chunk says in signs that both languages share; `position` (0–1) is where its middle lies."""

    counts: dict[str, int]
    heading: dict[str, int]
    number: str
    length: float
    position: float


def pair(english: Imported, chinese: Imported, terms: Lexicon | None = None) -> tuple[Imported, Imported]:
    """Both documents with `twin` set on documents and chunks; a notice is added when few chunks found a counterpart."""
    known = terms or lexicon()
    ours, theirs = _signs(english.chunks, known), _signs(chinese.chunks, known)
    weights = _weights(ours, theirs)
    beads = [(slice(*left), slice(*right)) for left, right in _align(ours, theirs, weights)]
    shown = [(a, b) for a, b in beads if ours[a] and theirs[b] and _likeness(ours[a], theirs[b], weights) >= _EVIDENT]
    enough = sum(a.stop - a.start for a, _ in shown) >= _ENOUGH * len(ours)
    of_english: dict[str, str] = {}
    of_chinese: dict[str, str] = {}
    for a, b in beads if enough else shown:
        left, right = english.chunks[a], chinese.chunks[b]
        if left and right:
            of_english.update({chunk.id: right[0].id for chunk in left})
            of_chinese.update({chunk.id: left[0].id for chunk in right})
    return _twinned(english, chinese.document.id, of_english), _twinned(chinese, english.document.id, of_chinese)


def _twinned(item: Imported, other: str, twins: dict[str, str]) -> Imported:
    chunks = tuple(chunk.model_copy(update={"twin": twins.get(chunk.id, "")}) for chunk in item.chunks)
    notices = tuple(n for n in item.document.notices if n.id != "weak_pair")
    if len(twins) < _ENOUGH * len(chunks):
        notices = (*notices, notice("weak_pair", found=len(twins), allowed=len(chunks)))
    return Imported(document=item.document.model_copy(update={"twin": other, "notices": notices}), chunks=chunks)


def _signs(chunks: Sequence[ImportedChunk], terms: Lexicon) -> list[_Signs]:
    total = sum(len(chunk.text) for chunk in chunks) or 1
    signs, seen = [], 0
    for chunk in chunks:
        head = chunk.heading[-1] if chunk.heading else ""
        match = _SECTION_NUMBER.match(head)
        signs.append(
            _Signs(
                counts=_shared_tokens(chunk.text, terms),
                heading=_shared_tokens(head, terms),
                number=match[1] if match else "",
                length=len(chunk.text) / total,
                position=(seen + len(chunk.text) / 2) / total,
            )
        )
        seen += len(chunk.text)
    return signs


def _shared_tokens(text: str, terms: Lexicon) -> dict[str, int]:
    """Glossary ids, numbers and Latin words of a text with their counts; `_weights` drops words of one side only."""
    folded = normalise(text).text
    counts: Counter[str] = Counter()
    position = 0
    for mention in terms.mentions(folded):
        counts.update(_TOKEN.findall(folded[position : mention.start]))
        counts.update(f"#{term}" for term in mention.ids[:1])
        position = mention.end
    counts.update(_TOKEN.findall(folded[position:]))
    return dict(counts)


def _align(
    ours: list[_Signs], theirs: list[_Signs], weights: dict[str, float]
) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """The cheapest monotone path as pairs of index ranges; only cells near the diagonal are visited."""
    best: dict[tuple[int, int], tuple[float, tuple[int, int]]] = {(0, 0): (0.0, (0, 0))}
    slope = len(theirs) / max(1, len(ours))
    reach = _BAND + abs(len(ours) - len(theirs))
    for i in range(len(ours) + 1):
        low, high = max(0, int(i * slope) - reach), min(len(theirs), int(i * slope) + reach)
        for j in range(low, high + 1):
            here = best.get((i, j))
            if here is None:
                continue
            for di, dj in _STEPS:
                if i + di > len(ours) or j + dj > len(theirs):
                    continue
                cost = here[0] + _cost(ours[i : i + di], theirs[j : j + dj], weights)
                target = (i + di, j + dj)
                if target not in best or cost < best[target][0]:
                    best[target] = (cost, (di, dj))
    return _path(best, len(ours), len(theirs))


def _path(
    best: dict[tuple[int, int], tuple[float, tuple[int, int]]], i: int, j: int
) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    steps = []
    while i or j:
        di, dj = best[(i, j)][1]
        steps.append(((i - di, i), (j - dj, j)))
        i, j = i - di, j - dj
    return steps[::-1]


def _weights(ours: list[_Signs], theirs: list[_Signs]) -> dict[str, float]:
    """Rare signs weigh more; a sign that one side never uses weighs nothing (English words, to a Chinese text)."""
    seen = [Counter(sign for chunk in side for sign in chunk.counts) for side in (ours, theirs)]
    total = len(ours) + len(theirs)
    return {sign: math.log(1 + total / (seen[0][sign] + seen[1][sign])) for sign in seen[0] if sign in seen[1]}


def _cost(ours: list[_Signs], theirs: list[_Signs], weights: dict[str, float]) -> float:
    if not ours or not theirs:
        return _LEFT_OUT
    alike = _likeness(ours, theirs, weights)
    length = abs(math.log(sum(s.length for s in ours) / sum(s.length for s in theirs)))
    drift = abs(sum(s.position for s in ours) / len(ours) - sum(s.position for s in theirs) / len(theirs))
    cost = 1.0 - 0.75 * alike + 0.12 * min(length, 2.0) + 0.5 * drift
    if ours[0].number and theirs[0].number:
        cost += -0.2 if ours[0].number == theirs[0].number else 0.3
    if len(ours) + len(theirs) > 2:
        cost += _UNEVEN
        members = [([one], theirs) for one in ours] if len(ours) > 1 else [(ours, [one]) for one in theirs]
        cost += _STRANGER * any(_likeness(left, right, weights) < _EVIDENT for left, right in members)
    return max(0.0, cost)


def _likeness(ours: list[_Signs], theirs: list[_Signs], weights: dict[str, float]) -> float:
    """Weighted Dice over the signs of text and heading, 0–1; nothing when neither side has any sign."""
    sides = [Counter[str](), Counter[str]()]
    for counts, side in zip(sides, (ours, theirs), strict=True):
        for signs in side:
            counts.update(signs.counts)
            counts.update(signs.heading)
    sizes = [sum(weights.get(sign, 0.0) * n for sign, n in counts.items()) for counts in sides]
    if not sum(sizes):
        return 0.0
    shared = sum(weights.get(sign, 0.0) * min(n, sides[1][sign]) for sign, n in sides[0].items())
    return 2 * shared / sum(sizes)
