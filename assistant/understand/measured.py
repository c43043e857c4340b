"""The value of a named measurement ("platelets 20 x10^9/L", 肌酐 106 µmol/L), with its unit when one is typed.

A bound, a range or two different values give nothing: the rule asks. No unit is ever assumed.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from assistant.text.exactness import is_exact
from assistant.types import Record
from assistant.understand.cues import cue, pattern

# unit id of the rules → its spellings; longer ones first
_UNITS: tuple[tuple[str, str], ...] = (
    ("times_uln", r"(?:[x×*]|times|倍)\s*(?:the\s*)?(?:uln|upper limit|正常(?:值)?上限)"),
    ("10e9_l", r"(?:[x×*]\s*)?10\s*(?:⁹|\^\s*9|e9)\s*/\s*l|\be9\s*/\s*l|[x×*]\s*109\s*/\s*l"),
    ("10e3_ul", r"(?:[x×*]\s*)?10\s*(?:³|\^\s*3)\s*/\s*[uµ]l|\bk\s*/\s*[uµ]l"),
    ("per_ul", r"(?:cells?|个)?\s*/\s*(?:[uµ]l|微升)"),
    ("per_mm3", r"(?:cells?|个)?\s*/\s*mm(?:3|³|\^3)"),
    ("mg_24h", r"mg\s*/\s*(?:24\s*(?:h(?:ours?|rs?)?\b|小时)|d(?:ay)?\b|日|天)"),
    ("g_24h", r"g\s*/\s*(?:24\s*(?:h(?:ours?|rs?)?\b|小时)|d(?:ay)?\b|日|天)"),
    ("iu_ml", r"iu\s*/\s*ml\b"),
    ("u_ml", r"u\s*/\s*ml\b"),
    ("ug_l", r"[uµ]g\s*/\s*l\b|微克\s*/\s*升"),
    ("ng_ml", r"ng\s*/\s*ml\b|纳克\s*/\s*毫升"),
    ("mg_dl", r"mg\s*/\s*dl|毫克\s*/\s*分升"),
    ("mg_l", r"mg\s*/\s*l\b|毫克\s*/\s*升"),
    ("g_dl", r"g\s*/\s*dl|克\s*/\s*分升"),
    ("g_l", r"g\s*/\s*l\b|克\s*/\s*(?:l\b|升)"),
    ("umol_l", r"[uµ]mol\s*/\s*l\b|微摩尔?\s*/\s*升"),
    ("mmol_l", r"mmol\s*/\s*l\b|毫摩尔?\s*/\s*升"),
    ("u_l", r"i?u\s*/\s*l\b"),
    ("percent", r"%|percent\b"),
)


def unit_pattern(prefix: str = "u") -> str:
    """The alternatives of all units, in groups named with `prefix`, for `unit_of`."""
    return "|".join(f"(?P<{prefix}{number}>{spellings})" for number, (_, spellings) in enumerate(_UNITS))


UNIT = unit_pattern()
_NUMBER = r"(?<![\d.])(?P<value>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?!\d|\.\d)"
# 4.5万, 18k: thousands in words, unless the k belongs to the unit (k/µL)
_SCALE = r"\s*(?P<scale>万|千|thousand\b|k\b(?!\s*/))?"
_SCALES = {"万": Decimal(10000), "千": Decimal(1000), "thousand": Decimal(1000), "k": Decimal(1000)}
# "5 times" behind a limit of normal that is named before the number (正常上限的5倍)
_LIMIT_NAMED, _TIMES = (
    re.compile(r"uln|upper limit|正常(?:值)?上限", re.ASCII),
    re.compile(r"\s*(?:倍|times|fold|x\b)", re.ASCII),
)
# Between the name and its number stand at most a few words, none that opens another statement
_GAP = r"(?P<gap>(?:(?!\d|[,，。;；、?？]|grade|级|ctcae|\bv\b|版|度).){0,14}?)"
_OPENED = re.compile(r"[，,。;；?？!！]|\.(?!\d)")
_BEFORE, _AFTER = 24, 18
_BOUND = re.compile(
    r"[<>≤≥~约]|below|under|above|over|less|more than|at least|at most|about|around|低于|高于|超过|小于|大于|不到|不足|至少|左右|to\s*$",
    re.ASCII,
)
_LIMIT = re.compile(r"[<>≥≤]|below|under|above|over|less|more than|低于|高于|超过|小于|大于|不到|不足", re.ASCII)
_FOLLOWED = re.compile(r"\s*(?:-|~|–|to\b|到|至|or\b|还是|或)\s*\d|\s*(?:级|左右|or so|grade|v\b)", re.ASCII)


_NOW = re.compile(
    rf"(?:\bnow\b|\btoday\b|\bcurrently\b|现在|目前|今[天日晨早]|现){_GAP}{_NUMBER}{_SCALE}\s*(?:{UNIT})?", re.ASCII
)


class Measured(Record):
    """A value as typed and the unit id of the rules ("" when no unit is typed)."""

    value: str
    unit: str


@lru_cache(maxsize=64)
def _forward(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{pattern(name).pattern}){_GAP}{_NUMBER}{_SCALE}\s*(?:{UNIT})?", re.ASCII)


@lru_cache(maxsize=64)
def _backward(name: str) -> re.Pattern[str]:
    return re.compile(rf"{_NUMBER}{_SCALE}\s*(?:{UNIT})\s*(?:of |的)?(?:{pattern(name).pattern})", re.ASCII)


def measured_in(name: str, text: str) -> Measured | None:
    """The one exact value of the measurement whose wording is `name`; None when there is none, or not exactly one."""
    if not pattern(name).search(text):
        return None
    matches = [(match, _is_earlier(match, text)) for match in _forward(name).finditer(text)]
    if any(earlier for _, earlier in matches):
        # "platelets were 50 yesterday, now 20": the value of before is not the one of now
        matches = [*((m, False) for m, earlier in matches if not earlier), *((m, False) for m in _later(name, text))]
    found = {_measured(match) for match, _ in matches}
    exact = all(_is_exact(match, text) for match, _ in matches)
    if not matches:
        backward = list(_backward(name).finditer(text))
        found, exact = {_measured(m) for m in backward}, all(is_exact(text, m.start(), m.end()) for m in backward)
    return found.pop() if exact and len(found) == 1 else None


def stated_inexactly(name: str, text: str) -> bool:
    """Whether a number stands beside the measurement but is no exact value of now (a range, "about", two values).

    A bound alone ("ANC < 500") is how a limit is asked about, not a value of a patient.
    """
    if not pattern(name).search(text) or measured_in(name, text) is not None:
        return False
    near = _near(name).search(text)
    return bool(_backward(name).search(text) if near is None else not _LIMIT.search(near["gap"]))


@lru_cache(maxsize=64)
def _near(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{pattern(name).pattern}){_GAP}\d+(?:\.\d+)?(?![\d.]|\s*(?:级|度|grade))", re.ASCII)


def slots_of(name: str, text: str, prefix: str) -> dict[str, str]:
    """The measurement as the inputs `<prefix>_value` and, when typed, `<prefix>_unit`."""
    found = measured_in(name, text)
    if found is None:
        return {}
    return {f"{prefix}_value": found.value} | ({f"{prefix}_unit": found.unit} if found.unit else {})


def unit_of(match: re.Match[str], prefix: str = "u") -> str:
    """The unit id of a match that holds the groups of `unit_pattern(prefix)`; "" for none."""
    return next((uid for number, (uid, _) in enumerate(_UNITS) if match[f"{prefix}{number}"] is not None), "")


def _measured(match: re.Match[str]) -> Measured:
    value = match["value"].replace(",", "")
    if match["scale"]:
        value = format(Decimal(value) * _SCALES[match["scale"]], "f")
    unit = unit_of(match)
    gap = match.groupdict().get("gap") or ""
    if not unit and _LIMIT_NAMED.search(gap) and _TIMES.match(match.string, match.end()):
        unit = "times_uln"
    return Measured(value=value, unit=unit)


def _later(name: str, text: str) -> list[re.Match[str]]:
    """The values after "now" in the part of `text` that follows the measurement's name."""
    match = pattern(name).search(text)
    return list(_NOW.finditer(text, match.end())) if match else []


def _is_earlier(match: re.Match[str], text: str) -> bool:
    """Whether the words before the value (in its clause) or straight after it place it in the past."""
    clause = _OPENED.split(text[: match.start("value")])[-1]
    after = _OPENED.split(text[match.end() :])[0][:_AFTER]
    return bool(cue("past", clause[-_BEFORE:]) or cue("past", after)) and not cue("now", clause + " " + after)


def _is_exact(match: re.Match[str], text: str) -> bool:
    if not is_exact(text, match.start("value"), match.end()) or not is_exact(
        text, match.start("value"), match.end("value")
    ):
        return False
    if match["gap"] and _BOUND.search(match["gap"]):
        return False
    return bool(unit_of(match)) or not _FOLLOWED.match(text[match.end() :])
