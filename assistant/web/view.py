"""Which view is open beside or instead of the conversation, and what it shows. Kept by the browser session only."""

from __future__ import annotations

from typing import Literal

from assistant.types import Record
from assistant.web.desk import Worked

ViewName = Literal["chat", "covered", "browse", "desk"]


class View(Record):
    """One view: the calculators with what was worked out, or the browser with the section opened or the words searched."""

    name: ViewName = "chat"
    worked: Worked = Worked()
    section: str = ""
    query: str = ""


CHAT = View()
