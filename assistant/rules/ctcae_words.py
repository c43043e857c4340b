"""The verdict of one CTCAE version in words: grade, criterion, and what could make the grade higher."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from assistant.rules.ctcae_asking import Reading
from assistant.rules.engine import Outcome, rank
from assistant.rules.model import Row, Table
from assistant.rules.quantities import rounded
from assistant.rules.tables import Tables
from assistant.rules.trace import plain
from assistant.rules.verdict import fill, word
from assistant.types import Text, Verdict

_MULTIPLES = ("times_uln", "times_baseline")


def verdict(table: Table, outcome: Outcome, reading: Reading, tables: Tables) -> Verdict:
    """The verdict of one version: the grade with its criterion, or why there is none."""
    given = _given(table, reading, tables)
    row = outcome.rows[0]
    grade = row.then["grade"] if rank(table, row) else "none"
    shown = word(
        "ctcae_grade",
        table,
        row,
        tables,
        trace=outcome.trace,
        values={"grade": grade, "term": reading.term},
        extra={"term": table.id, "given": given, "cell": f"{table.id}.{grade}"},
        notes=_alone(table, outcome, reading, tables),
    )
    rows = ", ".join(entry.id for entry in outcome.rows)
    return shown.model_copy(update={"values": {**shown.values, "row": rows}})


def not_named(table: Table, as_of: date | None, tables: Tables) -> Verdict:
    """The verdict of a version that was not yet published on the day asked for."""
    context: dict[str, str | Text] = {
        "drug": table.id,
        "jurisdiction": table.jurisdiction,
        "topic": tables.label("ctcae_grade"),
        "as_of": as_of.isoformat() if as_of else "",
        "first": table.published_on,
    }
    summary = fill(tables.say("common", "before_first_date"), context, tables)
    return Verdict(jurisdiction=table.jurisdiction, status="not_covered", summary=summary)


def _given(table: Table, reading: Reading, tables: Tables) -> Text:
    """The inputs in words: the measured value, its multiples where they decide, temperature and findings."""
    parts: list[Text] = []
    used = {name for row in table.rows for name in row.when}
    for name, value in sorted(reading.facts.items(), key=lambda fact: fact[0] in _MULTIPLES):
        if not isinstance(value, Decimal) or name == "baseline_times_uln" or (name in _MULTIPLES and name not in used):
            continue
        spec = table.inputs.get(name)
        unit = spec.unit if spec and spec.unit else ""
        parts.append(_number(name, value, unit, tables))
    parts += [tables.label(finding) for finding in reading.findings]
    if not parts:
        return tables.say("ctcae_grade", "nothing_given")
    return Text(en=", ".join(part.en for part in parts), zh="，".join(part.zh for part in parts))


def _number(name: str, value: Decimal, unit: str, tables: Tables) -> Text:
    exact = plain(value)
    shown = rounded(value, tables.say("ctcae_grade", "display_multiple").en)
    if name in _MULTIPLES:
        key = "multiple" if exact == shown else "about_multiple"
        return fill(tables.say("ctcae_grade", key), {"value": shown, "unit": name}, tables)
    shown = exact if len(exact) <= len(shown) else shown
    return fill(tables.say("ctcae_grade", "measured"), {"name": name, "value": shown, "unit": unit}, tables)


def _alone(table: Table, outcome: Outcome, reading: Reading, tables: Tables) -> tuple[Text, ...]:
    """What was not given and could give a higher grade: clinical findings beside a value, or a value beside findings."""
    best = rank(table, outcome.rows[0])
    higher = [row for row in outcome.possible if rank(table, row) > best and row.covered]
    by_finding = [row for row in higher if set(row.when) == {"finding"} and row.when["finding"] != ("death",)]
    if reading.findings:
        return (tables.say("ctcae_grade", "by_finding_alone"),) if higher and not reading.measured else ()
    if not by_finding:
        return ()
    listed = [_higher(row, tables) for row in by_finding]
    names = Text(en="; ".join(text.en for text in listed), zh="；".join(text.zh for text in listed))
    return (fill(tables.say("ctcae_grade", "by_value_alone"), {"higher": names}, tables),)


def _higher(row: Row, tables: Tables) -> Text:
    findings = row.when["finding"]
    labels = [tables.label(name) for name in findings] if isinstance(findings, tuple) else []
    words = Text(en=" or ".join(text.en for text in labels), zh="或".join(text.zh for text in labels))
    return fill(tables.say("ctcae_grade", "higher_grade"), {"findings": words, "grade": row.then["grade"]}, tables)
