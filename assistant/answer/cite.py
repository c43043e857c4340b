"""Statements ↔ citations: markers are given once per cited line and source, and every citation can be opened.

A citation's quote is the line as it stands in the section (`body[start:end]`), in the language of the answer; the same
statement in the other language stands beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.ingest.imported.records import ImportedChunk, ImportedDocument
from assistant.ingest.imported.store import Imported
from assistant.ingest.imported.units import cite as cite_imported
from assistant.ingest.imported.units import section as imported_section
from assistant.ingest.records import Corpus, Section, Statement
from assistant.text.numbers import numbers_in
from assistant.types import Citation, Language, Record

_MAX_SOURCES = 3
_SPAN = r"[1-5](?:\s*(?:[-–/~至到、,]|or|and|to|或|和)\s*[1-5])*"
_GRADES = re.compile(rf"grades?\s*:?\s*({_SPAN})(?![\d.])|(?<![\d.])({_SPAN})\s*级", re.IGNORECASE)


class Place(Record):
    """One statement of the corpus: its section, its number inside it, and its twin."""

    section: Section
    number: int
    twin: Section | None = None

    @property
    def statement(self) -> Statement:
        """The statement itself."""
        return self.section.statements[self.number]


class Evidence:
    """The corpus by section and by fact, and the user's own documents by passage. Built once; read-only."""

    def __init__(self, corpus: Corpus, imported: Iterable[Imported] = ()) -> None:
        self.corpus = corpus
        self.imported: dict[str, tuple[ImportedDocument, ImportedChunk]] = {}
        self._imported_sections: dict[str, Section] = {}
        for item in imported:
            for chunk in item.chunks:
                self.imported[f"imported:{chunk.id}"] = (item.document, chunk)
                self._imported_sections[f"imported:{chunk.id}"] = imported_section(chunk, item.document)
        self._sections = {(section.id, section.language): section for section in corpus.sections}
        self._by_fact: dict[tuple[str, str], list[tuple[str, int]]] = {}
        for section in corpus.sections:
            for number, statement in enumerate(section.statements):
                for fact in statement.facts:
                    self._by_fact.setdefault((fact, section.language), []).append((section.id, number))

    def section(self, section_id: str, language: str) -> Section | None:
        """The section in `language`, or in the other one when it exists only there."""
        if section_id in self.imported:
            return self._imported_sections[self._in_language(section_id, language)]
        other = "en" if language == "zh" else "zh"
        return self._sections.get((section_id, language)) or self._sections.get((section_id, other))

    def reading(self, citation: Citation) -> str:
        """The cited statement as a sentence: for a table row, its cells with their column heads; "" when it is not found."""
        section = self.section(citation.section, citation.language)
        statements = section.statements if section is not None else ()
        return next((s.text for s in statements if s.quote == citation.quote), "")

    def row_head(self, citation: Citation) -> str:
        """The first cell of a cited table row; "" when the citation is not one."""
        section = self.section(citation.section, citation.language)
        statements = section.statements if section is not None else ()
        return next((s.cells[0] for s in statements if s.quote == citation.quote and s.cells), "")

    def places(self, section_id: str, language: str) -> list[Place]:
        """All statements of a section in `language`."""
        section = self.section(section_id, language)
        if section is None:
            return []
        twin = self._sections.get((section_id, "en" if section.language == "zh" else "zh"))
        return [Place(section=section, number=n, twin=twin) for n in range(len(section.statements))]

    def _in_language(self, section_id: str, language: str) -> str:
        """The imported passage itself, or its translation beside it when that is in the language asked."""
        chunk = self.imported[section_id][1]
        twin = f"imported:{chunk.twin}"
        if chunk.language != language and chunk.twin and twin in self.imported:
            return twin
        return section_id

    def places_of_fact(self, fact: str, language: str) -> list[Place]:
        """Every statement that carries `fact`, in corpus order."""
        return [
            self.places(section_id, language)[number] for section_id, number in self._by_fact.get((fact, language), [])
        ]

    def place_of_fact(self, fact: str, language: str) -> Place | None:
        """The statement that carries `fact`, preferring the one that carries the fewest other facts."""
        return min(
            self.places_of_fact(fact, language),
            key=_fewest_facts,
            default=None,
        )


def _fewest_facts(place: Place) -> tuple[int, str]:
    return len(place.statement.facts), place.section.id


def _grades(text: str) -> set[str]:
    """The grades that `text` names ("grade 2 or 3" → 2, 3; 2–3级 → 2, 3)."""
    spans = [span for pair in _GRADES.findall(text) for span in pair if span]
    return {digit for span in spans for digit in _expanded(span)}


def _expanded(span: str) -> set[str]:
    digits = re.findall("[1-5]", span)
    if re.search(r"[-–~至到]|\bto\b", span) and len(digits) == 2:
        return {str(n) for n in range(int(digits[0]), int(digits[1]) + 1)}
    return set(digits)


class CitationBook:
    """Hands out markers for one answer and keeps its citations in order."""

    def __init__(self, evidence: Evidence, language: Language) -> None:
        self._evidence = evidence
        self._language = language
        self._citations: dict[tuple[str, int, str], Citation] = {}

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All citations so far, in order of their markers."""
        return tuple(self._citations.values())

    def cite(self, place: Place, only_facts: Iterable[str] = ()) -> tuple[str, ...]:
        """The markers for a statement: one per distinct source among its facts (at most three)."""
        if place.section.id in self._evidence.imported:
            return (self._cite_imported(place),)
        wanted = set(only_facts)
        facts = [fact for fact in place.statement.facts if not wanted or fact in wanted] or list(place.statement.facts)
        markers: dict[str, None] = {}
        for fact_id in facts:
            fact = self._evidence.corpus.facts[fact_id]
            key = (place.section.id, place.number, fact.source)
            if key not in self._citations:
                if len(markers) == _MAX_SOURCES:
                    continue
                self._citations[key] = self._citation(place, fact_id)
            markers[self._citations[key].marker] = None
        return tuple(markers)

    def _cite_imported(self, place: Place) -> str:
        """The marker for a passage of the user's own copy: one per statement, never another source."""
        document, chunk = self._evidence.imported[place.section.id]
        key = (place.section.id, place.number, document.id)
        if key not in self._citations:
            twin = self._evidence.imported.get(f"imported:{chunk.twin}") if chunk.twin else None
            marker = str(len(self._citations) + 1)
            statement = place.statement
            self._citations[key] = cite_imported(
                document, chunk, marker, statement.start, statement.end, twin[1] if twin else None
            )
        return self._citations[key].marker

    def cite_numbers(self, facts: Iterable[str], said: str) -> tuple[str, ...]:
        """The markers for `said`: of the statements that carry `facts`, those that hold most of its numbers.

        A statement without any of its numbers is cited only when none has one, so that a citation shows what it is for.
        """
        numbers = numbers_in(said)
        of_facts = {fact: self._of_the_same_grade(fact, said) for fact in facts}
        places = [place for found in of_facts.values() for place in found]
        shared = [len(numbers & numbers_in(place.statement.text)) for place in places]
        best = max(shared, default=0)
        if best == 0:
            nearest = [min(found, key=_fewest_facts) for found in of_facts.values() if found]
            return tuple(dict.fromkeys(marker for place in nearest for marker in self.cite(place, of_facts)))
        chosen = [place for place, count in zip(places, shared, strict=True) if count == best]
        return tuple(dict.fromkeys(marker for place in chosen[:_MAX_SOURCES] for marker in self.cite(place, of_facts)))

    def cite_row(self, fact: str, said: str) -> tuple[str, ...]:
        """The markers for the one statement carrying `fact` that holds most numbers of `said`, never one of another grade."""
        numbers = numbers_in(said)
        places = self._of_the_same_grade(fact, said)
        if not places:
            return ()
        best = min(places, key=lambda p: (-len(numbers & numbers_in(p.statement.text)), *_fewest_facts(p)))
        return self.cite(best, [fact])

    def _of_the_same_grade(self, fact: str, said: str) -> list[Place]:
        """The statements that carry `fact`; a row of another grade than `said` holds other advice, whatever numbers it shares."""
        grades = _grades(said)
        return [
            place
            for place in self._evidence.places_of_fact(fact, self._language)
            if not grades or not (own := _grades(place.statement.text)) or grades & own
        ]

    def cite_fact(self, fact: str) -> tuple[str, ...]:
        """The markers for the statement that carries `fact`; empty when none does."""
        place = self._evidence.place_of_fact(fact, self._language)
        return self.cite(place, [fact]) if place is not None else ()

    def cite_about(self, topic: str, drug: str, jurisdiction: str) -> tuple[str, ...]:
        """The markers for what the corpus does say on a topic of a drug: used beside a gap, where no fact decides."""
        sections = [
            section
            for section in self._evidence.corpus.sections
            if section.language == self._language
            and (section.topic, section.drugs) == (topic, (drug,))
            and jurisdiction in section.jurisdictions
        ]
        places = self._evidence.places(sections[0].id, self._language)[-1:] if len(sections) == 1 else []
        return tuple(dict.fromkeys(marker for place in places for marker in self.cite(place)))

    def _citation(self, place: Place, fact_id: str) -> Citation:
        fact = self._evidence.corpus.facts[fact_id]
        source = self._evidence.corpus.sources[fact.source]
        twin = place.twin.statements[place.number].quote if place.twin is not None else ""
        title = source.title_zh if place.section.language == "zh" and source.title_zh else source.title
        return Citation(
            marker=str(len(self._citations) + 1),
            section=place.section.id,
            source=source.id,
            title=title,
            locator=fact.locator,
            date=fact.date or source.date,
            jurisdiction=fact.jurisdiction or source.jurisdiction,
            confidence=fact.confidence,
            language=place.section.language,
            quote=place.statement.quote,
            url=(f"https://doi.org/{source.doi}" if source.doi else source.url) or fact.url,
            section_title=place.section.title,
            facts=tuple(f for f in place.statement.facts if self._evidence.corpus.facts[f].source == fact.source),
            twin_quote=twin,
            start=place.statement.start,
            end=place.statement.end,
            publisher=source.publisher,
        )
