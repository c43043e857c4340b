"""The chat page: which event does what, and how the page is served.

What happens is in `handlers`, what stands where in `layout`, how things look in `present` and the style sheets.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from assistant.web.layout import HERE, lay_out, words  # first: it switches gradio's analytics off

# isort: split
import gradio as gr

from assistant.present.frame import about_html
from assistant.present.words import say
from assistant.types import Language
from assistant.web import handlers
from assistant.web.handlers import Answers, Turns

_CHINESE = ("PingFang SC", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC")
_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "DejaVu Sans", *_CHINESE, "sans-serif")
_MONO = ("ui-monospace", "SFMono-Regular", "Consolas", "DejaVu Sans Mono", "monospace")
_BROWSER_LANGUAGE = "() => ((navigator.language || 'en').toLowerCase().startsWith('zh') ? 'zh' : 'en')"
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
_AT_ONCE = 16
LAID_OUT_IN: Language = "en"


def build(assistant: Answers) -> gr.Blocks:
    """The page for one assistant. Serve it with `launch`, or mount it with `page_options()`."""
    page = gr.Blocks(title=say("page.title", "en"), analytics_enabled=False, fill_width=True)

    def ask(question: str, turns: Turns, shown_in: str, wanted: str, labels: str) -> Iterator[tuple[Any, ...]]:
        language = handlers.page_language(shown_in)
        yield handlers.pending(turns, question, language), "", gr.skip()
        after = handlers.answered(assistant, turns, question, page=language, answer_in=wanted, jurisdiction=labels)
        yield handlers.transcript(after, language), gr.skip(), after

    def ask_offered(
        event: gr.EventData, turns: Turns, shown_in: str, wanted: str, labels: str
    ) -> Iterator[tuple[Any, ...]]:
        yield from ask(str(event.question), turns, shown_in, wanted, labels)

    def open_citation(event: gr.EventData, turns: Turns, shown_in: str) -> str:
        return handlers.opened(assistant, turns, str(event.cite), handlers.page_language(shown_in))

    def close_citation(shown_in: str) -> str:
        language = handlers.page_language(shown_in)
        return about_html(handlers.about(assistant, language), language)

    def cover(shown_in: str, open_now: bool) -> tuple[str, bool]:
        return handlers.covered(assistant, handlers.page_language(shown_in), shown=not open_now), not open_now

    def new_patient(shown_in: str) -> tuple[Any, ...]:
        empty = handlers.transcript((), handlers.page_language(shown_in))
        return (), empty, close_citation(shown_in), "", "", False

    def switch(wanted: str, turns: Turns, covering: bool) -> list[Any]:
        language = handlers.page_language(wanted)
        conversation = gr.skip() if turns else handlers.transcript((), language)
        return [conversation, handlers.covered(assistant, language, shown=covering), *words(assistant, language)]

    def start(wanted: str) -> list[Any]:
        # the page was laid out in English: nothing changes there, so a quick reader's open passage stays open
        language = handlers.page_language(wanted)
        if language == LAID_OUT_IN:
            return [gr.skip() for _ in started]
        return [handlers.transcript((), language), *words(assistant, language)]

    with page:
        at = lay_out(assistant, LAID_OUT_IN)
        choices = [at.language, at.answer_in, at.jurisdiction]
        said = [at.conversation, at.box, at.turns]
        covered = [at.covered, at.covering]
        worded = [at.conversation, at.covered, *at.worded()]
        started = [at.conversation, *at.worded()]
        gr.on(
            [at.box.submit, at.send.click],
            ask,
            [at.box, at.turns, *choices],
            said,
            concurrency_limit=_AT_ONCE,
            **_QUIET,
        )
        at.conversation.ask(ask_offered, [at.turns, *choices], said, concurrency_limit=_AT_ONCE, **_QUIET)
        at.conversation.cite(open_citation, [at.turns, at.language], at.panel, **_QUIET)
        at.panel.close(close_citation, at.language, at.panel, **_QUIET)
        at.cover.click(cover, [at.language, at.covering], covered, **_QUIET)
        at.covered.close(lambda: ("", False), None, covered, **_QUIET)
        at.fresh.click(new_patient, at.language, [at.turns, at.conversation, at.panel, at.box, *covered], **_QUIET)
        # The choice of the page language is also the new default of the answer language.
        at.language.input(lambda wanted: wanted, at.language, at.answer_in, **_QUIET).then(
            switch, [at.language, at.turns, at.covering], worded, **_QUIET
        )
        page.load(start, at.language, started, js=_BROWSER_LANGUAGE, **_QUIET)
    return page


def page_options() -> dict[str, Any]:
    """Theme, style and footer, for `Blocks.launch` and `gr.mount_gradio_app` alike."""
    outermost = (HERE / "page.css").read_text(encoding="utf-8")
    return {
        "theme": gr.themes.Base(primary_hue="cyan", neutral_hue="slate", font=_FONTS, font_mono=_MONO),
        "css_paths": [HERE / "style.css", HERE / "covered.css"],
        "head": f"<style>{outermost}</style>",
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
