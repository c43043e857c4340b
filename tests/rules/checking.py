"""How a YAML case is read, run and compared; shared by the case tests and the mutation test."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from assistant.errors import RuleInputError
from assistant.rules import RULES
from assistant.rules.inputs import read_inputs
from assistant.rules.tables import Tables
from assistant.types import RuleResult, Text, Verdict

CASES = Path(__file__).parent / "cases"
KEYS = {
    "status",
    "row",
    "values",
    "gap",
    "missing",
    "options",
    "error",
    "verdicts",
    "says",
    "notes",
    "jurisdiction",
    "steps",
}


@dataclass(frozen=True)
class Case:
    """One case: a sentence a clinician can check, the inputs, and the part of the result that must agree."""

    rule: str
    file: str
    name: str
    input: dict[str, Any]
    output: dict[str, Any]
    as_of: date | None

    @property
    def label(self) -> str:
        """The id of the test."""
        return f"{self.file}::{self.name}"


def all_cases() -> list[Case]:
    """Every case under `cases/<rule>/*.yaml`; scalars of the inputs stay text."""
    found: list[Case] = []
    for path in sorted(CASES.glob("*/*.yaml")):
        for entry in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader):
            unknown = set(entry) - {"name", "input", "output", "as_of", "why"} | set(entry["output"]) - KEYS
            assert not unknown, f"{path}: {entry.get('name')}: unknown keys {unknown}"
            day = date.fromisoformat(entry["as_of"]) if "as_of" in entry else None
            found.append(
                Case(
                    path.parent.name,
                    f"{path.parent.name}/{path.stem}",
                    entry["name"],
                    entry["input"],
                    entry["output"],
                    day,
                )
            )
    return found


def run_case(case: Case, tables: Tables) -> str:
    """Empty when the case holds, otherwise what differs."""
    rule = RULES[case.rule]
    try:
        result = rule.decide(read_inputs(rule.inputs, case.input), tables, as_of=case.as_of)
    except RuleInputError as error:
        wanted = case.output.get("error")
        return "" if wanted == error.name else f"expected {case.output}, got RuleInputError({error.name}): {error}"
    return difference(case.output, result)


def difference(wanted: dict[str, Any], result: RuleResult) -> str:
    """What of `wanted` the result does not show; empty when all of it agrees."""
    if "error" in wanted:
        return f"expected a RuleInputError for {wanted['error']}, got {_short(result)}"
    missing = [entry.name for entry in result.missing]
    if "missing" in wanted:
        if missing != wanted["missing"]:
            return f"missing: expected {wanted['missing']}, got {missing or _short(result)}"
        options = {entry.name: list(entry.options) for entry in result.missing}
        for name, choices in wanted.get("options", {}).items():
            if options[name] != choices:
                return f"options of {name}: expected {choices}, got {options[name]}"
        return ""
    if missing:
        return f"asks for {missing}, expected {wanted}"
    verdicts = wanted.get("verdicts", [wanted])
    if len(verdicts) != len(result.verdicts):
        return f"expected {len(verdicts)} verdicts, got {_short(result)}"
    for part, verdict in zip(verdicts, result.verdicts, strict=True):
        fault = _verdict_difference(part, verdict)
        if fault:
            return fault
    return ""


def _verdict_difference(wanted: dict[str, Any], verdict: Verdict) -> str:
    shown = {"status": verdict.status, "gap": verdict.gap or "none", "jurisdiction": verdict.jurisdiction}
    shown["row"] = verdict.values.get("row") or verdict.values.get("rows")
    for key in ("status", "gap", "jurisdiction", "row"):
        if key in wanted and wanted[key] != shown[key]:
            return f"{key}: expected {wanted[key]}, got {shown[key]} ({verdict.summary.en})"
    for key, value in wanted.get("values", {}).items():
        if value != verdict.values.get(key):
            return f"values.{key}: expected {value}, got {verdict.values.get(key)}"
    steps = {step["row"]: step for step in verdict.values.get("steps", [])}
    if "steps" in wanted and list(wanted["steps"]) != list(steps):
        return f"steps: expected {list(wanted['steps'])}, got {list(steps)}"
    for row, values in wanted.get("steps", {}).items():
        shown_step = {key: steps[row].get(key) for key in values}
        if shown_step != values:
            return f"steps.{row}: expected {values}, got {shown_step}"
    texts = {"says": [verdict.summary], "notes": list(verdict.notes)}
    for key, pieces in ((key, wanted[key]) for key in texts if key in wanted):
        for language, parts in pieces.items():
            whole = "\n".join(_in(text, language) for text in texts[key])
            for part in [parts] if isinstance(parts, str) else parts:
                if part not in whole:
                    return f"{key}.{language}: '{part}' not in '{whole}'"
    return ""


def _in(text: Text, language: str) -> str:
    return text.in_language(language)


def _short(result: RuleResult) -> str:
    return "; ".join(f"{verdict.jurisdiction} {verdict.status} {verdict.values}" for verdict in result.verdicts)
