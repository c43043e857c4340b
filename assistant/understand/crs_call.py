"""Whether a question asks for the CRS grade of one patient, and how a follow-up changes the findings given before."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from assistant.errors import RuleInputError
from assistant.rules import run
from assistant.understand.crs_findings import crs_findings, vasopressor_count
from assistant.understand.cues import cue
from assistant.understand.question import Call, Family, Question

_HEALTHY = {
    "hypotension": "absent",
    "vasopressors": "none",
    "oxygen_device": "none",
    "antipyretic_given": "absent",
    "anticytokine_given": "absent",
    "fever_earlier": "absent",
}
_NOT_FINDINGS = {"crs_diagnosed", "temperature_unit", "oxygen_flow_l_min", "_vasopressors_named", "_temperature_high"}


def asked(question: Question) -> Call | None:
    """The call when a grade is asked for and findings of this patient are given; a question on definitions has none."""
    text = question.text
    if not cue("grade_asked", text) or (cue("other_scale", text) and not cue("astct", text)):
        return None
    if cue("other_grade", text) and not cue("crs_grade_named", text):
        return None
    found: dict[str, Any] = dict(crs_findings(text, question.quantities))
    said = set(found) - _NOT_FINDINGS
    of_this_patient = (
        len(said) >= 2
        or bool(said & {"temperature_value", "_temperature_low", "died_of_crs"})
        or "crs_diagnosed" in found
    )
    if not said or not of_this_patient:
        return None
    return Call(rule="crs_grade", inputs=_by_the_rule(found))


def slots(question: Question, known: Mapping[str, Any]) -> dict[str, Any]:
    """What a follow-up says of the findings; vasopressors that are added count beside those named before."""
    device = known.get("oxygen_device", "")
    found: dict[str, Any] = dict(crs_findings(question.text, question.quantities, device_before=device))
    if "oxygen_device" in found and found["oxygen_device"] != device and "oxygen_flow_l_min" not in found:
        found["oxygen_flow_l_min"] = None
    if found.get("oxygen_device") == "none":
        found["hypoxia"] = None
    elif "oxygen_device" in found or "hypoxia" in found:
        found.setdefault("hypoxia", None)
    if "temperature_value" in found:
        found.setdefault("fever", None)
    elif found.get("fever") == "absent":
        found["temperature_value"] = found["temperature_unit"] = None  # the fever of the earlier turn is taken back
    elif "_temperature_low" in found:
        found["temperature_value"] = found["temperature_unit"] = None
    found |= _vasopressors(question.text, found, known)
    if "vasopressors" in found and found["vasopressors"] != "none" and "hypotension" not in found:
        found["hypotension"] = None
    if _fell(question.text, found, known):
        found["_temperature_earlier"] = str(known["temperature_value"])
    return _by_the_rule(found)


def _fell(text: str, found: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    """Whether a follow-up gives a temperature of now that is lower than the one before."""
    before, now = known.get("temperature_value"), found.get("temperature_value")
    if before is None or now is None or not cue("now", text):
        return False
    return found.get("temperature_unit") == known.get("temperature_unit") and Decimal(str(before)) > Decimal(now)


def _vasopressors(text: str, found: dict[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """The vasopressors after a follow-up: added to, changed for others, or (when it is not said which) asked for."""
    named = {name for name in found.get("_vasopressors_named", "").split(",") if name}
    before = {name for name in str(known.get("_vasopressors_named") or "").split(",") if name}
    if not named or not known.get("vasopressors") or known["vasopressors"] == "none":
        return {}
    if cue("changed_for", text) or (before and named == before):
        return {}
    if not cue("added", text) or not before:
        return {"vasopressors": "unknown", "_vasopressors_named": None}
    together = named | before
    return {"vasopressors": vasopressor_count(together), "_vasopressors_named": ",".join(sorted(together))}


def _by_the_rule(found: dict[str, Any]) -> dict[str, Any]:
    """Replace temperatures that are not the one of now by what the rule's own table calls them: fever, or not.

    An earlier temperature becomes `fever_earlier`; the two ends of one that is not exact become `fever`, which is unknown
    (and asked for) unless both ends say the same.
    """
    earlier = found.pop("_temperature_earlier", None)
    low, high = found.pop("_temperature_low", None), found.pop("_temperature_high", None)
    unit = found.get("temperature_unit")
    if earlier is not None and _is_fever(earlier, unit):
        found = {**found, "fever_earlier": "present"}
    if low is None or "temperature_value" in found:
        return found
    found = {name: value for name, value in found.items() if name != "temperature_unit"}
    if low and _is_fever(low, unit):
        return {**found, "fever": "present"}
    return {**found, "fever": "absent" if high and _is_fever(high, unit) is False else "unknown"}


def _is_fever(degrees: str, unit: str | None) -> bool | None:
    """Whether the rule takes this temperature for fever; None when it takes none of it."""
    try:
        result = run(
            "crs_grade", {**_HEALTHY, "temperature_value": degrees} | ({"temperature_unit": unit} if unit else {})
        )
    except RuleInputError:
        return None
    grades = {verdict.values.get("grade") for verdict in result.verdicts}
    return grades == {"1"} if grades else None


FAMILY = Family("crs_grade", asked, slots)
