"""Search hits → a draft: statements of the sections that answer, both positions of a conflict, or the known gap."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer.abstain import Assessor, Strength
from assistant.answer.choose import Chosen, StatementChooser
from assistant.answer.cite import CitationBook, Evidence
from assistant.answer.draft import Draft
from assistant.answer.sentences import say
from assistant.answer.sources import by_source
from assistant.answer.turned_away import other_drug
from assistant.ingest.records import Conflict, Gap
from assistant.retrieve.search import Hit
from assistant.text.normalise import normalise
from assistant.types import AnswerStatement, Language, Notice
from assistant.understand.cues import cue
from assistant.understand.reading import Reading

_NEAREST = 3
# how much of the question a conflict has to hold to lead
_MOSTLY = 0.7
# cosine from which a known conflict is near a question that compares
_NEAR = 0.8
_CLOSE_GAP = 0.75
_BESIDE_A_GAP = 2
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
        self.assessor = Assessor(evidence, chooser.tokens, chooser.weight, chooser.nearness)
        self._gaps = {gap.id: gap for gap in evidence.corpus.gaps}
        self._conflicts = {conflict.id: conflict for conflict in evidence.corpus.conflicts}

    def compose(self, reading: Reading, hits: Sequence[Hit], book: CitationBook) -> Draft:
        """The draft for a guidance question."""
        language = reading.language
        strength = self.assessor.strength(reading, hits)
        if strength is Strength.NONE and reading.foreign_drugs and not reading.drugs:
            return other_drug(reading.foreign_drugs[0], language)
        if strength is Strength.NONE:
            return Draft(kind="out_of_scope", lead=(say("unrelated", language),))
        if strength is not Strength.ENOUGH and (differing := _known_difference(reading, hits)):
            return self._conflict(self._conflicts[differing.unit.id.removeprefix("conflict:")], language, book)
        if strength is Strength.WEAK or not hits:
            return self._not_covered(hits, language)
        asked = normalise(reading.question).text
        hits = _leading(hits, names_guideline=bool(cue("guideline", asked)), either_or=bool(cue("either_or", asked)))
        first = hits[0].unit
        if first.kind == "gap":
            return self._gap(self._gaps[first.id.removeprefix("gap:")], reading, hits, book)
        if first.kind == "conflict":
            return self._conflict(self._conflicts[first.id.removeprefix("conflict:")], language, book)
        chosen = self._chooser.choose(reading.search, hits, language, sides=reading.comparison)
        statements = _worded(chosen, book, self._evidence, language)
        tail, gaps = self._nearby(hits, language)
        kind = "comparison" if reading.comparison and len({c.place.section.id for c in chosen}) > 1 else "guidance"
        unsure = strength is Strength.UNSURE
        return Draft(
            kind=kind,
            lead=(say("nearest_lead", language),) if unsure else (),
            statements=statements,
            tail=tail,
            citations=book.citations,
            warnings=(Notice(id="nearest_only", text=say("nearest_only", language)),) if unsure else (),
            gaps=gaps,
        )

    def _gap(self, gap: Gap, reading: Reading, hits: Sequence[Hit], book: CitationBook) -> Draft:
        language = reading.language
        lead = [
            say("gap", language, missing=gap.missing.in_language(language)),
            say("gap_open", language, open=gap.open.in_language(language)),
        ]
        close = [hit for hit in hits[1:3] if hit.unit.kind == "section" and hit.unit.topic == gap.topic]
        chosen = self._chooser.choose(reading.search, close, language)[:_BESIDE_A_GAP]
        if chosen:
            lead.append(say("gap_also", language))
        return Draft(
            kind="gap",
            lead=tuple(lead),
            statements=_worded(chosen, book, self._evidence, language),
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

    def _nearby(self, hits: Sequence[Hit], language: Language) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """A gap close behind the answer is named, so that partial coverage is visible: its sentences and its id."""
        for hit in hits[1:3]:
            if hit.unit.kind == "gap" and hit.unit.topic == hits[0].unit.topic and hit.asked_share >= _CLOSE_GAP:
                gap = self._gaps[hit.unit.id.removeprefix("gap:")]
                missing, look = gap.missing.in_language(language), gap.open.in_language(language)
                return (say("gap", language, missing=missing), say("gap_open", language, open=look)), (gap.id,)
        return (), ()


def _known_difference(reading: Reading, hits: Sequence[Hit]) -> Hit | None:
    """The known conflict on the drug asked about that lies near a question which compares; None when there is none."""
    if not reading.comparison or not reading.drugs:
        return None
    conflicts = (
        hit for hit in hits[:_NEAREST] if hit.unit.kind == "conflict" and set(hit.unit.drugs) & set(reading.drugs)
    )
    return next((hit for hit in conflicts if hit.nearness >= _NEAR), None)


def _leading(hits: Sequence[Hit], *, names_guideline: bool, either_or: bool) -> Sequence[Hit]:
    """The hits with the one that may lead first.

    "This or that?" is answered by a known conflict on it, when one was found as good as first: one side alone would mislead.

    That the guideline's full text is not in the corpus is the answer only to a question about the guideline; to any other
    question the sections of the sources that are in the corpus come first, if there are any.
    """
    differing = [hit for hit in hits[:_NEAREST] if hit.unit.kind == "conflict" and hit.coverage >= _MOSTLY]
    if either_or and differing and hits[0].unit.kind != "gap":
        hits = [differing[0], *(hit for hit in hits if hit is not differing[0])]
    if names_guideline:
        return hits
    sections = [hit for hit in hits if not hit.unit.id.startswith(_GUIDELINE_GAPS)]
    return sections or hits


def _worded(
    chosen: Sequence[Chosen], book: CitationBook, evidence: Evidence, language: Language
) -> tuple[AnswerStatement, ...]:
    """The chosen statements by source, with citations numbered in the order in which they stand; rows keep their cells."""
    return tuple(
        AnswerStatement(
            text=c.place.statement.text,
            markers=book.cite(c.place),
            heading=heading,
            header=c.place.statement.header if c.place.statement.cells else (),
            cells=c.place.statement.cells,
        )
        for heading, c in by_source(chosen, evidence, language)
    )
