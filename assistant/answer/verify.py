"""The checks that every draft passes before it is shown, and the one repair that a failing sentence gets.

Each check is a small function in `assistant.answer.checks`: (statement, support) → Check. A sentence that fails is put back
into the words of the statement that it cites (once), or dropped; when nothing is left, `finish` abstains with the reason.
Frame sentences (`lead`, `tail`) come from `sentences.yaml`, from gaps and from conflicts, and hold no claim of their own.

Never does: change a number, choose another citation, or let a sentence through because a model said that it is right.
"""

from __future__ import annotations

from collections.abc import Iterable

from assistant.answer.checks.amounts import (
    bounds_supported,
    numbers_keep_their_words,
    numbers_supported,
    units_supported,
)
from assistant.answer.checks.markers import has_support, offered_markers, quotes_found
from assistant.answer.checks.names import (
    bodies_supported,
    drugs_supported,
    jurisdictions_supported,
    names_kept_with_clauses,
    names_kept_with_numbers,
    toxicities_supported,
)
from assistant.answer.checks.near_quote import nearly_quoted
from assistant.answer.checks.polarity import opposites_kept, polarity_kept
from assistant.answer.checks.record import Check, Support
from assistant.answer.checks.wording import (
    cites_the_right_one,
    grounded,
    language_right,
    no_instructions,
    quotes_kept,
    rows_kept,
    short_enough,
)
from assistant.answer.cite import Evidence
from assistant.answer.draft import Draft
from assistant.answer.sentences import say
from assistant.lexicon.terms import Lexicon
from assistant.types import AnswerStatement, Calculation, Language

__all__ = ["Check", "Support", "Verifier", "verify"]

_ALWAYS = (offered_markers, has_support, language_right, no_instructions)
_OF_WORDING = (
    numbers_supported,
    units_supported,
    bounds_supported,
    numbers_keep_their_words,
    jurisdictions_supported,
    bodies_supported,
    polarity_kept,
    opposites_kept,
    quotes_kept,
    rows_kept,
    short_enough,
    grounded,
    cites_the_right_one,
)
_OF_NAMES = (drugs_supported, toxicities_supported, names_kept_with_numbers, names_kept_with_clauses, nearly_quoted)
# a sentence that fails one of these is not about what it cites: the cited words would not be what it wanted to say
_NOT_REPAIRED = frozenset(
    {"offered_markers", "has_support", "language_right", "no_instructions", "grounded", "cites_the_right_one"}
)


class Verifier:
    """Checks sentences against what one draft offers: its citations, its rule result and its conflicts.

    Built once per turn; a model's sentences can be checked one by one as they arrive, against the extractive draft.
    """

    def __init__(self, offer: Draft, evidence: Evidence, lexicon: Lexicon, language: Language | str) -> None:
        self._lexicon = lexicon
        self._language = "zh" if language == "zh" else "en"
        self.broken = tuple(c for q in offer.citations if not (c := quotes_found(q, evidence)).passed)
        self._citations = {c.marker: c for c in offer.citations if quotes_found(c, evidence).passed}
        self._readings = {c.marker: evidence.reading(c) or c.quote for c in self._citations.values()}
        self._rows = {c.marker: evidence.row_head(c) for c in self._citations.values()}
        self._rule = _rule_passages(offer.calculation, self._language)
        self._conflicts = {
            f"conflict:{conflict.id}": tuple(
                say("position", language, who=p.who.in_language(language), says=p.says.in_language(language))
                for p in conflict.positions
            )
            for conflict in evidence.corpus.conflicts
            if conflict.id in offer.conflicts
        }
        rule = {"rule"} if offer.calculation is not None else set()
        self._offered = frozenset({*self._citations, *self._conflicts, *rule})

    def support(self, statement: AnswerStatement) -> Support:
        """What `statement` may lean on, by the markers that it names."""
        own = [marker for marker in statement.markers if marker in self._offered]
        cited = tuple(self._citations[marker] for marker in own if marker in self._citations)
        passages = [self._readings[citation.marker] for citation in cited]
        passages += self._rule if "rule" in own else ()
        for marker in own:
            passages += self._conflicts.get(marker, ())
        titles = [f"{c.section_title} ({c.jurisdiction})" for c in cited]
        others = [text for marker, text in self._readings.items() if marker not in own and text not in passages]
        return Support(
            cited=cited,
            passages=tuple(passages),
            names=tuple(titles),
            others=tuple(others),
            rows=tuple((self._rows[c.marker], self._readings[c.marker]) for c in cited if self._rows[c.marker]),
            offered=self._offered,
            language=self._language,
        )

    def faults(self, statement: AnswerStatement) -> tuple[Check, ...]:
        """The checks that `statement` fails; none for a sentence that stands word for word in what it cites."""
        support = self.support(statement)
        failed = [check for test in _ALWAYS if not (check := test(statement, support)).passed]
        if failed or statement.text in support.passages:
            return tuple(failed)
        failed += [check for test in _OF_WORDING if not (check := test(statement, support)).passed]
        failed += [check for named in _OF_NAMES if not (check := named(statement, support, self._lexicon)).passed]
        return tuple(failed)

    def repaired(self, statement: AnswerStatement, failed: Iterable[Check]) -> AnswerStatement | None:
        """The sentence in the words of the first statement that it cites; None when it is not about what it cites."""
        if any(check.name in _NOT_REPAIRED for check in failed):
            return None
        for marker in statement.markers:
            if marker in self._readings:
                again = statement.model_copy(
                    update={"text": self._readings[marker], "markers": (marker,), "header": (), "cells": ()}
                )
                return None if self.faults(again) else again
        return None


def verify(draft: Draft, evidence: Evidence, lexicon: Lexicon, language: str) -> tuple[Draft, tuple[Check, ...]]:
    """The draft with the sentences that pass or could be put back into cited words, and all failed checks.

    The `outcome` of a failed check is "requoted" or "dropped".
    """
    verifier = Verifier(draft, evidence, lexicon, language)
    failed = list(verifier.broken)
    kept: list[AnswerStatement] = []
    said = {statement.text for statement in draft.statements}
    for number, statement in enumerate(draft.statements):
        faults = verifier.faults(statement)
        again = verifier.repaired(statement, faults) if faults else statement
        if again is not None and again is not statement and again.text in said | {s.text for s in kept}:
            again = None  # said already: once is enough
        done = "requoted" if again is not None else "dropped"
        failed += [check.model_copy(update={"sentence": number, "outcome": done}) for check in faults]
        if again is not None:
            kept.append(again)
    used = {marker for statement in kept for marker in statement.markers}
    citations = tuple(citation for citation in draft.citations if citation.marker in used)
    return draft.model_copy(update={"statements": tuple(kept), "citations": citations}), tuple(failed)


def _rule_passages(calculation: Calculation | None, language: str) -> tuple[str, ...]:
    """What the rule said: its sentences in `language`, its values and inputs. The trace names rows that did not fire."""
    if calculation is None:
        return ()
    found: list[str] = []
    for verdict in calculation.result:
        found.append(str(verdict["summary"][language]))
        found += [str(note[language]) for note in verdict.get("notes", ())]
        found.append(f"{verdict['jurisdiction']}: " + "; ".join(f"{k} {v}" for k, v in verdict["values"].items()))
    return (*found, "; ".join(f"{name} {value}" for name, value in calculation.inputs.items()))
