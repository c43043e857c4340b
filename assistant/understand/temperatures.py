"""Body temperatures as typed: with a unit, spelled out, or as a bare number; which one is of now, which of before.

A range, a bound or "about 38" is no temperature: its ends are handed on, and whether they are fever is for the rule to say.
"""

from __future__ import annotations

import re
from decimal import Decimal

from assistant.text.numerals import english_number
from assistant.text.quantities import Quantity, quantities_in
from assistant.understand.clauses import Clause
from assistant.understand.cues import cue

# A body temperature typed without a unit: a number of the human range that belongs to no other quantity
_BARE_TEMPERATURE = re.compile(
    r"(?<![\d./-])(?<!\d:)(?P<low>(?:3[5-9]|4[0-2])(?:\.\d)?(?:\s*(?:-|~|–|到|至|to|or|或)\s*(?:3[5-9]|4[0-2])(?:\.\d)?)?)"
    r"(?![\d.]*\d|\s*(?:岁|年|号|床|例|次|mg|%|/|x\b|y/?o\b|years?|-year|针|ml|bpm|分(?!级)|l\b))",
    re.ASCII,
)
_SPELLED_TEMPERATURE = re.compile(
    r"thirty-(?:five|six|seven|eight|nine)(?: point (?:zero|one|two|three|four|five|six|seven|eight|nine))?"
)
_EARLIER_BEFORE = re.compile(r"(?:从|之前|原来|from|was|had|earlier|早上|昨天|昨晚|发烧|发热)\s*\S{0,6}$")
_UNITS = {"celsius": "C", "fahrenheit": "F"}
# words around a bare number that can make it a bound or "about"
_BEFORE, _AFTER = 16, 8
# a temperature below a limit: the nearest one that a thermometer could show
_STEP = Decimal("0.01")


def read_temperature(
    text: str, quantities: tuple[Quantity, ...], clauses: tuple[Clause, ...], found: dict[str, str]
) -> None:
    """Put the temperature of now into `found`, and a higher one earlier in the same event as `_temperature_earlier`.

    Of several figures the highest counts, unless the wording says that it fell or that it is of another day. Instead of a
    temperature that is not exact, its ends come as `_temperature_low` and `_temperature_high` ("" for an open end).
    """
    measured = [m for m in _measured(text, quantities) if not cue("not_reached", text[max(0, m.start - 16) : m.start])]
    if not measured:
        return
    current = [m for m in measured if not _is_earlier(text, m.start, clauses)]
    if not current and cue("day_before", text):
        # the figures are of another day; whether there is fever now is another question
        exact = [m for m in measured if m.exact]
        if exact:
            found["_temperature_earlier"] = str(max(m.value or Decimal(0) for m in exact))
        return
    current = current or measured
    falling = len(measured) > 1 and (len(current) < len(measured) or bool(cue("fell_to", text)))
    counted = current[-1:] if falling else current
    if not all(m.exact for m in counted):
        _put_ends(counted, found)
        return
    chosen = max(counted, key=lambda m: m.value or Decimal(0))
    found["temperature_value"], found["temperature_unit"] = str(chosen.value), _UNITS[chosen.unit]
    earlier = [m for m in measured if m.exact and m.unit == chosen.unit and (m.value or 0) > (chosen.value or 0)]
    if earlier:
        found["_temperature_earlier"] = str(earlier[-1].value)


def _put_ends(counted: list[Quantity], found: dict[str, str]) -> None:
    """The lowest and highest value that the highest of these temperatures can have."""
    lows = [low for m in counted if (low := _low(m)) is not None]
    highs = [_high(m) for m in counted]
    found["_temperature_low"] = str(max(lows)) if lows else ""
    found["_temperature_high"] = str(max(h for h in highs if h is not None)) if None not in highs else ""
    units = {_UNITS[m.unit] for m in counted}
    if len(units) == 1:
        found["temperature_unit"] = units.pop()
    else:
        found["_temperature_low"] = found["_temperature_high"] = ""


def _low(quantity: Quantity) -> Decimal | None:
    return quantity.value if quantity.comparator in {"=", ">", ">="} and not quantity.approximate else None


def _high(quantity: Quantity) -> Decimal | None:
    if quantity.value is None or quantity.approximate:
        return None
    if quantity.comparator == "=":
        return quantity.upper or quantity.value
    if quantity.comparator == "<":
        return quantity.value - _STEP
    return quantity.value if quantity.comparator == "<=" else None


def _measured(text: str, quantities: tuple[Quantity, ...]) -> list[Quantity]:
    """Every temperature: with its unit, spelled out, or bare; a range that is taken apart by its unit stays one."""
    measured = [q for q in quantities if q.unit in _UNITS]
    spelled = _SPELLED_TEMPERATURE.search(text)
    if spelled and not measured:
        value = english_number(spelled[0])
        measured.append(Quantity(value=value, unit="celsius", start=spelled.start(), end=spelled.end()))
    taken = [(q.start, q.end) for q in quantities]
    bare = [
        _as_typed_with_unit(text, match)
        for match in _BARE_TEMPERATURE.finditer(text)
        if not any(start < match.end() and match.start() < end for start, end in taken)
    ]
    return sorted([*measured, *bare], key=lambda q: q.start)


def _as_typed_with_unit(text: str, match: re.Match[str]) -> Quantity:
    """A bare number as the quantity grammar reads it with °C behind it: its words of doubt and its bounds count too."""
    start = max(0, match.start() - _BEFORE)
    typed = text[start : match.start()] + match[0] + "°c" + text[match.end() : match.end() + _AFTER]
    place = match.start() - start
    read = next((q for q in quantities_in(typed) if q.unit == "celsius" and q.start <= place < q.end), None)
    if read is None:
        return Quantity(value=None, unit="celsius", start=match.start(), end=match.end(), approximate=True)
    return read.model_copy(update={"start": match.start(), "end": match.end()})


def _is_earlier(text: str, start: int, clauses: tuple[Clause, ...]) -> bool:
    if _EARLIER_BEFORE.search(text[max(0, start - 12) : start]) and cue("fell_to", text[start:]):
        return True
    return any(clause.past and clause.start <= start < clause.start + len(clause.text) for clause in clauses)
