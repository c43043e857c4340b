"""The numbers that stand in a piece of text, as exact strings: used to compare twins, facts and answers."""

from __future__ import annotations

import re

_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_POWER_OF_TEN = re.compile(r"(?<![\d.])10(?:(?:\s*\^\s*|\*\*)([-−]?\d+)|(⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_WIDE = str.maketrans("０１２３４５６７８９．−", "0123456789.-")
_RAISED_DOT = re.compile(r"(?<=\d)·(?=\d)(?!10[⁰¹²³⁴⁵⁶⁷⁸⁹^])")


def numbers_in(text: str) -> frozenset[str]:
    """Every number in `text` as digits ("0.06", "1000" for "1,000"); trailing zeros are kept, widths are folded.

    Powers of ten written as units (10⁹/L, 10^9/L) are read as one token, "10^9", so that their spelling does not matter;
    10⁻⁵ is "10^-5". The raised decimal point of The Lancet (0·06) is read as a point.
    """
    folded = _RAISED_DOT.sub(".", _THOUSANDS.sub("", text.translate(_WIDE)))
    powers = frozenset(
        "10^" + (match[1] or match[2].translate(_SUPERSCRIPT)) for match in _POWER_OF_TEN.finditer(folded)
    )
    return frozenset(_NUMBER.findall(_POWER_OF_TEN.sub(" ", folded))) | powers
