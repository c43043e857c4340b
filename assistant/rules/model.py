"""Frozen records of the rules tables, as read from `data/`.

A decision table asks for named inputs and holds rows; each row has a condition (`when`), what follows (`then`), the
sentence to say (`say`) and where it comes from (`facts`, `source`, `confidence`). Nothing here computes; `engine`
matches rows, `verdict` words them. Every number is a `Decimal` made from the quoted text of the table.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from assistant.rules.span import Entry as Entry
from assistant.rules.span import Interval as Interval
from assistant.types import Confidence, Text

# the document shows no date; nothing is put in its place
UNDATED = "undated"
_DATE = re.compile(r"^\d{4}(-\d{2}(-\d{2})?)?$")


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _as_interval(value: object) -> object:
    return Interval.parse(value) if isinstance(value, str) else value


def _date(value: str) -> str:
    if not _DATE.match(value):
        raise ValueError('a date such as "2025-03-20" or "2025-03" is expected')
    return value


Names = Annotated[tuple[str, ...], BeforeValidator(_as_list)]
Range = Annotated[Interval, BeforeValidator(_as_interval)]


def _document_date(value: str) -> str:
    return value if value == UNDATED else _date(value)


Date = Annotated[str, AfterValidator(_date)]
DocumentDate = Annotated[str, AfterValidator(_document_date)]


Value = str | Decimal


def holds(condition: tuple[str, ...] | Interval, value: Value | None) -> bool | None:
    """Whether a condition holds; None while the value is not known."""
    if value is None:
        return None
    if isinstance(condition, Interval):
        return isinstance(value, Decimal) and value in condition
    return value in condition


class InputSpec(Entry):
    """One input of a table: a closed choice (`of`), a whole number or a number (`range`, with its `unit`).

    `units` are the units the number may be given in, where a rule reads one value in one of several units.
    """

    kind: Literal["choice", "whole_number", "number"]
    of: tuple[str, ...] = ()
    range: Range | None = None
    unit: str | None = None
    units: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _complete(self) -> InputSpec:
        if self.kind == "choice" and not self.of:
            raise ValueError("a choice needs its allowed values under `of`")
        if self.kind != "choice" and self.range is None:
            raise ValueError("a number needs its `range`, the span the rows must cover")
        return self


class LocalSource(Entry):
    """Where a row comes from that a hospital put into a shipped table: its own document, its date and its readers."""

    title: Text
    published_on: DocumentDate
    checked_on: Date
    checked_by: tuple[str, str]


class Row(Entry):
    """One row: when it holds, what follows, what to say, and where it was read.

    `when` maps an input to a value, a list of values or an interval; an input left out may be anything.
    `gap` marks a row whose range is known but whose content is not covered. `notes` are keys of the wording file.
    """

    id: str
    when: dict[str, tuple[str, ...] | Interval]
    then: dict[str, str] = {}
    say: str
    notes: Names = ()
    note: Text | None = None
    facts: Names = Field(min_length=1)
    source: Names = ()
    confidence: Confidence
    covered: bool = True
    gap: str | None = None
    in_force_from: Date | None = None
    local: LocalSource | None = None


class Superseded(Entry):
    """Why a document is no longer the one to follow, since when, and which gap holds its replacement."""

    since: Date
    note: Text
    gap: str | None = None


class Table(Entry):
    """One decision table: one document, one drug, one jurisdiction; `drug` may be "any".

    `hit` says how many rows may hold: "unique" (exactly one), "highest" (the one whose `then[rank]` is the largest
    number) or "all" (each that holds). `in_force_from` starts the table, `superseded.since` ends it. `only` names
    inputs and the values the document speaks of: given another value, the document does not apply at all. With
    `when_given` it applies only if such a value is given.
    """

    id: str
    title: Text
    drug: str
    jurisdiction: str
    document: str = ""
    published_on: DocumentDate
    in_force_from: Date | None = None
    checked_on: Date
    checked_by: tuple[str, str]
    superseded: Superseded | None = None
    inputs: dict[str, InputSpec]
    hit: Literal["unique", "highest", "all"]
    rank: str | None = None
    notes: Names = ()
    only: dict[str, Names] = {}
    when_given: dict[str, Names] = {}
    rows: tuple[Row, ...] = Field(min_length=1)
    local: bool = False

    @property
    def family(self) -> str:
        """The folder the table stands in."""
        return self.id.split(".")[0]

    @cached_property
    def row_ids(self) -> tuple[str, ...]:
        """The ids of the rows, in order."""
        return tuple(row.id for row in self.rows)


class LocalRows(Entry):
    """A hospital's own rows for the shipped table of the same id: same row id replaces, new row id adds."""

    id: str
    title: Text
    replaces: Literal["rows"]
    published_on: DocumentDate
    checked_on: Date
    checked_by: tuple[str, str]
    rows: tuple[Row, ...] = Field(min_length=1)


class Absence(Entry):
    """A drug and jurisdiction for which a rule has no table: the known gap, and where a reader can look."""

    rule: str
    drug: str
    jurisdiction: str
    gap: str | None = None
    facts: Names = ()
    look_in: Text


class Unit(Entry):
    """One unit: value in the base unit of its kind = (value − offset) × numerator ÷ denominator, exactly."""

    id: str
    kind: str
    label: Text
    offset: Decimal = Decimal()
    numerator: Decimal
    denominator: Decimal
    ambiguous: Names = ()

    @cached_property
    def ratio(self) -> Fraction:
        """Base units in one of this unit, exactly."""
        return Fraction(self.numerator) / Fraction(self.denominator)

    @cached_property
    def zero(self) -> Fraction:
        """The offset, exactly."""
        return Fraction(self.offset)


class Bound(Entry):
    """Plausibility limits of an input. They catch slips of the pen; they are not clinical limits."""

    input: str
    range: Range
    unit: str
    label: Text


class Document(Entry):
    """A source a row names, with the date printed on it ("" when it shows none)."""

    id: str
    date: str = ""


class Question(Entry):
    """How to ask for an input that is missing; `after` names an input that is asked for first."""

    input: str
    text: Text
    unit: str | None = None
    after: str | None = None
