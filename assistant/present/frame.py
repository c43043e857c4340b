"""What stands around the answers: heading, welcome with examples, turns, what the answers rest on, the line below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from assistant.present.export import clip
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
    """What the answers rest on: topics, sources with dates, corpus version, and who phrases the answers.

    `old` counts the topics that were last checked longer ago than is set, `oldest` is the day of the oldest check.
    """

    documents: tuple[str, ...] = ()
    sources: tuple[SourceLine, ...] = ()
    latest: str = ""
    version: str = ""
    model: str = ""
    old: int = 0
    oldest: str = ""


def heading_html(language: Language) -> str:
    """Title and subtitle of the page."""
    return render("heading.html", language)


def welcome_html(language: Language) -> str:
    """The empty conversation: what can be asked, with one example of each kind."""
    examples = [(say(f"example.{name}.kind", language), say(f"example.{name}", language)) for name in EXAMPLES]
    return render("welcome.html", language, examples=examples)


def turn_html(
    question: str,
    language: Language,
    *,
    answer: Answer | None,
    turn: int,
    error: str = "",
    progress: str = "done",
    stage: str = "working",
    note: str = "",
    asked: Sequence[Any] | None = (),
) -> str:
    """One question with its answer, or with the sentence that says why there is none.

    `progress` is "live" while the answer is sought or written (`stage` says which), "stopped" when it was stopped, else
    "done". `asked` are the lines of the form that answers a question back (None: it
    cannot be answered any more), `note` what the reader must know of the answer.
    """
    live = say(f"page.{stage}", language) if progress == "live" else ""
    shown = Markup(answer_html(answer, turn, asked=asked, live=live)) if answer is not None else ""  # noqa: S704 - cleaned by answer_html
    return render(
        "turn.html",
        language,
        question=_shortened(question),
        answer=shown,
        error=error,
        turn=turn,
        progress=progress,
        live=live,
        note=note,
        clip=clip(answer) if answer is not None and progress != "live" else "",
    )


def flagged_html(question: str, kinds: Sequence[str], masked: str, language: Language) -> str:
    """The notice before a question that seems to point to a person is sent: what was found, and what would be sent instead."""
    return render("flagged.html", language, question=_shortened(question), kinds=kinds, masked=masked)


def _shortened(question: str) -> str:
    return question if len(question) <= _SHOWN else question[:_SHOWN] + "…"


def about_html(about: About, language: Language) -> str:
    """The panel while no citation is open: topics, and all sources with their dates."""
    return render("about.html", language, about=about)


def line_html(about: About, language: Language) -> str:
    """The line that is always visible: for whom, what it is not, sources and dates, mode."""
    return render("line.html", language, about=about)
