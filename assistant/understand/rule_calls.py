"""From wording to a rule and its inputs, and from a follow-up to the same rule with a slot filled or replaced.

One function per rule family reads its slots; `from_question` decides which family the wording asks for. A slot that the
question does not give stays out: the rule asks for it.
"""

from __future__ import annotations

from typing import Any

from assistant.text.quantities import Quantity
from assistant.types import Record
from assistant.understand.crs_findings import crs_findings
from assistant.understand.cues import cue
from assistant.understand.delay import Delay, delay_in
from assistant.understand.doses import dose_mentions, interval_in
from assistant.understand.weight import weight_in

GRADES = frozenset({"crs_grade", "icans_grade"})
_WITH_DARATUMUMAB = ("daratumumab", "darzalex", "达雷妥尤", "兆珂")


class Call(Record):
    """A rule with the inputs read so far. `partial` when the wording alone would not have chosen the rule."""

    rule: str
    inputs: dict[str, Any]
    notes: tuple[str, ...] = ()
    alternative: dict[str, Any] | None = None
    ask: tuple[str, ...] = ()
    partial: bool = False


def from_question(
    text: str, quantities: tuple[Quantity, ...], drugs: tuple[str, ...], jurisdictions: tuple[str, ...]
) -> Call | None:
    """The rule that the wording of normalised `text` asks for, with its inputs; None when it asks for none."""
    common = _common(drugs, jurisdictions)
    if cue("grade_asked", text) and (findings := _grade_findings(text, quantities)):
        return Call(rule="crs_grade", inputs=findings)
    delay = delay_in(text, quantities)
    if _is_restart(text, delay, drugs, quantities):
        return _restart(text, delay, quantities, common)
    if cue("dose_asked", text) and drugs and _dose_named(text, quantities):
        return Call(rule="dose", inputs={**common, **_dose_slots(text, quantities, drugs)})
    return None


def continued(
    text: str,
    quantities: tuple[Quantity, ...],
    drugs: tuple[str, ...],
    jurisdictions: tuple[str, ...],
    state: Any,
    call: Call | None,
) -> tuple[Call | None, dict[str, str]]:
    """A follow-up to the rule in `state`: its inputs with what `text` adds or replaces, and which were carried over."""
    if not state.rule or len(text) > 120:
        return call, {}
    common = _common(drugs, jurisdictions)
    if state.rule == "crs_grade":
        update: dict[str, Any] = crs_findings(text, quantities)
    elif state.rule == "restart":
        delay = delay_in(text, quantities)
        update = {**common, **_restart_slots(text, delay, quantities)}
    elif state.rule == "dose":
        update = {**common, **_dose_slots(text, quantities, drugs or state.drugs)}
    else:
        update = common
    if not update:
        return call, {}
    inputs = {**state.inputs, **update}
    if "drug" in update and update["drug"] != state.inputs.get("drug"):
        inputs.pop("schedule", None)
    carried = {name: str(value) for name, value in state.inputs.items() if name not in update}
    ask = tuple(
        name for name in ("days_since_last_dose",) if state.rule == "restart" and delay_in(text, quantities).days_late
    )
    return Call(rule=state.rule, inputs=inputs, ask=ask), carried


def _common(drugs: tuple[str, ...], jurisdictions: tuple[str, ...]) -> dict[str, Any]:
    common: dict[str, Any] = {}
    if len(drugs) == 1:
        common["drug"] = drugs[0]
    if len(jurisdictions) == 1:
        common["jurisdiction"] = jurisdictions[0]
    return common


def _grade_findings(text: str, quantities: tuple[Quantity, ...]) -> dict[str, Any]:
    if "icans" in text or "ice" in text.split() or "神经毒性" in text:
        return {}
    return dict(crs_findings(text, quantities))


def _is_restart(text: str, delay: Delay, drugs: tuple[str, ...], quantities: tuple[Quantity, ...]) -> bool:
    if not cue("delay", text) or (not cue("what_next", text) and not delay.missed_dose):
        return False
    timed = delay.days_since is not None or delay.days_late is not None or bool(delay.unclear_amount)
    about_dose = bool(drugs) or bool(delay.last_dose) or bool(delay.missed_dose)
    return about_dose and (timed or bool(delay.missed_dose and drugs))


def _restart(text: str, delay: Delay, quantities: tuple[Quantity, ...], common: dict[str, Any]) -> Call:
    inputs = {**common, **_restart_slots(text, delay, quantities)}
    ask: tuple[str, ...] = ()
    alternative = None
    notes: tuple[str, ...] = ()
    if delay.days_since is None and (delay.days_late is not None or delay.unclear_amount):
        notes = ("days_late",) if delay.days_late is not None else ("unclear_amount",)
        ask = ("days_since_last_dose",)
    if delay.open_reading:
        before = {"step_up_2": "step_up_1", "step_up_3": "step_up_2", "first_treatment": "step_up_2"}.get(
            delay.missed_dose
        )
        notes = (*notes, "missed_read_as_last")
        alternative = {**inputs, "last_dose": before} if before else None
    return Call(rule="restart", inputs=inputs, notes=notes, alternative=alternative, ask=ask)


def _restart_slots(text: str, delay: Delay, quantities: tuple[Quantity, ...]) -> dict[str, Any]:
    slots: dict[str, Any] = {}
    if delay.last_dose and delay.last_dose != "treatment":
        slots["last_dose"] = delay.last_dose
    if delay.days_since is not None:
        slots["days_since_last_dose"] = str(delay.days_since)
    weight = weight_in(text, quantities)
    if weight is not None:
        slots["weight_value"], slots["weight_unit"] = weight
    return slots


def _dose_named(text: str, quantities: tuple[Quantity, ...]) -> bool:
    return bool(dose_mentions(text)) or weight_in(text, quantities) is not None or bool(interval_in(text))


def _dose_slots(text: str, quantities: tuple[Quantity, ...], drugs: tuple[str, ...]) -> dict[str, Any]:
    slots: dict[str, Any] = {}
    mentions = dose_mentions(text)
    interval = interval_in(text)
    if mentions and mentions[0].id != "treatment":
        slots["step"] = mentions[0].id
    elif mentions or interval:
        slots["step"] = f"treatment_{interval}" if interval else None
    if any(word in text for word in _WITH_DARATUMUMAB):
        slots["schedule"] = "with_daratumumab"
    elif "talquetamab" in drugs and interval in {"weekly", "every_2_weeks"}:
        slots["schedule"] = interval
    weight = weight_in(text, quantities)
    if weight is not None:
        slots["weight_value"], slots["weight_unit"] = weight
    return {name: value for name, value in slots.items() if value is not None}
