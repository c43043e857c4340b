"""The checks that every draft passes before it is shown; a sentence that fails one is dropped.

Each check is a function (statement, evidence) → Check. Frame sentences (`lead`, `tail`) come from `sentences.yaml`, from
gaps and from conflicts, and hold no claim of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from assistant.answer.cite import Evidence
from assistant.answer.draft import Draft
from assistant.lexicon.terms import Lexicon
from assistant.text.language import has_chinese
from assistant.text.normalise import normalise
from assistant.text.numbers import numbers_in
from assistant.types import AnswerStatement, Calculation, Citation, Record


class Check(Record):
    """The outcome of one check on one sentence."""

    name: str
    passed: bool
    detail: str = ""


class Support(Record):
    """What a sentence may lean on: its own citations, the rule result if it names it, and the whole offer of this turn.

    `readings` are the cited statements as sentences: a table row read with its column heads ("CTCAE v5.0: …").
    """

    cited: tuple[Citation, ...]
    rule_text: str
    readings: str = ""
    offered: frozenset[str]
    language: str


def offered_markers(statement: AnswerStatement, support: Support) -> Check:
    """Each marker was offered in this turn."""
    unknown = [m for m in statement.markers if m not in support.offered]
    return Check(name="offered_markers", passed=not unknown, detail=f"unknown markers {unknown}" if unknown else "")


def has_support(statement: AnswerStatement, support: Support) -> Check:
    """The sentence has at least one citation or the rule trace."""
    return Check(name="has_support", passed=bool(statement.markers), detail="" if statement.markers else "no citation")


def numbers_supported(statement: AnswerStatement, support: Support) -> Check:
    """Every number of the sentence stands in a cited quote or in the rule result."""
    allowed = set(numbers_in(support.rule_text)) | numbers_in(support.readings)
    for citation in support.cited:
        allowed |= numbers_in(citation.quote) | numbers_in(citation.section_title)
    extra = numbers_in(statement.text) - allowed
    return Check(
        name="numbers_supported",
        passed=not extra,
        detail=f"numbers not in the evidence: {sorted(extra)}" if extra else "",
    )


def drugs_supported(statement: AnswerStatement, support: Support, lexicon: Lexicon) -> Check:
    """Every drug of the sentence is named in the evidence."""
    said = _drugs(statement.text, lexicon)
    evidence = _drugs(
        " ".join([support.rule_text, support.readings, *(c.quote + " " + c.section_title for c in support.cited)]),
        lexicon,
    )
    extra = said - evidence
    return Check(
        name="drugs_supported", passed=not extra, detail=f"drugs not in the evidence: {sorted(extra)}" if extra else ""
    )


def language_right(statement: AnswerStatement, support: Support) -> Check:
    """A Chinese answer holds Chinese; an English one holds none. A quote of the user's own copy keeps its language."""
    if support.cited and all(citation.imported for citation in support.cited):
        return Check(name="language_right", passed=True)
    right = has_chinese(statement.text) == (support.language == "zh")
    return Check(name="language_right", passed=right, detail="" if right else f"not in {support.language}")


def quotes_found(citation: Citation, evidence: Evidence) -> Check:
    """The quote is a verbatim substring of the section that the citation names."""
    section = evidence.section(citation.section, citation.language)
    found = section is not None and section.language == citation.language and citation.quote in section.body
    return Check(name="quotes_found", passed=found, detail="" if found else f"quote not in section {citation.section}")


def verify(draft: Draft, evidence: Evidence, lexicon: Lexicon, language: str) -> tuple[Draft, tuple[Check, ...]]:
    """The draft without the sentences that fail, and all failed checks."""
    citations = {citation.marker: citation for citation in draft.citations}
    failed = [check for citation in draft.citations if not (check := quotes_found(citation, evidence)).passed]
    bad = {c.marker for c in draft.citations if not quotes_found(c, evidence).passed}
    conflict_markers = {m for s in draft.statements for m in s.markers if m.startswith("conflict:")}
    known_conflicts = {f"conflict:{c.id}" for c in evidence.corpus.conflicts}
    offered = (
        frozenset(citations) - bad | (conflict_markers & known_conflicts) | ({"rule"} if draft.calculation else set())
    )
    rule_text = _rule_text(draft.calculation)
    conflict_text = " ".join(
        f"{p.who.en} {p.who.zh} {p.says.en} {p.says.zh}"
        for c in evidence.corpus.conflicts
        if f"conflict:{c.id}" in conflict_markers
        for p in c.positions
    )
    kept = []
    for statement in draft.statements:
        own_rule = rule_text if "rule" in statement.markers else ""
        if conflict_markers & set(statement.markers):
            own_rule += conflict_text
        cited = tuple(citations[m] for m in statement.markers if m in citations)
        support = Support(
            cited=cited,
            rule_text=own_rule,
            readings=" ".join(evidence.reading(citation) for citation in cited),
            offered=offered,
            language=language,
        )
        faults = [c for c in _checks(statement, support, lexicon) if not c.passed]
        failed += faults
        if not faults:
            kept.append(statement)
    used = {m for statement in kept for m in statement.markers}
    checked = draft.model_copy(
        update={
            "statements": tuple(kept),
            "citations": tuple(c for c in draft.citations if c.marker in used),
        }
    )
    return checked, tuple(failed)


def _checks(statement: AnswerStatement, support: Support, lexicon: Lexicon) -> Iterable[Check]:
    plain: tuple[Callable[[AnswerStatement, Support], Check], ...] = (
        offered_markers,
        has_support,
        numbers_supported,
        language_right,
    )
    yield from (check(statement, support) for check in plain)
    yield drugs_supported(statement, support, lexicon)


def _rule_text(calculation: Calculation | None) -> str:
    """What the rule said (inputs, values, wording); the trace is left out, because it names the rows that did not fire."""
    return "" if calculation is None else f"{calculation.rule} {calculation.inputs} {calculation.result}"


def _drugs(text: str, lexicon: Lexicon) -> set[str]:
    return {i for m in lexicon.mentions(normalise(text).text) if m.category == "drug" for i in m.ids}
