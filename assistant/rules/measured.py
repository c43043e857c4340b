"""A measured value with its unit, read exactly: the value in the unit a table works in, or the question for its unit.

Never guesses a unit. Example: creatinine 106.08 umol_l → 1.2 mg/dL; creatinine 1.2 without a unit → ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from assistant.rules.inputs import plausible, wrong
from assistant.rules.quantities import convert, rounded
from assistant.rules.table_rule import question
from assistant.rules.tables import Tables
from assistant.types import MissingInput, RuleResult

Reading = Decimal | MissingInput | None


def measured(
    tables: Tables, name: str, value: Decimal | None, unit: str | None, *, units: tuple[str, ...], to: str
) -> Reading:
    """The value of `<name>_value` in unit `to`, the question for `<name>_unit`, or None when no value was given.

    `units` are the allowed units; the first tells their kind. `umol_l` stands for the unit of the substance itself.
    """
    if value is None:
        return None
    if unit is None:
        return MissingInput(name=f"{name}_unit", question=tables.questions[f"{name}_unit"].text, options=units)
    if unit not in units:
        raise wrong(f"{name}_unit", unit, ", ".join(units))
    kind = tables.units[to].kind
    specific = f"{unit}_{name}"
    exact = specific if specific in tables.units else unit
    return plausible(tables, f"{name}_{to}", convert(tables, kind, f"{name}_unit", value, exact, to))


def number(reading: Reading) -> Decimal | None:
    """The value itself, if it is known with its unit."""
    return reading if isinstance(reading, Decimal) else None


def echo_of(tables: Tables, **values: Any) -> dict[str, str]:
    """The given inputs as text, without those that were not given; a number that does not end is shown rounded."""
    places = tables.say("common", "display_measure").en
    shown = {name: value for name, value in values.items() if value is not None and not isinstance(value, MissingInput)}
    return {name: _text(value, places) for name, value in shown.items()}


def _text(value: Any, places: str) -> str:
    if not isinstance(value, Decimal):
        return str(value)
    return rounded(value, places) if value.is_finite() else "∞"


def needed_value(reading: object) -> Decimal:
    """The value of an input that has been asked for before; a `TypeError` if it was not."""
    if not isinstance(reading, Decimal):
        raise TypeError("a value is used before it was asked for")
    return reading


def ask(tables: Tables, needed: Mapping[str, object]) -> tuple[MissingInput, ...]:
    """The questions for everything needed that is not known; a value whose unit is missing asks for the unit only."""
    asked: list[MissingInput] = []
    for name, value in needed.items():
        if value is None:
            asked.append(question(name, tables, [], {}))
        elif isinstance(value, MissingInput):
            asked.append(value)
    return tuple(asked)


def with_units(result: RuleResult, readings: Iterable[Reading]) -> RuleResult:
    """The result with a question for each missing unit in place of the question for its value."""
    units = [reading for reading in readings if isinstance(reading, MissingInput)]
    if not units or not (result.missing or result.verdicts):
        return result
    covered = {unit.name.removesuffix("_unit") + "_value" for unit in units}
    kept = tuple(entry for entry in result.missing if entry.name not in covered)
    return result.model_copy(update={"verdicts": (), "missing": (*kept, *units)})
