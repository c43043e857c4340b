"""The value of a named measurement ("platelets 20 x10^9/L", 肌酐 106 µmol/L), with its unit when one is typed.

A bound, a range or two different values give nothing: the rule asks. No unit is ever assumed.
"""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.types import Record
from assistant.understand.cues import pattern

# unit id of the rules → its spellings; longer ones first
_UNITS: tuple[tuple[str, str], ...] = (
    ("times_uln", r"(?:[x×*]|times|倍)\s*(?:the\s*)?(?:uln|upper limit|正常(?:值)?上限)"),
    ("10e9_l", r"(?:[x×*]\s*)?10\s*(?:⁹|\^\s*9|e9)\s*/\s*l|\be9\s*/\s*l|[x×*]\s*109\s*/\s*l"),
    ("10e3_ul", r"(?:[x×*]\s*)?10\s*(?:³|\^\s*3)\s*/\s*[uµ]l|\bk\s*/\s*[uµ]l"),
    ("per_ul", r"(?:cells?|个)?\s*/\s*(?:[uµ]l|微升)"),
    ("per_mm3", r"(?:cells?|个)?\s*/\s*mm(?:3|³|\^3)"),
    ("mg_dl", r"mg\s*/\s*dl|毫克\s*/\s*分升"),
    ("g_dl", r"g\s*/\s*dl|克\s*/\s*分升"),
    ("g_l", r"g\s*/\s*l\b|克\s*/\s*(?:l\b|升)"),
    ("umol_l", r"[uµ]mol\s*/\s*l\b|微摩尔?\s*/\s*升"),
    ("mmol_l", r"mmol\s*/\s*l\b|毫摩尔?\s*/\s*升"),
    ("u_l", r"i?u\s*/\s*l\b"),
    ("percent", r"%|percent\b"),
)
UNIT = "|".join(f"(?P<u{number}>{spellings})" for number, (_, spellings) in enumerate(_UNITS))
_NUMBER = r"(?<![\d.])(?P<value>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?!\d|\.\d)"
# Between the name and its number stand at most a few words, none that opens another statement
_GAP = r"(?P<gap>(?:(?!\d|[,，。;；、?？]|grade|级|ctcae|\bv\b|版|度).){0,14}?)"
_BOUND = re.compile(
    r"[<>≤≥~约]|below|under|above|over|less|more than|at least|at most|about|around|低于|高于|超过|小于|大于|不到|不足|至少|左右|to\s*$",
    re.ASCII,
)
_FOLLOWED = re.compile(r"\s*(?:-|~|–|to\b|到|至|or\b|还是|或)\s*\d|\s*(?:级|左右|or so|grade|v\b)", re.ASCII)


class Measured(Record):
    """A value as typed and the unit id of the rules ("" when no unit is typed)."""

    value: str
    unit: str


@lru_cache(maxsize=64)
def _forward(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{pattern(name).pattern}){_GAP}{_NUMBER}\s*(?:{UNIT})?", re.ASCII)


@lru_cache(maxsize=64)
def _backward(name: str) -> re.Pattern[str]:
    return re.compile(rf"{_NUMBER}\s*(?:{UNIT})\s*(?:of |的)?(?:{pattern(name).pattern})", re.ASCII)


def measured_in(name: str, text: str) -> Measured | None:
    """The one exact value of the measurement whose wording is `name`; None when there is none, or not exactly one."""
    if not pattern(name).search(text):
        return None
    found = {_measured(match) for match in _forward(name).finditer(text) if _is_exact(match, text)}
    if not found:
        found = {_measured(match) for match in _backward(name).finditer(text)}
    return found.pop() if len(found) == 1 else None


def slots_of(name: str, text: str, prefix: str) -> dict[str, str]:
    """The measurement as the inputs `<prefix>_value` and, when typed, `<prefix>_unit`."""
    found = measured_in(name, text)
    if found is None:
        return {}
    return {f"{prefix}_value": found.value} | ({f"{prefix}_unit": found.unit} if found.unit else {})


def unit_of(match: re.Match[str]) -> str:
    """The unit id of a match that holds the groups of `UNIT`; "" for none."""
    return next((uid for number, (uid, _) in enumerate(_UNITS) if match[f"u{number}"] is not None), "")


def _measured(match: re.Match[str]) -> Measured:
    return Measured(value=match["value"].replace(",", ""), unit=unit_of(match))


def _is_exact(match: re.Match[str], text: str) -> bool:
    return not _BOUND.search(match["gap"]) and not _FOLLOWED.match(text[match.end() :])
