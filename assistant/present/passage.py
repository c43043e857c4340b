"""The citation panel: the source card, and the cited passage marked in its section, both languages beside each other."""

from __future__ import annotations

from typing import Protocol

from markupsafe import Markup

from assistant.present.export import versions_of
from assistant.present.html import render
from assistant.present.markdown import to_html
from assistant.present.parts import details, worded
from assistant.present.words import say
from assistant.types import Answer, Citation, Language

OTHER: dict[str, Language] = {"en": "zh", "zh": "en"}


class SectionText(Protocol):
    """A section of the corpus in one language, as the assistant opens it."""

    @property
    def title(self) -> str:
        """The heading of the section."""

    @property
    def body(self) -> str:
        """The section as Markdown; it holds the quote verbatim."""

    @property
    def language(self) -> str:
        """The language of the text ("en" or "zh")."""


def passage_html(
    citation: Citation,
    section: SectionText | None,
    twin: SectionText | None,
    language: Language,
    *,
    report: str = "",
) -> str:
    """The panel for one citation; `language` is the language of the page, the passage keeps its own.

    `twin` is the same section in the other language; one in the same language as `section` is no twin.
    The translation of the user's own copy is shown as a whole: which of its sentences is the cited one is not known.
    `report` is the text that a reader can copy to report a problem (`problem_report`); none is offered without it.
    """
    columns = []
    if section is not None:
        columns.append(_column(section, citation.quote))
    if twin is not None and section is not None and twin.language != section.language:
        columns.append(_column(twin, "" if citation.imported else citation.twin_quote))
    return render("passage.html", language, citation=citation, columns=columns, report=report)


def _column(section: SectionText, quote: str) -> dict[str, object]:
    body = Markup(to_html(section.body, quote))  # noqa: S704 - the parser escapes raw HTML
    return {"language": section.language, "title": section.title, "body": body}


def problem_report(answer: Answer, citation: Citation, language: Language) -> str:
    """What a reader can copy to report a problem with the statements of a citation: no word of the question is in it."""
    colon = "：" if language == "zh" else ": "
    told = [("statement", worded(s.text)) for s in answer.statements if citation.marker in s.markers]
    told += [
        ("quote", citation.quote),
        ("source", " · ".join(filter(None, (citation.title, *details(citation, language), citation.url)))),
        ("place", " · ".join((citation.section, *citation.facts))),
        ("versions", versions_of(answer)),
        ("problem", ""),
    ]
    return "\n".join(f"{say(f'report.{name}', language)}{colon}{text}" for name, text in told)
