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
# items without which the question may be one on the score itself; fewer when the points are asked for
_ENOUGH, _ENOUGH_ASKED = 3, 2
_NEAR = 28


def asked(question: Question) -> Call | None:
    """The call when ICE is named and the points of at least three items are given, or of two and the sum is asked for."""
    if not cue("ice_named", question.text):
        return None
    found = _points(question.text)
    enough = _ENOUGH_ASKED if cue("ice_score_asked", question.text) else _ENOUGH
    return Call(rule="ice_score", inputs=dict(found)) if len(found) >= enough else None


def slots(question: Question, known: Mapping[str, Any]) -> dict[str, Any]:
    """The points of items that a follow-up gives."""
    return dict(_points(question.text))


def _points(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for item, (words, most) in _ITEMS.items():
        points = {match["points"] for match in _item(words, most).finditer(text)}
        if len(points) == 1:
            found[item] = points.pop()
    found = {**_points_in_words(text), **found}
    if cue("unrousable_named", text):
        found["unrousable"] = "present"
    return found


def _points_in_words(text: str) -> dict[str, str]:
    """Items that a part of the text calls all right (full points) or wrong (none); an item called both is left out."""
    found: dict[str, set[str]] = {}
    for part in _parts(text):
        # "all right" speaks of a whole list, "cannot" of the item in its own piece
        pieces = [part] if cue("ice_all_right", part) else re.split(r"[,，、]|\band\b", part)
        for piece in pieces:
            full, none = cue("ice_all_right", piece), cue("ice_all_wrong", piece)
            if bool(full) == bool(none):
                continue
            for item, (words, most) in _ITEMS.items():
                if cue(words, piece):
                    found.setdefault(item, set()).add(str(most) if full else "0")
    points = {item: values.pop() for item, values in found.items() if len(values) == 1}
    rest = cue("ice_rest", text)
    if rest and cue("ice_all_right", text[rest.start() : rest.start() + _NEAR]):
        points = {**{item: str(most) for item, (_, most) in _ITEMS.items() if item not in found}, **points}
    return points


def _parts(text: str) -> list[str]:
    """The parts of `text` that speak of one result; a part that names both is taken apart at its commas."""
    parts = re.split(r"[;；。:：]|\bbut\b|\bonly\b|但是?|就是|只有|除了", text)
    mixed = [part for part in parts if cue("ice_all_right", part) and cue("ice_all_wrong", part)]
    return [piece for part in parts for piece in (re.split(r"[,，]", part) if part in mixed else [part])]


@lru_cache(maxsize=8)
def _item(words: str, most: int) -> re.Pattern[str]:
    return re.compile(
        rf"(?:{pattern(words).pattern})[^\d,，。;；、]{{0,8}}(?<![\d.])(?P<points>[0-{most}])(?:\s*/\s*{most}\b)?(?![\d.]|\s*(?:-(?!>)|~|到|至|to\b))",
        re.ASCII,
    )


FAMILY = Family("ice_score", asked, slots)
