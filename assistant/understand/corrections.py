"""A value that the writer takes back in the same message ("70 kg, no, 75 kg"; 5天前，不对，是5周前) does not count."""

from __future__ import annotations

import re

from assistant.text.quantities import Quantity
from assistant.understand.cues import pattern

_DIMENSIONS = {
    unit: dimension
    for dimension, units in {
        "time": ("hour", "day", "week", "month"),
        "weight": ("kg", "lb", "gram", "jin", "jin_mainland", "jin_taiwan", "jin_hong_kong"),
        "temperature": ("celsius", "fahrenheit"),
        "flow": ("l/min", "litre"),
    }.items()
    for unit in units
}
_REACH = 40


def corrected(text: str, quantities: tuple[Quantity, ...]) -> tuple[Quantity, ...]:
    """The quantities without those that a later one of the same dimension corrects, and without negated ones ("not 5 L")."""
    kept = list(quantities)
    for match in pattern("corrected").finditer(text):
        after = next((q for q in kept if 0 <= q.start - match.end() <= _REACH), None)
        before = next((q for q in reversed(kept) if 0 <= match.start() - q.end <= _REACH and _same(q, after)), None)
        if before is not None:
            kept.remove(before)
    negated = [
        q
        for q in kept
        if re.search(r"(?:,\s*not|，不是|,不是|而不是|rather than)\s*$", text[max(0, q.start - 12) : q.start])
    ]
    return tuple(
        q for q in kept if q not in negated or not any(_same(q, other) for other in kept if other not in negated)
    )


def _same(first: Quantity, second: Quantity | None) -> bool:
    dimension = _DIMENSIONS.get(first.unit)
    return second is not None and dimension is not None and dimension == _DIMENSIONS.get(second.unit)
