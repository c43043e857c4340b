"""Whether HBV has reactivated, by the definition of each named society.

Never merges the definitions and never advises treatment. Example: baseline DNA undetectable, now 500 IU/mL → not
reactivated by AASLD 2018 (1000 IU/mL), reactivated by AGA 2015 (newly detectable).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from pydantic import Field

from assistant.rules.bodies import chosen_body
from assistant.rules.inputs import Finding, Number, RuleInputs, contradiction, known, plausible
from assistant.rules.measured import echo_of
from assistant.rules.model import Row, Table
from assistant.rules.quantities import decimal
from assistant.rules.rule import Rule
from assistant.rules.table_rule import Extra, decide_by_tables, question
from assistant.rules.tables import Tables
from assistant.types import RuleResult, Text


class Inputs(RuleInputs):
    """Inputs of `hbv_reactivation`. HBV DNA in IU/mL; 0 stands for undetectable."""

    hbv_status: Literal["hbsag_positive", "hbsag_negative_core_positive"] | None = Field(
        None, description="HBV status before treatment."
    )
    baseline_dna: Literal["not_measured", "undetectable", "detectable"] | None = Field(
        None, description="HBV DNA before treatment."
    )
    dna_baseline_iu_ml: Number | None = Field(None, description="HBV DNA before treatment in IU/mL, when detectable.")
    dna_now_iu_ml: Number | None = Field(None, description="HBV DNA now in IU/mL; 0 if undetectable.")
    hbsag_returned: Finding | None = Field(None, description="HBsAg has become positive again.")
    body: str | None = Field(None, description="Only this source, by the name its verdict carries.")


def decide(inputs: Inputs, tables: Tables, as_of: date | None = None) -> RuleResult:
    """One verdict per society."""
    now = plausible(tables, "hbv_dna_iu_ml", inputs.dna_now_iu_ml)
    before = plausible(tables, "hbv_dna_iu_ml", inputs.dna_baseline_iu_ml)
    baseline = _baseline(inputs, before)
    fold = decimal(Fraction(now) / Fraction(before)) if now is not None and before else None
    facts = {
        "hbv_status": inputs.hbv_status,
        "baseline_dna": baseline,
        "dna_now_iu_ml": now,
        "dna_fold": fold,
        "hbsag_returned": known(inputs.hbsag_returned),
    }
    echo = echo_of(tables, **facts, dna_baseline_iu_ml=before)

    def extend(table: Table, row: Row) -> Extra:
        return Extra(wording=echo)

    result = decide_by_tables(
        "hbv_reactivation",
        facts,
        tables,
        drug=None,
        jurisdiction=chosen_body(tables, "hbv_reactivation", inputs.body),
        echo=echo,
        as_of=as_of,
        extend=extend,
    )
    return _ask_for_values(result, tables, now, before)


def _baseline(inputs: Inputs, before: Decimal | None) -> str | None:
    said = inputs.baseline_dna
    measured = None if before is None else "detectable" if before else "undetectable"
    if said and measured and said != measured:
        raise contradiction(
            "baseline_dna",
            f"{said}, {before} IU/mL",
            f"given as {said}, but a baseline HBV DNA of {before} IU/mL is given too. Correct one of the two.",
            f"基线 HBV DNA 填为 {said}，同时又填 {before} IU/mL，请改正其一。",
        )
    return said or measured


def _ask_for_values(result: RuleResult, tables: Tables, now: Decimal | None, before: Decimal | None) -> RuleResult:
    """The ratio itself is never asked for: the two values it is made of are."""
    names = [entry.name for entry in result.missing]
    if "dna_fold" not in names:
        return result
    wanted = [*(("dna_now_iu_ml",) if now is None else ()), *(("dna_baseline_iu_ml",) if before is None else ())]
    more = [question(name, tables, [], {}) for name in wanted if name not in names]
    kept = [entry for entry in result.missing if entry.name != "dna_fold"]
    return result.model_copy(update={"missing": (*kept, *more)})


RULE = Rule(
    "hbv_reactivation",
    Text(en="HBV reactivation by society", zh="各学会的 HBV 再激活定义"),
    Inputs,
    decide,
    ("hbv_reactivation",),
)
