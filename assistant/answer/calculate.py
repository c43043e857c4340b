"""A rule call → a draft: the direct answer of each covered document first, then its notes, each with its citations.

The other reading of an ambiguous wording is computed too and shown as a warning beside the result, never instead of it.
"""

from __future__ import annotations

from typing import Any

from assistant.answer.cite import CitationBook
from assistant.answer.draft import Draft
from assistant.answer.sentences import say
from assistant.errors import RuleInputError
from assistant.ingest.records import Gap
from assistant.rules import run
from assistant.types import (
    AnswerStatement,
    Calculation,
    Language,
    MissingInput,
    Notice,
    RuleResult,
    Text,
    TraceStep,
)
from assistant.understand.reading import RuleCall

NEEDS_DRUG = frozenset({"restart", "dose"})
_DRUGS = ("teclistamab", "talquetamab", "elranatamab", "linvoseltamab")


def calculate(call: RuleCall, language: Language, book: CitationBook, gaps: dict[str, Gap]) -> Draft:
    """Run the rule and word its result; an unusable input becomes a question that names it."""
    if call.rule in NEEDS_DRUG and "drug" not in call.inputs:
        return _asking(call, (_ask_drug(),), language)
    try:
        result = run(call.rule, _rule_inputs(call))
    except RuleInputError as error:
        question = Text(en=error.en, zh=error.zh)
        return _asking(call, (MissingInput(name=error.name, question=question),), language)
    asked = tuple(missing for missing in result.missing)
    if asked:
        return _asking(call, asked, language)
    return _result(call, result, language, book, gaps)


def _rule_inputs(call: RuleCall) -> dict[str, Any]:
    """The inputs as the rule takes them: inputs that start with "_" belong to the conversation only."""
    inputs = {name: value for name, value in call.inputs.items() if not name.startswith("_")}
    if call.rule == "restart" and inputs.get("weight_unit") == "kg":
        inputs["weight_kg"] = inputs.pop("weight_value")
        inputs.pop("weight_unit")
    return inputs


def _ask_drug() -> MissingInput:
    return MissingInput(name="drug", question=Text(en=say("ask_drug", "en"), zh=say("ask_drug", "zh")), options=_DRUGS)


def _asking(call: RuleCall, missing: tuple[MissingInput, ...], language: Language) -> Draft:
    lead = [*_notes(call, language)]
    lead += [question.question.in_language(language) for question in missing]
    return Draft(kind="clarify", lead=tuple(lead), missing=missing)


def _notes(call: RuleCall, language: Language) -> list[str]:
    found = str(call.inputs.get("_found", ""))
    return [say(note, language, found=found) for note in call.notes if note in {"days_late", "unclear_amount"}]


def _result(call: RuleCall, result: RuleResult, language: Language, book: CitationBook, gaps: dict[str, Gap]) -> Draft:
    statements: list[AnswerStatement] = []
    tail: list[str] = []
    order = {"applies": 0, "superseded": 1, "not_covered": 2}
    verdicts = sorted(result.verdicts, key=lambda verdict: order[verdict.status])
    for verdict in verdicts:
        markers = tuple(dict.fromkeys(m for p in verdict.provenance for fact in p.facts for m in book.cite_fact(fact)))
        summary = verdict.summary.in_language(language)
        if verdict.status == "superseded":
            summary = say("superseded", language, summary=summary)
        statements.append(AnswerStatement(text=summary, markers=(*markers, "rule"), heading=verdict.jurisdiction))
        statements += [
            AnswerStatement(text=note.in_language(language), markers=("rule",), heading=verdict.jurisdiction)
            for note in verdict.notes
        ]
        if verdict.gap and verdict.gap in gaps:
            tail.append(say("gap_open", language, open=gaps[verdict.gap].open.in_language(language)))
    kind = "gap" if verdicts and all(v.status == "not_covered" for v in verdicts) else "calculation"
    return Draft(
        kind=kind,
        statements=tuple(statements),
        tail=tuple(dict.fromkeys(tail)),
        citations=book.citations,
        calculation=_calculation(result, book),
        warnings=_warnings(call, language),
        gaps=tuple(dict.fromkeys(verdict.gap for verdict in verdicts if verdict.gap)),
    )


def _calculation(result: RuleResult, book: CitationBook) -> Calculation:
    trace: tuple[TraceStep, ...] = tuple(step for verdict in result.verdicts for step in verdict.trace)
    return Calculation(
        rule=result.rule,
        version=result.version,
        inputs=result.inputs,
        result=[verdict.model_dump(mode="json", exclude={"trace"}) for verdict in result.verdicts],
        trace=trace,
        citations=tuple(citation.marker for citation in book.citations),
    )


def _warnings(call: RuleCall, language: Language) -> tuple[Notice, ...]:
    if "missed_read_as_last" not in call.notes or call.alternative is None:
        return ()
    other = run(call.rule, _rule_inputs(call.model_copy(update={"inputs": call.alternative})))
    said = " ".join(verdict.summary.in_language(language) for verdict in other.verdicts if verdict.status == "applies")
    last, before = (_dose_name(inputs, language) for inputs in (call.inputs, call.alternative))
    return (
        Notice(
            id="missed_read_as_last",
            text=say("missed_read_as_last", language, last=last, before=before, other=said),
        ),
    )


def _dose_name(inputs: dict[str, Any], language: Language) -> str:
    return dose_name(str(inputs["last_dose"]), language)


def dose_name(dose: str, language: Language) -> str:
    """The name of an administration id ("step_up_2" → step-up dose 2, 剂量递增2) to show."""
    if dose.startswith("step_up_"):
        number = dose.rsplit("_", 1)[1]
        return f"第{number}次递增剂量" if language == "zh" else f"step-up dose {number}"
    names = {"first_treatment": Text(en="the first treatment dose", zh="首次治疗剂量")}
    return names[dose].in_language(language) if dose in names else dose.replace("_", " ")
