"""What the transformer learns from: everything that asks for or says one thing, and the things that look alike.

A group is a section, gap or conflict with its ways of asking and its shown texts in both languages. Look-alikes are the
groups whose English questions lie nearest (the same row of another drug or jurisdiction, mostly); they go into the same
batch, so that each is the other's negative. Groups that carry a common fact are never each other's negative.
Questions of the evaluation sets are never used.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.ingest.records import Corpus, Section
from assistant.lexicon.terms import load_terms
from assistant.text.normalise import normalise
from assistant.types import Record

_NEIGHBOURS = 12


class Twin(Record):
    """The same wording in both languages, normalised."""

    en: str
    zh: str


class Group(Record):
    """All that asks for or says one thing; normalised. `twins` are its shown texts, sentence by sentence."""

    id: str
    asked_en: tuple[str, ...]
    asked_zh: tuple[str, ...]
    twins: tuple[Twin, ...]
    facts: frozenset[str]


def groups_of(corpus: Corpus) -> tuple[Group, ...]:
    """The groups of the corpus, in corpus order; those asked for in one language only are left out."""
    by_id: dict[str, list[Section]] = {}
    for section in corpus.sections:
        by_id.setdefault(section.id, []).append(section)
    found = [_section_group(twins) for twins in by_id.values() if {t.language for t in twins} == {"en", "zh"}]
    found += [
        Group(
            id=gap.id,
            asked_en=_plain(gap.asked_en),
            asked_zh=_plain(gap.asked_zh),
            twins=tuple(_twin(text.en, text.zh) for text in (gap.missing, gap.why)),
            facts=frozenset(),
        )
        for gap in corpus.gaps
    ]
    found += [
        Group(
            id=conflict.id,
            asked_en=_plain(conflict.asked_en),
            asked_zh=_plain(conflict.asked_zh),
            twins=tuple(_twin(t.en, t.zh) for t in (conflict.title, *(p.says for p in conflict.positions))),
            facts=frozenset(fact for position in conflict.positions for fact in position.facts),
        )
        for conflict in corpus.conflicts
    ]
    return tuple(group for group in found if group.asked_en and group.asked_zh)


def _section_group(twins: list[Section]) -> Group:
    en, zh = sorted(twins, key=lambda section: section.language)
    aligned = zip(en.statements, zh.statements, strict=True)
    return Group(
        id=en.id,
        asked_en=_plain(en.asked_as),
        asked_zh=_plain(zh.asked_as),
        twins=(_twin(en.title, zh.title), *(_twin(a.text, b.text) for a, b in aligned)),
        facts=frozenset(fact for statement in en.statements for fact in statement.facts),
    )


def _plain(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(normalise(text).text for text in texts)


def _twin(en: str, zh: str) -> Twin:
    return Twin(en=normalise(en).text, zh=normalise(zh).text)


def glossary_twins(glossary: Path) -> tuple[Twin, ...]:
    """Each spelling of a term beside its English name; spellings are normalised by the glossary reader."""
    return tuple(
        Twin(en=normalise(term.id).text, zh=spelling)
        for term in load_terms(glossary)
        for spelling in term.spellings
        if spelling != normalise(term.id).text
    )


def look_alikes(groups: tuple[Group, ...], centres: NDArray[np.float32]) -> list[list[int]]:
    """For each group the numbers of its nearest others, nearest first. `centres` are unit rows, one per group."""
    cosines = centres @ centres.T
    near: list[list[int]] = []
    for number in range(len(groups)):
        order = np.argsort(-cosines[number], kind="stable")
        near.append([int(other) for other in order if may_repel(groups[number], groups[int(other)])][:_NEIGHBOURS])
    return near


def may_repel(one: Group, other: Group) -> bool:
    """Whether two groups are about different things: not the same group, and no fact in common."""
    return one.id != other.id and not one.facts & other.facts
