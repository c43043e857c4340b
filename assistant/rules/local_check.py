"""Check of a hospital's own tables: every fault of every file, each as one line that says what to do.

A folder holds `<rule folder>/<name>.yaml` in the format of the shipped tables: a whole table, which is added or takes
the place of the shipped table of the same id, or, with `replaces: rows`, single rows for a shipped table. Nothing is
computed with a folder that has a fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from assistant.errors import TableError
from assistant.rules.load import REGISTERS, check_id, explain, load_tables, split_conditions, with_rows
from assistant.rules.local_content import Fault, content_faults
from assistant.rules.model import LocalRows, Table
from assistant.rules.reading import read
from assistant.rules.tables import Tables

_SUFFIXES = (".yaml", ".yml")


def check_folder(folder: Path, *, today: date | None = None) -> list[TableError]:
    """Every fault of the tables in `folder`; `today` also finds dates that lie ahead."""
    shipped = load_tables()
    if not folder.is_dir():
        return [_error(folder, Fault("", "no such folder", "an existing folder", "Correct the path"))]
    paths = sorted(path for path in folder.rglob("*") if path.suffix in _SUFFIXES and path.is_file())
    if not paths:
        fault = Fault("", "no table", "files <rule folder>/<name>.yaml", "Put the tables into such folders")
        return [_error(folder, fault)]
    return [fault for path in paths for fault in _file_faults(path, folder, shipped, today)]


def checked_tables(folder: Path) -> Tables:
    """The shipped tables with those of `folder` put in; raises the first fault, and says how many there are.

    The folder is read anew when one of its files has changed.
    """
    files = sorted(path for path in folder.rglob("*") if path.suffix in _SUFFIXES)
    seen = tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in files)
    return _checked(folder, seen)


@lru_cache(maxsize=2)
def _checked(folder: Path, _seen: tuple[tuple[str, int, int], ...]) -> Tables:
    faults = check_folder(folder)
    if faults:
        first, count = faults[0], len(faults)
        raise TableError(
            f"{first.en} ({count} fault(s) in all: assistant rules check {folder})",
            f"{first.zh}（共 {count} 处：assistant rules check {folder}）",
        )
    return load_tables.__wrapped__(folder)


def _file_faults(path: Path, folder: Path, shipped: Tables, today: date | None) -> Iterator[TableError]:
    misplaced = _place_fault(path, folder, shipped)
    if misplaced:
        yield _error(path, misplaced)
        return
    try:
        content = read(path)
    except TableError as fault:
        yield fault
        return
    if not isinstance(content, dict):
        yield _error(path, Fault("", f"a {type(content).__name__}", "a mapping", "Write `key: value` lines"))
        return
    content, faults = _with_conditions(content, path)
    model: type[BaseModel] = LocalRows if "replaces" in content else Table
    try:
        record = model.model_validate(content)
    except ValidationError as unusable:
        faults += explain(model, unusable, path)
    yield from faults
    if faults:
        return
    table = _attempt(lambda: _table(record, path, folder, shipped), faults)
    yield from faults
    if table is not None:
        yield from (_error(path, fault) for fault in content_faults(table, shipped, today))


def _place_fault(path: Path, folder: Path, shipped: Tables) -> Fault | None:
    """Why a file stands in the wrong place, if it does."""
    parts = path.relative_to(folder).parts
    allowed = ", ".join(shipped.families)
    if path.suffix != ".yaml":
        return Fault("", f"the ending '{path.suffix}'", ".yaml", "Rename the file")
    if len(parts) != 1 + 1:
        return Fault(
            "", f"the place '{'/'.join(parts)}'", "<rule folder>/<name>.yaml", "Move the file into such a folder"
        )
    if parts[0] in REGISTERS:
        return Fault("", f"the folder '{parts[0]}'", allowed, "Only tables can be your own; remove the file")
    if parts[0] not in shipped.families:
        near = get_close_matches(parts[0], list(shipped.families), n=1)
        return Fault(
            "",
            f"the folder '{parts[0]}'",
            allowed,
            f"Rename the folder to '{near[0]}'" if near else "Move the file to a folder of a rule",
        )
    return None


def _with_conditions(content: dict[str, Any], path: Path) -> tuple[dict[str, Any], list[TableError]]:
    """The content with the conditions of its rows read; rows that cannot be read are reported."""
    faults: list[TableError] = []
    rows = content.get("rows")
    if isinstance(rows, list):
        read_rows = [_attempt(lambda row=row: split_conditions(row, path), faults) for row in rows]  # type: ignore[misc]
        content = {**content, "rows": [row for row in read_rows if row is not None]}
    return content, faults


def _table(record: BaseModel, path: Path, folder: Path, shipped: Tables) -> Table:
    if isinstance(record, LocalRows):
        check_id(record.id, path, folder)
        return with_rows(record, path, shipped.tables)
    assert isinstance(record, Table)  # noqa: S101 - the two models that `_file_faults` reads
    check_id(record.id, path, folder)
    return record.model_copy(update={"local": True})


def _attempt(step: Callable[[], Any], faults: list[TableError]) -> Any:
    """The result of `step`; its `TableError` is kept in `faults` instead of being raised."""
    try:
        return step()
    except TableError as fault:
        faults.append(fault)
        return None


def _error(path: Path, fault: Fault) -> TableError:
    place = f"{fault.place}: " if fault.place else ""
    place_zh = f"{fault.place}：" if fault.place else ""
    end = "" if fault.remedy.endswith("?") else "."
    return TableError(
        f"{path}: {place}found {fault.found}. Allowed: {fault.allowed}. {fault.remedy}{end}",
        f"{path}：{place_zh}读到 {fault.found}。允许：{fault.allowed}。请改正（{fault.remedy}）。",
    )
