"""What the page does beside the conversation, as plain functions: no Gradio here, so each can be called in a test."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Protocol

from assistant.present.covered import Covered, covered_html
from assistant.present.export import markdown
from assistant.present.export_pdf import pdf
from assistant.present.frame import About, flagged_html
from assistant.present.html import render
from assistant.present.passage import OTHER, SectionText, passage_html, problem_report
from assistant.present.words import say
from assistant.text.identifiers import identifiers, masked
from assistant.types import Answer, Language
from assistant.web import covered as corpus
from assistant.web.conversation import Turns, shown

# days after which a check of the sources counts as old, where no setting says otherwise
_SOURCE_AGE_DAYS = 365


class Opens(Protocol):
    """What citations need of an assistant; `assistant.Assistant` has it."""

    def section(self, section_id: str, language: Language) -> SectionText | None:
        """The corpus section to open for a citation."""


def page_language(wanted: str) -> Language:
    """The page language for a browser language or a choice ("zh-CN" → zh); English unless it is Chinese."""
    return "zh" if wanted.lower().startswith("zh") else "en"


def flagged(turns: Turns, question: str, language: Language) -> str | None:
    """The conversation with the notice that `question` seems to point to a person; None when nothing was found in it."""
    found = identifiers(question)
    if not found:
        return None
    kinds = dict.fromkeys(say(f"flag.{one.kind}", language) for one in found)
    before = shown(turns, language) if turns else ""
    return before + flagged_html(question, tuple(kinds), masked(question), language)


def exported(turns: Turns, kind: str, language: Language, on: date) -> tuple[str, str, bytes]:
    """Name, media type and content of the file for the conversation; `kind` is "pdf", else Markdown."""
    name = f"conversation-{on.isoformat()}"
    if kind == "pdf":
        return f"{name}.pdf", "application/pdf", pdf(turns, language, on)
    return f"{name}.md", "text/markdown", markdown(turns, language, on).encode()


def opened(assistant: Opens, turns: Turns, cite: str, language: Language) -> str:
    """The panel for the citation `cite` ("turn:marker") in the page language."""
    number, _, marker = cite.partition(":")
    turn = turns[int(number)] if number.isdigit() and int(number) < len(turns) else None
    return passage(assistant, turn.answer if turn is not None else None, marker, language)


def passage(assistant: Opens, answer: Answer | None, marker: str, language: Language) -> str:
    """The panel for the citation `marker` of `answer`; a sentence when there is no such citation any more."""
    citation = next((c for c in (answer.citations if answer is not None else ()) if c.marker == marker), None)
    if citation is None:
        return render("lost.html", language)
    own = page_language(citation.language)
    return passage_html(
        citation,
        assistant.section(citation.section, own),
        assistant.section(citation.section, OTHER[own]),
        language,
        report=problem_report(answer, citation, language) if answer is not None else "",
    )


def about(assistant: object, language: Language, today: date | None = None) -> About:
    """Topics, sources and dates, as far as the assistant carries a corpus; `today` is the day for which age is counted."""
    index = getattr(assistant, "index", None)
    settings = getattr(assistant, "settings", None)
    model = str(getattr(settings, "chat_model", ""))
    if index is None:
        return About(model=model)
    lines = corpus.source_lines(index.corpus.sources.values(), language)
    limit = (today or date.today()) - timedelta(days=int(getattr(settings, "source_age_days", _SOURCE_AGE_DAYS)))  # noqa: DTZ011 - the day where the reader is
    old = _older(index.corpus.documents, limit)
    return About(
        documents=tuple(document.title.in_language(language) for document in index.corpus.documents),
        sources=lines,
        latest=lines[0].date if lines else "",
        version=str(index.corpus.version)[:8],
        model=model,
        old=len(old),
        oldest=min(old, default=""),
    )


def _older(documents: Sequence[Any], limit: date) -> list[str]:
    """The days on which documents were last checked, of those checked before `limit`."""
    return [document.checked_on for document in documents if document.checked_on < limit.isoformat()]


def corpus_version(assistant: object) -> str:
    """The version of the sources as answers name it; "" without a corpus."""
    index = getattr(assistant, "index", None)
    return str(index.meta.corpus) if index is not None else ""


def covered(assistant: object, language: Language, *, shown: bool = True) -> str:
    """The view of what is covered; empty when it is not `shown`."""
    if not shown:
        return ""
    index = getattr(assistant, "index", None)
    return covered_html(corpus.covered(index.corpus, index.imported, language) if index else Covered(), language)
