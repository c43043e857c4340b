"""What can be called from outside, whatever the protocol: ask, search, and every rule. Typed inputs in, records out."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Protocol

from pydantic import Field

from assistant.errors import QuestionError
from assistant.rules import RULES, run
from assistant.rules.rule import Rule
from assistant.types import Answer, Jurisdiction, Record, RuleResult

MOST_TURNS = 50
MOST_HITS = 50


class AskInputs(Record):
    """A question as `assistant ask` takes it."""

    question: str = Field(description="The question, in English or Chinese. No names or record numbers.")
    language: Literal["auto", "en", "zh"] = Field(default="auto", description="Language of the answer; auto: as asked.")
    jurisdiction: Jurisdiction | None = Field(default=None, description="Whose label; left out: all, each named.")
    history: tuple[str, ...] = Field(
        default=(), max_length=MOST_TURNS, description="The earlier questions of this conversation, oldest first."
    )


class SearchInputs(Record):
    """What to look for in the corpus."""

    query: str = Field(description="What to look for, in English or Chinese.")
    k: int = Field(default=5, ge=1, le=MOST_HITS, description="How many sections, gaps and conflicts at most.")


class SearchResult(Record):
    """Sections, gaps and conflicts that a query finds, best first; each as `assistant search --json` prints it."""

    hits: tuple[dict[str, Any], ...]


class Answers(Protocol):
    """What serving needs of an assistant; `assistant.Assistant` has it."""

    settings: Any
    index: Any

    def ask(
        self,
        question: str,
        *,
        language: Any = "auto",
        jurisdiction: Any = None,
        history: Any = (),
    ) -> Answer:
        """The answer to one question."""

    def search(self, query: str, k: int = 5) -> Any:
        """What a query finds, best first."""


def ask(assistant: Answers, inputs: AskInputs) -> Answer:
    """The answer; raises QuestionError for a question, or an earlier one, that cannot be read."""
    for turn in inputs.history:
        _read_at_all(turn, assistant.settings.max_question, "history")
    return assistant.ask(
        inputs.question, language=inputs.language, jurisdiction=inputs.jurisdiction, history=inputs.history
    )


def search(assistant: Answers, inputs: SearchInputs) -> SearchResult:
    """What the query finds; raises QuestionError for a query without words or too long."""
    _read_at_all(inputs.query, assistant.settings.max_question, "query")
    if not any(character.isalnum() for character in inputs.query):
        raise QuestionError(
            "The query holds no words. Type what to look for, in English or Chinese.",
            "查询中没有可读的文字。请用中文或英文输入要查找的内容。",
        )
    hits = assistant.search(inputs.query, inputs.k)
    return SearchResult(
        hits=tuple(hit.model_dump(mode="json", exclude={"unit": {"texts", "asked_as"}}) for hit in hits)
    )


def work_out(name: str, inputs: Mapping[str, Any], tables: Path | None) -> RuleResult:
    """The result of one rule; `tables` is the folder with the hospital's own tables. Raises as `rules.run` does."""
    return run(name, inputs, local_tables=tables)


def tables_of(assistant: Answers) -> Path | None:
    """The folder with the hospital's own tables that this assistant uses."""
    folder: Path | None = assistant.settings.tables_folder
    return folder


def inputs_of(body: bytes) -> dict[str, Any] | None:
    """The inputs of a rule from a JSON body, None if it is no object; numbers stay the digits that were sent."""
    try:
        given = json.loads(body, parse_float=str)
    except (ValueError, RecursionError):
        return None
    return given if isinstance(given, dict) else None


def schema_of(rule: Rule) -> dict[str, Any]:
    """The JSON Schema of the rule's inputs."""
    return rule.inputs.model_json_schema()


def described(rule: Rule) -> str:
    """Title in both languages and what the rule decides: the first paragraph of its module."""
    about = (sys.modules[rule.inputs.__module__].__doc__ or "").strip().split("\n\n")[0]
    return f"{rule.title.en} ({rule.title.zh}). {' '.join(about.split())} Asks back with `missing`; never guesses."


def rule_names() -> str:
    """The names of all rules in one line."""
    return ", ".join(RULES)


def _read_at_all(text: str, longest: int, where: str) -> None:
    if len(text) > longest:
        raise QuestionError(
            f"'{where}' holds a text of {len(text):,} characters; at most {longest:,} are read.",
            f"“{where}”中有一段{len(text):,}个字符的文字，最多可读{longest:,}个。",
        )
