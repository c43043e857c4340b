"""Prompt files: strict headers, twins, and a lock that shows when text changed without a new version."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.answer.prompts import load_prompt, lock_of, locked, read_prompt
from assistant.errors import PromptError
from assistant.places import shipped

GOOD = '---\nid: x\nversion: 1\nlanguage: en\nvariables: [a]\noutput: Phrased\nchanged: "1: first"\n---\n# system\nS {{ a }}\n# user\nU\n'


def test_no_prompt_changed_without_a_new_version() -> None:
    assert lock_of(shipped("prompts")) == locked(shipped("prompts"))


def test_every_prompt_has_a_twin_with_the_same_version_and_variables() -> None:
    for path in shipped("prompts").glob("*.en.md"):
        english, chinese = read_prompt(path).header, load_prompt(path.name.split(".")[0], "zh").header
        assert (english.version, english.variables, english.output) == (
            chinese.version,
            chinese.variables,
            chinese.output,
        )


def test_a_rendered_prompt_holds_its_values() -> None:
    messages = load_prompt("phrase", "en").render(question="Q?", statements="[1] S.")

    assert [role for role, _ in messages] == ["system", "user"]
    assert "Q?" in messages[1][1]
    assert "{{" not in messages[0][1] + messages[1][1]


def test_a_value_that_looks_like_a_variable_stays_text() -> None:
    assert "{{ statements }}" in load_prompt("phrase", "en").render(question="{{ statements }}", statements="s")[1][1]


def test_missing_values_are_all_named_in_one_error() -> None:
    with pytest.raises(PromptError, match=r"question.*statements"):
        load_prompt("phrase", "en").render()


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (GOOD.replace("variables: [a]", "variables: [a, b]"), "declared variables"),
        (GOOD.replace("{{ a }}", "{{ b }}"), "declared variables"),
        (GOOD.replace("output: Phrased\n", ""), "not a prompt file"),
        (GOOD.replace("version: 1", "version: one"), "not a prompt file"),
        (GOOD.replace("id: x", "id: x\nextra: 1"), "not a prompt file"),
        (GOOD.replace("# user\n", ""), "not a prompt file"),
        ("no front matter", "not a prompt file"),
    ],
)
def test_a_faulty_prompt_file_is_named_with_its_fault(tmp_path: Path, fault: str, said: str) -> None:
    path = tmp_path / "x.en.md"
    path.write_text(fault, encoding="utf-8")

    with pytest.raises(PromptError, match=said):
        read_prompt(path)
