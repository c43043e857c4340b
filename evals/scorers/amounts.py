"""Numbers with their units and drug names in a text, read once more and simply.

The verifier has a reader of its own for the same thing; a measurement of what it lets through must not lean on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.text.numbers import numbers_in

_UNITS = {
    "mg/kg": r"mg\s*/\s*kg|毫克\s*/\s*(?:千克|公斤)|milligrams? per kilogram",
    "mg": r"mg(?![\w/])|毫克(?!\s*/)|milligrams?\b(?! per)",
    "ml": r"ml(?![\w/])|毫升",
    "kg": r"kg\b|千克|公斤|kilograms?\b",
    "%": r"%|percent",
    "°C": r"°\s*c|℃",
    "l/min": r"l\s*/\s*min|升\s*/\s*分",
    "hour": r"hours?\b|h\b|小时",
    "day": r"days?\b|天|日",
    "week": r"weeks?\b|周(?!岁|围|期)",
    "month": r"months?\b|个月",
    "year": r"years?\b(?! old)|年",
}
_UNIT = "|".join(f"(?P<u{n}>{pattern})" for n, pattern in enumerate(_UNITS.values()))
_NAMES = tuple(_UNITS)
_RUN = re.compile(
    r"(?P<numbers>\d+(?:\.\d+)?(?:\s*(?:-|–|—|~|～|to|or|and|、|至|到|或|和)\s*\d+(?:\.\d+)?)*)"
    rf"(?:\s*-?\s*(?:or more\s+|个|full\s+|more\s+)?(?:{_UNIT}))?",
    re.IGNORECASE | re.ASCII,  # a Chinese character ends a word
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def with_units(text: str) -> frozenset[tuple[str, str]]:
    """(number, unit) for every number that has one of the units above after it, alone or at the end of its run ("2–4 days")."""
    found: set[tuple[str, str]] = set()
    for match in _RUN.finditer(text.replace(",000", "000")):
        unit = next((name for n, name in enumerate(_NAMES) if match[f"u{n}"]), "")
        if unit:
            found |= {(number, unit) for number in _NUMBER.findall(match["numbers"])}
    return frozenset(found)


def unsupported(text: str, evidence: Iterable[str]) -> list[str]:
    """Numbers of `text`, and numbers with a unit, that stand nowhere in `evidence`; empty when all do.

    A number whose unit stands elsewhere in the evidence (a column head, a list) is only compared as a number.
    """
    said = " ".join(evidence)
    missing = sorted(numbers_in(text) - numbers_in(said))
    known = with_units(said)
    units_of = {number: {unit for other, unit in known if other == number} for number, _ in known}
    for number, unit in sorted(with_units(text)):
        held = units_of.get(number)
        if held and unit not in held and number not in missing:
            missing.append(f"{number} {unit} (the passage has {'/'.join(sorted(held))})")
    return missing


_GRADE = re.compile(
    r"(?:grades?|gr\.?)\s*(?P<en>\d(?:\s*(?:-|–|to|or|and|/)\s*\d)*)|(?P<zh>\d(?:\s*(?:-|–|至|或|和|、|/)\s*\d)*)\s*级",
    re.IGNORECASE,
)


def grades_in(text: str) -> frozenset[str]:
    """The toxicity grades that `text` names: "grade 2", "1–2级"; a range gives all of its grades."""
    found: set[str] = set()
    for match in _GRADE.finditer(text):
        run = match["en"] or match["zh"]
        digits = [int(digit) for digit in re.findall(r"\d", run)]
        is_range = bool(re.search(r"-|–|to|至", run))
        found |= {str(grade) for grade in (range(digits[0], digits[-1] + 1) if is_range else digits)}
    return frozenset(found)
