"""A value on a closed scale: it must lie within the range that the table declares for it."""

from __future__ import annotations

from decimal import Decimal

from assistant.rules.inputs import wrong
from assistant.rules.model import InputSpec
from assistant.rules.tables import Tables
from assistant.rules.trace import plain


def on_scale(tables: Tables, spec: InputSpec, name: str, value: Decimal | None) -> Decimal | None:
    """The value itself when it lies within the range of `spec`; otherwise a `RuleInputError` naming `name`."""
    if value is None:
        return None
    if spec.kind == "whole_number" and value != value.to_integral_value():
        raise wrong(name, plain(value), "a whole number", "整数")
    span = spec.range
    if span is None or value in span:
        return value
    unit = tables.label(spec.unit or "")
    low, high = plain(span.low), "∞" if span.high is None else plain(span.high)
    open_en, open_zh = ("", "") if span.low_closed else ("more than ", "大于")
    if span.high is None:
        allowed, allowed_zh = f"{open_en or 'at least '}{low} {unit.en}", f"{open_zh or '至少'}{low} {unit.zh}"
    else:
        allowed, allowed_zh = f"{open_en}{low} to {high} {unit.en}", f"{open_zh}{low}–{high} {unit.zh}"
    raise wrong(name, f"{plain(value)} {unit.en}".rstrip(), allowed.rstrip(), allowed_zh.rstrip())
