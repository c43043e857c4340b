"""The dates of a `schedule` result as calendar text (.ics), for import into any calendar program.

Holds drug, step and dose only: no patient name, no identifier. All-day entries; the window stands in the description.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from assistant.rules.load import load_tables
from assistant.rules.tables import Tables
from assistant.rules.verdict import fill
from assistant.types import Language, RuleResult, Text

_FOLD = 75


def calendar_text(
    result: RuleResult, language: Language, *, document: str | None = None, tables: Tables | None = None
) -> str:
    """The dated steps of a schedule as iCalendar text with CRLF line ends; the same result gives the same bytes.

    `document` names one table ("schedule.teclistamab_us"); without it every verdict is written. A result without dates
    (no start date was given) gives a calendar without entries. `tables` are those the result was made with.
    """
    tables = tables or load_tables()
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//bispecific-assistant//schedule//EN", "CALSCALE:GREGORIAN"]
    for verdict in result.verdicts:
        table = str(verdict.values.get("table", ""))
        if document is None or table == document:
            for step, day in _dated(verdict.values.get("steps", [])):
                lines += _event(result, table, step, day, language, tables)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _fold(line))


def _dated(steps: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], str]]:
    for step in steps:
        for day in step.get("dates") or ([step["date"]] if "date" in step else []):
            yield step, day


def _event(
    result: RuleResult, table: str, step: dict[str, Any], day: str, language: Language, tables: Tables
) -> list[str]:
    drug = tables.label(str(result.inputs.get("drug", "")))
    dose = next((key for key in ("dose_mg", "dose_mg_per_kg") if key in step), None)
    words: dict[str, str | Text] = {name: value for name, value in step.items() if isinstance(value, str)}
    amount = {"dose_mg": "dose_fixed", "dose_mg_per_kg": "dose_per_kg"}.get(dose or "")
    shown = fill(tables.say("common", amount), words, tables) if amount else Text(en="", zh="")
    context = {**words, "drug": drug, "dose": shown, "document": tables.tables[table].title}
    summary = fill(tables.say("schedule", "calendar_summary"), context, tables).in_language(language).strip()
    key = "calendar_window" if "earliest" in step else "calendar_source"
    note = fill(tables.say("schedule", key), context, tables).in_language(language)
    start = date.fromisoformat(day)
    identity = hashlib.sha256(f"{table}|{step['row']}|{day}".encode()).hexdigest()[:24]
    return [
        "BEGIN:VEVENT",
        f"UID:{identity}@bispecific-assistant",
        f"DTSTAMP:{start:%Y%m%d}T000000Z",
        f"DTSTART;VALUE=DATE:{start:%Y%m%d}",
        f"DTEND;VALUE=DATE:{start + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escape(summary)}",
        f"DESCRIPTION:{_escape(note)}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _escape(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def _fold(line: str) -> Iterator[str]:
    """Lines of at most 75 bytes, never cut inside a character; continued lines begin with a space."""
    current = ""
    for sign in line:
        if len((current + sign).encode()) > _FOLD:
            yield current
            current = " "
        current += sign
    yield current
