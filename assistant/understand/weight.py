"""Body weight as typed: value and unit; a weight typed without a unit has none, and the rule asks for it."""

from __future__ import annotations

import re

from assistant.text.exactness import is_exact
from assistant.text.quantities import Quantity

_UNITS = {
    "kg": "kg",
    "gram": "g",
    "lb": "lb",
    "jin": "jin",
    "jin_mainland": "jin_mainland",
    "jin_taiwan": "jin_taiwan",
    "jin_hong_kong": "jin_hong_kong",
}
_CHANGE = re.compile(r"lost|loss|lose|掉了?|瘦了?|下降|减轻|gained|重了")
_UNITLESS = re.compile(
    r"(?:weigh(?:s|ing|t)?|\bwt\b|体重|bw)\s*(?:is|of|:|：|=|为|是)?\s*(\d{2,3}(?:\.\d+)?)(?!\d|\.\d|\s*(?:-|~|到|至|to\b|kg|公斤|千克|斤|市斤|台斤|磅|lb|pound|g\b|克|k))",
    re.ASCII,
)


def weight_in(text: str, quantities: tuple[Quantity, ...]) -> dict[str, str]:
    """`weight_value` (and `weight_unit` when one is typed) of the one exact body weight in `text`; {} when there is none.

    Two different weights, a bound, a range or a change of weight ("lost 6 kg") give nothing: the rule asks.
    """
    found = {
        (str(q.value), _UNITS[q.unit])
        for q in quantities
        if q.unit in _UNITS
        and q.exact
        and q.value is not None
        and not _CHANGE.search(text[max(0, q.start - 8) : q.start])
        and not _explains_a_unit(text, q)
        and not (q.unit == "gram" and q.value < 1000)
    }
    if len(found) == 1:
        value, unit = next(iter(found))
        return {"weight_value": value, "weight_unit": unit}
    bare = _UNITLESS.search(text) if not found else None
    return {"weight_value": bare[1]} if bare and is_exact(text, bare.start(1), bare.end(1)) else {}


def weight_stated(text: str, quantities: tuple[Quantity, ...]) -> bool:
    """Whether a body weight is typed at all, exact or not."""
    return any(q.unit in _UNITS and q.unit != "gram" for q in quantities) or bool(_UNITLESS.search(text))


def _explains_a_unit(text: str, quantity: Quantity) -> bool:
    """Whether the amount says how much one unit is ("half a kilo each", 一斤等于半公斤) instead of a body weight."""
    return bool(
        re.match(r"(?:an?|half|one)\b|[半一](?![百千十点零\d])", text[quantity.start : quantity.end])
        or re.match(r"\s*(?:each|per\b|apiece|一斤)", text[quantity.end : quantity.end + 8])
    )
