"""Body weight: kilograms, pounds or jin, with its unit as typed; conversion is the rules' work."""

from __future__ import annotations

from assistant.text.quantities import Quantity

_UNITS = {"kg": "kg", "lb": "lb", "jin": "jin"}


def weight_in(text: str, quantities: tuple[Quantity, ...]) -> tuple[str, str] | None:
    """(value, unit) of the one exact body weight in `text`; None when there is none, or more than one."""
    found = {
        (str(q.value), _UNITS[q.unit])
        for q in quantities
        if q.unit in _UNITS and q.value is not None and q.upper is None and q.comparator in {"=", "~"}
    }
    lost = ("lost", "掉", "瘦", "下降", "减轻", "loss")
    if any(word in text for word in lost) and len(found) == 1:
        return None
    return next(iter(found)) if len(found) == 1 else None
