"""Prompt files: strict headers, twins, a lock that shows changed text, and examples that keep their own rules."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from assistant.answer.agent_sentences import ModelAnswer, read_answer
from assistant.answer.cite import Evidence
from assistant.answer.draft import Draft
from assistant.answer.phrase import PROMPTS
from assistant.answer.prompts import add_to_lock, load_prompt, lock_of, locked, read_prompt, stamp
from assistant.answer.verify import verify
from assistant.errors import PromptError
from assistant.ingest.corpus import load_corpus
from assistant.lexicon.terms import Lexicon
from assistant.places import shipped
from assistant.text.numbers import numbers_in
from assistant.types import AnswerStatement, Citation, Language
from tests.tiny import sections_yaml, write_tiny_corpus

GOOD = '---\nid: x\nversion: 1\nlanguage: en\nvariables: [a]\noutput: ModelAnswer\nchanged: "1: first"\n---\n# system\nS {{ a }}\n# user\nU\n'
VALUES = {"question": "Q?", "before": "-", "statements": "[1] S."}
MORE = {"phrase": {}, "repair": {"written": "W.", "fault": "F."}}
EVERY = [(name, language) for name in PROMPTS for language in ("en", "zh")]


def test_no_prompt_changed_without_a_new_version() -> None:
    lock = locked(shipped("prompts"))

    assert lock_of(shipped("prompts")).items() <= lock.items()


def test_every_prompt_file_is_one_that_the_answers_use() -> None:
    assert {path.name for path in shipped("prompts").glob("*.md")} == {f"{name}.{lang}.md" for name, lang in EVERY}


def test_every_prompt_has_a_twin_with_the_same_version_and_variables() -> None:
    for name in PROMPTS:
        english, chinese = load_prompt(name, "en").header, load_prompt(name, "zh").header
        assert (english.id, english.language, chinese.language) == (name, "en", "zh")
        assert (english.version, english.variables, english.output) == (
            chinese.version,
            chinese.variables,
            chinese.output,
        )
        assert english.output == ModelAnswer.__name__


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_second_request_keeps_the_rules_of_the_first(language: Language) -> None:
    assert load_prompt("repair", language).system == load_prompt("phrase", language).system


@pytest.mark.parametrize("name", PROMPTS)
def test_a_rendered_prompt_holds_its_values(name: str) -> None:
    values = {**VALUES, **MORE[name]}
    messages = load_prompt(name, "en").render(**values)

    assert [role for role, _ in messages] == ["system", "user"]
    assert all(value in messages[1][1] for value in values.values())
    assert "{{" not in messages[0][1] + messages[1][1]


def test_a_value_that_looks_like_a_variable_stays_text() -> None:
    values = {**VALUES, "question": "{{ statements }}"}

    assert "{{ statements }}" in load_prompt("phrase", "en").render(**values)[1][1]


def test_missing_values_are_all_named_in_one_error() -> None:
    with pytest.raises(PromptError, match=r"before.*question.*statements"):
        load_prompt("phrase", "en").render()


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (GOOD.replace("variables: [a]", "variables: [a, b]"), "declared variables"),
        (GOOD.replace("{{ a }}", "{{ b }}"), "declared variables"),
        (GOOD.replace("output: ModelAnswer\n", ""), "not a prompt file"),
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


# --- the lock --------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "x.en.md").write_text(GOOD, encoding="utf-8")
    (tmp_path / "LOCK.json").write_text("{}", encoding="utf-8")
    add_to_lock(tmp_path)
    return tmp_path


def test_a_changed_text_needs_a_new_version(folder: Path) -> None:
    (folder / "x.en.md").write_text(GOOD.replace("\nU\n", "\nV\n"), encoding="utf-8")

    with pytest.raises(PromptError, match=r"x\.en@1 changed"):
        add_to_lock(folder)


def test_a_new_version_is_entered_beside_the_old_one(folder: Path) -> None:
    before = locked(folder)
    changed = GOOD.replace("\nU\n", "\nV\n").replace("version: 1", "version: 2")
    (folder / "x.en.md").write_text(changed, encoding="utf-8")

    assert add_to_lock(folder) == ("x.en@2",)
    assert set(locked(folder)) == {"x.en@1", "x.en@2"}
    assert before.items() <= locked(folder).items()
    assert add_to_lock(folder) == ()


def test_an_old_version_cannot_come_back_with_another_text(folder: Path) -> None:
    (folder / "x.en.md").write_text(GOOD.replace("version: 1", "version: 2"), encoding="utf-8")
    add_to_lock(folder)
    (folder / "x.en.md").write_text(GOOD.replace("\nU\n", "\nW\n"), encoding="utf-8")

    with pytest.raises(PromptError, match=r"x\.en@1 changed"):
        add_to_lock(folder)


def test_a_stamp_names_version_and_text(folder: Path) -> None:
    first = stamp("x", "en", folder)
    shutil.copy(folder / "x.en.md", folder / "y.en.md")
    (folder / "y.en.md").write_text(GOOD.replace("\nU\n", "\nV\n"), encoding="utf-8")

    assert re.fullmatch(r"x\.en@1:[0-9a-f]{12}", first)
    assert locked(folder)["x.en@1"].startswith(first.partition(":")[2])
    assert stamp("y", "en", folder).partition(":")[2] != first.partition(":")[2]


# --- the examples inside the prompts ---------------------------------------------------------------------------------


class Example:
    """The example of one prompt, read back from its text in the format in which a model sees it."""

    def __init__(self, name: str, language: Language) -> None:
        system = load_prompt(name, language).system
        text = re.split(r"^(?:Example|示例)", system, flags=re.MULTILINE)[1]
        lines = text.splitlines()
        self.language = language
        self.offered = [
            (tuple(re.findall(r"\[(\d+)\]", match[1])), match[2])
            for line in lines
            if (match := re.fullmatch(r"((?:\[\d+\])+) (.+)", line))
        ]
        answer = read_answer(lines[-1])
        assert answer is not None
        self.sentences = answer.sentences
        self.raw = json.loads(lines[-1][lines[-1].index("{") :])


@pytest.fixture(params=EVERY, ids=lambda given: ".".join(given))
def example(request: pytest.FixtureRequest) -> Example:
    return Example(*request.param)


def checked(example: Example, sentences: list[dict[str, Any]], corpus: Path, lexicon: Lexicon) -> list[str]:
    """The texts that pass the verifier when each offered statement is a line of a corpus and each key cites it."""
    for language in ("en", "zh"):
        path = corpus / "ex-label" / f"{language}.md"
        head = path.read_text(encoding="utf-8").partition("## ")[0]
        lines = "\n\n".join(f"{text} {{ex-1}}" for _, text in example.offered)
        path.write_text(f"{head}## Examplemab {{#ex-restart}}\n\n{lines}\n", encoding="utf-8")
    (corpus / "ex-label" / "sections.yaml").write_text(sections_yaml("ex-restart"), encoding="utf-8")
    evidence = Evidence(load_corpus(corpus))
    section = evidence.section("ex-restart", example.language)
    assert section is not None
    citations = {
        key: Citation(
            marker=key,
            section="ex-restart",
            source="us-label",
            title="t",
            locator="",
            date="",
            jurisdiction="US",
            confidence="verified",
            language=example.language,
            quote=next(s.quote for s in section.statements if s.text == text),
            url="",
        )
        for keys, text in example.offered
        for key in keys
    }
    statements = tuple(AnswerStatement(text=s["text"], markers=tuple(s["markers"])) for s in sentences)
    draft = Draft(kind="guidance", statements=statements, citations=tuple(citations.values()))
    return [s.text for s in verify(draft, evidence, lexicon, example.language)[0].statements]


def test_an_example_offers_statements_and_answers_with_their_keys(example: Example) -> None:
    offered = {key for keys, _ in example.offered for key in keys}

    assert len(example.offered) >= 3
    assert set(example.raw) == {"sentences"}
    assert all(sentence.markers for sentence in example.sentences)
    assert {key for sentence in example.sentences for key in sentence.markers} < offered


def test_the_numbers_and_drugs_of_an_example_stand_in_the_statements_that_it_cites(example: Example) -> None:
    for sentence in example.sentences:
        cited = " ".join(text for keys, text in example.offered if set(keys) & set(sentence.markers))
        assert numbers_in(sentence.text) <= numbers_in(cited)
        assert set(re.findall(r"[a-z]+mab\b", sentence.text)) <= set(re.findall(r"[a-z]+mab\b", cited))


def test_an_example_names_no_drug_that_this_assistant_answers_for(example: Example, lexicon: Lexicon) -> None:
    said = " ".join([*(text for _, text in example.offered), *(sentence.text for sentence in example.sentences)])

    assert [mention.surface for mention in lexicon.mentions(said.lower()) if mention.category == "drug"] == []


def test_an_example_passes_the_verifier_and_with_another_number_it_does_not(
    example: Example, tmp_path: Path, lexicon: Lexicon
) -> None:
    corpus = write_tiny_corpus(tmp_path / "corpus")
    right = [sentence.model_dump() for sentence in example.sentences]
    wrong = [{**sentence, "text": sentence["text"].replace("7", "8")} for sentence in right]
    texts = [sentence["text"] for sentence in right]

    assert checked(example, right, corpus, lexicon) == texts
    assert set(checked(example, wrong, corpus, lexicon)) & {text for text in texts if "7" in text} == set()
