"""Every verdict that a hospital's own table or row decided says so in its notes, whichever rule worded it."""

from __future__ import annotations

from assistant.rules.model import Row, Table
from assistant.rules.tables import Tables
from assistant.rules.verdict import fill
from assistant.types import RuleResult, Text, Verdict


def mark_local(result: RuleResult, tables: Tables) -> RuleResult:
    """The result with a note "Local table: …" on each verdict in which a local table or a local row was used."""
    verdicts = tuple(_marked(verdict, tables) for verdict in result.verdicts)
    return result if verdicts == result.verdicts else result.model_copy(update={"verdicts": verdicts})


def _marked(verdict: Verdict, tables: Tables) -> Verdict:
    notes = [note for note in _notes(verdict, tables) if note not in verdict.notes]
    return verdict.model_copy(update={"notes": (*notes, *verdict.notes)}) if notes else verdict


def _notes(verdict: Verdict, tables: Tables) -> list[Text]:
    fired = [(step.table, step.row) for step in verdict.trace if step.fired]
    fired.append((str(verdict.values.get("table", "")), str(verdict.values.get("row", ""))))
    looked = dict.fromkeys([table for table, _ in fired] + [step.table for step in verdict.trace])
    found: dict[Text, None] = {}
    for name in looked:
        table = tables.tables.get(name)
        if table is None:
            continue
        if table.local:
            found[_note("local_table", table, None, tables)] = None
        for row in table.rows:
            if row.local is not None and (name, row.id) in fired:
                found[_note("local_row", table, row, tables)] = None
    return list(found)


def _note(key: str, table: Table, row: Row | None, tables: Tables) -> Text:
    context: dict[str, str | Text] = {"document": table.title, "published_on": table.published_on}
    if row is not None and row.local is not None:
        context |= {"local_document": row.local.title, "local_date": row.local.published_on}
    return fill(tables.say("common", key), context, tables)
