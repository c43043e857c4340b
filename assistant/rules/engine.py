"""The one algorithm of the rules: which rows of a decision table hold for the facts given.

A condition on an input that was not given is neither true nor false. A row is open while none of its conditions fails
and at least one cannot be judged; open rows tell which inputs still have to be asked for. Inputs that cannot change the
outcome any more are never asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from assistant.errors import TableError
from assistant.rules.model import Row, Table, Value
from assistant.rules.model import holds as holds
from assistant.rules.tables import Tables
from assistant.rules.trace import step
from assistant.types import TraceStep

Facts = Mapping[str, Value | None]


@dataclass(frozen=True)
class Outcome:
    """Rows that hold, inputs that must be known before the outcome is certain, and every row looked at.

    The trace is worded when it is asked for: most look-ups only tell which inputs still matter.
    """

    rows: tuple[Row, ...]
    ask: tuple[str, ...]
    possible: tuple[Row, ...]
    explain: Callable[[], tuple[TraceStep, ...]]

    @cached_property
    def trace(self) -> tuple[TraceStep, ...]:
        """Every row that was looked at: whether it fired, and why or why not."""
        return self.explain()


def judge(row: Row, facts: Facts) -> bool | None:
    """Whether a row holds; None while it is open."""
    answers = [holds(condition, facts.get(name)) for name, condition in row.when.items()]
    if False in answers:
        return False
    return None if None in answers else True


def rank(table: Table, row: Row) -> Decimal:
    """The number that orders the rows of a "highest" table."""
    return Decimal(row.then[table.rank or ""])


def _same(one: Row, other: Row) -> bool:
    """Whether two rows lead to the same result, so that the input between them need not be known."""
    return (one.then, one.say, one.covered) == (other.then, other.say, other.covered)


def look_up(table: Table, facts: Facts, tables: Tables) -> Outcome:
    """Match every row of `table` against `facts` and keep the trace; never guesses an input."""
    judged = [(row, judge(row, facts)) for row in table.rows]
    hits = [row for row, answer in judged if answer]
    open_rows = [row for row, answer in judged if answer is None]
    if table.hit == "unique":
        if len(hits) > 1:
            names = ", ".join(row.id for row in hits)
            raise TableError(
                f"{table.id}: rows {names} hold at the same time. Allowed: one. Correct the intervals.",
                f"{table.id}：{names} 各行同时成立，只允许一行，请改正区间。",
            )
        if not hits and open_rows and all(_same(row, open_rows[0]) for row in open_rows):
            hits = open_rows[:1]
        open_rows = [] if hits else open_rows
    if table.hit == "highest":
        best = max((rank(table, row) for row in hits), default=None)
        hits = [row for row in hits if rank(table, row) == best]
        open_rows = [row for row in open_rows if best is None or rank(table, row) > best]
    ask = tuple(name for name in table.inputs if facts.get(name) is None and any(name in row.when for row in open_rows))
    fired, known = {row.id for row in hits}, dict(facts)

    def explain() -> tuple[TraceStep, ...]:
        return tuple(step(table, row, known, row.id in fired, tables) for row in table.rows)

    return Outcome(rows=tuple(hits), ask=ask, possible=tuple(open_rows), explain=explain)
