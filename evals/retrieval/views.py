"""The corpus as units and lines in memory, whole or with one language taken out.

A cross-lingual question is asked against a corpus in which its own language does not occur: the twins in that language
are absent, with their titles and ways of asking. `as_imported` also takes the ways of asking in the other language away, so
that a passage is what an imported document would be: a title and sentences.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from assistant.ingest.imported.store import Imported
from assistant.ingest.records import Corpus
from assistant.retrieve.embedding import Embedder, Vectors
from assistant.retrieve.index import Line
from assistant.retrieve.lexical import Bm25
from assistant.retrieve.tokens import tokeniser
from assistant.retrieve.units import Unit, units_of


@dataclass
class MemoryIndex:
    """What a searcher needs of an index, built in memory; there is no store of vectors on disk."""

    corpus: Corpus
    units: tuple[Unit, ...]
    lines: tuple[Line, ...]
    text: Bm25
    asked: Bm25
    vocabulary: tuple[frozenset[str], ...]
    vectors: Vectors
    imported: tuple[Imported, ...] = ()


def index_of(
    corpus: Corpus, units: tuple[Unit, ...], embedder: Embedder, sentences: dict[str, tuple[str, ...]] | None = None
) -> MemoryIndex:
    """An index over `units`; `sentences` are further lines by unit id (for units without ways of asking)."""
    tokens = lru_cache(maxsize=None)(tokeniser())
    more = sentences or {}

    def of(pieces: Iterable[str]) -> list[str]:
        return [token for piece in pieces for token in tokens(piece)]

    lines = tuple(
        Line(unit=number, text=text)
        for number, unit in enumerate(units)
        for text in (*unit.asked_as, *unit.titles, *more.get(unit.id, ()))
    )
    return MemoryIndex(
        corpus=corpus,
        units=units,
        lines=lines,
        text=Bm25.build([of((*u.titles, *u.titles, *u.texts)) for u in units]),
        asked=Bm25.build([tokens(line.text) for line in lines]),
        vocabulary=tuple(frozenset(of((*u.titles, *u.texts, *u.asked_as))) for u in units),
        vectors=embedder.encode([line.text for line in lines]),
    )


def only(corpus: Corpus, language: str) -> tuple[Unit, ...]:
    """The units of `corpus` in one language, in the order of `units_of`."""
    kept = corpus.model_copy(update={"sections": tuple(s for s in corpus.sections if s.language == language)})
    return tuple(_in_language(kept, language))


def _in_language(corpus: Corpus, language: str) -> Iterator[Unit]:
    position = ("en", "zh").index(language)
    asked = {f"gap:{gap.id}": (gap.asked_en, gap.asked_zh)[position] for gap in corpus.gaps}
    asked |= {f"conflict:{c.id}": (c.asked_en, c.asked_zh)[position] for c in corpus.conflicts}
    for unit in units_of(corpus):
        if unit.kind == "section":
            yield unit
        else:
            titles = unit.titles[position : position + 1]
            yield unit.model_copy(
                update={"titles": titles, "texts": (unit.texts[position],), "asked_as": asked[unit.id]}
            )


def as_imported(corpus: Corpus, language: str) -> tuple[tuple[Unit, ...], dict[str, tuple[str, ...]]]:
    """Sections in one language as imported passages: without ways of asking, their statements as lines."""
    sections = {f"section:{s.id}": s for s in corpus.sections if s.language == language}
    units = tuple(unit.model_copy(update={"asked_as": ()}) for unit in only(corpus, language) if unit.kind == "section")
    return units, {unit.id: tuple(s.text for s in sections[unit.id].statements) for unit in units}
