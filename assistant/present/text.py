"""An answer as plain text for a terminal: numbered references, the calculation, what is missing, what to note."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from assistant.present.parts import (
    Block,
    TableTrace,
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
from assistant.types import Answer, Calculation, Citation, Language, MissingInput, TraceStep


def render_text(answer: Answer) -> str:
    """The answer as readable plain text, in the language of the answer."""
    language = answer.language
    parts = [list(_said(answer))]
    if answer.missing:
        parts.append([_titled(say("answer.missing", language), language), *_missing(answer.missing, language)])
    if answer.warnings:
        parts.append(
            [
                _titled(say("answer.warnings", language), language),
                *(f"  ! {worded(notice.text)}" for notice in answer.warnings),
            ]
        )
    if answer.calculation is not None:
        parts.append(list(_calculation(answer, answer.calculation, language)))
    if answer.carried_over:
        values = (f"  {_titled(name, language)} {value}" for name, value in carried_of(answer))
        parts.append([_titled(say("answer.carried", language), language), *values])
    if answer.citations:
        parts.append([_titled(say("answer.references", language), language), *_references(answer.citations, language)])
    if answer.suggestions:
        parts.append(
            [_titled(say("answer.suggestions", language), language), *(f"  - {text}" for text in answer.suggestions)]
        )
    parts.append([say("safety", language)])
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def _titled(title: str, language: Language) -> str:
    if title.endswith(("?", "？")):
        return title
    return f"{title}：" if language == "zh" else f"{title}:"


def _said(answer: Answer) -> Iterator[str]:
    """Frame sentences and statements; a heading is said once for the statements under it, column heads once for a table."""
    heading = ""
    for header, run in groupby(blocks(answer), key=lambda block: block.header):
        rows = list(run)
        table = bool(header) and len(rows) > 1
        for number, block in enumerate(rows):
            if block.role == "frame":
                yield block.text
                continue
            if block.heading and block.heading != heading:
                yield _titled(place(block.heading, answer.language), answer.language)
            heading = block.heading
            if table and number == 0:
                yield "  " + " | ".join(header)
            shown = " | ".join(block.cells) if table else block.text
            yield f"- {shown} {_marks(block, answer)}".rstrip()


def _marks(block: Block, answer: Answer) -> str:
    marks = "".join(f"[{citation.marker}]" for citation in numbered(block.markers, answer.citations))
    if not marks and "rule" in block.markers:
        return f"[{say('answer.rule', answer.language)}]"
    return marks


def _missing(missing: tuple[MissingInput, ...], language: Language) -> Iterator[str]:
    for item in missing:
        yield f"  ? {item.question.in_language(language)}"
        if item.options:
            options = ", ".join(label(option, language) for option in item.options)
            yield f"    {say('answer.options', language, options=options)}"
        if item.unit:
            yield f"    {say('answer.unit', language, unit=label(item.unit, language))}"


def _calculation(answer: Answer, calculation: Calculation, language: Language) -> Iterator[str]:
    version = say("calculation.version", language, rule=calculation.rule, version=calculation.version)
    yield _titled(f"{say('calculation.title', language)} ({version})", language)
    yield "  " + _titled(say("calculation.inputs", language), language)
    yield from (f"    {_titled(name, language)} {value}" for name, value in inputs_of(calculation, language))
    for trace in traces_of(calculation):
        yield from _trace(trace, language)
    sources = sources_of(answer)
    if sources:
        yield "  " + _titled(say("calculation.source", language), language)
    for source, locator, date, jurisdiction, confidence in sources:
        told = (source, locator, date, place(jurisdiction, language), say(f"confidence.{confidence}", language))
        yield "    " + " · ".join(part for part in told if part)


def _trace(trace: TableTrace, language: Language) -> Iterator[str]:
    head = "calculation.fired" if trace.fired else "calculation.none"
    yield "  " + _titled(f"{say(head, language)} ({trace.table})", language)
    yield from (f"    * {_step(step, language)}" for step in trace.fired)
    if trace.near:
        yield "  " + _titled(say("calculation.neighbours", language), language)
        yield from (f"    - {_step(step, language)}" for step in trace.near)


def _step(step: TraceStep, language: Language) -> str:
    return f"{step.row}: {why(step, language)}"


def _references(citations: tuple[Citation, ...], language: Language) -> Iterator[str]:
    for citation in citations:
        yield f"  [{citation.marker}] " + " · ".join((citation.title, *details(citation, language)))
        yield f"      “{plain(citation.quote)}”"
        if citation.url:
            yield f"      {citation.url}"
