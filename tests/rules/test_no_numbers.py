"""No clinical number stands in the Python of the rules: numbers live in the tables."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from assistant.rules.load import DATA

FILES = sorted(DATA.parent.glob("*.py"))
SMALL = {0, 1, 2, -1}
# Technical numbers, each with its reason.
ALLOWED = {
    ("calendar_file.py", 75): "line length of the calendar format",
    ("calendar_file.py", 24): "length of an entry's identity",
    ("periods.py", 12): "months in a year",
    ("load.py", 8): "loaded folders kept in memory",
    ("tables.py", 12): "length of a version",
    ("tables.py", 10): "length of a date",
    ("tables.py", 4096): "texts without a label kept in memory",
    ("local_content.py", 200_000): "combinations of inputs tried when a table is checked for gaps",
}
UNIT = re.compile(r"\d\s*(?:mg|mL|ml|kg|%|days?|hours?|h\b|weeks?|months?|°|g/|L/min|×10|x10|天|周|个月|小时|毫克|级)")


@pytest.mark.parametrize("path", FILES, ids=[path.name for path in FILES])
def test_no_number_but_technical_ones(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {id(node.body[0].value) for node in ast.walk(tree) if _has_docstring(node)}
    descriptions = {id(part) for node in ast.walk(tree) for part in _descriptions(node)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in docstrings:
            continue
        value = node.value
        if isinstance(value, float):
            pytest.fail(f"{path.name}:{node.lineno}: a float: {value}")
        if isinstance(value, int) and not isinstance(value, bool):
            assert value in SMALL or (path.name, value) in ALLOWED, f"{path.name}:{node.lineno}: {value}"
        if isinstance(value, str) and id(node) not in descriptions:
            assert re.fullmatch(r"\w+", value) or not UNIT.search(value), f"{path.name}:{node.lineno}: {value!r}"
            assert not re.fullmatch(r"\d+(\.\d+)?", value) or value in {"0", "1"}, (
                f"{path.name}:{node.lineno}: {value!r}"
            )


def _has_docstring(node: ast.AST) -> bool:
    body = getattr(node, "body", None)
    return (
        isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
        and isinstance(body, list)
        and bool(body)
        and isinstance(body[0], ast.Expr)
    )


def _descriptions(node: ast.AST) -> list[ast.AST]:
    """The texts that describe an input to a reader, and type names."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Field":
        return [part for keyword in node.keywords if keyword.arg == "description" for part in ast.walk(keyword.value)]
    return []
