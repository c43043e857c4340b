"""A stored answer asked again: what changed since, and what it was made with.

`assistant replay ANSWER.json` reads the JSON of one answer (`assistant ask --json`, or one line of a batch), asks the same
question in the same language with the history and jurisdiction that were stored, and compares. Timings are not compared.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from assistant.errors import QuestionError
from assistant.text.numbers import numbers_in
from assistant.types import Answer, Record

if TYPE_CHECKING:
    from assistant.pipeline import Assistant

# when the index was built says nothing about what is in it
_NOT_COMPARED = frozenset({"index_built_at"})


class Change(Record):
    """One thing that differs: `part` is a version name, "kind", "statements", "numbers", "citations" or "result"."""

    part: str
    before: str
    after: str


class Replay(Record):
    """What asking again gave. `notes` say what could not be repeated as it was, as (English, Chinese)."""

    before: Answer
    after: Answer
    versions: tuple[Change, ...] = ()
    changes: tuple[Change, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()

    @property
    def same(self) -> bool:
        """Whether the answer says the same now; versions may differ."""
        return not self.changes


def read_answer(path: Path) -> Answer:
    """The stored answer in `path`; raises QuestionError saying what was found instead."""
    try:
        loaded: Any = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise _unreadable(path, f"it cannot be read ({error.strerror})", f"无法读取（{error.strerror}）") from error
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise _unreadable(path, "it is not one JSON object in UTF-8", "它不是单个UTF-8编码的JSON对象") from error
    if not isinstance(loaded, dict):
        raise _unreadable(path, f"it holds a JSON {type(loaded).__name__}, not an object", "它不是JSON对象")
    loaded.pop("id", None)  # a line of a batch carries the id of its question
    try:
        return Answer.model_validate(loaded)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "answer"
        raise _unreadable(path, f"{place}: {first['msg']}", f"{place}：{first['msg']}") from error


def replay(stored: Answer, assistant: Assistant) -> Replay:
    """Ask the stored question again and compare; raises QuestionError when the question itself cannot be asked."""
    jurisdiction: Any = stored.jurisdiction or None
    history = stored.history or ()
    again = assistant.ask(stored.question, language=stored.language, jurisdiction=jurisdiction, history=history)
    return Replay(
        before=stored,
        after=again,
        versions=tuple(_versions(stored, again)),
        changes=tuple(_changes(stored, again)),
        notes=tuple(_notes(stored, again)),
    )


def _versions(before: Answer, after: Answer) -> Iterable[Change]:
    for name in sorted({*before.versions, *after.versions} - _NOT_COMPARED):
        old, new = before.versions.get(name, ""), after.versions.get(name, "")
        if old != new:
            yield Change(part=name, before=old, after=new)


def _changes(before: Answer, after: Answer) -> Iterable[Change]:
    if before.kind != after.kind:
        yield Change(part="kind", before=before.kind, after=after.kind)
    yield from _sets("statements", [s.text for s in before.statements], [s.text for s in after.statements])
    if not before.statements and not after.statements:
        yield from _sets("text", [before.text], [after.text])
    yield from _sets("numbers", sorted(_numbers(before)), sorted(_numbers(after)))
    yield from _sets("citations", _cited(before), _cited(after))
    yield from _sets("result", _results(before), _results(after))


def _sets(part: str, before: list[str], after: list[str]) -> Iterable[Change]:
    """What is gone and what is new, one line each."""
    for gone in (item for item in before if item not in after):
        yield Change(part=part, before=gone, after="")
    for new in (item for item in after if item not in before):
        yield Change(part=part, before="", after=new)


def _numbers(answer: Answer) -> frozenset[str]:
    return numbers_in("\n".join(statement.text for statement in answer.statements))


def _cited(answer: Answer) -> list[str]:
    """Each citation by what it opens: section, source, date and quote."""
    return [f"{c.section} · {c.source} · {c.date} · “{c.quote}”" for c in answer.citations]


def _results(answer: Answer) -> list[str]:
    if answer.calculation is None:
        return []
    return [
        f"{answer.calculation.rule} · {verdict.get('jurisdiction', '')} · {verdict.get('status', '')} · "
        + ", ".join(f"{name} {value}" for name, value in verdict.get("values", {}).items())
        for verdict in answer.calculation.result
    ]


def _notes(before: Answer, after: Answer) -> Iterable[tuple[str, str]]:
    if before.history is None:
        yield (
            "The earlier turns were not stored with this answer: the question was asked on its own.",
            "该回答未保存此前的对话：本次单独提问。",
        )
    if before.mode != after.mode:
        yield (
            f"The stored answer was made with “{before.mode}”, this one with “{after.mode}”: wording may differ for that reason.",
            f"原回答由“{before.mode}”生成，本次由“{after.mode}”生成：措辞可能因此不同。",
        )


def _unreadable(path: Path, en: str, zh: str) -> QuestionError:
    return QuestionError(
        f"{path} is not a stored answer: {en}. Store one with: assistant ask --json QUESTION > ANSWER.json",
        f"{path} 不是保存的回答：{zh}。保存方法：assistant ask --json 问题 > ANSWER.json",
    )
