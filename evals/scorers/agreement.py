"""Two languages, one answer: the English and the Chinese question of a family lead to the same kind, result and leading fact."""

from __future__ import annotations

import math
from collections.abc import Iterator

from assistant.types import Answer
from evals.asking import Asked, Asking
from evals.scorers.record import Scored, passages, severity_of

Result = tuple[str, tuple[str, ...]]


def bilingual(asking: Asking, split: str) -> Iterator[Scored]:
    """The first English and the first Chinese question of every family; NaN for a family with one language."""
    families: dict[str, dict[str, Asked]] = {}
    for asked in asking.of_all_sets(split):
        families.setdefault(asked.sample.family, {}).setdefault(asked.sample.language, asked)
    for name, pair in families.items():
        yield _of_pair(name, pair)


def _of_pair(name: str, pair: dict[str, Asked]) -> Scored:
    first = next(iter(pair.values()))
    common = {
        "id": name,
        "family": name,
        "language": "both",
        "question": " / ".join(a.sample.text for a in pair.values()),
    }
    if len(pair) < 2:
        return Scored(**common, value=math.nan, explanation="only one language")
    english, chinese = pair["en"].answer, pair["zh"].answer
    checks, why = same_answer(english, chinese)
    return Scored(
        **common,
        value=float(all(checks.values())),
        explanation="; ".join(why),
        checks=checks,
        severity=severity_of(_more_shown(english, chinese), first.sample.severity) if why else "",
        history=first.sample.history,
        answer=f"{english.text}\n---\n{chinese.text}",
        cited=(*passages(english), *passages(chinese)),
    )


def same_answer(one: Answer, other: Answer) -> tuple[dict[str, bool], list[str]]:
    """Whether two answers agree in kind, rule result and leading fact, and how they differ."""
    checks = {"kind": one.kind == other.kind}
    why = [] if checks["kind"] else [f"kind {one.kind} / {other.kind}"]
    if one.calculation is not None or other.calculation is not None:
        checks["result"] = result_of(one) == result_of(other)
        why += [] if checks["result"] else [f"result {result_of(one)} / {result_of(other)}"]
    if one.citations and other.citations:
        checks["fact"] = _leads_share(one, other)
        why += [] if checks["fact"] else [f"leading facts {one.citations[0].facts} / {other.citations[0].facts}"]
    return checks, why


def result_of(answer: Answer) -> Result | None:
    """The rule and its values by jurisdiction, free of wording; None without a calculation."""
    if answer.calculation is None:
        return None
    shown = tuple(
        sorted(f"{v['jurisdiction']} {v['status']} {sorted(v['values'].items())}" for v in answer.calculation.result)
    )
    return answer.calculation.rule, shown


def _leads_share(one: Answer, other: Answer) -> bool:
    """Whether the leading fact of one answer is cited by the other, in either direction."""
    cited = [{fact for c in answer.citations for fact in c.facts} for answer in (one, other)]
    return bool(set(one.citations[0].facts) & cited[1] or set(other.citations[0].facts) & cited[0])


def _more_shown(one: Answer, other: Answer) -> Answer:
    return one if len(one.statements) >= len(other.statements) else other
