"""Findings for the CRS grade: temperature, antipyretic or anticytokine treatment, blood pressure, vasopressors, oxygen.

Each finding is present, absent or (when the wording is uncertain) unknown; what is not mentioned is left out, and the rule
asks for it if it could change the grade. The wordings stand in `findings.yaml`.
"""

from __future__ import annotations

import re

from rapidfuzz.distance import DamerauLevenshtein

from assistant.text.quantities import Quantity, pressures_in
from assistant.understand.clauses import Clause, clauses_of, status_of
from assistant.understand.cues import choice_patterns, cue
from assistant.understand.temperatures import read_temperature

_SEVERAL = 2
# "weaned from two pressors to one", 减到一种: the count of now
_CHANGED_TO = re.compile(
    r"(?:\bdown to|\bto|[减降撤](?:到|为|至|成)|只剩|还剩)\s*(?:(?P<one>(?:just |only )?(?:one|1|a single)\b|[一单1][种个联])|(?P<several>(?:two|2|three|3)\b|[两二三2][种个联])|(?P<none>none\b|zero\b|nil\b|没有))",
    re.ASCII,
)
_TIMES = re.compile(r"\s*[x×*]\s*(?P<n>[1-5])(?!\d)")
_MILLILITRES = re.compile(r"\d+\s*(?:ml|毫升|cc)|\d\s*l\b", re.ASCII)
_NEGATED_ITSELF = re.compile(
    r"(?:\b(?:not|never|isn't|no longer|non)\b(?: on| in)?|不是|并非|并不|非|不再)\s*$", re.ASCII
)
_VASOPRESSORS = ("norepinephrine", "epinephrine", "dopamine", "phenylephrine", "vasopressin")

# full names as typed on a ward, and how many letters may be wrong
_SPELT = ("norepinephrine", "noradrenaline", "epinephrine", "adrenaline", "vasopressin", "phenylephrine", "dopamine")
_SLIPS = 2


def crs_findings(text: str, quantities: tuple[Quantity, ...], *, device_before: str = "") -> dict[str, str]:
    """The inputs of the rule `crs_grade` that normalised `text` gives; only what is said.

    `_temperature_earlier` is a higher temperature earlier in the same event, `_temperature_low` and `_temperature_high` are
    the ends of one that is not exact (the caller asks the rule what they mean),
    `_vasopressors_named` the running vasopressors by name. A blood pressure typed as figures gives nothing: the scale
    names no figure, so whether it is hypotension is asked.
    `device_before` is the oxygen device of an earlier turn, to which a flow alone ("8 L") belongs.
    """
    found: dict[str, str] = {}
    clauses = clauses_of(text)
    read_temperature(text, quantities, clauses, found)
    for clause in sorted(clauses, key=lambda c: not c.past):
        if not clause.past:
            _forget_older_oxygen(clause.text, found)
        _fever(clause, found)
        _treatment(clause, found)
        _pressure(clause, found)
        _oxygen(clause, quantities, found, device_before)
    if _rose_with_fluid(text):
        found["hypotension"] = "present"
    if any(_misspelt_vasopressor(clause.text) for clause in clauses if not clause.past):
        found["vasopressors"] = "unknown"  # which one, and whether it runs at all, is asked
    else:
        _vasopressors(clauses, found)
    _diagnosis(text, found)
    return found


def _forget_older_oxygen(clause: str, found: dict[str, str]) -> None:
    """What is said of now replaces what was said of before."""
    if cue("room_air", clause) or _any_device(clause):
        for name in ("oxygen_device", "oxygen_flow_l_min", "hypoxia"):
            found.pop(name, None)


def _status(clause: Clause, match: re.Match[str]) -> str:
    """The status of a finding; only a closed list shares its negation ("no oxygen, hypotensive" is two statements)."""
    status = status_of(clause.text, match.start(), match.end())
    return "absent" if status == "present" and clause.shares == "absent" else status


def _fever(clause: Clause, found: dict[str, str]) -> None:
    if "temperature_value" in found or "_temperature_low" in found:
        return
    if cue("afebrile", clause.text):
        found["fever"] = "absent"
    elif match := cue("fever", clause.text):
        found["fever"] = _status(clause, match)


def _treatment(clause: Clause, found: dict[str, str]) -> None:
    for name in ("antipyretic", "anticytokine"):
        match = cue(name, clause.text)
        if match is None or cue("only_asked", clause.text):
            continue
        status = _status(clause, match)
        if status == "absent":
            found[f"{name}_given"] = "absent"
        elif cue("given", clause.text):
            found[f"{name}_given"] = "present"


def _pressure(clause: Clause, found: dict[str, str]) -> None:
    if (normal := cue("normal_pressure", clause.text)) and _doubly_negated(clause.text, normal):
        found["hypotension"] = "unknown"
    elif cue("fluid_responsive", clause.text):
        found["hypotension"] = "present"
    elif cue("normal_pressure", clause.text):
        found.setdefault("hypotension", "absent")
    elif match := cue("hypotension", clause.text):
        found["hypotension"] = _status(clause, match)


def _rose_with_fluid(text: str) -> bool:
    """Whether a blood pressure is given before and after fluid, the second higher ("85/50 -> 100/60 after 1000 ml").

    No figure is judged: that fluid was given for the first pressure and raised it is what the writer says.
    """
    pairs = pressures_in(text)
    if len(pairs) != 2 or pairs[1].systolic <= pairs[0].systolic:
        return False
    around = text[pairs[0].end : pairs[1].start] + " " + re.split(r"[,，。;；]", text[pairs[1].end :])[0][:24]
    return bool(cue("fluids_given", around) or _MILLILITRES.search(around))


def _oxygen(clause: Clause, quantities: tuple[Quantity, ...], found: dict[str, str], device_before: str) -> None:
    text = clause.text
    air = cue("room_air", text)
    if air and not _doubly_negated(text, air) and not _device_after(text, air.end()):
        found["oxygen_device"] = "none"
        return
    if air and _doubly_negated(text, air):
        found["oxygen_device"] = "unknown"
    changed = cue("device_changed", text)
    now = changed.end() if changed else 0
    for device, words in choice_patterns("devices"):
        match = words.search(text, now) or (None if _any_device(text[now:]) else words.search(text))
        if match and (status := status_of(text, match.start(), match.end())) != "absent":
            for_hypoxia = status == "present" and not cue("not_for_hypoxia", text)
            found["oxygen_device"] = device if for_hypoxia else "unknown"
            break
    _flow(clause, quantities, found, found.get("oxygen_device", device_before))
    if "oxygen_device" in found:
        return
    if cue("normoxia", text):
        found["hypoxia"] = "absent"
    elif match := cue("hypoxia", text):
        found["hypoxia"] = _status(clause, match)


def _doubly_negated(clause: str, match: re.Match[str]) -> bool:
    """Whether a wording that says "normal" or "none" is itself negated (并非没有低血压, "not on room air"): asked."""
    return bool(_NEGATED_ITSELF.search(clause[: match.start()]) or cue("double_negation", clause))


def _device_after(text: str, start: int) -> bool:
    """Whether a device is put on after `start` ("88% on room air so put on 2 L nasal cannula")."""
    matches = (words.search(text, start) for _, words in choice_patterns("devices"))
    return any(match and status_of(text, match.start(), match.end()) == "present" for match in matches)


def _any_device(text: str) -> bool:
    return any(words.search(text) for _, words in choice_patterns("devices"))


def _flow(clause: Clause, quantities: tuple[Quantity, ...], found: dict[str, str], device: str) -> None:
    inside = [q for q in quantities if clause.start <= q.start < clause.start + len(clause.text)]
    for quantity in inside:
        if not quantity.exact:
            continue
        if quantity.unit == "l/min" or (quantity.unit == "litre" and device not in {"", "none"}):
            found["oxygen_flow_l_min"] = str(quantity.value)


def _vasopressors(clauses: tuple[Clause, ...], found: dict[str, str]) -> None:
    """How many vasopressors are running now; named drugs and counting words are read together."""
    current = [clause for clause in clauses if not clause.past or len(clauses) == 1]
    named = {drug for clause in current for drug in _named_vasopressors(clause.text)}
    if named:
        found["_vasopressors_named"] = ",".join(sorted(named))
    counted = next((count for clause in current if (count := _counted_vasopressors(clause.text))), "")
    plain = named - {"vasopressin"}
    stopped = any(
        cue(drug, clause.text) and cue("stopped", clause.text) for clause in clauses for drug in _VASOPRESSORS
    )
    if stopped and not plain and counted in {"", "none"}:
        found["vasopressors"] = "none"
    elif named and counted == "none":
        # "no vasopressor used, norepinephrine at 0.1": contradictory, so it is asked
        found["vasopressors"] = "unknown"
    elif counted == "two_or_more" and "vasopressin" in named and len(plain) < _SEVERAL:
        # "two pressors, norepinephrine and vasopressin" names both; "two pressors and vasopressin" leaves it open
        exactly = any(cue("two_counted", clause.text) for clause in current) and len(named) == _SEVERAL
        found["vasopressors"] = "one_plus_vasopressin" if exactly else "unknown"
    elif counted == "two_or_more" or len(plain) >= _SEVERAL:
        found["vasopressors"] = "two_or_more"
    elif named == {"vasopressin"} and counted == "one":
        # "one vasopressor, vasopressin": is it the one, or beside another?
        beside = any(cue("added", clause.text) for clause in current)
        found["vasopressors"] = "one_plus_vasopressin" if beside else "unknown"
    elif named:
        found["vasopressors"] = vasopressor_count(named)
    elif counted:
        found["vasopressors"] = counted
    elif any(cue("fluids_only", clause.text) for clause in current):
        found["vasopressors"] = "none"


def vasopressor_count(named: set[str]) -> str:
    """The count of the rule for vasopressors by name; vasopressin does not count beside another one."""
    plain = named - {"vasopressin"}
    if len(plain) >= 2:
        return "two_or_more"
    if not plain:
        return "vasopressin_only"
    return "one_plus_vasopressin" if "vasopressin" in named else "one"


def _misspelt_vasopressor(clause: str) -> bool:
    """Whether a long word is nearly the name of a vasopressor ("norepineprhine") without being one."""
    known = ("vasopressor", *_VASOPRESSORS)
    words = (word for word in re.findall(r"[a-z]{8,}", clause) if not any(cue(name, word) for name in known))
    return any(DamerauLevenshtein.distance(word, name) <= _SLIPS for word in words for name in _SPELT)


def _named_vasopressors(clause: str) -> list[str]:
    matches = ((drug, cue(drug, clause)) for drug in _VASOPRESSORS)
    return [
        drug
        for drug, match in matches
        if match
        and status_of(clause, match.start(), match.end()) == "present"
        and not cue("stopped_after", clause[match.end() : match.end() + 24])
    ]


def _counted_vasopressors(clause: str) -> str:
    """The count: "one", "two_or_more", "none", "unknown"; "" when the clause does not speak of vasopressors or gives none."""
    match = cue("vasopressor", clause)
    if match is None:
        return ""
    status = status_of(clause, match.start(), match.end())
    if status != "present":
        return "none" if status == "absent" else "unknown"
    if cue("stopped_after", clause[match.end() : match.end() + 24]):
        return "none"
    if changed := _CHANGED_TO.search(clause, match.start()):
        return "one" if changed["one"] else "two_or_more" if changed["several"] else "none"
    before = clause[: match.start()]
    if times := _TIMES.match(clause, match.end()):
        return "one" if times["n"] == "1" else "two_or_more"
    if cue("several_counted", before):
        return "two_or_more"
    return "one" if cue("one_counted", before) else ""


def _diagnosis(text: str, found: dict[str, str]) -> None:
    if cue("not_crs", text):
        found["other_cause"] = "present"
    elif cue("crs", text) and (cue("crs_stated", text) or not cue("crs_asked", text)):
        found["crs_diagnosed"] = "present"
    if cue("died_of_crs", text):
        found["died_of_crs"] = "present"
    if cue("other_cause", text):
        found["other_cause"] = "present"
