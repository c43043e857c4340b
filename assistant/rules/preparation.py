"""Millilitres, vials and syringes for an amount in mg, where the vial strengths are covered."""

from __future__ import annotations

from assistant.rules.model import Row, Table
from assistant.rules.table_rule import Extra
from assistant.rules.tables import Tables


def volumes(tables: Tables, table: Table, row: Row, dose: Extra) -> Extra:
    """Nothing yet."""
    return Extra()
