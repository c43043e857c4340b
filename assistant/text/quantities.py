"""The closed grammar of quantities: value, unit, comparator; pairs such as 85/50; durations; Chinese numerals before a unit.

Everything that is not in the grammar is not a quantity. Units are ids of one closed list; no conversion happens here.
Approximate amounts ("两三天", "a couple of days") come back with `approximate=True` and no value: the caller asks.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal

from assistant.text.numerals import ENGLISH_NUMERAL, Approximate, chinese_number, english_number
from assistant.types import Record

Comparator = Literal["=", ">", ">=", "<", "<=", "~"]


class Quantity(Record):
    """One quantity in normalised text. `upper` is set for a range; `value` is None when `approximate`."""

    value: Decimal | None
    unit: str
    start: int
    end: int
    comparator: Comparator = "="
    upper: Decimal | None = None
    approximate: bool = False


# unit id → pattern of its spellings, tried in this order (longest first within a kind)
_UNITS: tuple[tuple[str, str], ...] = (
    ("mg/kg", r"mg\s*/\s*kg|毫克\s*/\s*公斤|毫克每公斤"),
    ("ug/kg/min", r"(?:µg|ug|mcg|微克)\s*/\s*kg\s*/\s*min"),
    ("mg/dl", r"mg\s*/\s*dl"),
    ("g/l", r"g\s*/\s*l\b"),
    ("g/dl", r"g\s*/\s*dl"),
    ("umol/l", r"(?:µ|u)mol\s*/\s*l"),
    ("mmol/l", r"mmol\s*/\s*l"),
    ("ml/min", r"ml\s*/\s*min|毫升\s*/\s*分钟?|毫升每分钟"),
    ("l/min", r"(?:l|升)\s*/\s*(?:min|分钟?)|lpm|升每分钟?|l每分钟?"),
    ("10^9/l", r"[×x*]\s*10(?:⁹|\^9|9)\s*/\s*l"),
    ("/ul", r"/\s*(?:µ|u)l|/\s*mm3|/\s*mm³|个/微升"),
    ("mmhg", r"mm\s*hg|毫米汞柱"),
    ("celsius", r"°\s*c\b|摄氏度|度(?!房|假|过)|°(?!\s*f)|\bc\b|degrees?(?:\s*c(?:elsius)?)?(?!\s*f)"),
    ("fahrenheit", r"°\s*f\b|华氏度|\bf\b|degrees?\s*f(?:ahrenheit)?"),
    ("kg", r"kgs?\b|公斤|千克|kilos?(?:grams?)?\b"),
    ("lb", r"lbs?\b|pounds?\b|磅"),
    ("jin_mainland", r"市斤|shi ?jin\b|(?:mainland|chinese) (?:jin|catt(?:y|ies))\b"),
    ("jin_taiwan", r"台斤|taiwan(?:ese)? (?:jin|catt(?:y|ies))\b"),
    ("jin_hong_kong", r"司马斤|港斤|hong ?kong (?:jin|catt(?:y|ies))\b"),
    ("jin", r"斤|jin\b|catt(?:y|ies)\b"),
    ("mg", r"mg\b|毫克"),
    ("gram", r"g\b(?!\s*/)|grams?\b|克"),
    ("ml", r"ml\b|毫升|cc\b"),
    ("hour", r"hours?\b|hrs?\b|h\b|个?小时|个?钟头"),
    ("minute", r"minutes?\b|mins?\b|分钟"),
    ("day", r"days?\b|d\b|天|日(?!期)"),
    ("week", r"weeks?\b|wks?\b|w\b|周(?!一|二|三|四|五|六|日|围)|个?星期(?!一|二|三|四|五|六|日|天)|礼拜"),
    ("month", r"months?\b|mos?\b|个?来?多?月(?!\d|经)"),
    ("percent", r"%|percent\b|％"),
    ("litre", r"l\b|litres?\b|liters?\b|公升|升(?!高|压|白)"),
    ("point", r"points?\b(?! (?:zero|one|two|three|four|five|six|seven|eight|nine))|分(?!级|机|钟|期)"),
    ("grade", r"级"),
)
_UNIT = "|".join(f"(?P<u{i}>{pattern})" for i, (_, pattern) in enumerate(_UNITS))
_HAN_NUMBER = r"[零〇一二两三四五六七八九十百千廿]+(?:点[零一二三四五六七八九]+)?"
_VALUE = rf"(?<!\d)(?P<digits>\d+(?:\.\d+)?)|(?<![一二两三四五六七八九十百半])(?P<han>{_HAN_NUMBER}|半|几|十几|好几)|(?<![-a-z])(?P<word>{ENGLISH_NUMERAL})(?![a-z])"
_COMPARATOR = (
    r"(?P<ge>≥|>=|=>|至少|不少于|不低于|at least|no less than)|(?P<le>≤|<=|=<|至多|不超过|最多|at most|(?<!turned )(?<!went )up to|no more than)"
    r"|(?P<gt>>|大于|超过|高于|多于|more than|over|above|exceeding)|(?P<lt><|小于|低于|少于|不到|less than|under|below)"
    r"|(?P<about>约|大约|大概|差不多|左右|about|around|roughly|approximately|almost|nearly|近)"
)
_QUANTITY = re.compile(
    rf"(?<![qQ.])(?:(?:{_COMPARATOR})\s*)?(?:{_VALUE})(?:\s*(?:-|~|到|至|to)\s*(?P<upper>\d+(?:\.\d+)?))?\s*-?\s*(?P<mid_half>个半)?(?:{_UNIT})"
    rf"(?P<half>半)?(?P<tail>[零一二三四五六七八九](?![天周月日岁点十百级次针个]))?(?P<around>\s*(?:左右|上下|多(?!少|久|大|次)|or so\b))?",
    # in Unicode mode a Chinese character is a word character, and "kg\b" would not match in "70kg多少"
    re.ASCII,
)
_APPROXIMATE_EN = re.compile(
    r"\b(?:(?:a )?(?:couple of|few|several|some)|\w+ or \w+) (hours?|days?|weeks?|months?)\b|个把(?P<han>月|星期|周|小时)",
    re.ASCII,
)
_APPROXIMATE_HAN = {"月": "month", "星期": "week", "周": "week", "小时": "hour"}
# 几级, 几分 ask for the grade or score; they do not state one
_ASKED_WITH_HOW_MANY = {"grade", "point", "mg", "ml"}


def quantities_in(text: str) -> tuple[Quantity, ...]:
    """All quantities in normalised `text`, in order, none overlapping."""
    found = [q for match in _QUANTITY.finditer(text) if (q := _quantity(match)) is not None]
    for match in _APPROXIMATE_EN.finditer(text):
        unit = _APPROXIMATE_HAN[match["han"]] if match["han"] else match[1].rstrip("s")
        found = [q for q in found if q.end <= match.start() or q.start >= match.end()]
        found.append(Quantity(value=None, unit=unit, start=match.start(), end=match.end(), approximate=True))
    return tuple(sorted(found, key=lambda q: q.start))


def _quantity(match: re.Match[str]) -> Quantity | None:
    unit = next(uid for i, (uid, _) in enumerate(_UNITS) if match[f"u{i}"] is not None)
    if match["han"] == "几" and unit in _ASKED_WITH_HOW_MANY:
        return None
    try:
        value = _value(match, unit)
    except Approximate:
        return Quantity(value=None, unit=unit, start=match.start(), end=match.end(), approximate=True)
    except ValueError:
        return None
    if match["word"] in ("a", "an") and unit in {"celsius", "fahrenheit", "litre", "grade"}:
        return None
    if "来月" in match[0] or "多月" in match[0]:
        return Quantity(value=None, unit=unit, start=match.start(), end=match.end(), approximate=True)
    upper = Decimal(match["upper"]) if match["upper"] else None
    return Quantity(
        value=value,
        unit=unit,
        start=match.start(),
        end=match.end(),
        comparator=_comparator(match),
        upper=upper,
    )


def _comparator(match: re.Match[str]) -> Comparator:
    for group, sign in (("ge", ">="), ("le", "<="), ("gt", ">"), ("lt", "<")):
        if match[group]:
            return sign  # type: ignore[return-value]
    return "~" if match["about"] or match["around"] else "="


def _value(match: re.Match[str], unit: str) -> Decimal:
    if match["digits"]:
        value = Decimal(match["digits"])
    elif match["word"]:
        value = english_number(match["word"])
    else:
        if match["han"] in {"几", "十几", "好几"}:
            raise Approximate(match["han"])
        value = chinese_number(match["han"])
    if match["half"] or match["mid_half"]:
        value += Decimal("0.5")
    if match["tail"]:
        if unit != "celsius":
            raise ValueError(match["tail"])
        value += chinese_number(match["tail"]) / 10
    return value


class PressurePair(Record):
    """A blood pressure such as 85/50: systolic and diastolic in mmHg."""

    systolic: Decimal
    diastolic: Decimal
    start: int
    end: int


_PAIR = re.compile(r"(?<![\d./])(?P<s>\d{2,3})\s*/\s*(?P<d>\d{2,3})(?![\d./]|\s*(?:岁|年|月))")


def pressures_in(text: str) -> tuple[PressurePair, ...]:
    """All pairs that can be a blood pressure (systolic above diastolic, both two or three digits)."""
    return tuple(
        PressurePair(systolic=Decimal(m["s"]), diastolic=Decimal(m["d"]), start=m.start(), end=m.end())
        for m in _PAIR.finditer(text)
        if Decimal(m["s"]) > Decimal(m["d"])
    )
