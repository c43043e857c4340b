"""The ICE score item by item: points typed beside the name of each item."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from assistant.understand.cues import cue, pattern
from assistant.understand.question import Call, Family, Question

_ITEMS = {
    "orientation": ("ice_orientation", 4),
    "naming": ("ice_naming", 3),
    "following_commands": ("ice_following", 1),
    "writing": ("ice_writing", 1),
    "attention": ("ice_attention", 1),
}
_ENOUGH = 3


def asked(question: Question) -> Call | None:
    """The call when ICE is named and the points of at least three items are given."""
    if not cue("ice_named", question.text):
        return None
    found = _points(question.text)
    return Call(rule="ice_score", inputs=dict(found)) if len(found) >= _ENOUGH else None


def slots(question: Question, known: Mapping[str, Any]) -> dict[str, Any]:
    """The points of items that a follow-up gives."""
    return dict(_points(question.text))


def _points(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for item, (words, most) in _ITEMS.items():
        points = {match["points"] for match in _item(words, most).finditer(text)}
        if len(points) == 1:
            found[item] = points.pop()
    if cue("unrousable_named", text):
        found["unrousable"] = "present"
    return found


@lru_cache(maxsize=8)
def _item(words: str, most: int) -> re.Pattern[str]:
    return re.compile(
        rf"(?:{pattern(words).pattern})[^\d,，。;；、]{{0,8}}(?<![\d.])(?P<points>[0-{most}])(?:\s*/\s*{most}\b)?(?![\d.]|\s*(?:-|~|到|至|to\b))",
        re.ASCII,
    )


FAMILY = Family("ice_score", asked, slots)
