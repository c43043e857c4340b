"""Whether a bare number is exact: no range, no bound and no "about" in the words around it.

The quantity grammar knows this of its own quantities; readers of numbers with patterns of their own ask here, so that a
range is never read by one of its ends.
"""

from __future__ import annotations

import re

_UNIT = r"(?:\s*(?:°\s*[cf]?|℃|%|[a-zµ]{1,5}(?:\s*/\s*[a-zµ0-9]{1,4})?|[x×*]\s*10\S{1,4}\s*/\s*l|度|级|分|岁|次|针|剂|公斤|千克|天|周|升|克))?"
_BEFORE = re.compile(
    r"(?:(?<!-)[<>≥≤≈~]=?|=<|约|大约|大概|估计|差不多|(?<!最)近|将近|接近|至少|起码|至多|最多|(?:不|未|没)?超过了?|超|(?:不)?(?:大于|小于|高于|低于|少于|多于)(?:等于)?|不到|不足|不满|未到|没到"
    r"|\b(?:about|around|approx(?:imately)?\.?|roughly|nearly|almost|circa|ca\.|some|at least|at most|more than|less than|fewer than|greater than|higher than|lower than|over|under|above|below|up to|maybe|perhaps|probably))\s*$"
    rf"|(?<![\d.])\d+(?:\.\d+)?{_UNIT}\s*(?:-|~|–|/|到|至|或者?|还是|to|or|and/or)\s*$",
    re.ASCII,
)
_AFTER = re.compile(
    rf"{_UNIT}\s*(?:左右|上下|多(?!少|久|大|次|巴|发|种|个)|余|有余|出头|不到|不足|未到|[及或]?以[上下内]|之内|or so\b|or (?:more|less|fewer|higher|lower|above|below|over|under|greater)\b|-?\s?ish\b|plus\b|\+(?!\s*\d)|at (?:least|most)\b"
    r"|(?:-(?!>)|~|–|到|至|或者?|还是|to\b|or\b)\s*\d)",
    re.ASCII,
)
_REACH = 24


def is_exact(text: str, start: int, end: int) -> bool:
    """Whether the number (with or without its unit) at `text[start:end]` stands for exactly one value."""
    return not _BEFORE.search(text[max(0, start - _REACH) : start]) and not _AFTER.match(text[end : end + _REACH])
