"""A rule call → a draft: the direct answer of each covered document first, then its notes, each with its citations.

The other reading of an ambiguous wording is computed too and shown as a warning beside the result, never instead of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.answer.cite import CitationBook
from assistant.answer.draft import Draft
from assistant.answer.sentences import say
from assistant.answer.whole_schedule import whole_schedule
from assistant.errors import RuleInputError
from assistant.ingest.records import Gap
from assistant.rules import run
from assistant.types import (
    AnswerKind,
    AnswerStatement,
    Calculation,
    Language,
    MissingInput,
    Notice,
    RuleResult,
    Text,
    TraceStep,
)
from assistant.understand.question import Call

# from this many bodies on, those without a covered row are named together instead of one by one
_MANY = 4
# what these rules return is what named bodies advise, not something computed
BY_NAMED_BODY = frozenset({"crs_management", "icans_management", "premedication", "monitoring", "toxicity_action"})
NEEDS_DRUG = frozenset({"restart", "dose"})
_DRUGS = ("teclistamab", "talquetamab", "elranatamab", "linvoseltamab")


def calculate(
    call: Call, language: Language, book: CitationBook, gaps: dict[str, Gap], tables: Path | None = None
) -> Draft:
    """Run the rule and word its result; an unusable input becomes a question that names it.

    `tables` is the folder with the hospital's own tables, if there is one.
    """
    inputs = _rule_inputs(call.inputs)
    if call.rule in NEEDS_DRUG and "drug" not in inputs:
        return _asking(call, (_ask_drug(),), language)
    try:
        every_step = call.inputs.get("_every_step")
        result = whole_schedule(inputs, tables) if every_step else run(call.rule, inputs, local_tables=tables)
    except RuleInputError as error:
        question = Text(en=error.en, zh=error.zh)
        return _asking(call, (MissingInput(name=error.name, question=question),), language)
    if result.missing:
        return _asking(call, result.missing, language)
    return _result(call, result, language, book, gaps, tables)


def _rule_inputs(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs as the rule takes them: inputs that start with "_" belong to the conversation only."""
    return {name: value for name, value in inputs.items() if not name.startswith("_") and value is not None}


def _ask_drug() -> MissingInput:
    return MissingInput(name="drug", question=Text(en=say("ask_drug", "en"), zh=say("ask_drug", "zh")), options=_DRUGS)


def _asking(call: Call, missing: tuple[MissingInput, ...], language: Language) -> Draft:
    lead = [*_notes(call, language)]
    lead += [question.question.in_language(language) for question in missing]
    return Draft(kind="clarify", lead=tuple(lead), missing=missing)


def _notes(call: Call, language: Language) -> list[str]:
    found = str(call.inputs.get("_found", ""))
    return [say(note, language, found=found) for note in call.notes if note in {"days_late", "unclear_amount"}]


def _result(
    call: Call,
    result: RuleResult,
    language: Language,
    book: CitationBook,
    gaps: dict[str, Gap],
    tables: Path | None,
) -> Draft:
    statements: list[AnswerStatement] = []
    tail: list[str] = []
    order = {"applies": 0, "superseded": 1, "not_covered": 2}
    verdicts = sorted(result.verdicts, key=lambda verdict: order[verdict.status])
    shown = verdicts
    if len(verdicts) >= _MANY and verdicts[0].status == "applies":
        shown = [verdict for verdict in verdicts if verdict.status != "not_covered"]
        silent = [verdict.jurisdiction for verdict in verdicts if verdict.status == "not_covered"]
        names = ("、" if language == "zh" else ", ").join(silent)
        tail += [say("bodies_not_covered", language, names=names)] if silent else []
    for verdict in shown:
        summary = verdict.summary.in_language(language)
        facts = [fact for provenance in verdict.provenance for fact in provenance.facts]
        markers = tuple(dict.fromkeys(marker for fact in facts for marker in book.cite_row(fact, summary)))
        if verdict.gap in gaps and not markers and "drug" in call.inputs:
            markers = book.cite_about(gaps[verdict.gap].topic, call.inputs["drug"], verdict.jurisdiction)
        statements.append(AnswerStatement(text=summary, markers=(*markers, "rule"), heading=verdict.jurisdiction))
        statements += [
            AnswerStatement(text=note.in_language(language), markers=("rule",), heading=verdict.jurisdiction)
            for note in verdict.notes
        ]
        if verdict.gap and verdict.gap in gaps:
            tail.append(say("gap_open", language, open=gaps[verdict.gap].open.in_language(language)))
    kind: AnswerKind = "guidance" if call.rule in BY_NAMED_BODY else "calculation"
    if verdicts and all(verdict.status == "not_covered" for verdict in verdicts):
        kind = "gap"
    return Draft(
        kind=kind,
        statements=tuple(statements),
        tail=tuple(dict.fromkeys(tail)),
        citations=book.citations,
        calculation=_calculation(result, book),
        warnings=_warnings(call, language, tables),
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


def _warnings(call: Call, language: Language, tables: Path | None) -> tuple[Notice, ...]:
    found: list[Notice] = []
    if "missed_read_as_last" in call.notes and call.alternative is not None:
        other = run(call.rule, _rule_inputs(call.alternative), local_tables=tables)
        said = " ".join(
            verdict.summary.in_language(language) for verdict in other.verdicts if verdict.status != "not_covered"
        )
        if not said:
            return ()  # nothing is covered for the other reading: it changes nothing that is shown
        last, before = (dose_name(str(inputs["last_dose"]), language) for inputs in (call.inputs, call.alternative))
        text = say("missed_read_as_last", language, last=last, before=before, other=said)
        found.append(Notice(id="missed_read_as_last", text=text))
    return tuple(found)


def dose_name(dose: str, language: Language) -> str:
    """The name of an administration id ("step_up_2" → step-up dose 2, 剂量递增2) to show."""
    if dose.startswith("step_up_"):
        number = dose.rsplit("_", 1)[1]
        return f"第{number}次递增剂量" if language == "zh" else f"step-up dose {number}"
    names = {"first_treatment": Text(en="the first treatment dose", zh="首次治疗剂量")}
    return names[dose].in_language(language) if dose in names else dose.replace("_", " ")
