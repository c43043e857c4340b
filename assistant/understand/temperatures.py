"""Body temperatures as typed: with a unit, spelled out, or as a bare number; which one is of now, which of before."""

from __future__ import annotations

import re
from decimal import Decimal

from assistant.text.numerals import english_number
from assistant.text.quantities import Quantity
from assistant.understand.clauses import Clause
from assistant.understand.cues import cue

# A body temperature typed without a unit: a number of the human range that belongs to no other quantity
_BARE_TEMPERATURE = re.compile(
    r"(?<![\d./-])(?<!\d:)(?:3[5-9]|4[0-2])(?:\.\d)?"
    r"(?![\d.]*\d|\s*(?:岁|年|号|床|例|次|mg|%|/|x\b|y/?o\b|years?|-year|针|ml|bpm|分(?!级)|l\b))",
    re.ASCII,
)
_SPELLED_TEMPERATURE = re.compile(
    r"thirty-(?:five|six|seven|eight|nine)(?: point (?:zero|one|two|three|four|five|six|seven|eight|nine))?"
)
_EARLIER_BEFORE = re.compile(r"(?:从|之前|原来|from|was|had|earlier|早上|昨天|昨晚|发烧|发热)\s*\S{0,6}$")


def read_temperature(
    text: str, quantities: tuple[Quantity, ...], clauses: tuple[Clause, ...], found: dict[str, str]
) -> None:
    """Put the temperature of now into `found`, and a higher one earlier in the same event as `_temperature_earlier`.

    Of several figures the highest counts, unless the wording says that it fell or that it is of another day.
    """
    measured = [m for m in _measured(text, quantities) if not cue("not_reached", text[max(0, m[0] - 16) : m[0]])]
    if not measured:
        return
    current = [m for m in measured if not _is_earlier(text, m[0], clauses)]
    if not current and cue("day_before", text):
        # the figures are of another day; whether there is fever now is another question
        found["_temperature_earlier"] = max(m[1] for m in measured)
        return
    current = current or measured
    falling = len(measured) > 1 and (len(current) < len(measured) or bool(cue("fell_to", text)))
    chosen = current[-1] if falling else max(measured, key=lambda m: Decimal(m[1]))
    found["temperature_value"], found["temperature_unit"] = chosen[1], chosen[2]
    earlier = [m for m in measured if m[2] == chosen[2] and Decimal(m[1]) > Decimal(chosen[1])]
    if earlier:
        found["_temperature_earlier"] = earlier[-1][1]


def _measured(text: str, quantities: tuple[Quantity, ...]) -> list[tuple[int, str, str]]:
    """(place, value, unit) of every temperature: with its unit, spelled out, or bare."""
    measured = [
        (q.start, str(q.value), "C" if q.unit == "celsius" else "F")
        for q in quantities
        if q.unit in {"celsius", "fahrenheit"} and q.value is not None and q.comparator == "="
    ]
    spelled = _SPELLED_TEMPERATURE.search(text)
    if spelled and not measured:
        measured.append((spelled.start(), str(english_number(spelled[0])), "C"))
    taken = [(q.start, q.end) for q in quantities]
    bare = [
        (match.start(), match[0], "C")
        for match in _BARE_TEMPERATURE.finditer(text)
        if not any(start <= match.start() < end for start, end in taken)
    ]
    return sorted(measured + bare)


def _is_earlier(text: str, start: int, clauses: tuple[Clause, ...]) -> bool:
    if _EARLIER_BEFORE.search(text[max(0, start - 12) : start]) and cue("fell_to", text[start:]):
        return True
    return any(clause.past and clause.start <= start < clause.start + len(clause.text) for clause in clauses)
