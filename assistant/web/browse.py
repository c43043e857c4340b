"""What the guideline browser does, as plain functions: list, find, open. Only the corpus and the user's own copies are read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from assistant.errors import AssistantError
from assistant.ingest.records import Corpus, Section
from assistant.present.browse import Browse, Column, DocumentLines, FoundLine, SectionLine, SourceOf, browse_html
from assistant.present.passage import OTHER
from assistant.present.words import place, say
from assistant.types import Language

_RESULTS = 15
_LONGEST = 200


class Browses(Protocol):
    """What the browser needs of an assistant."""

    index: Any

    def search(self, query: str, k: int = 5) -> Iterable[Any]:
        """What a question finds, best first."""


def shown(assistant: Browses, section: str, query: str, language: Language) -> str:
    """The view: the section opened, else what was searched for, else the list alone; empty without a corpus."""
    if getattr(assistant, "index", None) is None:
        return browse_html(Browse(), language)
    if section or not query.strip():
        return browse_html(opened(assistant.index.corpus, section, language), language)
    return browse_html(found(assistant, query, language), language)


def listed(corpus: Corpus, language: Language, section: str = "") -> tuple[DocumentLines, ...]:
    """All documents with their sections in `language`; the one that holds `section` is opened."""
    of: dict[str, list[SectionLine]] = {}
    holder = next((s.document for s in corpus.sections if s.id == section), "")
    for found in corpus.sections:
        if found.language == language:
            of.setdefault(found.document, []).append(SectionLine(id=found.id, title=found.title))
    return tuple(
        DocumentLines(
            title=document.title.in_language(language),
            sections=tuple(of.get(document.id, ())),
            opened=document.id == holder,
        )
        for document in corpus.documents
    )


def opened(corpus: Corpus, section: str, language: Language) -> Browse:
    """One section, the page language first; the list alone when there is no such section."""
    twins = {s.language: s for s in corpus.sections if s.id == section}
    order = [twins[tongue] for tongue in (language, OTHER[language]) if tongue in twins]
    return Browse(
        documents=listed(corpus, language, section),
        section=section if order else "",
        columns=tuple(Column(language=s.language, title=s.title, body=s.body) for s in order),
        sources=_sources(corpus, order[0], language) if order else (),
    )


def found(assistant: Browses, query: str, language: Language) -> Browse:
    """What `query` finds: sections to open, known gaps and conflicts in words."""
    corpus: Corpus = assistant.index.corpus
    wanted = query.strip()[:_LONGEST]
    try:
        hits = list(assistant.search(wanted, k=_RESULTS)) if any(c.isalnum() for c in wanted) else []
    except AssistantError:
        hits = []
    lines = [line for hit in hits if (line := _line(corpus, hit.unit, language)) is not None]
    return Browse(documents=listed(corpus, language), query=wanted, found=tuple(lines))


def _line(corpus: Corpus, unit: Any, language: Language) -> FoundLine | None:
    name = str(unit.id).partition(":")[2]
    if unit.kind == "section":
        section = next((s for s in corpus.sections if s.id == name and s.language == language), None)
        titles = {document.id: document.title.in_language(language) for document in corpus.documents}
        if section is None:
            return None
        return FoundLine(kind="section", title=section.title, section=name, document=titles.get(section.document, ""))
    if unit.kind == "gap":
        gap = next(g for g in corpus.gaps if g.id == name)
        return FoundLine(kind="gap", title=gap.missing.in_language(language), text=gap.open.in_language(language))
    if unit.kind == "conflict":
        conflict = next(c for c in corpus.conflicts if c.id == name)
        says = (f"{p.who.in_language(language)}: {p.says.in_language(language)}" for p in conflict.positions)
        return FoundLine(kind="conflict", title=conflict.title.in_language(language), text=" / ".join(says))
    return FoundLine(kind="imported", title=unit.titles[0] if unit.titles else name)


def _sources(corpus: Corpus, section: Section, language: Language) -> tuple[SourceOf, ...]:
    facts = dict.fromkeys(fact for statement in section.statements for fact in statement.facts)
    lines: dict[tuple[str, ...], SourceOf] = {}
    for fact in (corpus.facts[name] for name in facts):
        source = corpus.sources[fact.source]
        title = source.title_zh if language == "zh" and source.title_zh else source.title
        date = fact.date or source.date or say("citation.date_unknown", language)
        where = place(fact.jurisdiction or source.jurisdiction, language)
        line = SourceOf(
            title=title,
            details=tuple(filter(None, (fact.locator, date, where))),
            confidence=fact.confidence,
            url=fact.url or source.url,
        )
        lines.setdefault((line.title, *line.details, line.confidence), line)
    return tuple(lines.values())
