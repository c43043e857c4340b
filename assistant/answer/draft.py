"""A draft: sentences with the markers they claim, before verification."""

from __future__ import annotations

from assistant.types import AnswerKind, AnswerStatement, Calculation, Citation, MissingInput, Notice, Record


class Draft(Record):
    """What the composer proposes. `lead` and `tail` are the assistant's own frame sentences: they hold no clinical claim."""

    kind: AnswerKind
    lead: tuple[str, ...] = ()
    statements: tuple[AnswerStatement, ...] = ()
    tail: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    calculation: Calculation | None = None
    missing: tuple[MissingInput, ...] = ()
    warnings: tuple[Notice, ...] = ()
    suggestions: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
