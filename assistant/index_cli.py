"""The command group `assistant index`: build, coverage, check; and the progress bar of building."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

index_app = typer.Typer(help="The search index and the corpus behind it: build, check.", no_args_is_help=True)


class progress_bar:  # noqa: N801 - a context manager used like a function
    """A rich progress bar on standard error that appears with the first report."""

    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task: Any = None

    def __enter__(self) -> Any:
        return self._report

    def _report(self, stage: str, done: int, total: int) -> None:
        if self._task is None:
            self._progress.start()
            self._task = self._progress.add_task("building the index", total=total)
        self._progress.update(self._task, completed=done, total=total, description=f"building the index: {stage}")

    def __exit__(self, *_: object) -> None:
        if self._task is not None:
            self._progress.stop()


@index_app.command("build")
def index_build(
    forget_others: Annotated[
        bool, typer.Option(help="Afterwards delete the collections of other versions from the Chroma server.")
    ] = False,
) -> None:
    """Build the index anew; the old one answers until the new one is complete. Fills the Chroma server if one is set."""
    from assistant.config import settings
    from assistant.places import shipped, user_data
    from assistant.retrieve.chroma_server import fill_server, forget_other_versions, server_of
    from assistant.retrieve.embedding import embedder
    from assistant.retrieve.index import build_index

    configured = settings()
    server = server_of(configured)
    with progress_bar() as progress:
        index = build_index(user_data(), shipped("corpus"), embedder(configured.embedding), progress)
    typer.echo(f"{index.meta.units} units, {index.meta.lines} searchable lines; corpus {index.meta.corpus}")
    if server is None:
        return
    written = fill_server(server, index.projection, index.vectors)
    what = f"{index.projection.rows} vectors in collection {index.projection.collection}"
    typer.echo(f"{server.url}: {what}, {'written' if written else 'already there'}")
    if forget_others:
        gone = forget_other_versions(server, index.projection)
        typer.echo(f"{server.url}: {len(gone)} collection(s) of other versions deleted")


@index_app.command("coverage")
def index_coverage() -> None:
    """Write docs/coverage.md from the corpus: what is covered, what is known to be missing."""
    from assistant.ingest.coverage import main as write_page

    write_page()


@index_app.command("check")
def index_check() -> None:
    """Check the whole corpus; every fault names file, section and remedy."""
    from assistant.ingest.check import check_whole
    from assistant.places import shipped

    faults = check_whole(shipped("corpus"))
    for fault in faults:
        typer.echo(f"- {fault}")
    typer.echo(f"{len(faults)} fault(s)." if faults else "No fault found.")
    if faults:
        raise typer.Exit(1)
