"""The guideline browser: documents and sections, search results, and one section with both languages beside each other."""

from __future__ import annotations

from markupsafe import Markup

from assistant.present.html import render
from assistant.present.markdown import to_html
from assistant.types import Language, Record


class SectionLine(Record):
    """One section in the list of a document."""

    id: str
    title: str


class DocumentLines(Record):
    """One document with its sections; `opened` when the section that is read belongs to it."""

    title: str
    sections: tuple[SectionLine, ...]
    opened: bool = False


class FoundLine(Record):
    """One search result: a section to open, or a gap or conflict as it stands."""

    kind: str
    title: str
    text: str = ""
    section: str = ""
    document: str = ""


class SourceOf(Record):
    """One source of a section, with the place inside it and how well it is founded."""

    title: str
    details: tuple[str, ...]
    confidence: str
    url: str = ""


class Column(Record):
    """One language of a section, as Markdown."""

    language: str
    title: str
    body: str


class Browse(Record):
    """All that the view shows. Without `columns` it shows what was found; without both, the list alone."""

    documents: tuple[DocumentLines, ...] = ()
    query: str = ""
    found: tuple[FoundLine, ...] = ()
    columns: tuple[Column, ...] = ()
    sources: tuple[SourceOf, ...] = ()
    section: str = ""


def browse_html(browse: Browse, language: Language) -> str:
    """The view in the page language; a section keeps its own two."""
    bodies = [Markup(to_html(column.body)) for column in browse.columns]  # noqa: S704 - the parser escapes raw HTML
    return render("browse.html", language, browse=browse, columns=tuple(zip(browse.columns, bodies, strict=True)))
