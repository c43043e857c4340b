"""Bilingual, cited answers on T-cell-engaging bispecific antibodies in multiple myeloma.

`Assistant.open().ask("…")` gives an `Answer`; everything else is reached from there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.2.0"
__all__ = ["Answer", "Assistant", "__version__"]

if TYPE_CHECKING:
    from assistant.pipeline import Assistant
    from assistant.types import Answer


def __getattr__(name: str) -> Any:
    """Import the public names on first use, so that `import assistant.rules` stays light."""
    if name == "Assistant":
        from assistant.pipeline import Assistant

        return Assistant
    if name == "Answer":
        from assistant.types import Answer

        return Answer
    raise AttributeError(f"module 'assistant' has no attribute '{name}'")
