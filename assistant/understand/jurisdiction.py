"""Whose label or practice the question is about, when it says so."""

from __future__ import annotations

from assistant.types import Jurisdiction
from assistant.understand.cues import cue

_CUES: tuple[tuple[str, Jurisdiction], ...] = (
    ("jurisdiction_us", "US"),
    ("jurisdiction_eu", "EU"),
    ("jurisdiction_cn", "CN"),
)


def jurisdictions_in(text: str) -> tuple[Jurisdiction, ...]:
    """The jurisdictions named in normalised `text`, in the order US, EU, CN."""
    return tuple(jurisdiction for name, jurisdiction in _CUES if cue(name, text))
