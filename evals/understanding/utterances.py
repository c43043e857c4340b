"""The utterances that test understanding: one JSON object per line, checked on reading. See README.md for the fields."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.errors import SettingError

UTTERANCES = Path(__file__).with_name("utterances.jsonl")

# Only terms of these glossary categories are keyed in `entities`; a reader's other entities are not scored.
ENTITY_CATEGORIES = ("drug", "toxicity")

Route = Literal["rule", "guidance", "clarify", "out_of_scope", "refused"]
Unit = Literal[
    "mg/kg",
    "mg",
    "gram",
    "ml",
    "kg",
    "lb",
    "jin",
    "jin_mainland",
    "jin_taiwan",
    "jin_hong_kong",
    "celsius",
    "fahrenheit",
    "hour",
    "minute",
    "day",
    "week",
    "month",
    "l/min",
    "litre",
    "mmhg",
    "10^9/l",
    "/ul",
    "g/l",
    "g/dl",
    "mg/dl",
    "umol/l",
    "mmol/l",
    "ug/kg/min",
    "percent",
    "point",
    "grade",
]


class Amount(BaseModel):
    """A quantity of the text, as written; `value` is None when an approximate form fixes no number, `upper` ends a range."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: str | None
    unit: Unit
    comparator: Literal["=", ">", ">=", "<", "<=", "~"]
    upper: str | None = None


class Utterance(BaseModel):
    """One thing a clinician types, with what it must be understood as. `family` holds its twins and paraphrases."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    family: str
    split: Literal["dev", "test"]
    stratum: str
    language: Literal["en", "zh"]
    script: Literal["latin", "simplified", "traditional", "mixed"]
    style: tuple[str, ...]
    history: tuple[str, ...]
    text: str
    route: Route
    route_or: tuple[Route, ...] = ()
    also: Literal["", "guidance"]
    comparison: bool
    rule: str
    rule_or: tuple[str, ...] = ()
    slots: dict[str, Any]
    slots_free: tuple[str, ...] = ()
    open: tuple[str, ...]
    may_ask: tuple[str, ...] = ()
    entities: tuple[str, ...]
    entities_free: tuple[str, ...] = ()
    quantities: tuple[Amount, ...]
    quantities_free: tuple[Amount, ...] = ()
    severity: Literal["could_harm", "misleading", "none"]
    why: str


def load_utterances(split: str | None = None, path: Path = UTTERANCES) -> tuple[Utterance, ...]:
    """The utterances, optionally of one split; raises SettingError naming file and line."""
    if split not in (None, "dev", "test"):
        raise SettingError(f"There is no split '{split}'; there are: dev, test.")
    if not path.is_file():
        raise SettingError(f"{path} is missing; it is part of the repository, restore it.")
    utterances = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            utterances.append(Utterance.model_validate_json(line))
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"])) or "line"
            raise SettingError(f"{path}:{number}: {place}: {first['msg']}") from error
    return tuple(utterance for utterance in utterances if split is None or utterance.split == split)
