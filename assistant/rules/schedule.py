"""The dosing schedule of a drug by each label: days, windows, later phases, and calendar dates from a start date.

Never moves a date for a dose that was missed (see `restart`) and never chooses between labels. Example: teclistamab,
US label, monotherapy, step-up dose 1 on 2026-01-05 → step-up dose 2 on 2026-01-08, window 2026-01-07 to 2026-01-09.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from pydantic import Field

from assistant.rules.amounts import amount
from assistant.rules.dose import Schedule
from assistant.rules.engine import look_up
from assistant.rules.inputs import Drug, Jurisdiction, Number, RuleInputs, plausible, read_date, wrong
from assistant.rules.model import Row, Table
from assistant.rules.periods import weeks
from assistant.rules.rule import Rule
from assistant.rules.table_rule import documents_for, not_covered, which_drug
from assistant.rules.tables import Tables
from assistant.rules.trace import plain
from assistant.rules.verdict import caveats, context_of, fill, provenance
from assistant.types import RuleResult, Text, Verdict

Entry = dict[str, Any]
Context = dict[str, str | Text]


class Inputs(RuleInputs):
    """Inputs of `schedule`."""

    drug: Drug | None = Field(None, description="The drug, by its English name.")
    schedule: Schedule | None = Field(
        None, description="teclistamab: monotherapy or with_daratumumab; talquetamab: weekly or every_2_weeks."
    )
    start_date: str | None = Field(None, description="Date of step-up dose 1 (day 1), as 2026-01-31.")
    repeats: Number | None = Field(None, description="How many repeated treatment doses to list with dates.")
    jurisdiction: Jurisdiction | None = Field(None, description="Whose label; left out: every covered one.")


def decide(inputs: Inputs, tables: Tables, as_of: date | None = None) -> RuleResult:
    """One verdict per document: its steps in order, with dates when a start date is given."""
    version = tables.version(("schedule",))
    if inputs.drug is None:
        return RuleResult(rule="schedule", version=version, inputs={}, missing=(which_drug("schedule", tables),))
    _check_schedule(inputs, tables)
    start = read_date("start_date", inputs.start_date)
    repeats = plausible(tables, "repeats", inputs.repeats, whole=True)
    echo = {
        name: value
        for name, value in (
            ("drug", inputs.drug),
            ("schedule", inputs.schedule),
            ("start_date", inputs.start_date),
            ("repeats", None if repeats is None else plain(repeats)),
            ("jurisdiction", inputs.jurisdiction),
        )
        if value is not None
    }
    facts = {"schedule": inputs.schedule}
    found = documents_for("schedule", inputs.drug, inputs.jurisdiction, facts, tables, as_of)
    verdicts = [_verdict(table, tables, start, int(repeats or 0)) for table in found]
    verdicts += not_covered("schedule", inputs.drug, inputs.jurisdiction, verdicts, tables, as_of)
    return RuleResult(rule="schedule", version=version, inputs=echo, verdicts=tuple(verdicts))


def _check_schedule(inputs: Inputs, tables: Tables) -> None:
    known = {name for table in tables.of("schedule", inputs.drug) for name in table.only.get("schedule", ())}
    allowed = sorted(known or {"monotherapy"})
    if inputs.schedule and inputs.schedule not in allowed:
        raise wrong("schedule", inputs.schedule, f"{', '.join(allowed)} ({inputs.drug})")


def _verdict(table: Table, tables: Tables, start: date | None, repeats: int) -> Verdict:
    outcome = look_up(table, {}, tables)
    entries: list[Entry] = []
    parts: list[Text] = []
    notes: list[Text] = []
    for row in outcome.rows:
        entry = _entry(row, entries, start, repeats, tables)
        entries.append(entry)
        context = context_of(table, {**_words(entry, tables), **amount(tables, row.then, None).wording})
        parts.append(fill(tables.say("schedule", row.say), context, tables))
        notes += _notes(table, row, context, parts[-1], tables)
    joint = tables.say("schedule", "joint")
    steps = Text(en=joint.en.join(part.en for part in parts), zh=joint.zh.join(part.zh for part in parts))
    if any("dose_mg_per_kg" in row.then for row in outcome.rows):
        notes.append(tables.say("schedule", "weight_needed"))
    if any("latest" in entry for entry in entries):
        notes.append(tables.say("schedule", "from_nominal"))
    sources = [found for row in outcome.rows for found in provenance(table, row, tables)]
    return Verdict(
        jurisdiction=table.jurisdiction,
        status="applies",
        summary=fill(tables.say("schedule", "whole"), context_of(table, {"steps": steps}), tables),
        values={"table": table.id, "steps": entries},
        notes=tuple(dict.fromkeys(notes)),
        trace=outcome.trace,
        provenance=tuple(dict.fromkeys(sources)),
    )


def _notes(table: Table, row: Row, context: Context, part: Text, tables: Tables) -> list[Text]:
    """The caveats of one step; a weak source names the step it concerns unless the whole document rests on it."""
    whole = all(other.confidence == row.confidence for other in table.rows)
    if whole or row.confidence == "verified":
        return caveats("schedule", table, row, context, tables)
    sure = caveats("schedule", table, row.model_copy(update={"confidence": "verified"}), context, tables)
    return [*sure, fill(tables.say("schedule", f"row_{row.confidence}"), {"what": part}, tables)]


def _entry(row: Row, before: list[Entry], start: date | None, repeats: int, tables: Tables) -> Entry:
    """One step as results: the row's values and, with a start date, its dates as ISO text."""
    entry: Entry = {"row": row.id, **row.then}
    if start is None:
        return entry
    if "day" in row.then:
        day = start + timedelta(days=int(row.then["day"])) - timedelta(days=1)
        if "week" in row.then:
            day += weeks(row.then["week"], tables) - timedelta(weeks=1)
        entry["date"] = day.isoformat()
    previous = next((step for step in before if step.get("step") == row.then.get("after") and "date" in step), None)
    if previous is None:
        return entry
    given = date.fromisoformat(previous["date"])
    for name, key in (("earliest", "window_min"), ("usual", "window_usual"), ("latest", "window_max")):
        if key in row.then:
            entry[name] = (given + timedelta(days=int(row.then[key]))).isoformat()
    if "first_after_weeks" in row.then:
        first = given + weeks(row.then["first_after_weeks"], tables)
        step = weeks(row.then["every_weeks"], tables)
        most = min(repeats, int(row.then["doses"])) if "doses" in row.then else repeats
        entry["date"] = first.isoformat()
        days = [first + step * number for number in range(max(most, 1))]
        end = start + weeks(row.then["to_week"], tables) if "to_week" in row.then else None
        entry["dates"] = [day.isoformat() for day in days if end is None or day < end]
    return entry


def _words(entry: Entry, tables: Tables) -> dict[str, str | Text]:
    """The wording names of one step: `{when}` with its day, date and window, `{first_on}` with its first date."""
    words: dict[str, str | Text] = {name: value for name, value in entry.items() if isinstance(value, str)}
    if "day" in entry:
        if "week" in entry:
            key = "on_week_date" if "date" in entry else "on_week_day"
        else:
            key = "on_date" if "date" in entry else "on_day"
        window = "_window" if "window_usual" in entry else "_window_wide" if "window_max" in entry else ""
        words["when"] = fill(tables.say("schedule", key + window), words, tables)
    for name, one, many, shown in (
        ("every_weeks", "every_week", "every_weeks", "every"),
        ("first_after_weeks", "week", "weeks", "first_after"),
    ):
        if name in entry:
            words[shown] = fill(tables.say("schedule", one if entry[name] == "1" else many), words, tables)
    first = "first_date" if "date" in entry else "no_date"
    words["first_on"] = fill(tables.say("schedule", first), words, tables)
    return words


RULE = Rule("schedule", Text(en="Dosing schedule", zh="给药方案"), Inputs, decide, ("schedule",))
