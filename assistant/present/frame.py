"""What stands around the answers: heading, welcome with examples, turns, what the answers rest on, the line below."""

from __future__ import annotations

from markupsafe import Markup

from assistant.present.html import answer_html, render
from assistant.present.words import say
from assistant.types import Answer, Language, Record

EXAMPLES = ("guidance", "dose", "restart", "grading", "comparison", "gap")
_SHOWN = 2000  # characters of a question that are shown back


class SourceLine(Record):
    """One source as listed on the page."""

    title: str
    date: str
    jurisdiction: str
    url: str = ""


class About(Record):
    """What the answers rest on: topics, sources with dates, corpus version, and who phrases the answers."""

    documents: tuple[str, ...] = ()
    sources: tuple[SourceLine, ...] = ()
    latest: str = ""
    version: str = ""
    model: str = ""


def heading_html(language: Language) -> str:
    """Title and subtitle of the page."""
    return render("heading.html", language)


def welcome_html(language: Language) -> str:
    """The empty conversation: what can be asked, with one example of each kind."""
    examples = [(say(f"example.{name}.kind", language), say(f"example.{name}", language)) for name in EXAMPLES]
    return render("welcome.html", language, examples=examples)


def turn_html(question: str, language: Language, *, answer: Answer | None, turn: int, error: str = "") -> str:
    """One question with its answer, with the sentence that says why there is none, or with neither while it is sought."""
    asked = question if len(question) <= _SHOWN else question[:_SHOWN] + "…"
    shown = Markup(answer_html(answer, turn)) if answer is not None else ""  # noqa: S704 - cleaned by answer_html
    return render("turn.html", language, question=asked, answer=shown, error=error, turn=turn)


def about_html(about: About, language: Language) -> str:
    """The panel while no citation is open: topics, and all sources with their dates."""
    return render("about.html", language, about=about)


def line_html(about: About, language: Language) -> str:
    """The line that is always visible: for whom, what it is not, sources and dates, mode."""
    return render("line.html", language, about=about)
