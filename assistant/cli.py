"""The command line: reads arguments, calls the library, prints. It decides nothing.

Exit status: 0 when there is an answer (a question back and a known gap are answers too), 1 for an error that the message
explains, 2 for a wrong call.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant import __version__
from assistant.errors import AssistantError, QuestionError, SettingError
from assistant.index_cli import index_app, index_build, progress_bar
from assistant.replay_cli import replay
from assistant.rules_cli import rules_app
from assistant.serve.users_cli import users_app
from assistant.text.language import has_chinese

if TYPE_CHECKING:
    from assistant.answer.agent_parts import AnswerPart, FinalPart

app = typer.Typer(
    help="Cited answers and deterministic rules on T-cell-engaging bispecific antibodies in multiple myeloma.",
    epilog="Exit status: 0 answered (a question back counts), 1 an error that the message explains, 2 a wrong call.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(rules_app, name="rules")
app.add_typer(index_app, name="index")
app.add_typer(users_app, name="users")
app.command()(replay)

_LANGUAGES = ("auto", "en", "zh")
_JURISDICTIONS = ("US", "EU", "CN")
_GREETING = {
    "en": 'Ask in English or Chinese. "new" starts with a new patient; an empty line ends.',
    "zh": "请用中文或英文提问。输入“新患者”开始新的患者；空行结束。",
}
_NEW = {"en": "A new patient: nothing said before is carried over.", "zh": "新患者：不沿用之前的任何信息。"}
_SENT = {
    "en": "Questions and the statements found for them are sent to the chat model {model}.",
    "zh": "问题以及为其找到的陈述会发送给对话模型 {model}。",
}
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Lang = Annotated[str, typer.Option("--lang", help="Language of the answer: auto (as asked), en or zh.")]
Place = Annotated[str | None, typer.Option("--jurisdiction", help="US, EU or CN; default: all, each named.")]


def main() -> None:
    """Entry point: an expected error is one sentence on standard error and exit status 1; a wrong call is 2."""
    for stream in (sys.stdout, sys.stderr):
        if (
            "utf" not in str(stream.encoding).lower()
        ):  # a file on Windows, a bare container: Chinese must not be an error
            stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    try:
        app()
    except AssistantError as error:
        sys.stderr.write(f"{error.in_language(_readers_language())}\n")
        raise SystemExit(1) from None


def _readers_language() -> str:
    """The language for errors: Chinese when the command line asks for it or holds Chinese itself."""
    asked = sys.argv[1:]
    return "zh" if "zh" in asked or "--lang=zh" in asked or has_chinese(" ".join(asked)) else "en"


def _one_of(name: str, value: str | None, allowed: tuple[str, ...]) -> Any:
    """`value` as it is spelled among `allowed`, in any case; None stays None."""
    if value is None:
        return None
    for choice in allowed:
        if choice.lower() == value.lower():
            return choice
    raise typer.BadParameter(f"found '{value}'; allowed: {', '.join(allowed)}", param_hint=name)


def _chosen(lang: str, jurisdiction: str | None) -> dict[str, Any]:
    return {
        "language": _one_of("--lang", lang, _LANGUAGES),
        "jurisdiction": _one_of("--jurisdiction", jurisdiction, _JURISDICTIONS),
    }


def _open(*, store: bool = True) -> Any:
    """The assistant, with a progress bar while its index is built for the first time; one question needs no `store`."""
    from assistant.pipeline import Assistant

    with progress_bar() as progress:
        return Assistant.open(progress=progress, store=store)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _options(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options of the program as a whole."""


@app.command()
def ask(
    question: Annotated[list[str] | None, typer.Argument(help="The question, in English or Chinese.")] = None,
    lang: Lang = "auto",
    jurisdiction: Place = None,
    as_json: Json = False,
    streamed: Annotated[
        bool, typer.Option("--stream", help="Print each sentence once it is verified; with --json one part per line.")
    ] = False,
    batch: Annotated[Path | None, typer.Option("--batch", help="JSON lines {id, text, history}; needs --out.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Where the answers of --batch are written.")] = None,
) -> None:
    """Answer one question, or a file of questions."""
    chosen = _chosen(lang, jurisdiction)
    if batch is not None or out is not None:
        _ask_file(question, batch, out, streamed, chosen)
        return
    if not question:
        raise typer.BadParameter(
            'Type a question, for example: assistant ask "how soon does CRS start?"', param_hint="QUESTION"
        )
    text = " ".join(question)
    if streamed and as_json:
        for part in _open(store=False).stream(text, **chosen):
            typer.echo(part.model_dump_json())
    elif streamed:
        _show(_open(store=False).stream(text, **chosen))
    elif as_json:
        typer.echo(_open(store=False).ask(text, **chosen).model_dump_json(indent=1))
    else:
        from assistant.present.text import render_text

        typer.echo(render_text(_open(store=False).ask(text, **chosen)))


def _ask_file(question: Any, batch: Path | None, out: Path | None, streamed: bool, chosen: dict[str, Any]) -> None:
    if batch is None:
        raise typer.BadParameter("--out is for the answers of --batch FILE.", param_hint="--batch")
    if out is None:
        raise typer.BadParameter("--batch needs --out FILE, where the answers are written.", param_hint="--out")
    if question or streamed:
        raise typer.BadParameter("takes its questions from the file: no question, no --stream.", param_hint="--batch")
    from assistant.batch import answer_file

    answered, faulty = answer_file(_open(), batch, out, **chosen)
    typer.echo(f"{answered} answered, {faulty} not readable; written to {out}", err=True)


def _show(parts: Iterable[AnswerPart]) -> FinalPart:
    """Print sentences as they are verified, then what belongs to the whole answer; what is shown is never unverified."""
    from assistant.answer.agent_faults import worded
    from assistant.present.growing import GrowingText

    text = GrowingText("en")
    for part in parts:
        if part.kind == "answer":
            typer.echo(text.rest(part.answer))
            return part
        if part.kind == "sentence":
            typer.echo(text.add(part.sentence, part.citations), nl=False)
        elif part.status == "understood":
            text = GrowingText(part.language)
        elif part.status == "fallback" and text.withdraw():
            typer.echo("\n" + worded("withdrawn", part.language))
    raise AssertionError("a stream ends with the answer")


@app.command()
def chat(lang: Lang = "auto", jurisdiction: Place = None) -> None:
    """Ask in the terminal; "new" starts with a new patient, an empty line ends."""
    from assistant.text.language import language_of
    from assistant.understand.state import NEW

    chosen = _chosen(lang, jurisdiction)
    assistant, state = _open(), NEW
    for language in ("en", "zh") if chosen["language"] == "auto" else (chosen["language"],):
        typer.echo(_GREETING[language], err=True)
        if assistant.settings.chat_model:
            typer.echo(_SENT[language].format(model=assistant.settings.chat_model), err=True)
    while question := _next_question():
        language = language_of(question) if chosen["language"] == "auto" else chosen["language"]
        if question.lower() in {"new", "新患者"}:
            state = NEW
            typer.echo(_NEW[language])
            continue
        try:
            state = _show(assistant.stream_in(state, question, **chosen)).state
        except AssistantError as error:
            typer.echo(error.in_language(language))


def _next_question() -> str:
    """The next line; "" at the end of the input, which ends the conversation like an empty line."""
    try:
        return str(typer.prompt(">", default="", show_default=False, prompt_suffix=" ")).strip()
    except typer.Abort:
        typer.echo()
        return ""


@app.command()
def search(
    query: Annotated[list[str], typer.Argument(help="What to look for.")],
    k: Annotated[int, typer.Option("--k", min=1, max=50, help="How many sections.")] = 5,
    as_json: Json = False,
) -> None:
    """List the sections, gaps and conflicts that a question finds."""
    text = " ".join(query)
    if not any(character.isalnum() for character in text):
        raise QuestionError(
            "The query holds no words. Type what to look for, in English or Chinese.",
            "查询中没有可读的文字。请用中文或英文输入要查找的内容。",
        )
    hits = _open().search(text, k)
    if as_json:
        typer.echo(
            json.dumps(
                [hit.model_dump(mode="json", exclude={"unit": {"texts", "asked_as"}}) for hit in hits],
                ensure_ascii=False,
            )
        )
        return
    for hit in hits:
        title = hit.unit.titles[0] if hit.unit.titles else hit.unit.texts[0]
        typer.echo(f"{hit.score:.3f}  {hit.unit.id}  {title}")


@app.command(name="import")
def import_document(
    file: Annotated[Path | None, typer.Argument(help="A PDF, Markdown, HTML or text file: your own copy.")] = None,
    lang: Annotated[str | None, typer.Option("--lang", help="en or zh; default: as found in the text.")] = None,
    source: Annotated[
        str, typer.Option("--source", help="Your label for the document, for example imwg-2024.")
    ] = "own-copy",
    title: Annotated[str, typer.Option("--title", help="Title shown in citations; default: the file's own.")] = "",
    pair: Annotated[
        tuple[Path, Path] | None, typer.Option("--pair", help="A document in English and its translation.")
    ] = None,
    remove: Annotated[str | None, typer.Option("--remove", help="Remove an imported document by its id.")] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the imported documents.")] = False,
) -> None:
    """Add your own copy of a document; it stays in your data folder and is cited as yours, by page."""
    from assistant.ingest.imported import importing, store
    from assistant.places import user_data

    lang = _one_of("--lang", lang, ("en", "zh"))
    home = user_data()
    if listed:
        for document in (store.load(home, name).document for name in store.list_documents(home)):
            typer.echo(f"{document.id}  {document.language}  {len(document.pages)} pages  {document.title}")
        return
    if remove is not None:
        store.remove(home, remove)
        typer.echo(f"removed: {remove}")
    else:
        with progress_bar() as progress:
            if pair is not None and file is not None:
                raise typer.BadParameter("found a file and --pair; give one of them.", param_hint="--pair")
            if pair is not None:
                added: tuple[Any, ...] = importing.import_pair(
                    *pair, home, title=title, source=source, progress=progress
                )
            elif file is not None:
                language: Any = lang
                added = (
                    importing.import_file(file, home, title=title, source=source, language=language, progress=progress),
                )
            else:
                raise typer.BadParameter("Name a file, or use --pair, --remove or --list.", param_hint="FILE")
        for item in added:
            typer.echo(f"imported: {item.document.id} ({len(item.document.pages)} pages, {len(item.chunks)} passages)")
            for notice in item.document.notices:
                typer.echo(f"  note: {notice.text.en}")
    index_build()


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; any but 127.0.0.1 needs users.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 7860,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open the page.")] = False,
    users: Annotated[Path | None, typer.Option("--users", help="Users file; see `assistant users add`.")] = None,
    header: Annotated[
        str, typer.Option("--trusted-proxy-header", help="Header in which a reverse proxy names the user.")
    ] = "",
    proxy: Annotated[
        list[str] | None,
        typer.Option("--trusted-proxy", help="Address of that proxy; the header counts from it alone."),
    ] = None,
    allow_host: Annotated[
        list[str] | None, typer.Option("--allow-host", help="A further name under which the server is called.")
    ] = None,
    tls_cert: Annotated[Path | None, typer.Option("--tls-cert", help="Certificate (PEM) to serve by TLS.")] = None,
    tls_key: Annotated[Path | None, typer.Option("--tls-key", help="Its key (PEM).")] = None,
) -> None:
    """Open the chat page, with the JSON endpoints, MCP and CDS Hooks beside it (docs/serving.md)."""
    if (tls_cert is None) != (tls_key is None):
        raise typer.BadParameter("give --tls-cert and --tls-key together.", param_hint="--tls-cert")
    try:
        import assistant.web.app  # noqa: F401 - the page is loaded last, but what it lacks is said first
        from assistant.serve.access import decide
        from assistant.serve.app import serve as run_server
    except ModuleNotFoundError as error:
        raise _not_installed(error, "web") from None
    from assistant.config import settings

    configured = settings()
    access = decide(
        host,
        users=users,
        proxy_header=header,
        proxies=proxy or (),
        hosts=allow_host or (),
        per_minute=configured.serve_per_minute,
        at_once=configured.serve_at_once,
    )
    run_server(_open(), access, port=port, open_browser=not no_browser, certificate=tls_cert, key=tls_key)


@app.command()
def mcp() -> None:
    """Speak MCP on standard input and output: `ask`, `search` and every rule as tools (docs/serving.md)."""
    try:
        from assistant.serve.mcp_server import serve_stdio
    except ModuleNotFoundError as error:
        raise _not_installed(error, "web") from None
    serve_stdio(_open())


@app.command(name="eval")
def evaluate(
    task: Annotated[
        list[str] | None, typer.Option("--task", help="One task; may stand several times. Default: all.")
    ] = None,
    split: Annotated[str, typer.Option("--split", help="dev, or test (frozen: not for tuning).")] = "dev",
    every: Annotated[int, typer.Option("--every", min=1, help="Only every n-th family: a quick look.")] = 1,
    against: Annotated[
        str | None, typer.Option("--against", help="baseline: exit 1 when something is below the accepted results.")
    ] = None,
    accept: Annotated[bool, typer.Option("--accept", help="Keep this run as the accepted results.")] = False,
    questions: Annotated[Path | None, typer.Option("--questions", help="Your own questions (CSV) instead.")] = None,
    chat_model: Annotated[
        str, typer.Option("--chat-model", help="provider:model, beside the extractive mode; with --questions.")
    ] = "",
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the report.")] = None,
) -> None:
    """Measure how accurate the answers are, on the committed question sets or on your own questions."""
    from assistant.places import shipped

    sys.path.insert(0, str(shipped("evals").parent))
    try:
        from evals.command import evaluate as measure
    except ModuleNotFoundError as error:
        raise _not_installed(error, "evals") from None
    text, sound = measure(
        _open(),
        tasks=tuple(task or ()),
        split=_one_of("--split", split, ("dev", "test")),
        every=every,
        against=_one_of("--against", against, ("baseline",)) is not None,
        accept=accept,
        questions=questions,
        chat_model=chat_model,
        out=out,
    )
    typer.echo(text)
    if not sound:
        raise typer.Exit(1)


def _not_installed(error: ModuleNotFoundError, extra: str) -> SettingError:
    """What to install when a package of an extra is missing."""
    command = f'pip install "bispecific-assistant[{extra}]"'
    return SettingError(
        f"This needs the package '{error.name}', which is not installed. Install it: {command}",
        f"此功能需要组件“{error.name}”，尚未安装。请安装：{command}",
    )


@app.command()
def doctor() -> None:
    """Show what is installed, where data lie, and whether the index fits them."""
    from assistant.doctor import findings

    report, healthy = findings()
    for name, value in report.items():
        typer.echo(f"{name}: {value}")
    if not healthy:
        raise typer.Exit(1)


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)
