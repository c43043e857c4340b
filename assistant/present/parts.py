"""What an answer shows, independent of how: used by the terminal text and by the page alike."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from typing import Literal

from assistant.present.words import label, messages, place, say
from assistant.types import Answer, Calculation, Citation, Language, Record, TraceStep

_ONLY_MARKS = re.compile(r"[\s\[\](){}（）【】\d,，、;；:：.。·•*#>|-]*")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_NEIGHBOURS = 3
_LONGEST_WHO = 120
# Ids of gaps in brackets, "(gap-032, gap-044)": for software and for the log, not for the reader.
_GAP_IDS = re.compile(r"\s*[(（]gap-\d+(?:\s*[,，、;；]\s*gap-\d+)*[)）]")


class Block(Record):
    """One paragraph of an answer: a sentence of the assistant's own (`frame`) or a statement with its support."""

    role: Literal["frame", "statement"]
    text: str
    markers: tuple[str, ...] = ()
    heading: str = ""
    header: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()


class TableTrace(Record):
    """The rows of one table that were looked at: those that fired, the nearest that did not, and the rest."""

    table: str
    fired: tuple[TraceStep, ...]
    near: tuple[TraceStep, ...]
    rest: tuple[TraceStep, ...]


def blocks(answer: Answer) -> tuple[Block, ...]:
    """The answer in reading order: frame sentences stand in `answer.text` around and between the statements.

    Lines of the text that are shown elsewhere (warnings, questions back, what was carried over) are left out.
    """
    found: list[Block] = []
    elsewhere = _shown_elsewhere(answer)
    position = 0
    for statement in answer.statements:
        start = answer.text.find(statement.text, position)
        if start >= 0:
            found += _frames(answer.text[position:start], elsewhere)
            position = start + len(statement.text)
        text = worded(statement.text)
        table = {"header": statement.header, "cells": statement.cells}
        found.append(Block(role="statement", text=text, markers=statement.markers, heading=statement.heading, **table))
    return (*found, *_frames(answer.text[position:], elsewhere))


def _shown_elsewhere(answer: Answer) -> set[str]:
    shown = {statement.heading for statement in answer.statements}
    shown |= {notice.text for notice in answer.warnings}
    shown |= {item.question.in_language(answer.language) for item in answer.missing}
    return {text.strip() for text in shown} | {f"{k} = {v}" for k, v in answer.carried_over.items()}


def _frames(text: str, elsewhere: set[str]) -> list[Block]:
    """The lines of `text` that are sentences of their own: not bare markers or bullets, not shown elsewhere."""
    lines = [line.strip().lstrip("•*-").strip() for line in text.splitlines()]
    lines = [line for line in lines if not line.startswith("|")]  # a table of the statements themselves
    kept = [line for line in lines if not _ONLY_MARKS.fullmatch(line) and not _repeats(line, elsewhere)]
    return [Block(role="frame", text=worded(line)) for line in kept]


def position(block: Block, language: Language) -> tuple[str, str, bool]:
    """Heading and text of a statement, and whether it is one position of a conflict ("who: says")."""
    if not any(marker.startswith("conflict:") for marker in block.markers):
        return block.heading, block.text, False
    who, _, says = block.text.partition("：" if language == "zh" else ": ")
    if says.strip() and len(who) <= _LONGEST_WHO:
        return who.strip(), says.strip(), True
    return block.heading, block.text, True


def worded(text: str) -> str:
    """`text` as it is shown: without the ids of known gaps in brackets."""
    return _GAP_IDS.sub("", text)


def named(drugs: Iterable[str], jurisdictions: Iterable[str], language: Language) -> str:
    """Whom something is about: "Teclistamab, Talquetamab · US, EU"."""
    comma = "、" if language == "zh" else ", "
    groups = [label(drug, language) for drug in drugs], [place(f"{j}_short", language) for j in jurisdictions]
    return " · ".join(comma.join(group) for group in groups if group)


def _repeats(line: str, elsewhere: set[str]) -> bool:
    return line.strip("#*: ：") in elsewhere or line in elsewhere or any(" = " in e and e in line for e in elsewhere)


def numbered(markers: Iterable[str], citations: Iterable[Citation]) -> tuple[Citation, ...]:
    """The citations that `markers` name, in their order; other markers (the rule trace) are not citations."""
    by_marker = {citation.marker: citation for citation in citations}
    return tuple(by_marker[marker] for marker in markers if marker in by_marker)


def plain(quote: str) -> str:
    """A quote without Markdown: a table row as its cells, a list item without its mark."""
    line = quote.strip()
    if line.startswith("|"):
        return " · ".join(cell.strip() for cell in line.strip("|").split("|") if cell.strip())
    return line.lstrip("-*+ ").replace("**", "")


def inputs_of(calculation: Calculation, language: Language) -> tuple[tuple[str, str], ...]:
    """The inputs as read: the name and the value with its unit, in words."""
    return tuple((label(name, language), _value(name, value, language)) for name, value in calculation.inputs.items())


def carried_of(answer: Answer) -> tuple[tuple[str, str], ...]:
    """What was carried over from earlier turns, in words."""
    carried = answer.carried_over.items()
    return tuple((label(name, answer.language), _value(name, value, answer.language)) for name, value in carried)


def _value(name: str, value: object, language: Language) -> str:
    if isinstance(value, bool):
        return label("present" if value else "absent", language)
    if isinstance(value, (list, tuple)):
        return ("、" if language == "zh" else ", ").join(_value(name, item, language) for item in value)
    if isinstance(value, dict):
        return "; ".join(f"{label(str(key), language)} {item}" for key, item in value.items())
    if _NUMBER.fullmatch(str(value)):
        unit = messages(language).get(f"unit.{name}", "")
        return f"{value} {unit}".rstrip()
    return label(str(value), language)


def traces_of(calculation: Calculation) -> tuple[TableTrace, ...]:
    """The trace by table, in the order in which the tables were looked at."""
    return tuple(_table(table, tuple(steps)) for table, steps in groupby(calculation.trace, key=lambda s: s.table))


def _table(table: str, steps: tuple[TraceStep, ...]) -> TableTrace:
    fired = [n for n, step in enumerate(steps) if step.fired]
    others = [n for n, step in enumerate(steps) if not step.fired]
    centre = fired[-1] if fired else 0
    decided_by = _inputs_named(steps[centre])

    def distance(number: int) -> tuple[int, bool, int, int]:
        """Fewest conditions that failed, then failed on what decided, then closest in the table."""
        failed = _inputs_named(steps[number])
        return len(failed), not failed <= decided_by, abs(number - centre), number

    nearest = sorted(others, key=distance)
    near = set(nearest[:_NEIGHBOURS])
    return TableTrace(
        table=table,
        fired=tuple(steps[n] for n in fired),
        near=tuple(steps[n] for n in others if n in near),
        rest=tuple(steps[n] for n in others if n not in near),
    )


def _inputs_named(step: TraceStep) -> set[str]:
    return {reason.partition(":")[0] for reason in step.why.en.split("; ")}


def references_of(answer: Answer) -> tuple[tuple[Citation, ...], ...]:
    """The citations by document and place: those that would read the same as a reference stand together."""
    groups: dict[tuple[str, ...], list[Citation]] = {}
    for citation in answer.citations:
        key = (citation.title, citation.locator, citation.date, citation.jurisdiction, citation.confidence)
        groups.setdefault(key, []).append(citation)
    return tuple(tuple(group) for group in groups.values())


def details(citation: Citation, language: Language) -> tuple[str, ...]:
    """Whose document it is, where the cited passage stands and how well founded it is; the user's own copy has neither date nor jurisdiction."""
    if citation.imported:
        return tuple(filter(None, (citation.locator, say("citation.imported", language))))
    date = citation.date or say("citation.no_date", language)
    founded = say(f"confidence.{citation.confidence}", language)
    return tuple(
        filter(None, (citation.publisher, citation.locator, date, place(citation.jurisdiction, language), founded))
    )


def rows_of(calculation: Calculation, language: Language) -> str:
    """The ids of the rows that fired, for the small print."""
    fired = dict.fromkeys(step.row for step in calculation.trace if step.fired)
    return say("calculation.row", language, row=", ".join(fired)) if fired else ""


def why(step: TraceStep, language: Language) -> str:
    """Why a row holds or does not; a row that asks for nothing always holds."""
    return worded(step.why.in_language(language)) or say("calculation.always", language)


def sources_of(answer: Answer) -> tuple[tuple[str, str, str, str, str], ...]:
    """The documents of the rows that fired: title where cited, places, date, jurisdiction, confidence."""
    titles = {citation.source: citation.title for citation in answer.citations}
    verdicts = answer.calculation.result if answer.calculation is not None else []
    places: dict[tuple[str, str, str, str], list[str]] = {}
    for record in (record for verdict in verdicts for record in verdict.get("provenance", [])):
        source = str(record["source"])
        key = (titles.get(source, source), str(record["date"]), str(record["jurisdiction"]), str(record["confidence"]))
        places.setdefault(key, []).append(str(record["locator"]))
    return tuple(
        (title, "; ".join(dict.fromkeys(filter(None, found))), date, jurisdiction, confidence)
        for (title, date, jurisdiction, confidence), found in places.items()
    )
