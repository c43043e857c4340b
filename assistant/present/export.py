"""A conversation to take along: as Markdown, as PDF, and one answer as plain text with its references.

All three say the same: every statement with its marks, every reference with quote, place, date, jurisdiction and confidence,
how a result was worked out, the versions, and the line on intended use. Citation numbers are the answer's own. Text of
documents is text: in Markdown it is escaped, in the PDF it is drawn.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Literal, Protocol

from assistant.present.parts import (
    blocks,
    carried_of,
    details,
    inputs_of,
    numbered,
    plain,
    sources_of,
    traces_of,
    why,
    worded,
)
from assistant.present.words import label, place, say
from assistant.types import Answer, Citation, Language, Record

Role = Literal["title", "line", "question", "kind", "heading", "statement", "text", "item", "quote", "small"]
# the separator row of a Markdown table
_RULER = re.compile(r"\s*\|?[\s:|-]*-{2,}[\s:|-]*\|?\s*")
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$&])")
_LEAD = re.compile(r"^(\s*)([-+]|\d+[.)])(?=\s)")
_LINK = re.compile(r"https?://[^\s<>]+")


class TurnLike(Protocol):
    """One turn of a conversation. The question is shown as it stands: whatever points to a person is already masked."""

    @property
    def question(self) -> str:
        """What was asked."""

    @property
    def answer(self) -> Answer | None:
        """The answer, if there is one."""

    @property
    def error(self) -> str:
        """Why there is no answer."""

    @property
    def progress(self) -> str:
        """What became of the answer: "stopped" for one that was stopped before it was complete."""


class Piece(Record):
    """One paragraph of the export. `mark` stands before it ("[1]"), `after` behind it (marks and confidence)."""

    role: Role
    text: str
    mark: str = ""
    after: str = ""
    url: str = ""


def pieces(turns: Sequence[TurnLike], language: Language, on: date) -> Iterator[Piece]:
    """The whole export in reading order; `language` is the language of the page, each answer keeps its own."""
    yield Piece(role="title", text=say("page.title", language))
    yield Piece(role="line", text=_sentences(say("page.intended", language), say("safety", language), language))
    yield Piece(role="small", text=say("export.made", language, date=on.isoformat()))
    for number, turn in enumerate(turns, start=1):
        yield Piece(role="question", text=turn.question, mark=f"{say('page.you', language)} {number}")
        if turn.answer is None:
            yield Piece(role="text", text=turn.error)
            continue
        yield from answer_pieces(turn.answer)
        if turn.progress == "stopped":
            yield Piece(role="text", text=say("page.stopped", language))
    yield Piece(role="line", text=_sentences(say("page.intended", language), say("safety", language), language))


def answer_pieces(answer: Answer) -> Iterator[Piece]:
    """One answer: what is said, what is missing and to note, how it was worked out, references and versions."""
    language = answer.language
    yield Piece(role="kind", text=say(f"kind.{answer.kind}", language))
    yield from _said(answer)
    for item in answer.missing:
        options = ("、" if language == "zh" else ", ").join(label(option, language) for option in item.options)
        after = say("answer.options", language, options=options) if options else ""
        yield Piece(role="item", text=item.question.in_language(language), after=after)
    for notice in answer.warnings:
        yield Piece(role="item", mark=say("answer.warnings", language), text=worded(notice.text))
    yield from _worked_out(answer)
    if answer.carried_over:
        yield Piece(role="heading", text=say("answer.carried", language))
        yield from (_pair(name, value, language) for name, value in carried_of(answer))
    if answer.citations:
        yield Piece(role="heading", text=say("answer.references", language))
        for citation in answer.citations:
            yield from _reference(citation, language)
    yield Piece(role="small", text=versions_of(answer))


def versions_of(answer: Answer) -> str:
    """The versions that made the answer and who phrased it, in one line."""
    parts = [
        f"{say(f'version.{name}', answer.language)} {answer.versions[name]}"
        for name in _VERSIONS
        if answer.versions.get(name)
    ]
    mode = (
        say("mode.extractive", answer.language)
        if answer.mode == "extractive"
        else say("mode.model", answer.language, model=answer.mode)
    )
    return " · ".join([*parts, mode])


_VERSIONS = ("assistant", "corpus", "rules", "embedding")


def clip(answer: Answer) -> str:
    """The answer as plain text for the clipboard: statements with their marks, numbered references, versions, safety line."""
    lines = []
    for piece in answer_pieces(answer):
        text = joined((piece.mark, piece.text, piece.after))
        if piece.role == "quote":
            text = f"    {text}"
        elif piece.role in {"statement", "item"}:
            text = f"- {text}"
        lines.append(f"{text}\n    {piece.url}" if piece.url else text)
    return "\n".join([*lines, say("safety", answer.language)]) + "\n"


def markdown(turns: Sequence[TurnLike], language: Language, on: date) -> str:
    """The conversation as a Markdown file (CommonMark); no character of a question or a source can become markup."""
    return "\n\n".join(_markdown(piece) for piece in pieces(turns, language, on)) + "\n"


def escaped(text: str) -> str:
    """`text` as it stands, on one line, for CommonMark."""
    flat = _SPECIAL.sub(r"\\\1", " ".join(text.split()))
    return _LEAD.sub(lambda m: f"{m[1]}{m[2][:-1]}\\{m[2][-1]}", flat)


def _markdown(piece: Piece) -> str:
    text = " ".join(escaped(part) for part in (piece.mark, piece.text, piece.after) if part)
    link = f" <{piece.url}>" if _LINK.fullmatch(piece.url) else ""
    if piece.role == "kind":
        return f"**{text}**"
    starts = {
        "title": "# ",
        "question": "## ",
        "heading": "### ",
        "statement": "- ",
        "item": "- ",
        "quote": "> ",
        "line": "> ",
    }
    return f"{starts.get(piece.role, '')}{text}{link}"


def _said(answer: Answer) -> Iterator[Piece]:
    heading = ""
    language = answer.language
    for block in blocks(answer):
        if block.role == "frame":
            yield Piece(role="text", text=block.text)
            continue
        if block.heading and block.heading != heading:
            yield Piece(role="heading", text=place(block.heading, language))
        heading = block.heading
        cited = numbered(block.markers, answer.citations)
        marks = "".join(f"[{citation.marker}]" for citation in cited)
        if not marks and "rule" in block.markers:
            marks = f"[{say('answer.rule', language)}]"
        weak = dict.fromkeys(c.confidence for c in cited if c.confidence != "verified")
        told = [_bracketed(say(f"confidence.{confidence}", language), language) for confidence in weak]
        yield Piece(role="statement", text=unmarked(block.text), after=joined((marks, *told)))


def _worked_out(answer: Answer) -> Iterator[Piece]:
    calculation, language = answer.calculation, answer.language
    if calculation is None:
        return
    version = say("calculation.version", language, rule=calculation.rule, version=calculation.version)
    yield Piece(role="heading", text=say("calculation.title", language) + _bracketed(version, language))
    yield Piece(role="text", text=say("calculation.inputs", language))
    yield from (_pair(name, value, language) for name, value in inputs_of(calculation, language))
    for trace in traces_of(calculation):
        head = say("calculation.fired" if trace.fired else "calculation.none", language)
        yield Piece(role="text", text=head + _bracketed(trace.table, language))
        yield from (Piece(role="item", mark=step.row, text=why(step, language)) for step in trace.fired)
        if trace.near:
            yield Piece(role="text", text=say("calculation.neighbours", language))
            yield from (Piece(role="item", mark=step.row, text=why(step, language)) for step in trace.near)
    sources = sources_of(answer)
    if sources:
        yield Piece(role="text", text=say("calculation.source", language))
    for source, locator, on, jurisdiction, confidence in sources:
        told = (source, locator, on, place(jurisdiction, language), say(f"confidence.{confidence}", language))
        yield Piece(role="item", text=" · ".join(filter(None, told)))


def _reference(citation: Citation, language: Language) -> Iterator[Piece]:
    told = " · ".join((citation.title, *details(citation, language)))
    yield Piece(role="item", mark=f"[{citation.marker}]", text=told, url=citation.url)
    yield Piece(role="quote", text=f"“{unmarked(citation.quote)}”")
    if citation.twin_quote and not citation.imported:
        yield Piece(role="quote", text=f"“{unmarked(citation.twin_quote)}”")


def unmarked(text: str) -> str:
    """Markdown of a source as plain words on one line: cells of a table side by side, no signs of lists and emphasis."""
    rows = [line for line in text.splitlines() if line.strip() and not _RULER.fullmatch(line)]
    return " / ".join(plain(row).replace("**", "") for row in rows)


def _pair(name: str, value: str, language: Language) -> Piece:
    return Piece(role="item", text=f"{name}{'：' if language == 'zh' else ': '}{value}")


def _bracketed(text: str, language: Language) -> str:
    return f"（{text}）" if language == "zh" else f" ({text})"


def _sentences(first: str, second: str, language: Language) -> str:
    return first + ("" if language == "zh" else " ") + second


def joined(parts: Iterable[str]) -> str:
    """The parts that hold something, with a space between them."""
    return " ".join(part.strip() for part in parts if part)
