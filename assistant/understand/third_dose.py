"""Which administration "the third injection" is: the first treatment dose, or, where a schedule has three step-up doses, open.

The dose tables say whether a drug has a third step-up dose; no number of doses stands here.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from assistant.errors import RuleInputError
from assistant.rules import run
from assistant.understand.doses import THIRD


def administrations(ids: Iterable[str], drug: str) -> tuple[str, ...]:
    """The ids without `THIRD`, which becomes an administration of `drug` where its schedules leave only one reading."""
    resolved = (_third(drug) if dose == THIRD else dose for dose in ids)
    return tuple(dict.fromkeys(dose for dose in resolved if dose))


@lru_cache(maxsize=8)
def _third(drug: str) -> str:
    if not drug:
        return ""
    try:
        # the weight only lets the tables be read; which row there is does not depend on it
        result = run("dose", {"drug": drug, "step": "step_up_3", "weight_value": "70", "weight_unit": "kg"})
    except RuleInputError:
        return ""
    has_third_step = any(verdict.status == "applies" for verdict in result.verdicts)
    return "" if has_third_step else "first_treatment"
