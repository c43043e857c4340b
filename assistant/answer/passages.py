"""What a question finds, as passages with their citations: for callers that compose an answer of their own."""

from __future__ import annotations

from assistant.answer.choose import StatementChooser
from assistant.answer.cite import CitationBook, Evidence
from assistant.retrieve.search import Hit
from assistant.types import Citation, Language, Record


class Passage(Record):
    """One found section, gap, conflict or passage of the user's own copy.

    `citations` belong to the statements that fit the question best, the best one first; a gap has none.
    """

    id: str
    kind: str
    title: str
    text: str
    language: str
    topic: str
    drugs: tuple[str, ...]
    jurisdictions: tuple[str, ...]
    score: float
    citations: tuple[Citation, ...] = ()


def passage_of(
    hit: Hit, question: str, language: Language, evidence: Evidence, chooser: StatementChooser
) -> Passage | None:
    """The passage of one hit in `language`; None when the unit holds no text."""
    book = CitationBook(evidence, language)
    name, title, shown, text = hit.unit.id.removeprefix("section:"), "", str(language), ""
    if hit.unit.kind == "gap":
        gap = next(gap for gap in evidence.corpus.gaps if gap.id == name.removeprefix("gap:"))
        title = gap.missing.in_language(language)
        text = "\n".join(part.in_language(language) for part in (gap.missing, gap.why, gap.open))
    elif hit.unit.kind == "conflict":
        conflict = next(c for c in evidence.corpus.conflicts if c.id == name.removeprefix("conflict:"))
        title = conflict.title.in_language(language)
        said = [f"{p.who.in_language(language)}: {p.says.in_language(language)}" for p in conflict.positions]
        text = "\n".join([*said, conflict.handling.in_language(language)]).strip()
        for fact in (fact for position in conflict.positions for fact in position.facts):
            book.cite_fact(fact)
    else:
        section = evidence.section(name, language)
        if section is None:
            return None
        title, shown, text = section.title, section.language, section.body
        for chosen in sorted(chooser.choose(question, [hit], language), key=lambda found: -found.fit):
            book.cite(chosen.place)
    return Passage(
        id=name,
        kind=hit.unit.kind,
        title=title,
        text=text,
        language=shown,
        topic=hit.unit.topic,
        drugs=hit.unit.drugs,
        jurisdictions=hit.unit.jurisdictions,
        score=hit.score,
        citations=book.citations,
    )
