"""The assistant's own sentences in both languages, from `sentences.yaml`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from assistant import strict_yaml


@lru_cache(maxsize=1)
def _sentences() -> dict[str, dict[str, str]]:
    loaded: dict[str, dict[str, str]] = strict_yaml.load(Path(__file__).with_name("sentences.yaml"))
    return loaded


def say(sentence: str, language: str, /, **values: object) -> str:
    """The sentence `sentence` in `language` with its values filled in; an unknown name or a missing value is a KeyError."""
    return _sentences()[sentence][language].format(**values)


def sentence_names() -> tuple[str, ...]:
    """All names, for tests."""
    return tuple(_sentences())
