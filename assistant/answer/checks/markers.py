"""Markers and citations: offered in this turn, at least one, and each quote exactly where its citation says."""

from __future__ import annotations

from assistant.answer.checks.record import Check, Support, outcome
from assistant.answer.cite import Evidence
from assistant.types import AnswerStatement, Citation


def offered_markers(statement: AnswerStatement, support: Support) -> Check:
    """Each marker was offered in this turn."""
    return outcome("offered_markers", [marker for marker in statement.markers if marker not in support.offered])


def has_support(statement: AnswerStatement, support: Support) -> Check:
    """The sentence has at least one citation or the rule trace."""
    return outcome("has_support", "" if statement.markers else "no citation")


def quotes_found(citation: Citation, evidence: Evidence) -> Check:
    """The quote stands verbatim in the section that the citation names, at the offsets that it gives."""
    section = evidence.section(citation.section, citation.language)
    if section is None or section.language != citation.language:
        return outcome("quotes_found", f"no section {citation.section} in {citation.language}")
    if citation.start >= 0:
        found = section.body[citation.start : citation.end] == citation.quote
    else:
        found = bool(citation.quote) and citation.quote in section.body
    return outcome("quotes_found", "" if found else f"quote not in section {citation.section}")
