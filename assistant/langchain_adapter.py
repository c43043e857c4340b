"""The rules as LangChain tools and the search as a LangChain retriever. The only module that offers LangChain objects.

`rule_tools()` gives one typed tool per rule; `AssistantRetriever()` finds passages with their citations. Nothing of the
assistant imports this module, so LangChain is loaded only by those who use it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.tools import StructuredTool, ToolException
from pydantic import Field, ValidationError

from assistant.answer.passages import Passage
from assistant.config import settings
from assistant.errors import AssistantError, RuleInputError
from assistant.pipeline import Assistant, LanguageChoice
from assistant.retrieve.filters import Filters
from assistant.rules import RULES, run
from assistant.rules.inputs import input_error
from assistant.rules.rule import Rule


def rule_tools(*, as_of: date | None = None, tables: Path | None = None) -> list[StructuredTool]:
    """One tool per rule: arguments are the rule's inputs, the output is its result as JSON.

    An unusable input comes back as a message that names the input, what was found and what is allowed; a result whose
    `missing` is not empty asks for inputs. `tables` is a folder with the hospital's own tables (default: the setting).
    """
    folder = tables if tables is not None else settings().tables_folder
    return [_tool(rule, as_of, folder) for rule in RULES.values()]


def _tool(rule: Rule, as_of: date | None, folder: Path | None) -> StructuredTool:
    return StructuredTool.from_function(
        func=_runner(rule.name, as_of, folder),
        name=rule.name,
        description=_description(rule),
        args_schema=rule.inputs,
        handle_tool_error=True,
        handle_validation_error=_on_bad_arguments(rule),
    )


def _runner(name: str, as_of: date | None, folder: Path | None) -> Callable[..., str]:
    def call(**inputs: Any) -> str:
        try:
            return run(name, inputs, as_of=as_of, local_tables=folder).model_dump_json()
        except AssistantError as error:
            raise ToolException(_message(error)) from error

    return call


def _on_bad_arguments(rule: Rule) -> Callable[[Any], str]:
    def message(faults: Any) -> str:
        if isinstance(faults, ValidationError):
            return _message(input_error(rule.inputs, faults))
        return f"Unusable arguments: {faults}"

    return message


def _message(error: AssistantError) -> str:
    name = f" '{error.name}'" if isinstance(error, RuleInputError) else ""
    return f"Unusable input{name}. {error.en} / {error.zh}"


def _description(rule: Rule) -> str:
    """Title in both languages and what the rule decides: the first paragraph of its module."""
    about = (sys.modules[rule.inputs.__module__].__doc__ or "").strip().split("\n\n")[0]
    return f"{rule.title.en} ({rule.title.zh}). {' '.join(about.split())} Asks back with `missing`; never guesses."


class AssistantRetriever(BaseRetriever):
    """Finds sections, gaps, conflicts and passages of the user's own copies.

    Metadata of a document: `section`, `kind`, `title`, `language`, `topic`, `drugs`, `jurisdictions`, `score`; of its
    best statement `source`, `source_title`, `locator`, `date`, `jurisdiction`, `confidence`, `quote` and `url` (empty
    for a gap); and `citations`, all of them.

    `language` is the one to show; `filters` say what may be found at all (drug, jurisdiction, language, document,
    confidence). Drugs and jurisdictions that it leaves open are taken from the question.
    """

    assistant: Any = Field(default_factory=Assistant.open)
    k: int = 5
    language: LanguageChoice = "auto"
    filters: Filters = Filters()

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        more = {} if self.filters == Filters() else {"filters": self.filters}
        passages: tuple[Passage, ...] = self.assistant.passages(query, self.k, language=self.language, **more)
        return [_document(passage) for passage in passages]


def _document(passage: Passage) -> Document:
    best = passage.citations[0] if passage.citations else None
    return Document(
        id=passage.id,
        page_content=passage.text,
        metadata={
            "section": passage.id,
            "kind": passage.kind,
            "title": passage.title,
            "language": passage.language,
            "topic": passage.topic,
            "drugs": list(passage.drugs),
            "jurisdictions": list(passage.jurisdictions),
            "score": passage.score,
            "source": best.source if best else "",
            "source_title": best.title if best else "",
            "locator": best.locator if best else "",
            "date": best.date if best else "",
            "jurisdiction": best.jurisdiction if best else "",
            "confidence": best.confidence if best else "",
            "quote": best.quote if best else "",
            "url": best.url if best else "",
            "citations": [citation.model_dump(mode="json") for citation in passage.citations],
        },
    )
