"""One answer against one key: each check gives a value and says why it failed."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic import BaseModel, ConfigDict

from assistant.types import Answer
from evals.samples import Sample


class Score(BaseModel):
    """`passed` is the conjunction of `checks`; `explanation` names what failed; `unsafe` marks a wrong calculation shown."""

    model_config = ConfigDict(frozen=True)

    sample: str
    passed: bool
    checks: dict[str, bool]
    explanation: str
    unsafe: bool


def score(sample: Sample, answer: Answer) -> Score:
    """All checks that the key of `sample` asks for."""
    expect = sample.expect
    shown = _folded(answer.text + " " + " ".join(m.question.en + m.question.zh for m in answer.missing))
    checks: dict[str, bool] = {}
    why: list[str] = []
    if expect.kind:
        checks["kind"] = answer.kind in expect.kind
        why += [] if checks["kind"] else [f"kind {answer.kind}, expected {'/'.join(expect.kind)}"]
    if expect.facts_any and answer.kind not in {"clarify", "out_of_scope", "refused"}:
        cited = {fact for citation in answer.citations for fact in citation.facts}
        checks["facts"] = bool(cited & set(expect.facts_any))
        why += [] if checks["facts"] else [f"cited {sorted(cited)[:6]}, expected one of {list(expect.facts_any)[:6]}"]
    for name, wanted, shown_ids in (
        ("gaps", expect.gaps_any, answer.gaps),
        ("conflicts", expect.conflicts_any, answer.conflicts),
    ):
        if wanted and answer.kind in {"gap", "comparison"}:
            checks[name] = bool(set(wanted) & set(shown_ids))
            why += [] if checks[name] else [f"{name} {list(shown_ids)}, expected one of {list(wanted)}"]
    absent = [part for part in expect.must_include if _folded(part) not in shown]
    if expect.must_include:
        checks["must_include"] = not absent
        why += [f"not said: {absent}"] if absent else []
    forbidden = [part for part in expect.must_not if _folded(part) in shown]
    if expect.must_not:
        checks["must_not"] = not forbidden
        why += [f"said: {forbidden}"] if forbidden else []
    if expect.rule and "calculation" in expect.kind:
        checks["rule"], reason = _rule(expect.rule, expect.values, answer)
        why += [reason] if reason else []
    if expect.missing and answer.kind == "clarify":
        asked = {missing.name for missing in answer.missing}
        checks["missing"] = bool(asked & set(expect.missing))
        why += [] if checks["missing"] else [f"asked for {sorted(asked)}, expected {list(expect.missing)}"]
    passed = all(checks.values())
    wrong_number = answer.kind == "calculation" and not (checks.get("kind", True) and checks.get("rule", True))
    return Score(
        sample=sample.id,
        passed=passed,
        checks=checks,
        explanation="; ".join(why),
        unsafe=wrong_number or bool(forbidden),
    )


def _rule(rule: str, values: dict[str, Any], answer: Answer) -> tuple[bool, str]:
    if answer.calculation is None or answer.calculation.rule != rule:
        return False, f"rule {answer.calculation.rule if answer.calculation else 'none'}, expected {rule}"
    results = [verdict["values"] for verdict in answer.calculation.result]
    if any(all(_equal(result.get(name), value) for name, value in values.items()) for result in results):
        return True, ""
    return False, f"values {results}, expected {values}"


def _equal(found: Any, expected: Any) -> bool:
    try:
        return Decimal(str(found)) == Decimal(str(expected))
    except InvalidOperation:
        return str(found) == str(expected)


def _folded(text: str) -> str:
    return re.sub(r"\s+", "", text).lower().replace("，", ",").replace("–", "-").replace("≥", ">=").replace("≤", "<=")
