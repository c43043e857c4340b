"""What the README and docs name exists, and what exists is named."""

from __future__ import annotations

import re
from pathlib import Path

from assistant import errors
from assistant.cli import app, index_app, rules_app
from assistant.config import Settings

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_command_is_named_in_the_readme_or_docs() -> None:
    pages = README + "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md"))
    for group, commands in (
        ("", app.registered_commands),
        ("rules ", rules_app.registered_commands),
        ("index ", index_app.registered_commands),
    ):
        for command in commands:
            name = command.name or command.callback.__name__  # type: ignore[union-attr]
            assert re.search(rf"assistant {group}(?:\[?\w*\|)*{name}\b|{group}{name}\b", pages), f"{group}{name}"


def test_every_setting_is_named_in_the_readme() -> None:
    for name in Settings.model_fields:
        assert f"ASSISTANT_{name.upper()}" in README


def test_every_error_class_is_drawn_in_the_tree_at_the_top_of_errors() -> None:
    classes = [name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)]
    for name in classes:
        assert name in (errors.__doc__ or ""), name


def test_every_file_that_the_readme_links_exists() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_the_package_version_is_the_newest_heading_of_the_changelog() -> None:
    from assistant import __version__

    newest = re.search(r"^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest is not None
    assert newest[1] == __version__
    assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_nothing_in_the_repository_has_a_place_of_one_machine_in_it() -> None:
    for folder in ("assistant", "corpus", "docs", "evals", "prompts", "tests"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {".py", ".md", ".yaml", ".toml", ".css", ".js"} and path.name != "test_docs.py":
                text = path.read_text(encoding="utf-8")
                assert not re.search(r"(?<![\w.])/(?:work|root|home)/\w", text), path
