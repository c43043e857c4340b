"""Search hits → a draft: statements of the sections that answer, both positions of a conflict, or the known gap."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer.abstain import Strength, strength_of
from assistant.answer.choose import Chosen, StatementChooser
from assistant.answer.cite import CitationBook, Evidence
from assistant.answer.draft import Draft
from assistant.answer.sentences import say
from assistant.answer.turned_away import other_drug
from assistant.ingest.records import Conflict, Gap
from assistant.retrieve.search import Hit
from assistant.text.normalise import normalise
from assistant.types import AnswerStatement, Language
from assistant.understand.cues import cue
from assistant.understand.reading import Reading

_NEAREST = 3
# gap-001 to gap-025: what of the IMWG guideline itself is not in the corpus
_GUIDELINE_GAPS = (
    "gap:gap-00",
    "gap:gap-01",
    "gap:gap-020",
    "gap:gap-021",
    "gap:gap-022",
    "gap:gap-023",
    "gap:gap-024",
    "gap:gap-025",
)


class GuidanceComposer:
    """Composes guidance from hits; knows gaps and conflicts by id."""

    def __init__(self, evidence: Evidence, chooser: StatementChooser) -> None:
        self._evidence = evidence
        self._chooser = chooser
        self._gaps = {gap.id: gap for gap in evidence.corpus.gaps}
        self._conflicts = {conflict.id: conflict for conflict in evidence.corpus.conflicts}

    def compose(self, reading: Reading, hits: Sequence[Hit], book: CitationBook) -> Draft:
        """The draft for a guidance question."""
        language = reading.language
        strength = strength_of(reading, hits)
        if strength is Strength.NONE and reading.foreign_drugs and not reading.drugs:
            return other_drug(reading.foreign_drugs[0], language)
        if strength is Strength.NONE:
            return Draft(kind="out_of_scope", lead=(say("unrelated", language),))
        if strength is Strength.WEAK or not hits:
            return self._not_covered(hits, language)
        hits = _leading(hits, names_guideline=bool(cue("guideline", normalise(reading.question).text)))
        first = hits[0].unit
        if first.kind == "gap":
            return self._gap(self._gaps[first.id.removeprefix("gap:")], reading, hits, book)
        if first.kind == "conflict":
            return self._conflict(self._conflicts[first.id.removeprefix("conflict:")], language, book)
        chosen = self._chooser.choose(reading.search, hits, language)
        statements = _worded(chosen, book)
        tail = self._nearby(hits, language)
        kind = "comparison" if reading.comparison and len({c.place.section.id for c in chosen}) > 1 else "guidance"
        return Draft(kind=kind, statements=statements, tail=tail, citations=book.citations)

    def _gap(self, gap: Gap, reading: Reading, hits: Sequence[Hit], book: CitationBook) -> Draft:
        language = reading.language
        lead = [
            say("gap", language, missing=gap.missing.in_language(language)),
            gap.why.in_language(language),
            say("gap_open", language, open=gap.open.in_language(language)),
        ]
        close = [hit for hit in hits[1:3] if hit.unit.kind == "section" and hit.unit.topic == gap.topic]
        chosen = self._chooser.choose(reading.search, close, language)[:2]
        if chosen:
            lead.append(say("gap_also", language))
        return Draft(
            kind="gap",
            lead=tuple(lead),
            statements=_worded(chosen, book),
            citations=book.citations,
            gaps=(gap.id,),
        )

    def _conflict(self, conflict: Conflict, language: Language, book: CitationBook) -> Draft:
        statements = []
        for position in conflict.positions:
            markers = book.cite_numbers(
                position.facts, f"{position.says.in_language(language)} {conflict.title.in_language(language)}"
            )
            text = say(
                "position",
                language,
                who=position.who.in_language(language),
                says=position.says.in_language(language),
            )
            statements.append(AnswerStatement(text=text, markers=(*markers, f"conflict:{conflict.id}")))
        return Draft(
            kind="comparison",
            lead=(say("differ", language, title=conflict.title.in_language(language)),),
            statements=tuple(statements),
            tail=(conflict.handling.in_language(language),) if conflict.handling.in_language(language) else (),
            citations=book.citations,
            conflicts=(conflict.id,),
        )

    def _not_covered(self, hits: Sequence[Hit], language: Language) -> Draft:
        titles = [
            section.title
            for hit in hits[:_NEAREST]
            if hit.unit.kind == "section"
            for section in [self._evidence.section(hit.unit.id.removeprefix("section:"), language)]
            if section is not None
        ]
        topics = ("；" if language == "zh" else "; ").join(titles)
        return Draft(kind="gap", lead=(say("no_answer", language, topics=topics or "-"),), suggestions=tuple(titles))

    def _nearby(self, hits: Sequence[Hit], language: Language) -> tuple[str, ...]:
        """A gap or conflict close behind the answer is named, so that partial coverage is visible."""
        for hit in hits[1:3]:
            if hit.unit.topic != hits[0].unit.topic or hit.asked_share < 0.75:
                continue
            if hit.unit.kind == "gap":
                gap = self._gaps[hit.unit.id.removeprefix("gap:")]
                return (
                    say("gap", language, missing=gap.missing.in_language(language)),
                    say("gap_open", language, open=gap.open.in_language(language)),
                )
        return ()


def _leading(hits: Sequence[Hit], *, names_guideline: bool) -> Sequence[Hit]:
    """The hits with the one that may lead first.

    That the guideline's full text is not in the corpus is the answer only to a question about the guideline; to any other
    question the sections of the sources that are in the corpus come first, if there are any.
    """
    if names_guideline:
        return hits
    sections = [hit for hit in hits if not hit.unit.id.startswith(_GUIDELINE_GAPS)]
    return sections or hits


def _worded(chosen: Sequence[Chosen], book: CitationBook) -> tuple[AnswerStatement, ...]:
    return tuple(
        AnswerStatement(text=c.place.statement.text, markers=book.cite(c.place), heading=c.place.section.title)
        for c in chosen
    )
