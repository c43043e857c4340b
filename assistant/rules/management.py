"""Rules of management by grade, one verdict per named body, with the drug's own label in front when a drug is given.

Bodies are shown in this order and never merged: written for bispecifics in myeloma, for bispecifics, for CAR T cells,
older, and those whose doses are not covered.
"""

from __future__ import annotations

from datetime import date

from assistant.rules import toxicity_action
from assistant.rules.bodies import chosen_body, in_order
from assistant.rules.engine import Facts
from assistant.rules.measured import echo_of
from assistant.rules.table_rule import decide_by_tables
from assistant.rules.tables import Tables
from assistant.types import RuleResult, Verdict

_SCOPES = ("bispecific_myeloma", "bispecific", "car_t", "older", "without_doses")
_LABELS = ("US", "EU")


def manage(
    rule: str,
    facts: Facts,
    tables: Tables,
    *,
    label: toxicity_action.Inputs | None,
    body: str | None,
    as_of: date | None,
) -> RuleResult:
    """The bodies of `rule`; `label` asks for what the label of the drug says as well."""
    echo = echo_of(tables, **facts)
    result = decide_by_tables(
        rule,
        facts,
        tables,
        drug=None,
        jurisdiction=chosen_body(tables, rule, body),
        echo=echo,
        as_of=as_of,
    )
    result = in_order(result, "scope", _SCOPES)
    version = tables.version((rule, "toxicity_action"))
    result = result.model_copy(update={"version": version})
    if label is None or label.drug is None or body is not None:
        return result
    own = toxicity_action.decide(label, tables, as_of)
    asked = [entry for entry in own.missing if entry.name not in {known.name for known in result.missing}]
    missing = (*result.missing, *asked)
    verdicts: tuple[Verdict, ...] = ()
    if not missing:
        verdicts = (*(verdict for verdict in own.verdicts if verdict.jurisdiction in _LABELS), *result.verdicts)
    return result.model_copy(update={"inputs": {**own.inputs, **echo}, "verdicts": verdicts, "missing": missing})
