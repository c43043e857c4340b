"""The parts of the chat page and their words: what stands where, and how all of it changes language.

The conversation is one `gr.HTML` and not a `gr.Chatbot`: citations inside answers have to be buttons that a keyboard
and a screen reader can use, and every word on the page has to follow the page language, not the browser's.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read by gradio while it is imported

import gradio as gr

from assistant.present.frame import about_html, heading_html, line_html
from assistant.present.words import say
from assistant.types import Language
from assistant.web import conversation as talk
from assistant.web import handlers
from assistant.web.view import CHAT

HERE = Path(__file__).resolve().parent
LAID_OUT_IN: Language = "en"
_KEPT_FOR_S = 12 * 60 * 60


@dataclass(frozen=True)
class Layout:
    """The components of the page, by what they are for."""

    turns: gr.State
    heading: gr.HTML
    view: gr.State
    cover: gr.Button
    covered: gr.HTML
    read: gr.Button
    browse: gr.HTML
    tools: gr.Button
    desk: gr.HTML
    result: gr.HTML
    fresh: gr.Button
    language: gr.Radio
    answer_in: gr.Radio
    jurisdiction: gr.Radio
    conversation: gr.HTML
    box: gr.Textbox
    send: gr.Button
    stop: gr.Button
    keeper: gr.HTML
    saver: gr.HTML
    panel: gr.HTML
    line: gr.HTML

    def views(self) -> list[Any]:
        """What shows the view that is open, in the order of `events.Events.at`."""
        return [self.covered, self.browse, self.desk, self.result, self.view]

    def worded(self) -> list[Any]:
        """The components that hold words of the page, in the order of `words`."""
        return [
            self.heading,
            self.tools,
            self.read,
            self.cover,
            self.fresh,
            self.language,
            self.answer_in,
            self.jurisdiction,
            self.box,
            self.send,
            self.stop,
            self.panel,
            self.line,
        ]


# how many components `Layout.worded` names
WORDED = 13


def lay_out(assistant: object, language: Language) -> Layout:
    """Place all components, inside an open `gr.Blocks`, in the words of `language`."""
    turns = gr.State((), time_to_live=_KEPT_FOR_S)
    view = gr.State(CHAT, time_to_live=_KEPT_FOR_S)
    basis = handlers.about(assistant, language)
    with gr.Column(elem_id="page"):
        with gr.Row(elem_id="top"):
            heading = _html("heading", heading_html(language))
            tools = gr.Button(say("desk.button", language), elem_id="desk-button", size="sm")
            read = gr.Button(say("browse.button", language), elem_id="browse-button", size="sm")
            cover = gr.Button(say("covered.button", language), elem_id="covered-button", size="sm")
            fresh = gr.Button(say("page.new_patient", language), elem_id="new-patient", size="sm")
            chosen = gr.Radio(**_languages(language), value=language, elem_id="language", container=False)
        with gr.Row(elem_id="main"):
            with gr.Column(elem_id="chat"):
                with gr.Row(elem_id="controls"):
                    answer_in = gr.Radio(**_answer_in(language), value="auto", elem_id="answer-in")
                    jurisdiction = gr.Radio(**_jurisdictions(language), value="all", elem_id="jurisdiction")
                desk, result = _html("desk", ""), _html("result", "")
                conversation = _html("transcript", talk.shown((), language))
                with gr.Row(elem_id="composer"):
                    box = gr.Textbox(**_box(language), lines=1, max_lines=6, elem_id="question", container=False)
                    send = gr.Button(say("page.send", language), variant="primary", elem_id="send")
                    stop = gr.Button(say("page.stop", language), elem_id="stop")
            with gr.Column(elem_id="side"):
                panel = _html("panel", about_html(basis, language))
        covered, browse = _html("covered", ""), _html("browse", "")
        line = _html("line", line_html(basis, language))
        keeper, saver = _unseen("keeper"), _unseen("saver")
    return Layout(
        turns=turns,
        heading=heading,
        view=view,
        cover=cover,
        covered=covered,
        read=read,
        browse=browse,
        tools=tools,
        desk=desk,
        result=result,
        fresh=fresh,
        language=chosen,
        answer_in=answer_in,
        jurisdiction=jurisdiction,
        conversation=conversation,
        box=box,
        send=send,
        stop=stop,
        keeper=keeper,
        saver=saver,
        panel=panel,
        line=line,
    )


def words(assistant: object, language: Language) -> list[Any]:
    """The updates that put `Layout.worded` into `language`."""
    basis = handlers.about(assistant, language)
    return [
        heading_html(language),
        gr.update(value=say("desk.button", language)),
        gr.update(value=say("browse.button", language)),
        gr.update(value=say("covered.button", language)),
        gr.update(value=say("page.new_patient", language)),
        gr.update(**_languages(language), value=language),
        gr.update(**_answer_in(language)),
        gr.update(**_jurisdictions(language)),
        gr.update(**_box(language)),
        gr.update(value=say("page.send", language)),
        gr.update(value=say("page.stop", language)),
        about_html(basis, language),
        line_html(basis, language),
    ]


def _html(name: str, value: str) -> gr.HTML:
    """A piece of the page with the script of its name, which runs once in the browser."""
    script = (HERE / f"{name}.js").read_text(encoding="utf-8")
    return gr.HTML(value, js_on_load=script, elem_id=name, apply_default_css=False)


def _unseen(name: str) -> gr.HTML:
    """A piece of the page that shows nothing: its value is read by the script of its name alone."""
    script = (HERE / f"{name}.js").read_text(encoding="utf-8")
    return gr.HTML(
        "", html_template="", js_on_load=script, elem_id=name, elem_classes="unseen", apply_default_css=False
    )


def _languages(language: Language) -> dict[str, Any]:
    return {"choices": [("EN", "en"), ("中文", "zh")], "label": say("page.language", language)}


def _answer_in(language: Language) -> dict[str, Any]:
    return {
        "choices": [(say("page.answer_auto", language), "auto"), ("EN", "en"), ("中文", "zh")],
        "label": say("page.answer_language", language),
    }


def _jurisdictions(language: Language) -> dict[str, Any]:
    named = [(say(f"jurisdiction.{name}_short", language), name) for name in ("US", "EU", "CN")]
    return {
        "choices": [(say("page.jurisdiction_all", language), "all"), *named],
        "label": say("page.jurisdiction", language),
    }


def _box(language: Language) -> dict[str, Any]:
    return {"label": say("page.question", language), "placeholder": say("page.placeholder", language)}
