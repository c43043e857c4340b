"""The whole path of a question, readable on one screen: read → route → rules or retrieval → compose → verify → answer."""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from assistant.answer.agent_parts import AnswerPart, FinalPart, SentencePart, StatusPart
from assistant.answer.agent_rules import Offer
from assistant.answer.calculate import calculate
from assistant.answer.choose import StatementChooser
from assistant.answer.cite import CitationBook, Evidence
from assistant.answer.draft import Draft
from assistant.answer.finish import finish
from assistant.answer.guidance import GuidanceComposer
from assistant.answer.passages import Passage, passage_of
from assistant.answer.phrase import Outcome, Phraser, WorkOut, phraser
from assistant.answer.turned_away import turned_away
from assistant.answer.verify import verify
from assistant.config import Settings, settings
from assistant.errors import IndexFault, QuestionError
from assistant.ingest.records import Section
from assistant.lexicon.terms import lexicon
from assistant.places import shipped, user_data
from assistant.retrieve.chroma_server import fill_server, server_of
from assistant.retrieve.embedding import embedder
from assistant.retrieve.index import Index, Progress, build_index, open_index
from assistant.retrieve.rerank import reranker
from assistant.retrieve.search import Filters, Hit, Searcher
from assistant.retrieve.tokens import tokeniser
from assistant.rules import RULES
from assistant.rules.local_check import checked_tables
from assistant.text.normalise import normalise
from assistant.types import Answer, Jurisdiction, Language
from assistant.understand.question import Call
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
        self._searcher = Searcher(
            index,
            model,
            use_chroma=configured.vectors == "chroma",
            server=server_of(configured),
            reranker=reranker(configured.reranker),
        )
        self._chooser = StatementChooser(self._evidence, tokeniser(), self._searcher.weight, model)
        self._guidance = GuidanceComposer(self._evidence, self._chooser)
        self._gaps = {gap.id: gap for gap in index.corpus.gaps}
        self._phrase = phrase
        self._tables = configured.tables_folder
        if self._tables is not None:
            checked_tables(self._tables)  # a faulty table of the hospital's own is reported before any question

    @classmethod
    def open(
        cls, home: Path | None = None, *, progress: Progress | None = None, build: bool = True, store: bool = True
    ) -> Assistant:
        """Open the index in `home` (default: the user data folder).

        Without `store` the vectors are searched exactly: for one question that is quicker than opening a vector store.

        With `build`, an index that is missing, damaged or made for other data is built anew first: the corpus is the truth,
        the index only its projection. Without it, that is an IndexFault naming the command to run.
        """
        configured = settings()
        model, place, server = embedder(configured.embedding), home or user_data(), server_of(configured)
        try:
            index = open_index(place, shipped("corpus"), model)
        except IndexFault:
            if not build:
                raise
            index = build_index(place, shipped("corpus"), model, progress)
            if server is not None:
                with contextlib.suppress(IndexFault):  # exact search answers meanwhile; `doctor` says why
                    fill_server(server, index.projection, index.vectors)
        if not store:
            configured = configured.model_copy(update={"vectors": "exact"})
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
        final = deque(self.stream(question, language=language, jurisdiction=jurisdiction, history=history), maxlen=1)
        return _final(final).answer

    def ask_in(
        self,
        state: State,
        question: str,
        *,
        language: LanguageChoice = "auto",
        jurisdiction: Jurisdiction | None = None,
    ) -> tuple[Answer, State]:
        """The same with an explicit conversation state; returns the answer and the next state."""
        parts = self.stream_in(state, question, language=language, jurisdiction=jurisdiction)
        final = _final(deque(parts, maxlen=1))
        return final.answer, final.state

    def stream(
        self,
        question: str,
        *,
        language: LanguageChoice = "auto",
        jurisdiction: Jurisdiction | None = None,
        history: Sequence[str] = (),
    ) -> Iterator[AnswerPart]:
        """The parts of the answer as they are verified; the last one holds the same answer as `ask` returns.

        After the status "fallback" what was shown is withdrawn: the sentences that follow are the answer.
        Raises QuestionError, at the first part, for what `ask` refuses.
        """
        state = self._after(history, jurisdiction)
        for part in self.stream_in(state, question, language=language, jurisdiction=jurisdiction):
            if isinstance(part, FinalPart):  # with the turns it rests on, so that it can be asked again
                part = part.model_copy(update={"answer": part.answer.model_copy(update={"history": tuple(history)})})
            yield part

    def stream_in(
        self,
        state: State,
        question: str,
        *,
        language: LanguageChoice = "auto",
        jurisdiction: Jurisdiction | None = None,
    ) -> Iterator[AnswerPart]:
        """The same with an explicit conversation state. This is the whole path of a question."""
        clock = _Clock()
        check_question(question, self.settings.max_question)
        reading = self._read(question, language, jurisdiction, state)
        clock.mark("understand")
        yield StatusPart(status="understood", language=reading.language)
        book = CitationBook(self._evidence, reading.language)
        outcome = Outcome(draft=self._draft(reading, book))
        clock.mark("compose")
        yield StatusPart(status="composed", language=reading.language)
        if self._phrase is not None:
            outcome = yield from self._phrase.phrase(
                reading, state, outcome.draft, self._evidence, self._lexicon, self._runner(reading.language, book)
            )
            clock.mark("phrase")
        checked, failed = verify(outcome.draft, self._evidence, self._lexicon, reading.language)
        clock.mark("verify")
        answer = finish(reading, checked, failed, self.index, clock.marks, mode=self._mode(outcome))
        if self._phrase is not None and outcome.asked:
            versions = {**answer.versions, **self._phrase.versions(reading.language)}
            answer = answer.model_copy(update={"versions": versions})
        if not outcome.phrased:
            for statement in answer.statements:
                cited = tuple(c for c in answer.citations if c.marker in statement.markers)
                yield SentencePart(sentence=statement, citations=cited)
        yield FinalPart(answer=answer.model_copy(update={"jurisdiction": jurisdiction or ""}), state=reading.state)

    def work_out(self, rule: str, inputs: Mapping[str, Any], *, language: Language = "en") -> Answer:
        """The result of `rule` for `inputs` from a form, worded, cited and verified like any other answer."""
        title = RULES[rule].title.in_language(language) if rule in RULES else rule
        nothing: dict[str, Any] = {"mentions": (), "quantities": (), "drugs": (), "jurisdictions": ()}
        call = Call(rule=rule, inputs=dict(inputs))
        reading = Reading(
            question=title, language=language, search="", route="rule", reason="form", call=call, **nothing
        )
        clock = _Clock()
        draft = self._draft(reading, CitationBook(self._evidence, language))
        clock.mark("compose")
        checked, failed = verify(draft, self._evidence, self._lexicon, language)
        clock.mark("verify")
        return finish(reading, checked, failed, self.index, clock.marks, mode="extractive")

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

    def _mode(self, outcome: Outcome) -> str:
        """Who phrased the answer: the chat model by its name, or nobody."""
        return self._phrase.name if self._phrase is not None and outcome.phrased else "extractive"

    def _runner(self, language: Language, book: CitationBook) -> WorkOut:
        """Runs a rule that the chat model chose, on the inputs that the question was read to give."""

        def work_out(offer: Offer) -> Draft:
            call = Call(rule=offer.rule, inputs=offer.inputs)
            return calculate(call, language, book, self._gaps, self._tables)

        return work_out

    def _after(self, history: Sequence[str], jurisdiction: Jurisdiction | None) -> State:
        """The state of the conversation after the earlier user turns."""
        state = NEW
        for turn in history:
            state = self._read(turn, "auto", jurisdiction, state).state
        return state

    def _read(
        self, question: str, language: LanguageChoice, jurisdiction: Jurisdiction | None, state: State
    ) -> Reading:
        reading = read(question, state, self._lexicon, jurisdiction=jurisdiction)
        return reading if language == "auto" else reading.model_copy(update={"language": language})

    def _draft(self, reading: Reading, book: CitationBook) -> Draft:
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


def _final(last: deque[AnswerPart]) -> FinalPart:
    part = last.pop()
    assert isinstance(part, FinalPart)  # noqa: S101 - the last part of every stream
    return part


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
