"""Strict reading of the rules tables under `data/` (and a hospital's own folder).

Every scalar stays text, duplicate keys are refused, unknown keys are refused with the nearest allowed one. A fault is a
`TableError` that names file, key path, what was found, what is allowed and what to do; nothing is repaired silently.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from assistant.errors import TableError
from assistant.rules.model import Absence, Bound, Document, Interval, LocalRows, LocalSource, Question, Table, Unit
from assistant.rules.reading import read as read
from assistant.rules.tables import Tables, check_references
from assistant.types import Text

DATA = Path(__file__).parent / "data"
REGISTERS = {"units", "plausibility", "labels", "questions", "wording", "coverage"}
RecordT = TypeVar("RecordT", bound=BaseModel)


def _allowed_keys(model: type[BaseModel], where: tuple[Any, ...]) -> list[str]:
    """The keys allowed at a place inside a record, for the suggestion in a message."""
    current: Any = model
    for step in where:
        if isinstance(step, int) or not (isinstance(current, type) and issubclass(current, BaseModel)):
            continue
        field = current.model_fields.get(str(step))
        if field is None:
            return []
        inner = [part for part in _parts(field.annotation) if isinstance(part, type) and issubclass(part, BaseModel)]
        current = inner[0] if inner else None
    return list(current.model_fields) if isinstance(current, type) and issubclass(current, BaseModel) else []


def _parts(annotation: Any) -> Iterable[Any]:
    arguments = getattr(annotation, "__args__", None)
    if not arguments:
        return [annotation]
    return [part for argument in arguments for part in _parts(argument)]


def build(model: type[RecordT], content: Any, path: Path, where: str = "") -> RecordT:
    """One checked record; a fault names the file, the key path, what was found and what is allowed."""
    if not isinstance(content, dict):
        raise TableError(
            f"{path}: {where or 'top level'}: found {type(content).__name__}. Allowed: a mapping. "
            "Write `key: value` lines.",
            f"{path}：{where or '顶层'}：此处应为键值映射，请写成“键: 值”。",
        )
    try:
        return model.model_validate(content)
    except ValidationError as faults:
        raise explain(model, faults, path, where)[0] from faults


def explain(model: type[BaseModel], faults: ValidationError, path: Path, where: str = "") -> list[TableError]:
    """Every fault that was found in a record as an error with a helpful message; misspelt keys come first."""
    found: dict[tuple[str, str], TableError] = {}
    for fault in sorted(faults.errors(), key=lambda entry: entry["type"] != "extra_forbidden"):
        place = where + "".join(
            f"[{step}]" if isinstance(step, int) else f".{step}"
            for step in fault["loc"]
            if step not in ("Interval", "tuple[str, ...]", "function-before[_as_interval(), Interval]")
        )
        message = _message(model, fault, path, place.lstrip("."))
        found[message] = TableError(*message)
    return list(found.values())


def _message(model: type[BaseModel], fault: Any, path: Path, place: str) -> tuple[str, str]:
    found = fault.get("input")
    shown = f"'{found}'" if isinstance(found, str) else type(found).__name__
    if fault["type"] == "extra_forbidden":
        allowed = _allowed_keys(model, fault["loc"][:-1])
        near = get_close_matches(str(fault["loc"][-1]), allowed, n=1)
        hint = f" Did you mean '{near[0]}'?" if near else " Remove the key."
        hint_zh = f"是否应为“{near[0]}”？" if near else "请删除该键。"
        names = ", ".join(allowed)
        return (
            f"{path}: {place}: unknown key. Allowed: {names}.{hint}",
            f"{path}：{place}：未知的键。允许：{names}。{hint_zh}",
        )
    if fault["type"] == "missing":
        return (
            f"{path}: {place}: nothing found. Allowed: this key is required. Add it.",
            f"{path}：{place}：缺少必需的键，请补上。",
        )
    reason = fault["msg"].removeprefix("Value error, ")
    return (
        f"{path}: {place}: found {shown}. Allowed: {reason}. Correct the value.",
        f"{path}：{place}：读到 {shown}。要求：{reason}。请改正。",
    )


def read_table(path: Path, *, local: bool = False, folder: Path = DATA) -> Table:
    """One decision table; its id must be its path."""
    content = _read_rows(path)
    table = build(Table, {**content, "local": local} if isinstance(content, dict) else content, path)
    check_id(table.id, path, folder)
    return table


def read_local(path: Path, folder: Path, shipped: Mapping[str, Table]) -> Table:
    """A hospital's own table, or a shipped one with the hospital's own rows put in (`replaces: rows`)."""
    content = _read_rows(path)
    if not isinstance(content, dict) or "replaces" not in content:
        return read_table(path, local=True, folder=folder)
    own = build(LocalRows, content, path)
    check_id(own.id, path, folder)
    return with_rows(own, path, shipped)


def with_rows(own: LocalRows, path: Path, shipped: Mapping[str, Table]) -> Table:
    """The shipped table with rows of the same id replaced and new ones added, each marked with its own source."""
    base = shipped.get(own.id)
    if base is None:
        raise TableError(
            f"{path}: id: found '{own.id}'. Allowed: the id of a shipped table, with `replaces: rows`. "
            "Correct the id, or leave `replaces` out and write a whole table.",
            f"{path}：id：读到“{own.id}”，`replaces: rows` 只能用于随附表格。请改正，或写成完整的表格。",
        )
    names = [row.id for row in own.rows]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise TableError(
            f"{path}: rows.{twice}: found the row id is used twice. Allowed: each row id once. Rename one of the rows.",
            f"{path}：rows.{twice}：行编号重复。每个编号只能出现一次，请改名。",
        )
    mark = LocalSource(
        title=own.title, published_on=own.published_on, checked_on=own.checked_on, checked_by=own.checked_by
    )
    rows = {row.id: row for row in base.rows} | {row.id: row.model_copy(update={"local": mark}) for row in own.rows}
    return base.model_copy(update={"rows": tuple(rows.values()), "row_ids": tuple(rows)})


def _read_rows(path: Path) -> Any:
    content = read(path)
    if isinstance(content, dict):
        content = {**content, "rows": [split_conditions(row, path) for row in content.get("rows") or []]}
    return content


def check_id(found: str, path: Path, folder: Path) -> None:
    """Raise a `TableError` unless the id of a table is its path."""
    expected = ".".join(path.relative_to(folder).with_suffix("").parts)
    if found != expected:
        raise TableError(
            f"{path}: id: found '{found}'. Allowed: '{expected}' (the path of the file). Rename one of the two.",
            f"{path}：id：读到“{found}”，应与文件路径一致：“{expected}”。",
        )


def split_conditions(row: Any, path: Path) -> Any:
    """Turn the written conditions of a row into choices (tuples) or intervals (text beginning with a bracket)."""
    if not isinstance(row, dict) or not isinstance(row.get("when"), dict):
        return row
    when: dict[str, Any] = {}
    for name, condition in row["when"].items():
        if isinstance(condition, str) and condition[:1] in "[(":
            try:
                when[name] = Interval.parse(condition)
            except ValueError as fault:
                place = f"rows.{row.get('id')}.when.{name}"
                raise TableError(
                    f"{path}: {place}: found '{condition}'. Allowed: {fault}. Correct the interval.",
                    f'{path}：{place}：读到“{condition}”，应写成如 "[8, 29)" 的区间。',
                ) from fault
        else:
            when[name] = tuple(condition) if isinstance(condition, list) else (condition,)
    return {**row, "when": when}


def _records(model: type[RecordT], folder: Path, name: str, **extra: str) -> list[RecordT]:
    """Records of one register: `<name>.yaml` or every file of the folder `<name>/`."""
    paths = [path for path in (folder / f"{name}.yaml",) if path.exists()] + sorted((folder / name).glob("*.yaml"))
    found: list[RecordT] = []
    for path in paths:
        for number, entry in enumerate(read(path) or []):
            found.append(build(model, {**entry, **extra} if isinstance(entry, dict) else entry, path, f"[{number}]"))
    return found


def _texts(folder: Path, name: str) -> dict[str, dict[str, Text]]:
    """Bilingual texts: file stem → key → text, from every file of the folder `<name>/`."""
    found: dict[str, dict[str, Text]] = {}
    for path in sorted((folder / name).glob("*.yaml")):
        content = read(path) or {}
        found[path.stem] = {key: build(Text, entry, path, key) for key, entry in content.items()}
    return found


@lru_cache(maxsize=8)
def load_tables(local: Path | None = None, folder: Path = DATA) -> Tables:
    """All tables and registers of `folder`, with a hospital's own tables from `local` added or put in their place."""
    with _without_collection():
        return _load(local, folder)


@contextmanager
def _without_collection() -> Iterator[None]:
    """No garbage collection meanwhile: reading makes many small objects that all live on (a fifth of the time)."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _load(local: Path | None, folder: Path) -> Tables:
    tables: dict[str, Table] = {}
    digests: dict[str, str] = {}
    for base, is_local in [(folder, False), *([(local, True)] if local else [])]:
        for path in sorted(base.glob("*/*.yaml")):
            if path.parent.name in REGISTERS:
                continue
            table = read_local(path, base, tables) if is_local else read_table(path, folder=base)
            digest = hashlib.sha256(path.read_bytes())
            if is_local and not table.local:  # rows put into a shipped table: both files decide
                digest.update(digests[table.id].encode())
            tables[table.id] = table
            digests[table.id] = digest.hexdigest()
    loaded = Tables(
        tables=tables,
        digests=digests,
        labels={key: text for texts in _texts(folder, "labels").values() for key, text in texts.items()},
        wording=_texts(folder, "wording"),
        questions={question.input: question for question in _records(Question, folder, "questions")},
        units={unit.id: unit for unit in _records(Unit, folder, "units")},
        bounds={bound.input: bound for bound in _records(Bound, folder, "plausibility")},
        absences=tuple(_records(Absence, folder, "coverage")),
        documents={document.id: document for document in _records(Document, folder, "documents")},
    )
    check_references(loaded)
    return loaded
