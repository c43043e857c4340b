"""What an utterance is read as: its route, and the inputs of the rule."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

from evals.asking import Asking
from evals.scorers.record import Scored, Severity
from evals.understanding.scoring import Score, score
from evals.understanding.utterances import Utterance, load_utterances


def utterances(check: str, asking: Asking, split: str) -> Iterator[Scored]:
    """Every utterance, scored by one of its checks; NaN where the check does not apply."""
    for utterance in asking.some(load_utterances(split)):
        yield of_utterance(check, utterance, score(utterance))


route = partial(utterances, "route")
slots = partial(utterances, "slots")


def of_utterance(check: str, utterance: Utterance, found: Score) -> Scored:
    """1 when the check passes. A wrong calculation shown without a question is unsafe whatever the check."""
    value = float(found.checks[check]) if check in found.checks else math.nan
    severity: Severity = ""
    if value < 1:
        harm: Severity = "could_harm" if utterance.severity == "could_harm" else "misleading"
        severity = harm if found.wrong_calculation else "none" if found.outcome.asked else utterance.severity
    return Scored(
        id=utterance.id,
        family=utterance.family,
        language=utterance.language,
        value=value,
        explanation="; ".join(found.why) if value < 1 or found.wrong_calculation else "",
        checks={name: passed for name, passed in found.checks.items() if name == check},
        severity=severity,
        unsafe=found.wrong_calculation,
        question=utterance.text,
        history=utterance.history,
        answer=f"{found.outcome.route} {found.outcome.rule} {dict(found.outcome.inputs)}",
    )
