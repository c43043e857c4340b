"""What a hospital's own table says, held against the shipped tables of the same rule: header, inputs, rows, coverage.

The rules know only the inputs, result keys and actions of the shipped tables; a table that uses others would be read
and never fire, so each is a fault. The clinical content is the hospital's own and is not judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from itertools import islice
from typing import get_args

from assistant.rules.inputs import Drug, Jurisdiction
from assistant.rules.model import UNDATED, LocalSource, Row, Table
from assistant.rules.partition import not_tiled
from assistant.rules.tables import Tables, row_faults

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_MOST = 200_000


@dataclass(frozen=True)
class Fault:
    """One fault: the key path, what was found there, what is allowed, and what to do."""

    place: str
    found: str
    allowed: str
    remedy: str


def content_faults(table: Table, shipped: Tables, today: date | None) -> Iterator[Fault]:
    """Every fault of one table that can be read."""
    known = shipped.families[table.family]
    own = [row for row in table.rows if table.local or row.local is not None]
    if table.local:
        yield from _header(table, known, shipped)
        yield from _inputs(table, known)
    yield from _review(table if table.local else _mark(own), today)
    faults = _rows(table, own, known, shipped)
    yield from faults or _coverage(table)


def _mark(own: list[Row]) -> LocalSource:
    found = own[0].local
    assert found is not None  # noqa: S101 - rows are local because they carry this mark
    return found


def _header(table: Table, known: list[Table], shipped: Tables) -> Iterator[Fault]:
    drugs = {"any"} if all(other.drug == "any" for other in known) else {*get_args(Drug)}
    drugs |= {other.drug for other in known}
    if table.drug not in drugs:
        yield Fault("drug", f"'{table.drug}'", ", ".join(sorted(drugs)), _near(table.drug, drugs))
    places = {other.jurisdiction for other in known}
    if places <= set(get_args(Jurisdiction)) and table.jurisdiction not in get_args(Jurisdiction):
        allowed = ", ".join(get_args(Jurisdiction))
        yield Fault("jurisdiction", f"'{table.jurisdiction}'", allowed, "Correct the value")
    hits = sorted({other.hit for other in known})
    if table.hit not in hits:
        yield Fault("hit", table.hit, ", ".join(hits), "Write what the shipped tables of this rule have")
    ranks = sorted({other.rank for other in known if other.rank})
    if table.hit == "highest" and table.rank not in ranks:
        yield Fault("rank", str(table.rank), ", ".join(ranks), "Write the key of `then` that orders the rows")
    for key in table.notes:
        if key not in shipped.wording.get(table.family, {}) and key not in shipped.wording["common"]:
            allowed = ", ".join(sorted(shipped.wording.get(table.family, {})))
            yield Fault("notes", f"wording '{key}'", allowed, "Use an existing key, or `note` of a row for own words")
    same = shipped.tables.get(table.id)
    if same is not None and (same.drug, same.jurisdiction) != (table.drug, table.jurisdiction):
        yield Fault(
            "id",
            f"{table.drug}, {table.jurisdiction}",
            f"{same.drug}, {same.jurisdiction}, as in the shipped table '{same.id}'",
            "Correct drug and jurisdiction, or give the file another name",
        )


def _review(head: Table | LocalSource, today: date | None) -> Iterator[Fault]:
    """Title, dates and reviewers."""
    if not head.title.en.strip() or _CHINESE.search(head.title.en):
        yield Fault("title.en", f"'{head.title.en}'", "a title in English", "Write the English title")
    if not head.title.zh.strip():
        yield Fault("title.zh", "nothing", "the title to show in Chinese", "Write the Chinese title")
    dates = {"published_on": head.published_on, "checked_on": head.checked_on}
    for name, written in dates.items():
        if written == UNDATED:
            yield Fault(name, f"'{UNDATED}'", "the date of your document", "Write the date on which it was approved")
        else:
            yield from _day(name, written, today)
    if head.published_on != UNDATED and head.checked_on < head.published_on[: len(head.checked_on)]:
        yield Fault("checked_on", head.checked_on, f"{head.published_on} or later", "Correct one of the two dates")
    first, second = (reader.strip() for reader in head.checked_by)
    if first.casefold() == second.casefold():
        yield Fault("checked_by", f"'{first}' twice", "two different reviewers", "Have a second person check the table")
    for reader in (first, second):
        if not reader or "pending" in reader.casefold():
            yield Fault("checked_by", f"'{reader}'", "the names of two reviewers", "Write who has checked the table")


def _day(place: str, written: str, today: date | None) -> Iterator[Fault]:
    """A date of the calendar, given in full, as a month or as a year, and not ahead of `today`."""
    parts = [*(int(part) for part in written.split("-")), 1, 1]
    try:
        start = date(parts[0], parts[1], parts[2])
    except ValueError:
        yield Fault(place, f"'{written}'", "a date of the calendar such as 2025-03-20", "Correct the date")
        return
    if today is not None and start > today:
        yield Fault(place, f"'{written}'", f"{today.isoformat()} or earlier", "Correct the date")


def _inputs(table: Table, known: list[Table]) -> Iterator[Fault]:
    names = {name for other in known for name in (*other.inputs, *other.only, *other.when_given)}
    for name, spec in table.inputs.items():
        place = f"inputs.{name}"
        specs = [other.inputs[name] for other in known if name in other.inputs]
        if name not in names:
            yield Fault(place, f"'{name}'", ", ".join(sorted(names)), _near(name, names))
        if not specs:
            continue
        if spec.kind not in {other.kind for other in specs}:
            yield Fault(f"{place}.kind", spec.kind, specs[0].kind, "Correct the kind")
        if spec.unit not in {other.unit for other in specs}:
            yield Fault(f"{place}.unit", str(spec.unit), str(specs[0].unit), "Convert the bounds to this unit")
        values = {value for other in specs for value in other.of}
        for value in spec.of:
            if value not in values:
                yield Fault(f"{place}.of", f"'{value}'", ", ".join(sorted(values)), _near(value, values))


def _rows(table: Table, own: list[Row], known: list[Table], shipped: Tables) -> list[Fault]:
    found = [fault for row in own for fault in _row(table, row, known, shipped)]
    names = [row.id for row in table.rows]
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        found.append(Fault(f"rows.{name}", "the row id twice", "each row id once", "Rename one of the rows"))
    return found


def _row(table: Table, row: Row, known: list[Table], shipped: Tables) -> Iterator[Fault]:
    yield from _source(row, known)
    yield from _then(table, row, known, shipped)
    if row.in_force_from:
        yield from _day(f"rows.{row.id}.in_force_from", row.in_force_from, None)
    yield from (Fault(*fault) for fault in row_faults(shipped, table, row))


def _source(row: Row, known: list[Table]) -> Iterator[Fault]:
    place = f"rows.{row.id}.source"
    if not row.source or not all(source.partition("#")[0].strip() for source in row.source):
        yield Fault(place, "nothing", "the document, and the place in it after '#'", "Write where the row was read")
    elif len(row.source) not in (1, len(row.facts)):
        yield Fault(place, f"{len(row.source)} sources", "one, or one for each of `facts`", "Add or remove sources")
    shared: dict[str, set[str]] = {}
    for other in (other for table in known for other in table.rows):
        for fact in set(row.facts) & set(other.facts):
            shared.setdefault(fact, set()).update(_documents(other))
    for fact, documents in shared.items():
        if documents and not documents & _documents(row):
            found = f"'{fact}', a fact of {', '.join(sorted(documents))}"
            yield Fault(f"rows.{row.id}.facts", found, "an id of your own", "Rename the fact")


def _documents(row: Row) -> set[str]:
    return {source.partition("#")[0] for source in row.source}


def _then(table: Table, row: Row, known: list[Table], shipped: Tables) -> Iterator[Fault]:
    """Result keys and actions that the rule knows, numbers where it reads numbers, and all that the sentence names."""
    values: dict[str, set[str]] = {}
    for other in (other for table in known for other in table.rows):
        for key, value in other.then.items():
            values.setdefault(key, set()).add(value)
    for key, value in row.then.items():
        place = f"rows.{row.id}.then.{key}"
        if key not in values:
            yield Fault(place, f"'{key}'", ", ".join(sorted(values)), _near(key, set(values)))
        elif all(_NUMBER.fullmatch(known_value) for known_value in values[key]):
            if not _NUMBER.fullmatch(value):
                yield Fault(place, f"'{value}'", "a number in digits", "Correct the value")
        elif value not in values[key] and value not in shipped.labels and not _NUMBER.fullmatch(value):
            yield Fault(place, f"'{value}'", ", ".join(sorted(values[key])), _near(value, values[key]))
    alike = [set(other.then) for table in known for other in table.rows if other.say == row.say]
    needed = set.intersection(*alike) if alike else set()
    for key in sorted(needed - set(row.then)):
        place = f"rows.{row.id}.then"
        yield Fault(place, f"no '{key}'", f"{key}, which the sentence '{row.say}' needs", "Add the key")
    if table.hit == "highest" and table.rank and not _NUMBER.fullmatch(row.then.get(table.rank, "")):
        yield Fault(f"rows.{row.id}.then.{table.rank}", "no number", "the number that orders the rows", "Add it")


def _coverage(table: Table) -> Iterator[Fault]:
    """Gaps and overlaps of a table of which exactly one row must hold."""
    if table.hit != "unique":
        return
    for facts, hits in islice(not_tiled(table, _MOST), 1 + 1):
        at = ", ".join(f"{name} = {value}" for name, value in facts.items()) or "any input"
        if hits:
            found, remedy = f"rows {', '.join(hits)} at the same time for {at}", "Correct the conditions"
        else:
            found, remedy = f"no row for {at}", "Add a row, with `covered: false` if your document leaves it open"
        yield Fault("rows", found, "exactly one row for every input", remedy)


def _near(found: str, allowed: set[str]) -> str:
    near = get_close_matches(found, sorted(allowed), n=1)
    return f"Did you mean '{near[0]}'?" if near else "Correct the value"
