"""No YAML typing: what was typed is what is read, and a repeated key is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import strict_yaml
from assistant.errors import CorpusError, TableError


def load(tmp_path: Path, text: str) -> object:
    path = tmp_path / "file.yaml"
    path.write_text(text, encoding="utf-8")
    return strict_yaml.load(path)


@pytest.mark.parametrize(
    "typed",
    [
        "012",
        "1:30",
        "NO",
        "on",
        "yes",
        "1.10",
        "1.0",
        "0x1F",
        "1e3",
        "1_000",
        "2024-05-01",
        "null",
        "~",
        ".inf",
        "true",
        "+5",
    ],
)
def test_a_scalar_stays_the_text_that_was_typed(typed: str, tmp_path: Path) -> None:
    assert load(tmp_path, f"value: {typed}\nlist: [{typed}]\n{typed}: key\n") == {
        "value": typed,
        "list": [typed],
        typed: "key",
    }


def test_an_empty_value_is_empty_text(tmp_path: Path) -> None:
    assert load(tmp_path, "value:\n") == {"value": ""}


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\nb: 2\na: 3\n",
        "x: {a: 1, a: 2}\n",
        "- b: 1\n- a: 1\n  a: 1\n",
        "'a': 1\n\"a\": 2\n",
        "y: {z: {a: 1, a: 2}}",
    ],
)
def test_a_repeated_key_is_refused_at_any_depth(text: str, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="key 'a' stands twice; keep one"):
        load(tmp_path, text)


def test_there_are_no_merge_keys(tmp_path: Path) -> None:
    assert load(tmp_path, "base: &b {dose: 1}\nrow:\n  <<: *b\n") == {
        "base": {"dose": "1"},
        "row": {"<<": {"dose": "1"}},
    }


@pytest.mark.parametrize(
    "text", ["a: [1\n", "a: 1\n b: 2\n", "\t- a\n", "a: 1\n---\nb: 2\n", "a: !!python/object:os.system x\n? [b]\n: 1\n"]
)
def test_text_that_is_not_one_plain_document_is_an_error_naming_the_file(text: str, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"file\.yaml"):
        load(tmp_path, text)


def test_a_missing_file_is_an_error_of_the_kind_that_was_asked_for(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"absent\.yaml"):
        strict_yaml.load(tmp_path / "absent.yaml", TableError)
