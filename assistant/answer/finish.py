"""A verified draft → the public answer: text with markers, suggestions, versions and timings.

`text` holds the assistant's own words only; it never repeats the question.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant import __version__
from assistant.answer.draft import Draft
from assistant.answer.sentences import say
from assistant.answer.verify import Check
from assistant.retrieve.index import Index
from assistant.types import Answer, AnswerKind, AnswerStatement, Notice
from assistant.understand.reading import Reading


def finish(
    reading: Reading, draft: Draft, failed: Sequence[Check], index: Index, timings: dict[str, float], *, mode: str
) -> Answer:
    """The answer; when every statement was dropped it says so instead of showing the frame alone."""
    language = reading.language
    warnings = list(draft.warnings)
    dropped = {check.detail for check in failed}
    if dropped:
        warnings.append(Notice(id="verifier_dropped", text=say("verifier_dropped", language, count=len(failed))))
    kind: AnswerKind = draft.kind
    lead = list(draft.lead)
    if kind in {"guidance", "calculation"} and not draft.statements:
        kind, lead = "gap", [say("no_answer", language, topics="-")]
    if reading.carried_over and draft.calculation is not None:
        values = ("，" if language == "zh" else ", ").join(f"{k} = {v}" for k, v in reading.carried_over.items())
        lead.append(say("carried_over", language, values=values))
    return Answer(
        question=reading.question,
        language=language,
        kind=kind,
        text=_text(lead, draft.statements, draft.tail, [w.text for w in warnings]),
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
            "index": index.meta.built_at,
            **({"rules": draft.calculation.version} if draft.calculation else {}),
        },
        timings_ms={**timings, "total": round(sum(timings.values()), 3)},
    )


def _text(
    lead: Sequence[str], statements: Sequence[AnswerStatement], tail: Sequence[str], warnings: Sequence[str]
) -> str:
    lines = [*lead]
    for statement in statements:
        markers = "".join(f"[{marker}]" for marker in statement.markers if marker.isdigit())
        lines.append(f"{statement.text} {markers}".rstrip())
    return "\n".join([*lines, *tail, *warnings])
