"""The command line: reads arguments, calls the library, prints. It decides nothing."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant import __version__
from assistant.errors import AssistantError
from assistant.index_cli import index_app, index_build, progress_bar
from assistant.rules_cli import rules_app

app = typer.Typer(
    help="Cited answers and deterministic rules on T-cell-engaging bispecific antibodies in multiple myeloma.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(rules_app, name="rules")
app.add_typer(index_app, name="index")

_LANGUAGES = ("auto", "en", "zh")
_JURISDICTIONS = ("US", "EU", "CN")
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def main() -> None:
    """Entry point: an expected error is one sentence on standard error and exit status 1; a wrong call is 2."""
    try:
        app()
    except AssistantError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(1) from None


def _one_of(name: str, value: str | None, allowed: tuple[str, ...]) -> Any:
    if value is not None and value not in allowed:
        raise typer.BadParameter(f"found '{value}'; allowed: {', '.join(allowed)}", param_hint=name)
    return value


def _open() -> Any:
    """The assistant, with a progress bar while its index is built for the first time."""
    from assistant.pipeline import Assistant

    with progress_bar() as progress:
        return Assistant.open(progress=progress)


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="The question, in English or Chinese.")] = None,
    lang: Annotated[str, typer.Option("--lang", help="Language of the answer: auto, en or zh.")] = "auto",
    jurisdiction: Annotated[str | None, typer.Option("--jurisdiction", help="US, EU or CN; default: all.")] = None,
    as_json: Json = False,
    batch: Annotated[Path | None, typer.Option("--batch", help="JSON lines {id, text, history}; needs --out.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Where the answers of --batch are written.")] = None,
) -> None:
    """Answer one question, or a file of questions."""
    _one_of("--lang", lang, _LANGUAGES)
    _one_of("--jurisdiction", jurisdiction, _JURISDICTIONS)
    if batch is not None:
        if out is None:
            raise typer.BadParameter("--batch needs --out FILE, where the answers are written.", param_hint="--out")
        from assistant.batch import answer_file

        answered, faulty = answer_file(_open(), batch, out, language=lang, jurisdiction=jurisdiction)
        typer.echo(f"{answered} answered, {faulty} not readable; written to {out}", err=True)
        return
    if question is None:
        raise typer.BadParameter(
            'Type a question, for example: assistant ask "how soon does CRS start?"', param_hint="QUESTION"
        )
    answer = _open().ask(question, language=lang, jurisdiction=jurisdiction)
    if as_json:
        typer.echo(answer.model_dump_json(indent=1))
    else:
        from assistant.present.text import render_text

        typer.echo(render_text(answer))


@app.command()
def chat() -> None:
    """Ask in the terminal; an empty line ends, "new" starts with a new patient."""
    from assistant.errors import QuestionError
    from assistant.present.text import render_text
    from assistant.understand.state import NEW

    assistant, state = _open(), NEW
    while question := typer.prompt(">", default="", show_default=False, prompt_suffix=" ").strip():
        if question.lower() in {"new", "新患者"}:
            state = NEW
            continue
        try:
            answer, state = assistant.ask_in(state, question)
        except QuestionError as error:
            typer.echo(str(error))
            continue
        typer.echo(render_text(answer) + "\n")


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="What to look for.")],
    k: Annotated[int, typer.Option("--k", min=1, max=50, help="How many sections.")] = 5,
    as_json: Json = False,
) -> None:
    """List the sections, gaps and conflicts that a question finds."""
    hits = _open().search(query, k)
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

    _one_of("--lang", lang, ("en", "zh"))
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
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 7860,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open the page.")] = False,
) -> None:
    """Open the chat page."""
    from assistant.web.app import launch

    launch(_open(), host=host, port=port, open_browser=not no_browser)


@app.command(name="eval")
def evaluate(
    task: Annotated[str | None, typer.Option("--task", help="One task; default: all.")] = None,
    split: Annotated[str, typer.Option("--split", help="dev or test.")] = "dev",
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the report.")] = None,
) -> None:
    """Measure how accurate the answers are on the committed question sets."""
    from assistant.places import shipped

    sys.path.insert(0, str(shipped("evals").parent))
    from evals.run import run_tasks

    _one_of("--split", split, ("dev", "test"))
    typer.echo(run_tasks(_open(), task=task, split=split, out=out))


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
