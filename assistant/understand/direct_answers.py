"""A bare answer to the one question that was asked back: "75", "kg", 市斤, "no", 有.

Only when exactly one input is missing is it certain what the answer belongs to; otherwise nothing is filled.
"""

from __future__ import annotations

import re
from typing import Any

from assistant.errors import RuleInputError
from assistant.rules import run
from assistant.types import MissingInput
from assistant.understand.cues import choice_patterns, cue
from assistant.understand.state import State

_LONGEST = 24
_NUMBER = re.compile(r"(?:it(?:'s| is)|是|为)?\s*(?P<value>\d+(?:\.\d+)?)\s*[.。]?", re.ASCII)


def direct_answer(text: str, state: State) -> dict[str, Any]:
    """The input that normalised `text` answers, given what the rule in `state` still needs; {} when it is not certain."""
    if not state.rule or len(text) > _LONGEST:
        return {}
    inputs = {name: value for name, value in state.inputs.items() if not name.startswith("_")}
    try:
        missing = run(state.rule, inputs).missing
    except RuleInputError:
        return {}
    return _answer(text, missing[0]) if len(missing) == 1 else {}


def _answer(text: str, asked: MissingInput) -> dict[str, Any]:
    if asked.name.endswith("unit"):
        units = [unit for unit, words in choice_patterns("unit_replies") if words.fullmatch(text)]
        return {asked.name: units[0]} if len(units) == 1 and units[0] in asked.options else {}
    if not asked.options:
        number = _NUMBER.fullmatch(text)
        return {asked.name: number["value"]} if number else {}
    for words, choices in (("answer_no", ("absent", "none")), ("answer_yes", ("present",))):
        choice = next((choice for choice in choices if choice in asked.options), "")
        if choice and cue(words, text):
            return {asked.name: choice}
    exact = [option for option in asked.options if option.replace("_", " ") == text.replace("_", " ")]
    return {asked.name: exact[0]} if exact else {}
