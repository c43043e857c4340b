"""The list of all rules: name, title, typed inputs and the function that decides.

A rule is added by one line in `_MODULES`; see docs/adding-a-rule.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from assistant.errors import TableError
from assistant.rules import (
    anc,
    bsa,
    contraception,
    convert,
    corrected_calcium,
    creatinine_clearance,
    crs_grade,
    crs_management,
    ctcae_grade,
    dose,
    egfr,
    hbv,
    hbv_reactivation,
    hlh_2004,
    icaht,
    icans_grade,
    icans_management,
    ice_score,
    iec_hs,
    ig_replacement,
    infection_prophylaxis,
    interval,
    monitoring,
    premedication,
    response,
    restart,
    schedule,
    tocilizumab_dose,
    toxicity_action,
    vaccine_and_cyp_windows,
)
from assistant.rules.inputs import read_inputs, wrong
from assistant.rules.load import load_tables
from assistant.rules.local_check import checked_tables
from assistant.rules.local_marks import mark_local
from assistant.rules.rule import Rule
from assistant.types import RuleResult

# One line per rule module; each offers its `RULE`.
_MODULES = (
    dose,
    restart,
    schedule,
    interval,
    premedication,
    monitoring,
    vaccine_and_cyp_windows,
    contraception,
    crs_grade,
    ice_score,
    icans_grade,
    ctcae_grade,
    iec_hs,
    hlh_2004,
    icaht,
    creatinine_clearance,
    egfr,
    corrected_calcium,
    bsa,
    anc,
    convert,
    tocilizumab_dose,
    ig_replacement,
    hbv,
    hbv_reactivation,
    infection_prophylaxis,
    toxicity_action,
    crs_management,
    icans_management,
    response,
)
RULES: dict[str, Rule] = {module.RULE.name: module.RULE for module in _MODULES}


def run(
    name: str, inputs: Mapping[str, Any], *, as_of: date | None = None, local_tables: Path | None = None
) -> RuleResult:
    """Run one rule, with a hospital's own tables from the folder `local_tables` put in (see docs/local-tables.md).

    Raises `RuleInputError` for an unknown rule or an unusable input, `TableError` for a faulty table.

    >>> run("restart", {"drug": "talquetamab", "last_dose": "step_up_1", "days_since_last_dose": 9}).verdicts[0].gap
    'gap-027'
    """
    rule = RULES.get(name)
    if rule is None:
        raise wrong("rule", name, ", ".join(RULES))
    given = read_inputs(rule.inputs, inputs)
    if local_tables is None:
        return rule.decide(given, load_tables(), as_of=as_of)
    tables = checked_tables(local_tables)
    try:
        return mark_local(rule.decide(given, tables, as_of=as_of), tables)
    except (LookupError, ArithmeticError, ValueError) as fault:
        raise TableError(
            f"{local_tables}: found no usable row for the rule '{name}' with these inputs. Allowed: own tables that "
            "hold what the shipped ones hold. Compare with `assistant rules tables`.",
            f"{local_tables}：自有表格中没有可供规则“{name}”使用的条目。请与 `assistant rules tables` 对照。",
        ) from fault


def catalogue() -> list[dict[str, Any]]:
    """All rules with name, title in both languages, and the JSON Schemas of inputs and result."""
    return [
        {
            "name": rule.name,
            "title": rule.title.model_dump(),
            "inputs": rule.inputs.model_json_schema(),
            "result": RuleResult.model_json_schema(),
        }
        for rule in RULES.values()
    ]
