"""Where sentences end, in English and Chinese, as spans into the text; nothing is changed.

Splitters of langchain-text-splitters cut at characters or separators and know no abbreviations, so that "0.06 mg/kg
i.v. once" and "et al. 2024" would be torn; these rules keep them whole.
"""

from __future__ import annotations

import re

from assistant.types import Record

_BOUNDARY = re.compile(
    r"(?P<zh>[。！？；]+[”’」』）)\"]*[⁰¹²³⁴-⁹,–]*)|(?P<line>\n)"
    r"|(?P<en>[.!?][\"'”’)\]]*[⁰¹²³⁴-⁹,–]*)(?=\s+[\"'“‘(\[]?[A-Z0-9\u4e00-\u9fff])"
)
_ABBREVIATED = re.compile(
    r"(?:\b(?:e\.g|i\.e|et al|etc|vs|cf|approx|ca|no|nos|fig|figs|tab|ref|refs|sect|dr|prof|mr|ms|st|vol|pp?|ed|eds|resp|"
    r"max|min|i\.v|s\.c|p\.o|b\.i\.d|t\.i\.d|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)|\b[A-Za-z])$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Za-z0-9µ°%]+(?:[-'’./][A-Za-z0-9]+)*")
_HAN = re.compile(r"[\u3400-\u9fff]")
_HAN_PER_WORD = 1.7
_LONGEST = 120


class Stretch(Record):
    """`text[start:end]` is one sentence of the text it was found in."""

    start: int
    end: int


def sentences_in(text: str) -> tuple[Stretch, ...]:
    """The sentences of `text` in order. A table row is one sentence; one of more than 120 words is cut."""
    spans: list[Stretch] = []
    start = 0
    for match in _BOUNDARY.finditer(text):
        if not match["line"] and text.startswith("|", text.rfind("\n", 0, match.start()) + 1):
            continue
        if match["en"] and _ABBREVIATED.search(text, start, match.start()):
            continue
        spans.extend(_cut(text, start, match.end()))
        start = match.end()
    spans.extend(_cut(text, start, len(text)))
    return tuple(spans)


def word_count(text: str) -> int:
    """Words as a reader counts them; 1.7 Chinese characters count as one word."""
    return len(_WORD.findall(text)) + round(len(_HAN.findall(text)) / _HAN_PER_WORD)


def _cut(text: str, start: int, end: int) -> list[Stretch]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start >= end:
        return []
    if text[start] == "|" or word_count(text[start:end]) <= _LONGEST:
        return [Stretch(start=start, end=end)]
    breaks = [m.end() for m in re.finditer(r"[;；，、]|,(?= )|\s", text[start:end])] or [(end - start) // 2]
    middle = start + min(breaks, key=lambda at: abs(at - (end - start) // 2))
    if not start < middle < end:
        middle = (start + end) // 2
    return [*_cut(text, start, middle), *_cut(text, middle, end)]
