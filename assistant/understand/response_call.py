"""Whether a question asks for the response category of one patient, and the values at baseline and now that it gives.

A question on the criteria themselves has no values and stays with the sections. What is not given is asked by the rule,
which then looks at what could still change the category.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.understand.changed_values import Change, change_in
from assistant.understand.cues import cue, pattern
from assistant.understand.question import Call, Family, Question

_SERUM_UNITS = frozenset({"g_l", "g_dl"})
_URINE_UNITS = frozenset({"mg_24h", "g_24h"})
_CHAIN_UNITS = frozenset({"mg_l", "mg_dl"})


def asked(question: Question) -> Call | None:
    """The call when a category is asked for and at least one measurement is given at baseline and now."""
    if not cue("response_asked", question.text):
        return None
    found = _slots(question.text)
    return Call(rule="response", inputs=found) if any(name.endswith("_now") for name in found) else None


def slots(question: Question, known: Mapping[str, Any]) -> dict[str, Any]:
    """The measurements and findings of a follow-up."""
    return _slots(question.text)


def _slots(text: str) -> dict[str, Any]:
    found = _change(change_in("urine_m", text), "urine_m", "urine_unit", _URINE_UNITS)
    serum = change_in("serum_m", pattern("urine_m").sub(" ", text)) if not _same_place(text) else None
    found |= _change(serum, "serum_m", "serum_unit", _SERUM_UNITS)
    if cue("flc_named", text):
        for chain in ("kappa", "lambda"):
            found |= _change(change_in(f"flc_{chain}", text), f"flc_{chain}", "flc_unit", _CHAIN_UNITS)
    marrow = change_in("marrow_cells", text)
    if marrow is not None and marrow.unit == "percent":
        found |= {"marrow_baseline_percent": marrow.baseline, "marrow_now_percent": marrow.now}
    chains = [chain for chain in ("kappa", "lambda") if cue(f"involved_{chain}", text)]
    if len(chains) == 1:
        found["involved_chain"] = chains[0]
    for fluid in ("serum", "urine"):
        if match := cue(f"{fluid}_fixation", text):
            found |= _fixation(fluid, text[match.end() : match.end() + 14])
    if cue("plasmacytoma_never", text):
        found["plasmacytoma"] = "never"
    return found


def _same_place(text: str) -> bool:
    """Whether M-protein is named once, and as that of urine: its values are not those of serum."""
    urine = cue("urine_m", text)
    return urine is not None and len(list(pattern("serum_m").finditer(pattern("urine_m").sub(" ", text)))) == 0


def _change(change: Change | None, name: str, unit_name: str, units: frozenset[str]) -> dict[str, Any]:
    """The inputs of one change; a unit that the measurement cannot have makes it unread."""
    if change is None or (change.unit and change.unit not in units):
        return {}
    found = {f"{name}_baseline": change.baseline, f"{name}_now": change.now}
    return found | ({unit_name: change.unit} if change.unit else {})


def _fixation(fluid: str, after: str) -> dict[str, Any]:
    positive, negative = cue("serology_positive", after), cue("serology_negative", after)
    if bool(positive) == bool(negative):
        return {}
    return {f"{fluid}_immunofixation": "positive" if positive else "negative"}


FAMILY = Family("response", asked, slots)
