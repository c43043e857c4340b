"""What the page does, as plain functions: no Gradio here, so each can be called in a test.

A conversation is a tuple of turns, kept by the browser session only; questions are never written anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

from assistant.errors import AssistantError
from assistant.present.covered import Covered, covered_html
from assistant.present.frame import About, turn_html, welcome_html
from assistant.present.html import render
from assistant.present.passage import OTHER, SectionText, passage_html
from assistant.present.words import say
from assistant.types import Answer, Jurisdiction, Language, Record
from assistant.web import covered as corpus

LanguageChoice = Literal["auto", "en", "zh"]


class Answers(Protocol):
    """What the page needs of an assistant; `assistant.Assistant` has it."""

    def ask(
        self,
        question: str,
        *,
        language: LanguageChoice = "auto",
        jurisdiction: Jurisdiction | None = None,
        history: Sequence[str] = (),
    ) -> Answer:
        """The answer to `question`; `history` holds the earlier user turns."""

    def section(self, section_id: str, language: Language) -> SectionText | None:
        """The corpus section to open for a citation."""


class Turn(Record):
    """One question with its answer, or with the sentence that says why there is none; `html` is what is shown."""

    question: str
    answer: Answer | None
    html: str


Turns = tuple[Turn, ...]


def page_language(wanted: str) -> Language:
    """The page language for a browser language or a choice ("zh-CN" → zh); English unless it is Chinese."""
    return "zh" if wanted.lower().startswith("zh") else "en"


def pending(turns: Turns, question: str, language: Language) -> str:
    """The conversation with `question` at its end, while the answer is sought."""
    waiting = turn_html(question, language, answer=None, turn=len(turns))
    return "".join(turn.html for turn in turns) + waiting


def transcript(turns: Turns, language: Language) -> str:
    """The conversation, or the welcome with examples when it is empty."""
    return "".join(turn.html for turn in turns) if turns else welcome_html(language)


def answered(
    assistant: Answers, turns: Turns, question: str, *, page: Language, answer_in: str, jurisdiction: str
) -> Turns:
    """The conversation with the answer to `question`; what goes wrong becomes one sentence in the page language."""
    history = [turn.question for turn in turns if turn.answer is not None]
    answer: Answer | None = None
    error = ""
    try:
        answer = assistant.ask(
            question, language=_choice(answer_in), jurisdiction=_jurisdiction(jurisdiction), history=history
        )
    except AssistantError as fault:
        error = fault.in_language(page)
    except Exception as fault:  # the reader must see a sentence, and the question must not reach a log
        error = say("page.fault", page, fault=type(fault).__name__)
    html = turn_html(question, page, answer=answer, turn=len(turns), error=error)
    return (*turns, Turn(question=question, answer=answer, html=html))


def opened(assistant: Answers, turns: Turns, cite: str, language: Language) -> str:
    """The panel for the citation `cite` ("turn:marker") in the page language."""
    number, _, marker = cite.partition(":")
    turn = turns[int(number)] if number.isdigit() and int(number) < len(turns) else None
    citations = turn.answer.citations if turn is not None and turn.answer is not None else ()
    citation = next((c for c in citations if c.marker == marker), None)
    if citation is None:
        return render("lost.html", language)
    own = page_language(citation.language)
    return passage_html(
        citation,
        assistant.section(citation.section, own),
        assistant.section(citation.section, OTHER[own]),
        language,
    )


def about(assistant: Answers, language: Language) -> About:
    """Topics, sources and dates, as far as the assistant carries a corpus."""
    index = getattr(assistant, "index", None)
    settings = getattr(assistant, "settings", None)
    model = str(getattr(settings, "chat_model", ""))
    if index is None:
        return About(model=model)
    lines = corpus.source_lines(index.corpus.sources.values(), language)
    return About(
        documents=tuple(document.title.in_language(language) for document in index.corpus.documents),
        sources=lines,
        latest=lines[0].date if lines else "",
        version=str(index.corpus.version)[:8],
        model=model,
    )


def covered(assistant: Answers, language: Language, *, shown: bool = True) -> str:
    """The view of what is covered; empty when it is not `shown`."""
    if not shown:
        return ""
    index = getattr(assistant, "index", None)
    return covered_html(corpus.covered(index.corpus, index.imported, language) if index else Covered(), language)


def _choice(wanted: str) -> LanguageChoice:
    return "en" if wanted == "en" else "zh" if wanted == "zh" else "auto"


def _jurisdiction(wanted: str) -> Jurisdiction | None:
    return "US" if wanted == "US" else "EU" if wanted == "EU" else "CN" if wanted == "CN" else None
