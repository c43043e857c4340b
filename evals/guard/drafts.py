"""Correct drafts: extractive answers to dev questions, and faithful rephrasings written by hand (`paraphrases.jsonl`).

A rephrasing names the section and the statement it rephrases; its draft offers this statement and up to three others of the
same section, so that a moved citation lands on a close neighbour.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.answer.cite import CitationBook, Evidence
from assistant.answer.draft import Draft
from assistant.errors import SettingError
from assistant.pipeline import Assistant
from assistant.types import Answer, AnswerStatement, Language
from evals.samples import load_samples

PARAPHRASES = Path(__file__).with_name("paraphrases.jsonl")
_TASKS = ("guidance", "gaps_conflicts")
_NEIGHBOURS = 3


class Paraphrase(BaseModel):
    """One faithful rephrasing of one statement of the corpus, written by hand."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    split: Literal["dev", "test"]
    language: Language
    section: str
    cited: str
    text: str


class Correct(BaseModel):
    """One correct draft: `origin` is "extractive" or "rephrased", `number` the statement to corrupt."""

    model_config = ConfigDict(frozen=True)

    id: str
    origin: Literal["extractive", "rephrased"]
    language: Language
    draft: Draft


def paraphrases(split: str | None = None) -> tuple[Paraphrase, ...]:
    """The hand-written rephrasings, optionally of one split."""
    lines = PARAPHRASES.read_text(encoding="utf-8").splitlines()
    found = [Paraphrase.model_validate_json(line) for line in lines]
    return tuple(item for item in found if split is None or item.split == split)


def rephrased(evidence: Evidence, split: str) -> list[Correct]:
    """A draft for each rephrasing of `split`; raises SettingError when a cited statement is no longer in the corpus."""
    drafts = []
    for item in paraphrases(split):
        places = evidence.places(item.section, item.language)
        own = next((n for n, place in enumerate(places) if place.statement.text == item.cited), None)
        if own is None:
            raise SettingError(
                f"{PARAPHRASES.name}: {item.id} rephrases a statement of {item.section} that the corpus no longer holds: "
                f"“{item.cited}”. Rephrase the statement that replaced it."
            )
        book = CitationBook(evidence, item.language)
        markers = book.cite(places[own])
        for n, place in enumerate(places):
            if n != own and len(book.citations) <= _NEIGHBOURS:
                book.cite(place)
        statement = AnswerStatement(text=item.text, markers=markers)
        draft = Draft(kind="guidance", statements=(statement,), citations=book.citations)
        drafts.append(Correct(id=item.id, origin="rephrased", language=item.language, draft=draft))
    return drafts


def extractive(assistant: Assistant) -> list[Correct]:
    """A draft for each dev question that is answered with statements."""
    drafts = []
    for task in _TASKS:
        for sample in load_samples(task, "dev"):
            answer = assistant.ask(sample.text, history=sample.history)
            if answer.statements:
                drafts.append(
                    Correct(id=sample.id, origin="extractive", language=answer.language, draft=_draft(answer))
                )
    return drafts


def _draft(answer: Answer) -> Draft:
    return Draft(
        kind=answer.kind,
        statements=answer.statements,
        citations=answer.citations,
        calculation=answer.calculation,
        conflicts=answer.conflicts,
    )
