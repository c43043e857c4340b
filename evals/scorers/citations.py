"""Citation recall and precision in the sense of ALCE, without a model as judge.

Recall: the part of an answer's statements that have a citation (or the rule trace) and are supported by it, by the verifier's
own support and by a second, independent comparison: every number with its unit and every drug of the statement stands in the
cited quote, its column heads or its title. Precision: the part of the citations of an answer's statements that are needed or
relevant: the citation supports its statement alone, or the statement is no longer supported without it, or (beside a
rule or a conflict) it carries a fact that the rule's row or the positions rest on, and its quote is not of another grade.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal

from assistant.answer.draft import Draft
from assistant.answer.verify import Verifier
from assistant.lexicon.terms import Lexicon
from assistant.text.normalise import normalise
from assistant.types import Answer, AnswerStatement, Citation
from evals.asking import Asked, Asking
from evals.scorers.amounts import grades_in, unsupported
from evals.scorers.record import Scored, passages, severity_of

Judged = tuple[float, list[str]]
# values of inputs and rows that are worded with a number: weekly is 每周1次
_AS_NUMBER = {"weekly": "1", "every_2_weeks": "1 2", "every_4_weeks": "1 4", "monthly": "1", "one": "1"}
_UNIT_OF_NAME = {
    "_mg_per_kg": "mg/kg",
    "_mg": "mg",
    "_ml": "ml",
    "_kg": "kg",
    "_days": "days",
    "_since_last_dose": "days",
    "_hours": "hours",
    "_h": "hours",
    "_weeks": "weeks",
}
_PLACE = re.compile(
    r"\d{4}-\d\d(?:-\d\d)?|\d{4}年(?:\d{1,2}月)?(?:\d{1,2}日)?|第?\d+(?:\.\d+)?节|sections? \d+(?:\.\d+)?|SmPC \d+\.\d+",
    re.I,
)


class Support:
    """Whether the statements of one answer are supported, jointly or by some of their citations."""

    def __init__(self, answer: Answer, asking: Asking) -> None:
        offer = Draft(
            kind=answer.kind,
            statements=answer.statements,
            citations=answer.citations,
            calculation=answer.calculation,
            conflicts=answer.conflicts,
        )
        self.answer = answer
        self._verifier = Verifier(offer, asking.evidence, asking.lexicon, answer.language)
        self._lexicon: Lexicon = asking.lexicon
        self._quotes = {c.marker: f"{c.quote} {c.section_title} {c.jurisdiction}" for c in answer.citations}
        # marker of a rule or a conflict → the facts that it rests on
        self.resting: dict[str, frozenset[str]] = {}
        conflicts = {c.id: c for c in asking.index.corpus.conflicts}
        for name in answer.conflicts:
            said = conflicts[name].positions if name in conflicts else ()
            self._quotes[f"conflict:{name}"] = " ".join(f"{p.who.en} {p.who.zh} {p.says.en} {p.says.zh}" for p in said)
            self.resting[f"conflict:{name}"] = frozenset(fact for p in said for fact in p.facts)
        if answer.calculation is not None:
            self._quotes["rule"] = trace(answer)
            self.resting["rule"] = _facts_of_the_rule(answer)

    def faults(self, statement: AnswerStatement) -> list[str]:
        """Why `statement` is not supported by what it names; empty when it is."""
        found = [f"{check.name}: {check.detail}" for check in self._verifier.faults(statement)]
        named = [marker for marker in statement.markers if marker in self._quotes]
        if not named:
            return [*found, "no citation"]
        evidence = [*(self._quotes[marker] for marker in named), *statement.header]
        said = without_places(statement.text) if "rule" in named else statement.text
        found += [f"not in the quote: {missing}" for missing in unsupported(said, evidence)]
        absent = (
            self._drugs(statement.text)
            - self._drugs(" ".join(evidence).replace("_", " "))
            - self._cited_drugs(statement)
        )
        return found + [f"drug not in the quote: {drug}" for drug in sorted(absent)]

    def _drugs(self, text: str) -> set[str]:
        found = self._lexicon.mentions(normalise(text).text)
        return {mention.ids[0] for mention in found if mention.category == "drug" and len(mention.ids) == 1}

    def _cited_drugs(self, statement: AnswerStatement) -> set[str]:
        """The drugs in the titles of the cited documents: a label need not repeat its own name in every line."""
        return {d for c in self.answer.citations if c.marker in statement.markers for d in self._drugs(c.title)}


def trace(answer: Answer) -> str:
    """What a rule gave and why, without the sentence made from it: inputs, values, the reasons of its rows, dates, notes.

    The notes are counted in: they are the caveats that the tables hold beside their values, worded there and not by the rule.
    """
    if answer.calculation is None:
        return ""
    said = [_valued(name, value) for name, value in answer.calculation.inputs.items()]
    for verdict in answer.calculation.result:
        said += [str(verdict["jurisdiction"]), *(_valued(name, value) for name, value in verdict["values"].items())]
        said += [str(note[answer.language]) for note in verdict.get("notes", ())]
        said += [str(step["why"][answer.language]) for step in verdict.get("trace", ())]
        said += [f"{row['date']} {row['locator']} {row['source']}" for row in verdict.get("provenance", ())]
    found = " ; ".join(said)
    return " ; ".join([found, *(number for word, number in _AS_NUMBER.items() if word in found)])


def _valued(name: str, value: object) -> str:
    """An input or value with the unit that its name ends with, and what it may be rounded to."""
    unit = next((unit for end, unit in _UNIT_OF_NAME.items() if name.endswith(end)), "")
    numbers = [str(value), *_rounded(str(value))]
    return f"{name} {' '.join(f'{number} {unit};' for number in numbers)}"


def _rounded(value: str) -> list[str]:
    """A long decimal fraction with one and with two places."""
    if not re.fullmatch(r"\d+\.\d{3,}", value):
        return []
    return [str(Decimal(value).quantize(Decimal(places), ROUND_HALF_UP)) for places in ("0.1", "0.01")]


def without_places(text: str) -> str:
    """`text` without the places and dates of documents, which are where to look and no amounts: section 4.2, 2025-03-20."""
    return _PLACE.sub(" ", text)


def recall(asking: Asking, split: str) -> Iterator[Scored]:
    """The recall of every answer with statements; NaN for the others."""
    return _each(asking, split, recall_of)


def precision(asking: Asking, split: str) -> Iterator[Scored]:
    """The precision of every answer with citations; NaN for the others."""
    return _each(asking, split, precision_of)


def _each(asking: Asking, split: str, judge: Callable[[Support], Judged]) -> Iterator[Scored]:
    for asked in asking.of_all_sets(split):
        value, why = judge(Support(asked.answer, asking))
        yield _scored(asked, value, why)


def recall_of(support: Support) -> Judged:
    """Supported statements / statements."""
    why = []
    statements = support.answer.statements
    for statement in statements:
        faults = support.faults(statement)
        why += [f"“{statement.text[:80]}”: {'; '.join(faults)}"] if faults else []
    return (1 - len(why) / len(statements), why) if statements else (math.nan, [])


def precision_of(support: Support) -> Judged:
    """Needed or relevant citations / citations, each counted once per statement."""
    total, why = 0, []
    for statement in support.answer.statements:
        cited = [c for c in support.answer.citations if c.marker in statement.markers]
        total += len(cited)
        why += [
            f"[{c.marker}] {c.section} “{c.quote[:60]}” is not needed for “{statement.text[:60]}”"
            for c in cited
            if not _is_needed(c, statement, support)
        ]
    return (1 - len(why) / total, why) if total else (math.nan, [])


def _is_needed(citation: Citation, statement: AnswerStatement, support: Support) -> bool:
    if any(set(citation.facts) & support.resting.get(marker, frozenset()) for marker in statement.markers):
        return not _is_of_another_grade(citation, statement)
    if not support.faults(statement.model_copy(update={"markers": (citation.marker,)})):
        return True
    others = tuple(marker for marker in statement.markers if marker != citation.marker)
    without = statement.model_copy(update={"markers": others})
    return not support.faults(statement) and bool(support.faults(without))


def _is_of_another_grade(citation: Citation, statement: AnswerStatement) -> bool:
    """Whether the quote is about grades of which the statement names none: the fact may be right, the row is not."""
    said, quoted = grades_in(statement.text), grades_in(citation.quote)
    return bool(said and quoted and not said & quoted)


def _facts_of_the_rule(answer: Answer) -> frozenset[str]:
    verdicts = answer.calculation.result if answer.calculation is not None else []
    rows = [row for verdict in verdicts for row in verdict.get("provenance", ())]
    return frozenset(fact for row in rows for fact in row["facts"])


def _scored(asked: Asked, value: float, why: list[str]) -> Scored:
    sample, answer, _ = asked
    return Scored(
        id=sample.id,
        family=sample.family,
        language=sample.language,
        value=value,
        explanation="; ".join(why),
        severity=severity_of(answer, sample.severity) if why else "",
        question=sample.text,
        history=sample.history,
        answer=answer.text,
        cited=passages(answer),
    )
