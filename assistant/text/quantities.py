"""The closed grammar of quantities: value, unit, comparator; pairs such as 85/50; durations; Chinese numerals before a unit.

Everything that is not in the grammar is not a quantity. Units are ids of one closed list; no conversion happens here,
but for "2 weeks and 3 days", which is 17 days. A bound, before or after its number, is never lost: "28天以上" is not 28 days.
Approximate amounts ("两三天", "a couple of days") come back with `approximate=True` and no value: the caller asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
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

    @property
    def exact(self) -> bool:
        """Whether this is one number: no range, no bound, nothing approximate."""
        return self.value is not None and self.upper is None and self.comparator == "=" and not self.approximate


# unit id → pattern of its spellings, tried in this order (longest first within a kind)
_UNITS: tuple[tuple[str, str], ...] = (
    ("mg/kg", r"mg\s*/\s*kg(?!\s*/)|毫克\s*/\s*公斤|毫克每公斤"),
    ("ug/kg/min", r"(?:µg|ug|mcg|微克)\s*/\s*kg\s*/\s*min"),
    ("mg/dl", r"mg\s*/\s*dl"),
    ("g/l", r"g\s*/\s*l\b"),
    ("g/dl", r"g\s*/\s*dl"),
    ("umol/l", r"(?:µ|u)mol\s*/\s*l"),
    ("mmol/l", r"mmol\s*/\s*l"),
    ("ml/min", r"ml\s*/\s*min|毫升\s*/\s*分钟?|毫升每分钟"),
    ("l/min", r"(?:l|升)\s*/\s*(?:min|分钟?)|lpm|升每分钟?|l每分钟?"),
    ("10^9/l", r"[×x*]\s*10(?:⁹|\^9|9)\s*/\s*l"),
    ("/ul", r"(?:cells?|个)?\s*/\s*(?:(?:µ|u)l|mm3|mm³|微升)"),
    ("mmhg", r"mm\s*hg|毫米汞柱"),
    ("celsius", r"°\s*c\b|摄氏度|度(?!房|假|过|传导|烧伤)|°(?!\s*[cf])|c\b|degrees?(?:\s*c(?:elsius)?)?(?!\s*f)"),
    ("fahrenheit", r"°\s*f\b|华氏度|f\b|degrees?\s*f(?:ahrenheit)?"),
    ("kg", r"kgs?\b(?!\s*/)|公斤(?!\s*/)|千克(?!\s*/)|kilos?(?:grams?)?\b"),
    ("lb", r"lbs?\b|pounds?\b|磅"),
    ("jin_mainland", r"市斤|shi ?jin\b|(?:mainland|chinese) (?:jin|catt(?:y|ies))\b"),
    ("jin_taiwan", r"台斤|taiwan(?:ese)? (?:jin|catt(?:y|ies))\b"),
    ("jin_hong_kong", r"司马斤|港斤|hong ?kong (?:jin|catt(?:y|ies))\b"),
    ("jin", r"斤|jin\b|catt(?:y|ies)\b"),
    ("mg", r"mg\b(?!\s*/\s*[lm])|毫克(?!(?:\s*/\s*|每)(?:毫升|升|平方|m|l))"),
    ("gram", r"g\b(?!\s*/)|grams?\b|克"),
    ("ml", r"ml\b|毫升|cc\b"),
    ("hour", r"hours?\b|hrs?\b|h\b|个?小时|个?钟头"),
    ("minute", r"minutes?\b|mins?\b|分钟"),
    ("day", r"days?\b|d\b|天|日(?!期)"),
    (
        "week",
        r"weeks?\b|wks?\b|w\b|周(?!围|岁|期|边|[一二三四五六日](?!天))|个?[来多]?星期(?![一二三四五六日天](?!天))|个?[来多]?礼拜(?![一二三四五六日天](?!天))",
    ),
    ("month", r"months?\b|mos?\b|个?来?多?月(?!\d|经)"),
    ("percent", r"%|percent\b|％"),
    ("litre", r"l\b|litres?\b|liters?\b|公升|升(?!高|压|白|至|到|级|温|为)"),
    (
        "point",
        r"points?\b(?! (?:zero|one|two|three|four|five|six|seven|eight|nine))|分(?!级|机|钟|期|之|布|泌|裂|化|类|型|析|离)",
    ),
    ("grade", r"级(?!医院|甲|乙|护理|预防)"),
)
_UNIT = "|".join(f"(?P<u{i}>{pattern})" for i, (_, pattern) in enumerate(_UNITS))
_HAN_NUMBER = r"[零〇一二两三四五六七八九十百千廿]+(?:点[零一二三四五六七八九]+)?"
_DIGITS = r"\d{1,3}(?:,\d{3})+(?![\d,])(?:\.\d+)?|\d+(?:\.\d+)?"
_VALUE = rf"(?<!\d)(?<![\d一二三四五六七八九十]点)(?P<digits>{_DIGITS})|(?<![点几数一二两三四五六七八九十百千半])(?:(?<!\d)|(?![十百千]))(?P<han>{_HAN_NUMBER}|半|几|十几|好几)|(?<![-a-z])(?P<word>{ENGLISH_NUMERAL})(?![a-z])"
_COMPARATOR = (
    r"(?P<ge>≥|>=|=>|至少|起码|不少于|不低于|不小于|不短于|大于或?等于|at least|(?:no|not) (?:less|fewer) than|(?:greater|more) than or equal to)|(?P<le>≤|<=|=<|至多|(?:不|没有?|未)超过|不大于|不多于|不高于|不长于|小于或?等于|最多|at most|within|(?<!turned )(?<!went )up to|(?:no|not) (?:more|longer|over|greater)(?: than)?|less than or equal to)"
    r"|(?P<gt>(?<!-)>|大于|超过了?|超出|高于|多于|长于|不止|more than|longer than|greater than|beyond|over|above|exceeding)|(?P<lt><|小于|低于|少于|短于|不到|不满|不足|未满|没满|未到|没到|less than|fewer than|shorter than|not (?:yet|quite|even)|under|below)"
    r"|(?P<about>~|≈|(?<![尽赶加])快要?(?=[\d一二两三四五六七八九十半])|约|大约|大概|差不多|左右|about|around|roughly|approximately|almost|nearly|近)"
)
_QUANTITY = re.compile(
    rf"(?<![q./⁄])(?:(?:{_COMPARATOR})\s*)?(?:{_VALUE})(?P<vague>[多余来几]|[- ]?(?:something|odd|ish)\b|\s?or so\b)?(?:\s*(?:-|~|到|至|、|或者?|to|or)\s*(?P<upper>\d+(?:\.\d+)?|[一二两三四五六七八九十百]+|{ENGLISH_NUMERAL}))?\s*-?\s*(?P<mid_half>个半)?(?:{_UNIT})"
    rf"(?P<half>半(?!个))?(?P<tenth>(?<=\d度)\d(?![\d.%/-]|\s*(?:天|周|月|日|级|次|针|个|小时|分|mg|ml|kg|h|d|升|l)))?(?P<tail>(?<=度)[零一二三四五六七八九](?![天周月日岁点十百级次针个]))?(?P<and_half> and a half\b)?(?P<around>\s*(?:左右|上下|多(?!少|久|大|次)|有余|出头|or so\b|-?ish\b))?",
    # in Unicode mode a Chinese character is a word character, and "kg\b" would not match in "70kg多少"
    re.ASCII,
)
_APPROXIMATE_EN = re.compile(
    r"\b(?:(?:a )?(?:couple of|few|several|some)|\w+ or \w+) (hours?|days?|weeks?|months?)\b|个把(?P<han>月|星期|周|小时)",
    re.ASCII,
)
_APPROXIMATE_HAN = {"月": "month", "星期": "week", "周": "week", "小时": "hour"}
_SIGNS: dict[str, Comparator] = {"le": "<=", "ge": ">=", "lt": "<", "gt": ">", "many": "~"}
# a bound that follows its quantity
_BOUND_AFTER = re.compile(
    r"\s*(?:(?P<le>or (?:less|fewer|under|below|shorter)\b|at (?:the )?most\b|max(?:imum)?\b|[之以]内|[及或]?以下|内(?![科分]))"
    r"|(?P<ge>or (?:more|longer|over|above|higher|greater)\b|at (?:the )?least\b|minimum\b|[及或]?以上)"
    r"|(?P<lt>不到|不足|未到)|(?P<gt>开外|\+|plus\b)|(?P<many>or (?:two|three|2|3)\b))",
    re.ASCII,
)
_TIMES = {"hour", "day", "week", "month"}
# 几级, 几分 ask for the grade or score; they do not state one
_ASKED_WITH_HOW_MANY = {"grade", "point", "mg", "ml", "kg", "lb", "jin", "gram", "celsius", "fahrenheit"}
# 住院几小时？ asks; 停了几天，几天前 say that it is not known exactly
_TOLD_BEFORE, _ASKED_AFTER = re.compile(r"(?:[了过好这那隔停]|已经?|有)\s*$"), re.compile(r"\s*(?:[?？。]|$)")
_BETWEEN_BEFORE = re.compile(
    r"(?:\bbetween\s+|在\s*)(?P<low>\d+(?:\.\d+)?)\s*(?:°\s*[cf]?|℃|度|kg|mg|days?|weeks?|天|周|公斤)?\s*(?:and|to|和|与|到|至)\s*$",
    re.ASCII,
)
_CHANGED_BEFORE = re.compile(
    r"(?<![\d./])(?P<from>\d+(?:\.\d+)?)\s*(?:->|→|=>|[下]?降到|[下]?降至|升到|升至|涨到|down to)\s*$", re.ASCII
)
_GRADE_EN = re.compile(
    r"(?<![a-z])(?:grade|gr|g)\s?(?P<value>[1-5])(?:\s?(?:-|to|or)\s?(?P<upper>[1-5]))?(?![\w./%-])", re.ASCII
)
_DAY_PLUS = re.compile(
    r"\bd(?:ay)?\s?(?:\+\s?(?P<value>\d{1,3})(?!\d)|(?P<since>\d{1,3})(?=\s+(?:after|post|since|from)\b))", re.ASCII
)
_WEEKS_DONE = re.compile(r"\b(?:wk|week)s?\s?(?P<value>\d{1,3})(?=\s+(?:done|completed?|finished)\b)", re.ASCII)
_FORTNIGHT = re.compile(r"\b(?:an?|one)?\s?fortnight\b", re.ASCII)
# years as the months they are exactly
_YEAR = re.compile(
    r"(?<![\d一二三四五六七八九十多几零])(?P<n>半|一|1|两|2)年(?![级龄轻代底初\d多半来])|(?<![\w-])(?P<en>half a|one|1|a) year(?! and|-)\b",
    re.ASCII,
)
_MONTHS = {"半": "6", "half a": "6", "一": "12", "1": "12", "one": "12", "a": "12", "两": "24", "2": "24"}
_BARE_TIME_EN = re.compile(r"(?<![\w-] )(?<!\w)(?P<unit>days|weeks|months) (?:ago|into|later|back)\b", re.ASCII)


def quantities_in(text: str) -> tuple[Quantity, ...]:
    """All quantities in normalised `text`, in order, none overlapping."""
    found = _joined([q for match in _QUANTITY.finditer(text) if (q := _quantity(match)) is not None], text)
    for match in _APPROXIMATE_EN.finditer(text):
        unit = _APPROXIMATE_HAN[match["han"]] if match["han"] else match[1].rstrip("s")
        found = [q for q in found if q.end <= match.start() or q.start >= match.end()]
        found.append(Quantity(value=None, unit=unit, start=match.start(), end=match.end(), approximate=True))
    found += [
        extra for extra in _beside(text, found) if not any(extra.start < q.end and q.start < extra.end for q in found)
    ]
    return tuple(sorted(found, key=lambda q: q.start))


def _beside(text: str, found: list[Quantity]) -> Iterator[Quantity]:
    """Amounts in other forms: "grade 3", "D+12", "weeks ago", and the first value of "30 -> 2 g/L"."""
    for match in _GRADE_EN.finditer(text):
        upper = Decimal(match["upper"]) if match["upper"] and match["upper"] > match["value"] else None
        yield Quantity(value=Decimal(match["value"]), unit="grade", start=match.start(), end=match.end(), upper=upper)
    for match in _DAY_PLUS.finditer(text):
        yield Quantity(
            value=Decimal(match["value"] or match["since"]), unit="day", start=match.start(), end=match.end()
        )
    for match in _WEEKS_DONE.finditer(text):
        yield Quantity(value=Decimal(match["value"]), unit="week", start=match.start(), end=match.end())
    for match in _FORTNIGHT.finditer(text):
        yield Quantity(value=Decimal(2), unit="week", start=match.start(), end=match.end())
    for match in _YEAR.finditer(text):
        yield Quantity(
            value=Decimal(_MONTHS[match["n"] or match["en"]]), unit="month", start=match.start(), end=match.end()
        )
    for match in _BARE_TIME_EN.finditer(text):
        yield Quantity(
            value=None, unit=match["unit"].rstrip("s"), start=match.start(), end=match.end(), approximate=True
        )
    for quantity in found:
        before = _CHANGED_BEFORE.search(text[max(0, quantity.start - 24) : quantity.start])
        if before and quantity.unit not in {"day", "week", "month", "hour", "minute"}:
            start = max(0, quantity.start - 24) + before.start()
            yield Quantity(
                value=Decimal(before["from"]), unit=quantity.unit, start=start, end=start + len(before["from"])
            )


def _quantity(match: re.Match[str]) -> Quantity | None:
    unit = next(uid for i, (uid, _) in enumerate(_UNITS) if match[f"u{i}"] is not None)
    asks = "几" in {match["han"], match["vague"]} and unit in _ASKED_WITH_HOW_MANY
    if asks or _stands_for_something_else(match, unit) or _asks_how_many(match):
        return None
    try:
        value = _value(match, unit)
        upper = _upper(match, value)
    except Approximate:
        return Quantity(value=None, unit=unit, start=match.start(), end=match.end(), approximate=True)
    except ValueError:
        return None
    if match["word"] in ("a", "an") and unit in {"celsius", "fahrenheit", "litre", "grade"}:
        return None
    if re.search(r"[来多](?:月|星期|礼拜)", match[0]):
        return Quantity(value=None, unit=unit, start=match.start(), end=match.end(), approximate=True)
    start, end, comparator = match.start(), match.end(), _comparator(match)
    if comparator == "=" and (after := _BOUND_AFTER.match(match.string, end)):
        end, comparator = after.end(), _SIGNS[str(after.lastgroup)]
    between = _BETWEEN_BEFORE.search(match.string[max(0, start - 32) : start])
    if between and comparator == "=" and upper is None and Decimal(between["low"]) < value:
        value, upper = Decimal(between["low"]), value
        start = max(0, start - 32) + between.start()
    return Quantity(value=value, unit=unit, start=start, end=end, comparator=comparator, upper=upper)


def _asks_how_many(match: re.Match[str]) -> bool:
    """Whether 几 and its unit ask for the number (住院几小时？) instead of leaving it open (停了几天)."""
    if match["han"] != "几":
        return False
    before, after = match.string[: match.start()], match.string[match.end() :]
    told = not before.strip() or bool(_TOLD_BEFORE.search(before[-4:]))
    return not told and bool(_ASKED_AFTER.match(after))


def _stands_for_something_else(match: re.Match[str], unit: str) -> bool:
    """Whether the words around a number and its unit make another thing of it: an interval, a frequency, an idiom."""
    text, start, end = match.string, match.start(), match.end()
    before = text[max(0, start - 12) : start]
    if unit in _TIMES and (re.match(r"\s*[一二两三四1-4]次", text[end:]) or re.search(r"\bq\s*$", before)):
        return True
    if match["word"] in {"a", "an"} and (
        match[0][-2] == " " or re.search(r"(?:once|twice|times?|doses?|per) $", before)
    ):
        return True
    if unit in _TIMES and re.search(r"(?:\bevery|\beach|每)[ -]*$", before):
        return True
    if unit == "day" and match[0].endswith("日") and re.search(r"月\s*$", before):
        return True
    if re.search(r"(?:hundred|thousand|point|hundred and|thousand and) $", before):
        return True
    if match["digits"] and re.fullmatch(r"0\d+", match["digits"]):
        return True
    if match[0] == "一度" or (match[0] == "十分" and not re.search(r"(?:ice|评分|得|为|是|:)\s*$", before)):
        return True
    # hba1c, c1d: a letter straight before and a one-letter unit straight after the number; t38.5c is a temperature
    return bool(re.search(r"[a-z]$", before) and re.fullmatch(r"\d+[a-z]", match[0]) and not before.endswith("t"))


def _joined(found: list[Quantity], text: str) -> list[Quantity]:
    """Two neighbours that say one amount become one: "2 weeks and 3 days" is 17 days, "2 weeks to 3 weeks" is a range."""
    kept: list[Quantity] = []
    for quantity in found:
        last = kept[-1] if kept else None
        one = _one_of(last, quantity, text[last.end : quantity.start]) if last is not None else None
        if one is None:
            kept.append(quantity)
        else:
            kept[-1] = one
    return kept


def _one_of(first: Quantity, second: Quantity, between: str) -> Quantity | None:
    plain = first.value is not None and second.value is not None and not first.upper and not second.upper
    if first.unit == second.unit and plain and re.fullmatch(r"\s*(?:-|~|到|至|或|to|or)\s*", between):
        return first.model_copy(update={"upper": second.value, "end": second.end})
    if (first.unit, second.unit) not in {("week", "day"), ("month", "day"), ("month", "week")}:
        return None
    if not re.fullmatch(r"\s*(?:又|零|加|外加|and)?\s*", between):
        return None
    if first.unit == "week" and plain and second.comparator in {"=", "~"}:
        days = (first.value or Decimal(0)) * 7 + (second.value or Decimal(0))
        return Quantity(
            value=days,
            unit="day",
            start=first.start,
            end=second.end,
            comparator=_weaker(first.comparator, second.comparator),
        )
    return Quantity(value=None, unit=second.unit, start=first.start, end=second.end, approximate=True)


def _weaker(first: Comparator, second: Comparator) -> Comparator:
    return second if first == "=" else first


def _comparator(match: re.Match[str]) -> Comparator:
    for group, sign in (("ge", ">="), ("le", "<="), ("gt", ">"), ("lt", "<")):
        if match[group]:
            return sign  # type: ignore[return-value]
    return "~" if match["about"] or match["around"] else "="


def _upper(match: re.Match[str], value: Decimal) -> Decimal | None:
    """The end of a range; raises Approximate when it does not lie above the beginning."""
    typed = match["upper"]
    if not typed:
        return None
    if typed[0].isdigit():
        upper = Decimal(typed)
    else:
        upper = english_number(typed) if typed.isascii() else chinese_number(typed)
    if upper <= value:
        raise Approximate(typed)
    return upper


def _value(match: re.Match[str], unit: str) -> Decimal:
    if match["vague"] or _decimal_comma(match, unit):
        raise Approximate(match[0])
    if match["digits"]:
        value = Decimal(match["digits"].replace(",", ""))
    elif match["word"]:
        value = english_number(match["word"])
    else:
        if match["han"] in {"几", "十几", "好几"}:
            raise Approximate(match["han"])
        # 两周零三天: the zero only joins two amounts
        value = chinese_number(re.sub(r"^零(?=[一二两三四五六七八九十])", "", match["han"]))
    if match["word"] in {"a", "an"} and match.string[: match.start()].endswith("half "):
        value = Decimal("0.5")
    if match["half"] or match["mid_half"] or match["and_half"]:
        value += Decimal("0.5")
    if match["tail"]:
        value += chinese_number(match["tail"]) / 10
    if match["tenth"]:
        value += Decimal(match["tenth"]) / 10
    return value


def _decimal_comma(match: re.Match[str], unit: str) -> bool:
    """38,5度 can be 38.5 or a list: one digit after a comma, before a unit of which decimals are usual."""
    return (
        len(match["digits"] or "") == 1
        and unit in {"celsius", "fahrenheit", "mg", "mg/kg", "ml", "kg"}
        and bool(re.search(r"\d,$", match.string[: match.start()]))
    )


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
