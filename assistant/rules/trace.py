"""The trace: for each row looked at, why it holds or why it does not, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from assistant.rules.model import InputSpec, Interval, Row, Table, holds
from assistant.rules.tables import Tables
from assistant.types import Text, TraceStep


def plain(value: Decimal) -> str:
    """A number as it is printed: no exponent, no superfluous zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def step(table: Table, row: Row, facts: Mapping[str, str | Decimal | None], fired: bool, tables: Tables) -> TraceStep:
    """One row as a trace step: the failing condition if one fails, otherwise all its conditions."""
    reasons = [(name, condition, facts.get(name)) for name, condition in row.when.items()]
    failed = [reason for reason in reasons if holds(reason[1], reason[2]) is False]
    shown = [_why(name, condition, value, table.inputs[name], tables) for name, condition, value in failed or reasons]
    if not shown:
        shown = [tables.say("common", "always")]
    why = shown[0]
    if len(shown) > 1:
        why = Text(en="; ".join(text.en for text in shown), zh="；".join(text.zh for text in shown))
    return TraceStep(table=table.id, row=row.id, fired=fired, why=why)


def _why(
    name: str, condition: tuple[str, ...] | Interval, value: str | Decimal | None, spec: InputSpec, tables: Tables
) -> Text:
    label = tables.label(name)
    if value is None:
        return Text(en=f"{label.en}: not given", zh=f"{label.zh}：未提供")
    if isinstance(condition, Interval):
        unit = tables.label(spec.unit or "")
        span = (
            compare(condition, value, whole=spec.kind == "whole_number") if isinstance(value, Decimal) else str(value)
        )
        return Text(en=f"{label.en}: {span} {unit.en}".rstrip(), zh=f"{label.zh}：{span} {unit.zh}".rstrip())
    given = tables.label(str(value))
    if value in condition:
        return Text(en=f"{label.en}: {given.en}", zh=f"{label.zh}：{given.zh}")
    wanted = [tables.label(choice) for choice in condition]
    return Text(
        en=f"{label.en}: {given.en}, not {' or '.join(text.en for text in wanted)}",
        zh=f"{label.zh}：{given.zh}，而非{'或'.join(text.zh for text in wanted)}",
    )


def compare(interval: Interval, value: Decimal, *, whole: bool) -> str:
    """The comparison in signs: "8 ≤ 10 ≤ 28" inside, "10 < 29" below, "40 > 28" above."""
    low, low_sign = interval.low, "≤" if interval.low_closed else "<"
    high, high_sign = interval.high, "≤" if interval.high_closed else "<"
    one = Decimal(1)
    if whole and high is not None and not interval.high_closed:
        high, high_sign = high - one, "≤"
    if whole and not interval.low_closed:
        low, low_sign = low + one, "≤"
    if interval.below(value):
        return f"{plain(value)} {'<' if low_sign == '≤' else '≤'} {plain(low)}"
    if interval.above(value) and high is not None:
        return f"{plain(value)} {'>' if high_sign == '≤' else '≥'} {plain(high)}"
    left = f"{plain(low)} {low_sign} {plain(value)}"
    return left if high is None else f"{left} {high_sign} {plain(high)}"
