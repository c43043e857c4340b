"""English words without the plural s, so that "seizures" is found as "seizure"."""

from __future__ import annotations

import re

_PLURAL = re.compile(r"(?<=[a-z]{4})(?<!s)s\b")


def singular(plain: str) -> str:
    """`plain` (in normal form) with the plural s of longer English words taken off."""
    return _PLURAL.sub("", plain)
