"""Exact unit conversion by the closed list in `data/units.yaml`."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

from assistant.rules.inputs import wrong
from assistant.rules.model import Unit
from assistant.rules.tables import Tables
from assistant.rules.trace import plain


def to_base(tables: Tables, kind: str, name: str, value: Decimal, unit: str) -> Decimal:
    """`value` in the base unit of `kind`; an unknown unit or one of another kind is a `RuleInputError`."""
    found = tables.units.get(unit)
    if found is None or found.kind != kind or found.ambiguous:
        allowed = ", ".join(entry.id for entry in tables.units.values() if entry.kind == kind)
        raise wrong(name, unit, allowed)
    return decimal((Fraction(value) - found.zero) * found.ratio)


def convert(tables: Tables, kind: str, name: str, value: Decimal, unit: str, to: str) -> Decimal:
    """`value` from `unit` to `to`, units of `kind`; exact where the result ends, otherwise to twice the context."""
    return decimal(as_fraction(tables, kind, name, value, unit, to))


def as_fraction(tables: Tables, kind: str, name: str, value: Decimal, unit: str, to: str) -> Fraction:
    """The same conversion as an exact fraction."""
    found, goal = _listed(tables, kind, name, unit), _listed(tables, kind, name, to)
    return (Fraction(value) - found.zero) * found.ratio / goal.ratio + goal.zero


def _listed(tables: Tables, kind: str, name: str, unit: str) -> Unit:
    entry = tables.units.get(unit)
    if entry is None or entry.kind != kind or entry.ambiguous:
        raise wrong(name, unit, ", ".join(choices(tables, kind)))
    return entry


def choices(tables: Tables, kind: str) -> tuple[str, ...]:
    """The units of a kind that say exactly what they mean."""
    return tuple(entry.id for entry in tables.units.values() if entry.kind == kind and not entry.ambiguous)


def decimal(exact: Fraction) -> Decimal:
    """A fraction as a decimal: exactly where it ends, otherwise to the precision of the context."""
    with localcontext() as context:
        context.prec = context.prec * 2
        return Decimal(exact.numerator) / Decimal(exact.denominator)


def rounded(value: Decimal, places: str) -> str:
    """A number rounded half up for display; `places` is a pattern such as "0.01" that stands in a table."""
    return plain(value.quantize(Decimal(places), rounding="ROUND_HALF_UP"))
