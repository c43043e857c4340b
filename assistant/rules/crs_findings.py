"""Reads the findings of `crs_grade`: temperature to fever, what one finding says about another, contradictions."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from assistant.errors import RuleInputError
from assistant.rules.engine import look_up
from assistant.rules.inputs import contradiction, known, plausible
from assistant.rules.quantities import choices, rounded, to_base
from assistant.rules.tables import Tables
from assistant.rules.trace import plain
from assistant.types import MissingInput, TraceStep

if TYPE_CHECKING:
    from assistant.rules.crs_grade import Inputs
    from assistant.rules.ctcae_grade import Inputs as CtcaeInputs

Facts = dict[str, str | Decimal | None]


def temperature(inputs: Inputs | CtcaeInputs, tables: Tables) -> Decimal | MissingInput | None:
    """The temperature in °C. Without a unit, the one unit in which the number is a body temperature; else ask."""
    value, unit = inputs.temperature_value, inputs.temperature_unit
    if value is None:
        return None
    if unit is not None:
        return plausible(tables, "temperature_c", to_base(tables, "temperature", "temperature_unit", value, unit))
    fitting: list[Decimal] = []
    for candidate in choices(tables, "temperature"):
        try:
            converted = to_base(tables, "temperature", "temperature_unit", value, candidate)
            fitting += [found for found in [plausible(tables, "temperature_c", converted)] if found is not None]
        except RuleInputError:
            continue
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        return plausible(tables, "temperature_c", value)
    entry = tables.questions["temperature_unit"]
    return MissingInput(name="temperature_unit", question=entry.text, options=choices(tables, "temperature"))


def read_findings(inputs: Inputs, tables: Tables, degrees: Decimal | None) -> tuple[Facts, list[str], list[TraceStep]]:
    """The facts for the tables, the keys of the caveats that belong to them, and the trace of the fever limit."""
    notes = ["no_other_cause"] if known(inputs.other_cause) is None else []
    fever, trace = _fever(inputs, tables, degrees)
    diagnosed = known(inputs.crs_diagnosed)
    earlier = known(inputs.fever_earlier) or ("present" if diagnosed == "present" and fever == "absent" else None)
    hypotension, vasopressors = known(inputs.hypotension), known(inputs.vasopressors)
    if hypotension == "absent" and vasopressors is None:
        vasopressors = "none"
        notes.append("no_vasopressor")
    device, flow = _oxygen(inputs, tables, notes)
    facts: Facts = {
        "fever": fever,
        "fever_earlier": earlier,
        "antipyretic_given": known(inputs.antipyretic_given),
        "anticytokine_given": known(inputs.anticytokine_given),
        "other_cause": known(inputs.other_cause) or "absent",
        "crs_diagnosed": diagnosed,
        "hypotension": hypotension,
        "vasopressors": vasopressors,
        "oxygen_device": device,
        "oxygen_flow_l_min": flow,
        "died_of_crs": known(inputs.died_of_crs) or "absent",
    }
    return facts, notes, trace


def _fever(inputs: Inputs, tables: Tables, degrees: Decimal | None) -> tuple[str | None, list[TraceStep]]:
    said = known(inputs.fever)
    if degrees is None:
        return said, []
    outcome = look_up(tables.tables["crs_grade.fever"], {"temperature_c": degrees}, tables)
    measured = outcome.rows[0].then["fever"]
    if said is not None and said != measured:
        shown = f"{rounded(degrees, tables.say('common', 'display_celsius').en)} °C"
        label = tables.label(said)
        raise contradiction(
            "fever",
            f"{said}, {shown}",
            f"fever is given as {label.en}, but the temperature is {shown}. Correct one of the two; for fever earlier "
            "in this event use fever_earlier.",
            f"发热填为“{label.zh}”，但体温为 {shown}。请改正其一；若为本次事件早先的发热，请填 fever_earlier。",
        )
    return measured, list(outcome.trace)


def _oxygen(inputs: Inputs, tables: Tables, notes: list[str]) -> tuple[str | None, Decimal | None]:
    device, flow = known(inputs.oxygen_device), plausible(tables, "oxygen_flow_l_min", inputs.oxygen_flow_l_min)
    hypoxia = known(inputs.hypoxia)
    if flow is not None and device == "none":
        raise contradiction(
            "oxygen_flow_l_min",
            f"{plain(flow)} L/min, room air",
            f"an oxygen flow of {plain(flow)} L/min is given together with room air. Name the device.",
            f"同时填写了氧流量 {plain(flow)} L/min 和未吸氧，请说明吸氧装置。",
        )
    if hypoxia == "absent" and device is None and flow is None:
        notes.append("no_oxygen")
        return "none", None
    if hypoxia == "present" and device == "none":
        return None, None
    if flow is not None and device is not None and "nasal_cannula" in device and device != "nasal_cannula":
        grades = tables.tables["crs_grade.astct_2019"]
        rest: Facts = {"fever": "absent", "hypotension": "absent", "vasopressors": "none", "died_of_crs": "absent"}
        base: Facts = {**rest, "entry": "open", "oxygen_flow_l_min": flow}
        named = look_up(grades, {**base, "oxygen_device": device}, tables).rows
        by_flow = look_up(grades, {**base, "oxygen_device": "nasal_cannula"}, tables).rows
        if named and by_flow and named[0].then["grade"] != by_flow[0].then["grade"]:
            label = tables.label(device)
            raise contradiction(
                "oxygen_device",
                f"{device}, {plain(flow)} L/min",
                f"{label.en} and {plain(flow)} L/min do not agree with the consensus definition of low and high flow. "
                "Correct one of the two.",
                f"{label.zh}与 {plain(flow)} L/min 不符合共识对低流量和高流量的定义，请改正其一。",
            )
    return device, flow
