"""A verified draft → the public answer: text with markers, suggestions, versions and timings.

`text` holds the assistant's own words only; it never repeats the question.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from itertools import groupby

from assistant import __version__
from assistant.answer.checks.names import bodies_in, jurisdictions_in
from assistant.answer.checks.record import Check
from assistant.answer.draft import Draft
from assistant.answer.sentences import say
from assistant.retrieve.index import Index
from assistant.rules.load import load_tables
from assistant.types import Answer, AnswerKind, AnswerStatement, Language, Notice
from assistant.understand.reading import Reading

# kinds that are nothing without a statement
_CLAIMING = frozenset({"guidance", "calculation", "comparison"})
# what a failed check means to a reader
_GROUPS = {
    "number": {"numbers_supported", "units_supported", "bounds_supported", "numbers_keep_their_words", "rows_kept"},
    "name": {
        "drugs_supported",
        "toxicities_supported",
        "jurisdictions_supported",
        "bodies_supported",
        "names_kept_with_numbers",
        "names_kept_with_clauses",
    },
    "sense": {"polarity_kept", "opposites_kept", "nearly_quoted"},
    "citation": {"offered_markers", "has_support", "quotes_found", "quotes_kept", "cites_the_right_one", "grounded"},
}


def finish(
    reading: Reading, draft: Draft, failed: Sequence[Check], index: Index, timings: dict[str, float], *, mode: str
) -> Answer:
    """The answer; when every statement was dropped it says so instead of showing the frame alone."""
    language = reading.language
    warnings = [*draft.warnings, *_repairs(failed, language)]
    kind: AnswerKind = draft.kind
    lead = list(draft.lead)
    if kind in _CLAIMING and not draft.statements:
        dropped = [check for check in failed if check.outcome == "dropped"]
        reason = say(_reason(dropped[0].name), language) if dropped else ""
        lead = [say("nothing_verified", language, reason=reason) if dropped else say("no_answer", language, topics="-")]
        kind, warnings = "gap", list(draft.warnings)
    if reading.carried_over and draft.calculation is not None:
        values = ("，" if language == "zh" else ", ").join(f"{k} = {v}" for k, v in reading.carried_over.items())
        lead.append(say("carried_over", language, values=values))
    return Answer(
        question=reading.question,
        language=language,
        kind=kind,
        text=_text(lead, draft.statements, draft.tail, [w.text for w in warnings], language),
        statements=draft.statements,
        citations=draft.citations,
        calculation=draft.calculation,
        missing=draft.missing,
        warnings=tuple(warnings),
        suggestions=draft.suggestions,
        gaps=draft.gaps,
        conflicts=draft.conflicts,
        carried_over=reading.carried_over,
        trace=(f"route: {reading.route} ({reading.reason})", *(f"{check.name}: {check.detail}" for check in failed)),
        mode=mode,
        versions={
            "assistant": __version__,
            "corpus": index.meta.corpus,
            "embedding": index.meta.embedding,
            "index": index_version(index),
            "index_built_at": index.meta.built_at,
            "tables": tables_version(),
            **({"rules": draft.calculation.version} if draft.calculation else {}),
        },
        timings_ms={**timings, "total": round(sum(timings.values()), 3)},
    )


def index_version(index: Index) -> str:
    """A short hash of what the index was built from and how: the same on every machine that built the same."""
    parts = (index.meta.format, index.meta.corpus, index.meta.embedding, index.meta.files.get("lines.json", ""))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


@cache
def tables_version() -> str:
    """A short hash over all shipped rule tables; a hospital's own tables show in the version of the rule result."""
    tables = load_tables()
    return tables.version(tuple(sorted(tables.families)))


def _repairs(failed: Sequence[Check], language: Language) -> list[Notice]:
    """What the verifier did, counted by sentence."""
    notices = []
    for done in ("requoted", "dropped"):
        count = len({check.sentence for check in failed if check.outcome == done})
        if count:
            notices.append(Notice(id=f"verifier_{done}", text=say(f"verifier_{done}", language, count=count)))
    return notices


def _reason(check: str) -> str:
    """The name of the sentence that says in plain words what a check found wrong."""
    return next((f"unverified_{group}" for group, checks in _GROUPS.items() if check in checks), "unverified_wording")


def _text(
    lead: Sequence[str],
    statements: Sequence[AnswerStatement],
    tail: Sequence[str],
    warnings: Sequence[str],
    language: Language,
) -> str:
    """The answer as lines: who says it where several speak, neighbouring rows of one table as a table."""
    lines = [*lead]
    speakers = dict.fromkeys(statement.heading for statement in statements)
    for heading, members in groupby(statements, key=lambda statement: statement.heading):
        group = list(members)
        if len(speakers) > 1 and " · " in heading and not _names_its_source(group[0].text):
            lines.append(f"{heading}：" if language == "zh" else f"{heading}:")
        for header, rows in groupby(group, key=lambda statement: statement.header):
            lines += _rows(header, list(rows))
    return "\n".join([*lines, *tail, *warnings])


def _names_its_source(text: str) -> bool:
    """Whether a statement says itself where it comes from."""
    return bool(jurisdictions_in(text) or bodies_in(text))


def _rows(header: tuple[str, ...], rows: Sequence[AnswerStatement]) -> list[str]:
    """Several rows as a Markdown table with the markers in a column of their own; one row or a sentence as it reads."""
    marks = ["".join(f"[{marker}]" for marker in row.markers if marker.isdigit()) for row in rows]
    if not header or len(rows) == 1:
        return [f"{row.text} {mark}".rstrip() for row, mark in zip(rows, marks, strict=True)]
    lines = [f"| {' | '.join(header)} | |", "|" + "---|" * (len(header) + 1)]
    return lines + [f"| {' | '.join(row.cells)} | {mark} |" for row, mark in zip(rows, marks, strict=True)]
