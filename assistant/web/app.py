"""The chat page: layout and wiring only. What happens is in `handlers`, how things look in `present` and `style.css`.

The conversation is one `gr.HTML` and not a `gr.Chatbot`: citations inside answers have to be buttons that a keyboard
and a screen reader can use, and every word on the page has to follow the page language, not the browser's.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read by gradio while it is imported

import gradio as gr

from assistant.present.frame import about_html, heading_html, line_html
from assistant.present.words import say
from assistant.types import Language
from assistant.web import handlers
from assistant.web.handlers import Answers, Turns

_HERE = Path(__file__).resolve().parent
_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Noto Sans SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "sans-serif")
_MONO = ("ui-monospace", "SFMono-Regular", "Consolas", "DejaVu Sans Mono", "monospace")
_BROWSER_LANGUAGE = "() => ((navigator.language || 'en').toLowerCase().startsWith('zh') ? 'zh' : 'en')"
_KEPT_FOR_S = 12 * 60 * 60
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def build(assistant: Answers) -> gr.Blocks:
    """The page for one assistant. Launch it with `launch`, or mount it with `page_options()`."""
    start: Language = "en"
    with gr.Blocks(title=say("page.title", start), analytics_enabled=False, fill_width=True) as page:
        turns = gr.State((), time_to_live=_KEPT_FOR_S)
        with gr.Row(elem_id="top"):
            heading = gr.HTML(heading_html(start), js_on_load=_script("heading"), elem_id="heading", apply_default_css=False)
            language = gr.Radio(
                [("EN", "en"), ("中文", "zh")], value=start, label=say("page.language", start), elem_id="language", container=False
            )
        with gr.Row(elem_id="main"):
            with gr.Column(elem_id="chat"):
                with gr.Row(elem_id="controls"):
                    answer_in = gr.Radio(**_answer_in(start), value="auto", elem_id="answer-in", elem_classes="segments")
                    jurisdiction = gr.Radio(**_jurisdictions(start), value="all", elem_id="jurisdiction", elem_classes="segments")
                    fresh = gr.Button(say("page.new_patient", start), elem_id="new-patient", size="sm")
                conversation = gr.HTML(
                    handlers.transcript((), start), js_on_load=_script("transcript"), elem_id="transcript", apply_default_css=False
                )
                with gr.Row(elem_id="composer"):
                    box = gr.Textbox(**_box(start), lines=1, max_lines=6, elem_id="question", container=False)
                    send = gr.Button(say("page.send", start), variant="primary", elem_id="send")
            with gr.Column(elem_id="side"):
                panel = gr.HTML(
                    about_html(handlers.about(assistant, start), start), js_on_load=_script("panel"), elem_id="panel", apply_default_css=False
                )
        line = gr.HTML(line_html(handlers.about(assistant, start), start), elem_id="line", apply_default_css=False)

        def ask(question: str, so_far: Turns, shown_in: str, wanted: str, labels: str) -> Iterator[tuple[Any, ...]]:
            words = handlers.page_language(shown_in)
            yield handlers.pending(so_far, question, words), "", gr.skip()
            after = handlers.answered(assistant, so_far, question, page=words, answer_in=wanted, jurisdiction=labels)
            yield handlers.transcript(after, words), gr.skip(), after

        def ask_suggested(event: gr.EventData, so_far: Turns, shown_in: str, wanted: str, labels: str) -> Iterator[tuple[Any, ...]]:
            yield from ask(str(event.question), so_far, shown_in, wanted, labels)

        def open_citation(event: gr.EventData, so_far: Turns, shown_in: str) -> str:
            return handlers.opened(assistant, so_far, str(event.cite), handlers.page_language(shown_in))

        def rest(shown_in: str) -> str:
            words = handlers.page_language(shown_in)
            return about_html(handlers.about(assistant, words), words)

        def new_patient(shown_in: str) -> tuple[Any, ...]:
            return (), handlers.transcript((), handlers.page_language(shown_in)), rest(shown_in), ""

        def switch(wanted: str, so_far: Turns) -> tuple[Any, ...]:
            words = handlers.page_language(wanted)
            return (
                heading_html(words),
                gr.update(label=say("page.language", words), value=words),
                gr.update(**_answer_in(words)),
                gr.update(**_jurisdictions(words)),
                gr.update(value=say("page.new_patient", words)),
                gr.skip() if so_far else handlers.transcript((), words),
                gr.update(**_box(words)),
                gr.update(value=say("page.send", words)),
                rest(words),
                line_html(handlers.about(assistant, words), words),
            )

        choices = [language, answer_in, jurisdiction]
        said = [conversation, box, turns]
        labels = [heading, language, answer_in, jurisdiction, fresh, conversation, box, send, panel, line]
        gr.on([box.submit, send.click], ask, [box, turns, *choices], said, **_QUIET)
        conversation.ask(ask_suggested, [turns, *choices], said, **_QUIET)
        conversation.cite(open_citation, [turns, language], panel, **_QUIET)
        panel.close(rest, language, panel, **_QUIET)
        fresh.click(new_patient, language, [turns, conversation, panel, box], **_QUIET)
        language.input(switch, [language, turns], labels, **_QUIET).then(lambda wanted: wanted, language, answer_in, **_QUIET)
        page.load(lambda wanted: switch(wanted, ()), language, labels, js=_BROWSER_LANGUAGE, **_QUIET)
    return page


def page_options() -> dict[str, Any]:
    """Theme, style and footer, for `Blocks.launch` and `gr.mount_gradio_app` alike."""
    return {
        "theme": gr.themes.Base(primary_hue="cyan", neutral_hue="slate", font=_FONTS, font_mono=_MONO),
        "css_paths": [_HERE / "style.css"],
        "footer_links": [],
    }


def launch(
    assistant: Answers, *, host: str = "127.0.0.1", port: int = 7860, open_browser: bool = False, wait: bool = True
) -> gr.Blocks:
    """Serve the page on `host`:`port`; with `wait` until interrupted. Nothing is shared and nothing is sent out."""
    page = build(assistant)
    page.launch(
        server_name=host,
        server_port=port,
        inbrowser=open_browser,
        share=False,
        quiet=True,
        show_error=False,
        prevent_thread_lock=not wait,
        enable_monitoring=False,
        ssr_mode=False,
        **page_options(),
    )
    return page


def _script(name: str) -> str:
    return (_HERE / f"{name}.js").read_text(encoding="utf-8")


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
