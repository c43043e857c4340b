"""Change each number, bound and action of every table, one at a time; at least one YAML case has to notice.

Run for one rule with `pytest tests/rules/test_mutation.py -k <rule>`. A survivor is named by its place in the table:
add a case that would see the change.
"""

from __future__ import annotations

import pytest

from assistant.rules import RULES
from assistant.rules.load import load_tables
from tests.rules.mutants import mutants_of, survivors


@pytest.mark.parametrize("rule", sorted(RULES))
def test_every_change_of_a_table_is_noticed(rule: str) -> None:
    tables = load_tables()
    used = [table for table in tables.tables.values() if table.family in RULES[rule].families]
    left = [mutant.place for table in used for mutant in survivors(rule, table, mutants_of(table), tables)]
    assert left == [], f"{len(left)} changes were not noticed:\n" + "\n".join(left)
