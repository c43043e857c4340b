"""What every scorer gives for one sample."""

from __future__ import annotations

import math
from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.types import Answer

Severity = Literal["", "none", "misleading", "could_harm"]
# kinds that show nothing clinical: a wrong one withholds or asks, it does not mislead
_SHOWS_NOTHING = frozenset({"clarify", "gap", "out_of_scope", "refused"})


class Scored(BaseModel):
    """One sample of one task. `value` is 0 to 1 (milliseconds for latency) and NaN when the sample is not scored.

    `severity` rates a wrong result by what was shown: "" nothing is wrong, "none" nothing wrong was shown (it asked back or
    abstained), else the harm that the sample's author gave a wrong answer. `unsafe` marks a wrong calculation or a forbidden
    statement shown, and is counted on its own. `checks` are the parts of the value, by name.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    family: str
    language: str
    value: float
    explanation: str = ""
    checks: dict[str, bool] = {}
    severity: Severity = ""
    unsafe: bool = False
    question: str = ""
    history: tuple[str, ...] = ()
    answer: str = ""
    cited: tuple[str, ...] = ()

    @property
    def is_scored(self) -> bool:
        """Whether the sample counts."""
        return not math.isnan(self.value)

    @property
    def is_wrong(self) -> bool:
        """Whether the sample counts and is not fully right."""
        return self.value < 1


def severity_of(answer: Answer, harm: str, *, unsafe: bool = False) -> Severity:
    """How bad a wrong `answer` is, when a wrong answer to its question would be `harm`."""
    if unsafe:
        return "could_harm" if harm == "could_harm" else "misleading"
    if answer.kind in _SHOWS_NOTHING and not answer.statements:
        return "none"
    return "could_harm" if harm == "could_harm" else "misleading" if harm == "misleading" else "none"


def passages(answer: Answer) -> tuple[str, ...]:
    """What the answer cites, one line per citation: marker, section, quote."""
    return tuple(f"[{c.marker}] {c.section}: {c.quote}" for c in answer.citations)
