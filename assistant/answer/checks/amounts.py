"""Numbers with their units and bounds: every amount of a sentence must stand in its evidence, unit and bound included.

0.3 mg/kg is not 0.3 mg, 10⁹/L is not /µL, 28 days is not 28 hours, day 4 is not 4 days, and "at least 3" is neither "3"
nor "more than 3". A number without a unit of its own takes that of its range or list ("2–4 days", "days 1, 4 and 7").
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from assistant.answer.checks.clauses import content
from assistant.answer.checks.record import Check, Support, outcome, words
from assistant.text.normalise import normalise
from assistant.text.numbers import numbers_in
from assistant.types import AnswerStatement, Record


class Amount(Record):
    """One number as written, its unit ("" when none), its bound ("", ge, gt, le, lt) and where it stands."""

    value: str
    unit: str
    bound: str
    start: int
    end: int


# unit id → how it is written after a number, tried in this order
_UNITS: tuple[tuple[str, str], ...] = (
    (
        "mg/kg",
        r"mg\s*/\s*kg|milligrams? per (?:kilogram|kg)|mg per (?:kg|kilogram)|毫克\s*/\s*(?:公斤|千克)|毫克每(?:公斤|千克)",
    ),
    ("g/kg", r"g\s*/\s*kg|克\s*/\s*(?:公斤|千克)"),
    ("ug/kg", r"(?:µg|ug|mcg|微克)\s*/\s*(?:kg|公斤|千克)"),
    ("mg/m2", r"mg\s*/\s*m(?:2|²)|毫克\s*/\s*平方米"),
    ("mg/dl", r"mg\s*/\s*dl"),
    ("mg/l", r"mg\s*/\s*l\b"),
    ("mg/ml", r"mg\s*/\s*ml"),
    ("ng/ml", r"ng\s*/\s*ml"),
    ("g/dl", r"g\s*/\s*dl"),
    ("g/l", r"g\s*/\s*l\b"),
    ("umol/l", r"(?:µ|u)mol\s*/\s*l"),
    ("mmol/l", r"mmol\s*/\s*l"),
    ("iu/ml", r"(?:iu|u|copies|拷贝)\s*/\s*ml"),
    ("u/l", r"(?:iu|u)\s*/\s*l\b"),
    ("ml/min", r"ml\s*/\s*min|毫升\s*/\s*分"),
    ("l/min", r"(?:l|升)\s*/\s*(?:min|分)|litres? per minute"),
    ("10^9/l", r"[×x*]?\s*10(?:⁹|\^9)\s*/\s*l"),
    ("/ul", r"(?:cells?|个)?\s*(?:/|per )\s*(?:(?:µ|u)l|mm3|mm³|微升|microlit(?:re|er))"),
    ("mmhg", r"mm\s*hg|毫米汞柱"),
    ("celsius", r"°\s*c\b|摄氏度|°(?!\s*f)|degrees? c"),
    ("fahrenheit", r"°\s*f\b|华氏度"),
    ("mg", r"mg\b(?!\s*/)|milligrams?\b|毫克(?!\s*[/每])"),
    ("ug", r"(?:µg|ug|mcg)\b|micrograms?\b|微克"),
    ("kg", r"kgs?\b|kilograms?\b|公斤|千克"),
    ("gram", r"g\b(?!\s*/)|grams?\b|克"),
    ("ml", r"ml\b(?!\s*/)|millilit(?:re|er)s?\b|毫升"),
    ("litre", r"l\b|litres?\b|liters?\b|升(?!高|压)"),
    ("percent", r"%|percent(?:age)?\b|per cent\b"),
    ("hour", r"(?:more )?hours?\b|hrs?\b|h\b|个?小时"),
    ("minute", r"minutes?\b|mins?\b|分钟"),
    ("day", r"(?:more |full |consecutive )?days?\b|d\b|天|日(?!期|本)"),
    ("week", r"(?:more |full )?weeks?\b|wks?\b|周(?!岁|围|期)|个?星期|个?礼拜"),
    ("month", r"months?\b|mos?\b|个月(?!经)"),
    ("year", r"years?\b|岁|周岁|年(?!版|修订|的|说明|报|公|本|中|第|发|数|版)"),
    ("grade", r"级"),
    ("line", r"(?:(?:prior|previous|or more|earlier|more)\s+){0,2}(?:lines?|therap(?:y|ies))\b|线|种(?:既往)?治疗"),
    ("point", r"points?\b|分(?!级|钟|期|之|布|泌|裂|化|类|型|析|离|装|为|别|次)"),
    ("ampoule", r"vials?\b|syringes?\b|支|瓶"),
)
_UNIT = re.compile("|".join(f"(?P<u{n}>{pattern})" for n, (_, pattern) in enumerate(_UNITS)), re.ASCII)
# what stands before a number and makes it the name of a day, a grade, a step
_LABELS: tuple[tuple[str, str], ...] = (
    ("day#", r"\bdays?|\bd|第"),
    ("week#", r"\bweeks?|\bw"),
    ("cycle#", r"\bcycles?|\bc|周期"),
    ("grade", r"\bgrades?|\bgr\.?|级别为?|分级为?"),
    ("step#", r"(?:step-up doses?|step-up|step|递增剂量|升阶剂量|爬坡剂量|doses?|剂量(?!为|是|：|:))"),
    ("version#", r"(?:\bversions?|\bv|版本)"),
    ("phase#", r"\bphase"),
    ("part#", r"\b(?:tables?|sections?|figures?|chapters?|part)|表|图"),
    ("every#", r"\bq"),
)
_LABEL = re.compile(
    "(?:" + "|".join(f"(?P<l{n}>{pattern})" for n, (_, pattern) in enumerate(_LABELS)) + r")\s*$", re.ASCII
)
_POWER = re.compile(r"(?<![\d.])10(?:\s*\^\s*(?P<a>-?\d+)|(?P<b>⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))")
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_NUMBER = re.compile(r"(?<![\d.])\d+(?:\.\d+)?")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
# between the members of a range or a list
_JOINT = re.compile(
    r"\s*(?:%|°c)?\s*(?:-|~|–|to|through|or|and|until|versus|vs\.?|,|、|/|至|到|或|和|及|与|对|, and|, or|或第|和第|、第|至第|及第)?\s*"
    r"(?:[≥≤<>]\s*)?"
)
_ORDINAL = re.compile(r"(?P<n>\d+)(?:个)?(?P<u>天|日|周|个?月|周期|个?疗程)")
_WORDS = {
    w: str(n) for n, w in enumerate("two three four five six seven eight nine ten eleven twelve".split(), start=2)
}
_ENGLISH = re.compile(r"(?<![a-z-])(" + "|".join(_WORDS) + r")(?![a-z]|-(?:fold|way|sided))")
_ONE_ENGLISH = re.compile(r"(?<![a-z-])one(?= (?:hours?|days?|weeks?|months?|years?|(?:prior |previous )?lines?)\b)")
_HAN = dict(zip("一二两三四五六七八九十", "1 2 2 3 4 5 6 7 8 9 10".split(), strict=True))
_HAN_NUMBER = re.compile(
    r"(?<![一二两三四五六七八九十百第])([二两三四五六七八九十])(?=个?(?:小时|天|日|周(?!围|岁|期)|星期|月|年|线|级|次|种|剂|针|例|项|步|倍|期|支|片|分|药|款|名|家|组|张|篇|个|周期|方案))"
)
_HAN_ONE = re.compile(r"(?<![一二两三四五六七八九十百第])一(?=个?(?:小时|天|周(?!围|岁|期)|星期|月(?!经)|年)|线|级)")
_HAN_ORDINAL = re.compile(r"(?<=第)([一二三四五六七八九十])(?=个?(?:天|日|周|月|次|剂|针|周期))")
# the number belongs to a name: FiO2, MajesTEC-1, 2C9
_GLUED = re.compile(r"[a-z]-?$")
# a number after 第 whose unit follows later in its list
_NTH = "#"
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATE = re.compile(r"(?<![\d-])(?:(?:19|20)\d\d-\d{1,2}(?:-\d{1,2})?|\d{1,2}-\d{1,2}-\d{2,4})(?![\d-])")
# units that a number may lose in a sentence without another meaning ("3 prior lines" → "3 prior")
_SOFT = frozenset({"line", "point", "ampoule", "year", "name#", "step#", "part#", "version#", "phase#", "cycle#"})
# the head of a table column gives the unit of its cells: "Dose (mg/kg): 0.3"
_HEAD = re.compile(r"[(（]([^()（）]{1,12})[)）]\s*[:：][^;；]*$")


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """`text` in normal form with spelled-out small numbers as digits ("three prior lines", 三线) and no thousands signs."""
    plain = _THOUSANDS.sub("", normalise(text.replace("，", "；")).text).replace("–", "-")
    plain = _ENGLISH.sub(lambda match: _WORDS[match[1]], plain)
    plain = _ONE_ENGLISH.sub("1", plain)
    plain = _HAN_ORDINAL.sub(lambda match: _HAN[match[1]], plain)
    plain = _HAN_NUMBER.sub(lambda match: _HAN[match[1]], plain)
    return _HAN_ONE.sub("1", plain)


@lru_cache(maxsize=4096)
def amounts_in(text: str) -> tuple[Amount, ...]:
    """Every number of `text` with its unit and bound, in order."""
    plain = folded(text)
    powers = [(m.start(), m.end()) for m in _POWER.finditer(plain)]
    spans = [
        (m.start(), m.end())
        for m in _NUMBER.finditer(plain)
        if not any(start <= m.start() < end for start, end in powers)
    ]
    units = _units(plain, spans)
    return tuple(
        Amount(value=plain[start:end], unit=unit, bound=_bound(plain, start, end), start=start, end=end)
        for (start, end), unit in zip(spans, units, strict=True)
    )


def _units(plain: str, spans: list[tuple[int, int]]) -> list[str]:
    """The unit of each number: its own, else that of the number it is joined to ("days 1, 4 and 7", 第1、4、7天)."""
    units = [_own_unit(plain, start, end) for start, end in spans]
    joined = [bool(_JOINT.fullmatch(plain[a[1] : b[0]])) for a, b in pairwise(spans)]
    for n in range(len(spans) - 2, -1, -1):
        if units[n] in {"", _NTH} and joined[n] and units[n + 1]:
            units[n] = units[n + 1].rstrip("#") + ("#" if units[n] else "")
    for n in range(len(spans)):
        units[n] = "day#" if units[n] == _NTH else units[n]
        before = units[n - 1] if n and joined[n - 1] else ""
        if (not units[n] and before == "grade") or (before.endswith("#") and units[n] in {"", before[:-1]}):
            units[n] = before
    return units


def _own_unit(plain: str, start: int, end: int) -> str:
    before = _LABEL.search(plain[max(0, start - 20) : start])
    label = _LABELS[int(str(before.lastgroup)[1:])][0] if before else ""
    if not label and _GLUED.search(plain[max(0, start - 2) : start]):
        return "name#"
    after = _UNIT.match(plain, end + len(plain[end:]) - len(plain[end:].lstrip(" -")))
    unit = _UNITS[int(str(after.lastgroup)[1:])][0] if after else ""
    if label == "day#" and plain[start - 1 : start] == "第":
        return f"{unit}#" if unit else _NTH
    if unit == "year" and _YEAR.fullmatch(plain[start:end]):
        return ""
    if not unit and not label and re.match(r"[a-z]", plain[end : end + 1]):
        return "name#"
    if label == "every#":
        return unit or label
    return label if label and not (unit and label == "step#") else unit


def _bound(plain: str, start: int, end: int) -> str:
    """The bound before the number, after its unit, or both when they are not the same ("至少4周内")."""
    comparators = words()["comparators"]
    before = plain[max(0, start - 34) : start]
    after = plain[end : end + 30]
    unit = _UNIT.match(after.lstrip(" -"))
    rest = after.lstrip(" -")[unit.end() :] if unit else re.sub(r"^[种个项次例名款条张处岁倍]", "", after)
    first = [
        n for n, p in comparators["before"].items() if re.search(rf"{p}(?:\s|约|第|为|至|grade|day|an? )*$", before)
    ]
    last = [n for n, p in comparators["after"].items() if re.match(rf"\s*{p}", rest) or re.match(rf"\s*{p}", after)]
    return "+".join(dict.fromkeys([*first[:1], *last[:1]]))


def numbers_supported(statement: AnswerStatement, support: Support) -> Check:
    """Every number of the sentence, in digits or spelled out, stands in its evidence; dates are compared as a whole."""
    dates = " ".join((*support.passages, *(citation.date for citation in support.cited)))
    allowed: set[str] = set()
    for text in support.passages:
        allowed |= numbers_in(text) | numbers_in(folded(text)) | {amount.value for amount in amounts_in(text)}
    said, known = folded(statement.text), folded(dates)
    wrong = sorted(numbers_in(_DATE.sub(" ", said)) - allowed)
    return outcome("numbers_supported", wrong + [date for date in _DATE.findall(said) if date not in known])


def units_supported(statement: AnswerStatement, support: Support) -> Check:
    """Every number stands in the evidence with the same unit; a unit may come from the head of a table column."""
    evidence = _evidence(support)
    wrong = []
    for amount in amounts_in(_DATE.sub(" ", folded(statement.text))):
        found = {other.unit for other in evidence if other.value == amount.value}
        if not found or amount.unit in found or (not amount.unit and found & _SOFT):
            continue
        if amount.unit in _SOFT and "" in found:
            continue
        wrong.append(f"{amount.value} {amount.unit or '(no unit)'}, evidence has {sorted(found)}")
    return outcome("units_supported", wrong)


# a sentence may say the first when its evidence says one of the second
_SAME_BOUND = {"": {"", "in"}, "in": {"in", "le"}, "le": {"le", "in"}}


def bounds_supported(statement: AnswerStatement, support: Support) -> Check:
    """A number keeps its bound: "at least", "more than", "up to" and "less than" are neither dropped, added nor exchanged."""
    known = [item for passage in support.passages for item in _among(passage)]
    wrong = []
    for amount, before, after in _among(statement.text):
        same = [item for item in known if item[0].value == amount.value]
        same = [item for item in same if item[0].unit == amount.unit] or same
        likest = max((alike(before, after, b, a) for _, b, a in same), default=0.0)
        bounds = {other.bound for other, b, a in same if alike(before, after, b, a) >= likest - 0.05}
        if bounds and not _SAME_BOUND.get(amount.bound, {amount.bound}) & bounds:
            wrong.append(f"{amount.bound or 'no bound'} {amount.value}, evidence has {sorted(bounds)}")
    return outcome("bounds_supported", wrong)


def numbers_keep_their_words(statement: AnswerStatement, support: Support) -> Check:
    """A number stands among the words that it stands among in the evidence, not among those of another number.

    "8 to 28 days" is not "28 to 8 days", and the rate of one group is not that of the other.
    """
    known = [item for passage in support.passages for item in _among(passage)]
    better: dict[tuple[str, str], tuple[str, float]] = {}
    for amount, before, after in _among(statement.text):
        if amount.unit in {"", "name#"} or len(before) + len(after) < _FEWEST:
            continue
        own = [alike(before, after, b, a) for other, b, a in known if other.value == amount.value]
        others = {o.value: alike(before, after, b, a) for o, b, a in known if o.unit == amount.unit}
        others.pop(amount.value, None)
        best = max(others, key=lambda value: others[value], default="")
        if own and best and others[best] > max(own) + _CLEARLY:
            better[amount.value, amount.unit] = (best, others[best] - max(own))
    faults = [
        f"{value} {unit}, in the place of {best}"
        for (value, unit), (best, margin) in better.items()
        if margin > _SURELY or better.get((best, unit), ("", 0))[0] == value
    ]
    return outcome("numbers_keep_their_words", [*faults, *_turned(statement.text, support.passages)])


def _turned(text: str, passages: Iterable[str]) -> list[str]:
    """Ranges and lists of the sentence whose numbers stand in another order in the evidence: 28–8 days, days 4/1/7."""
    known = [run for passage in passages for run in _runs(passage)]
    return [
        "-".join(run)
        for run in _runs(text)
        if run not in known and any(sorted(run) == sorted(other) for other in known)
    ]


@lru_cache(maxsize=4096)
def _runs(text: str) -> tuple[tuple[str, ...], ...]:
    """The numbers that are joined to one another, as they follow: ("8", "28") of "8 to 28 days"."""
    plain, runs, last = folded(text), list[list[str]](), None
    for match in _NUMBER.finditer(plain):
        joined = last is not None and _RUN.fullmatch(plain[last : match.start()])
        if joined:
            runs[-1].append(match[0])
        else:
            runs.append([match[0]])
        last = match.end()
    return tuple(tuple(run) for run in runs if len(run) > 1)


_RUN = re.compile(r"\s*(?:-|~|to|of|/|、|至|到|和|and|or|, and|,)\s*/?")
# by so much more alike: for two numbers in the place of each other, and for one alone
_CLEARLY, _SURELY = 0.15, 0.75
# with fewer words around it a number is not compared
_FEWEST = 4
_SENTENCE_END = re.compile(r"[;；。]|(?<!\d)\.(?!\d)")


def alike(before: frozenset[str], after: frozenset[str], b: frozenset[str], a: frozenset[str]) -> float:
    """How much of the words before and after a number stand before and after another one (0–1)."""
    total = len(before) + len(after)
    return (len(before & b) + len(after & a)) / total if total else 0.0


@lru_cache(maxsize=4096)
def _among(text: str) -> tuple[tuple[Amount, frozenset[str], frozenset[str]], ...]:
    """Each amount with the content tokens between it and the next amounts of its unit, within the sentence."""
    plain, amounts = folded(text), amounts_in(text)
    ends = [0, *(match.end() for match in _SENTENCE_END.finditer(plain)), len(plain)]
    found = []
    for amount in amounts:
        same = [other for other in amounts if other.unit == amount.unit]
        left = max([*(end for end in ends if end <= amount.start), *(o.end for o in same if o.end <= amount.start)])
        right = min([*(end for end in ends if end >= amount.end), *(o.start for o in same if o.start >= amount.end)])
        before, after = frozenset(content(plain[left : amount.start])), frozenset(content(plain[amount.end : right]))
        found.append((amount, before, after))
    return tuple(found)


def _evidence(support: Support) -> list[Amount]:
    """The amounts of the passages; a number without a unit takes that of its column head."""
    found = []
    for passage in support.passages:
        plain = folded(passage)
        for amount in amounts_in(passage):
            head = _HEAD.search(plain[: amount.start]) if not amount.unit else None
            unit = _UNIT.fullmatch(head[1].strip()) if head else None
            if unit:
                found.append(amount.model_copy(update={"unit": _UNITS[int(str(unit.lastgroup)[1:])][0]}))
            found.append(amount)
    return found


def amount_values(texts: Iterable[str]) -> set[str]:
    """The values of all amounts in `texts`."""
    return {amount.value for text in texts for amount in amounts_in(text)}
