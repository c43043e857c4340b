"""From wording to a rule and its inputs, and from a follow-up to the same rule with a slot filled or replaced.

One function per rule family reads its slots; `from_question` decides which family the wording asks for. A slot that the
question does not give stays out: the rule asks for it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from assistant.errors import RuleInputError
from assistant.rules import run
from assistant.text.language import has_chinese
from assistant.text.quantities import Quantity
from assistant.types import Record
from assistant.understand.crs_findings import crs_findings
from assistant.understand.cues import cue
from assistant.understand.delay import Delay, delay_in
from assistant.understand.doses import dose_mentions, interval_in
from assistant.understand.weight import weight_in

GRADES = frozenset({"crs_grade", "icans_grade"})
_STEPS = ("step_up_1", "step_up_2", "step_up_3", "first_treatment", "treatment_weekly", "treatment_every_2_weeks")
_DAY_ONE = re.compile(r"第(?:1|一)天|\bday (?:1|one)\b|\bd1\b", re.ASCII)


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
    if _is_restart(text, delay, drugs):
        return _restart(text, delay, quantities, common)
    if len(drugs) <= 1 and _is_dose(text, quantities, drugs):
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
        update: dict[str, Any] = _settled_temperature(dict(crs_findings(text, quantities)))
    elif state.rule == "restart":
        delay = delay_in(text, quantities)
        update = {**common, **_restart_slots(text, delay, quantities, common.get("drug", state.inputs.get("drug", "")))}
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
    """Findings of this patient; a question on how a grade is defined has none."""
    if re.search(r"icans|\bice\b|神经毒性|ctcae", text, re.ASCII):
        return {}
    found = dict(crs_findings(text, quantities))
    said = {name for name in found if name not in {"crs_diagnosed", "temperature_unit", "oxygen_flow_l_min"}}
    of_this_patient = len(said) >= 2 or bool(said & {"temperature_value", "died_of_crs"}) or "crs_diagnosed" in found
    return _settled_temperature(found) if said and of_this_patient else {}


def _settled_temperature(found: dict[str, Any]) -> dict[str, Any]:
    """Replace an earlier temperature by what the rule's own table calls it: fever earlier in this event, or not."""
    earlier = found.pop("_temperature_earlier", None)
    if earlier is None:
        return found
    probe = {"temperature_value": earlier, "temperature_unit": found["temperature_unit"]}
    healthy = {"hypotension": "absent", "vasopressors": "none", "oxygen_device": "none", "antipyretic_given": "absent"}
    try:
        result = run("crs_grade", {**probe, **healthy, "anticytokine_given": "absent", "fever_earlier": "absent"})
    except RuleInputError:
        return found
    grades = {verdict.values.get("grade") for verdict in result.verdicts}
    return {**found, "fever_earlier": "present"} if grades == {"1"} else found


def _is_restart(text: str, delay: Delay, drugs: tuple[str, ...]) -> bool:
    if not (drugs or delay.last_dose or delay.missed_dose):
        return False
    if not cue("delay", text) and delay.days_late is None and not delay.from_dates:
        return False
    if cue("not_restart", text):
        return False
    if delay.timed:
        return bool(cue("what_next", text) or delay.last_dose or delay.missed_dose)
    interrupted = bool(cue("interrupted", text)) and bool(cue("restart_asked", text))
    return bool(drugs) and (interrupted or bool(delay.missed_dose and cue("what_next", text)))


def _restart(text: str, delay: Delay, quantities: tuple[Quantity, ...], common: dict[str, Any]) -> Call:
    inputs = {**common, **_restart_slots(text, delay, quantities, common.get("drug", ""))}
    ask: tuple[str, ...] = ()
    alternative = None
    notes: tuple[str, ...] = ()
    if delay.days_since is None and (delay.days_late is not None or delay.unclear_amount):
        notes = ("days_late",) if delay.days_late is not None else ("unclear_amount",)
        inputs["_found"] = delay.unclear_amount or f"{delay.days_late} d"
        ask = ("days_since_last_dose",)
    if delay.open_reading:
        before = {"step_up_2": "step_up_1", "step_up_3": "step_up_2", "first_treatment": "step_up_2"}.get(
            delay.missed_dose
        )
        notes = (*notes, "missed_read_as_last")
        alternative = {**inputs, "last_dose": before} if before else None
    return Call(rule="restart", inputs=inputs, notes=notes, alternative=alternative, ask=ask)


def _restart_slots(text: str, delay: Delay, quantities: tuple[Quantity, ...], drug: str = "") -> dict[str, Any]:
    slots: dict[str, Any] = {}
    last = delay.last_dose or _step_of_amount(drug, quantities)
    if last and last != "treatment":
        slots["last_dose"] = _combined(last, text)
    if delay.days_since is not None:
        slots["days_since_last_dose"] = str(delay.days_since)
    return slots | weight_in(text, quantities)


def _combined(last: str, text: str) -> str:
    """The last dose of the daratumumab combination has rows of its own."""
    if _combination(text) and last in {"treatment_every_2_weeks", "treatment_every_4_weeks"}:
        return last.replace("treatment", "combination")
    return last


def _combination(text: str) -> bool:
    return bool(cue("combination", text)) and not cue("not_combined", text)


def _step_of_amount(drug: str, quantities: tuple[Quantity, ...]) -> str:
    """The administration whose amount (mg or mg/kg) the question names, by the dose tables; "" unless it is exactly one."""
    for unit, key in (("mg/kg", "dose_mg_per_kg"), ("mg", "dose_mg")):
        amounts = [q.value for q in quantities if q.unit == unit and q.value is not None and q.comparator == "="]
        if not drug or not amounts:
            continue
        steps = [step for step in _STEPS if str(amounts[0]) in _amounts_of_step(drug, step, key)]
        return steps[0] if len(steps) == 1 else ""
    return ""


@lru_cache(maxsize=128)
def _amounts_of_step(drug: str, step: str, key: str) -> frozenset[str]:
    """The values of `key` that the dose tables give for one administration; any weight will do, mg/kg does not depend on it."""
    try:
        result = run(
            "dose",
            {
                "drug": drug,
                "step": step,
                **({"weight_value": "70", "weight_unit": "kg"} if key == "dose_mg_per_kg" else {}),
            },
        )
    except RuleInputError:
        return frozenset()
    return frozenset(str(v.values[key]) for v in result.verdicts if key in v.values)


def _is_dose(text: str, quantities: tuple[Quantity, ...], drugs: tuple[str, ...]) -> bool:
    """A dose is asked for: by words, or by naming a drug with an administration and a weight and little else."""
    if cue("never_dose", text) or cue("not_dose", text) or (delay_in(text, quantities).timed and cue("since_last", text)):
        return False
    named = bool(dose_mentions(text)) or bool(interval_in(text)) or bool(_DAY_ONE.search(text))
    weighed = bool(weight_in(text, quantities)) or bool(cue("weight_said", text))
    if not drugs:
        return bool(dose_mentions(text)) and weighed
    if cue("dose_asked", text):
        return named or weighed
    return named and (weighed or _is_terse(text))


def _is_terse(text: str) -> bool:
    """Only a drug and an administration: "易瑞欧首针", "tec SUD1 70 kg"."""
    return len(text) <= 12 if has_chinese(text) else len(text.split()) <= 5


def _dose_slots(text: str, quantities: tuple[Quantity, ...], drugs: tuple[str, ...]) -> dict[str, Any]:
    slots: dict[str, Any] = {}
    steps = {mention.id for mention in dose_mentions(text)}
    interval = interval_in(text)
    steps_only = steps - {"treatment"}
    if len(steps_only) == 1:
        slots["step"] = next(iter(steps_only))
    elif not steps_only and _DAY_ONE.search(text):
        slots["step"] = "step_up_1"
    elif not steps_only and interval:
        slots["step"] = f"treatment_{interval}"
    if "talquetamab" in drugs and interval in {"weekly", "every_2_weeks"}:
        slots["schedule"] = interval
    elif "teclistamab" in drugs and _combination(text):
        slots["schedule"] = "with_daratumumab"
    elif "teclistamab" in drugs and cue("monotherapy", text):
        slots["schedule"] = "monotherapy"
    return slots | weight_in(text, quantities)
