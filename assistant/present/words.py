"""Words of the page and the terminal in both languages, and the names of ids that answers carry.

`messages/en.yaml` and `messages/zh.yaml` are twins. The names of rule inputs and their values are the rules' own label
files, read as data: one name per thing, wherever it is shown.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from assistant import strict_yaml

_HERE = Path(__file__).resolve().parent
_LABELS = _HERE.parent / "rules" / "data" / "labels"


@cache
def messages(language: str) -> dict[str, str]:
    """All messages of `language` ("en" or "zh"), by key."""
    return dict(strict_yaml.load(_HERE / "messages" / f"{'zh' if language == 'zh' else 'en'}.yaml"))


def say(key: str, language: str, **values: object) -> str:
    """The message `key` with its {placeholders} filled in."""
    return messages(language)[key].format(**values)


@cache
def _labels() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for path in sorted(_LABELS.glob("*.yaml")):
        found.update(strict_yaml.load(path) or {})
    return found


def label(name: str, language: str) -> str:
    """The name of an input, a value or a place; an id without a name is shown in plain words."""
    named = _labels().get(name)
    if named is not None:
        return named.get("zh" if language == "zh" else "en", name)
    return messages(language).get(f"label.{name}", name.replace("_", " "))


def place(jurisdiction: str, language: str) -> str:
    """The name of a jurisdiction ("US" → United States, 美国); one without a name is shown as it stands."""
    return messages(language).get(f"jurisdiction.{jurisdiction}", jurisdiction)
