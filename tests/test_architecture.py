"""A room knows only the rooms before it, and nothing heavy is imported before it is needed."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "assistant"
LEAVES = {"types", "errors", "strict_yaml", "places"}
LOWER = LEAVES | {"text", "lexicon"}
MIDDLE = LOWER | {"rules", "ingest", "retrieve", "understand"}
TOP = MIDDLE | {"answer", "config", "pipeline", "present", "doctor", "batch", "__init__"}
# room → the rooms it may import (and itself)
MAY_IMPORT = {
    "types": set(),
    "errors": set(),
    "strict_yaml": {"errors"},
    "places": {"errors"},
    "config": {"errors"},
    "text": {"types"},
    "lexicon": {"text", "types", "strict_yaml", "places"},
    "rules": {"types", "errors", "strict_yaml"},
    "ingest": LOWER,
    "retrieve": LOWER | {"ingest"},
    # the user's own documents: read like the corpus, searched like the corpus (and `assistant.__file__` for the worker)
    "imported": LOWER | {"ingest", "retrieve", "config", "__init__"},
    "understand": LOWER | {"rules"},
    "present": {"types", "errors", "strict_yaml"},
    "answer": MIDDLE | {"config", "__init__"},
    "pipeline": MIDDLE | {"answer", "config"},
    "batch": MIDDLE | {"answer", "config", "pipeline"},
    "doctor": MIDDLE | {"config", "__init__"},
    "rules_cli": {"types", "errors", "config", "rules"},
    "langchain_adapter": {"types", "errors", "config", "rules", "retrieve", "answer", "pipeline"},
    "replay": {"types", "errors", "text", "pipeline"},
    "replay_cli": {"errors", "pipeline", "index_cli", "replay"},
    "index_cli": {"config", "places", "retrieve", "ingest"},
    "cli": TOP | {"web", "serve", "rules_cli", "index_cli", "replay_cli"},
    "web": TOP,
    "serve": TOP | {"web"},
    "__init__": {"pipeline", "types"},
    "__main__": {"cli"},
}
HEAVY = {"torch", "sentence_transformers", "gradio", "langchain", "langchain_openai", "transformers"}
# where a heavy package is what the module is about
HEAVY_AT_TOP = {"web": {"gradio"}}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def room_of(path: Path) -> str:
    if path.parent.name == "imported":
        return "imported"
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imported(nodes: list[ast.AST]) -> set[str]:
    """The full names of all modules that `nodes` import; `from assistant import x` counts as `assistant.x`."""
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            module = node.module or ""
            found |= {f"assistant.{alias.name}" for alias in node.names} if module == "assistant" else {module}
    return found


def rooms(names: set[str]) -> set[str]:
    found = {name.split(".")[1] if "." in name else "__init__" for name in names if name.split(".")[0] == "assistant"}
    return {"__init__" if name.startswith("__version") else name for name in found}


def known_as(path: Path) -> set[str]:
    """The names under which a module's own room appears in imports."""
    return {room_of(path), path.relative_to(PACKAGE).with_suffix("").parts[0]}


def at_module_level(tree: ast.Module) -> list[ast.AST]:
    """All nodes that run at import: not those in functions, nor those under TYPE_CHECKING."""
    waiting: list[ast.AST] = list(tree.body)
    found: list[ast.AST] = []
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        found.append(node)
        waiting += ast.iter_child_nodes(node)
    return found


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_module_imports_only_rooms_below_its_own(path: Path) -> None:
    room = room_of(path)
    assert room in MAY_IMPORT, f"'{room}' is a new room: say here which rooms it may import"

    beyond = (
        rooms(imported(list(ast.walk(ast.parse(path.read_text(encoding="utf-8")))))) - MAY_IMPORT[room] - known_as(path)
    )

    assert not beyond, f"{name_of(path)} imports {sorted(beyond)}; '{room}' may import {sorted(MAY_IMPORT[room])}"


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_heavy_packages_are_not_imported_with_the_module(path: Path) -> None:
    allowed = HEAVY_AT_TOP.get(name_of(path), HEAVY_AT_TOP.get(room_of(path), set()))
    names = {name.split(".")[0] for name in imported(at_module_level(ast.parse(path.read_text(encoding="utf-8"))))}

    assert not names & HEAVY - allowed


def loaded_after(statement: str) -> set[str]:
    """The top-level modules that a fresh interpreter holds after `statement`."""
    code = f"{statement}; import sys; print(' '.join(sorted({{m.split('.')[0] for m in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGE.parent)
    return set(done.stdout.split())


def test_the_answer_path_imports_neither_torch_nor_gradio_nor_langchain() -> None:
    assert not loaded_after("import assistant.pipeline") & (HEAVY | {"langchain_core", "onnxruntime"})


def test_the_rules_stay_light() -> None:
    assert not loaded_after("import assistant.rules") & (HEAVY | {"chromadb", "numpy", "bm25s", "tokenizers", "opencc"})


def test_importing_the_package_imports_nothing_of_it() -> None:
    assert not loaded_after("import assistant") & (HEAVY | {"pydantic", "numpy", "chromadb"})


def test_nothing_but_settings_and_places_reads_the_environment() -> None:
    readers = {
        name_of(path)
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"} and not _sets(path, node)
    }

    # imported/read.py hands a few variables on to the process that parses, and no others
    assert readers <= {"places.py", "config.py", "ingest/imported/read.py"}


def _sets(path: Path, node: ast.Attribute) -> bool:
    """Whether the line only writes a variable (`os.environ["X"] = …`)."""
    line = path.read_text(encoding="utf-8").splitlines()[node.lineno - 1].strip()
    return line.startswith(("os.environ[", "os.environ.setdefault(")) and ("=" in line or "setdefault" in line)


def test_nothing_below_the_command_line_prints() -> None:
    printers = {
        name_of(path)
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    }

    assert printers <= {"cli.py"}
