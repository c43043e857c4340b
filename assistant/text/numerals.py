"""Chinese numerals → decimals, only for a numeral already captured directly before a known unit or counter.

cn2an runs in strict mode on the captured characters alone (on whole sentences it turns 两三天 into 23 天).
Approximate forms (两三, 七八, 十几, 半) never become a number: they raise `Approximate`.
"""

from __future__ import annotations

import re
from decimal import Decimal

NUMERAL = "[零〇一二两三四五六七八九十百千廿半几]"
_APPROXIMATE = re.compile(r"^[一二两三四五六七八九]{2}$|几|[一二两三四五六七八九]{2}十$|十[一二两三四五六七八九]{2}$")


class Approximate(ValueError):
    """The numeral stands for a range ("两三"): ask, never guess."""


def chinese_number(numeral: str) -> Decimal:
    """The value of `numeral` ("二十八" → 28, "三十八点五" → 38.5); raises Approximate or ValueError."""
    if _APPROXIMATE.search(numeral):
        raise Approximate(numeral)
    plain = numeral.replace("两", "二").replace("廿", "二十").replace("〇", "零")
    if plain == "半":
        return Decimal("0.5")
    import cn2an  # a fifth of a second, and most questions hold no Chinese numeral

    return Decimal(str(cn2an.cn2an(plain, "strict")))


_ONES = {w: i for i, w in enumerate("zero one two three four five six seven eight nine".split())}
_TEENS = {
    w: i
    for i, w in enumerate(
        "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(), start=10
    )
}
_TENS = {w: 10 * i for i, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)}
_ONE = "|".join(_ONES)
# A hundred and more is written in digits; "a" and "an" count as one.
ENGLISH_NUMERAL = (
    rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{_ONE}))?|{'|'.join(_TEENS)}|{_ONE}|an?)(?: point(?: (?:{_ONE}))+)?"
)


def english_number(words: str) -> Decimal:
    """The value of an English numeral below one hundred ("fifty-six" → 56, "thirty-eight point five" → 38.5)."""
    whole, _, fraction = words.partition(" point ")
    value = 0
    for word in re.split(r"[- ]", whole):
        value += 1 if word in {"a", "an"} else (_TENS | _TEENS | _ONES)[word]
    if not fraction:
        return Decimal(value)
    return Decimal(f"{value}.{''.join(str(_ONES[word]) for word in fraction.split())}")
