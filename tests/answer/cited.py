"""Citations for tests of this room."""

from __future__ import annotations

from typing import Any

from assistant.types import Citation


def cited(**changes: Any) -> Citation:
    """A citation of a made-up label, changed as the test needs."""
    plain: dict[str, Any] = {
        "marker": "1",
        "section": "s",
        "source": "label",
        "title": "A label",
        "locator": "2.4",
        "date": "2025-07",
        "jurisdiction": "US",
        "confidence": "verified",
        "language": "en",
        "quote": "Repeat the dose.",
        "url": "https://example.org/label",
    }
    return Citation(**plain | changes)
