"""Forgetting what the page showed: of a closed tab everything, of an open one what was shown before.

Gradio (6.31) keeps what a session was last shown until ten thousand others have come, closed or not. The browser keeps the
conversation itself, so the server needs it only while the tab is there, or comes back from a phone's sleep. It also leaves
a copy of the value shown under a new number each time a component was updated or skipped (`Blocks.postprocess_data` gives the
component a new id, `SessionState._update_value_in_config` files the next value under it): an open tab would grow with every
question. Only deep links of Gradio read these, and they are not served.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

MOST_SESSIONS = 500
KEPT_AFTER_CLOSING = timedelta(minutes=15)
_LOOKED_AT_EVERY_S = 5.0


def forget_closed(holder: Any, now: datetime) -> int:
    """Drop the sessions of `holder` (Gradio's `StateHolder`) that were closed and unused for long enough; how many."""
    over = [
        name
        for name, session in list(holder.session_data.items())
        if session.is_closed and now - holder.time_last_used.get(name, now) >= KEPT_AFTER_CLOSING
    ]
    with holder.lock:
        for name in over:
            holder.session_data.pop(name, None)
            holder.time_last_used.pop(name, None)
    return len(over)


def forget_shown_before(holder: Any) -> int:
    """Drop what sessions were shown in components that are no longer part of the page; how many values."""
    page, dropped = holder.blocks.default_config.blocks, 0
    for session in list(holder.session_data.values()):
        for kept in (session.config_values, session.blocks_config.blocks):
            for number in [number for number in list(kept) if number not in page]:
                kept.pop(number, None)
                dropped += 1
    return dropped


@contextlib.asynccontextmanager
async def forgetting(holder: Any) -> AsyncIterator[None]:
    """Does both every few seconds while the server runs."""

    async def again_and_again() -> None:
        while True:
            await asyncio.sleep(_LOOKED_AT_EVERY_S)
            forget_shown_before(holder)
            forget_closed(holder, datetime.now())  # noqa: DTZ005 - compared with Gradio's own, which has no zone

    task = asyncio.create_task(again_and_again())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
