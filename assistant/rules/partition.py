"""Whether the rows of a table cover its inputs: exactly one row for every combination of a "unique" table.

The combinations tried are all choices and, for numbers, every bound, a value between each two neighbouring bounds, and
one beyond the last: no other value can match other rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import islice, pairwise, product

from assistant.rules.model import InputSpec, Interval, Table, Value
from assistant.rules.trace import plain


def values_of(table: Table, name: str, spec: InputSpec) -> list[Value]:
    """The values of one input that tell all rows apart."""
    if spec.kind == "choice" or spec.range is None:
        return list(spec.of)
    one = Decimal(1)
    bounds = {spec.range.low} | ({spec.range.high} if spec.range.high is not None else set())
    for row in table.rows:
        condition = row.when.get(name)
        if isinstance(condition, Interval):
            bounds |= {bound for bound in (condition.low, condition.high) if bound is not None}
    ordered = sorted(bounds)
    if spec.kind == "whole_number":
        tried = {bound + shift for bound in ordered for shift in (-one, 0, one)}
    else:
        between = {(low + high) / (one + one) for low, high in pairwise(ordered)}
        tried = {*ordered, *between, ordered[-1] + one}
    return [value for value in sorted(tried) if value in spec.range]


def not_tiled(table: Table, most: int) -> Iterator[tuple[dict[str, str], tuple[str, ...]]]:
    """The combinations (as text) for which not exactly one row holds, with the rows that do; tries at most `most`."""
    used = {name for row in table.rows for name in row.when}
    axes = {name: values_of(table, name, spec) for name, spec in table.inputs.items() if name in used}
    for combination in islice(product(*axes.values()), most):
        facts = dict(zip(axes, combination, strict=True))
        hits = tuple(row.id for row in table.rows if _holds_all(row.when, facts))
        if len(hits) != 1:
            yield {name: value if isinstance(value, str) else plain(value) for name, value in facts.items()}, hits


def _holds_all(when: dict[str, tuple[str, ...] | Interval], facts: dict[str, Value]) -> bool:
    for name, condition in when.items():
        value = facts[name]
        inside = value in condition if isinstance(condition, tuple) or isinstance(value, Decimal) else False
        if not inside:
            return False
    return True
