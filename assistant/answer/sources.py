"""Who says a statement: what kind of document it is (guideline, label, consensus, …), of which body, for which place."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer.checks.names import bodies_in, jurisdictions_in
from assistant.answer.choose import Chosen
from assistant.answer.cite import CitationBook, Evidence
from assistant.answer.sentences import say
from assistant.types import Citation, Language

# kinds that speak for a place: a label is of a country, a trial is not
_OF_A_PLACE = frozenset({"label", "label_copy", "regulation", "guideline", "consensus"})
_OF_A_BODY = frozenset({"guideline", "guideline_summary"})
_GUIDELINE_BODY = "IMWG"
# the marks of facts that may stand under the guideline's name
_OWN = frozenset({"guideline-text", "guideline-summary"})
_NOT_A_BODY = frozenset({"label", "guideline"})


def said_by(citation: Citation, evidence: Evidence, language: Language) -> str:
    """The kind of the cited document with its body and place: "Label · US", 指南摘要 · IMWG."""
    if citation.imported:
        return say("kind_imported", language)
    source = evidence.corpus.sources.get(citation.source)
    kind = source.kind if source is not None else "other"
    parts = [say(f"kind_{kind}", language)]
    bodies = bodies_in(f"{citation.title} {source.title if source else ''}") - _NOT_A_BODY
    if _GUIDELINE_BODY in bodies:
        # other papers name the body in their titles, and it has other guidelines: the name alone would pass for this one
        bodies.remove(_GUIDELINE_BODY)
        if _of_the_guideline(citation, evidence):
            bodies = {say("body_guideline", language)}
        elif kind in _OF_A_BODY and not _carries_the_guideline(citation, evidence):
            bodies = {say("body_other_document", language)}
    parts += sorted(bodies)[:1]
    if kind in _OF_A_PLACE:
        places = [say(f"place_{code}", language) for code in _PLACES if code in jurisdictions_in(citation.jurisdiction)]
        parts += ["/".join(places)] if places else []
    return " · ".join(parts)


def _of_the_guideline(citation: Citation, evidence: Evidence) -> bool:
    """Whether all that is cited is marked as the text or a summary of the IMWG bispecific guideline itself."""
    known = [evidence.corpus.facts[fact] for fact in citation.facts if fact in evidence.corpus.facts]
    return bool(known) and all(fact.attribution in _OWN for fact in known)


def _carries_the_guideline(citation: Citation, evidence: Evidence) -> bool:
    """Whether the cited document is one that other facts are taken from as the guideline's own; then it is no other one."""
    return any(fact.source == citation.source and fact.attribution in _OWN for fact in evidence.corpus.facts.values())


_PLACES = ("US", "EU", "UK", "CN", "HK", "TW", "CH", "JP", "CA", "BR", "IL")


def by_source(chosen: Sequence[Chosen], evidence: Evidence, language: Language) -> list[tuple[str, Chosen]]:
    """The chosen statements with who says each, those of one source and place together, the first group first."""
    groups: dict[str, list[tuple[str, Chosen]]] = {}
    for item in chosen:
        book = CitationBook(evidence, language)
        book.cite(item.place)
        heading = said_by(book.citations[0], evidence, language) if book.citations else item.place.section.title
        groups.setdefault(heading, []).append((heading, item))
    return [pair for group in groups.values() for pair in group]
