"""`assistant replay ANSWER.json`: asks a stored question again and prints what changed since.

Exit status: 0 the answer says the same (versions may differ and are listed), 1 it changed, 2 the file cannot be replayed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.errors import QuestionError
from assistant.index_cli import progress_bar
from assistant.replay import Replay, read_answer
from assistant.replay import replay as ask_again

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORDS = {
    "en": {
        "question": "Question: {text}",
        "same": "The answer says the same now.",
        "changed": "The answer changed:",
        "versions": "Made with other versions:",
        "no_versions": "Made with the same versions.",
        "gone": "no longer: {text}",
        "new": "now: {text}",
        "from": "{part}: {before} → {after}",
    },
    "zh": {
        "question": "问题：{text}",
        "same": "现在的回答与原回答一致。",
        "changed": "回答有变化：",
        "versions": "所用版本不同：",
        "no_versions": "所用版本相同。",
        "gone": "不再有：{text}",
        "new": "现在有：{text}",
        "from": "{part}：{before} → {after}",
    },
}
_PARTS = {
    "kind": "类型",
    "statements": "语句",
    "text": "文字",
    "numbers": "数值",
    "citations": "引用",
    "result": "计算结果",
}


def replay(
    file: Annotated[Path, typer.Argument(help="The JSON of one answer, as `assistant ask --json` prints it.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Ask the question of a stored answer again and show what changed since (exit 0 same, 1 changed, 2 unreadable)."""
    from assistant.pipeline import Assistant

    try:
        stored = read_answer(file)
        with progress_bar() as progress:
            assistant = Assistant.open(progress=progress)
        found = ask_again(stored, assistant)
    except QuestionError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    typer.echo(found.model_dump_json(indent=1) if as_json else "\n".join(_lines(found)))
    raise typer.Exit(0 if found.same else 1)


def _lines(found: Replay) -> Iterator[str]:
    language = found.before.language
    said = _WORDS[language]
    yield said["question"].format(text=found.before.question)
    for en, zh in found.notes:
        yield zh if language == "zh" else en
    yield said["versions"] if found.versions else said["no_versions"]
    for change in found.versions:
        yield "  " + said["from"].format(part=change.part, before=change.before or "-", after=change.after or "-")
    yield said["same"] if found.same else said["changed"]
    for change in found.changes:
        part = _PARTS.get(change.part, change.part) if language == "zh" else change.part
        if change.before and change.after:
            yield "  " + said["from"].format(part=part, before=change.before, after=change.after)
        else:
            key, text = ("gone", change.before) if change.before else ("new", change.after)
            yield f"  {part} · " + said[key].format(text=text)
