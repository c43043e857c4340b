"""The decisive wordings of `cues.yaml`, compiled once."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from assistant import strict_yaml


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    raw = strict_yaml.load(Path(__file__).with_name("cues.yaml"))
    return {
        name: re.compile("|".join(f"(?:{alternative})" for alternative in alternatives))
        for name, alternatives in raw.items()
    }


def cue(name: str, text: str) -> re.Match[str] | None:
    """The first place where the wording `name` stands in normalised `text`, or None."""
    return _patterns()[name].search(text)


def cues(name: str, text: str) -> list[re.Match[str]]:
    """All places where the wording `name` stands."""
    return list(_patterns()[name].finditer(text))
