"""The command group `assistant rules`: list, show, run, tables, check, page. It reads arguments and prints; it decides nothing."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.errors import AssistantError, RuleInputError

if TYPE_CHECKING:
    from assistant.types import RuleResult

rules_app = typer.Typer(help="The deterministic rules: list, show, run, tables, check.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
OwnTables = Annotated[
    Path | None,
    typer.Option("--tables", help="Folder with your hospital's own tables; default: the setting ASSISTANT_TABLES."),
]
_LANGUAGES = ("en", "zh")


@rules_app.command("list")
def rules_list(as_json: Json = False) -> None:
    """All rules; with --json their input schemas."""
    from assistant.rules import catalogue

    entries = catalogue()
    if as_json:
        typer.echo(json.dumps(entries, ensure_ascii=False, indent=1))
        return
    for entry in entries:
        typer.echo(f"{entry['name']:24} {entry['title']['en']} / {entry['title']['zh']}")


@rules_app.command("show")
def rules_show(name: Annotated[str, typer.Argument(help="Name of the rule.")]) -> None:
    """The inputs of one rule as JSON Schema."""
    from assistant.rules import catalogue

    entries = {entry["name"]: entry for entry in catalogue()}
    typer.echo(json.dumps(entries[_known(name, entries, "NAME")], ensure_ascii=False, indent=1))


@rules_app.command("run")
def rules_run(
    name: Annotated[str, typer.Argument(help="Name of the rule.")],
    inputs: Annotated[str, typer.Option("--json", help='Inputs as a JSON object, e.g. \'{"drug": "teclistamab"}\'.')],
    tables: OwnTables = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="The rules in force on this day, as 2026-01-31.")] = None,
    ics: Annotated[Path | None, typer.Option("--ics", help="Only `schedule`: write its dates as a calendar.")] = None,
    lang: Annotated[str, typer.Option("--lang", help="Language of the calendar: en or zh.")] = "en",
) -> None:
    """Run one rule and print its result as JSON."""
    from assistant.rules import run

    given, day = _object(inputs), _day(as_of)
    if lang not in _LANGUAGES:
        raise typer.BadParameter(f"found '{lang}'; allowed: {', '.join(_LANGUAGES)}", param_hint="--lang")
    if ics is not None and name != "schedule":
        raise typer.BadParameter(f"found the rule '{name}'; only 'schedule' has a calendar.", param_hint="--ics")
    folder = _own_tables(tables)
    try:
        result = run(name, given, as_of=day, local_tables=folder)
    except RuleInputError as error:
        typer.echo(json.dumps({"error": _as_json(error)}, ensure_ascii=False), err=True)
        raise typer.Exit(1) from None
    typer.echo(result.model_dump_json(indent=1))
    if ics is not None:
        _write_calendar(result, ics, lang, folder)


@rules_app.command("tables")
def rules_tables(
    html: Annotated[bool, typer.Option("--html", help="One HTML page to print and sign, instead of Markdown.")] = False,
    out: Annotated[Path | None, typer.Option("--out", help="File to write; default: standard output.")] = None,
    rule: Annotated[str | None, typer.Option("--rule", help="Only the tables of one rule.")] = None,
    tables: OwnTables = None,
) -> None:
    """Every table in words: rows, values, source, confidence, and two signature fields."""
    from assistant.rules import RULES
    from assistant.rules.load import load_tables
    from assistant.rules.local_check import checked_tables
    from assistant.rules.sheet import as_markdown, sheets
    from assistant.rules.sheet_html import as_html

    folder = _own_tables(tables)
    loaded = checked_tables(folder) if folder is not None else load_tables()
    families = RULES[_known(rule, RULES, "--rule")].families if rule is not None else tuple(loaded.families)
    found = sheets(loaded, families)
    page = as_html(found, version=loaded.version(families)) if html else as_markdown(found)
    if out is None:
        typer.echo(page)
        return
    _write(out, page)
    typer.echo(f"{len(found)} tables, {sum(len(sheet.rows) for sheet in found)} rows; written to {out}", err=True)


@rules_app.command("check")
def rules_check(folder: Annotated[Path, typer.Argument(help="Folder with your hospital's own tables.")]) -> None:
    """Check a hospital's own tables; every fault names file, place, what is allowed and the remedy."""
    from assistant.rules.local_check import check_folder

    faults = check_folder(folder, today=datetime.now(UTC).date())
    for fault in faults:
        typer.echo(f"- {fault.en}")
    typer.echo(f"{len(faults)} fault(s)." if faults else "No fault found.")
    if faults:
        raise typer.Exit(1)


@rules_app.command("page")
def rules_page(
    out: Annotated[Path, typer.Option("--out", help="File to write.")] = Path("docs/rules.md"),
) -> None:
    """Write docs/rules.md: every rule with its inputs, documents and numbers of rows."""
    from assistant.rules.listing import rules_page as page
    from assistant.rules.load import load_tables

    _write(out, page(load_tables()))
    typer.echo(f"written to {out}", err=True)


def _known(name: str, allowed: Any, hint: str) -> str:
    if name not in allowed:
        raise typer.BadParameter(f"found '{name}'; allowed: {', '.join(allowed)}", param_hint=hint)
    return name


def _object(text: str) -> dict[str, Any]:
    try:
        given = json.loads(text, parse_float=str)
    except json.JSONDecodeError as error:
        raise typer.BadParameter(
            f"not JSON: {error.msg} at character {error.pos}; write an object of inputs.", param_hint="--json"
        ) from error
    if not isinstance(given, dict):
        raise typer.BadParameter(f"found a {type(given).__name__}; an object of inputs is needed.", param_hint="--json")
    return given


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(
            f"found '{text}'; a calendar date such as 2026-01-31 is needed.", param_hint="--as-of"
        ) from error


def _own_tables(given: Path | None) -> Path | None:
    from assistant.config import settings

    if given is not None:
        return given
    return settings().tables_folder


def _as_json(error: RuleInputError) -> dict[str, str]:
    return {
        "input": error.name,
        "found": error.found,
        "allowed": error.allowed,
        "message": error.en,
        "message_zh": error.zh,
    }


def _write_calendar(result: RuleResult, path: Path, language: Any, folder: Path | None) -> None:
    from assistant.rules.calendar_file import calendar_text
    from assistant.rules.local_check import checked_tables

    if result.missing or "start_date" not in result.inputs:
        raise AssistantError(
            "No calendar was written: the result has no dates. Give `drug` and `start_date` (2026-01-31).",
            "未生成日历：结果不含日期。请提供 drug 和 start_date（如 2026-01-31）。",
        )
    tables = checked_tables(folder) if folder is not None else None
    text = calendar_text(result, language, tables=tables)
    _write(path, text)
    typer.echo(f"{text.count('BEGIN:VEVENT')} entries; written to {path}", err=True)


def _write(path: Path, text: str) -> None:
    """Write a file with the line ends it has; a place that cannot be written is one sentence."""
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise AssistantError(
            f"{path}: cannot be written ({error.strerror}). Name a file in an existing folder.",
            f"{path}：无法写入（{error.strerror}）。请指定现有文件夹中的文件。",
        ) from error
