"""One spelling for every width, dash, space and script, with an offset map back to what was typed.

Order matters: superscripts and vulgar fractions are left alone (NFKC would turn 10⁹/L into 109/L), subscript and circled
digits are set off from what follows (SpO₂88% is not 288%), zero-width and bidi characters go, widths fold, Traditional
becomes Simplified character by character (OpenCC `tw2s`), Latin is lower-cased.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from opencc import OpenCC

from assistant.types import Record

_DASHES = dict.fromkeys("‐‑‒–—−﹣－", "-")
_INVISIBLE = {"Cf", "Cc", "Cs", "Co", "Cn"}
_KEPT = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹", "⁻", "⁺", "…"}
_SPECIAL = {
    "㎎": "mg",
    "㎏": "kg",
    "㎖": "ml",
    "℃": "°c",
    "℉": "°f",
    "\N{MASCULINE ORDINAL INDICATOR}": "°",
    "\N{RING ABOVE}": "°",
    "≧": "≥",
    "⩾": "≥",
    "≦": "≤",
    "⩽": "≤",
    "×": "×",
    "。": "。",
    "～": "~",
    "〜": "~",
}
# NFKC gives the Greek letter; units are written here with the micro sign, whichever was typed
_GREEK_MU, _MICRO = "\u03bc", "\u00b5"
# Between digits a Chinese full stop is a slipped decimal point (38。3), a raised dot the one of The Lancet (0·06)
_DECIMAL_SLIP = re.compile(r"(?<=\d)[。·•∙⋅](?=\d)(?!10[⁰¹²³⁴⁵⁶⁷⁸⁹^])")


class Normalised(Record):
    """`text` is the normal form; `offsets[i]` is the index in `original` of the character that became `text[i]`."""

    original: str
    text: str
    offsets: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of `original` that `text[start:end]` came from."""
        if start >= end:
            return (0, 0)
        return self.offsets[start], self.offsets[end - 1] + 1


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("tw2s")


def simplify(text: str) -> str:
    """Traditional → Simplified without changing the length, so that offsets stay true."""
    converted = str(_converter().convert(text))
    if len(converted) == len(text):
        return converted
    return "".join(
        c if len(c) == 1 else original for original, c in ((ch, str(_converter().convert(ch))) for ch in text)
    )


def normalise(original: str) -> Normalised:
    """The normal form of `original`. Never raises; the result may be empty."""
    characters: list[str] = []
    offsets: list[int] = []
    for index, character in enumerate(original):
        for folded in _fold(character):
            if folded == " " and (not characters or characters[-1] == " "):
                continue
            characters.append(folded)
            offsets.append(index)
    text = simplify("".join(characters))
    text = _DECIMAL_SLIP.sub(".", text)
    return Normalised(original=original, text=text, offsets=tuple(offsets))


def _fold(character: str) -> str:
    if character in _DASHES:
        return _DASHES[character]
    if character in _SPECIAL:
        return _SPECIAL[character]
    if character in _KEPT:
        return character
    category = unicodedata.category(character)
    if character in "\n\t\r" or category.startswith("Z"):
        return " "
    if category in _INVISIBLE or (category == "Mn"):
        return ""
    folded = unicodedata.normalize("NFKC", character).replace(_GREEK_MU, _MICRO)
    folded = "".join(c for c in folded if unicodedata.category(c) != "Mn")
    if category == "No" and "\N{FRACTION SLASH}" in folded:
        return character
    if category == "No" and len(folded) <= 3 and any(c.isdecimal() for c in folded):
        return folded + " "
    lowered = folded.lower()
    return lowered if len(lowered) == len(folded) else folded
