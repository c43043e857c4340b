"""A formula as a rule: constants from one table row, the computation in the module of the formula.

Powers and roots are taken with `Decimal` at its default precision of 28 digits; only the shown result is rounded, to
the `places` of the row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from assistant.rules.engine import Facts
from assistant.rules.measured import ask
from assistant.rules.model import Row, Table
from assistant.rules.table_rule import Extra, decide_by_tables
from assistant.rules.tables import Tables
from assistant.types import RuleResult

Constants = Mapping[str, Decimal]


def constants(row: Row) -> dict[str, Decimal]:
    """The numbers of a row; entries that are ids are left out."""
    found: dict[str, Decimal] = {}
    for name, value in row.then.items():
        if value.lstrip("-").replace(".", "", 1).isdigit():
            found[name] = Decimal(value)
    return found


def decide_by_formula(
    rule: str,
    tables: Tables,
    compute: Callable[[Constants, Row], Extra],
    *,
    needed: Mapping[str, object],
    facts: Facts,
    echo: Mapping[str, str],
    as_of: date | None,
) -> RuleResult:
    """The result of the one formula table of `rule`; what of `needed` is not known is asked for first."""
    missing = ask(tables, needed)
    if missing:
        return RuleResult(rule=rule, version=tables.version((rule,)), inputs=dict(echo), missing=missing)

    def extend(table: Table, row: Row) -> Extra:
        return compute(constants(row), row)

    return decide_by_tables(rule, facts, tables, drug=None, jurisdiction=None, echo=echo, as_of=as_of, extend=extend)
