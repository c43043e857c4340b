"""The corpus as frozen records: sources, facts, sections made of statements, gaps, conflicts."""

from __future__ import annotations

from assistant.types import Record, Text


class Source(Record):
    """One document of the registry `corpus/sources.yaml`; `date` as far as it is printed."""

    id: str
    title: str
    publisher: str
    kind: str
    version: str
    date: str
    jurisdiction: str
    doi: str
    url: str
    licence_note: str
    title_zh: str = ""


class Fact(Record):
    """One fact as carried: its provenance, and `text`, everything it says in one string (used to check numbers)."""

    id: str
    topic: str
    source: str
    locator: str
    date: str
    jurisdiction: str
    confidence: str
    attribution: str
    url: str
    also_sources: tuple[str, ...]
    text: str


class Statement(Record):
    """One citable statement of a section in one language.

    `quote` is the line as it stands in the section body (`body[start:end] == quote`); `text` is the same as a sentence:
    for a table row, its cells joined with their column heads. `cells` and `header` are empty unless it is a row.
    """

    text: str
    quote: str
    start: int
    end: int
    facts: tuple[str, ...]
    header: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()


class Section(Record):
    """One section in one language; its twin has the same `id`. `asked_as` is indexed and never shown."""

    id: str
    document: str
    language: str
    title: str
    topic: str
    drugs: tuple[str, ...]
    jurisdictions: tuple[str, ...]
    body: str
    statements: tuple[Statement, ...]
    asked_as: tuple[str, ...]


class Document(Record):
    """One folder of the corpus; `checked_on` is the day its text was last read against its facts."""

    id: str
    title: Text
    kind: str
    checked_on: str


class Gap(Record):
    """Something known to be missing: what, why, and which document to open."""

    id: str
    topic: str
    drugs: tuple[str, ...]
    jurisdictions: tuple[str, ...]
    missing: Text
    why: Text
    open: Text
    asked_en: tuple[str, ...]
    asked_zh: tuple[str, ...]


class Position(Record):
    """One side of a conflict: who says what, and the facts that carry it."""

    who: Text
    says: Text
    facts: tuple[str, ...]


class Conflict(Record):
    """A point on which sources differ; both positions are shown, never merged."""

    id: str
    topic: str
    drugs: tuple[str, ...]
    jurisdictions: tuple[str, ...]
    title: Text
    positions: tuple[Position, ...]
    handling: Text
    source: str
    asked_en: tuple[str, ...]
    asked_zh: tuple[str, ...]


class Corpus(Record):
    """Everything the assistant may say, with its provenance. `version` is a hash over the corpus files."""

    version: str
    sources: dict[str, Source]
    facts: dict[str, Fact]
    documents: tuple[Document, ...]
    sections: tuple[Section, ...]
    gaps: tuple[Gap, ...]
    conflicts: tuple[Conflict, ...]
