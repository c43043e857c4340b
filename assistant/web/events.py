"""What each event of the page answers with, in the order of the outputs that `app` names for it."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from datetime import date
from typing import Any, Protocol

import gradio as gr

from assistant.present.frame import about_html
from assistant.types import Language
from assistant.web import browse, conversation, desk, handlers, keep
from assistant.web.conversation import Choices, Talks, Turns
from assistant.web.handlers import Opens
from assistant.web.layout import LAID_OUT_IN, WORDED, words
from assistant.web.view import CHAT, View, ViewName

# nothing changes: conversation, box, turns, what the browser keeps
_NOTHING = (gr.skip(), gr.skip(), gr.skip(), gr.skip())


class Serves(Talks, Opens, browse.Browses, Protocol):
    """What the whole page needs of an assistant."""


class Events:
    """The events of one page over one assistant; it keeps nothing between them."""

    def __init__(self, assistant: Serves) -> None:
        self._assistant = assistant

    def ask(self, question: str, turns: Turns, shown_in: str, wanted: str, labels: str) -> Iterator[tuple[Any, ...]]:
        """The question at once, then its answer as it grows: conversation, box, turns, what the browser keeps.

        A question that seems to point to a person is neither asked nor kept; the notice says what was found. While an answer
        grows, nothing else is asked.
        """
        if _growing(turns):
            yield _NOTHING
            return
        language = handlers.page_language(shown_in)
        notice = handlers.flagged(turns, question, language)
        if notice is not None:
            yield (notice, *_NOTHING[1:])
            return
        choices = Choices(page=language, answer_in=wanted, jurisdiction=labels)
        yield from self._steps(conversation.asking(self._assistant, turns, question, choices), len(turns), language)

    def ask_offered(
        self, event: gr.EventData, turns: Turns, shown_in: str, wanted: str, labels: str
    ) -> Iterator[tuple[Any, ...]]:
        """The same for a question that was offered as a button."""
        yield from self.ask(str(event.question), turns, shown_in, wanted, labels)

    def ask_again(self, turns: Turns, shown_in: str, wanted: str, labels: str) -> Iterator[tuple[Any, ...]]:
        """The last question once more, with the choices of now."""
        if _growing(turns):
            yield _NOTHING
            return
        choices = Choices(page=handlers.page_language(shown_in), answer_in=wanted, jurisdiction=labels)
        steps = conversation.again(self._assistant, turns, choices)
        yield from self._steps(steps, max(len(turns) - 1, 0), choices.page)

    def _steps(self, steps: Iterator[Turns], start: int, language: Language) -> Iterator[tuple[Any, ...]]:
        first = True
        for turns in steps:
            kept = gr.skip() if turns and turns[-1].progress == "live" else keep.kept(turns, start)
            yield conversation.shown(turns, language), "" if first else gr.skip(), turns, kept
            first = False

    def fill(self, event: gr.EventData, turns: Turns, shown_in: str) -> tuple[Any, ...]:
        """The result for the form that answers the last question back."""
        language = handlers.page_language(shown_in)
        after = conversation.filled(self._assistant, turns, str(event.answers), language, turn=str(event.turn))
        return conversation.shown(after, language), gr.skip(), after, keep.kept(after, len(turns))

    def stop(self, turns: Turns, shown_in: str) -> tuple[Any, ...]:
        """The conversation with what was verified until now; the answer itself is cancelled by the page."""
        language = handlers.page_language(shown_in)
        after = conversation.settled(turns, language)
        return conversation.shown(after, language), gr.skip(), after, keep.kept(after, max(len(after) - 1, 0))

    def undo(self, turns: Turns, shown_in: str) -> tuple[Any, ...]:
        """The conversation without its last turn; the question goes back into the box, unless it was a form."""
        language = handlers.page_language(shown_in)
        after, question = conversation.undone(turns, language)
        return conversation.shown(after, language), question, after, keep.kept(after, len(after))

    def export(self, event: gr.EventData, turns: Turns, shown_in: str) -> str:
        """The conversation as a file, for the page to save; it never touches the server's disk."""
        today = date.today()  # noqa: DTZ011 - the day where the reader is
        name, media, content = handlers.exported(turns, str(event.kind), handlers.page_language(shown_in), today)
        data = base64.b64encode(content).decode()
        # the moment makes each value a new one, so that saving the same conversation twice saves it twice
        return json.dumps({"name": name, "type": media, "data": data, "moment": time.time_ns()})

    def restore(self, event: gr.EventData, shown_in: str) -> tuple[Any, ...]:
        """A conversation that the browser kept: conversation, box, turns, panel."""
        language = handlers.page_language(shown_in)
        version = str(handlers.corpus_version(self._assistant))
        turns = keep.restored(str(event.kept), language, version)
        return conversation.shown(turns, language), "", turns, self.close_citation(shown_in)

    def open_citation(self, event: gr.EventData, turns: Turns, shown_in: str) -> str:
        """The panel with the passage of a citation in the conversation."""
        return handlers.opened(self._assistant, turns, str(event.cite), handlers.page_language(shown_in))

    def close_citation(self, shown_in: str) -> str:
        """The panel without a passage."""
        language = handlers.page_language(shown_in)
        return about_html(handlers.about(self._assistant, language), language)

    def at(self, view: View, language: Language) -> tuple[Any, ...]:
        """The view as it is shown, and itself: covered, browse, desk, result, view. Those that are closed are empty."""
        name, worked = view.name, view.worked
        return (
            handlers.covered(self._assistant, language, shown=name == "covered"),
            browse.shown(self._assistant, view.section, view.query, language) if name == "browse" else "",
            desk.form_html(worked, language) if name == "desk" else "",
            desk.result_html(worked, language) if name == "desk" else "",
            view,
        )

    def toggle(self, name: ViewName, view: View, shown_in: str) -> tuple[Any, ...]:
        """Open the view of that name, or go back to the conversation when it is the one that is open."""
        return self.at(CHAT if view.name == name else View(name=name), handlers.page_language(shown_in))

    def close(self) -> tuple[Any, ...]:
        """Back to the conversation."""
        return self.at(CHAT, LAID_OUT_IN)

    def pick(self, event: gr.EventData, shown_in: str) -> tuple[Any, ...]:
        """The empty form of the rule that was clicked."""
        return self.at(View(name="desk", worked=desk.chosen(str(event.rule))), handlers.page_language(shown_in))

    def work(self, event: gr.EventData, shown_in: str) -> tuple[Any, ...]:
        """The result of the form that was sent, or of the link that was opened."""
        language = handlers.page_language(shown_in)
        worked = desk.worked_out(self._assistant, str(event.rule), str(event.answers), language)
        return self.at(View(name="desk", worked=worked), language)

    def open_worked(self, event: gr.EventData, view: View, shown_in: str) -> str:
        """The panel with the passage of a citation in a calculated result."""
        marker = str(event.cite).partition(":")[2]
        return handlers.passage(self._assistant, view.worked.answer, marker, handlers.page_language(shown_in))

    def read(self, event: gr.EventData, shown_in: str) -> tuple[Any, ...]:
        """The section that was clicked, in the browser."""
        return self.at(View(name="browse", section=str(event.section)), handlers.page_language(shown_in))

    def find(self, event: gr.EventData, shown_in: str) -> tuple[Any, ...]:
        """What was searched for in the browser."""
        return self.at(View(name="browse", query=str(event.query)), handlers.page_language(shown_in))

    def new_patient(self, shown_in: str) -> tuple[Any, ...]:
        """Everything that was asked or worked out is gone from the page; the browser begins a new conversation."""
        empty = conversation.shown((), handlers.page_language(shown_in))
        return (), empty, self.close_citation(shown_in), "", keep.forgotten(), *self.close()

    def switch(self, wanted: str, turns: Turns, view: View) -> list[Any]:
        """All words in the chosen language; a finished conversation stays as it was answered."""
        language = handlers.page_language(wanted)
        talk = gr.skip() if turns else conversation.shown((), language)
        again = view.model_copy(update={"worked": desk.again(self._assistant, view.worked, language)})
        return [talk, *self.at(again, language), *words(self._assistant, language)]

    def start(self, wanted: str) -> list[Any]:
        """The words of the browser's language."""
        # the page was laid out in English: nothing changes there, so a quick reader's open passage stays open
        language = handlers.page_language(wanted)
        if language == LAID_OUT_IN:
            return [gr.skip() for _ in range(1 + WORDED)]
        return [conversation.shown((), language), *words(self._assistant, language)]


def _growing(turns: Turns) -> bool:
    """Whether an answer is being written; one that was left so can be stopped."""
    return bool(turns) and turns[-1].progress == "live"
