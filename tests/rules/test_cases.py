"""Every YAML case under `cases/`: the name is a sentence a clinician can check."""

from __future__ import annotations

from collections import Counter

import pytest

from assistant.rules import RULES
from assistant.rules.load import load_tables
from tests.rules.checking import Case, all_cases, run_case

ALL = all_cases()


@pytest.mark.parametrize("case", ALL, ids=[case.label for case in ALL])
def test_case(case: Case) -> None:
    assert run_case(case, load_tables()) == ""


def test_case_names_are_unique() -> None:
    twice = [name for name, count in Counter(case.label for case in ALL).items() if count > 1]
    assert not twice


def test_every_case_folder_is_a_rule() -> None:
    assert {case.rule for case in ALL} <= set(RULES)


def test_every_row_of_every_table_has_a_case() -> None:
    tables = load_tables()
    fired: set[tuple[str, str]] = set()
    for case in ALL:
        rule = RULES[case.rule]
        if "error" in case.output:
            continue
        from assistant.rules.inputs import read_inputs

        result = rule.decide(read_inputs(rule.inputs, case.input), tables, as_of=case.as_of)
        fired |= {(step.table, step.row) for verdict in result.verdicts for step in verdict.trace if step.fired}
    wanted = {(table.id, row.id) for table in tables.tables.values() for row in table.rows}
    assert sorted(wanted - fired) == []
