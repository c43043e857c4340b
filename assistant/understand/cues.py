r"""The decisive wordings of the YAML files of this room, compiled once; each name stands in one file.

ASCII classes: in Python's Unicode mode a Chinese character is a word character, and `\bq2w\b` would not match in "Q2W单药".
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from assistant import strict_yaml

_HERE = Path(__file__).parent


def compiled(alternatives: list[str]) -> re.Pattern[str]:
    """One pattern for a list of alternatives."""
    return re.compile("|".join(f"(?:{alternative})" for alternative in alternatives), re.ASCII)


@lru_cache(maxsize=1)
def _wordings() -> dict[str, Any]:
    wordings: dict[str, Any] = {}
    for path in sorted(_HERE.glob("*.yaml")):
        wordings |= strict_yaml.load(path)
    return wordings


@cache
def pattern(name: str) -> re.Pattern[str]:
    """The compiled wording `name`; a KeyError for an unknown one."""
    return compiled(_wordings()[name])


@cache
def choice_patterns(name: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """(id, its wordings) of a list such as `devices`, in the order in which they are tried."""
    return tuple((choice, compiled(words)) for entry in _wordings()[name] for choice, words in entry.items())


def cue(name: str, text: str) -> re.Match[str] | None:
    """The first place where the wording `name` stands in normalised `text`, or None."""
    return pattern(name).search(text)
