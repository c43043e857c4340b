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
_NOT_FINDINGS = {"crs_diagnosed", "temperature_unit", "oxygen_flow_l_min", "_vasopressors_named"}


def asked(question: Question) -> Call | None:
    """The call when a grade is asked for and findings of this patient are given; a question on definitions has none."""
    text = question.text
    if not cue("grade_asked", text) or (cue("other_scale", text) and not cue("astct", text)):
        return None
    if cue("other_grade", text) and not cue("crs_grade_named", text):
        return None
    found: dict[str, Any] = dict(crs_findings(text, question.quantities))
    said = set(found) - _NOT_FINDINGS
    of_this_patient = len(said) >= 2 or bool(said & {"temperature_value", "died_of_crs"}) or "crs_diagnosed" in found
    if not said or not of_this_patient:
        return None
    return Call(rule="crs_grade", inputs=_with_fever_before(found))


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
    found |= _vasopressors(question.text, found, known)
    if "vasopressors" in found and found["vasopressors"] != "none" and "hypotension" not in found:
        found["hypotension"] = None
    if _fell(question.text, found, known):
        found["_temperature_earlier"] = str(known["temperature_value"])
    return _with_fever_before(found)


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


def _with_fever_before(found: dict[str, Any]) -> dict[str, Any]:
    """Replace an earlier temperature by what the rule's own table calls it: fever earlier in this event, or not."""
    earlier = found.pop("_temperature_earlier", None)
    if earlier is None:
        return found
    unit = {"temperature_unit": found["temperature_unit"]} if "temperature_unit" in found else {}
    probe = {"temperature_value": earlier, **unit}
    try:
        result = run("crs_grade", {**_HEALTHY, **probe})
    except RuleInputError:
        return found
    grades = {verdict.values.get("grade") for verdict in result.verdicts}
    return {**found, "fever_earlier": "present"} if grades == {"1"} else found


FAMILY = Family("crs_grade", asked, slots)
