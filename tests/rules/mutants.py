"""Changed copies of a table, each with one number, bound, choice or action altered, and the search for survivors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import combinations
from typing import Any

from assistant.errors import RuleInputError
from assistant.rules import RULES
from assistant.rules.inputs import read_inputs
from assistant.rules.model import InputSpec, Interval, Row, Table
from assistant.rules.tables import Tables
from assistant.types import RuleResult
from tests.rules.checking import Case, all_cases, difference

_NUMBER = re.compile(r"^-?\d+(\.\d+)?$")


# A bound of this size and without decimals is counted in whole units.
LARGE = 100
# Keys of a row that only set how a result is shown.
DISPLAY = {"places"}


@dataclass(frozen=True)
class Mutant:
    """One altered table, the row that was altered, and where."""

    place: str
    row: str
    table: Table


def mutants_of(table: Table) -> Iterator[Mutant]:
    """Every single change of a table."""
    if table.superseded:
        yield Mutant(f"{table.id}: superseded removed", "", table.model_copy(update={"superseded": None}))
    for number, row in enumerate(table.rows):
        if len(table.rows) > 1:
            rest = table.rows[:number] + table.rows[number + 1 :]
            yield Mutant(f"{table.id}.{row.id}: row removed", row.id, table.model_copy(update={"rows": rest}))
        for place, changed in _rows(table, row, turn=any(not other.covered for other in table.rows)):
            rows = table.rows[:number] + (changed,) + table.rows[number + 1 :]
            yield Mutant(f"{table.id}.{row.id}: {place}", row.id, table.model_copy(update={"rows": rows}))


def _rows(table: Table, row: Row, *, turn: bool) -> Iterator[tuple[str, Row]]:
    """The changes of one row; `turn` also turns its mark "covered" (only where a table uses that mark)."""
    if turn:
        yield "covered turned", row.model_copy(update={"covered": not row.covered})
    if row.gap:
        yield "gap removed", row.model_copy(update={"gap": None})
    for key, value in row.then.items():
        if key in DISPLAY:
            continue
        changed = _other_number(value) if _NUMBER.match(value) else "changed"
        yield f"then.{key} {value} → {changed}", row.model_copy(update={"then": {**row.then, key: changed}})
    for name, condition in row.when.items():
        for place, other in _conditions(condition, table.inputs[name]):
            yield f"when.{name} {place}", row.model_copy(update={"when": {**row.when, name: other}})


def _other_number(value: str) -> str:
    """The number with one added in its last place."""
    number = Decimal(value)
    return f"{number + Decimal(1).scaleb(int(number.as_tuple().exponent)):f}"


def _conditions(condition: tuple[str, ...] | Interval, spec: InputSpec) -> Iterator[tuple[str, Any]]:
    whole = spec.kind == "whole_number"
    edge = spec.range.low if spec.range else None
    if not isinstance(condition, Interval):
        for value in condition if len(condition) > 1 else ():
            yield f"without {value}", tuple(other for other in condition if other != value)
        return
    for end in ("low", "high"):
        bound = getattr(condition, end)
        if bound is None or (end == "low" and bound == edge):
            continue
        exponent = int(bound.as_tuple().exponent)
        step = Decimal(1) if whole or (exponent == 0 and bound >= LARGE) else Decimal(1).scaleb(min(-1, exponent))
        for moved in (bound - step, bound + step):
            yield f"{end} {bound} → {moved}", condition.model_copy(update={end: moved})
        if not whole:
            closed = f"{end}_closed"
            yield f"{end} {bound} open or closed", condition.model_copy(update={closed: not getattr(condition, closed)})


@dataclass(frozen=True)
class Prepared:
    """A case with its inputs read once, and the rows that fire for it in the tables as they stand."""

    case: Case
    inputs: Any
    fired: frozenset[tuple[str, str]]
    seen: frozenset[str]


@lru_cache(maxsize=64)
def prepared(rule: str) -> tuple[Prepared, ...]:
    """The cases of a rule that reach its tables."""
    from assistant.rules.load import load_tables

    found: list[Prepared] = []
    for case in all_cases():
        if case.rule != rule:
            continue
        try:
            inputs = read_inputs(RULES[rule].inputs, case.input)
            result = RULES[rule].decide(inputs, load_tables(), as_of=case.as_of)
        except RuleInputError:
            continue
        steps = [step for verdict in result.verdicts for step in verdict.trace]
        fired = frozenset((step.table, step.row) for step in steps if step.fired)
        found.append(Prepared(case, inputs, fired, frozenset(step.table for step in steps)))
    return tuple(found)


def overlaps(table: Table) -> list[str]:
    """Pairs of rows that differ only in one interval and whose intervals share a value."""
    found: list[str] = []
    for one, other in combinations(table.rows, 2):
        if set(one.when) != set(other.when):
            continue
        differing = [name for name in one.when if one.when[name] != other.when[name]]
        first, second = (row.when.get(differing[0]) if len(differing) == 1 else None for row in (one, other))
        if isinstance(first, Interval) and isinstance(second, Interval) and meet(first, second):
            found.append(f"{one.id} and {other.id} on {differing[0]}")
    return found


def meet(one: Interval, other: Interval) -> bool:
    """Whether two intervals share a value."""
    low, high = (one, other) if (one.low, not one.low_closed) <= (other.low, not other.low_closed) else (other, one)
    if low.high is None or high.low < low.high:
        return True
    return high.low == low.high and high.low_closed and low.high_closed


def survivors(rule: str, table: Table, mutants: Iterator[Mutant], tables: Tables) -> Iterator[Mutant]:
    """The mutants that no case of the rule notices."""
    every = prepared(rule)
    shown = any(table.id in entry.seen for entry in every)
    cases = [entry for entry in every if not shown or table.id in entry.seen or not entry.seen]
    for mutant in mutants:
        if mutant.table.hit == "highest" and overlaps(mutant.table):
            continue
        changed = replace(tables, tables={**tables.tables, table.id: mutant.table})
        ordered = sorted(cases, key=lambda entry: (table.id, mutant.row) not in entry.fired)
        if not any(_notices(rule, entry, changed) for entry in ordered):
            yield mutant


def _notices(rule: str, entry: Prepared, tables: Tables) -> bool:
    try:
        result: RuleResult = RULES[rule].decide(entry.inputs, tables, as_of=entry.case.as_of)
    except Exception:  # a table that can no longer be used was noticed
        return True
    return difference(entry.case.output, result) != ""
