"""Both languages say the same things, and everything that is shown has words."""

from __future__ import annotations

import re
from string import Formatter
from typing import get_args

import pytest

from assistant.ingest.coverage import Status
from assistant.present import words
from assistant.present.frame import EXAMPLES
from assistant.present.html import _TEMPLATES
from assistant.types import AnswerKind, Confidence

_SAID = re.compile(r"""say\(["']([a-z_.]+)["'][,)]""")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_SAME_IN_BOTH = {"result.dose_mg", "result.dose_mg_per_kg", "language.en", "language.zh"}


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_twins_have_the_same_keys_and_placeholders() -> None:
    english, chinese = words.messages("en"), words.messages("zh")
    assert english.keys() == chinese.keys()
    for key, text in english.items():
        assert _places(text) == _places(chinese[key]), key


def test_chinese_is_chinese_and_english_is_english() -> None:
    for key, text in words.messages("zh").items():
        if key not in _SAME_IN_BOTH and not key.startswith("unit."):
            assert _HAN.search(text), key
    for key, text in words.messages("en").items():
        assert key == "language.zh" or not _HAN.search(text), key


def test_templates_use_only_known_words() -> None:
    for template in _TEMPLATES.glob("*.html"):
        for key in _SAID.findall(template.read_text(encoding="utf-8")):
            assert key in words.messages("en"), f"{template.name}: {key}"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_kind_confidence_and_example_has_words(language: str) -> None:
    said = words.messages(language)
    assert all(f"kind.{kind}" in said for kind in get_args(AnswerKind))
    assert all(
        f"confidence.{c}" in said and f"confidence.{c}_help" in said for c in (*get_args(Confidence), "user_copy")
    )
    assert all(f"status.{status}" in said and f"status.{status}_help" in said for status in get_args(Status))
    assert all(f"example.{name}" in said and f"example.{name}.kind" in said for name in EXAMPLES)


def test_labels_come_from_the_rules_and_unknown_ids_stay_readable() -> None:
    assert words.label("teclistamab", "zh") == "特立妥单抗"
    assert words.label("weight_kg", "en") == "body weight"
    assert words.label("an_unknown_id", "en") == "an unknown id"
    assert words.place("US", "zh") == "美国"
    assert words.place("ASTCT 2019", "zh") == "ASTCT 2019"
