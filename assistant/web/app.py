"""The chat page: which event does what, and how the page is served.

What happens is in `events`, `handlers` and `desk`, what stands where in `layout`, how things look in `present` and the style sheets.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from assistant.web.layout import HERE, LAID_OUT_IN, lay_out  # first: it switches gradio's analytics off

# isort: split
import gradio as gr

from assistant.present.words import say
from assistant.web.events import Events, Serves
from assistant.web.view import ViewName

_CHINESE = ("PingFang SC", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC")
_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "DejaVu Sans", *_CHINESE, "sans-serif")
_MONO = ("ui-monospace", "SFMono-Regular", "Consolas", "DejaVu Sans Mono", "monospace")
_BROWSER_LANGUAGE = "() => ((navigator.language || 'en').toLowerCase().startsWith('zh') ? 'zh' : 'en')"
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
_AT_ONCE = 16


def build(assistant: Serves) -> gr.Blocks:
    """The page for one assistant. Serve it with `launch`, or mount it with `page_options()`."""
    page = gr.Blocks(title=say("page.title", "en"), analytics_enabled=False, fill_width=True)
    events = Events(assistant)
    with page:
        at = lay_out(assistant, LAID_OUT_IN)
        choices = [at.language, at.answer_in, at.jurisdiction]
        said = [at.conversation, at.box, at.turns, at.keeper]
        views = at.views()
        worded = [at.conversation, *views, *at.worded()]
        started = [at.conversation, *at.worded()]
        many: dict[str, Any] = {"concurrency_limit": _AT_ONCE, **_QUIET}
        # "multiple": gradio ignores what is sent while it still cancels an answer; `events` lets one answer run at a time
        asks: dict[str, Any] = {"trigger_mode": "multiple", **many}
        running = [
            gr.on([at.box.submit, at.send.click], events.ask, [at.box, at.turns, *choices], said, **asks),
            at.conversation.ask(events.ask_offered, [at.turns, *choices], said, **asks),
            at.conversation.again(events.ask_again, [at.turns, *choices], said, **asks),
        ]
        at.stop.click(events.stop, [at.turns, at.language], said, cancels=running, **_QUIET)
        at.conversation.fill(events.fill, [at.turns, at.language], said, **many)
        at.conversation.undo(events.undo, [at.turns, at.language], said, **_QUIET)
        at.conversation.export(events.export, [at.turns, at.language], at.saver, **_QUIET)
        at.keeper.restore(events.restore, at.language, [at.conversation, at.box, at.turns, at.panel], **_QUIET)
        at.conversation.cite(events.open_citation, [at.turns, at.language], at.panel, **_QUIET)
        at.panel.close(events.close_citation, at.language, at.panel, **_QUIET)
        opens: tuple[tuple[gr.Button, ViewName], ...] = (
            (at.cover, "covered"),
            (at.tools, "desk"),
            (at.read, "browse"),
        )
        for button, name in opens:
            button.click(partial(events.toggle, name), [at.view, at.language], views, **_QUIET)
        for shown in (at.covered, at.browse, at.desk):
            shown.close(events.close, None, views, **_QUIET)
        at.desk.pick(events.pick, at.language, views, **_QUIET)
        at.desk.work(events.work, at.language, views, **_QUIET)
        at.result.cite(events.open_worked, [at.view, at.language], at.panel, **_QUIET)
        at.browse.read(events.read, at.language, views, **_QUIET)
        at.browse.find(events.find, at.language, views, **_QUIET)
        emptied = [at.turns, at.conversation, at.panel, at.box, at.keeper, *views]
        at.fresh.click(events.new_patient, at.language, emptied, cancels=running, **_QUIET)
        # The choice of the page language is also the new default of the answer language.
        at.language.input(lambda wanted: wanted, at.language, at.answer_in, **_QUIET).then(
            events.switch, [at.language, at.turns, at.view], worded, **_QUIET
        )
        page.load(events.start, at.language, started, js=_BROWSER_LANGUAGE, **_QUIET)
    return page


def page_options() -> dict[str, Any]:
    """Theme, style, script and footer, for `Blocks.launch` and `gr.mount_gradio_app` alike."""
    outermost = (HERE / "page.css").read_text(encoding="utf-8")
    script = (HERE / "page.js").read_text(encoding="utf-8")
    return {
        "theme": gr.themes.Base(primary_hue="cyan", neutral_hue="slate", font=_FONTS, font_mono=_MONO),
        "css_paths": [HERE / f"{sheet}.css" for sheet in ("style", "covered", "desk", "browse")],
        "head": f"<style>{outermost}</style><script>{script}</script>",
        "footer_links": [],
    }


def launch(
    assistant: Serves, *, host: str = "127.0.0.1", port: int = 7860, open_browser: bool = False, wait: bool = True
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
