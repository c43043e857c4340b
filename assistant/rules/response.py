"""The response category by IMWG 2016, from values at baseline, at their lowest and now.

Checks first what is measurable, then looks for the highest category whose criteria are met; asks for what could still
change it and never assumes it. Example: serum M-protein 40 → 3 g/L, urine 0 → VGPR.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from assistant.rules.engine import Outcome, look_up
from assistant.rules.inputs import Finding, Number, RuleInputs
from assistant.rules.measured import echo_of
from assistant.rules.response_findings import MADE_OF, Readings, read
from assistant.rules.rule import Rule
from assistant.rules.table_rule import decide_by_tables, questions
from assistant.rules.tables import Tables, in_force
from assistant.rules.verdict import provenance, word
from assistant.types import MissingInput, RuleResult, Text, Verdict

Fixation = Literal["positive", "negative", "unknown"]
Plasmacytoma = Literal["never", "gone", "half_or_less", "smaller", "unchanged", "grown_or_new", "unknown"]


class Inputs(RuleInputs):
    """Inputs of `response`. 0 stands for "none"; the lowest values are the lowest confirmed ones before now."""

    serum_m_baseline: Number | None = Field(None, description="Serum M-protein at baseline.")
    serum_m_now: Number | None = Field(None, description="Serum M-protein now, by electrophoresis.")
    serum_m_lowest: Number | None = Field(None, description="Lowest confirmed serum M-protein.")
    serum_unit: str | None = Field(None, description="g_l or g_dl, for all serum M-protein values.")
    urine_m_baseline: Number | None = Field(None, description="Urine M-protein in 24 hours at baseline.")
    urine_m_now: Number | None = Field(None, description="Urine M-protein in 24 hours now.")
    urine_m_lowest: Number | None = Field(None, description="Lowest confirmed urine M-protein in 24 hours.")
    urine_unit: str | None = Field(None, description="mg_24h or g_24h, for all urine M-protein values.")
    involved_chain: Literal["kappa", "lambda"] | None = Field(None, description="The involved light chain.")
    flc_kappa_baseline: Number | None = Field(None, description="Serum free kappa at baseline.")
    flc_lambda_baseline: Number | None = Field(None, description="Serum free lambda at baseline.")
    flc_kappa_now: Number | None = Field(None, description="Serum free kappa now.")
    flc_lambda_now: Number | None = Field(None, description="Serum free lambda now.")
    flc_difference_lowest: Number | None = Field(None, description="Lowest involved minus uninvolved chain.")
    flc_unit: str | None = Field(None, description="mg_l or mg_dl, for all light chain values.")
    marrow_baseline_percent: Number | None = Field(None, description="Marrow plasma cells at baseline in %.")
    marrow_now_percent: Number | None = Field(None, description="Marrow plasma cells now in %.")
    marrow_lowest_percent: Number | None = Field(None, description="Lowest marrow plasma cells in %.")
    serum_immunofixation: Fixation | None = Field(None, description="Immunofixation of serum now.")
    urine_immunofixation: Fixation | None = Field(None, description="Immunofixation of urine now.")
    clonal_plasma_cells: Finding | None = Field(None, description="Clonal marrow plasma cells now.")
    plasmacytoma: Plasmacytoma | None = Field(
        None, description="Soft-tissue plasmacytomas against baseline; unknown: not imaged."
    )
    not_done: tuple[Literal["marrow", "light_chains"], ...] = Field(
        (), description="Tests that were not done and will not be: they lower the category instead of being asked for."
    )


def decide(inputs: Inputs, tables: Tables, as_of: date | None = None) -> RuleResult:
    """The category, or the questions whose answers could still change it."""
    found = read(inputs, tables)
    given = inputs.model_dump(exclude_none=True, exclude_defaults=True)
    echo = {name: ", ".join(value) if isinstance(value, tuple) else str(value) for name, value in given.items()}
    version = tables.version(RULE.families)
    ground = look_up(tables.tables["response_basis.imwg"], found.facts, tables)
    missing = _ask(ground, found, inputs, tables)
    current = in_force([tables.tables["response.imwg_2016"]], as_of)
    if not current:
        return decide_by_tables("response", {}, tables, drug=None, jurisdiction=None, echo=echo, as_of=as_of)
    if missing:
        return RuleResult(rule="response", version=version, inputs=echo, missing=missing)
    basis = ground.rows[0]
    if not basis.covered:
        verdict = word("response_basis", tables.tables["response_basis.imwg"], basis, tables, trace=ground.trace)
        return RuleResult(rule="response", version=version, inputs=echo, verdicts=(verdict,))
    outcome = look_up(current[0], {**found.facts, "basis": basis.then["basis"]}, tables)
    missing = _ask(outcome, found, inputs, tables)
    if missing:
        return RuleResult(rule="response", version=version, inputs=echo, missing=missing)
    verdict = _verdict(tables, ground, outcome, found)
    return RuleResult(rule="response", version=version, inputs=echo, verdicts=(verdict,))


def _ask(outcome: Outcome, found: Readings, inputs: Inputs, tables: Tables) -> tuple[MissingInput, ...]:
    """The questions for the inputs that open facts are made of; a missing unit goes before everything."""
    names = [part for name in outcome.ask for part in MADE_OF.get(name, (name,))]
    if outcome.ask and found.units:
        return found.units
    wanted = tuple(dict.fromkeys(name for name in names if getattr(inputs, name) is None))
    return questions(wanted, tables, tables.of("response"), {})


def _verdict(tables: Tables, ground: Outcome, outcome: Outcome, found: Readings) -> Verdict:
    table, row, basis = tables.tables["response.imwg_2016"], outcome.rows[0], ground.rows[0]
    first = tables.tables["response_basis.imwg"]
    shown = echo_of(tables, **found.facts)
    keys = (basis.say, *basis.notes)
    notes = tuple(tables.say("response_basis", key) for key in keys)
    if found.facts["plasmacytoma"] == "not_imaged" and "plasmacytoma" in row.when:
        notes = (*notes, tables.say("response", "not_imaged"))
    verdict = word(
        "response",
        table,
        row,
        tables,
        trace=(*ground.trace, *outcome.trace),
        values=basis.then,
        extra=shown,
        notes=notes,
    )
    sources = (*verdict.provenance, *provenance(first, basis, tables))
    return verdict.model_copy(update={"provenance": tuple(dict.fromkeys(sources))})


RULE = Rule(
    "response",
    Text(en="Response category (IMWG 2016)", zh="疗效分级（IMWG 2016）"),
    Inputs,
    decide,
    ("response", "response_basis"),
)
