"""The view "What is covered": counts, labels topic by topic, known gaps, conflicts, sources. It is given plain data."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.present.frame import SourceLine
from assistant.present.html import render
from assistant.types import Language, Record

SYMBOLS = {"complete": "●", "partial": "◐", "absent": "○"}


class CountLine(Record):
    """How many there are of one thing: in English and in Chinese, or (`all`) of a thing that has no language."""

    name: str
    en: int = 0
    zh: int = 0
    all: int | None = None


class CellLine(Record):
    """One jurisdiction of one topic: "complete", "partial" or "absent", the gaps known, and the day it was checked."""

    jurisdiction: str
    status: str
    gaps: tuple[str, ...] = ()
    checked_on: str = ""


class TopicLine(Record):
    """One topic of a drug's labels."""

    title: str
    cells: tuple[CellLine, ...]


class DrugTable(Record):
    """The topics of one drug; every topic has the same jurisdictions in the same order."""

    drug: str
    topics: tuple[TopicLine, ...]

    @property
    def checked_on(self) -> str:
        """The day on which most cells were checked; a cell with another day shows its own."""
        days = [cell.checked_on for topic in self.topics for cell in topic.cells if cell.checked_on]
        return max(sorted(set(days)), key=days.count, default="")


class GapLine(Record):
    """Something known to be missing, where to look for it, and whom it is about."""

    id: str
    topic: str
    missing: str
    look: str
    drugs: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()


class PositionLine(Record):
    """One side of a conflict; `sourced` says that a passage here carries it."""

    who: str
    says: str
    sourced: bool = True


class ConflictLine(Record):
    """A point on which sources differ, with every position and how it is handled."""

    title: str
    positions: tuple[PositionLine, ...]
    handling: str = ""


class DocumentLine(Record):
    """One document of the corpus, or one that the user imported, with the day of its last check or import."""

    title: str
    date: str
    pages: int = 0


class AccuracyLine(Record):
    """One task of the evaluation on the frozen questions: the figure with its interval and n, per language."""

    title: str
    measures: str
    english: str
    chinese: str


class Covered(Record):
    """Everything the view shows, in one language."""

    counts: tuple[CountLine, ...] = ()
    drugs: tuple[DrugTable, ...] = ()
    gaps: tuple[GapLine, ...] = ()
    conflicts: tuple[ConflictLine, ...] = ()
    documents: tuple[DocumentLine, ...] = ()
    own: tuple[DocumentLine, ...] = ()
    sources: tuple[SourceLine, ...] = ()
    version: str = ""
    accuracy: tuple[AccuracyLine, ...] = ()
    measured_on: str = ""
    unsafe: int = 0


def covered_html(covered: Covered, language: Language) -> str:
    """The view in `language`."""
    return render(
        "covered.html",
        language,
        covered=covered,
        symbols=SYMBOLS,
        gaps=by_topic(covered.gaps),
        missing=_missing(covered),
    )


def by_topic(gaps: Sequence[GapLine]) -> list[tuple[str, list[GapLine]]]:
    """The gaps under their topics, in the order in which the topics first appear."""
    found: dict[str, list[GapLine]] = {}
    for gap in gaps:
        found.setdefault(gap.topic, []).append(gap)
    return list(found.items())


def _missing(covered: Covered) -> dict[str, str]:
    return {gap.id: gap.missing for gap in covered.gaps}
