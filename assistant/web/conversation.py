"""A conversation of the page: what was asked, what was answered, and how a turn is added, repeated, stopped or taken back.

Plain functions without Gradio. A conversation is a tuple of turns, kept by the browser session only; questions are never
written anywhere. What the assistant remembers between turns stands in each turn, so that taking one back takes it all back.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal, Protocol

from assistant.answer.agent_parts import AnswerPart, FinalPart, SentencePart, StatusPart
from assistant.errors import AssistantError
from assistant.present.desk import FieldLine, lines
from assistant.present.frame import turn_html, welcome_html
from assistant.present.words import say
from assistant.rules import RULES
from assistant.rules.form import Field, form, given
from assistant.text.identifiers import masked
from assistant.types import Answer, AnswerStatement, Citation, Jurisdiction, Language, Record
from assistant.understand.state import NEW, State
from assistant.web.desk import sent

LanguageChoice = Literal["auto", "en", "zh"]
Progress = Literal["live", "stopped", "done"]
# an answer that is there sooner is shown whole
_EVERY_S = 0.15
_BY_RULE = "route: rule"


class Talks(Protocol):
    """What a conversation needs of an assistant; `assistant.Assistant` has it."""

    def stream_in(
        self,
        state: State,
        question: str,
        *,
        language: LanguageChoice = "auto",
        jurisdiction: Jurisdiction | None = None,
    ) -> Iterator[AnswerPart]:
        """The parts of the answer to `question` as they are verified; the last one is the answer and the next state."""

    def work_out(self, rule: str, inputs: Mapping[str, Any], *, language: Language = "en") -> Answer:
        """The result of a rule as an answer."""


class Choices(Record):
    """What is chosen beside the question: the language of the page, of the answer, and whose labels."""

    page: Language = "en"
    answer_in: str = "auto"
    jurisdiction: str = "all"


class Turn(Record):
    """One question with its answer, or with the sentence that says why there is none; `html` is what is shown.

    `state` is what the assistant remembers after it. `filled` holds the answers of a form when the turn answers a question
    back; then `question` says them in words. `note` is what the reader must know of the answer.
    """

    question: str
    answer: Answer | None = None
    error: str = ""
    progress: Progress = "done"
    state: State = NEW
    filled: dict[str, Any] | None = None
    note: str = ""
    html: str = ""


Turns = tuple[Turn, ...]


def shown(turns: Turns, language: Language) -> str:
    """The conversation, or the welcome with examples when it is empty."""
    return "".join(turn.html for turn in turns) if turns else welcome_html(language)


def drawn(turn: Turn, number: int, language: Language, *, stage: str = "working", last: bool = True) -> Turn:
    """The turn with its HTML as number `number` (from 0) of the conversation; only the last one can be answered back."""
    html = turn_html(
        turn.question,
        language,
        answer=turn.answer,
        turn=number,
        error=turn.error,
        progress=turn.progress,
        stage=stage,
        note=turn.note,
        asked=asked_lines(turn) if last else None,
    )
    return turn.model_copy(update={"html": html})


def asked_lines(turn: Turn) -> tuple[FieldLine, ...]:
    """The lines of the form that answers a question back; none when the question was not one of a rule."""
    answer, rule = turn.answer, turn.state.rule
    if turn.progress != "done" or answer is None or not answer.missing or rule not in RULES:
        return ()
    if not any(line.startswith(_BY_RULE) for line in answer.trace):
        return ()
    questions = {item.name: item.question for item in answer.missing}
    fields = [
        field.model_copy(update={"label": questions.get(field.name, field.label), "help": None})
        for field in form(rule, answer.missing)
        if field.name in questions or field.unit_of in questions
    ]
    alone = {field.name: field.model_copy(update={"unit_of": ""}) for field in fields if field.unit_of not in questions}
    found = tuple(alone.get(field.name, field) for field in fields)
    return lines(found, {}) if {field.name for field in found} >= questions.keys() else ()


def asking(
    assistant: Talks,
    turns: Turns,
    question: str,
    choices: Choices,
    *,
    every_s: float = _EVERY_S,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Turns]:
    """The conversation with `question` at its end, again and again while its answer grows; the last one is complete.

    What goes wrong becomes one sentence in the language of the page. Sentences are shown as they are verified, at most once
    every `every_s` seconds.
    """
    before = closed(turns, choices.page)
    state = before[-1].state if before else NEW
    asked = masked(question)
    turn = Turn(question=asked, progress="live", state=state)
    yield (*before, drawn(turn, len(before), choices.page))
    writing, last = _Writing(asked, choices.page), clock()
    try:
        parts = assistant.stream_in(
            state, asked, language=_choice(choices.answer_in), jurisdiction=_jurisdiction(choices.jurisdiction)
        )
        for part in parts:
            if isinstance(part, FinalPart):
                turn = turn.model_copy(update={"answer": part.answer, "state": part.state, "progress": "done"})
                break
            writing.heard(part)
            if clock() - last >= every_s:
                turn, last = turn.model_copy(update={"answer": writing.answer()}), clock()
                yield (*before, drawn(turn, len(before), choices.page, stage=writing.stage))
    except AssistantError as fault:
        turn = _failed(turn, fault.in_language(choices.page))
    except Exception as fault:  # the reader must see a sentence, and the question must not reach a log
        turn = _failed(turn, say("page.fault", choices.page, fault=type(fault).__name__))
    yield (*before, drawn(turn, len(before), choices.page))


def filled(assistant: Talks, turns: Turns, answers: str, page: Language, *, turn: str = "") -> Turns:
    """The conversation with the result for a form that answers the last question back (a JSON object as the page sends it).

    Nothing is read from words here: the answers go to the rule beside what was read before. `turn` is the number of the turn
    whose form was sent: one that is not the last any more changes nothing.
    """
    last = turns[-1] if turns else None
    if last is None or last.answer is None or not asked_lines(last) or turn not in {"", str(len(turns) - 1)}:
        return turns
    before, state, language = closed(turns, page), last.state, last.answer.language
    found = given(state.rule, sent(answers))
    if not found:
        return turns
    inputs = {**state.inputs, **found}
    made = Turn(
        question=_in_words(form(state.rule, last.answer.missing), found, language),
        filled=found,
        state=state.model_copy(update={"inputs": inputs}),
    )
    try:
        made = made.model_copy(update={"answer": assistant.work_out(state.rule, inputs, language=language)})
    except AssistantError as fault:
        made = _failed(made, fault.in_language(page))
    return (*before, drawn(made, len(before), page))


def again(assistant: Talks, turns: Turns, choices: Choices) -> Iterator[Turns]:
    """The conversation with its last question asked once more."""
    if not turns:
        yield turns
    elif turns[-1].filled is not None:
        yield filled(assistant, turns[:-1], json.dumps(turns[-1].filled), choices.page)
    else:
        yield from asking(assistant, turns[:-1], turns[-1].question, choices)


def undone(turns: Turns, page: Language) -> tuple[Turns, str]:
    """The conversation without its last turn, and the question of that turn; "" when it was a form."""
    if not turns:
        return turns, ""
    kept, last = turns[:-1], turns[-1]
    if kept:
        kept = (*kept[:-1], drawn(kept[-1], len(kept) - 1, page))
    return kept, last.question if last.filled is None else ""


def closed(turns: Turns, page: Language) -> Turns:
    """The conversation ready for another turn: nothing in progress, and its last question back cannot be answered twice."""
    ready = settled(turns, page)
    if not ready or ready[-1].answer is None or not ready[-1].answer.missing:
        return ready
    return (*ready[:-1], drawn(ready[-1], len(ready) - 1, page, last=False))


def settled(turns: Turns, page: Language) -> Turns:
    """The conversation without an answer in progress: what was verified until now stays and is marked as stopped."""
    if not turns or turns[-1].progress != "live":
        return turns
    last = turns[-1].model_copy(update={"progress": "stopped"})
    if last.answer is None:
        last = last.model_copy(update={"error": say("page.stopped", page)})
    return (*turns[:-1], drawn(last, len(turns) - 1, page))


class _Writing:
    """The answer as far as it is verified."""

    def __init__(self, question: str, page: Language) -> None:
        self._question, self._language = question, page
        self._statements: list[AnswerStatement] = []
        self._citations: dict[str, Citation] = {}
        self.stage = "working"

    def heard(self, part: AnswerPart) -> None:
        if isinstance(part, SentencePart):
            self._statements.append(part.sentence)
            self._citations |= {citation.marker: citation for citation in part.citations}
        elif isinstance(part, StatusPart):
            self._language = part.language
            self.stage = "writing" if part.status in {"phrasing", "repairing"} else "working"
            if part.status == "fallback":
                self._statements, self._citations = [], {}

    def answer(self) -> Answer | None:
        if not self._statements:
            return None
        return Answer(
            question=self._question,
            language=self._language,
            kind="guidance",
            text="\n".join(statement.text for statement in self._statements),
            statements=tuple(self._statements),
            citations=tuple(self._citations.values()),
        )


def _failed(turn: Turn, error: str) -> Turn:
    return turn.model_copy(update={"answer": None, "error": error, "progress": "done"})


def _in_words(fields: Iterable[Field], found: Mapping[str, Any], language: Language) -> str:
    """The answers of a form in words: "body weight: 78 kg; vasopressors: one"."""
    known = {field.name: field for field in fields}
    units = {field.unit_of: field for field in known.values() if field.unit_of}
    said = []
    for name, value in found.items():
        field = known[name]
        if field.unit_of in found:
            continue
        names = {option.value: option.name.in_language(language) for option in field.options}
        values = value if isinstance(value, list) else [value]
        text = ("、" if language == "zh" else ", ").join(names.get(str(one), str(one)) for one in values)
        unit = units.get(name)
        if unit is not None and unit.name in found:
            chosen = {option.value: option.name.in_language(language) for option in unit.options}
            text = f"{text} {chosen.get(str(found[unit.name]), found[unit.name])}"
        elif field.unit is not None:
            text = f"{text} {field.unit.in_language(language)}"
        said.append(f"{field.label.in_language(language)}{'：' if language == 'zh' else ': '}{text}")
    return ("；" if language == "zh" else "; ").join(said)


def _choice(wanted: str) -> LanguageChoice:
    return "en" if wanted == "en" else "zh" if wanted == "zh" else "auto"


def _jurisdiction(wanted: str) -> Jurisdiction | None:
    return "US" if wanted == "US" else "EU" if wanted == "EU" else "CN" if wanted == "CN" else None
