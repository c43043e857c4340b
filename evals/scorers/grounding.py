"""Every number of every answer: does it stand in the cited quote, in the rule's trace, or in what the reader typed?

Statements are held to their own citations. The frame around them (lead, notices, known gaps) may also repeat numbers of the
question, of the sources' dates and places, and of the gap or conflict that it names.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from assistant.text.numbers import numbers_in
from assistant.types import Answer, AnswerStatement
from evals.asking import Asked, Asking
from evals.scorers.citations import trace, without_places
from evals.scorers.record import Scored, passages, severity_of

_MARKER = re.compile(r"\[(?:\d+|rule)\]")


def numbers(asking: Asking, split: str) -> Iterator[Scored]:
    """Every answer of every question set; NaN for one without a number."""
    for asked in asking.of_all_sets(split):
        yield grounding(asked, asking)


def grounding(asked: Asked, asking: Asking) -> Scored:
    """1 when every number is grounded, else 0 with the numbers that are not."""
    sample, answer, _ = asked
    why = [
        f"{number} in “{statement.text[:60]}”"
        for statement in answer.statements
        for number in sorted(_stated(statement) - _allowed(statement, answer, asking))
    ]
    frame = [f"{number} in the frame" for number in sorted(_in_frame(answer) - _around(asked, asking))]
    found = numbers_in(_MARKER.sub(" ", answer.text))
    return Scored(
        id=sample.id,
        family=sample.family,
        language=sample.language,
        value=float(not why and not frame) if found else math.nan,
        explanation="; ".join([*why, *frame]),
        checks={"statements": not why, "frame": not frame} if found else {},
        severity=severity_of(answer, sample.severity) if why else "none" if frame else "",
        unsafe=bool(why),
        question=sample.text,
        history=sample.history,
        answer=answer.text,
        cited=passages(answer),
    )


def _stated(statement: AnswerStatement) -> frozenset[str]:
    """The numbers of a statement; of a rule's sentence without those that only say where to look."""
    return numbers_in(without_places(statement.text) if "rule" in statement.markers else statement.text)


def _allowed(statement: AnswerStatement, answer: Answer, asking: Asking) -> frozenset[str]:
    """The numbers that `statement` may hold."""
    said = [*statement.header]
    for citation in answer.citations:
        if citation.marker in statement.markers:
            said += [citation.quote, citation.section_title]
    if "rule" in statement.markers:
        said.append(trace(answer))
    said += [text for m in statement.markers if m.startswith("conflict:") for text in _of_conflict(m[9:], asking)]
    return numbers_in(" ".join(said))


def _in_frame(answer: Answer) -> frozenset[str]:
    """The numbers of the lines that are not statements."""
    text = answer.text
    parts = {p for s in answer.statements for p in (s.text, s.heading, *s.cells, *s.header) if p}
    for part in sorted(parts, key=len, reverse=True):  # a short head may stand inside a longer one
        text = text.replace(part, " ")
    return numbers_in(_MARKER.sub(" ", text))


def _around(asked: Asked, asking: Asking) -> frozenset[str]:
    """The numbers that the frame may hold."""
    sample, answer, _ = asked
    said = [sample.text, *sample.history, trace(answer), *answer.carried_over.values()]
    said += [f"{c.title} {c.section_title} {c.date} {c.locator} {c.quote}" for c in answer.citations]
    for missing in answer.missing:
        said += [missing.question.en, missing.question.zh, *missing.options]
    gaps = {gap.id: gap for gap in asking.index.corpus.gaps}
    for name in answer.gaps:
        if name in gaps:
            said += [f"{t.en} {t.zh}" for t in (gaps[name].missing, gaps[name].why, gaps[name].open)]
    said += [text for name in answer.conflicts for text in _of_conflict(name, asking)]
    corpus = asking.index.corpus
    said += [
        section.title for section in corpus.sections if section.title in answer.text
    ]  # offered as the nearest topics
    return numbers_in(" ".join(said))


def _of_conflict(name: str, asking: Asking) -> list[str]:
    conflict = next((c for c in asking.index.corpus.conflicts if c.id == name), None)
    if conflict is None:
        return []
    texts = [conflict.title, conflict.handling, *(t for p in conflict.positions for t in (p.who, p.says))]
    return [f"{text.en} {text.zh}" for text in texts]
