"""`assistant users`: who may sign in to a server. A password is asked for, twice, and never taken from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

users_app = typer.Typer(help="Who may sign in to `assistant serve --users FILE`.", no_args_is_help=True)
File = Annotated[Path, typer.Option("--file", help="The users file.")]


@users_app.command("add")
def users_add(name: Annotated[str, typer.Argument(help="The name to sign in with.")], file: File) -> None:
    """Add a user, or give one a new password; the password is asked for."""
    from assistant.serve.users import add

    password = typer.prompt("Password / 密码", hide_input=True, confirmation_prompt=True, err=True)
    changed = add(file, name, password)
    typer.echo(f"{'new password' if changed else 'added'}: {name}")


@users_app.command("remove")
def users_remove(name: Annotated[str, typer.Argument(help="The name to take out.")], file: File) -> None:
    """Take a user out; a running server notices at once."""
    from assistant.serve.users import remove

    remove(file, name)
    typer.echo(f"removed: {name}")


@users_app.command("list")
def users_list(file: File) -> None:
    """List the names."""
    from assistant.serve.users import read

    for name in read(file):
        typer.echo(name)
