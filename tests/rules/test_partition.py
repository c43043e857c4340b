"""Every decision table covers its inputs: "unique" tables without gap or overlap, the others without clash."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest

from assistant.rules.load import load_tables
from assistant.rules.model import InputSpec, Interval, Table
from tests.rules.mutants import overlaps

TABLES = load_tables().tables
UNIQUE = [name for name, table in TABLES.items() if table.hit == "unique"]
LIMIT = 200_000


def points(table: Table, name: str, spec: InputSpec) -> list[str | Decimal]:
    """The values that tell all rows apart: each choice, or each bound with its neighbours inside the range."""
    if spec.kind == "choice":
        return list(spec.of)
    assert spec.range is not None
    conditions = [row.when[name] for row in table.rows if name in row.when]
    bounds = {spec.range.low, *((spec.range.high,) if spec.range.high is not None else ())}
    for condition in conditions:
        assert isinstance(condition, Interval)
        bounds |= {bound for bound in (condition.low, condition.high) if bound is not None}
    step = Decimal(1) if spec.kind == "whole_number" else Decimal("0.0001")
    near = {bound + shift for bound in bounds for shift in (-step, Decimal(0), step)}
    return [value for value in sorted(near) if value in spec.range]


@pytest.mark.parametrize("name", UNIQUE)
def test_exactly_one_row_holds_for_every_input(name: str) -> None:
    table = TABLES[name]
    axes = {key: points(table, key, spec) for key, spec in table.inputs.items()}
    size = 1
    for values in axes.values():
        size *= len(values)
    assert size <= LIMIT, f"{size} combinations"
    for combination in product(*axes.values()):
        facts = dict(zip(axes, combination, strict=True))
        hits = [
            row.id
            for row in table.rows
            if all(facts[key] in condition for key, condition in row.when.items())  # type: ignore[operator]
        ]
        assert len(hits) == 1, f"{facts}: {hits or 'no row'}"


@pytest.mark.parametrize("name", list(TABLES))
def test_whole_numbers_have_whole_bounds(name: str) -> None:
    for row in TABLES[name].rows:
        for key, condition in row.when.items():
            if isinstance(condition, Interval) and TABLES[name].inputs[key].kind == "whole_number":
                assert condition.low_closed, f"{row.id}.{key}"
                for bound in (condition.low, condition.high):
                    assert bound is None or bound == bound.to_integral_value(), f"{row.id}.{key}"


@pytest.mark.parametrize("name", [name for name, table in TABLES.items() if table.hit == "highest"])
def test_rows_that_differ_in_one_interval_do_not_overlap(name: str) -> None:
    assert overlaps(TABLES[name]) == []


@pytest.mark.parametrize("name", [name for name, table in TABLES.items() if table.hit != "all"])
def test_every_declared_choice_is_used_by_a_row(name: str) -> None:
    table = TABLES[name]
    for key, spec in table.inputs.items():
        used = {value for row in table.rows if key in row.when for value in row.when[key] if spec.kind == "choice"}
        free = any(key not in row.when for row in table.rows)
        assert free or used >= set(spec.of), f"{key}: {set(spec.of) - used}"
