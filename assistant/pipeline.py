"""The whole path of a question, readable on one screen: read → route → rules or retrieval → compose → verify → answer."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from assistant.answer.calculate import calculate
from assistant.answer.choose import StatementChooser
from assistant.answer.cite import CitationBook, Evidence
from assistant.answer.draft import Draft
from assistant.answer.finish import finish
from assistant.answer.guidance import GuidanceComposer
from assistant.answer.passages import Passage, passage_of
from assistant.answer.phrase import Phraser, phraser
from assistant.answer.turned_away import turned_away
from assistant.answer.verify import verify
from assistant.config import Settings, settings
from assistant.errors import IndexFault, QuestionError
from assistant.ingest.records import Section
from assistant.lexicon.terms import lexicon
from assistant.places import shipped, user_data
from assistant.retrieve.embedding import embedder
from assistant.retrieve.index import Index, Progress, build_index, open_index
from assistant.retrieve.search import Filters, Hit, Searcher
from assistant.retrieve.tokens import tokeniser
from assistant.rules.local_check import checked_tables
from assistant.text.normalise import normalise
from assistant.types import Answer, Jurisdiction, Language
from assistant.understand.reading import Reading, read
from assistant.understand.state import NEW, State

LanguageChoice = Literal["auto", "en", "zh"]


class Assistant:
    """Answers questions over one opened index. Thread-safe: it keeps no conversation; the history comes with the question."""

    def __init__(self, index: Index, configured: Settings, *, phrase: Phraser | None = None) -> None:
        model = embedder(configured.embedding)
        self.index = index
        self.settings = configured
        self._lexicon = lexicon()
        self._evidence = Evidence(index.corpus, index.imported)
        self._searcher = Searcher(index, model, use_chroma=configured.vectors == "chroma")
        self._chooser = StatementChooser(self._evidence, tokeniser(), self._searcher.weight, model)
        self._guidance = GuidanceComposer(self._evidence, self._chooser)
        self._gaps = {gap.id: gap for gap in index.corpus.gaps}
        self._phrase = phrase
        self._tables = configured.tables_folder
        if self._tables is not None:
            checked_tables(self._tables)  # a faulty table of the hospital's own is reported before any question

    @classmethod
    def open(cls, home: Path | None = None, *, progress: Progress | None = None, build: bool = True) -> Assistant:
        """Open the index in `home` (default: the user data folder).

        With `build`, an index that is missing, damaged or made for other data is built anew first: the corpus is the truth,
        the index only its projection. Without it, that is an IndexFault naming the command to run.
        """
        configured = settings()
        model, place = embedder(configured.embedding), home or user_data()
        try:
            index = open_index(place, shipped("corpus"), model)
        except IndexFault:
            if not build:
                raise
            index = build_index(place, shipped("corpus"), model, progress)
        return cls(index, configured, phrase=phraser(configured))

    def ask(
        self,
        question: str,
        *,
        language: LanguageChoice = "auto",
        jurisdiction: Jurisdiction | None = None,
        history: Sequence[str] = (),
    ) -> Answer:
        """The answer to `question`; `history` holds the earlier user turns of the conversation, oldest first.

        Raises QuestionError when the question is empty, too long or holds no letters.
        """
        state = NEW
        for turn in history:
            state = self._read(turn, "auto", jurisdiction, state).state
        return self.ask_in(state, question, language=language, jurisdiction=jurisdiction)[0]

    def ask_in(
        self,
        state: State,
        question: str,
        *,
        language: LanguageChoice = "auto",
        jurisdiction: Jurisdiction | None = None,
    ) -> tuple[Answer, State]:
        """The same with an explicit conversation state; returns the answer and the next state."""
        clock = _Clock()
        check_question(question, self.settings.max_question)
        reading = self._read(question, language, jurisdiction, state)
        clock.mark("understand")
        draft = self._draft(reading)
        clock.mark("compose")
        if self._phrase is not None:
            draft = self._phrase(reading, draft, self._evidence, self._lexicon)
            clock.mark("phrase")
        checked, failed = verify(draft, self._evidence, self._lexicon, reading.language)
        clock.mark("verify")
        return finish(reading, checked, failed, self.index, clock.marks, mode=self._mode), reading.state

    def section(self, section_id: str, language: Language) -> Section | None:
        """The corpus section to open for a citation."""
        return self._evidence.section(section_id, language)

    def search(self, query: str, k: int = 5, *, documents: tuple[str, ...] = ()) -> tuple[Hit, ...]:
        """What a question finds, best first, without composing an answer; `documents` limits where it looks."""
        reading = self._read(query, "auto", None, NEW)
        wanted = Filters(drugs=reading.drugs, jurisdictions=reading.jurisdictions, documents=documents)
        return self._searcher.search(query, wanted, k)

    def passages(self, query: str, k: int = 5, *, language: LanguageChoice = "auto") -> tuple[Passage, ...]:
        """The same as passages of text with their citations, for callers that compose an answer of their own."""
        shown = self._read(query, language, None, NEW).language
        found = (passage_of(hit, query, shown, self._evidence, self._chooser) for hit in self.search(query, k))
        return tuple(passage for passage in found if passage is not None)

    @property
    def _mode(self) -> str:
        return "extractive" if self._phrase is None else self.settings.chat_model

    def _read(
        self, question: str, language: LanguageChoice, jurisdiction: Jurisdiction | None, state: State
    ) -> Reading:
        reading = read(question, state, self._lexicon, jurisdiction=jurisdiction)
        return reading if language == "auto" else reading.model_copy(update={"language": language})

    def _draft(self, reading: Reading) -> Draft:
        book = CitationBook(self._evidence, reading.language)
        if reading.route == "rule" and reading.call is not None:
            draft = calculate(reading.call, reading.language, book, self._gaps, self._tables)
            if not reading.also_guidance or draft.kind != "calculation":
                return draft
            return _joined(draft, self._guidance.compose(reading, self._hits(reading), book))
        if reading.route == "guidance":
            return self._guidance.compose(reading, self._hits(reading), book)
        return turned_away(reading, self._lexicon)

    def _hits(self, reading: Reading) -> tuple[Hit, ...]:
        filters = Filters(drugs=reading.drugs, jurisdictions=reading.jurisdictions)
        return self._searcher.search(reading.search, filters, k=6)


def check_question(question: str, longest: int) -> None:
    """Raise QuestionError unless `question` can be read."""
    if len(question) > longest:
        raise QuestionError(
            f"The question has {len(question):,} characters; at most {longest:,} are read. Please shorten it.",
            f"问题共{len(question):,}个字符，最多可读{longest:,}个。请缩短后再问。",
        )
    if not any(character.isalnum() for character in normalise(question).text):
        raise QuestionError(
            "The question holds no words. Type a question in English or Chinese.",
            "问题中没有可读的文字。请用中文或英文输入问题。",
        )


def _joined(first: Draft, second: Draft) -> Draft:
    """A calculation followed by guidance on the same question; the guidance keeps its own markers."""
    if second.kind not in {"guidance", "comparison"}:
        return first
    return first.model_copy(
        update={
            "statements": (*first.statements, *second.statements),
            "citations": second.citations,
            "tail": (*first.tail, *second.tail),
        }
    )


class _Clock:
    """Milliseconds per stage."""

    def __init__(self) -> None:
        self._last = time.perf_counter()
        self.marks: dict[str, float] = {}

    def mark(self, stage: str) -> None:
        now = time.perf_counter()
        self.marks[stage] = round((now - self._last) * 1000, 3)
        self._last = now
