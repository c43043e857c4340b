"""Pairs of texts that should lie near each other, for the static model.

Two ways of asking for the same section (across languages too), a way of asking and the section's title or a statement, a
statement and its twin, a term and its other-language spelling. Other pairs of a batch are the negatives; batches hold at
most one pair per section, so that sections about the same row of another drug push each other apart. Questions of the
evaluation sets are never used.
"""

from __future__ import annotations

import random
from pathlib import Path

from assistant.ingest.records import Corpus, Section
from assistant.lexicon.terms import load_terms

BATCH = 256
_ROUNDS = 6
# (anchor, positive, group): the group is what both belong to
Pair = tuple[str, str, str]


def training_pairs(corpus: Corpus, rng: random.Random) -> list[Pair]:
    """Pairs from sections, gaps and conflicts."""
    pairs: list[Pair] = []
    by_id: dict[str, list[Section]] = {}
    for section in corpus.sections:
        by_id.setdefault(section.id, []).append(section)
    for section_id, twins in by_id.items():
        pairs += _asked_pairs([q for twin in twins for q in twin.asked_as], section_id, rng)
        for twin in twins:
            for question in twin.asked_as:
                pairs.append((question, twin.title, section_id))
                pairs.append((question, rng.choice(twin.statements).text, section_id))
        if len(twins) == 2:
            pairs.append((twins[0].title, twins[1].title, section_id))
            aligned = zip(twins[0].statements, twins[1].statements, strict=True)
            pairs += [(a.text, b.text, f"{section_id}/{n}") for n, (a, b) in enumerate(aligned)]
    for gap in corpus.gaps:
        pairs += _asked_pairs([*gap.asked_en, *gap.asked_zh], gap.id, rng)
    for conflict in corpus.conflicts:
        pairs += _asked_pairs([*conflict.asked_en, *conflict.asked_zh], conflict.id, rng)
    return pairs


def _asked_pairs(asked: list[str], group: str, rng: random.Random) -> list[Pair]:
    """Ways of asking for the same thing, paired at random several times, within and across languages."""
    pairs: list[Pair] = []
    for _ in range(_ROUNDS):
        rng.shuffle(asked)
        pairs += [(a, b, group) for a, b in zip(asked[::2], asked[1::2], strict=False)]
    return pairs


def glossary_pairs(glossary: Path, rng: random.Random) -> list[Pair]:
    """Spellings of one term, paired at random and across languages."""
    pairs: list[Pair] = []
    for term in load_terms(glossary):
        spellings = list(term.spellings)
        pairs += [(term.id, other, f"term/{term.id}") for other in spellings[1:]]
        rng.shuffle(spellings)
        pairs += [(a, b, f"term/{term.id}") for a, b in zip(spellings[::2], spellings[1::2], strict=False)]
    return pairs


def batches(pairs: list[Pair], rng: random.Random) -> list[list[tuple[str, str]]]:
    """Batches in which no group occurs twice."""
    rng.shuffle(pairs)
    made: list[tuple[set[str], list[tuple[str, str]]]] = []
    open_from = 0
    for anchor, positive, group in pairs:
        for seen, batch in made[open_from:]:
            if group not in seen and len(batch) < BATCH:
                seen.add(group)
                batch.append((anchor, positive))
                break
        else:
            made.append(({group}, [(anchor, positive)]))
        while open_from < len(made) and len(made[open_from][1]) >= BATCH:
            open_from += 1
    return [batch for _, batch in made if len(batch) >= 8]
